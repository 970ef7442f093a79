"""From the rows of a customer to the customer: doubles, limits over the rows in order, and their sum.

`_st` of a row, and then of the customer, who is as the worst of their rows: 3 undefined, 2 on hold, 1 owed, 0 nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from makegood.core.expressions_exact import floored
from makegood.core.expressions_sql import ROOM, WIDE, Type, Value, constant, fits, name
from makegood.core.policy_guards import calendars_read
from makegood.core.policy_layers import Query
from makegood.core.policy_names import ROWS_COUNT, is_constant
from makegood.core.policy_reads import names_of, of_end, of_op, of_payable
from makegood.core.policy_rules import Most, Named
from makegood.core.policy_steps import Step, Steps, at_least_zero, one_of, payable_value

MOST_ROWS, MOST_TOP = 2**31, 2**95


def lay_doubles(query: Query) -> None:
    """`_again`: a further row with the same values; NULL where one of them is missing."""
    if query.remedy.rows and query.remedy.once_per:
        query.layer(("_again", _over(query, query.remedy.once_per, "row_number()", " > 1")))


def _over(query: Query, words: Iterable[str], function: str, then: str = "", order: str = "_row") -> str:
    """A window over the customer's rows in order, for each group by itself."""
    keys = [name(word) for word in words if query.has_column(word)]
    gaps = [name(word) for word in words if query.has_column(word) and not query.is_sure(word)]
    window = f"{function} OVER (PARTITION BY {', '.join(['customer_id', *keys])} ORDER BY {order}"
    window += " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)" if function != "row_number()" else ")"
    if not gaps:
        return f"({window}{then})"
    return f"(CASE WHEN {' OR '.join(f'{gap} IS NULL' for gap in gaps)} THEN NULL ELSE {window}{then} END)"


def lay_status(steps: Steps) -> None:
    """`_st` of each row, after what is used up over them."""
    if steps.remedy.rows:
        if steps.state.high > MOST_TOP:
            # What is larger could not be paid, and its sum might not be said.
            sql = f"(CASE WHEN {steps.state.sql} < {MOST_TOP}::HUGEINT THEN {steps.state.sql} END)"
            steps.state = steps.put(replace(steps.state, sql=sql, high=MOST_TOP), "s")
            steps.problem("")
        steps.query.layer(("_st", _row_status(steps)))
        if steps.ruled is not None:
            _lay_most(steps)


def lay_sum(steps: Steps, told: Mapping[str, str]) -> None:
    """The customer's one row in place of theirs. `told` are columns of sentences by name: SQL of each row's."""
    query = steps.query
    if not query.remedy.rows:
        return
    query.layer(*told.items())
    worst = "(3 - _st) * 4294967296 + _row"
    columns = [
        ("_which", f"arg_min(_which, {worst})"),
        ("_st", "max(_st)"),
        ("_n", "count(*)"),
        ("_owed", "count(*) FILTER (_st = 1)"),
        *((f"{word}", f"any_value({word})") for word in _carried(steps)),
    ]
    if query.remedy.once_per:
        columns.append(("_doubles", "count(*) FILTER (_again)"))
    if "_reason" in told:
        columns.append(("_reason", f"arg_min(_reason, {worst}) FILTER (_st <> 1)"))
        columns.append(("_text", "string_agg(DISTINCT _text, '; ' ORDER BY _text) FILTER (_st = 1)"))
    if query.gauges is not None:
        early = ", ".join(one.column for one in query.gauges)
        columns.append(("_gauged", f"flatten(list([{early}] ORDER BY _row))" if early else "[]::VARCHAR[]"))
    if "_trace" in told:
        columns.append(("_trace", "list_distinct(flatten(list(_trace ORDER BY _row)))"))
    if steps.ruled is not None:
        columns += _summed(steps)
    added = "".join(f", {sql} AS {alias}" for alias, sql in columns)
    query.source = f"(SELECT customer_id{added} FROM {query.source} GROUP BY customer_id)"
    if steps.ruled is not None:
        _total(steps)


def _row_status(steps: Steps) -> str:
    arms = []
    if steps.remedy.once_per:
        arms += ["WHEN _again THEN 0", "WHEN _again IS NULL THEN 3"]
    if steps.query.bad or steps.unsure:
        arms.append("WHEN _which < 0 THEN 3")
    for ending, code in (("undefined", 3), ("hold", 2), ("nothing", 0)):
        if found := one_of(index for index, arm in enumerate(steps.arms) if arm.ending == ending):
            arms.append(f"WHEN {found} THEN {code}")
    if steps.ruled is None:
        return f"(CASE {' '.join(arms)} ELSE 0 END)" if arms else "0"
    return f"(CASE {' '.join(arms)} WHEN {steps.state.sql} IS NULL THEN 3 WHEN {steps.state.sql} > 0 THEN 1 ELSE 0 END)"


def _lay_most(steps: Steps) -> None:
    """What is used up, in the order of the rows; an amount that is used up is nothing."""
    query = steps.query
    steps.state = steps.put(replace(steps.state, sql=f"(CASE WHEN _st = 1 THEN {steps.state.sql} ELSE 0 END)"), "m")
    for number, most in enumerate(query.remedy.most, start=1):
        before = steps.state
        steps.state = _limited(steps, most, f"most {number}")
        steps.done.append(Step("most", "most", "", f"{steps.state.sql} < {before.sql}", steps.state, before))
        state = steps.state.sql
        again = f"CASE WHEN _st <> 1 THEN _st WHEN {state} IS NULL THEN 3 WHEN {state} > 0 THEN 1 ELSE 0 END"
        query.layer(("_st", again), keep="* EXCLUDE (_st)")


def _limited(steps: Steps, most: Most, gauge: str) -> Value:
    query, state = steps.query, steps.state
    if most.times is not None:
        counted = _over(query, most.per, f"sum(CASE WHEN {state.sql} > 0 THEN 1 ELSE 0 END)")
        query.layer((f"_used{steps.laid}", counted))
        many = Value(Type("integer"), f"_used{steps.laid}", low=0, high=MOST_ROWS)
        query.gauge(gauge, many, constant(Fraction(most.times), Type("integer")), f"{state.sql} > 0")
        sql = f"(CASE WHEN _used{steps.laid} <= {most.times} THEN {state.sql} WHEN _used{steps.laid} > 0 THEN 0 END)"
        return steps.put(replace(state, sql=sql), "m")
    assert most.amount is not None  # noqa: S101 # the schema wants one of the two
    limit = steps.operand(payable_value(steps, most.amount), of_payable(most.amount))
    # The rows are whole by now, and a limit is never exceeded.
    limit = floored(limit, limit.type, "floor")
    if limit.constant is None:
        # One limit for the group: that of its first row with something owed.
        first = _over(query, most.per, f"first_value({limit.sql})", order="_st <> 1, _row")
        limit = steps.put(replace(limit, sql=first), "o")
    used = f"_used{steps.laid}"
    query.layer((used, _over(query, most.per, f"sum({state.sql})")))
    left = f"({limit.sql} - ({used} - {state.sql}))"
    query.gauge(gauge, state, replace(limit, sql=left, low=-WIDE // 4, fixed=False, literal=None))
    whole = "BIGINT" if fits(state.low, state.high) else "HUGEINT"
    sql = f"(CASE WHEN {left} IS NULL THEN NULL WHEN {left} <= 0 THEN 0 WHEN {left} < {state.sql} THEN {left}"
    return steps.put(replace(state, sql=f"({sql} ELSE {state.sql} END)::{whole})"), "m")


def _summed(steps: Steps) -> list[tuple[str, str]]:
    state = steps.state
    if isinstance(state.den, int):
        return [("_sum", f"sum({state.sql}) FILTER (_st = 1)")]
    return [
        ("_nums", f"list(({state.sql})::HUGEINT ORDER BY _row) FILTER (_st = 1)"),
        ("_dens", f"list(({state.den})::HUGEINT ORDER BY _row) FILTER (_st = 1)"),
    ]


def _total(steps: Steps) -> None:
    """The sum where something is owed and nothing is undefined or on hold; rows of one customer are few."""
    state, query = steps.state, steps.query
    high = min(state.high * MOST_ROWS, WIDE)
    if isinstance(state.den, int):
        whole = "BIGINT" if fits(0, high) else "HUGEINT"
        total = Value(state.type, f"(CASE WHEN _st = 1 THEN _sum END)::{whole}", state.den, low=0, high=high)
    else:
        fitting = f"1e0 * a / gcd(a, b) * b < {ROOM}"
        query.layer(("_den", f"list_reduce(_dens, lambda a, b: CASE WHEN {fitting} THEN lcm(a, b) END)"))
        each = "list_transform(range(1, len(_nums) + 1), lambda i: {})"
        size = each.format("1e0 * _nums[i] * (1e0 * _den / _dens[i])")
        parts = each.format("_nums[i] * (_den // _dens[i])")
        query.layer(("_sum", f"(CASE WHEN list_sum({size}) < {ROOM} THEN list_sum({parts})::HUGEINT END)"))
        total = Value(state.type, "(CASE WHEN _st = 1 THEN _sum END)", "_den", low=0)
    steps.state = at_least_zero(steps.put(total, "s"))
    steps.ruled = steps.state


def _carried(steps: Steps) -> list[str]:
    """Columns of the customer that are read after the sum, the same in all their rows."""
    query, remedy = steps.query, steps.remedy
    after = remedy.order[remedy.order.index("sum") + 1 :]
    words = names_of([*(one for op in after for one in of_op(remedy, op)), *of_end(remedy)])
    found = ["_currency"] if remedy.currency.startswith("@") else []
    found += ["_rows"] if ROWS_COUNT in words else []
    for word in (*words, *query.takes):
        if not query.has_column(word):
            continue
        owner = query.names.owner(word)
        found.append(name(word))
        node = query.names.nodes.get(owner)
        if isinstance(node, Named) and not is_constant(node) and isinstance(node.expression.value.den, str):
            found.append(name(word + "/"))
        if owner in query.flagged:
            found.append(name(owner + "!"))
        if query.told and node is not None and not query.sure[owner]:
            found.append(name(owner + "?"))
    found += [f"_cal_{word}_{part}" for word in calendars_read(query) for part in ("days", "ordinals", "first")]
    return list(dict.fromkeys(found))
