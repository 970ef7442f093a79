"""Voucher pools: enough codes of the right value must be free before anything is promised."""

from __future__ import annotations

from django.db import connection

from makegood.core.expressions_sql import quoted
from makegood.kit.columns import Columns
from makegood.kit.counting import counted
from makegood.kit.errors import Finding
from makegood.kit.money import Money
from makegood.plans.inputs import Inputs
from makegood.plans.models import LIVE

_FREE = """
SELECT count(*) FROM voucher v JOIN voucher_pool p ON p.id = v.pool_id
WHERE p.name = %(pool)s AND p.brand = %(brand)s AND v.key IS NULL
  AND (v.expires_on IS NULL OR v.expires_on >= (now() AT TIME ZONE 'UTC')::date)
  AND (%(minor)s::bigint IS NULL OR (v.minor = %(minor)s AND v.currency = %(currency)s))
"""
# Promised by plans that are approved and have not given it yet, of this brand, whatever the mistake.
_PROMISED = """
SELECT count(*) FROM plan p
CROSS JOIN LATERAL jsonb_each(p.settings -> 'steps') AS step(name, said)
JOIN act t ON t.plan_id = p.id AND t.step = step.name AND t.state IN ('planned', 'waiting')
WHERE p.state = ANY(%(live)s) AND p.settings -> 'mistake' ->> 'brand' = %(brand)s
  AND step.said -> 'instructions' ->> 'pool' = %(pool)s
  AND p.settings -> 'providers' -> t.provider ->> 'plugin' = 'voucher'
  AND (%(minor)s::bigint IS NULL OR (t.minor = %(minor)s AND t.currency = %(currency)s))
"""


def pool_findings(columns: Columns, inputs: Inputs) -> list[Finding]:
    """One for each value of which a pool has fewer codes than this plan needs and earlier plans have promised."""
    found = []
    for step in inputs.stage.steps:
        if not step.provider or inputs.providers[step.provider]["plugin"] != "voucher":
            continue
        pool = str(step.instructions.get("pool", ""))
        for minor, currency, needed in columns.fetch(
            f"SELECT minor, currency, count(*) FROM act WHERE step = {quoted(step.id)} GROUP BY 1, 2 ORDER BY 1, 2",
            limit=100_000,
        ):
            worth = Money(int(str(minor)), str(currency)) if minor is not None else None
            found += _too_small(inputs.mistake.brand.slug, pool, worth, int(str(needed)))
    return found


def _too_small(brand: str, pool: str, worth: Money | None, needed: int) -> list[Finding]:
    free, promised = _codes(brand, pool, worth)
    if free - promised >= needed:
        return []
    of = f" worth {worth}" if worth else ""
    taken = f", {promised:,} of them promised by approved plans" if promised else ""
    what = f"Pool '{pool}' has {counted(free, 'free code')}{of}{taken}; this plan needs {needed:,}."
    return [Finding("pool-too-small", what, "Load more codes: makegood vouchers load.")]


def _codes(brand: str, pool: str, worth: Money | None) -> tuple[int, int]:
    """How many codes of a value can be given today, and how many of these are promised already."""
    asked = {
        "brand": brand,
        "pool": pool,
        "minor": worth.minor if worth else None,
        "currency": worth.currency if worth else "",
        "live": list(LIVE),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FREE, asked)
        (free,) = cursor.fetchone()
        cursor.execute(_PROMISED, asked)
        (promised,) = cursor.fetchone()
    return int(free), int(promised)
