"""Whose logs tell what was begun of an open window: everybody's from the one who claimed it on."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("acts", "0006_reconciling")]

    operations = [
        migrations.AddField("chunk", "claimed_epoch", models.IntegerField(db_default=0)),
    ]
