"""The table of notices: append-only and sealed, ids and codes only."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

SAYS = ("done", "failed", "reversed", "bounced", "complained", "disputed", "noted")


class Notice(models.Model):
    """One thing a provider said of an act; unique per connection and event. See `makegood.kit.notices.Notice`.

    `at` is when it was taken in, by the database's clock; `said_at` is the provider's. `position` is the notice's
    `order`. The act is found by `key`, else by `reference`, the provider's id on the receipt. The column `xid` (the
    writing transaction) is added by the migration: a cursor on `id` alone would skip rows that commit late.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    brand = models.BigIntegerField()
    connection = models.BigIntegerField()
    event = models.TextField()
    says = models.TextField()
    said_at = models.DateTimeField()
    position = models.BigIntegerField()
    key = models.TextField()
    reference = models.TextField()
    code = models.TextField()
    words = models.TextField()

    class Meta:
        db_table = "notice"
        constraints = [
            models.UniqueConstraint(fields=["connection", "event"], name="notice_once"),
            models.CheckConstraint(condition=models.Q(says__in=SAYS), name="notice_says"),
        ]
        indexes = [
            models.Index(fields=["key"], name="notice_key", condition=~models.Q(key="")),
            models.Index(fields=["reference"], name="notice_reference", condition=~models.Q(reference="")),
        ]
