"""The tables a plan is computed over: facts typed again from their JSON, decisions, patterns of missing facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from makegood.core.expressions_sql import Type, name, quoted
from makegood.core.facts import FactColumn

AFFECTED_SCHEMA = [
    ("customer_id", "BIGINT"),
    ("customer_key", "VARCHAR"),
    ("facts", "VARCHAR"),
    ("contact", "VARCHAR"),
    ("facts_digest", "VARCHAR"),
]
EXISTING_SCHEMA = [
    ("customer_id", "BIGINT"),
    ("step", "VARCHAR"),
    ("sequence", "INTEGER"),
    ("minor", "BIGINT"),
    ("acts", "INTEGER"),
    ("currency", "VARCHAR"),
    ("staged", "INTEGER"),
]
OVERRIDE_SCHEMA = [("customer_id", "BIGINT"), ("remedy", "VARCHAR"), ("minor", "BIGINT"), ("reason", "VARCHAR")]

_DUCKDB = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DECIMAL(38,9)",
    "money": "BIGINT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "instant": "TIMESTAMP",
}


def affected_sql(columns: Sequence[FactColumn]) -> str:
    """`affected` from `loaded`: customer, digest, which contacts there are, and every fact in its type."""
    facts = "".join(f", {_fact(column)} AS {name(column.name)}" for column in columns)
    reach = "".join(
        f", json_extract_string(contact, '$.{route}') IS NOT NULL AS has_{route}"
        for route in ("email", "phone", "post")
    )
    return f"CREATE TABLE affected AS SELECT customer_id, customer_key, facts_digest{reach}{facts} FROM loaded"


def decided_sql(decision_sql: str | None, remedies: Iterable[str], in_units: Iterable[str] = ()) -> str:
    """`decided`: the policy's rows for the remedies of this stage. Those `in_units` are no money: their amount is only
    in the reason."""
    if decision_sql is None:
        return (
            "CREATE TABLE decided (customer_id BIGINT, remedy VARCHAR, status VARCHAR, rule VARCHAR, minor BIGINT,"
            " currency VARCHAR, basis VARCHAR, reason VARCHAR)"
        )
    wanted = ", ".join(quoted(remedy) for remedy in remedies) or "NULL"
    counted = ", ".join(quoted(remedy) for remedy in in_units)
    money = "*"
    if counted:
        money += f""" REPLACE (CASE WHEN remedy IN ({counted}) THEN NULL ELSE minor END AS minor,
        CASE WHEN remedy IN ({counted}) THEN '' ELSE currency END AS currency)"""
    return f"CREATE TABLE decided AS SELECT {money} FROM ({decision_sql}) WHERE remedy IN ({wanted})"


def told_amounts_sql(remedies: Mapping[str, str]) -> str:
    """`told_amount(customer_id, remedy, currency, minor)`: what a message may name. What this plan pays, or, where it
    pays a customer nothing, what was paid before. `remedies` maps every paying step of the playbook to its remedy."""
    cases = " ".join(f"WHEN {quoted(step)} THEN {quoted(remedy)}" for step, remedy in sorted(remedies.items()))
    before = f"CASE step {cases} ELSE '' END" if cases else "''"
    return f"""
    CREATE TABLE told_amount AS
    SELECT customer_id, remedy, currency, sum(minor)::BIGINT AS minor FROM act WHERE minor IS NOT NULL GROUP BY ALL
    UNION ALL
    SELECT customer_id, {before}, currency, sum(minor)::BIGINT FROM existing
    WHERE minor > 0 AND customer_id NOT IN (SELECT customer_id FROM act WHERE minor IS NOT NULL) GROUP BY ALL
    """


def same_types(stored: Sequence[FactColumn], wanted: Mapping[str, Type]) -> bool:
    """Whether a scope was loaded with the columns that the policy is typed against."""
    return {column.name: _type(column) for column in stored} == dict(wanted)


def _type(column: FactColumn) -> Type:
    if column.type != "money":
        return Type(column.type, many=bool(column.many))  # type: ignore[arg-type] # written by us from a Column's kind
    own = f"@{column.currency_column}" if column.currency_column else column.currency
    return Type("money", own, many=bool(column.many))


def _fact(column: FactColumn) -> str:
    path = quoted("$." + column.name)
    if column.many:
        return f"list_transform(json_extract(facts, {path})::VARCHAR[], lambda one: {_typed(column, 'one')})"
    return _typed(column, f"json_extract_string(facts, {path})")


def _typed(column: FactColumn, text: str) -> str:
    if column.type == "instant":
        return f"CAST(rtrim({text}, 'Z') AS TIMESTAMP)"
    return f"CAST({text} AS {_DUCKDB[column.type]})"
