"""The look before money, right before an act is first tried: what changed at the provider since the plan was made.

Only a first try is looked at. A repeat by key is not: its own refund would be found and prove nothing new.
"""

from __future__ import annotations

from collections.abc import Sequence

from makegood.acts.answers import Tried
from makegood.acts.connections import Db
from makegood.acts.envelopes import PlanView
from makegood.kit.killpoints import kp
from makegood.kit.looking import FOR_A_PERSON, Inspection, Look, Looks, may_pay
from makegood.kit.plugins import Answer, Envelope, OutcomeUnknown, Plugin, ProviderError

Pair = tuple[Envelope, Tried]
# What a person decided for a customer stands over what the provider says, within what is left.
_BY_PERSON = """
SELECT customer_id FROM decision
WHERE plan_id = %s AND remedy = %s AND rule = 'person' AND customer_id = ANY(%s)
"""


async def look_first(db: Db, plan: PlanView, plugin: Plugin, pairs: Sequence[Pair], remedy: str) -> dict[int, Answer]:
    """By ordinal, the answer of each act that must not be tried now: it was done already, may not be, or nobody knows.

    Plug-ins that cannot look refuse nothing.
    """
    first = [(envelope, tried) for envelope, tried in pairs if not tried.doubt]
    if not isinstance(plugin, Looks) or not first:
        return {}
    kp("act.before_look")
    found: dict[int, Look] = {}
    async for index, look in plugin.inspect([envelope for envelope, _ in first]):
        found[index] = look
    kp("act.looked")
    persons = await _by_person(db, plan, remedy, [first[index][0] for index, look in found.items() if _asks(look)])
    answers: dict[int, Answer] = {}
    for index, (envelope, tried) in enumerate(first):
        answer = _answer(found.get(index), envelope, by_person=envelope.customer in persons)
        if answer is not None:
            answers[tried.ordinal] = answer
    return answers


def _asks(look: Look) -> bool:
    return isinstance(look, Inspection) and look.verdict in FOR_A_PERSON


async def _by_person(db: Db, plan: PlanView, remedy: str, envelopes: Sequence[Envelope]) -> set[int]:
    if not envelopes:
        return set()
    customers = [envelope.customer for envelope in envelopes]
    rows = await (await db.execute(_BY_PERSON, [plan.id, remedy, customers])).fetchall()
    return {row["customer_id"] for row in rows}


def _answer(look: Look | None, envelope: Envelope, *, by_person: bool) -> Answer | None:
    if look is None:
        return ProviderError("The provider was not looked at.", permanent=False, code="not-looked-at")
    if isinstance(look, OutcomeUnknown):
        return ProviderError(look.words, permanent=False, code=look.code)  # nothing was sent
    if isinstance(look, ProviderError):
        return look
    if look.receipt is not None:
        return look.receipt
    if may_pay(look, envelope.amount, by_person=by_person):
        return None
    return ProviderError(look.words, permanent=True, code=f"provider-{look.verdict}")
