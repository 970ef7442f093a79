"""Tables of the engine. `chunk` is the truth of who works on what; `attempt` is append-only and partitioned by plan."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class Chunk(models.Model):
    """Up to 500 acts of one (plan, wave, step, provider, due hour) with one lease.

    First pass: ordinals `lo..hi`, of which everything up to `claimed_to` has been claimed by a window. A chunk of acts
    gathered later has `again` set: its members carry this id in `act.again`, ordinals still bound it.
    States: open, paused, done, cancelled. `home` names the home whose send logs know the open window; "*" for none.
    `claimed_at` is when the newest window was claimed, `senders` the epochs that may have sent of it. `settles_at` is
    when the first of its acts that were taken may have settled, `rerouted` how many of its acts left a route that did
    not reach the customer.
    """

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey("plans.Plan", on_delete=models.PROTECT)
    wave = models.IntegerField()
    step = models.TextField()
    provider = models.TextField()
    due_at = models.DateTimeField()
    lo = models.IntegerField()
    hi = models.IntegerField()
    again = models.BooleanField(default=False)
    digest = models.CharField(max_length=64, default="")
    state = models.TextField(default="open")
    claimed_to = models.IntegerField()
    settled_to = models.IntegerField()
    epoch = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    worker = models.TextField(default="")
    home = models.TextField(db_default="")
    claimed_at = models.DateTimeField(null=True)
    senders = ArrayField(models.IntegerField(), db_default=[])
    settles_at = models.DateTimeField(null=True)
    done = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    unknown = models.IntegerField(default=0)
    waiting = models.IntegerField(default=0)
    rerouted = models.IntegerField(db_default=0)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "chunk"
        indexes = [
            models.Index(fields=["plan", "wave"], name="chunk_plan"),
            models.Index(fields=["lease_until"], condition=models.Q(state="open"), name="chunk_open"),
            models.Index(
                fields=["id"],
                condition=models.Q(state="cancelled", claimed_to__gt=models.F("settled_to")),
                name="chunk_closing",
            ),
            models.Index(fields=["settles_at"], condition=models.Q(settles_at__isnull=False), name="chunk_settles"),
        ]


class Attempt(models.Model):
    """One try of one act with its answer: ids and codes only. `epoch` is the chunk's when it was tried.

    `answer` of a try: done, accepted, waiting, failed, retry, unknown, looked-up; of a person: done, absent, cancelled;
    of what was heard later: done, failed, reversed, bounced, complained, disputed, late.
    """

    pk = models.CompositePrimaryKey("plan_id", "id")
    plan_id = models.BigIntegerField()
    id = models.BigIntegerField()
    ordinal = models.IntegerField()
    chunk_id = models.BigIntegerField()
    epoch = models.IntegerField()
    at = models.DateTimeField()
    key = models.TextField()
    answer = models.TextField()
    code = models.TextField()
    reference = models.TextField()
    words = models.TextField()
    words_digest = models.TextField()
    commitment = models.TextField()
    minor = models.BigIntegerField(null=True)
    currency = models.TextField(null=True)  # noqa: DJ001 - NULL where there is no money

    class Meta:
        db_table = "attempt"
        managed = False


class Pace(models.Model):
    """A bucket per provider account: how many calls may still start, filled by the database's clock."""

    name = models.TextField(primary_key=True)
    per_second = models.FloatField()
    tokens = models.FloatField(default=0)
    filled_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "pace"
