from django.db import migrations

from makegood.journal.horizon import FUNCTIONS


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS),
    ]
