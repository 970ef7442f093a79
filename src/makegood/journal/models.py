"""Journal tables. `Entry` and `Seal` are append-only: a trigger refuses every change."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Entry(models.Model):
    """One fact about one change, written in the transaction of the change. Holds ids, money and codes, no names."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    actor = models.BigIntegerField(null=True)  # staff id; NULL when the system acted by itself
    brand = models.BigIntegerField(null=True)
    mistake = models.BigIntegerField(null=True)
    verb = models.TextField()
    subject = models.TextField()
    facts = models.TextField()  # canonical JSON

    class Meta:
        db_table = "entry"
        indexes = [models.Index(fields=["mistake", "id"], name="entry_mistake")]


class Stream(models.Model):
    """A table whose rows the sealer covers; rows are added by migrations only."""

    name = models.TextField(primary_key=True)
    relation = models.TextField()
    leaf = models.TextField()

    class Meta:
        db_table = "sealed_stream"


class Seal(models.Model):
    """A batch of rows of one stream: their ids, their leaf hashes (32 bytes each), chained to the seal before."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    stream = models.TextField()
    last_xid = models.TextField()  # xid8 as text
    last_id = models.BigIntegerField()
    ids = ArrayField(models.BigIntegerField())
    leaves = models.BinaryField()
    previous = models.TextField()
    digest = models.TextField()

    class Meta:
        db_table = "seal"
        indexes = [models.Index(fields=["stream", "-number"], name="seal_stream")]
