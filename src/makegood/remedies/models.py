"""Remedy tables: a double-entry ledger that is only ever added to, voucher codes in pools, payouts for the bank."""

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


class PayoutBatch(models.Model):
    """One file for the bank. What is in it follows from its rows and is the same however often it is written."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField(unique=True)
    brand = models.TextField()
    payer = models.TextField()  # our account
    settings = models.JSONField()  # of the connection, as they were
    lines = models.IntegerField()
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    on = models.DateField()  # when the bank is to carry it out
    digest = models.TextField()  # of the file, SHA-256 hex
    exported_by = models.BigIntegerField()  # staff id
    exported_at = models.DateTimeField()
    handed_by = models.BigIntegerField(null=True)
    handed_at = models.DateTimeField(null=True)
    reference = models.TextField(db_default="")  # the bank's, for the file

    class Meta:
        db_table = "payout_batch"


class Payout(models.Model):
    """A transfer to a customer's account. Account and holder are personal values: erasure deletes the row.

    `state` is waiting, exported, handed over, returned or taken back. `reference` is what the bank gives back.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.TextField(unique=True)
    reference = models.TextField(unique=True)
    brand = models.TextField()
    mistake = models.TextField()
    customer = models.BigIntegerField()
    payer = models.TextField()
    account = models.TextField()  # IBAN, or a number of an account
    bank = models.TextField(db_default="")  # BIC, or the bank's number
    holder = models.TextField()
    purpose = models.TextField()
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.TextField(db_default="waiting")
    code = models.TextField(db_default="")  # the bank's, when it came back
    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, null=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "payout"
        indexes = [
            models.Index(
                fields=["brand", "payer", "currency", "id"],
                condition=models.Q(state="waiting"),
                name="payout_waiting",
            ),
            models.Index(fields=["batch", "id"], name="payout_batch_lines"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(minor__gt=0), name="payout_minor_positive")]
