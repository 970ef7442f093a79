"""Which rule decides and what it pays; the amount is then worked on in `policy_ops`, a layer over the one before each.

An amount stays an exact fraction until `round`; what comes after works in whole smallest units. Where it cannot be
worked out, or is below zero, it is NULL from there on: such a customer is undefined, never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from makegood.core.expressions import Expression
from makegood.core.expressions_arithmetic import added, common, multiplied, picked, scaled
from makegood.core.expressions_exact import nearest
from makegood.core.expressions_sql import WIDE, Type, Value, constant, fits, quoted
from makegood.core.policy_layers import Query
from makegood.core.policy_reads import of_amount
from makegood.core.policy_rules import Accrual, Amount, Ending, Op, Payable, Remedy

MOST_DEN = 10**12
BELOW_ZERO = "The amount works out below zero."
TOO_LARGE = "The amount is too large to be paid."


@dataclass(frozen=True, slots=True)
class Arm:
    """An exclusion or a rule. `tests` are its `when` and `unless`; no test: the default."""

    id: str
    ending: Ending
    words: str
    amount: Amount | None
    when: Expression | None
    unless: Expression | None
    is_exclusion: bool

    @property
    def tests(self) -> tuple[Expression, ...]:
        return tuple(one for one in (self.when, self.unless) if one is not None)


def arms_of(remedy: Remedy) -> list[Arm]:
    arms = [Arm(one.id, "nothing", one.says, None, one.when, one.unless, True) for one in remedy.exclude]
    arms += [Arm(one.id, one.ending, one.words, one.amount, one.when, None, False) for one in remedy.rules]
    return arms


@dataclass(slots=True)
class Step:
    """What an operation did, for sentences: `test` says that it worked, on `before`, with `operand`. `may`: the payer's
    option of a reduction; of a minimum, that it is strict."""

    op: Op | Literal["most"]
    id: str
    says: str
    test: str
    operand: Value | None = None
    before: Value | None = None
    may: bool = False


@dataclass(slots=True)
class Steps:
    """The amount on its way. `problems` are pairs of SQL: a test, and the sentence where it holds."""

    query: Query
    arms: list[Arm]
    state: Value = field(default_factory=lambda: constant(Fraction(0), Type("integer")))
    ruled: Value | None = None
    is_rounded: bool = False
    problems: list[tuple[str, str]] = field(default_factory=list)
    done: list[Step] = field(default_factory=list)
    laid: int = 0
    unsure: list[int] = field(default_factory=list)

    @property
    def remedy(self) -> Remedy:
        return self.query.remedy

    def put(self, value: Value, prefix: str) -> Value:
        """Lays a value as a column."""
        if value.constant is not None:
            return value
        self.laid += 1
        alias = f"_{prefix}{self.laid}"
        den: int | str = value.den
        columns = [(alias, value.sql)]
        if isinstance(den, str):
            columns.append((f"{alias}d", den))
            den = f"{alias}d"
        self.query.layer(*columns)
        return replace(value, sql=alias, den=den, literal=None, native="", fixed=False)

    def move(self, value: Value) -> None:
        """The amount is now this; below zero it is nothing that can be paid."""
        self.state = at_least_zero(self.put(value, "s"))

    def operand(self, value: Value, expressions: Iterable[Expression]) -> Value:
        """What an operation works with; below zero it is undefined."""
        if value.constant is not None:
            return value if value.constant >= 0 else Value(value.type, "NULL::BIGINT", low=0, high=0)
        if self.query.told or value.low < 0 or not self.query.settled(*expressions):
            value = self.put(value, "o")
        return at_least_zero(value)

    def test(self, when: Expression | None) -> tuple[str, str]:
        """SQL of a condition, and of whether it is neither true nor false; "" for none and for never."""
        if when is None:
            return "", ""
        sql = self.query.sql(when)
        unknown = self.query.unknown(sql, when)
        if unknown is None or self.query.told:
            self.laid += 1
            column = f"_c{self.laid}"
            self.query.layer((column, sql))
            return column, "" if unknown == "" else f"{column} IS NULL"
        return sql, unknown

    def whole(self, value: Value) -> Value:
        """After rounding everything is whole."""
        return nearest(value, self.remedy.mode, value.type) if self.is_rounded else value

    def problem(self, test: str, *expressions: Expression | None) -> None:
        if self.query.told:
            self.problems.append((f"{self.state.sql} IS NULL AND {test}" if test else f"{self.state.sql} IS NULL",
                                  self.query.missing(*expressions)))  # fmt: skip


def at_least_zero(value: Value) -> Value:
    if value.low >= 0:
        return value
    sql = f"(CASE WHEN {value.sql} >= 0 THEN {value.sql} END)"
    return replace(value, sql=sql, low=0, high=max(value.high, 0), nonzero=False)


def only_where(tests: tuple[str, str], value: Value, otherwise: int, state: str) -> Value:
    """The value where the test holds, `otherwise` where it does not, NULL where unknown. Nothing is tested for those
    who have no amount, `state`, anyway."""
    test, unknown = tests
    if not test:
        return value
    other, den = otherwise * plain_den(value.den), value.den
    if isinstance(den, str):
        # Where the value is missing its denominator may be as well; what stands in for both is whole.
        other, den = otherwise, f"(CASE WHEN {test} THEN {den} ELSE 1 END)"
    low, high = min(value.low, other), max(value.high, other)
    gap = f"WHEN {state} IS NULL THEN NULL " + (f"WHEN {unknown} THEN NULL " if unknown else "")
    sql = f"(CASE {gap}WHEN {test} THEN {value.sql} ELSE {other} END)"
    whole = "BIGINT" if fits(low, high) else "HUGEINT"
    made = replace(value, sql=f"{sql}::{whole}", den=den, low=low, high=high)
    return replace(made, fixed=False, literal=None, nonzero=False)


def plain_den(den: int | str) -> int:
    return den if isinstance(den, int) else 0


def lay_which(steps: Steps) -> None:
    """`_which`: the index of the first arm that holds; -2 - index where that cannot be said, -1 for unusable facts."""
    query, remedy = steps.query, steps.remedy
    columns = []
    if remedy.currency.startswith("@"):
        columns.append(("_currency", f"nullif(upper(trim(\"{remedy.currency[1:]}\")), '')"))
    query.layer(*columns)
    fast, careful, eager, gaps = [], [], [], []
    for index, arm in enumerate(steps.arms):
        if arm.when is None:
            continue
        test = query.sql(arm.when)
        if arm.unless is not None:
            test = f"({test} AND NOT {query.sql(arm.unless)})"
        unknown = query.unknown(test, *arm.tests)
        if unknown is None:
            eager.append((f"_when{index}", test))
            test, unknown = f"_when{index}", f"_when{index} IS NULL"
            fast.append(f"WHEN {unknown} THEN {-2 - index}")
        elif unknown:
            gaps += query.gaps(*arm.tests)
        if unknown:
            steps.unsure.append(index)
            careful.append(f"WHEN {unknown} THEN {-2 - index}")
        fast.append(f"WHEN {test} THEN {index}")
        careful.append(f"WHEN {test} THEN {index}")
    query.layer(*eager)
    query.layer(("_which", _which(query, fast, careful, dict.fromkeys(gaps), len(steps.arms) - 1)))


def _which(query: Query, fast: list[str], careful: list[str], gaps: Iterable[str], last: int) -> str:
    """Where nothing is missing no test can be unknown, and none is looked at twice."""
    which = f"CASE {' '.join(fast)} ELSE {last} END" if fast else str(last)
    if missing := " OR ".join(gaps):
        which = f"CASE WHEN {missing} THEN CASE {' '.join(careful)} ELSE {last} END ELSE {which} END"
    if query.good:
        which = f"CASE WHEN {' AND '.join(query.good)} THEN {which} ELSE -1 END"
    if query.off:
        which = f"CASE WHEN {' OR '.join(query.off)} THEN -1 ELSE {which} END"
    return which


def one_of(indexes: Iterable[int]) -> str:
    """SQL: whether `_which` is one of these; a comparison or two where they follow each other."""
    found = sorted(indexes)
    if not found:
        return ""
    if found[-1] - found[0] + 1 != len(found):
        return f"_which IN ({', '.join(map(str, found))})"
    return f"_which = {found[0]}" if len(found) == 1 else f"_which BETWEEN {found[0]} AND {found[-1]}"


def lay_amount(steps: Steps) -> None:
    """What the rule that decides pays, as a fraction; NULL for what pays nothing."""
    paying = [(index, arm.amount) for index, arm in enumerate(steps.arms) if arm.amount is not None]
    if not paying:
        return
    values = [amount_value(steps, amount, index) for index, amount in paying]
    dens = [value.den for value in values]
    static, den = common(values) if all(isinstance(one, int) for one in dens) else ([], 0)
    if isinstance(den, int) and 0 < den <= MOST_DEN:
        values = list(static)
        shown: int | str = den
    else:
        shown = "(CASE _which " + " ".join(
            f"WHEN {index} THEN {value.den_sql}" for (index, _), value in zip(paying, values, strict=True)
        ) + " END)"  # fmt: skip
    low, high = min(value.low for value in values), max(value.high for value in values)
    whole = "BIGINT" if fits(low, high) else "HUGEINT"
    arms = " ".join(
        f"WHEN {index} THEN {value.sql}{'::HUGEINT' if whole == 'HUGEINT' else ''}"
        for (index, _), value in zip(paying, values, strict=True)
    )
    most_den = max(value.most_den for value in values)
    choice = f"(CASE _which {arms} END)"
    if steps.remedy.currency.startswith("@"):
        choice = f"(CASE WHEN _currency IS NOT NULL THEN {choice} END)"
    picked_ = Value(values[0].type, choice, shown, low=low, high=high, den_high=most_den)
    raw = steps.put(picked_, "s")
    steps.ruled = raw
    for index, amount in paying:
        _amount_problems(steps, raw, index, amount)
    if raw.low < 0 and steps.query.told:
        steps.problems.append((f"{raw.sql} < 0", quoted(BELOW_ZERO)))
    steps.state = at_least_zero(raw)


def _amount_problems(steps: Steps, raw: Value, index: int, amount: Amount) -> None:
    if not steps.query.told:
        return
    expressions = list(of_amount(amount))
    why = steps.query.missing(*expressions)
    if steps.remedy.currency.startswith("@"):
        unpaid = f"{quoted('The policy names no amount in ')} || _currency || '.'"
        gaps = [f"{steps.query.sql(one)} IS NULL" for one in expressions]
        why = f"(CASE WHEN {' OR '.join(gaps)} THEN {why} ELSE {unpaid} END)" if gaps else unpaid
    steps.problems.append((f"_which = {index} AND {raw.sql} IS NULL", why))


def clamps_rounded(remedy: Remedy) -> bool:
    """Whether nothing works on a rule's amount before it is rounded: then its floor and cap hold the rounded one."""
    before = remedy.order[: remedy.order.index("round")]
    given: dict[Op, object] = {
        "add": remedy.add, "reduce": remedy.reduce, "excess": remedy.excess is not None, "set_off": remedy.set_off,
        "cap": remedy.cap is not None, "minimum": remedy.minimum is not None, "sum": remedy.rows,
    }  # fmt: skip
    return not any(given.get(op) for op in before)


def amount_value(steps: Steps, amount: Amount, index: int) -> Value:
    """The exact amount of one rule, whose place is `index`; may be below zero, then it counts for nothing."""
    if amount.accrual is not None:
        return _accrued(steps, amount.accrual, index)
    if amount.of is None:
        return payable_value(steps, amount.fixed)
    value = payable_value(steps, amount.of)
    if amount.percent is not None:
        rate = multiplied(steps.query.value(amount.percent), constant(Fraction(1, 100), Type("number")), Type("number"))
        value = multiplied(value, rate, value.type)
    if clamps_rounded(steps.remedy):
        return value
    # A floor must not lift what is below zero.
    if amount.floor is not None:
        floor = payable_value(steps, amount.floor)
        _gauge(steps, index, "floor", value, floor)
        (low, least), den = common([value, floor])
        sql = (
            f"(CASE WHEN {low.sql} < 0 THEN {low.sql} WHEN {low.sql} < {least.sql} THEN {least.sql} ELSE {low.sql} END)"
        )
        sql = sql if floor.constant is not None else f"(CASE WHEN {least.sql} IS NOT NULL THEN {sql} END)"
        value = merged(value, [low, least], sql, den)
    return value if amount.cap is None else _capped_rule(steps, index, value, amount.cap)


def _capped_rule(steps: Steps, index: int, value: Value, payable: Payable) -> Value:
    cap = payable_value(steps, payable)
    _gauge(steps, index, "cap", value, cap)
    return capped(value, cap)


def _gauge(steps: Steps, index: int, word: str, value: Value, limit: Value) -> None:
    steps.query.gauge(f"{steps.arms[index].id} {word}", value, limit, f"_which = {index}")


def merged(value: Value, parts: Sequence[Value], sql: str, den: int | str) -> Value:
    low, high = min(part.low for part in parts), max(part.high for part in parts)
    most_den = 1
    for part in parts:
        most_den = min(WIDE, most_den * part.most_den)
    return Value(value.type, sql, den, low=low, high=high, den_high=most_den)


def capped(value: Value, cap: Value) -> Value:
    """At most the cap; NULL where there is none."""
    (whole, most), den = common([value, cap])
    gap = "" if cap.constant is not None else f"WHEN {most.sql} IS NULL THEN NULL "
    sql = f"(CASE {gap}WHEN {whole.sql} > {most.sql} THEN {most.sql} ELSE {whole.sql} END)"
    return replace(merged(value, [whole, most], sql, den), high=min(whole.high, most.high))


def payable_value(steps: Steps, payable: Payable) -> Value:
    """In minor units; NULL where a list has no amount in the customer's currency."""
    remedy = steps.remedy
    kind = Type("money", remedy.currency) if remedy.in_unit is None else Type("number")
    if isinstance(payable, Mapping):
        if not remedy.currency.startswith("@"):
            return constant(Fraction(next(iter(payable.values()), 0)), kind)
        arms = " ".join(f"WHEN {quoted(code)} THEN {minor}::BIGINT" for code, minor in payable.items())
        least, most = min(payable.values(), default=0), max(payable.values(), default=0)
        return Value(kind, f"(CASE _currency {arms} END)", low=least, high=most)
    value = steps.query.value(payable)
    return value if remedy.in_unit is None else scaled(value, 10**remedy.in_unit.digits)


def _accrued(steps: Steps, accrual: Accrual, index: int) -> Value:
    """First amount, then each period at its rate; a count below zero counts as zero."""
    count = steps.query.value(accrual.count)
    zero = constant(Fraction(0), Type("integer"))
    total = payable_value(steps, accrual.first) if accrual.first is not None else None
    rates: list[tuple[int, int | None, Payable]] = []
    if accrual.each is not None:
        rates.append((0, None, accrual.each))
    begin = 0
    for rate in accrual.rates:
        rates.append((begin, rate.to, rate.each))
        begin = rate.to or begin
    for begin, end, each in rates:
        past = (
            count
            if begin == 0
            else added(count, constant(Fraction(begin), Type("integer")), Type("integer"), minus=True)
        )
        past = picked([past, zero], "greatest")
        if end is not None:
            past = picked([past, constant(Fraction(end - begin), Type("integer"))], "least")
        part = multiplied(past, payable_value(steps, each), Type("number"))
        total = part if total is None else added(total, part, Type("number"))
    value = total if total is not None else zero
    return value if accrual.cap is None else _capped_rule(steps, index, value, accrual.cap)
