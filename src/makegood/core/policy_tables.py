"""Tables of a policy: rows in order, the first whose every cell holds counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from makegood.core.expressions import Cell, parse_cell
from makegood.core.expressions_sql import Type, Value
from makegood.core.findings import Findings, Path
from makegood.core.policy_facts import spoken
from makegood.core.policy_figures import one_type, read_figure
from makegood.core.policy_rules import Figure, Row, Table

_ENDS = frozenset({"give", "undefined", "id", "words"})

_SIGNS = (
    ("<=", "up to {}", "up to {}"),
    (">=", "{} or more", "{} or later"),
    ("<", "below {}", "before {}"),
    (">", "above {}", "after {}"),
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

# The value a name stands for; None where there is none that can be read.
Lookup = Callable[[str], Value | None]
# How sentences call it, and its unit.
Called = Callable[[str], tuple[str, str]]


def table_keys(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The names that its cells test, in the order they are first met."""
    return tuple(dict.fromkeys(word for row in body["rows"] for word in row if word not in _ENDS))


def read_table(at: Findings, word: str, body: Mapping[str, Any], lookup: Lookup, called: Called) -> Table | None:
    """None when anything in it was refused."""
    before = len(at.found)
    path: Path = ("tables", word)
    rows = []
    for index, row in enumerate(body["rows"]):
        rows.append(_row(at, (*path, "rows", index), row, row.get("id", f"row-{index + 1}"), lookup))
    otherwise = _row(at, (*path, "otherwise"), body["otherwise"], "otherwise", lookup)
    rows = [
        replace(row, words=row.words or _told_row(given, called)) for row, given in zip(rows, body["rows"], strict=True)
    ]
    _check_rows(at, path, rows, body["rows"])
    fields = _fields(at, path, body)
    if len(at.found) > before:
        return None
    return Table(
        name=word,
        rows=tuple(rows),
        otherwise=otherwise,
        fields=fields,
        keys=table_keys(body),
        words=body.get("words", spoken(word)),
        place=at.file.place(path),
    )


def _row(at: Findings, path: Path, body: Mapping[str, Any], word: str, lookup: Lookup) -> Row:
    cells: dict[str, Cell] = {}
    for key, text in body.items():
        if key not in _ENDS and (cell := _cell(at, (*path, key), key, text, lookup)) is not None:
            cells[key] = cell
    give: dict[str, Figure] | None = None
    if "give" in body:
        given = body["give"] if isinstance(body["give"], dict) else {"": body["give"]}
        give = {}
        for field, raw in given.items():
            figure = read_figure(at, _give_path(path, field), raw)
            if figure is not None:
                give[field] = figure[0]
    return Row(word, cells, give, body.get("undefined", ""), body.get("words", ""), at.file.place(path))


def _give_path(path: Path, field: str) -> Path:
    return (*path, "give", field) if field else (*path, "give")


def _cell(at: Findings, path: Path, key: str, text: object, lookup: Lookup) -> Cell | None:
    value = lookup(key)
    if value is None:
        return None
    found = parse_cell(text, value.type, at.file.value_place(path))
    if isinstance(found, Cell):
        return found
    at.found.append(found)
    return None


def _told_row(body: Mapping[str, Any], called: Called) -> str:
    """Its cells in words, in their order."""
    return ", ".join(
        _told(*called(key), cell) for key, cell in body.items() if key not in _ENDS and str(cell).strip() != "any"
    )


def _told(words: str, unit: str, cell: object) -> str:
    """`the weather severe or storm`, `the delay above 60 min, up to 120 min`."""
    unit = "" if unit in words.split() else unit  # `days 1 or more`, not `days 1 days or more`
    if cell is True or cell is False:
        return words if cell else f"not {words}"
    if isinstance(cell, list):
        return f"{words} {' or '.join(_side(str(one), unit) for one in cell)}"
    text = str(cell).strip()
    if text == "missing":
        return f"no {words}"
    return f"{words} {', '.join(_side(part, unit) for part in _parts(text))}"


def _parts(text: str) -> list[str]:
    if text[:1] in "[(" and text[-1:] in ")]" and ".." in text:
        low, high = (part.strip() for part in text[1:-1].split("..", 1))
        return [f"{'>=' if text[0] == '[' else '>'} {low}", f"{'<=' if text[-1] == ']' else '<'} {high}"]
    return [part.strip() for part in text.split(",")] if text[:1] in "<>" else [text]


def _side(part: str, unit: str) -> str:
    for sign, words, of_dates in _SIGNS:
        if part.startswith(sign):
            figure = f"{part[len(sign) :].strip()} {unit}".strip()
            return (of_dates if _DATE.match(figure) else words).format(figure)
    return f"{part.replace('_', ' ')} {unit}".strip()


def _check_rows(at: Findings, path: Path, rows: list[Row], bodies: Sequence[Mapping[str, Any]]) -> None:
    seen = {"otherwise"}
    for index, row in enumerate(rows):
        if row.id in seen:
            at.add(
                (*path, "rows", index), "double-row", f"Two rows are called '{row.id}'.", "Give each row its own id."
            )
        seen.add(row.id)
        if not set(bodies[index]) - _ENDS:
            what = f"The row '{row.id}' tests nothing: rows after it are never reached."
            at.add((*path, "rows", index), "unreachable-row", what, "Add a cell, or make it `otherwise`.")


def _fields(at: Findings, path: Path, body: Mapping[str, Any]) -> dict[str, Type]:
    """Each row that gives must give the same fields, each of one type."""
    giving = [(index, row["give"]) for index, row in enumerate([*body["rows"], body["otherwise"]]) if "give" in row]
    if not giving:
        at.add(path, "table-gives-nothing", "No row of the table gives anything.", "End at least one row in give:.")
        return {}
    last = len(body["rows"])
    wanted = list(giving[0][1]) if isinstance(giving[0][1], dict) else [""]
    kinds: dict[str, list[Type]] = {field: [] for field in wanted}
    for index, give in giving:
        given = give if isinstance(give, dict) else {"": give}
        here: Path = (*path, "rows", index) if index < last else (*path, "otherwise")
        if set(given) != set(wanted):
            what = "The rows of the table do not give the same figures."
            names = ", ".join(field or "one figure" for field in wanted)
            at.add((*here, "give"), "mixed-figures", what, f"Give {names} in each row.")
            continue
        for field, raw in given.items():
            figure = read_figure(Findings(at.file), _give_path(here, field), raw)
            if figure is not None:
                kinds[field].append(figure[1])
    fields = {}
    for field, found in kinds.items():
        kind = one_type(at, path, found)
        if kind is not None:
            fields[field] = kind
    return fields
