"""Document tables: numbered revisions that never change; a plan names revisions."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Revision(models.Model):
    """One text of one file of one mistake's folder. Append-only."""

    id = models.BigAutoField(primary_key=True)
    mistake = models.ForeignKey("mistakes.Mistake", on_delete=models.PROTECT)
    name = models.TextField()  # policy.yaml, messages/remedy.md, …
    number = models.IntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    author = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "revision"
        constraints = [models.UniqueConstraint(fields=["mistake", "name", "number"], name="revision_once")]
