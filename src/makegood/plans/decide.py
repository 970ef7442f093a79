"""A person's word where the policy held or could not say: it stands in every plan made after it."""

from __future__ import annotations

from django.db import connection, transaction

from makegood.journal.actions import record
from makegood.kit.errors import BadInput, NotFound
from makegood.kit.money import Money
from makegood.mistakes.models import Mistake
from makegood.plans.models import Override
from makegood.scopes.queries import newest_scope


@transaction.atomic
def decide_for(
    mistake: Mistake, customer_key: str, *, remedy: str, amount: Money | None, reason: str, actor: int
) -> Override:
    """`amount` None means nothing is owed. Raises `NotFound` for a customer who is not in the newest scope, `BadInput`
    without a reason."""
    if not reason.strip():
        raise BadInput("A decision needs its reason.", remedy="Add --reason in one sentence.", code="no-reason")
    if amount is not None and amount.minor <= 0:
        raise BadInput(
            f"{amount} is not an amount to pay.", remedy="Give more than zero, or --nothing.", code="bad-amount"
        )
    # Ids of decisions grow in the order they are committed: a plan knows all up to the newest it saw.
    Mistake.objects.select_for_update(of=("self",)).get(id=mistake.id)
    scope = newest_scope(mistake)
    customer = find_customer(scope.id if scope else 0, customer_key)
    override = Override.objects.create(
        mistake=mistake,
        customer=customer,
        remedy=remedy,
        minor=amount.minor if amount else None,
        reason=reason.strip(),
        by=actor,
    )
    record(
        "customer.decided",
        f"customer:{customer}",
        actor=actor,
        brand=mistake.brand_id,
        mistake=mistake.id,
        facts={"remedy": remedy, "minor": override.minor, "currency": amount.currency if amount else ""},
    )
    return override


def find_customer(scope: int, key: str) -> int:
    """The number of an affected customer. Raises `NotFound`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT customer_id FROM affected WHERE scope_id = %s AND customer_key = %s", [scope, key])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(
            f"Nobody with the key '{key}' is affected by this mistake.",
            remedy="Check the key; it is the one of the scope's source.",
            code="no-customer",
        )
    return int(row[0])
