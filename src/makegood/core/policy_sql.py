"""The policy as one DuckDB query: for each remedy a nest of SELECTs, from facts to a status, an amount and a sentence.

Layers, inside out: facts within their limits · parameters, tables and values · which rule · the exact amount · each
operation in its order, with the rows of a customer summed at `sum` · status, minor units, reason. Choices among
remedies come last. The form without sentences computes the same with fewer columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from makegood.core.expressions import Expression
from makegood.core.expressions_arithmetic import common
from makegood.core.expressions_sql import Type, Value, name, quoted
from makegood.core.policy_grouping import lay_doubles, lay_status, lay_sum
from makegood.core.policy_guards import lay_facts
from makegood.core.policy_layers import Query
from makegood.core.policy_names import Names
from makegood.core.policy_ops import lay_op, paid
from makegood.core.policy_reads import all_names, of_amount, of_conditions, of_end, of_limits, of_op, of_payable
from makegood.core.policy_results import also_sql, shares_sql, trace_columns, trace_sql
from makegood.core.policy_rules import Choice, Header, Named, Op, Parameter, Remedy
from makegood.core.policy_sentences import (
    done_parts,
    ended,
    ending_arms,
    money_shown,
    owed_sql,
    problem_arms,
    problem_sql,
    row_columns,
    zero_sql,
)
from makegood.core.policy_steps import TOO_LARGE, Steps, arms_of, lay_amount, lay_which, one_of, payable_value
from makegood.core.policy_worked import lay_nodes

COLUMNS = ("customer_id", "remedy", "status", "rule", "minor", "currency", "basis", "reason")
FACTS_RULE = "facts"  # what decides where a fact cannot be used
_EMPTY = """SELECT NULL::BIGINT AS customer_id, NULL::VARCHAR AS remedy, NULL::VARCHAR AS status,
 NULL::VARCHAR AS rule, NULL::BIGINT AS minor, NULL::VARCHAR AS currency, NULL::VARCHAR AS basis,
 NULL::VARCHAR AS reason"""
_NOT_CHOSEN = "Another remedy was chosen."
_NO_CHOICE = "It is not said which of these was chosen."


class HasRemedies(Protocol):
    """A policy, as far as its query looks at it."""

    @property
    def header(self) -> Header: ...
    @property
    def names(self) -> Names: ...
    @property
    def remedies(self) -> Mapping[str, Remedy]: ...
    @property
    def choices(self) -> tuple[Choice, ...]: ...


def decision_sql(policy: HasRemedies, affected: str, key: str, stored: Mapping[str, str]) -> str:
    parts = [_Writer(policy, remedy, affected, key, stored, "told").sql() for remedy in policy.remedies.values()]
    return _chosen(policy, parts, COLUMNS) if parts else f"{_EMPTY} WHERE false"


def full_sql(policy: HasRemedies, facts: str, key: str, stored: Mapping[str, str]) -> str:
    parts = [_Writer(policy, remedy, facts, key, stored, "full").sql() for remedy in policy.remedies.values()]
    more = ("also", "shares", "trace")
    empty = f"{_EMPTY}, NULL::VARCHAR AS also, NULL::VARCHAR AS shares, NULL::VARCHAR[] AS trace WHERE false"
    return _chosen(policy, parts, (*COLUMNS, *more)) if parts else empty


def amounts_sql(policy: HasRemedies, facts: str, key: str, stored: Mapping[str, str]) -> str:
    parts = [_Writer(policy, remedy, facts, key, stored, "amounts").sql() for remedy in policy.remedies.values()]
    wanted = ("customer_id", "remedy", "status", "rule", "minor")
    return _chosen(policy, parts, wanted) if parts else f"SELECT {', '.join(wanted)} FROM ({_EMPTY} WHERE false)"


class _Writer:
    """Writes the query of one remedy; `form` is told, full or amounts."""

    def __init__(
        self, policy: HasRemedies, remedy: Remedy, relation: str, key: str, stored: Mapping[str, str], form: str
    ) -> None:
        self.policy, self.remedy, self.form = policy, remedy, form
        self.takes = [
            one.take for one in policy.choices if remedy.id in one.of and one.take not in {"greatest", "first"}
        ]
        read = policy.names.closure([*all_names(remedy), *self.takes])
        read |= {f"calendar:{word}" for word in _calendars(policy.names, remedy, read)}
        self.query = Query(policy.names, remedy, frozenset(read), form != "amounts", key, stored, relation)
        self.query.takes = tuple(self.takes)
        self.steps = Steps(self.query, arms_of(remedy))

    def sql(self) -> str:
        steps, query, remedy = self.steps, self.query, self.remedy
        lay_facts(query)
        lay_nodes(query, [word for one in _expressions(remedy) for word in one.spared])
        lay_doubles(query)
        lay_which(steps)
        lay_amount(steps)
        early, late = self._orders()
        for op in early:
            lay_op(steps, op)
        if remedy.rows:
            lay_status(steps)
            told = dict(row_columns(steps)) if query.told else {}
            if self.form == "full":
                told |= trace_columns(steps)
            lay_sum(steps, told)
            steps.problems.clear()
            steps.done.clear()
        for op in late:
            lay_op(steps, op)
        paid(steps)
        query.layer(*self._above())
        return self._select()

    def _orders(self) -> tuple[list[Op], list[Op]]:
        place = self.remedy.order.index("sum")
        return list(self.remedy.order[:place]), list(self.remedy.order[place + 1 :])

    def _above(self) -> list[tuple[str, str]]:
        """`_above`: whether a person must look first; NULL where that cannot be said."""
        if self.remedy.approval is None:
            return []
        bar = payable_value(self.steps, self.remedy.approval.above)
        (whole, limit), _ = common([Value(Type("integer"), "_paid", low=0), bar])
        return [("_above", f"{whole.sql} > {limit.sql}")]

    def _select(self) -> str:
        status = self._status()
        columns = [
            ("remedy", quoted(self.remedy.id)),
            ("status", status),
            ("rule", self._rule()),
            ("minor", self._minor()),
        ]
        if self.query.told:
            columns += [
                ("currency", self._currency()),
                ("basis", quoted(self.remedy.basis)),
                ("reason", ended(self._reason(), self.policy.header.spoken, self._rule())),
            ]
        if self.form == "full":
            columns += [
                ("also", also_sql(self.steps)),
                ("shares", shares_sql(self.remedy, self._minor(), self._coin())),
            ]
            columns.append(("trace", trace_sql(self.steps, self._rule())))
        columns += [(f"_take_{word}", name(word)) for word in dict.fromkeys(self.takes)]
        listed = "".join(f", {sql} AS {alias}" for alias, sql in columns)
        return f"SELECT customer_id{listed} FROM {self.query.source}"

    def _coin(self) -> str:
        return self.remedy.in_unit.name if self.remedy.in_unit else self.remedy.currency

    def _currency(self) -> str:
        return "coalesce(_currency, '')" if self.remedy.currency.startswith("@") else quoted(self._coin())

    def _status(self) -> str:
        return f"CASE {' '.join(self._status_arms())} ELSE 'owed' END"

    def _status_arms(self) -> list[str]:
        """What most customers are comes first."""
        steps, above = self.steps, ["WHEN _above IS NULL THEN 'undefined'", "WHEN _above THEN 'hold'"]
        limited = above if self.remedy.approval is not None else []
        if self.remedy.rows:
            arms = ["WHEN _st = 3 THEN 'undefined'", "WHEN _st = 2 THEN 'hold'", "WHEN _st = 0 THEN 'nothing'"]
            return [*arms, "WHEN _paid IS NULL THEN 'undefined'", "WHEN _paid = 0 THEN 'nothing'", *limited]
        arms = ["WHEN _paid > 0 THEN 'owed'"] if not limited else []
        if self.query.bad or steps.unsure:
            arms.append("WHEN _which < 0 THEN 'undefined'")
        for ending in ("hold", "undefined", "nothing"):
            if found := one_of(index for index, arm in enumerate(steps.arms) if arm.ending == ending):
                arms.append(f"WHEN {found} THEN {quoted(ending)}")
        return [*arms, "WHEN _paid IS NULL THEN 'undefined'", "WHEN _paid = 0 THEN 'nothing'", *limited]

    def _rule(self) -> str:
        arms = [f"WHEN {index} THEN {quoted(arm.id)}" for index, arm in enumerate(self.steps.arms)]
        arms += [f"WHEN {-2 - index} THEN {quoted(self.steps.arms[index].id)}" for index in self.steps.unsure]
        return f"CASE _which {' '.join(arms)} ELSE {quoted(FACTS_RULE)} END"

    def _minor(self) -> str:
        also = " AND _above IS NOT NULL" if self.remedy.approval is not None else ""
        return f"CASE WHEN _paid > 0{also} THEN _paid END"

    def _reason(self) -> str:
        """What most customers are told comes first; what is wrong is looked for only where something is."""
        steps, approval, rows = self.steps, self.remedy.approval, self.remedy.rows
        text = owed_sql(steps)
        if rows:
            text = "CASE WHEN _n = 1 THEN _text ELSE _owed::VARCHAR || ' of ' || _n::VARCHAR || ' rows: ' || _text END"
        owed = f"({' || '.join([text, *done_parts(steps, steps.done)])} || '.')"
        if self.remedy.in_unit is not None:
            # What carries no amount of money says it in words.
            owed = f"({money_shown(self.remedy, Value(Type('integer'), '_paid', low=0))} || ': ' || {owed})"
        arms = [f"WHEN _paid > 0 THEN {owed}"]
        if approval is not None:
            missing = self.query.missing(*of_payable(approval.above))
            arms = [
                f"WHEN _above THEN {quoted(approval.says)}",
                f"WHEN _paid > 0 AND _above IS NULL THEN {missing}",
                *arms,
            ]
        arms += ["WHEN _st <> 1 THEN _reason"] if rows else ending_arms(steps)
        arms.append(f"WHEN _paid = 0 THEN {zero_sql(steps, steps.done)}")
        problem = f"CASE {' '.join(problem_arms(steps))} END" if rows and steps.problems else "NULL::VARCHAR"
        why = problem if rows else problem_sql(steps)
        return f"CASE {' '.join(arms)} ELSE coalesce({why}, {quoted(TOO_LARGE)}) END"


def _expressions(remedy: Remedy) -> Iterable[Expression]:
    yield from of_conditions(remedy)
    for rule in remedy.rules:
        yield from of_amount(rule.amount)
    for op in remedy.order:
        yield from of_op(remedy, op)
    yield from of_end(remedy)
    yield from of_limits(remedy)


def _calendars(names: Names, remedy: Remedy, read: set[str]) -> set[str]:
    """Named calendars whose columns stand in the SQL of what the remedy reads."""
    texts = [one.sql for one in _expressions(remedy)]
    for word in read:
        node = names.nodes.get(word)
        if isinstance(node, Named):
            texts.append(node.expression.sql)
        elif isinstance(node, Parameter) and node.by is not None:
            texts.append(node.by.sql)
    return {word for word in names.calendars if any(f"_cal_{word}_" in text for text in texts)}


def _chosen(policy: HasRemedies, parts: list[str], columns: tuple[str, ...]) -> str:
    """All remedies, one at most owed among those of a choice."""
    if not policy.choices:
        return "\nUNION ALL\n".join(parts)
    by_id = dict(zip(policy.remedies, parts, strict=True))
    free = [sql for word, sql in by_id.items() if not any(word in choice.of for choice in policy.choices)]
    chosen = [_choice(policy, choice, by_id, columns) for choice in policy.choices]
    return "\nUNION ALL\n".join([*(f"SELECT {', '.join(columns)} FROM ({sql})" for sql in free), *chosen])


def _choice(policy: HasRemedies, choice: Choice, by_id: Mapping[str, str], columns: tuple[str, ...]) -> str:
    rows = "\nUNION ALL\n".join(
        f"SELECT *, {place} AS _place FROM ({by_id[word]})" for place, word in enumerate(choice.of)
    )
    payable = "status IN ('owed', 'hold') AND minor IS NOT NULL"
    if choice.take in {"greatest", "first"}:
        order = "minor DESC, _place" if choice.take == "greatest" else "_place"
        window = f"row_number() OVER (PARTITION BY customer_id, ({payable}) ORDER BY {order})"
        # One that is undefined could be the one that is taken.
        unknown = "bool_or(status = 'undefined') OVER (PARTITION BY customer_id)" if choice.take == "greatest" else (
            "min(CASE WHEN status = 'undefined' THEN _place END) OVER (PARTITION BY customer_id)"
            f" < min(CASE WHEN {payable} THEN _place END) OVER (PARTITION BY customer_id)"
        )  # fmt: skip
        source = f"SELECT *, {window} = 1 AS _taken, coalesce({unknown}, false) AS _unknown FROM ({rows})"
    else:
        words = ", ".join(quoted(word) for word in choice.of)
        take = f"_take_{choice.take}"
        source = (
            f"SELECT *, {take} = remedy AS _taken, coalesce({take} NOT IN ({words}), true) AS _unknown FROM ({rows})"
        )
    open_, left = f"({payable})", f"({payable}) AND NOT _unknown AND NOT _taken"
    kept, unknown = f"({payable}) AND NOT _unknown AND _taken", f"({payable}) AND _unknown"
    changed = {
        "status": f"CASE WHEN {unknown} THEN 'undefined' WHEN {left} THEN 'nothing' ELSE status END",
        "rule": f"CASE WHEN {open_} AND (_unknown OR NOT _taken) THEN {quoted(choice.id)} ELSE rule END",
        "minor": f"CASE WHEN {kept} THEN minor END",
        "reason": f"CASE WHEN {unknown} THEN {_said(policy, choice, _NO_CHOICE)}"
        f" WHEN {left} THEN {_said(policy, choice, _NOT_CHOSEN)} ELSE reason END",
        "shares": f"CASE WHEN {kept} THEN shares ELSE '{{}}' END",
    }
    listed = ", ".join(f"{changed[word]} AS {word}" if word in changed else word for word in columns)
    return f"SELECT {listed} FROM ({source})"


def _said(policy: HasRemedies, choice: Choice, sentence: str) -> str:
    return ended(quoted(sentence), policy.header.spoken, quoted(choice.id))
