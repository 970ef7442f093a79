"""Reading what is carried out: counters by chunk, what is unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from makegood.kit.ids import act_key
from makegood.mistakes.models import Mistake

_SETTLED = "SELECT coalesce(sum(done + failed + unknown), 0)::bigint FROM chunk WHERE plan_id = %s"
_UNKNOWN = """
SELECT p.number, t.ordinal, t.step, t.sequence, t.via, t.customer_id, coalesce(f.customer_key, ''), t.minor, t.currency,
       (SELECT coalesce(min(a.at) FILTER (WHERE a.answer = 'unknown'), max(a.at)) FROM attempt a
        WHERE a.plan_id = t.plan_id AND a.ordinal = t.ordinal)
FROM act t JOIN plan p ON p.id = t.plan_id
LEFT JOIN affected f ON f.scope_id = p.scope_id AND f.customer_id = t.customer_id
WHERE p.mistake_id = %s AND t.state = 'unknown' ORDER BY p.number, t.ordinal LIMIT %s
"""

# Acts that follow an open task are looked at again and again, and nothing comes of it before a person is done. Whatever
# else is still to come (a chunk of the first pass, another try, a step after one that just ended) goes on by itself.
# Only what waits is looked at, by its index, and only when no chunk is left: the plan may have a million acts.
_FOR_PEOPLE = """
SELECT count(*) FROM act WHERE plan_id = %(plan)s AND next_at IS NOT NULL
AND NOT EXISTS (SELECT FROM chunk WHERE plan_id = %(plan)s AND state = 'open' AND NOT again)
AND NOT EXISTS (
    SELECT FROM act f JOIN plan p ON p.id = f.plan_id WHERE f.plan_id = %(plan)s AND f.next_at IS NOT NULL
    AND NOT (f.state = 'waiting' AND f.code = 'earlier-step-open' AND EXISTS (
        SELECT FROM act task WHERE task.plan_id = f.plan_id AND task.customer_id = f.customer_id
        AND task.state = 'waiting' AND task.next_at IS NULL
        AND jsonb_exists(p.settings #> ARRAY['steps', f.step, 'after'], task.step))))
"""


@dataclass(frozen=True)
class UnknownAct:
    """`key` is what the provider was given: by it a person can look the act up there."""

    plan: int
    ordinal: int
    step: str
    customer_key: str
    minor: int | None
    currency: str
    since: datetime | None
    key: str


def count_settled(plan: int) -> int:
    """From the chunks' counters: what has an outcome."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED, [plan])
        return int(cursor.fetchone()[0])


def waits_for_people(plan: int) -> int:
    """How many acts of a plan wait for what a person has to do first; 0 where anything goes on by itself."""
    with connection.cursor() as cursor:
        cursor.execute(_FOR_PEOPLE, {"plan": plan})
        return int(cursor.fetchone()[0])


def list_unknown(mistake: Mistake, *, limit: int = 50) -> list[UnknownAct]:
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, [mistake.id, limit])
        rows = cursor.fetchall()
    return [
        UnknownAct(
            plan=plan,
            ordinal=ordinal,
            step=step,
            customer_key=key,
            minor=minor,
            currency=currency or "",
            since=since,
            key=act_key(mistake.public_id, customer, step, sequence, via),
        )
        for plan, ordinal, step, sequence, via, customer, key, minor, currency, since in rows
    ]


def is_fenced() -> bool:
    """Whether the database is fenced, as it was found last. Looks at nothing itself and gives no sign of life."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM fence WHERE fenced_at IS NOT NULL)")
        return bool(cursor.fetchone()[0])
