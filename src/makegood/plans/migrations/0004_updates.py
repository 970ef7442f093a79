"""When the update after a plan is to be made."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('plans', '0003_tally'),
    ]

    operations = [
        migrations.AddField(
            model_name='plan',
            name='update_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='plan',
            index=models.Index(
                condition=models.Q(('update_at__isnull', False)), fields=['update_at'], name='plan_update_at'
            ),
        ),
    ]
