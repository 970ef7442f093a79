"""A kit over an export: the kit's own query reads the file's columns in place of the made-up rows.

What the query needs and the file does not have is NULL and marked: the policy then says of each customer that a fact is
missing, and nobody is paid by a guess.
"""

from __future__ import annotations

import re

from makegood.core.expressions_sql import quoted
from makegood.documents.kits import CUSTOMERS, Kit
from makegood.imports.suggested import Field, Suggested
from makegood.imports.writing import contacts_sql, contacts_yaml, head, rows_sql, sources_yaml

ROWS = "rows.csv"
_FIRST = re.compile(r"WITH rows AS \(\n.*?\n\)", re.DOTALL)


def fit(kit: Kit, suggested: Suggested) -> tuple[dict[str, str], list[str]]:
    """The files of the recovery by name, and the columns of the kit that the file lacks: they are written by hand."""
    found = {word: _find(suggested, names) for word, names in kit.rows.items()}
    missing = [word for word, sql in found.items() if not sql]
    texts = {name: text for name, text in kit.texts.items() if name not in (ROWS, CUSTOMERS)}
    texts["scope.sql"] = _FIRST.sub(lambda _: _rows(found, suggested), texts["scope.sql"], count=1)
    scope = _block("contacts", contacts_yaml(suggested.people), texts["scope.yaml"])
    scope = _block("sources", sources_yaml(suggested), scope)
    texts["scope.yaml"] = f"{head(suggested)}\n{scope[scope.index('sources:') :]}"
    if suggested.people is not None:
        texts["contacts.sql"] = contacts_sql(suggested.people)
    return dict(sorted(texts.items())), missing


def _rows(found: dict[str, str], suggested: Suggested) -> str:
    parts = ["_line", "customer"]
    parts += [f"{sql or 'NULL::VARCHAR'} AS {word}" for word, sql in found.items()]
    lines = ["WITH rows AS (", "    SELECT _line,"]
    last = parts[-1]
    for part in parts[1:]:
        missing = (
            "  -- NOT KNOWN: the file has no such column; write here what it is" if part.startswith("NULL:") else ""
        )
        lines.append(f"           {part}{'' if part == last else ','}{missing}")
    lines += ["    FROM (", rows_sql(suggested, "        "), "    )", ")"]
    return "\n".join(lines)


def _find(suggested: Suggested, names: tuple[str, ...]) -> str:
    """SQL over the file's columns as they are called here; "" where it has none of these, or cannot be read yet."""
    fields = {one.name: one for one in suggested.fields}
    if "currency" in names and "currency" not in fields:
        code = next((one.currency for one in suggested.fields if one.type == "money"), "")
        return quoted(code) if code and not code.startswith("@") else ""
    there = next((fields[name] for name in names if name in fields), None)
    return "" if there is None or there.lacks == "zone" else _read(there)


def _read(field: Field) -> str:
    """Text as the kits' queries expect it: moments with their offset, yes or no."""
    if field.type == "boolean":
        yes, no = "('true', 'yes', '1')", "('false', 'no', '0')"
        return f"CASE WHEN lower({field.name}) IN {yes} THEN 'yes' WHEN lower({field.name}) IN {no} THEN 'no' END"
    if field.type == "instant" and field.zone != "carried":
        return f"timezone({quoted(field.zone)}, TRY_CAST({field.name} AS TIMESTAMP))::VARCHAR"
    if field.type == "date" and field.format:
        return f"try_strptime({field.name}, {quoted(field.format)})::DATE::VARCHAR"
    return field.name


def _block(key: str, block: str, text: str) -> str:
    """`text` with another block under this key of its first level."""
    return re.sub(rf"^{key}:.*?(?=^\S|\Z)", lambda _: f"{block}\n", text, count=1, flags=re.DOTALL | re.MULTILINE)
