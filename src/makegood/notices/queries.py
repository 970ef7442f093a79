"""Reading notices: how many of each kind, and those that fit no act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from makegood.channels import CHANNELS
from makegood.kit.notices import Hears
from makegood.people.models import Brand, Connection
from makegood.remedies import REMEDIES

_COUNT = "SELECT says, count(*) FROM notice WHERE brand = %s GROUP BY says"
# The receipts are of a room above and named in SQL only. What arrives before its receipt is committed is not strange.
_UNMATCHED = """
SELECT n.id, n.at, n.connection, n.event, n.says, n.said_at, n.key, n.reference, n.code, n.words FROM notice n
WHERE n.brand = %s AND n.says <> 'noted' AND n.at < now() - interval '1 minute'
  AND NOT EXISTS (SELECT FROM attempt a WHERE n.key <> '' AND a.key = n.key AND a.key <> '')
  AND NOT EXISTS (SELECT FROM attempt a WHERE n.reference <> '' AND a.reference = n.reference AND a.reference <> '')
ORDER BY n.id DESC LIMIT %s
"""


@dataclass(frozen=True)
class Unmatched:
    """A notice of no act of ours: somebody acted at the provider by hand, or another system shares the account."""

    id: int
    at: datetime
    connection: int
    event: str
    says: str
    said_at: datetime
    key: str
    reference: str
    code: str
    words: str


def find_hook(brand: str, name: str) -> Connection | None:
    """The connection whose provider may say something, by the brand's slug; None when there is none, or it is deaf.

    Also one that is switched off: what it did while it was live may still come to nothing.
    """
    found = Connection.objects.select_related("brand").filter(brand__slug=brand, name=name).first()
    return found if found is not None and hearing_plugin(found.plugin) is not None else None


def list_hooks(brand: Brand) -> dict[str, str]:
    """The path of the webhook of each connection that hears, by the connection's name."""
    names = Connection.objects.filter(brand=brand).order_by("name").values_list("name", "plugin")
    return {name: f"/hooks/{brand.slug}/{name}/" for name, plugin in names if hearing_plugin(plugin) is not None}


def hearing_plugin(name: str) -> Hears | None:
    """The plug-in (its class), or None when there is none or its provider sends no notices."""
    for family in (CHANNELS, REMEDIES):
        if name in family.names():
            found = family.get(name)
            return found if isinstance(found, Hears) else None
    return None


def count_notices(brand: int) -> dict[str, int]:
    """How many of each kind a brand's providers said."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [brand])
        return dict(cursor.fetchall())


def list_unmatched(brand: int, *, limit: int = 100) -> list[Unmatched]:
    """Notices that fit no receipt, newest first; those of the last minute may still find theirs and are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_UNMATCHED, [brand, limit])
        return [Unmatched(*row) for row in cursor.fetchall()]
