"""An index of the promises that plans made, whatever the number of those by hand."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mistakes', '0003_prevention'),
        ('people', '0001_initial'),
        ('promises', '0001_initial'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='promise',
            name='promise_carried',
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('plan__gt', 0), ('state', 'open')), fields=['plan'], name='promise_of_plan'),
        ),
    ]
