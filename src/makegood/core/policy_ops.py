"""The operations on an amount, in their declared order: added, taken off, rounded, limited."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from makegood.core.expressions import Expression
from makegood.core.expressions_arithmetic import added, common, multiplied, scaled
from makegood.core.expressions_exact import floored, nearest
from makegood.core.expressions_sql import NARROW, Mode, Type, Value, constant, fits, quoted
from makegood.core.policy_reads import of_payable
from makegood.core.policy_rules import Addition, Op, Payable, Reduction
from makegood.core.policy_steps import (
    BELOW_ZERO,
    TOO_LARGE,
    Step,
    Steps,
    at_least_zero,
    capped,
    clamps_rounded,
    only_where,
    payable_value,
)


def lay_op(steps: Steps, op: Op) -> None:
    """One operation, if the remedy has it; `sum` is laid by `policy_grouping`."""
    remedy = steps.remedy
    if steps.ruled is None:
        return
    if op == "add":
        for addition in remedy.add:
            _add(steps, addition)
    elif op == "reduce":
        for reduction in remedy.reduce:
            _reduce(steps, reduction)
    elif op == "excess" and remedy.excess is not None:
        _take_off(steps, op, remedy.excess)
    elif op == "set_off":
        for number, payable in enumerate(remedy.set_off, start=1):
            _take_off(steps, op, payable, f"set_off {number}")
    elif op == "round":
        _round(steps)
    elif op == "cap" and remedy.cap is not None:
        _cap(steps, remedy.cap)
    elif op == "minimum" and remedy.minimum is not None:
        _minimum(steps, remedy.minimum.amount, remedy.minimum.strict)


def _add(steps: Steps, addition: Addition) -> None:
    test = steps.test(addition.when)
    expressions = list(of_payable(addition.amount))
    operand = steps.whole(steps.operand(payable_value(steps, addition.amount), expressions))
    before = steps.state
    steps.move(added(before, only_where(test, operand, 0, before.sql), before.type))
    steps.problem("", addition.when, *expressions)
    steps.done.append(Step("add", addition.id, addition.says, test[0] or "true", operand))


def _reduce(steps: Steps, reduction: Reduction) -> None:
    test = steps.test(reduction.when)
    percent = steps.operand(steps.query.value(reduction.percent), [reduction.percent])
    rest = added(constant(Fraction(100), Type("number")), percent, Type("number"), minus=True)
    share = multiplied(rest, constant(Fraction(1, 100), Type("number")), Type("number"))
    before = steps.state
    share = only_where(test, share, 1, before.sql)
    steps.move(steps.whole(multiplied(before, share, before.type)))
    steps.problem("", reduction.when, reduction.percent)
    steps.done.append(Step("reduce", reduction.id, reduction.says, test[0] or "true", percent, before, reduction.may))


def _take_off(steps: Steps, op: Op, payable: Payable, gauge: str = "excess") -> None:
    expressions = list(of_payable(payable))
    operand = steps.whole(steps.operand(payable_value(steps, payable), expressions))
    steps.query.gauge(gauge, steps.state, operand)
    rest = steps.put(added(steps.state, operand, steps.state.type, minus=True), "s")
    sql = f"(CASE WHEN {rest.sql} < 0 THEN 0 ELSE {rest.sql} END)"
    steps.state = replace(rest, sql=sql, low=0, high=max(rest.high, 0), nonzero=False)
    steps.problem("", *expressions)
    steps.done.append(Step(op, op, "", f"{operand.sql} > 0", operand))


def _round(steps: Steps) -> None:
    unit, state = steps.remedy.unit, steps.state
    steps.is_rounded = True
    if state.den != 1 or unit != 1:
        if unit != 1:
            state = steps.put(multiplied(state, constant(Fraction(1, unit), Type("number")), state.type), "s")
        steps.move(scaled(rounded_up_from_zero(state, steps.remedy.mode), unit))
        if steps.query.told:
            steps.problems.append((f"{steps.state.sql} IS NULL", quoted(TOO_LARGE)))
    if clamps_rounded(steps.remedy):
        _hold_within(steps)


def _hold_within(steps: Steps) -> None:
    """The rounded amount of a rule within the rule's own floor and cap."""
    for word in ("floor", "cap"):
        arms, low, high, expressions = [], 0, steps.state.high, list[Expression]()
        for index, arm in enumerate(steps.arms):
            payable = getattr(arm.amount, word) if arm.amount is not None else None
            if payable is None:
                continue
            value = payable_value(steps, payable)
            end = floored(value, value.type, "ceil" if word == "floor" else "floor")
            low, high = min(low, end.low), max(high, end.high)
            steps.query.gauge(f"{arm.id} {word}", steps.state, end, f"_which = {index}")
            expressions += of_payable(payable)
            if end.constant is None:
                arms.append(f"WHEN _which = {index} AND {end.sql} IS NULL THEN NULL")
            sign = "<" if word == "floor" else ">"
            arms.append(f"WHEN _which = {index} AND {steps.state.sql} {sign} {end.sql} THEN {end.sql}")
        if arms:
            sql = f"(CASE {' '.join(arms)} ELSE {steps.state.sql} END)"
            held = steps.put(replace(steps.state, sql=sql, low=low, high=high), "s")
            if low < 0:
                steps.problems.append((f"{held.sql} < 0", quoted(BELOW_ZERO)))
            unpaid = f"{quoted('The policy names no amount in ')} || _currency || '.'"
            why = unpaid if "@" in steps.remedy.currency else steps.query.missing(*expressions)
            steps.problems.append((f"{held.sql} IS NULL", why))
            steps.state = at_least_zero(held)


def rounded_up_from_zero(value: Value, mode: Mode) -> Value:
    """`nearest` for what is not below zero: no sign to look at, where it is not too large."""
    if value.den == 1 or not isinstance(value.den, int) or not fits(0, 2 * value.high + 2 * value.den):
        return nearest(value, mode, value.type)
    num, den = value.sql, value.den
    half = f"(({num} + {den // 2}) // {den})" if den % 2 == 0 else f"((2 * {num} + {den}) // {2 * den})"
    sql = {
        "down": f"({num} // {den})",
        "up": f"(({num} + {den - 1}) // {den})",
        "half-up": half,
        "half-even": f"({half} - CASE WHEN (2 * {num}) % {2 * den} = {den} AND {half} % 2 = 1 THEN 1 ELSE 0 END)",
    }[mode]
    return Value(value.type, sql, low=0, high=value.high // den + 1)


def _cap(steps: Steps, payable: Payable) -> None:
    expressions = list(of_payable(payable))
    cap = steps.operand(payable_value(steps, payable), expressions)
    if steps.is_rounded:
        cap = floored(cap, cap.type, "floor")
    before = steps.state
    (whole, most), _ = common([before, cap])
    steps.query.gauge("cap", before, cap)
    steps.move(capped(before, cap))
    steps.problem("", *expressions)
    steps.done.append(Step("cap", "cap", "", f"{whole.sql} > {most.sql}", cap))


def _minimum(steps: Steps, payable: Payable, strict: bool) -> None:
    expressions = list(of_payable(payable))
    least = steps.operand(payable_value(steps, payable), expressions)
    before = steps.state
    steps.query.gauge("minimum", before, least)
    (whole, bar), _ = common([before, least])
    gap = "" if least.constant is not None else f"WHEN {bar.sql} IS NULL THEN NULL "
    test = f"{whole.sql} {'<=' if strict else '<'} {bar.sql}"
    steps.move(replace(before, sql=f"(CASE {gap}WHEN {test} THEN 0 ELSE {before.sql} END)", low=0, nonzero=False))
    steps.problem("", *expressions)
    steps.done.append(Step("minimum", "minimum", "", f"{test} AND {whole.sql} > 0", least, before, strict))


def paid(steps: Steps) -> None:
    """The last layer: `_paid`, whole smallest units in a BIGINT."""
    state = steps.state
    if steps.ruled is None:
        steps.query.layer(("_paid", "NULL::BIGINT"))
        return
    sql = f"{state.sql}::BIGINT"
    if state.high > NARROW:
        sql = f"(CASE WHEN {state.sql} <= {NARROW} THEN {state.sql}::BIGINT END)"
    steps.query.layer(("_paid", sql))
    if steps.query.told and state.high > NARROW:
        steps.problems.append(("_paid IS NULL", quoted(TOO_LARGE)))
