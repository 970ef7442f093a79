"""The white list of functions, put together from the files of their kinds."""

from __future__ import annotations

from sqlglot import exp

from makegood.core import (
    expressions_business,
    expressions_dates,
    expressions_interest,
    expressions_lists,
    expressions_money,
    expressions_numbers,
    expressions_texts,
    expressions_zones,
)
from makegood.core.expressions_case import coalesce
from makegood.core.expressions_compiler import Compiler, Function
from makegood.core.expressions_sql import Value


def _rows_count(at: Compiler, node: exp.Expression, _args: list[exp.Expression]) -> Value:
    value = at.known.value("rows_count()")
    if value is None:
        remedy = "It is for a policy with a fact that has each: true."
        raise at.refuse(node, "no-rows", "There are no rows to count here.", remedy)
    at.read("rows_count()")
    return value


FUNCTIONS: dict[str, Function] = {
    "coalesce": Function(coalesce, "coalesce(a, b)", 2, 50),
    "rows_count": Function(_rows_count, "rows_count()", 0),
    **expressions_numbers.FUNCTIONS,
    **expressions_money.FUNCTIONS,
    **expressions_interest.FUNCTIONS,
    **expressions_dates.FUNCTIONS,
    **expressions_business.FUNCTIONS,
    **expressions_lists.FUNCTIONS,
    **expressions_texts.FUNCTIONS,
    **expressions_zones.FUNCTIONS,
}
