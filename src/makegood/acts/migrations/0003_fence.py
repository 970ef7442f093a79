from django.db import migrations

from makegood.acts.fence import TABLES


class Migration(migrations.Migration):

    dependencies = [
        ('acts', '0002_truth'),
        ('journal', '0002_follow_xids'),
    ]

    operations = [
        migrations.RunSQL(TABLES),
    ]
