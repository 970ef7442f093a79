"""An act knows which of its step's routes it is on, and until when what was taken may still come back."""

from django.db import migrations

_ADD = """
ALTER TABLE act ADD COLUMN via int NOT NULL DEFAULT 0, ADD COLUMN settles_at timestamptz;
"""


class Migration(migrations.Migration):

    dependencies = [("plans", "0001_initial")]

    operations = [migrations.RunSQL(_ADD)]
