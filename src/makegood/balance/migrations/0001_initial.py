import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("mistakes", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Counted",
            fields=[
                (
                    "mistake",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to="mistakes.mistake",
                    ),
                ),
                ("basis", models.CharField(max_length=64)),
                ("tally", models.JSONField(default=list)),
                ("balance", models.JSONField(default=dict)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={"db_table": "balance_counted"},
        ),
    ]
