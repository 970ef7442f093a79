"""What the columns of a file hold, counted over all rows by the column engine: how amounts and times are written.

A guess about a file is only as good as its worst row, so every row is looked at, and no value leaves the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from makegood.core.expressions_sql import name, quoted
from makegood.kit.columns import Columns

Amounts = Literal["plain", "comma thousands", "comma decimals", "unclear"]

_CODE = "[A-Za-z]{3}"
_PATTERNS = {
    "whole": r"[+-]?\d{1,18}",
    "plain": r"[+-]?\d{1,15}(\.\d{1,9})?",
    "pointed": r"[+-]?\d{1,15}\.\d{1,9}",
    "thousands": r"[+-]?\d{1,3}(,\d{3})*(\.\d{1,4})?|[+-]?\d+(\.\d{1,4})?",
    "thousand": r"[+-]?\d{1,3}(,\d{3})+\.\d{1,4}|[+-]?\d{1,3}(,\d{3}){2,}",
    "decimals": r"[+-]?\d{1,3}(\.\d{3})*(,\d{1,4})?|[+-]?\d+(,\d{1,4})?",
    "decimal": r"[+-]?[\d.]+,\d{1,2}",
    "day": r"\d{4}-\d{2}-\d{2}",
    "moment": r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?\s*(Z|z|[+-]\d{2}(:?\d{2})?)",
    "local": r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?",
    "slashed": r"\d{1,2}/\d{1,2}/\d{4}",
    "dotted": r"\d{1,2}\.\d{1,2}\.\d{4}",
    "day_first": r"(1[3-9]|2\d|3[01])/\d{1,2}/\d{4}",
    "month_first": r"\d{1,2}/(1[3-9]|2\d|3[01])/\d{4}",
    "yes_no": r"(?i)true|false|yes|no",
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "code": _CODE,
    "identifier": r"\S*\d\S*",
    "spaced": r"\D*\s\D*",
    "language": r"[a-z]{2}([-_][A-Za-z]{2})?",
}


@dataclass(frozen=True, slots=True)
class Held:
    """How many values a column has, how many different ones, and how many of them look like what."""

    column: str
    values: int
    different: int
    like: dict[str, int]

    def all_are(self, what: str) -> bool:
        return 0 < self.values == self.like[what]

    @property
    def amounts(self) -> Amounts:
        """How amounts are written here. `1,000` alone could be a thousand or one."""
        if self.values == self.like["plain"]:
            return "plain"
        if self.all_are("thousands") and self.like["thousand"]:
            return "comma thousands"
        if self.all_are("decimals") and self.like["decimal"]:
            return "comma decimals"
        return "unclear"


def look(columns: Columns, table: str, names: Sequence[str]) -> dict[str, Held]:
    """Each of the columns `names` of `table`, by name."""
    if not names:
        return {}
    parts = []
    for one in names:
        text = f"nullif(trim({name(one)}::VARCHAR), '')"
        parts += [f"count({text})", f"approx_count_distinct({text})"]
        parts += [f"count(*) FILTER (regexp_full_match({text}, {quoted(p)}))" for p in _PATTERNS.values()]
    row = [int(str(value)) for value in columns.fetch(f"SELECT {', '.join(parts)} FROM {name(table)}")[0]]
    width = len(_PATTERNS) + 2
    found = {}
    for index, one in enumerate(names):
        values, different, *like = row[index * width : (index + 1) * width]
        found[one] = Held(one, values, different, dict(zip(_PATTERNS, like, strict=True)))
    return found


def plain_amount_sql(sql: str, written: Amounts) -> str:
    """The amount with one point and nothing else; unclear ones stay as they are, and are rejected with the reason."""
    if written == "comma thousands":
        return f"replace({sql}, ',', '')"
    if written == "comma decimals":
        return f"replace(replace({sql}, '.', ''), ',', '.')"
    return sql
