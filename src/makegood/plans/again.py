"""Customers whom the first attempt did not put right: recorded by a person, taken up by a stage with `attempt: 2`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connection, transaction

from makegood.core.expressions_sql import quoted
from makegood.core.playbook_second import SECOND
from makegood.core.render import compile_message
from makegood.journal.actions import record
from makegood.kit.columns import Columns, copy_from_postgres
from makegood.kit.counting import counted
from makegood.kit.errors import BadInput, Finding, Place, Refused
from makegood.mistakes.models import Mistake
from makegood.mistakes.queries import require_open
from makegood.plans.decide import find_customer
from makegood.plans.models import Again, Plan
from makegood.scopes.queries import newest_scope

if TYPE_CHECKING:
    from makegood.plans.inputs import Inputs

MEANT = "customer_id IN (SELECT customer_id FROM again)"
LISTED = """
SELECT customer FROM (
    SELECT DISTINCT ON (customer) customer, withdrawn FROM again WHERE mistake_id = %(mistake)s
    ORDER BY customer, id DESC) newest
WHERE NOT withdrawn
"""
_NOTHING_NEW = """
SELECT count(*), coalesce(string_agg(customer_key, ', ' ORDER BY customer_key) FILTER (WHERE n <= 3), '') FROM (
    SELECT customer_key, row_number() OVER (ORDER BY customer_key) AS n FROM affected
    WHERE customer_id IN (SELECT customer_id FROM again)
      AND customer_id NOT IN (SELECT customer_id FROM act WHERE step IN ({deeds}))
      AND customer_id NOT IN (SELECT customer_id FROM existing WHERE step IN ({deeds}) AND acts > 0)
      AND customer_id NOT IN (SELECT customer_id FROM final WHERE status = 'hold'))
"""


@transaction.atomic
def not_put_right(mistake: Mistake, customer_key: str, *, reason: str, actor: int, withdrawn: bool = False) -> Again:
    """Puts the customer on the list for a second attempt, or takes them off it. Raises `NotFound` for a customer who is
    not in the newest scope, `BadInput` without a reason, `Refused` where that is recorded already, or for a closed
    mistake."""
    if not reason.strip():
        what = "It needs a reason: what they said, or what failed."
        raise BadInput(what, remedy="Add --because in one sentence.", code="no-reason")
    require_open(mistake)
    # Ids grow in the order they are committed: a plan knows all up to the newest it saw.
    Mistake.objects.select_for_update(of=("self",)).get(id=mistake.id)
    scope = newest_scope(mistake)
    customer = find_customer(scope.id if scope else 0, customer_key)
    newest = Again.objects.filter(mistake=mistake, customer=customer).order_by("-id").first()
    if (newest is None or newest.withdrawn) == withdrawn:
        what = f"'{customer_key}' is {'not ' if withdrawn else ''}on the list for a second attempt already."
        raise Refused(what, remedy="There is nothing to do.", code="listed-already")
    added = Again.objects.create(
        mistake=mistake, customer=customer, reason=reason.strip(), withdrawn=withdrawn, by=actor
    )
    verb = "customer.right-after-all" if withdrawn else "customer.not-put-right"
    record(verb, f"customer:{customer}", actor=actor, brand=mistake.brand_id, mistake=mistake.id)
    return added


def newest_again(mistake: int) -> int:
    newest = Again.objects.filter(mistake=mistake).order_by("-id").values_list("id", flat=True).first()
    return newest or 0


def count_listed(mistake: int) -> int:
    """How many customers are on the list now."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({LISTED}) t", {"mistake": mistake})
        return int(cursor.fetchone()[0])


def read_again(raw: psycopg.Connection[Any], inputs: Inputs, columns: Columns) -> None:
    """`again(customer_id)`, in the caller's transaction."""
    copy_from_postgres(raw, LISTED, {"mistake": inputs.mistake.id}, columns, "again", [("customer_id", "BIGINT")])


def second_findings(columns: Columns, inputs: Inputs) -> list[Finding]:
    """Nobody on the list is left without something new, and the words are those of a second apology."""
    if inputs.stage.attempt != SECOND:
        return []
    found = []
    deeds = ", ".join(quoted(step.id) for step in inputs.stage.steps if step.do in ("fix", "make good"))
    number, keys = columns.fetch(_NOTHING_NEW.format(deeds=deeds or "''"))[0]
    if count := int(str(number)):
        what = f"{counted(count, 'customer')} whom the first attempt did not put right would get nothing new."
        remedy = "Let the policy owe them something here, or decide for each: makegood decide."
        named = tuple(str(keys).split(", "))
        found.append(Finding("nothing-new", what, remedy, count=count, examples=named))
    for step in inputs.stage.steps:
        if step.do == "tell":
            for file in inputs.checked.folder.messages[step.message].values():
                found += _words(file, inputs.checked.folder.texts[file])
    return found


def _words(name: str, text: str) -> list[Finding]:
    """In each language."""
    compiled, _ = compile_message(text, name)
    if compiled is None:
        return []
    found = []
    if "person" not in compiled.placeholders:
        what = "A second apology names who answers for it, and this message does not."
        found.append(Finding("person-not-named", what, "Write {{ person }} into it.", place=Place(name)))
    if compiled.checked_as.get("attempt") != SECOND:
        what = "The message is a second apology, and does not say so to the checker."
        remedy = "Write makegood: {kind: …, attempt: 2} into its front matter; makegood check then asks more of it."
        found.append(Finding("attempt-differs", what, remedy, place=Place(name)))
    return found


def newer_again(plan: Plan) -> list[str]:
    """Why a plan is not current any more, as parts of a sentence: somebody was taken off the list since."""
    if plan.settings.get("attempt") != SECOND:
        return []
    later = Again.objects.filter(mistake=plan.mistake_id, id__gt=plan.summary["again_upto"], withdrawn=True)
    return ["somebody was taken off the list for a second attempt after it was made"] if later.exists() else []
