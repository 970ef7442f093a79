"""Laying out a stage: the SQL that turns decisions into acts, chunks and leaves, in one set-wise pass.

It runs in DuckDB over four tables of the child process, all keyed by `customer_id BIGINT`:

    affected(customer_id, customer_key, facts_digest, has_email, has_phone, has_post, + the scope's typed columns)
    decided(customer_id, remedy, status, rule, minor, currency, basis, reason)    one row a customer and remedy
    override(customer_id, remedy, minor, reason)         a person's word where the policy held or could not say
    existing(customer_id, step, sequence, minor, acts, currency, staged)
                                                         acts of approved plans: highest sequence; money and number
                                                         of those that count (not failed, cancelled or reversed), and
                                                         how many of these a stage carried out rather than the desk

and makes `final`, `sorted`, `act` and `part`. Ordinals count in carrying-out order: wave, step, provider, due,
customer. The digest of a part is the chain of its acts' leaves; `act_leaf` is the same in Python.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from makegood.kit.digest import sha256

CHUNK_ACTS = 500
ACT_COLUMNS = (
    "ordinal, customer_id, step, sequence, kind, provider, route, remedy, wave, due_at, minor, currency, basis, "
    "facts_digest, leaf"
)


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step as the layout needs it. `channels` are (provider, route) in order of choice; `due_at` is UTC.

    `everyone` makes a tell or ask go to every customer of the scope; otherwise, when `after` is given, only to those
    for whom one of these steps has an act. `in_unit`: the remedy is not paid in money; the act carries no amount, the
    reason says it. `meant` is SQL over the scope's columns, whom the step is for ("": everyone); who has an act that
    counts by a step in `unless` gets none by this one. `again`: who has had the step has it once more.
    """

    id: str
    index: int
    kind: str
    due_at: datetime
    provider: str = ""
    remedy: str = ""
    channels: tuple[tuple[str, str], ...] = ()
    after: tuple[str, ...] = ()
    everyone: bool = False
    in_unit: bool = False
    meant: str = ""
    unless: tuple[str, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class WaveLine:
    """`size` customers (None: all the rest)."""

    size: int | None


def final_sql() -> str:
    """Decisions with a person's word put in place of the policy's."""
    return """
    CREATE TABLE final AS
    SELECT d.customer_id, d.remedy,
           CASE WHEN o.customer_id IS NULL THEN d.status WHEN o.minor IS NULL THEN 'nothing' ELSE 'owed' END AS status,
           CASE WHEN o.customer_id IS NULL THEN d.rule ELSE 'person' END AS rule,
           CASE WHEN o.customer_id IS NULL THEN d.minor ELSE o.minor END AS minor,
           d.currency, d.basis, coalesce(o.reason, d.reason) AS reason
    FROM decided d LEFT JOIN override o USING (customer_id, remedy)
    """


def act_sql(steps: Sequence[StepLine], waves: Sequence[WaveLine], mistake: str) -> list[str]:
    """Statements that make `act`, with ordinals, waves and leaves, and `part`. `mistake` salts the wave order."""
    statements = [_CANDIDATE]
    for step in sorted(steps, key=lambda s: s.index):
        statements.append(_words(step) if step.kind in ("tell", "ask") else _remedy(step))
    return [*statements, _ranked(mistake), _sorted(waves), *_FORGOTTEN, _ACT, _PART]


def unreachable_sql(step: StepLine) -> str:
    """How many customers a tell or ask step cannot reach by any of its channels, and the keys of the first three."""
    provider, _ = _choice(step)
    return (
        "SELECT count(*), coalesce(string_agg(customer_key, ', ' ORDER BY place) FILTER (WHERE place <= 3), '') FROM ("
        "SELECT customer_key, row_number() OVER (ORDER BY customer_key) AS place FROM affected a"
        f" WHERE {provider} IS NULL{_meant(step)}{_unless(step)})"
    )


def act_leaf(row: Mapping[str, Any]) -> str:
    """The leaf of one act from its database row; must equal what `_act` computes in SQL."""
    due: datetime = row["due_at"]
    parts = [
        row["customer_id"],
        row["step"],
        row["sequence"],
        row["kind"],
        row["provider"],
        row["route"],
        row["remedy"],
        row["wave"],
        int(due.astimezone(UTC).timestamp()),
        "" if row["minor"] is None else row["minor"],
        row["currency"] or "",
        row["basis"],
        row["facts_digest"],
    ]
    return sha256("|".join(str(part) for part in parts))


_CANDIDATE = """
CREATE TABLE candidate (
    customer_id BIGINT, step VARCHAR, step_index INTEGER, sequence INTEGER, kind VARCHAR, provider VARCHAR,
    route VARCHAR, remedy VARCHAR, due_at TIMESTAMP, minor BIGINT, currency VARCHAR, basis VARCHAR)
"""

# Rows keep the order they were sorted in, so that a row's place in the table is its ordinal.
_ACT = """
CREATE TABLE act AS
SELECT *, sha256(concat_ws('|', customer_id, step, sequence, kind, provider, route, remedy, wave,
                           epoch(due_at)::BIGINT, coalesce(minor::VARCHAR, ''), coalesce(currency, ''), basis,
                           facts_digest)) AS leaf
FROM (SELECT (rowid + 1)::INTEGER AS ordinal, * FROM sorted)
"""
_FORGOTTEN = ("DROP TABLE candidate", "DROP TABLE ranked")  # memory is bounded: room for what comes

# Ordinals of one (wave, step, provider, hour) follow each other, so that the place in it is a difference, not a sort.
_PART = f"""
CREATE TABLE part AS
WITH run AS (
    SELECT wave, step_index, provider, date_trunc('hour', due_at) AS hour, min(ordinal) AS first FROM act GROUP BY ALL
)
SELECT row_number() OVER (ORDER BY min(ordinal)) AS number, wave, step, provider, min(due_at) AS due_at,
       min(ordinal) AS lo, max(ordinal) AS hi, sha256(string_agg(leaf, chr(10) ORDER BY ordinal) || chr(10)) AS digest
FROM act JOIN run USING (wave, step_index, provider) WHERE run.hour = date_trunc('hour', due_at)
GROUP BY wave, step, step_index, provider, hour, (ordinal - first) // {CHUNK_ACTS}
"""


def _remedy(step: StepLine) -> str:
    meant = _meant(step) + _unless(step, planned=True)
    shared = f"""
    INSERT INTO candidate
    SELECT a.customer_id, {_text(step.id)}, {step.index}, coalesce(e.sequence, 0) + 1, {_text(step.kind)},
           {_text(step.provider)}, '', {_text(step.remedy)}, {_instant(step.due_at)}"""
    if not step.remedy:
        return f"""{shared}, NULL, NULL, 'none'
        FROM affected a LEFT JOIN existing e ON e.customer_id = a.customer_id AND e.step = {_text(step.id)}
        WHERE coalesce(e.acts, 0) = 0{meant}"""
    if step.in_unit:
        return f"""{shared}, NULL, NULL, a.basis
        FROM final a LEFT JOIN existing e ON e.customer_id = a.customer_id AND e.step = {_text(step.id)}
        WHERE a.remedy = {_text(step.remedy)} AND a.status = 'owed' AND coalesce(e.acts, 0) = 0{meant}"""
    return f"""{shared}, a.minor - coalesce(e.minor, 0), a.currency, a.basis
        FROM final a LEFT JOIN existing e ON e.customer_id = a.customer_id AND e.step = {_text(step.id)}
        WHERE a.remedy = {_text(step.remedy)} AND a.status = 'owed' AND a.minor > coalesce(e.minor, 0){meant}"""


def _words(step: StepLine) -> str:
    provider, route = _choice(step)
    after = ", ".join(_text(one) for one in step.after) or "NULL"
    # Who was put right at the desk was told there, in the same message.
    earlier = f"SELECT customer_id FROM existing WHERE step IN ({after}) AND staged > 0"
    reached = f"n.customer_id IS NOT NULL OR a.customer_id IN ({earlier})"
    if step.everyone or not step.after:
        reached = "true"
    return f"""
    INSERT INTO candidate
    SELECT a.customer_id, {_text(step.id)}, {step.index}, coalesce(e.sequence, 0) + 1, {_text(step.kind)},
           {provider}, {route}, '', {_instant(step.due_at)}, NULL, NULL, 'none'
    FROM affected a
    LEFT JOIN existing e ON e.customer_id = a.customer_id AND e.step = {_text(step.id)}
    LEFT JOIN (SELECT DISTINCT customer_id FROM candidate WHERE step IN ({after})) n ON n.customer_id = a.customer_id
    WHERE {provider} IS NOT NULL
      AND ({"true" if step.again else "coalesce(e.acts, 0) = 0 OR n.customer_id IS NOT NULL"})
      AND ({reached}){_meant(step)}{_unless(step, planned=True)}"""


def _meant(step: StepLine) -> str:
    """Asked of a table of its own: in the joins above, a fact may be called like one of their columns."""
    return f" AND a.customer_id IN (SELECT customer_id FROM affected WHERE {step.meant})" if step.meant else ""


def _unless(step: StepLine, *, planned: bool = False) -> str:
    """`planned`: acts of this plan count as well; they are laid out in the order of the steps."""
    if not step.unless:
        return ""
    steps = ", ".join(_text(one) for one in step.unless)
    sql = f" AND a.customer_id NOT IN (SELECT customer_id FROM existing WHERE step IN ({steps}) AND acts > 0)"
    if planned:
        sql += f" AND a.customer_id NOT IN (SELECT customer_id FROM candidate WHERE step IN ({steps}))"
    return sql


def _choice(step: StepLine) -> tuple[str, str]:
    """SQL for provider and route: the first channel for which the customer has a contact."""
    provider = "".join(f" WHEN a.has_{route} THEN {_text(name)}" for name, route in step.channels if route)
    way = "".join(f" WHEN a.has_{route} THEN {_text(route)}" for _, route in step.channels if route)
    rest = next((name for name, route in step.channels if not route), None)
    if not provider:
        return (_text(rest) if rest else "NULL::VARCHAR"), "''"
    other = _text(rest) if rest else "NULL"
    return f"CASE{provider} ELSE {other} END", f"CASE{way} ELSE '' END"


def _ranked(mistake: str) -> str:
    """Customers in an order that says nothing about them, so that a pilot is a fair sample; the same each time."""
    return f"""
    CREATE TABLE ranked AS
    SELECT customer_id,
           row_number() OVER (ORDER BY sha256({_text(mistake)} || '/' || customer_id), customer_id) AS place
    FROM (SELECT DISTINCT customer_id FROM candidate)
    """


def _sorted(waves: Sequence[WaveLine]) -> str:
    """Acts in carrying-out order. A sort spills to disk where a window over whole rows would hold them in memory."""
    cases, upto = "", 0
    for number, wave in enumerate(waves, start=1):
        if wave.size is None:
            cases += f" ELSE {number}"
            break
        upto += wave.size
        cases += f" WHEN r.place <= {upto} THEN {number}"
    else:
        cases += f" ELSE {len(waves) + 1}"
    wave_sql = f"CASE{cases} END" if " WHEN " in cases else "1"
    return f"""
    CREATE TABLE sorted AS
    SELECT c.*, a.facts_digest, {wave_sql} AS wave
    FROM candidate c JOIN affected a USING (customer_id) JOIN ranked r USING (customer_id)
    ORDER BY wave, step_index, provider, due_at, customer_id
    """


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _instant(moment: datetime) -> str:
    return f"TIMESTAMP '{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}'"
