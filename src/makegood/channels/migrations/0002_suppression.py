from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("brand", models.BigIntegerField()),
                ("digest", models.TextField()),
                ("reason", models.TextField()),
                ("source", models.TextField()),
                ("since", models.DateTimeField(db_default=Now())),
            ],
            options={
                "db_table": "suppression",
                "constraints": [models.UniqueConstraint(fields=("brand", "digest"), name="suppressed_once")],
            },
        ),
    ]
