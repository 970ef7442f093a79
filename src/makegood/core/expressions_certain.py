"""Whether an expression has a value wherever the names it reads have one.

A condition that always has a value need not be tested for a missing one, which is felt over millions of rows. What may
grow too large, fall outside a calendar or find an empty list is not certain; when in doubt, nothing is.
"""

from __future__ import annotations

from sqlglot import exp

from makegood.core.expressions_sql import HUGE, ROOM, Value

_PLAIN = frozenset(
    {
        "abs", "least", "greatest", "clamp", "round", "floor", "ceil", "percent", "weekday", "money", "length", "lower",
        "starts_with", "contains", "rows_count", "coalesce",
    }
)  # fmt: skip
_WITH_FIGURE = frozenset({"completed", "started", "round_to"})
_GUARDS = (f"< {ROOM}", f"BETWEEN {-HUGE} AND {HUGE}")


def is_certain(tree: exp.Expression, value: Value) -> bool:
    text = f"{value.sql} {value.den}"
    guarded = any(guard in text for guard in _GUARDS)
    # A list of amounts may have none in the customer's currency.
    return not guarded and tree.find(exp.Array) is None and all(_has_value(node) for node in tree.find_all(exp.Func))


def _has_value(node: exp.Func) -> bool:
    if isinstance(node, exp.Case | exp.And | exp.Or | exp.Cast | exp.If):
        return True
    word = node.name.lower().removesuffix("()") if isinstance(node, exp.Anonymous) else ""
    # A period or step of a column may be below zero, which gives no value.
    return word in _PLAIN or (word in _WITH_FIGURE and isinstance(node.expressions[1], exp.Literal))
