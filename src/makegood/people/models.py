"""People tables. A brand is the access boundary inside one installation."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Brand(models.Model):
    """A legal name that customers know, with the sender their mail comes from."""

    id = models.BigAutoField(primary_key=True)
    slug = models.SlugField(unique=True)
    legal_name = models.TextField()
    sender_name = models.TextField(default="")
    sender_email = models.TextField(default="")
    reply_to = models.TextField(default="")
    postal = models.TextField(default="")  # lines of the letterhead
    zone = models.TextField(default="UTC")
    solo_wait = models.DurationField(null=True)  # a firm of one: waiting time instead of a second person
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "brand"


class Staff(models.Model):
    """A person who works with Makegood. Addresses are kept to refuse making good to oneself."""

    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    email = models.TextField(unique=True)
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "staff"


class Membership(models.Model):
    """A role of one person in one brand: reporter, agent, lead, approver, admin, auditor."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE)
    role = models.TextField()

    class Meta:
        db_table = "membership"
        constraints = [models.UniqueConstraint(fields=["staff", "brand", "role"], name="membership_once")]


class Limit(models.Model):
    """Money one person may approve, in minor units of one currency. NULL means no limit of that span."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE)
    currency = models.CharField(max_length=3)
    per_act = models.BigIntegerField(null=True)
    per_day = models.BigIntegerField(null=True)
    per_30_days = models.BigIntegerField(null=True)
    per_mistake = models.BigIntegerField(null=True)

    class Meta:
        db_table = "money_limit"
        constraints = [models.UniqueConstraint(fields=["staff", "brand", "currency"], name="limit_once")]


class Token(models.Model):
    """A personal key for the command line; only its SHA-256 is stored."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    label = models.TextField(default="")
    scopes = models.JSONField(default=list)  # verbs: read, report, draft, approve, apply, admin
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "token"


class Connection(models.Model):
    """A named way out of (or into) this machine: a source, a channel or a remedy with its settings.

    Secrets in `settings` are `{"env": "NAME"}` or `{"sealed": "…"}` (encrypted with the key outside the database).
    `live` is false until a person switches it: until then the local outbox and ledger catch everything.
    """

    id = models.BigAutoField(primary_key=True)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE)
    name = models.TextField()
    plugin = models.TextField()
    settings = models.JSONField(default=dict)
    live = models.BooleanField(default=False)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "connection"
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="connection_once")]
