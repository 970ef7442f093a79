"""Reconciling goes plan by plan, whatever providers its acts have."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("acts", "0005_heard")]

    operations = [
        migrations.RunSQL("ALTER TABLE reconciling DROP COLUMN provider, ADD PRIMARY KEY (plan_id)"),
    ]
