"""Scope tables. `affected` is partitioned by scope: personal values and harm facts live there and can be deleted."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Scope(models.Model):
    """One loaded snapshot. `counts` always balance: read = affected + merged + rejected + nobody known."""

    id = models.BigAutoField(primary_key=True)
    mistake = models.ForeignKey("mistakes.Mistake", on_delete=models.PROTECT)
    version = models.IntegerField()
    desk = models.BooleanField(default=False)  # one customer put right at the desk: not a version of who is affected
    state = models.TextField(default="loading")  # loading, ready, failed
    columns = models.JSONField(default=list)  # [{name, type, currency}] of the facts
    counts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, default="")
    revisions = models.JSONField(default=dict)  # document name -> revision id
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "scope"
        constraints = [models.UniqueConstraint(fields=["mistake", "desk", "version"], name="scope_version_once")]


class Affected(models.Model):
    """One customer in one scope. `facts` and `contact` are canonical JSON text, bytes kept as loaded."""

    pk = models.CompositePrimaryKey("scope_id", "customer_id")
    scope_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    customer_key = models.TextField()
    facts = models.TextField()
    contact = models.TextField()
    facts_digest = models.CharField(max_length=64)

    class Meta:
        db_table = "affected"
        managed = False


class RejectedRow(models.Model):
    """A row that could not be read, or a customer whose rows contradict each other. Personal: deletable."""

    id = models.BigAutoField(primary_key=True)
    scope = models.ForeignKey(Scope, on_delete=models.CASCADE)
    source = models.TextField()
    line = models.BigIntegerField(null=True)
    column = models.TextField(default="")
    reason = models.TextField()
    remedy = models.TextField()
    value = models.TextField(default="")
    customer_key = models.TextField(default="")

    class Meta:
        db_table = "rejection"
