"""Why a warning of a plan is right: reasons are only added."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from makegood.journal.appendonly import append_only


class Migration(migrations.Migration):

    dependencies = [("mistakes", "0001_initial"), ("plans", "0004_updates")]

    operations = [
        migrations.CreateModel(
            name="Accepted",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("stage", models.TextField()),
                ("mark", models.CharField(max_length=16)),
                ("rule", models.TextField()),
                ("because", models.TextField()),
                ("by", models.BigIntegerField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "mistake",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="mistakes.mistake"),
                ),
            ],
            options={
                "db_table": "accepted",
                "indexes": [models.Index(fields=["mistake", "stage", "mark"], name="accepted_mark")],
            },
        ),
        append_only("accepted"),
    ]
