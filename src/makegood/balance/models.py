"""What the balance keeps so that nobody has to count all acts: the last count of a mistake, and the tally since."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Counted(models.Model):
    """The newest whole count of a mistake. `basis` says what it was counted over (scope, plans, decisions, playbook):
    another basis needs another count. `tally` is the tally at that moment: what it has moved by since is added."""

    mistake = models.OneToOneField("mistakes.Mistake", on_delete=models.CASCADE, primary_key=True)
    basis = models.CharField(max_length=64)
    tally = models.JSONField(default=list)
    balance = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "balance_counted"
