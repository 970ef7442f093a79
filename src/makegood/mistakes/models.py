"""Mistake tables. A mistake opens from one sentence; everything else can follow."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Mistake(models.Model):
    """A service failure being put right. `fault` is clear, unclear or none; `doubtful` is resend or hold."""

    id = models.BigAutoField(primary_key=True)
    brand = models.ForeignKey("people.Brand", on_delete=models.PROTECT)
    public_id = models.TextField(unique=True)
    slug = models.TextField()
    title = models.TextField()
    kind = models.TextField(default="outcome")
    fault = models.TextField(default="clear")
    severity = models.TextField(default="")
    zone = models.TextField(default="UTC")
    currency = models.CharField(max_length=3, default="USD")
    happened_from = models.DateTimeField(null=True)
    happened_to = models.DateTimeField(null=True)
    noticed_at = models.DateTimeField()
    noticed_how = models.TextField(default="staff")
    reported_at = models.DateTimeField(db_default=Now())
    state = models.TextField(default="open")  # open, closed
    closed_at = models.DateTimeField(null=True)
    fixed_at = models.DateTimeField(null=True)  # the mistake itself: its updates have ended

    class Meta:
        db_table = "mistake"
        constraints = [models.UniqueConstraint(fields=["brand", "slug"], name="mistake_slug_once")]


class Fact(models.Model):
    """Something we know about the mistake. Only a confirmed fact may be told as a cause."""

    id = models.BigAutoField(primary_key=True)
    mistake = models.ForeignKey(Mistake, on_delete=models.PROTECT)
    name = models.TextField()
    text = models.TextField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "fact"
        constraints = [models.UniqueConstraint(fields=["mistake", "name"], name="fact_once")]


class News(models.Model):
    """How the fix goes on, in a person's words, for the next update. Never changed; ids tell the order."""

    id = models.BigAutoField(primary_key=True)
    mistake = models.ForeignKey(Mistake, on_delete=models.PROTECT)
    text = models.TextField()
    by = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "news"
        indexes = [models.Index(fields=["mistake", "id"], name="news_of_mistake")]


class Prevention(models.Model):
    """What is done so that it does not happen again: by whom (a name, or a team's), until when. `name` is what the
    playbook and messages call it; `done_at` is when somebody recorded that it is finished."""

    id = models.BigAutoField(primary_key=True)
    mistake = models.ForeignKey(Mistake, on_delete=models.PROTECT)
    name = models.TextField()
    text = models.TextField()
    owner = models.TextField()
    due = models.DateField()
    done_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "prevention"
        constraints = [models.UniqueConstraint(fields=["mistake", "name"], name="prevention_once")]
