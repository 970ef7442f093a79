"""What stands beside a decision: further results and shares as JSON, and the trace of what was met on the way."""

from __future__ import annotations

from collections.abc import Mapping

from makegood.core.expressions import Expression
from makegood.core.expressions_exact import nearest
from makegood.core.expressions_sql import name, quoted
from makegood.core.policy_names import is_constant
from makegood.core.policy_reads import names_of, of_amount, of_end, of_op
from makegood.core.policy_rules import Named, Remedy, Table
from makegood.core.policy_steps import Steps
from makegood.core.policy_words import plain_text

MOST_PARTS = 10**9
NO_PAYER = "It is not said who pays which part of it."
# Nothing by name; the same for everybody, and written as fast as that.
NONE = "'{}'::ENUM('{}')"


def also_sql(steps: Steps) -> str:
    """JSON of further results by name: amounts as {"minor", "currency"}, numbers as text, dates ISO, null for none."""
    pairs = ", ".join(f"{quoted(word)}, {_json(steps, one)}" for word, one in sorted(steps.remedy.also.items()))
    return f"json_object({pairs})::VARCHAR" if pairs else NONE


def _json(steps: Steps, expression: Expression) -> str:
    value = steps.query.value(expression)
    if value.type.kind == "boolean":
        return value.sql
    if value.type.kind != "money":
        return plain_text(value)
    own = value.type.currency
    coin = f"upper(trim({name(own[1:])}))" if own.startswith("@") else quoted(own)
    minor = nearest(value, steps.remedy.mode, value.type)
    fitting = f"abs(1e0 * {minor.sql}) < 9e18"
    return f"(CASE WHEN {fitting} THEN json_object('minor', ({minor.sql})::BIGINT, 'currency', {coin}) END)"


def shares_sql(remedy: Remedy, minor: str, coin: str) -> str:
    """JSON of each payer's part: whole units that sum exactly, what is left over to the largest remainders."""
    if not remedy.split:
        return NONE
    fixed = [share.weight for share in remedy.split if isinstance(share.weight, int)]
    whole = str(sum(fixed)) if len(fixed) == len(remedy.split) else "_parts"
    weights = [str(one.weight) if isinstance(one.weight, int) else f"_part{at}" for at, one in enumerate(remedy.split)]
    floors = [f"(({minor})::HUGEINT * {weight} // {whole})" for weight in weights]
    rests = [f"(({minor})::HUGEINT * {weight} % {whole})" for weight in weights]
    left = f"(({minor}) - {' - '.join(floors)})"
    parts = []
    currency = "_currency" if coin.startswith("@") else quoted(coin)
    for index, share in enumerate(remedy.split):
        before = [f"({rests[other]} {'>=' if other < index else '>'} {rests[index]})::INTEGER"
                  for other in range(len(remedy.split)) if other != index]  # fmt: skip
        rank = " + ".join(before) or "0"
        part = f"({floors[index]} + CASE WHEN {rank} < {left} THEN 1 ELSE 0 END)::BIGINT"
        parts.append(f"{quoted(share.payer)}, json_object('minor', {part}, 'currency', {currency})")
    return f"(CASE WHEN ({minor}) IS NOT NULL THEN json_object({', '.join(parts)})::VARCHAR ELSE '{{}}' END)"


def lay_parts(steps: Steps) -> None:
    """`_parts`, how many parts there are, where the facts say so: NULL where one of them is missing or below zero, or
    where there are none."""
    given = [(at, share.weight) for at, share in enumerate(steps.remedy.split) if isinstance(share.weight, Expression)]
    if not given:
        return
    columns = []
    for at, weight in given:
        sql = steps.query.value(weight).sql
        columns.append((f"_part{at}", f"(CASE WHEN {sql} BETWEEN 0 AND {MOST_PARTS} THEN {sql}::BIGINT END)"))
    steps.query.layer(*columns)
    names = dict(columns)
    fixed = sum(share.weight for share in steps.remedy.split if isinstance(share.weight, int))
    steps.query.layer(("_parts", f"nullif({' + '.join([str(fixed), *names])}, 0)::HUGEINT"))


def split_reason(steps: Steps) -> str:
    """SQL text: why an amount cannot be split."""
    weights = [share.weight for share in steps.remedy.split if isinstance(share.weight, Expression)]
    gaps = " OR ".join(f"{steps.query.value(one).sql} IS NULL" for one in weights)
    return f"(CASE WHEN {gaps} THEN {steps.query.missing(*weights)} ELSE {quoted(NO_PAYER)} END)"


def trace_columns(steps: Steps) -> Mapping[str, str]:
    """Of a row of a customer."""
    again = "'once_per'" if steps.remedy.once_per else ""
    items = [*_met(steps), *_worked(steps)]
    told = f"CASE WHEN _again THEN [{again}] ELSE {_listed(items)} END" if again else _listed(items)
    return {"_trace": told}


def trace_sql(steps: Steps, rule: str) -> str:
    """`rule late`, tables by their row, parameters with their date, and the operations that changed something."""
    first = f"'rule ' || {rule}"
    if steps.remedy.rows:
        return f"list_concat([{first}], _trace, {_listed(_worked(steps))})"
    return _listed([first, *_met(steps), *_worked(steps)])


def met_sql(steps: Steps) -> str:
    """What was read on the way to the rule that decides."""
    return _listed(_met(steps))


def _listed(items: list[str]) -> str:
    if not items:
        return "[]::VARCHAR[]"
    return f"list_filter([{', '.join(items)}], lambda one: one IS NOT NULL)"


def _worked(steps: Steps) -> list[str]:
    items = []
    indexes = ", ".join(str(index) for index, arm in enumerate(steps.arms) if arm.amount is not None)
    paying = f"_which IN ({indexes})"
    for step in steps.done:
        word = f"{step.op} {step.id}" if step.op in {"add", "reduce"} else step.op
        items.append(f"CASE WHEN {paying} AND ({step.test}) THEN {quoted(word)} END")
    if steps.remedy.approval is not None and not steps.remedy.rows:
        items.append("CASE WHEN _above THEN 'approval' END")
    return items


def _met(steps: Steps) -> list[str]:
    """Exclusions, rows of tables and figures of parameters, where the deciding rule or one before it read them."""
    query = steps.query
    items = [
        f"CASE WHEN _which = {index} THEN {quoted('exclude ' + arm.id)} END"
        for index, arm in enumerate(steps.arms)
        if arm.is_exclusion
    ]
    for word, node in query.names.nodes.items():
        test = _reached(steps, word) if word in query.read else ""
        if not test or isinstance(node, Named):
            continue
        if isinstance(node, Table):
            rows = [*node.rows, node.otherwise]
            arms = " ".join(f"WHEN {n} THEN {quoted(f'{word}#{row.id}')}" for n, row in enumerate(rows, start=1))
            items.append(f"CASE WHEN {test} THEN CASE {name(word + '#')} {arms} END END")
        elif is_constant(node) or node.by is None:
            items.append(f"CASE WHEN {test} THEN {quoted(word)} END")
        else:
            arms = " ".join(
                f"WHEN {n} THEN {quoted(f'{word}@{day.isoformat()}')}"
                for n, (day, _) in enumerate(node.points, start=1)
            )
            before = f" WHEN 0 THEN {quoted(word + '@before')}" if node.before is not None else ""
            items.append(f"CASE WHEN {test} THEN CASE {name(word + '#')} {arms}{before} END END")
    return items


def _reached(steps: Steps, word: str) -> str:
    """SQL: whether what decided read the node; "" where nothing of the remedy does."""
    closure = steps.query.names.closure
    tests = []
    for index, arm in enumerate(steps.arms):
        if word in closure(names_of(arm.tests)):
            tests.append(f"_which >= {index} OR _which <= {-2 - index}")
            break
    for index, arm in enumerate(steps.arms):
        if word in closure(names_of(of_amount(arm.amount))):
            tests.append(f"_which = {index}")
    paying = ", ".join(str(index) for index, arm in enumerate(steps.arms) if arm.amount is not None)
    after = [*(one for op in steps.remedy.order for one in of_op(steps.remedy, op)), *of_end(steps.remedy)]
    if paying and word in closure(names_of(after)):
        tests.append(f"_which IN ({paying})")
    return " OR ".join(f"({test})" for test in tests)
