"""Which act a receipt belongs to, as people know it.

The tables are those of rooms above, named in SQL only: whoever reads *row 7 of the receipts was changed* must know
whose receipt it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

_OF_RECEIPTS = """
SELECT t.id, p.number, m.slug, t.ordinal
FROM attempt t JOIN plan p ON p.id = t.plan_id JOIN mistake m ON m.id = p.mistake_id WHERE t.id = ANY(%s)
"""
_WITHOUT = """
SELECT p.number, m.slug, a.ordinal
FROM act a JOIN plan p ON p.id = a.plan_id JOIN mistake m ON m.id = p.mistake_id
WHERE a.tries > 0 AND a.tries > (SELECT count(*) FROM attempt t WHERE t.plan_id = a.plan_id AND t.ordinal = a.ordinal)
ORDER BY a.plan_id, a.ordinal LIMIT %s
"""


def places_of(stream: str, rows: Sequence[int]) -> dict[int, str]:
    """`act 17 of plan 2 of charged-twice` by row id, for receipts; other rows are named well enough by their number."""
    if stream != "attempt":
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_OF_RECEIPTS, [list(rows)])
        return {row: _words(plan, slug, ordinal) for row, plan, slug, ordinal in cursor.fetchall()}


def acts_without_receipt(most: int) -> list[str]:
    """Acts that were tried more often than they have receipts: whose receipt a missing row was."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT, [most])
        return [_words(*row) for row in cursor.fetchall()]


def _words(plan: int, slug: str, ordinal: int) -> str:
    return f"act {ordinal} of plan {plan} of {slug}"
