"""What was promised by when, and what happened to it."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from makegood.journal.appendonly import append_only


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('mistakes', '0003_prevention'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PromiseEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('promise', models.BigIntegerField()),
                ('kind', models.TextField()),
                ('round', models.IntegerField()),
                ('at', models.DateTimeField()),
                ('by', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'promise_event',
                'indexes': [models.Index(fields=['promise', 'id'], name='promise_event_of')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind__in', ('coming', 'late', 'missed'))), fields=('promise', 'kind', 'round'), name='promise_event_once'), models.CheckConstraint(condition=models.Q(('kind__in', ('made', 'coming', 'late', 'missed', 'paused', 'resumed', 'kept', 'released', 'answered'))), name='promise_event_kind')],
            },
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('plan', models.BigIntegerField(null=True)),
                ('step', models.TextField(default='')),
                ('mark', models.TextField(default='')),
                ('place', models.TextField(default='')),
                ('customer', models.BigIntegerField(null=True)),
                ('customers', models.BigIntegerField(default=1)),
                ('what', models.TextField()),
                ('by', models.TextField()),
                ('zone', models.TextField()),
                ('calendar', models.TextField(default='')),
                ('due_at', models.DateTimeField()),
                ('last_at', models.DateTimeField(null=True)),
                ('margin', models.DurationField()),
                ('carried', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
                ('state', models.TextField(default='open')),
                ('reason', models.TextField(default='')),
                ('round', models.IntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.BigIntegerField(null=True)),
                ('paused_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('next_at', models.DateTimeField(null=True)),
                ('mistake', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='mistakes.mistake')),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.staff')),
                ('told', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.staff')),
            ],
            options={
                'db_table': 'promise',
                'indexes': [models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='promise_next'), models.Index(fields=['mistake', 'due_at', 'id'], name='promise_of_mistake'), models.Index(condition=models.Q(('state__in', ['open', 'paused'])), fields=['due_at', 'id'], name='promise_due'), models.Index(condition=models.Q(('state', 'open'), models.Q(('carried', []), _negated=True)), fields=['plan'], name='promise_carried'), models.Index(condition=models.Q(('customer__isnull', False)), fields=['customer'], name='promise_customer')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('plan__gt', 0)), fields=('plan', 'step', 'mark'), name='promise_once'), models.CheckConstraint(condition=models.Q(('state__in', ('open', 'paused', 'kept', 'released'))), name='promise_state')],
            },
        ),
        append_only("promise_event"),
    ]
