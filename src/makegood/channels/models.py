"""Channel tables. Personal values live in rows that erasure deletes; `settlement` holds keys and codes only."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class OutboxMessage(models.Model):
    """What would have been sent while no connection is live. `channel` is the one it stands in for."""

    id = models.BigAutoField(primary_key=True)
    key = models.TextField(unique=True)
    brand = models.TextField()
    mistake = models.TextField()
    customer = models.BigIntegerField()
    channel = models.TextField()
    recipient = models.TextField()
    subject = models.TextField()
    mime = models.BinaryField(null=True)  # the whole message as it would have gone out, for e-mail
    text = models.TextField()
    digest = models.TextField()  # of the words, SHA-256 hex
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "outbox_message"
        indexes = [models.Index(fields=["mistake", "id"], name="outbox_mistake")]


class Task(models.Model):
    """Something a person does: a call, a visit, a fix. Settled by `finish_task` or `give_up_task`."""

    id = models.BigAutoField(primary_key=True)
    key = models.TextField(unique=True)
    brand = models.TextField()
    mistake = models.TextField()
    customer = models.BigIntegerField()
    kind = models.TextField()  # tell, fix, make good, ask
    what = models.TextField()
    contact = models.JSONField(default=dict)
    state = models.TextField(db_default="open")  # open, done, cannot
    made_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    done_by = models.BigIntegerField(null=True)  # staff id
    proof = models.TextField(db_default="")

    class Meta:
        db_table = "task"
        indexes = [
            models.Index(fields=["mistake", "id"], name="task_mistake"),
            models.Index(fields=["made_at"], condition=models.Q(state="open"), name="task_open"),
        ]


class Letter(models.Model):
    """A letter to print and post. `batch` names the print run; `sender` is the letterhead when it was written."""

    id = models.BigAutoField(primary_key=True)
    key = models.TextField(unique=True)
    brand = models.TextField()
    mistake = models.TextField()
    customer = models.BigIntegerField()
    sender = models.TextField(db_default="")
    lines = models.TextField()  # name and postal address, one line each
    subject = models.TextField()
    text = models.TextField()
    locale = models.TextField(db_default="en")  # of the words, for the date line
    state = models.TextField(db_default="to print")  # to print, printed, posted, returned
    batch = models.TextField(null=True)  # noqa: DJ001  NULL until it is printed
    made_at = models.DateTimeField(db_default=Now())
    posted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "letter"
        indexes = [
            models.Index(fields=["mistake", "id"], condition=models.Q(state="to print"), name="letter_to_print"),
            models.Index(fields=["batch"], name="letter_batch"),
        ]


class Settlement(models.Model):
    """A person's word that a task or letter reached its end; append-only and sealed. The acts read it by cursor.

    The column `xid` (the writing transaction) is added by the migration: a cursor on `id` alone would skip rows
    whose transaction commits late.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.TextField()
    status = models.TextField()  # done, failed
    code = models.TextField()  # done, cannot, posted, returned
    at = models.DateTimeField(db_default=Now())
    staff = models.BigIntegerField(null=True)

    class Meta:
        db_table = "settlement"
        indexes = [models.Index(fields=["key"], name="settlement_key")]


class Suppression(models.Model):
    """An address that no mail goes to, by keyed digest; erasing a customer keeps it. Brand 0 is the row that says
    which key the digests were made with."""

    id = models.BigAutoField(primary_key=True)
    brand = models.BigIntegerField()
    digest = models.TextField()
    reason = models.TextField()  # bounced, complained, asked, by-hand
    source = models.TextField()  # connection:7, staff:3
    since = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "suppression"
        constraints = [models.UniqueConstraint(fields=["brand", "digest"], name="suppressed_once")]
