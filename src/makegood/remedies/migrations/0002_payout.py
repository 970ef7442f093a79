import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('remedies', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PayoutBatch',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.TextField(unique=True)),
                ('brand', models.TextField()),
                ('payer', models.TextField()),
                ('settings', models.JSONField()),
                ('lines', models.IntegerField()),
                ('minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('on', models.DateField()),
                ('digest', models.TextField()),
                ('exported_by', models.BigIntegerField()),
                ('exported_at', models.DateTimeField()),
                ('handed_by', models.BigIntegerField(null=True)),
                ('handed_at', models.DateTimeField(null=True)),
                ('reference', models.TextField(db_default='')),
            ],
            options={'db_table': 'payout_batch'},
        ),
        migrations.CreateModel(
            name='Payout',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('key', models.TextField(unique=True)),
                ('reference', models.TextField(unique=True)),
                ('brand', models.TextField()),
                ('mistake', models.TextField()),
                ('customer', models.BigIntegerField()),
                ('payer', models.TextField()),
                ('account', models.TextField()),
                ('bank', models.TextField(db_default='')),
                ('holder', models.TextField()),
                ('purpose', models.TextField()),
                ('minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('state', models.TextField(db_default='waiting')),
                ('code', models.TextField(db_default='')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('batch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='remedies.payoutbatch')),
            ],
            options={
                'db_table': 'payout',
                'indexes': [
                    models.Index(condition=models.Q(('state', 'waiting')), fields=['brand', 'payer', 'currency', 'id'], name='payout_waiting'),
                    models.Index(fields=['batch', 'id'], name='payout_batch_lines'),
                ],
                'constraints': [models.CheckConstraint(condition=models.Q(('minor__gt', 0)), name='payout_minor_positive')],
            },
        ),
    ]
