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
from makegood.core.expressions_sql import NARROW, Type, Value, name, quoted
from makegood.core.policy_grouping import lay_doubles, lay_status, lay_sum
from makegood.core.policy_guards import lay_facts
from makegood.core.policy_layers import Gauge, Query
from makegood.core.policy_names import Names
from makegood.core.policy_ops import lay_op, paid
from makegood.core.policy_reads import all_names, of_amount, of_conditions, of_end, of_limits, of_op, of_payable
from makegood.core.policy_results import (
    also_sql,
    lay_parts,
    met_sql,
    shares_sql,
    split_reason,
    trace_columns,
    trace_sql,
)
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
    told_rule,
    zero_sql,
)
from makegood.core.policy_steps import TOO_LARGE, Steps, arms_of, lay_amount, lay_which, one_of, payable_value
from makegood.core.policy_worked import lay_nodes

COLUMNS = ("customer_id", "remedy", "status", "rule", "minor", "currency", "basis", "reason")
FACTS_RULE = "facts"  # what decides where a fact cannot be used
STATUSES = ("owed", "nothing", "hold", "undefined")
MOST_WORDS = 60
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


def worked_sql(policy: HasRemedies, remedy: Remedy, facts: str, key: str) -> str:
    """Of a remedy without an amount, a row for each row of a customer: customer_id, _row (1 without rows), rule, also,
    trace. Amounts in `also` are exact where the remedy names them as numbers."""
    return _Writer(policy, remedy, facts, key, {}, "full").rows_sql()


def gauges_of(policy: HasRemedies, remedy: Remedy) -> list[Gauge]:
    """Where the remedy's amounts meet limits."""
    writer = _Writer(policy, remedy, "facts", "customer_id", {}, "gauges")
    writer.gauges_sql()
    return writer.query.gauges or []


def gauges_sql(policy: HasRemedies, remedy: Remedy, facts: str, key: str) -> str:
    return _Writer(policy, remedy, facts, key, {}, "gauges").gauges_sql()


class _Writer:
    """Writes the query of one remedy; `form` is told, full, amounts or gauges."""

    def __init__(
        self, policy: HasRemedies, remedy: Remedy, relation: str, key: str, stored: Mapping[str, str], form: str
    ) -> None:
        self.policy, self.remedy, self.form = policy, remedy, form
        self.takes = [
            one.take for one in policy.choices if remedy.id in one.of and one.take not in {"greatest", "first"}
        ]
        decides = policy.names.closure(all_names(remedy))
        read = {*decides, *self.takes}
        read |= {f"calendar:{word}" for word in _calendars(policy.names, remedy, read)}
        self.query = Query(
            policy.names, remedy, frozenset(read), form not in {"amounts", "gauges"}, key, stored, relation
        )
        self.query.takes, self.query.decides = tuple(self.takes), frozenset(decides)
        self.query.gauges = [] if form == "gauges" else None
        self.summed = 0
        self.steps = Steps(self.query, arms_of(remedy))

    def sql(self) -> str:
        self._lay()
        self.query.layer(*self._above())
        lay_parts(self.steps)
        return self._select()

    def gauges_sql(self) -> str:
        self._lay()
        query, early = self.query, "_gauged" if self.remedy.rows else "[]::VARCHAR[]"
        laid = query.gauges if query.gauges is not None else []
        if self.remedy.approval is not None and self.steps.ruled is not None:
            paid_ = Value(Type("integer"), "_paid", low=0, high=NARROW)
            query.gauge("approval", paid_, payable_value(self.steps, self.remedy.approval.above))
        late = ", ".join(one.column for one in laid[self.summed :])
        met = f"list_filter(list_concat({early}, [{late}]::VARCHAR[]), lambda one: one IS NOT NULL)"
        return f"SELECT customer_id, to_json({met})::VARCHAR AS gauges FROM {query.source}"

    def _lay(self) -> None:
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
            self.summed = len(query.gauges or ())
            steps.problems.clear()
            steps.done.clear()
        for op in late:
            lay_op(steps, op)
        paid(steps)

    def rows_sql(self) -> str:
        lay_facts(self.query)
        lay_nodes(self.query, [word for one in _expressions(self.remedy) for word in one.spared])
        lay_which(self.steps)
        row = "_row" if self.remedy.rows else "1"
        columns = f"{row} AS _row, {self._rule(TEXTS)} AS rule, {also_sql(self.steps)} AS also"
        return f"SELECT customer_id, {columns}, {met_sql(self.steps)} AS trace FROM {self.query.source}"

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
        words = _Words(self.policy) if self.form != "told" else TEXTS
        columns = [
            ("remedy", words.remedy(self.remedy.id)),
            ("status", self._status(words)),
            ("rule", self._rule(words)),
            ("minor", self._minor()),
        ]
        if self.query.told:
            columns += [
                ("currency", self._currency()),
                ("basis", quoted(self.remedy.basis)),
                ("reason", self._reason()),
            ]
        if self.form == "full":
            columns += [
                ("also", also_sql(self.steps)),
                ("shares", shares_sql(self.remedy, self._minor(), self._coin())),
            ]
            columns.append(("trace", trace_sql(self.steps, self._rule(TEXTS))))
        columns += [(f"_take_{word}", name(word)) for word in dict.fromkeys(self.takes)]
        listed = "".join(f", {sql} AS {alias}" for alias, sql in columns)
        return f"SELECT customer_id{listed} FROM {self.query.source}"

    def _coin(self) -> str:
        return self.remedy.in_unit.name if self.remedy.in_unit else self.remedy.currency

    def _currency(self) -> str:
        if self.remedy.currency.startswith("@"):
            return "coalesce(_currency, '')"
        coin = quoted(self._coin())
        return f"{coin}::ENUM({coin})" if self.form == "full" else coin

    def _status(self, words: _Words) -> str:
        arms = " ".join(f"WHEN {test} THEN {words.status(status)}" for test, status in self._statuses())
        return f"CASE {arms} ELSE {words.status('owed')} END"

    def _statuses(self) -> list[tuple[str, str]]:
        """Tests and what they mean; what most customers are comes first."""
        steps, arms = self.steps, list[tuple[str, str]]()
        limited = [("_parts IS NULL", "undefined")] if self._is_shared() else []
        limited += [("_above IS NULL", "undefined"), ("_above", "hold")] if self.remedy.approval is not None else []
        if self.remedy.rows:
            arms += [("_st = 3", "undefined"), ("_st = 2", "hold"), ("_st = 0", "nothing")]
        else:
            if not limited:
                arms.append(("_paid > 0", "owed"))
            if self.query.bad or steps.unsure:
                arms.append(("_which < 0", "undefined"))
            for ending in ("hold", "undefined", "nothing"):
                if found := one_of(index for index, arm in enumerate(steps.arms) if arm.ending == ending):
                    arms.append((found, ending))
        return [*arms, ("_paid IS NULL", "undefined"), ("_paid = 0", "nothing"), *limited]

    def _rule(self, words: _Words) -> str:
        arms = [f"WHEN {index} THEN {words.rule(arm.id)}" for index, arm in enumerate(self.steps.arms)]
        arms += [f"WHEN {-2 - index} THEN {words.rule(self.steps.arms[index].id)}" for index in self.steps.unsure]
        return f"CASE _which {' '.join(arms)} ELSE {words.rule(FACTS_RULE)} END"

    def _minor(self) -> str:
        also = " AND _above IS NOT NULL" if self.remedy.approval is not None else ""
        also += " AND _parts IS NOT NULL" if self._is_shared() else ""
        return f"CASE WHEN _paid > 0{also} THEN _paid END"

    def _is_shared(self) -> bool:
        """Whether the facts say who pays which part."""
        return any(isinstance(share.weight, Expression) for share in self.remedy.split)

    def _reason(self) -> str:
        """What most customers are told comes first; what is wrong is looked for only where something is. A policy with
        a name ends each sentence with name, version and rule, written into it where they are known before."""
        steps, approval, rows, spoken = self.steps, self.remedy.approval, self.remedy.rows, self.policy.header.spoken
        text = owed_sql(steps)
        if rows:
            text = "CASE WHEN _n = 1 THEN _text ELSE _owed::VARCHAR || ' of ' || _n::VARCHAR || ' rows: ' || _text END"
        parts = [text, *done_parts(steps, steps.done), self._end_of_owed(spoken)]
        if self.remedy.in_unit is not None:
            # What carries no amount of money says it in words.
            parts = [money_shown(self.remedy, Value(Type("integer"), "_paid", low=0)), "': '", *parts]
        arms = [f"WHEN _paid > 0 THEN concat({', '.join(parts)})"]
        if approval is not None:
            says, missing = quoted(approval.says), self.query.missing(*of_payable(approval.above))
            held = [("_above", says), ("_paid > 0 AND _above IS NULL", missing)]
            arms = [f"WHEN {test} THEN {ended(sentence, spoken, self._rule(TEXTS))}" for test, sentence in held] + arms
        if self._is_shared():
            no = ended(split_reason(steps), spoken, self._rule(TEXTS))
            arms.insert(0, f"WHEN _paid > 0 AND _parts IS NULL THEN {no}")
        arms += [] if rows else ending_arms(steps, spoken)
        others = ["WHEN _st <> 1 THEN _reason"] if rows else []
        others.append(f"WHEN _paid = 0 THEN {zero_sql(steps, steps.done)}")
        problem = f"CASE {' '.join(problem_arms(steps))} END" if rows and steps.problems else "NULL::VARCHAR"
        why = problem if rows else problem_sql(steps)
        other = f"CASE {' '.join(others)} ELSE coalesce({why}, {quoted(TOO_LARGE)}) END"
        return f"CASE {' '.join(arms)} ELSE {ended(other, spoken, self._rule(TEXTS))} END"

    def _end_of_owed(self, spoken: str) -> str:
        """The full stop, and which rule paid."""
        paying = {index: arm.id for index, arm in enumerate(self.steps.arms) if arm.amount is not None}
        if not spoken or not paying:
            return "'.'"
        arms = [f"WHEN {index} THEN {quoted('.' + told_rule(spoken, word))}" for index, word in paying.items()]
        return f"(CASE _which {' '.join(arms)} END)" if len(arms) > 1 else arms[0].partition(" THEN ")[2]


class _Words:
    """The words of a policy's answers as SQL: texts, or in answers that nobody adds to one of a list, which DuckDB
    keeps as a number and writes four times faster."""

    def __init__(self, policy: HasRemedies | None) -> None:
        remedies = policy.remedies if policy is not None else {}
        arms = [arm.id for remedy in remedies.values() for arm in arms_of(remedy)]
        choices = [choice.id for choice in policy.choices] if policy is not None else []
        self.kinds = {
            "remedy": _one_of_words(remedies) if policy is not None else "",
            "rule": _one_of_words([*arms, *choices, FACTS_RULE]) if policy is not None else "",
            "status": _one_of_words(STATUSES) if policy is not None else "",
        }

    def remedy(self, word: str) -> str:
        return quoted(word) + self.kinds["remedy"]

    def status(self, word: str) -> str:
        return quoted(word) + self.kinds["status"]

    def rule(self, word: str) -> str:
        return quoted(word) + self.kinds["rule"]


TEXTS = _Words(None)


def _one_of_words(words: Iterable[str]) -> str:
    """The cast to one of these; none where the list would be long at every place."""
    listed = [quoted(word) for word in dict.fromkeys(words)]
    return f"::ENUM({', '.join(listed)})" if len(listed) <= MOST_WORDS else ""


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
