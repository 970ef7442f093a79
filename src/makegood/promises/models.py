"""Promise tables. A promise may hold a person's words and can be deleted; its events hold none and never change."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

STATES = ("open", "paused", "kept", "released")
CLOCK = ("coming", "late", "missed")
KINDS = ("made", *CLOCK, "paused", "resumed", "kept", "released", "answered")


class Promise(models.Model):
    """Something owed by a moment, to one customer or to all who read one sentence of a plan's message.

    `plan`, `step`, `mark` and `place` name the sentence; a promise by hand has none of them. `due_at` is the first
    moment, `last_at` the last one where customers were told different ones. `margin` is how long before it is coming
    and how long after it is missed. `told` hears of it then, beside its owner. `carried` are the steps whose acts keep
    it. `round` counts its pauses; `next_at` is when its next event is raised, None where none is left. `answered_at`: a
    person has said what became of a missed one.
    """

    id = models.BigAutoField(primary_key=True)
    mistake = models.ForeignKey("mistakes.Mistake", on_delete=models.PROTECT, db_index=False)
    plan = models.BigIntegerField(null=True)
    step = models.TextField(default="")
    mark = models.TextField(default="")
    place = models.TextField(default="")
    customer = models.BigIntegerField(null=True)
    customers = models.BigIntegerField(default=1)
    what = models.TextField()
    by = models.TextField()  # as it was said or typed
    owner = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    told = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    zone = models.TextField()
    calendar = models.TextField(default="")  # business days of which the moment was counted; "" for none
    due_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)
    margin = models.DurationField()
    carried = ArrayField(models.TextField(), default=list)
    state = models.TextField(default="open")
    reason = models.TextField(default="")
    round = models.IntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "promise"
        constraints = [
            models.UniqueConstraint(fields=["plan", "step", "mark"], name="promise_once", condition=Q(plan__gt=0)),
            models.CheckConstraint(condition=Q(state__in=STATES), name="promise_state"),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="promise_next"),
            models.Index(fields=["mistake", "due_at", "id"], name="promise_of_mistake"),
            models.Index(fields=["due_at", "id"], condition=Q(state__in=["open", "paused"]), name="promise_due"),
            models.Index(fields=["plan"], condition=Q(state="open", plan__gt=0), name="promise_of_plan"),
            models.Index(fields=["customer"], condition=Q(customer__isnull=False), name="promise_customer"),
        ]


class PromiseEvent(models.Model):
    """What happened to a promise. What the clock raises is there once for each round, whoever raises it. No foreign
    key: a promise that is erased with its customer leaves its events, which say nothing of anybody."""

    id = models.BigAutoField(primary_key=True)
    promise = models.BigIntegerField()
    kind = models.TextField()
    round = models.IntegerField()
    at = models.DateTimeField()
    by = models.BigIntegerField(null=True)  # staff; NULL for the clock

    class Meta:
        db_table = "promise_event"
        constraints = [
            models.UniqueConstraint(
                fields=["promise", "kind", "round"], name="promise_event_once", condition=Q(kind__in=CLOCK)
            ),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="promise_event_kind"),
        ]
        indexes = [models.Index(fields=["promise", "id"], name="promise_event_of")]
