"""Plan tables. `decision` and `act` are partitioned by plan; the row that is planned is the row that is carried out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

LIVE = ("approved", "applying", "paused", "stopped")


class Plan(models.Model):
    """One stage of one mistake, computed from one scope version at `as_of`.

    States: drafting, draft, failed, superseded (a newer draft or plan took its place), approved, applying, paused,
    stopped (a stop condition fired), cancelled, done. `digest` is the root over chunk digests, revisions and settings.
    `update_at`: when the update after this one is to be made, or was asked for and is asked for again.
    """

    id = models.BigAutoField(primary_key=True)
    mistake = models.ForeignKey("mistakes.Mistake", on_delete=models.PROTECT)
    scope = models.ForeignKey("scopes.Scope", on_delete=models.PROTECT)
    stage = models.TextField()
    number = models.IntegerField()
    state = models.TextField(default="drafting")
    reason = models.TextField(default="")
    as_of = models.DateTimeField()
    digest = models.CharField(max_length=64, default="")
    revisions = models.JSONField(default=dict)  # document name -> [revision id, digest]
    settings = models.JSONField(default=dict)  # the playbook's stage as it was read
    summary = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    acts = models.BigIntegerField(default=0)
    wave = models.IntegerField(default=0)
    requested_by = models.BigIntegerField()
    made_at = models.DateTimeField(db_default=Now())
    approved_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    update_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "plan"
        indexes = [models.Index(fields=["update_at"], condition=Q(update_at__isnull=False), name="plan_update_at")]
        constraints = [
            models.UniqueConstraint(fields=["mistake", "number"], name="plan_number_once"),
            models.UniqueConstraint(
                fields=["mistake", "stage"],
                condition=Q(state__in=list(LIVE)),
                name="plan_one_live_a_stage",
            ),
        ]


class Part(models.Model):
    """A chunk as planned: a run of ordinals, its digest over the acts' leaves, its sums."""

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE)
    number = models.IntegerField()
    wave = models.IntegerField()
    step = models.TextField()
    provider = models.TextField()
    due_at = models.DateTimeField()
    lo = models.IntegerField()
    hi = models.IntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "plan_part"
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="part_once")]


class Decision(models.Model):
    """What the policy says for one customer and one remedy."""

    pk = models.CompositePrimaryKey("plan_id", "customer_id", "remedy")
    plan_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    remedy = models.TextField()
    status = models.TextField()  # owed, nothing, hold, undefined
    rule = models.TextField()
    minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, default="")
    basis = models.TextField()
    reason = models.TextField()

    class Meta:
        db_table = "decision"
        managed = False


class Act(models.Model):
    """A step for one customer: planned, then carried out. See docs/architecture.md for its states.

    `via` is the place (from 1) in the step's routes that the act is on; 0: as planned. `settles_at` is set while what
    the provider took may still come back.
    """

    pk = models.CompositePrimaryKey("plan_id", "ordinal")
    plan_id = models.BigIntegerField()
    ordinal = models.IntegerField()
    mistake_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    step = models.TextField()
    sequence = models.IntegerField()
    kind = models.TextField()
    stage = models.TextField()
    provider = models.TextField()
    route = models.TextField()
    remedy = models.TextField()
    wave = models.IntegerField()
    due_at = models.DateTimeField()
    minor = models.BigIntegerField(null=True)
    currency = models.TextField(null=True)  # noqa: DJ001 - NULL where there is no money
    basis = models.TextField()
    facts_digest = models.TextField()
    leaf = models.TextField()
    state = models.TextField()
    code = models.TextField(null=True)  # noqa: DJ001 - NULL until something happened
    next_at = models.DateTimeField(null=True)
    again = models.BigIntegerField(null=True)
    tries = models.IntegerField()
    settled_at = models.DateTimeField(null=True)
    via = models.IntegerField(default=0)
    settles_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "act"
        managed = False


class ActKey(models.Model):
    """The identity of every approved act of a mistake: claimed once, whatever plan it came from."""

    pk = models.CompositePrimaryKey("mistake_id", "customer_id", "step", "sequence")
    mistake_id = models.BigIntegerField()
    customer_id = models.BigIntegerField()
    step = models.TextField()
    sequence = models.IntegerField()
    plan_id = models.BigIntegerField()
    ordinal = models.IntegerField()

    class Meta:
        db_table = "act_key"


class Approval(models.Model):
    """Somebody's yes to exactly this digest. `rule` is person, standing, solo or schedule. Append-only."""

    id = models.BigAutoField(primary_key=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT)
    digest = models.CharField(max_length=64)
    approver = models.BigIntegerField()
    rule = models.TextField()
    sums = models.JSONField(default=dict)  # currency -> minor units this plan adds
    running = models.JSONField(default=dict)  # currency -> minor units of the mistake, this plan included
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "approval"
        constraints = [models.UniqueConstraint(fields=["plan", "approver"], name="approval_once")]


class Accepted(models.Model):
    """A person's reason why a warning is right, by a stage of a mistake and the warning's mark. Append-only."""

    id = models.BigAutoField(primary_key=True)
    mistake = models.ForeignKey("mistakes.Mistake", on_delete=models.PROTECT)
    stage = models.TextField()
    mark = models.CharField(max_length=16)
    rule = models.TextField()
    because = models.TextField()
    by = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "accepted"
        indexes = [models.Index(fields=["mistake", "stage", "mark"], name="accepted_mark")]


class Override(models.Model):
    """A person's decision for one customer and remedy where the policy held or could not say."""

    id = models.BigAutoField(primary_key=True)
    mistake = models.ForeignKey("mistakes.Mistake", on_delete=models.PROTECT)
    customer = models.BigIntegerField()
    remedy = models.TextField()
    minor = models.BigIntegerField(null=True)  # NULL: nothing is owed
    reason = models.TextField()
    by = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "override"
        indexes = [models.Index(fields=["mistake", "customer", "remedy", "-id"], name="override_newest")]


class Again(models.Model):
    """The first attempt did not put this customer right: they said so, or it failed. Append-only; the newest row of a
    customer counts, and `withdrawn` takes the earlier one back."""

    id = models.BigAutoField(primary_key=True)
    mistake = models.ForeignKey("mistakes.Mistake", on_delete=models.PROTECT)
    customer = models.BigIntegerField()
    reason = models.TextField()
    withdrawn = models.BooleanField(default=False)
    by = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "again"
        indexes = [models.Index(fields=["mistake", "customer", "-id"], name="again_newest")]
