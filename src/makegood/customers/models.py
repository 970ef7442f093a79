"""Customer tables. Personal values live in `alias` and `contact_point` and can be deleted; `customer` is a number.

A commitment in an append-only table is a hash with the customer's salt: once the salt is deleted, it says nothing.

No foreign keys: a first load adds several rows a customer, and a check of each would cost more than writing it. Rows
here are added by one verb, which takes the numbers it has just made, and a customer's number is never deleted.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Customer(models.Model):
    id = models.BigAutoField(primary_key=True)
    brand = models.ForeignKey("people.Brand", on_delete=models.PROTECT, db_constraint=False, db_index=False)
    made_at = models.DateTimeField(db_default=Now())
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "customer"


class Salt(models.Model):
    """32 random bytes of one customer; deleted at erasure."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, db_constraint=False)
    salt = models.BinaryField()

    class Meta:
        db_table = "customer_salt"


class Alias(models.Model):
    """A name by which a source knows the customer: `kind` is `key` (the firm's own number) or `email`, `phone`."""

    pk = models.CompositePrimaryKey("brand_id", "kind", "value")
    brand = models.ForeignKey("people.Brand", on_delete=models.PROTECT, db_constraint=False, db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_constraint=False)
    kind = models.TextField()
    value = models.TextField()

    class Meta:
        db_table = "customer_alias"


class ContactPoint(models.Model):
    """How to reach a customer: `kind` is name, email, phone, post or language. The newest of a kind counts."""

    pk = models.CompositePrimaryKey("customer_id", "kind", "value")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_constraint=False, db_index=False)
    kind = models.TextField()
    value = models.TextField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "contact_point"
