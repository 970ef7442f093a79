"""The balance of a large mistake without counting its acts: the last whole count, moved by what the tally says since.

Up to `FEW` acts and customers everything is counted each time. Beyond, a whole count is made when what it is counted
over has changed (another scope, an approval, a decision of a person, another playbook) or when the tally cannot tell
whose category moved; it is kept. Between counts the sums of every step, category and currency stay exact. How many
customers are accounted for at every step at once is then a range: whoever is missing at two steps cannot be told from
two who are missing at one each. Closing and evidence always count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from makegood.balance.models import Counted
from makegood.balance.queries import Balance, Later, MoneyBalance, StepBalance, get_balance
from makegood.documents.models import Revision
from makegood.kit import clock
from makegood.kit.digest import digest_of
from makegood.mistakes.models import Mistake
from makegood.plans.again import newest_again
from makegood.plans.inputs import approved_plans, newest_override
from makegood.plans.models import Plan
from makegood.plans.tally import Tallied, read_tally
from makegood.scopes.models import Scope
from makegood.scopes.queries import standing_scopes

FEW = 20_000
_OPEN = frozenset({"planned", "waiting"})
_BACK = frozenset({"failed", "bounced", "reversed"})


def read_balance(mistake: Mistake) -> Balance:
    """As `get_balance`, without reading every act of a large mistake. Raises `Refused` when there never was a scope."""
    scopes = standing_scopes(mistake)
    if _size(mistake, scopes) <= FEW:
        return get_balance(mistake)
    kept = Counted.objects.filter(mistake=mistake, basis=_basis(mistake, scopes)).first()
    if kept is not None:
        then = _restored(mistake, scopes, kept.balance)
        moved = moved_balance(then, _tallied(kept.tally), _now(mistake), scopes)
        if moved is not None and (_failed(moved) == _failed(then) or not _timed(_playbook(mistake))):
            return moved
    return count_balance(mistake)


def count_balance(mistake: Mistake) -> Balance:
    """A whole count, kept with the tally of the same moment; in a transaction of the caller it is not kept."""
    if connection.in_atomic_block:
        return get_balance(mistake)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SET LOCAL work_mem = '64MB'")
        balance = get_balance(mistake)
        basis, tally = _basis(mistake, standing_scopes(mistake)), _now(mistake)
    kept = {"basis": basis, "tally": [list(asdict(row).values()) for row in tally], "balance": _kept(balance)}
    Counted.objects.update_or_create(mistake=mistake, defaults=kept)
    return balance


def moved_balance(
    counted: Balance, before: Sequence[Tallied], now: Sequence[Tallied], scopes: Sequence[Scope]
) -> Balance | None:
    """The counted balance as it is now; None when the movement does not say whose category it changed."""
    moved = _moved(before, now)
    if not moved:
        return counted
    over = {scope.id for scope in scopes}
    here = set(Plan.objects.filter(id__in={plan for plan, *_ in moved}, scope_id__in=over).values_list("id", flat=True))
    several = {row.step for row in now if row.again}
    counts = {step.step: defaultdict(int, step.counts) for step in counted.steps}
    for (plan, step, state, later), acts in moved.items():
        if plan not in here or step in several or state == "cancelled":
            return None
        if step in counts:
            counts[step][_category(state, later=later)] += acts
    steps = [replace(step, counts={word: n for word, n in counts[step.step].items() if n}) for step in counted.steps]
    missing = [step.unaccounted - step.counts.get("to come", 0) for step in steps]
    return replace(
        counted,
        steps=steps,
        money=tallied_balance(now),
        accounted=max(0, counted.whole - sum(missing)),
        at_most=counted.whole - max(missing, default=0),
        unreachable_only=0,
        told={},
        later=_later(counted.later, now),
    )


def tallied_balance(rows: Sequence[Tallied]) -> list[MoneyBalance]:
    """The money of a mistake, one line a currency and basis."""
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        if row.currency:
            sums.setdefault((row.currency, row.basis), defaultdict(int))[_place(row.state)] += row.minor
    words = ("done", "open", "unknown", "failed", "withdrawn")
    return [
        MoneyBalance(currency, basis, sum(places.values()), *(places.get(word, 0) for word in words))
        for (currency, basis), places in sorted(sums.items())
    ]


def _place(state: str) -> str:
    if state in _OPEN or state == "accepted":
        return "open"
    return {"bounced": "failed", "cancelled": "withdrawn", "reversed": "withdrawn"}.get(state, state)


def _category(state: str, *, later: bool) -> str:
    if state == "accepted":
        return "sent" if later else "open"
    if state in _OPEN or (state in _BACK and later):
        return "open"
    return "failed" if state in _BACK else state


def _moved(before: Sequence[Tallied], now: Sequence[Tallied]) -> dict[tuple[int, str, str, bool], int]:
    moved: dict[tuple[int, str, str, bool], int] = defaultdict(int)
    for sign, rows in ((-1, before), (1, now)):
        for row in rows:
            moved[row.plan, row.step, row.state, row.later] += sign * row.acts
    return {key: acts for key, acts in moved.items() if acts}


def _later(counted: Sequence[Later], now: Sequence[Tallied]) -> list[Later]:
    until = {(one.step, one.what): one.until for one in counted}
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in now:
        if row.state == "accepted" and row.later:
            found[row.step, "sent"] += row.acts
        elif row.state in ("bounced", "reversed") and not row.later:
            found[row.step, row.state] += row.acts
    other = [one for one in counted if one.what not in ("sent", "bounced", "reversed")]
    return [*other, *(Later(step, what, n, until.get((step, what))) for (step, what), n in sorted(found.items()))]


def _size(mistake: Mistake, scopes: Sequence[Scope]) -> int:
    acts = Plan.objects.filter(mistake=mistake, approved_at__isnull=False).values_list("acts", flat=True)
    return max(sum(acts), sum(int(scope.counts.get("affected", 0)) for scope in scopes))


def _basis(mistake: Mistake, scopes: Sequence[Scope]) -> str:
    """What a count was made over; where customers have moments of their own, the hour is part of it."""
    plans = Plan.objects.filter(mistake=mistake, approved_at__isnull=False).order_by("id")
    playbook = _playbook(mistake)
    return digest_of(
        {
            "scopes": [scope.id for scope in scopes],
            "plans": [[plan.id, plan.applied_at is not None] for plan in plans],
            "fixed": mistake.fixed_at is not None,
            "decided": newest_override(mistake.id),
            "again": newest_again(mistake.id),
            "playbook": playbook.digest if playbook else "",
        }
        | ({"hour": f"{clock.now():%Y-%m-%dT%H}"} if _timed(playbook) else {})
    )


def _playbook(mistake: Mistake) -> Revision | None:
    return Revision.objects.filter(mistake=mistake, name="playbook.yaml").order_by("-number").first()


def _timed(playbook: Revision | None) -> bool:
    """Steps may be for some by what failed for them, or by a moment that comes: the tally does not tell whom."""
    return playbook is not None and any(f"{word}:" in playbook.text for word in ("before", "since", "unless", "every"))


def _failed(balance: Balance) -> list[int]:
    return [step.counts.get("failed", 0) for step in balance.steps]


def _now(mistake: Mistake) -> list[Tallied]:
    return read_tally(approved_plans(mistake.id))


def _tallied(kept: Sequence[Sequence[Any]]) -> list[Tallied]:
    return [Tallied(*row) for row in kept]


def _kept(balance: Balance) -> dict[str, Any]:
    return {
        "steps": [asdict(step) for step in balance.steps],
        "money": [asdict(one) for one in balance.money],
        "whole": balance.whole,
        "accounted": balance.accounted,
        "unreachable_only": balance.unreachable_only,
        "told": dict(balance.told),
        "later": [{**asdict(one), "until": one.until.isoformat() if one.until else None} for one in balance.later],
    }


def _restored(mistake: Mistake, scopes: Sequence[Scope], kept: Mapping[str, Any]) -> Balance:
    return Balance(
        mistake=mistake,
        scope=scopes[-1],
        steps=[StepBalance(**step) for step in kept["steps"]],
        money=[MoneyBalance(**one) for one in kept["money"]],
        whole=kept["whole"],
        accounted=kept["accounted"],
        unreachable_only=kept["unreachable_only"],
        told=kept["told"],
        later=[
            Later(**{**one, "until": datetime.fromisoformat(one["until"]) if one["until"] else None})
            for one in kept["later"]
        ],
    )
