"""Functions of numbers and amounts: rounding at the point where it is declared, whole periods, shares."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from sqlglot import exp

from makegood.core.expressions_arithmetic import absolute, divided, multiplied, picked
from makegood.core.expressions_compiler import AMOUNTS, NUMBERS, ORDERED, Compiler, Function
from makegood.core.expressions_exact import floored, nearest
from makegood.core.expressions_literals import coerced
from makegood.core.expressions_sql import MODES, Mode, Type, Value, constant
from makegood.core.expressions_units import divided_unit
from makegood.kit.money import exponent

Args = list[exp.Expression]
WHOLE = Type("integer")


def _absolute(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    return absolute(at.of_kind(args[0], at.compile(args[0]), AMOUNTS, "abs() takes a number."))


def _least(at: Compiler, node: exp.Expression, args: Args) -> Value:
    return picked(_ordered(at, node, args), "least")


def _greatest(at: Compiler, node: exp.Expression, args: Args) -> Value:
    return picked(_ordered(at, node, args), "greatest")


def _clamp(at: Compiler, node: exp.Expression, args: Args) -> Value:
    """Where the ends cross, the high one counts: a cap is never exceeded."""
    value, low, high = _ordered(at, node, args)
    return picked([picked([value, low], "greatest"), high], "least")


def _ordered(at: Compiler, node: exp.Expression, args: Args) -> list[Value]:
    values = at.unified(node, [at.compile(one) for one in args])
    at.of_kind(node, values[0], ORDERED, "Give numbers, money or dates.")
    return values


def _round(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    value = at.compile(args[0])
    remedy = "round() takes a number or money, and digits from 0 to 9."
    at.of_kind(args[0], value, AMOUNTS, remedy)
    given = args[1] if len(args) > 1 else None
    if given is not None and not (isinstance(given, exp.Literal) and given.this in set("0123456789")):
        raise at.refuse(given, "expression-type", "The digits of round() must be a number from 0 to 9.", remedy)
    digits = int(given.this) if given is not None else 0
    if value.type.kind != "money":
        kind = Type("number" if digits else "integer", unit=value.type.unit)
        return to_step(value, constant(Fraction(1, 10**digits), Type("number")), at.mode, kind)
    if given is None:
        return nearest(value, at.mode, value.type)
    currency = value.type.currency
    if currency.startswith("@") or digits > exponent(currency):
        what = "The currency has fewer digits, or is only known row by row."
        raise at.refuse(given, "too-many-digits", what, "Write round(x) to round to the smallest unit.")
    step = constant(Fraction(10 ** (exponent(currency) - digits)), value.type)
    return to_step(value, step, at.mode, value.type)


def to_step(value: Value, step: Value, mode: Mode, kind: Type) -> Value:
    """The multiple of a step above zero that is nearest by `mode`."""
    times = nearest(divided(value, step, Type("number")), mode, WHOLE)
    return replace(multiplied(times, step, kind), type=kind)


def _round_to(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    value = at.compile(args[0])
    at.of_kind(args[0], value, AMOUNTS, "Write round_to(amount, 'GBP 0.05') or round_to(x, 25).")
    step = coerced(at, args[1], at.compile(args[1]), value.type)
    if value.type.kind == "money" and step.type.kind in NUMBERS and not value.type.currency.startswith("@"):
        units = constant(Fraction(10 ** exponent(value.type.currency)), WHOLE)
        step = multiplied(step, units, value.type)
    value, step = at.unified(args[1], [value, step])
    _above_zero(at, args[1], step, "step")
    mode = at.mode
    if len(args) > 2:
        words = [one for one in MODES if isinstance(args[2], exp.Literal) and args[2].this == one]
        if not words:
            what = "The last value of round_to() is a rounding mode."
            raise at.refuse(args[2], "expression-type", what, f"Write one of {', '.join(map(repr, MODES))}.")
        mode = words[0]
    kind = value.type if value.type.kind == "money" or step.den != 1 else replace(value.type, kind="integer")
    return to_step(value, step, mode, kind)


def _floor(at: Compiler, node: exp.Expression, args: Args) -> Value:
    value = _number(at, node, args)
    return floored(value, replace(value.type, kind="integer"), "floor")


def _ceil(at: Compiler, node: exp.Expression, args: Args) -> Value:
    value = _number(at, node, args)
    return floored(value, replace(value.type, kind="integer"), "ceil")


def _number(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    remedy = "It takes a number; an amount is cut with round_to(amount, 'USD 1', 'down')."
    return at.of_kind(args[0], at.compile(args[0]), NUMBERS, remedy)


def _completed(at: Compiler, node: exp.Expression, args: Args) -> Value:
    ratio, kind = _periods(at, node, args)
    return _from_zero(nearest(ratio, "down", kind))


def _started(at: Compiler, node: exp.Expression, args: Args) -> Value:
    ratio, kind = _periods(at, node, args)
    return _from_zero(nearest(ratio, "up", kind))


def _from_zero(value: Value) -> Value:
    return picked([value, constant(Fraction(0), value.type)], "greatest")


def _periods(at: Compiler, node: exp.Expression, args: Args) -> tuple[Value, Type]:
    """Period by period, counted from zero. A period below zero gives no number of periods: missing."""
    value, period = at.unified(node, [at.compile(one) for one in args])
    at.of_kind(args[0], value, AMOUNTS, "Write completed(minutes, 720): an amount and the length of a period.")
    _above_zero(at, args[1], period, "period")
    if period.low < 0:
        period = replace(period, sql=f"(CASE WHEN {period.sql} > 0 THEN {period.sql} END)", low=1, native="")
    unit = divided_unit(value.type.unit, period.type.unit)
    return divided(value, period, Type("number", unit=unit)), replace(WHOLE, unit=unit)


def _above_zero(at: Compiler, node: exp.Expression, value: Value, word: str) -> None:
    at.divisor(node, value)
    if value.high < 0:
        what = f"The {word} is below zero."
        raise at.refuse(node, "expression-type", what, f"Give a {word} above zero.")


def _percent(at: Compiler, _node: exp.Expression, args: Args) -> Value:
    shape = "Write percent(50, extra): a rate and an amount."
    rate, amount = at.compile(args[0]), at.compile(args[1])
    at.of_kind(args[0], rate, NUMBERS, shape)
    if amount.literal is not None and amount.type.kind == "text":
        amount = coerced(at, args[1], amount, Type("money"))
    at.of_kind(args[1], amount, AMOUNTS, shape)
    kind = amount.type if amount.type.kind == "money" else replace(amount.type, kind="number")
    return multiplied(multiplied(rate, constant(Fraction(1, 100), WHOLE), rate.type), amount, kind)


FUNCTIONS: dict[str, Function] = {
    "abs": Function(_absolute, "abs(a)", 1),
    "least": Function(_least, "least(a, b)", 2, 50),
    "greatest": Function(_greatest, "greatest(a, b)", 2, 50),
    "clamp": Function(_clamp, "clamp(x, low, high)", 3),
    "round": Function(_round, "round(x, digits)", 1, 2),
    "round_to": Function(_round_to, "round_to(x, step) or round_to(x, step, 'up')", 2, 3),
    "floor": Function(_floor, "floor(x)", 1),
    "ceil": Function(_ceil, "ceil(x)", 1),
    "completed": Function(_completed, "completed(x, period)", 2),
    "started": Function(_started, "started(x, period)", 2),
    "percent": Function(_percent, "percent(rate, money)", 2),
}
