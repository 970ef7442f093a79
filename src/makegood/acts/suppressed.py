"""Asked again before each window: which of its mails would go to an address that is on the list by now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from makegood.acts.connections import Db
from makegood.channels.suppression import ASK, digests_of, has_key, listed

_BRAND = "(SELECT m.brand_id FROM mistake m WHERE m.id = %(mistake)s)"


async def find_suppressed(db: Db, mistake: int, rows: Sequence[Mapping[str, Any]], step: Mapping[str, Any]) -> set[int]:
    """Ordinals of rows that would be mailed to a suppressed address. Raises `Refused` for a missing key."""
    mailed = [row for row in rows if _route(row, step) == "email"]
    if not mailed:
        return set()
    # While this installation has no key, nobody was ever suppressed here: then only the row that names a key is asked.
    addresses = {row["ordinal"]: _address(row) for row in mailed} if has_key() else {}
    digests = digests_of({address for address in addresses.values() if address})
    asked = {"mistake": mistake, "digests": list(digests.values())}
    cursor = await db.execute(ASK.replace("%(brand)s", _BRAND), asked)
    found = listed([(row["digest"], row["is_check"]) for row in await cursor.fetchall()])
    return {ordinal for ordinal, address in addresses.items() if digests.get(address) in found}


def _route(row: Mapping[str, Any], step: Mapping[str, Any]) -> str:
    """The contact fact that the act uses: as planned, or of the approved route that it is on by now."""
    via, routes = row.get("via", 0), step.get("routes", [])
    return str(routes[via - 1][1]) if 0 < via <= len(routes) else str(row["route"])


def _address(row: Mapping[str, Any]) -> str:
    """Empty for a customer who has been erased meanwhile."""
    return str(json.loads(row["contact"] or "{}").get("email") or "")
