"""What is done so that a mistake does not happen again."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mistakes', '0002_news'),
    ]

    operations = [
        migrations.CreateModel(
            name='Prevention',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('text', models.TextField()),
                ('owner', models.TextField()),
                ('due', models.DateField()),
                ('done_at', models.DateTimeField(null=True)),
                ('added_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('mistake', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='mistakes.mistake')),
            ],
            options={
                'db_table': 'prevention',
                'constraints': [
                    models.UniqueConstraint(fields=('mistake', 'name'), name='prevention_once'),
                ],
            },
        ),
    ]
