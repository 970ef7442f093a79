"""What a sentence says of interest: on which amount, for how many days, at which rates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlglot import exp

from makegood.core.expressions import Expression, parse_expression, syntax_tree
from makegood.core.expressions_compiler import CALL, text_again
from makegood.core.expressions_interest import days_told
from makegood.core.expressions_literals import Refusal
from makegood.core.expressions_sql import quoted
from makegood.core.policy_names import Names
from makegood.core.policy_rules import Figure, Parameter
from makegood.core.policy_steps import Steps
from makegood.core.policy_words import figure_text, number_text, own_money
from makegood.kit.errors import Place

_CALLS = {f"interest{CALL}", f"interest_over{CALL}"}
MOST_RATES = 60


def interest_told(steps: Steps, expression: Expression) -> list[str]:
    """SQL texts such as `, interest on EUR 100.00 for 30 days at 8%`, one for each interest in the expression; "" where
    none was worked out."""
    found = []
    for call in _calls(steps.query.names, expression):
        principal, rate, start, end = (_sub(steps.query.names, node) for node in call.expressions[:4])
        if principal is None or start is None or end is None:
            continue
        value = steps.query.value(principal)
        on = own_money(value) if value.type.kind == "money" else number_text(value)
        first, last = steps.query.sql(start), steps.query.sql(end)
        days = days_told(str(call.expressions[4].this), first, last)
        if call.name.lower() == f"interest{CALL}" and rate is not None:
            at = f"{number_text(steps.query.value(rate))} || '%'"
        else:
            at = _rates(steps, call.expressions[1], first, last)
        many = f"CASE WHEN {days} = 1 THEN ' day' ELSE ' days' END"
        told = f"', interest on ' || {on} || ' for ' || {days}::VARCHAR || {many} || ' at ' || {at}"
        found.append(f"(CASE WHEN {days} > 0 THEN coalesce({told}, '') ELSE '' END)")
    return found


def is_interest(names: Names, expression: Expression) -> bool:
    """Whether it is nothing but interest."""
    tree = _tree(names, expression)
    return isinstance(tree, exp.Anonymous) and tree.name.lower() in _CALLS


def _calls(names: Names, expression: Expression) -> Iterator[exp.Anonymous]:
    tree = _tree(names, expression)
    for node in tree.find_all(exp.Anonymous) if tree is not None else ():
        if node.name.lower() in _CALLS:
            yield node


def _tree(names: Names, expression: Expression) -> exp.Expression | None:
    if "interest" not in expression.text.lower():
        return None
    try:
        return syntax_tree(expression.text, names.known.words())
    except Refusal:
        return None


def _sub(names: Names, node: exp.Expression) -> Expression | None:
    """A part of it; None for the name of a dated parameter. A date that is written out is read as one."""
    text = text_again(node)
    if isinstance(node, exp.Literal) and node.is_string:
        text = f"DATE {text}"
    found = parse_expression(text, names.known, Place(""))
    return found if isinstance(found, Expression) else None


def _rates(steps: Steps, node: exp.Expression, first: str, last: str) -> str:
    """Those that were in force on one of the days."""
    parameter = steps.query.names.nodes.get(node.name.lower())
    if not isinstance(parameter, Parameter) or len(parameter.points) > MOST_RATES:
        return "'changing rates'"
    spans: list[tuple[date | None, date | None, Figure]] = []
    if parameter.before is not None:
        spans.append((None, parameter.points[0][0], parameter.before))
    for index, (day, figure) in enumerate(parameter.points):
        after = parameter.points[index + 1][0] if index + 1 < len(parameter.points) else None
        spans.append((day, after, figure))
    arms = []
    for begin, end, figure in spans:
        tests = [f"{last} > DATE '{begin.isoformat()}'"] if begin is not None else []
        tests += [f"{first} < DATE '{end.isoformat()}'"] if end is not None else []
        since = f" from {begin.isoformat()}" if begin is not None else ""
        text = quoted(f"{figure_text(figure, parameter.type)}%{since}")
        arms.append(f"CASE WHEN {' AND '.join(tests) or 'true'} THEN {text} END")
    return f"concat_ws(', ', {', '.join(arms)})"
