"""Remedy tables: a double-entry ledger that is only ever added to, and voucher codes in pools."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Transfer(models.Model):
    """`minor` units of `currency` move from the account `debit` to the account `credit`; append-only and sealed.

    Accounts are text: `brand:<brand>:redress`, `brand:<brand>:goodwill`, `customer:<number>:credit`. The balance of
    an account is what it was credited less what it was debited. The column `xid` is added by the migration.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.TextField(unique=True)
    debit = models.TextField()
    credit = models.TextField()
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    memo = models.TextField(db_default="")  # a code, never a name
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "ledger_transfer"
        indexes = [
            models.Index(fields=["debit", "currency"], name="ledger_debit"),
            models.Index(fields=["credit", "currency"], name="ledger_credit"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(minor__gt=0), name="ledger_minor_positive"),
            models.CheckConstraint(condition=~models.Q(debit=models.F("credit")), name="ledger_two_accounts"),
        ]


class VoucherPool(models.Model):
    id = models.BigAutoField(primary_key=True)
    brand = models.TextField()
    name = models.TextField()

    class Meta:
        db_table = "voucher_pool"
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="voucher_pool_once")]


class Voucher(models.Model):
    """One code. `key` is the act it was given to; `minor` is NULL for a code without a money value."""

    id = models.BigAutoField(primary_key=True)
    pool = models.ForeignKey(VoucherPool, on_delete=models.PROTECT)
    code = models.TextField(unique=True)
    minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, null=True)  # noqa: DJ001  NULL together with minor
    expires_on = models.DateField(null=True)  # the last day it can be used
    key = models.TextField(unique=True, null=True)  # noqa: DJ001  NULL while it is free, else unique
    assigned_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "voucher"
        indexes = [
            models.Index(fields=["pool", "expires_on", "id"], condition=models.Q(key=None), name="voucher_free"),
        ]
