"""The policy as one DuckDB query: a nest of SELECTs a remedy, from conditions to a status and a sentence.

Layers, inside out: each condition once · which rule · the exact amount as a fraction · the smallest unit it rounds to ·
floors and caps · status, minor units and reason. Clamping comes after rounding, so no cap is ever exceeded.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from makegood.core.expressions_sql import name, quoted, rounded
from makegood.core.policy_rules import Amount, Remedy, Rule
from makegood.core.policy_words import reason_sql, shown
from makegood.kit.money import exponent

COLUMNS = ("customer_id", "remedy", "status", "rule", "minor", "currency", "basis", "reason")
_EMPTY = """SELECT NULL::BIGINT AS customer_id, NULL::VARCHAR AS remedy, NULL::VARCHAR AS status,
 NULL::VARCHAR AS rule, NULL::BIGINT AS minor, NULL::VARCHAR AS currency, NULL::VARCHAR AS basis,
 NULL::VARCHAR AS reason WHERE false"""


def decision_sql(remedies: Mapping[str, Remedy], affected: str) -> str:
    parts = [_remedy_sql(remedy, affected) for remedy in remedies.values()]
    return "\nUNION ALL\n".join(parts) if parts else _EMPTY


def _remedy_sql(remedy: Remedy, affected: str) -> str:
    currency = _currency(remedy)
    conditions = "".join(
        f", TRY({rule.when.sql}) AS _when{i}" for i, rule in enumerate(remedy.rules) if rule.when is not None
    )
    amounts = [(i, rule.amount) for i, rule in enumerate(remedy.rules) if rule.amount is not None]
    nums = {i: _fraction(amount, currency)[0] for i, amount in amounts}
    dens = {i: _fraction(amount, currency)[1] for i, amount in amounts}
    unit = f"{remedy.unit}::HUGEINT"
    whole = f"{rounded('_num', f'(_den * {unit})', remedy.mode)} * {unit}"
    floors = {i: _by_currency(amount.floor, currency) for i, amount in amounts if amount.floor is not None}
    caps = {i: _by_currency(amount.cap, currency) for i, amount in amounts if amount.cap is not None}
    return f"""SELECT customer_id, {quoted(remedy.id)} AS remedy, _status AS status, {_rule_id(remedy)} AS rule,
 CASE WHEN _status = 'owed' THEN _paid::BIGINT END AS minor, _currency AS currency, {quoted(remedy.basis)} AS basis,
 CASE WHEN _problem IS NOT NULL THEN _problem {_reasons(remedy)} END AS reason
FROM (SELECT *, {_status(remedy)} AS _status
FROM (SELECT *, {_problem(remedy, {*floors}, {*caps})} AS _problem
FROM (SELECT *, {_clamp("_ruled", remedy.cap, "_most")} AS _paid
FROM (SELECT *, CASE WHEN _cap < _floored THEN _cap ELSE _floored END AS _ruled
FROM (SELECT *, CASE WHEN _floor > _whole THEN _floor ELSE _whole END AS _floored
FROM (SELECT *, TRY({whole}) AS _whole, {_pick(floors)} AS _floor, {_pick(caps)} AS _cap,
 {_by_currency(remedy.cap, "_currency")} AS _most, {_by_currency(remedy.minimum, "_currency")} AS _least
FROM (SELECT *, TRY({_pick(nums)}) AS _num, TRY({_pick(dens)}) AS _den
FROM (SELECT *, {_which(remedy)} AS _which
FROM (SELECT _a.*, {currency} AS _currency{conditions} FROM {affected} AS _a)))))))))"""


def _currency(remedy: Remedy) -> str:
    if remedy.currency.startswith("@"):
        return f"nullif(upper(trim({name(remedy.currency[1:])})), '')"
    return quoted(remedy.currency)


def _which(remedy: Remedy) -> str:
    """The index of the first rule that matches; -1 - index where that cannot be said."""
    arms = "".join(
        f"WHEN _when{i} IS NULL THEN {-1 - i} WHEN _when{i} THEN {i} "
        for i, rule in enumerate(remedy.rules)
        if rule.when is not None
    )
    last = len(remedy.rules) - 1
    return f"CASE {arms}ELSE {last} END" if arms else str(last)


def _fraction(amount: Amount, currency: str) -> tuple[str, str]:
    if amount.of is None:
        return f"({_by_currency(amount.fixed, currency)})::HUGEINT", "1::HUGEINT"
    num, den = amount.of.value.sql, amount.of.value.den_sql
    if amount.percent is not None:
        rate = Fraction(amount.percent) / 100
        return f"(({num}) * {rate.numerator}::HUGEINT)", f"({den} * {rate.denominator}::HUGEINT)"
    return num, den


def _by_currency(amounts: Mapping[str, int] | None, currency: str) -> str:
    if not amounts:
        return "NULL::HUGEINT"
    arms = " ".join(f"WHEN {quoted(code)} THEN {minor}::HUGEINT" for code, minor in amounts.items())
    return f"(CASE {currency} {arms} END)"


def _pick(parts: Mapping[int, str]) -> str:
    if not parts:
        return "NULL::HUGEINT"
    return "CASE _which " + " ".join(f"WHEN {i} THEN {part}" for i, part in parts.items()) + " END"


def _clamp(value: str, amounts: Mapping[str, int] | None, most: str) -> str:
    return f"CASE WHEN {most} < {value} THEN {most} ELSE {value} END" if amounts else value


def _problem(remedy: Remedy, floors: set[int], caps: set[int]) -> str:
    """Why there is no decision, as a sentence; NULL where there is one."""
    arms = [
        f"WHEN _which = {-1 - i} THEN {rule.when.missing_sql()}"
        for i, rule in enumerate(remedy.rules)
        if rule.when is not None
    ]
    for index, rule in enumerate(remedy.rules):
        if rule.ending == "undefined":
            arms.append(f"WHEN _which = {index} THEN {quoted(rule.words)}")
    paying = ", ".join(str(i) for i, rule in enumerate(remedy.rules) if rule.ending == "amount")
    if paying:
        arms += [f"WHEN _which NOT IN ({paying}) THEN NULL", *_amount_problems(remedy, floors, caps)]
    return f"CASE {' '.join(arms)} END" if arms else "NULL::VARCHAR"


def _amount_problems(remedy: Remedy, floors: set[int], caps: set[int]) -> list[str]:
    column = remedy.currency[1:]
    unpaid = quoted("The policy names no amount in ") + " || _currency || '.'"
    arms = []
    if remedy.currency.startswith("@"):
        missing = quoted(f"There is no value in column {column} for this customer.")
        arms.append(f"WHEN _currency IS NULL THEN {missing}")
    for index, rule in enumerate(remedy.rules):
        if rule.amount is not None:
            why = rule.amount.of.missing_sql() if rule.amount.of else unpaid
            arms.append(f"WHEN _which = {index} AND (_num IS NULL OR _den IS NULL) THEN {why}")
    arms.append(f"WHEN _num < 0 THEN {quoted('The amount works out below zero.')}")
    too_large = quoted("The amount is too large to be paid.")
    arms.append(f"WHEN _whole IS NULL OR _paid > 9223372036854775807 THEN {too_large}")
    for indexes, limit in ((floors, "_floor"), (caps, "_cap")):
        arms += [f"WHEN _which = {index} AND {limit} IS NULL THEN {unpaid}" for index in sorted(indexes)]
    if remedy.cap:
        arms.append(f"WHEN _most IS NULL THEN {unpaid}")
    if remedy.minimum:
        arms.append(f"WHEN _least IS NULL THEN {unpaid}")
    return arms


def _status(remedy: Remedy) -> str:
    arms = ["WHEN _problem IS NOT NULL THEN 'undefined'"]
    for index, rule in enumerate(remedy.rules):
        if rule.ending in {"nothing", "hold"}:
            arms.append(f"WHEN _which = {index} THEN {quoted(rule.ending)}")
    arms.append("WHEN _paid = 0 OR _paid < _least THEN 'nothing'")
    return f"CASE {' '.join(arms)} ELSE 'owed' END"


def _rule_id(remedy: Remedy) -> str:
    ids = ", ".join(quoted(rule.id) for rule in remedy.rules)
    return f"([{ids}])[CASE WHEN _which < 0 THEN -_which ELSE _which + 1 END]"


def _reasons(remedy: Remedy) -> str:
    arms = []
    for index, rule in enumerate(remedy.rules):
        if rule.ending in {"nothing", "hold"}:
            arms.append(f"WHEN _which = {index} THEN {quoted(rule.words)}")
    arms.append(f"WHEN _paid = 0 THEN {quoted('Nothing is owed.')}")
    if remedy.minimum:
        below = "' is below the smallest amount we pay, '"
        arms.append(
            f"WHEN _paid < _least THEN {_money('_paid', remedy)} || {below} || {_money('_least', remedy)} || '.'"
        )
    for index, rule in enumerate(remedy.rules):
        if rule.amount is not None:
            arms.append(f"WHEN _which = {index} THEN {_own_or_generated(rule, remedy)}")
    return " ".join(arms)


def _own_or_generated(rule: Rule, remedy: Remedy) -> str:
    if rule.words:
        return quoted(rule.words)
    return reason_sql(rule, remedy)


def _money(minor: str, remedy: Remedy) -> str:
    if remedy.currency.startswith("@"):
        return f"(_currency || ' ' || {shown(minor, None, '_currency')})"
    return f"({quoted(remedy.currency + ' ')} || {shown(minor, exponent(remedy.currency))})"
