"""How a fix goes on: news in a person's words, and the moment at which the mistake itself was fixed."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mistakes', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='mistake',
            name='fixed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='News',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('by', models.BigIntegerField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('mistake', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='mistakes.mistake')),
            ],
            options={
                'db_table': 'news',
                'indexes': [models.Index(fields=['mistake', 'id'], name='news_of_mistake')],
            },
        ),
    ]
