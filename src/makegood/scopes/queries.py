"""Reading scopes: which version stands, what differs between two, what was rejected."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection

from makegood.kit.errors import Refused
from makegood.mistakes.models import Mistake
from makegood.scopes.failing import abandoned
from makegood.scopes.models import RejectedRow, Scope

EXAMPLES = 5

# A customer whose only difference is a contact is owed what they were owed before, but may be reached another way.
_DELTA = """
WITH pair AS MATERIALIZED (
    SELECT customer_key,
           CASE WHEN o.customer_id IS NULL THEN 'new' WHEN n.customer_id IS NULL THEN 'gone'
                WHEN o.facts <> n.facts THEN 'changed' ELSE 'contact_only' END AS what
    FROM (SELECT customer_key, customer_id, facts, facts_digest FROM affected WHERE scope_id = %(old)s) o
    FULL JOIN (SELECT customer_key, customer_id, facts, facts_digest FROM affected WHERE scope_id = %(new)s) n
        USING (customer_key)
    WHERE o.facts_digest IS DISTINCT FROM n.facts_digest
), placed AS (
    SELECT what, customer_key, row_number() OVER (PARTITION BY what ORDER BY customer_key COLLATE "C") AS place,
           count(*) OVER (PARTITION BY what) AS whole
    FROM pair
)
SELECT what, whole, customer_key FROM placed WHERE place <= %(examples)s ORDER BY what, place
"""


@dataclass(frozen=True, slots=True)
class ScopeDelta:
    """Customers between versions `old` and `version`. `changed`: facts differ; `contact_only`: only contacts differ.

    `examples` has at most five customer keys for each of new, gone, changed and contact_only.
    """

    old: int
    version: int
    new: int = 0
    gone: int = 0
    changed: int = 0
    contact_only: int = 0
    examples: dict[str, list[str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def newest_scope(mistake: Mistake) -> Scope | None:
    """The version of who is affected that stands; scopes of one customer made at the desk are not versions."""
    return Scope.objects.filter(mistake=mistake, state="ready", desk=False).order_by("-version").first()


def standing_scopes(mistake: Mistake) -> list[Scope]:
    """The scopes that the balance counts: the newest version, or, where there never was one, all made at the desk."""
    newest = newest_scope(mistake)
    if newest is not None:
        return [newest]
    return list(Scope.objects.filter(mistake=mistake, state="ready", desk=True).order_by("version"))


def list_scopes(mistake: Mistake) -> list[tuple[Scope, str]]:
    """All versions, newest first, each with its state; one that has been loading for over an hour is *abandoned*."""
    found = Scope.objects.filter(mistake=mistake, desk=False).order_by("-version")
    return [(scope, "abandoned" if abandoned(scope.state, scope.made_at) else scope.state) for scope in found]


def list_rejections(scope: Scope, *, limit: int = 50) -> list[RejectedRow]:
    """Rows that could not be used: the scope's own first, then contacts, in the order of their lines."""
    return list(RejectedRow.objects.filter(scope=scope).order_by("-source", "line", "id")[:limit])


def scope_delta(old: Scope, new: Scope) -> ScopeDelta:
    """New, gone and changed customers between two loaded versions, set-wise. Raises `Refused` for one without rows."""
    for scope in (old, new):
        if scope.state != "ready":
            raise Refused(
                f"Version {scope.version} of the scope is {scope.state}; it has no customers.",
                remedy="Compare versions that were loaded: makegood scope.",
                code="no-rows",
            )
    with connection.cursor() as cursor:
        cursor.execute(_DELTA, {"old": old.id, "new": new.id, "examples": EXAMPLES})
        rows = cursor.fetchall()
    counts: dict[str, int] = {}
    examples: dict[str, list[str]] = {}
    for what, whole, key in rows:
        counts[what] = int(whole)
        examples.setdefault(what, []).append(key)
    return ScopeDelta(old.version, new.version, **counts, examples=examples)
