"""People tables. A brand is the access boundary inside one installation."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
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


class Everyone(BaseUserManager["Staff"]):
    """Finds people by their address, which is kept in small letters."""

    def get_by_natural_key(self, username: str | None) -> Staff:
        return self.get(email=(username or "").lower())


class Staff(AbstractBaseUser):
    """A person who works with Makegood, and who signs in with their address (decision 12).

    Addresses are also kept to refuse making good to oneself. A password of "!" opens nothing: nobody starts with one.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.TextField()
    email = models.TextField(unique=True)
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField(db_default=Now())
    password = models.CharField(max_length=128, default="!")

    objects: ClassVar[Everyone] = Everyone()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        db_table = "staff"

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # what Django asks before it lets someone in
        return self.active


class Invitation(models.Model):
    """A link that lets one person choose a password, once; only the SHA-256 of its secret is stored."""

    id = models.BigAutoField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.BigIntegerField(null=True)  # NULL: whoever started Makegood on its machine
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invitation"


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
