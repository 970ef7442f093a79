"""Generated reasons: one sentence a customer could read, put together in SQL from what decided.

`50% of GBP 12.00 extra, at least GBP 2.00, by the published payments: regime normal, daily GBP 8.06 from 2021-04-01,
less 25% (paid on board), limited to GBP 500.00.` A policy with a name ends each sentence with name, version and rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from makegood.core.expressions import Expression
from makegood.core.expressions_sql import Value, name, quoted
from makegood.core.policy_guards import bad_sql
from makegood.core.policy_interest import interest_told, is_interest
from makegood.core.policy_layers import CANNOT
from makegood.core.policy_names import is_constant
from makegood.core.policy_reads import names_of, of_amount
from makegood.core.policy_rules import Amount, Named, Parameter, Payable, Remedy, Table
from makegood.core.policy_steps import TOO_LARGE, Arm, Step, Steps, payable_value
from makegood.core.policy_words import figure_text, number_text, own_money, plain_text, whole_text
from makegood.core.policy_worked import spoken_name
from makegood.kit.money import exponent

NOTHING = "Nothing is owed."
AGAIN = "It is the same as an earlier row."


def money_shown(remedy: Remedy, value: Value) -> str:
    """`USD 12.50`, or `500 points`."""
    if remedy.in_unit is not None:
        return f"({whole_text(value, remedy.in_unit.digits)} || {quoted(' ' + remedy.in_unit.name)})"
    if remedy.currency.startswith("@"):
        return f"(_currency || ' ' || {whole_text(value, None, '_currency')})"
    return whole_text(value, exponent(remedy.currency), before=f"{remedy.currency} ")


def problem_sql(steps: Steps) -> str:
    """Why there is no decision, as a sentence; NULL where there is one."""
    query = steps.query
    arms = [f"WHEN _which = -1 THEN {bad_sql(query)}"] if query.bad else []
    for index, arm in enumerate(steps.arms):
        if index in steps.unsure:
            arms.append(f"WHEN _which = {-2 - index} THEN {query.missing(*arm.tests)}")
        if arm.ending == "undefined":
            arms.append(f"WHEN _which = {index} THEN {quoted(arm.words)}")
    paying = ", ".join(str(index) for index, arm in enumerate(steps.arms) if arm.amount is not None)
    if paying:
        arms.append(f"WHEN _which NOT IN ({paying}) THEN NULL")
        if query.remedy.currency.startswith("@"):
            fact = query.names.facts[query.remedy.currency[1:]]
            arms.append(
                f"WHEN _currency IS NULL THEN {quoted(f'There is no value in column {fact.name} for this customer.')}"
            )
        arms += problem_arms(steps)
    return f"CASE {' '.join(arms)} END" if arms else "NULL::VARCHAR"


def problem_arms(steps: Steps) -> list[str]:
    return [f"WHEN {test} THEN {sentence}" for test, sentence in steps.problems]


def ending_arms(steps: Steps, spoken: str = "") -> list[str]:
    """The sentences of what ends in nothing or on hold; with `spoken`, as they end."""
    found = []
    for index, arm in enumerate(steps.arms):
        if arm.ending in {"nothing", "hold"}:
            end = told_rule(spoken, arm.id) if spoken else ""
            found.append(f"WHEN _which = {index} THEN {quoted(arm.words + end)}")
    return found


def zero_sql(steps: Steps, done: Iterable[Step]) -> str:
    """Why an amount came to nothing."""
    arms = []
    for step in done:
        if step.op == "minimum" and step.operand is not None and step.before is not None:
            words = (
                "' is not above the smallest amount we pay, '"
                if step.may
                else "' is below the smallest amount we pay, '"
            )
            before, least = (money_shown(steps.remedy, one) for one in (step.before, step.operand))
            arms.append(f"WHEN {step.test} THEN {before} || {words} || {least} || '.'")
    return f"(CASE {' '.join(arms)} ELSE {quoted(NOTHING)} END)" if arms else quoted(NOTHING)


def owed_sql(steps: Steps) -> str:
    """What the rule that decides says of its amount, without the full stop of a generated sentence."""
    arms = []
    for index, arm in enumerate(steps.arms):
        if arm.amount is not None:
            text = _own_words(steps, arm) if arm.words else _generated(steps, arm)
            arms.append(f"WHEN _which = {index} THEN {text}")
    return f"(CASE {' '.join(arms)} END)" if arms else "NULL::VARCHAR"


def _own_words(steps: Steps, arm: Arm) -> str:
    """The rule's reason, and which rows, figures and values it read."""
    assert arm.amount is not None  # noqa: S101 # asked by the caller
    parts = [
        quoted(arm.words.removesuffix(".")),
        *interest_parts(steps, arm.amount),
        *read_parts(steps, names_of([*arm.tests, *of_amount(arm.amount)])),
    ]
    return f"({' || '.join(parts)})"


def _generated(steps: Steps, arm: Arm) -> str:
    assert arm.amount is not None  # noqa: S101 # asked by the caller
    parts = [_amount(steps, arm.amount)]
    for word, payable in (("at least", arm.amount.floor), ("at most", arm.amount.cap)):
        if payable is not None:
            parts.append(f"{quoted(f', {word} ')} || {_payable(steps, payable)}")
    parts += interest_parts(steps, arm.amount)
    parts += read_parts(steps, names_of([*arm.tests, *of_amount(arm.amount)]))
    return f"({' || '.join(parts)})"


def interest_parts(steps: Steps, amount: Amount) -> list[str]:
    return [part for one in of_amount(amount) for part in interest_told(steps, one)]


def _payable(steps: Steps, payable: Payable) -> str:
    return f"coalesce({money_shown(steps.remedy, payable_value(steps, payable))}, '')"


def _amount(steps: Steps, amount: Amount) -> str:
    assert steps.ruled is not None  # noqa: S101 # there is a rule that pays
    whole = money_shown(steps.remedy, steps.ruled)
    if amount.accrual is not None:
        count = number_text(steps.query.value(amount.accrual.count))
        return f"{whole} || ' for ' || {count} || CASE WHEN {count} = '1' THEN ' period' ELSE ' periods' END"
    if amount.of is None:
        return f"'A fixed amount of ' || {whole}"
    if amount.percent is not None:
        rate = amount.percent.value.constant
        share = quoted(f"{figure_text(rate, amount.percent.type)}% of ") if rate is not None else (
            f"{number_text(steps.query.value(amount.percent))} || '% of '"
        )  # fmt: skip
        return f"{share} || {_base(steps, amount.of)}"
    if _is_column(amount.of):
        return _base(steps, amount.of)
    if is_interest(steps.query.names, amount.of):
        return whole
    words = " and ".join(_spoken(steps, word) for word in amount.of.names) or "the policy"
    return f"{whole} || {quoted(f', worked out from {words}')}"


def _base(steps: Steps, of: Expression) -> str:
    if _is_column(of):
        return f"{money_shown(steps.remedy, payable_value(steps, of))} || {quoted(' ' + _spoken(steps, of.names[0]))}"
    words = " and ".join(_spoken(steps, word) for word in of.names)
    return quoted(f"what follows from {words}" if words else "the amount")


def _is_column(of: Expression) -> bool:
    return of.names == (of.text.lower(),)


def _spoken(steps: Steps, word: str) -> str:
    names = steps.query.names
    fact, node = names.facts.get(word), names.nodes.get(names.owner(word))
    if fact is not None:
        return fact.words
    if isinstance(node, Table | Parameter | Named) and node.words:
        return node.words if "." not in word else f"{node.words} ({word.split('.', 1)[1].replace('_', ' ')})"
    return word.replace("_", " ").replace(".", " ").removesuffix("()")


def read_parts(steps: Steps, words: Iterable[str]) -> list[str]:
    """Which rows of tables, figures of parameters and named values were read, directly or through others."""
    names = steps.query.names
    read = names.closure(words)
    parts = []
    for word, node in names.nodes.items():
        if word not in read:
            continue
        if isinstance(node, Table):
            parts.append(_row_part(node))
        elif isinstance(node, Parameter):
            parts.append(_figure_part(node))
        elif not is_constant(node):
            parts += [_value_part(steps, node)] if node.words else []
            parts += interest_told(steps, node.expression)
    return parts


def _row_part(table: Table) -> str:
    rows = [*table.rows, table.otherwise]
    arms = " ".join(
        f"WHEN {number} THEN {quoted(f', by {table.words}: {row.words or _otherwise(row.id)}')}"
        for number, row in enumerate(rows, start=1)
        if row.give is not None
    )
    return f"(CASE {name(table.name + '#')} {arms} ELSE '' END)"


def _otherwise(word: str) -> str:
    return "what no row of it names" if word == "otherwise" else word


def _figure_part(node: Parameter) -> str:
    words = spoken_name(node)
    if node.value is not None:
        return quoted(f", {words} {figure_text(node.value, node.type)}")
    if node.by is None:
        return quoted(f", by {words}")
    arms = " ".join(
        f"WHEN {number} THEN {quoted(f', {words} {figure_text(figure, node.type)} from {day.isoformat()}')}"
        for number, (day, figure) in enumerate(node.points, start=1)
    )
    before = "" if node.before is None else f" WHEN 0 THEN {quoted(f', {words} {figure_text(node.before, node.type)}')}"
    return f"(CASE {name(node.name + '#')} {arms}{before} ELSE '' END)"


def _value_part(steps: Steps, node: Named) -> str:
    value = steps.query.names.values[node.name]
    if value.type.kind == "boolean":
        return f"(CASE WHEN {value.sql} THEN {quoted(', ' + node.words)} ELSE '' END)"
    text = own_money(value) if value.type.kind == "money" else plain_text(value)
    return f"coalesce(', ' || {text} || {quoted(' ' + node.words)}, '')"


def done_parts(steps: Steps, done: Iterable[Step]) -> list[str]:
    """What was added, taken off and limited, in the order in which it was done."""
    parts = []
    for step in done:
        sentence = _done(steps, step)
        if sentence:
            parts.append(f"(CASE WHEN {step.test} THEN {sentence} ELSE '' END)")
    return parts


def _done(steps: Steps, step: Step) -> str:
    if step.operand is None:
        return ""
    says = step.says.removesuffix(".") or step.id.replace("-", " ").replace("_", " ")
    if step.op == "reduce":
        may = ", as we may" if step.may else ""
        return f"', less ' || {number_text(step.operand)} || {quoted(f'% ({says}{may})')}"
    amount = money_shown(steps.remedy, step.operand)
    return {
        "add": f"', plus ' || {amount} || {quoted(f' ({says})')}",
        "excess": f"', less the excess of ' || {amount}",
        "set_off": f"', less ' || {amount} || ' paid otherwise'",
        "most": f"', of which ' || {amount} || ' is left'",
        "cap": f"', limited to ' || {amount}",
    }.get(step.op, "")


def row_columns(steps: Steps) -> Mapping[str, str]:
    """Of a row of a customer: `_reason` of what is not owed, `_text` of what is."""
    again = f"WHEN _again THEN {quoted(AGAIN)} " if steps.remedy.once_per else ""
    problem = f"coalesce({problem_sql(steps)}, {_key_missing(steps)})"
    ends = " ".join([*ending_arms(steps), f"WHEN _st = 3 THEN {quoted(TOO_LARGE)}"])
    reason = f"CASE {again}WHEN _st = 3 THEN {problem} {ends} ELSE {zero_sql(steps, steps.done)} END"
    text = " || ".join([owed_sql(steps), *done_parts(steps, steps.done)])
    return {"_reason": reason, "_text": text}


def _key_missing(steps: Steps) -> str:
    query = steps.query
    keys = [*steps.remedy.once_per, *(key for most in steps.remedy.most for key in most.per)]
    keys = [word for word in keys if query.has_column(word) and not query.is_sure(word)]  # no other can be missing
    arms = [f"WHEN {name(word)} IS NULL THEN {query.why(word)}" for word in keys]
    return f"CASE {' '.join(arms)} ELSE {quoted(CANNOT)} END" if arms else quoted(CANNOT)


def ended(sentence: str, spoken: str, rule: str) -> str:
    """With the policy's name and version, where it has one, and the rule."""
    if not spoken:
        return sentence
    return f"({sentence} || {quoted(f' ({spoken}, rule ')} || {rule} || '.)')"


def told_rule(spoken: str, rule: str) -> str:
    return f" ({spoken}, rule {rule}.)"
