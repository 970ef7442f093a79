"""Foreign keys and second indexes go: they cost a first load more than its rows (see customers/models.py)."""

import django.db.models.deletion
from django.db import migrations, models

KEYS = """
ALTER TABLE customer_alias DROP CONSTRAINT alias_once, DROP COLUMN id, ADD PRIMARY KEY (brand_id, kind, value);
ALTER TABLE contact_point DROP CONSTRAINT contact_once, DROP COLUMN id, ADD PRIMARY KEY (customer_id, kind, value);
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]

    operations = [
        migrations.AlterField(
            "customer",
            "brand",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                to="people.brand",
                db_constraint=False,
                db_index=False,
            ),
        ),
        migrations.AlterField(
            "salt",
            "customer",
            models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                serialize=False,
                to="customers.customer",
                db_constraint=False,
            ),
        ),
        migrations.AlterField(
            "alias",
            "brand",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                to="people.brand",
                db_constraint=False,
                db_index=False,
            ),
        ),
        migrations.AlterField(
            "alias",
            "customer",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, to="customers.customer", db_constraint=False
            ),
        ),
        migrations.AlterField(
            "contactpoint",
            "customer",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                to="customers.customer",
                db_constraint=False,
                db_index=False,
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(KEYS)],
            state_operations=[
                migrations.RemoveConstraint("alias", "alias_once"),
                migrations.RemoveField("alias", "id"),
                migrations.AddField(
                    "alias",
                    "pk",
                    models.CompositePrimaryKey(
                        "brand_id", "kind", "value", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                migrations.RemoveConstraint("contactpoint", "contact_once"),
                migrations.RemoveField("contactpoint", "id"),
                migrations.AddField(
                    "contactpoint",
                    "pk",
                    models.CompositePrimaryKey(
                        "customer_id", "kind", "value", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
        ),
    ]
