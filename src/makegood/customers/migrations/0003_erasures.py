"""The list of erasures outside the database reads on from its last line with every sweep."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("customers", "0002_no_checks_a_row"), ("journal", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX entry_erased ON entry (id) WHERE verb = 'customer.erased'", "DROP INDEX entry_erased"
        ),
    ]
