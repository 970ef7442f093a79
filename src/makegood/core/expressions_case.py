"""CASE and coalesce: one of several values, each with its own denominator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import lcm

from sqlglot import exp

from makegood.core.expressions_arithmetic import joined, over, scaled
from makegood.core.expressions_compiler import Compiler
from makegood.core.expressions_sql import Split, Value


def case(at: Compiler, node: exp.Expression) -> Value:
    if node.this is not None or node.args.get("default") is None:
        what = "CASE needs WHEN conditions and an ELSE."
        raise at.refuse(node, "case-without-else", what, "Write CASE WHEN condition THEN a ELSE b END.")
    conditions: list[Value] = []
    results: list[Value] = []
    failed: frozenset[str] = frozenset()
    for arm in node.args["ifs"]:
        with at.proving(failed):
            condition = at.condition(arm.this)
        with at.proving(failed | condition.proves[0]):
            results.append(at.compile(arm.args["true"]))
        conditions.append(condition)
        failed |= condition.proves[1]
    with at.proving(failed):
        results.append(at.compile(node.args["default"]))
    texts = [condition.sql for condition in conditions]
    return _one_of(at.unified(node, results), lambda parts: _choice(texts, parts))


def _choice(conditions: Sequence[str], results: Sequence[str]) -> str:
    """A missing condition makes the whole missing: SQL's own CASE would go on as if it were false."""
    arms = " ".join(
        f"WHEN {condition} THEN {result} WHEN {condition} IS NULL THEN NULL"
        for condition, result in zip(conditions, results, strict=False)
    )
    return f"(CASE {arms} ELSE {results[-1]} END)"


def coalesce(at: Compiler, node: exp.Expression, args: list[exp.Expression]) -> Value:
    with at.sparing():
        values = [at.compile(one) for one in args]
    values = at.unified(node, values)
    gaps = [f"{value.native or value.sql} IS NOT NULL" for value in values[:-1]]

    def first(parts: Sequence[str]) -> str:
        arms = " ".join(f"WHEN {gap} THEN {part}" for gap, part in zip(gaps, parts, strict=False))
        return f"(CASE {arms} ELSE {parts[-1]} END)"

    plain = all(isinstance(value.den, int) for value in values)
    return _one_of(values, (lambda parts: f"coalesce({', '.join(parts)})") if plain else first)


def _one_of(values: Sequence[Value], choose: Callable[[Sequence[str]], str]) -> Value:
    if not values[0].numeric:
        sql = choose([value.sql for value in values])
        return Value(values[0].type, sql)
    # One figure for all of them; what differs by row is chosen row by row.
    splits = [value.split for value in values]
    factor = lcm(*(split.factor for split in splits))
    parts = [scaled(value, factor // split.factor) for value, split in zip(values, splits, strict=True)]
    rests = [joined(Split(1, split.parts)) for split in splits]
    chosen = choose([f"({rest.sql})::HUGEINT" for rest in rests])
    many = any(split.parts for split in splits)
    den = joined(Split(factor, ((chosen, max(rest.most for rest in rests)),) if many else ()))
    made = Value(
        values[0].type,
        choose([part.sql for part in parts]),
        low=min(part.low for part in parts),
        high=max(part.high for part in parts),
        nonzero=all(value.is_nonzero for value in values),
    )
    return over(made, den)
