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

# Steps of one plan that follow an open task: looked at again and again, and nothing goes on before a person is done.
_FOR_PEOPLE = """
SELECT count(*) FILTER (WHERE state = 'waiting' AND code = 'earlier-step-open'),
       count(*) FILTER (WHERE state = 'waiting' AND next_at IS NULL),
       count(*) FILTER (WHERE next_at IS NOT NULL AND NOT (state = 'waiting' AND code = 'earlier-step-open')),
       EXISTS (SELECT FROM chunk WHERE plan_id = %(plan)s AND state = 'open' AND NOT again)
FROM act WHERE plan_id = %(plan)s
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
        following, held, moving, more = cursor.fetchone()
    return int(following) if held and not moving and not more else 0


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
