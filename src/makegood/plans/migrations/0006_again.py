"""Customers whom the first attempt did not put right."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from makegood.journal.appendonly import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('mistakes', '0003_prevention'),
        ('plans', '0005_accepted'),
    ]

    operations = [
        migrations.CreateModel(
            name='Again',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('customer', models.BigIntegerField()),
                ('reason', models.TextField()),
                ('withdrawn', models.BooleanField(default=False)),
                ('by', models.BigIntegerField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('mistake', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='mistakes.mistake')),
            ],
            options={
                'db_table': 'again',
                'indexes': [models.Index(fields=['mistake', 'customer', '-id'], name='again_newest')],
            },
        ),
        append_only("again"),
    ]
