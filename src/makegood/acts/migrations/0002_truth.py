"""When what a chunk sent has settled, when its open window was claimed, and how many of its acts took another route."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("acts", "0001_initial"), ("plans", "0002_truth")]

    operations = [
        migrations.AddField("chunk", "claimed_at", models.DateTimeField(null=True)),
        migrations.AddField("chunk", "settles_at", models.DateTimeField(null=True)),
        migrations.AddField("chunk", "rerouted", models.IntegerField(db_default=0)),
        migrations.AddIndex(
            "chunk",
            models.Index(
                fields=["settles_at"], condition=models.Q(settles_at__isnull=False), name="chunk_settles"
            ),
        ),
    ]
