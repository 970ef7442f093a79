from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("acts", "0001_initial")]

    operations = [
        migrations.AddField("chunk", "home", models.TextField(db_default="")),
        migrations.AddIndex(
            "chunk",
            models.Index(
                fields=["id"],
                condition=models.Q(state="cancelled", claimed_to__gt=models.F("settled_to")),
                name="chunk_closing",
            ),
        ),
    ]
