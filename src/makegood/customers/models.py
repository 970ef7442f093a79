"""Customer tables. Personal values live in `alias` and `contact_point` and can be deleted; `customer` is a number.

A commitment in an append-only table is a hash with the customer's salt: once the salt is deleted, it says nothing.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Customer(models.Model):
    id = models.BigAutoField(primary_key=True)
    brand = models.ForeignKey("people.Brand", on_delete=models.PROTECT)
    made_at = models.DateTimeField(db_default=Now())
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "customer"


class Salt(models.Model):
    """32 random bytes of one customer; deleted at erasure."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True)
    salt = models.BinaryField()

    class Meta:
        db_table = "customer_salt"


class Alias(models.Model):
    """A name by which a source knows the customer: `kind` is `key` (the firm's own number) or `email`, `phone`."""

    id = models.BigAutoField(primary_key=True)
    brand = models.ForeignKey("people.Brand", on_delete=models.PROTECT)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    kind = models.TextField()
    value = models.TextField()

    class Meta:
        db_table = "customer_alias"
        constraints = [models.UniqueConstraint(fields=["brand", "kind", "value"], name="alias_once")]


class ContactPoint(models.Model):
    """How to reach a customer: `kind` is name, email, phone, post or language. The newest of a kind counts."""

    id = models.BigAutoField(primary_key=True)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    kind = models.TextField()
    value = models.TextField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "contact_point"
        constraints = [models.UniqueConstraint(fields=["customer", "kind", "value"], name="contact_once")]
