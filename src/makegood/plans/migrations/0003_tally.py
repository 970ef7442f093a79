"""How many acts are in which state, kept by the tables themselves."""

from django.db import migrations

from makegood.plans.tally import TABLE


class Migration(migrations.Migration):

    dependencies = [("plans", "0002_truth")]

    operations = [migrations.RunSQL(TABLE)]
