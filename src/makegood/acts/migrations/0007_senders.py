"""Whose logs tell what was begun of an open window: those of everybody who may have sent of it."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("acts", "0006_reconciling")]

    operations = [
        migrations.AddField(
            "chunk",
            "senders",
            django.contrib.postgres.fields.ArrayField(models.IntegerField(), db_default=[], size=None),
        ),
    ]
