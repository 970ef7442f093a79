"""scope.yaml: where the affected customers come from, and what each column is.

Parsing needs a file that passed its JSON Schema. The SQL that types and merges is in `core.mapping_sql`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from makegood.core.expressions_sql import Kind, Type
from makegood.core.findings import Findings, Path
from makegood.core.names import RESERVED, check_name
from makegood.kit import clock
from makegood.kit.errors import BadInput, Finding, Place
from makegood.kit.money import exponent
from makegood.kit.yamlfile import YamlFile

Merge = Literal["same", "first", "min", "max", "sum", "any", "all", "list", "each"]

TRUE_VALUES, FALSE_VALUES = ("true", "yes", "1"), ("false", "no", "0")
_SUMMED, _ORDERED = {"integer", "number", "money"}, {"integer", "number", "money", "date", "instant"}
_DIRECTIVES = re.compile(r"%(.)")
_DATE_PARTS = ({"Y", "y"}, {"m", "b", "B"}, {"d"})


@dataclass(frozen=True, slots=True)
class Source:
    """One named source: a `file` (its options as written), or a `query` file run on a `connection`."""

    name: str
    file: str | None
    connection: str | None
    query: str | None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """`source` is the name in the query. `currency` is a code or `@column`. `format` is strptime, "" for ISO;
    `zone` "" where instants must carry their own."""

    name: str
    kind: Kind
    source: str
    merge: Merge
    place: Place
    currency: str = ""
    format: str = ""
    zone: str = ""
    true_values: tuple[str, ...] = TRUE_VALUES
    false_values: tuple[str, ...] = FALSE_VALUES

    @property
    def type(self) -> Type:
        """What expressions see after the merge: `list` is text, `each` several values in the order of the rows."""
        return Type("text") if self.merge == "list" else Type(self.kind, self.currency, many=self.merge == "each")


@dataclass(frozen=True, slots=True)
class Contacts:
    """Columns of the source `source`, or of `query`, a SQL file over all sources; one of the two is "". `post` are the
    address lines in order; "" or () where there is none."""

    source: str
    query: str
    key: str
    name: str
    email: str
    phone: str
    post: tuple[str, ...]
    language: str
    prefer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScopeMapping:
    """Exactly one of `query` (a SQL file over the sources) and `from_source` is set. `key` is a column of it."""

    sources: Mapping[str, Source]
    query: str | None
    from_source: str | None
    key: str
    columns: Mapping[str, Column]
    contacts: Contacts | None

    def types(self) -> dict[str, Type]:
        """The typed columns that expressions may use."""
        return {word: column.type for word, column in self.columns.items()}


def parse_scope(file: YamlFile) -> tuple[ScopeMapping | None, list[Finding]]:
    """The mapping, or None when anything blocks. `file` must have passed its schema."""
    at, body = Findings(file), file.value
    sources = {word: _source(at, word, one) for word, one in body["sources"].items()}
    zone = body.get("zone", "")
    if zone:
        _check_zone(at, ("zone",), zone)
    columns = {word: _column(at, word, one, zone) for word, one in (body.get("columns") or {}).items()}
    _check_currencies(at, columns)
    from_source = body.get("from")
    if from_source is not None and from_source not in sources:
        at.unknown(("from",), "unknown-source", "source", from_source, list(sources))
    contacts = _contacts(at, body["contacts"], sources) if body.get("contacts") else None
    mapping = ScopeMapping(sources, body.get("query"), from_source, body["key"], columns, contacts)
    return (None if at.blocking else mapping), at.found


def _source(at: Findings, word: str, body: dict[str, Any]) -> Source:
    check_name(at, ("sources", word), word, "source")
    options = {key: value for key, value in body.items() if key not in {"file", "connection", "query"}}
    return Source(word, body.get("file"), body.get("connection"), body.get("query"), options)


def _column(at: Findings, word: str, body: dict[str, Any], zone: str) -> Column:
    path: Path = ("columns", word)
    check_name(at, path, word, "column")
    if word in RESERVED:
        at.add(path, "reserved-name", f"The column name '{word}' is taken.", f"Call it for example 'their_{word}'.")
    kind, merge = body["type"], body.get("merge", "same")
    _check_merge(at, (*path, "merge"), kind, merge)
    _check_money(at, path, kind, body)
    if body.get("zone"):
        _check_zone(at, (*path, "zone"), body["zone"])
    _check_format(at, path, kind, body.get("format"))
    yes, no = (tuple(str(v).lower() for v in body.get(f"{word_}_values", ())) for word_ in ("true", "false"))
    if set(yes or TRUE_VALUES) & set(no or FALSE_VALUES):
        what = "A value is read both as true and as false."
        at.add(path, "bad-boolean-values", what, "Declare true_values and false_values that do not overlap.")
    currency = body.get("currency") or ("@" + body["currency_column"] if body.get("currency_column") else "")
    values = {"true_values": yes} if yes else {}
    values |= {"false_values": no} if no else {}
    return Column(
        name=word,
        kind=kind,
        source=body.get("from", word),
        merge=merge,
        place=at.file.place(path),
        currency=currency if kind == "money" else "",
        format=body.get("format") or "",
        zone=(body.get("zone") or zone) if kind == "instant" else "",
        **values,
    )


def _check_merge(at: Findings, path: Path, kind: str, merge: str) -> None:
    allowed = {"same", "first", "list", "each"}
    allowed |= {"sum"} if kind in _SUMMED else set()
    allowed |= {"min", "max"} if kind in _ORDERED else set()
    allowed |= {"any", "all"} if kind == "boolean" else set()
    allowed -= {"list"} if kind != "text" else set()
    if merge not in allowed:
        what = f"Columns of type {kind} cannot be merged by '{merge}'."
        at.add(path, "bad-merge", what, f"Use one of: {', '.join(sorted(allowed))}.")


def _check_money(at: Findings, path: Path, kind: str, body: dict[str, Any]) -> None:
    given = [word for word in ("currency", "currency_column") if body.get(word)]
    if kind != "money":
        for word in given:
            at.add((*path, word), "needless-currency", f"A column of type {kind} has no currency.", "Remove it.")
        return
    if len(given) != 1:
        what = "A money column needs one currency."
        at.add(path, "no-currency", what, "Add currency: USD, or currency_column: the column that names it.")
    if body.get("currency"):
        try:
            exponent(body["currency"])
        except BadInput as no:
            at.refused((*path, "currency"), no)


def _check_currencies(at: Findings, columns: Mapping[str, Column]) -> None:
    """A currency column is a text that must be the same for all of a customer's rows."""
    for word, column in columns.items():
        if not column.currency.startswith("@"):
            continue
        path, named = ("columns", word, "currency_column"), column.currency[1:]
        texts = [one for one, other in columns.items() if other.kind == "text" and other.merge == "same"]
        if named not in texts:
            what = "text column merged by 'same' called"
            at.unknown(path, "unknown-column", what, named, texts)


def _check_zone(at: Findings, path: Path, zone: str) -> None:
    try:
        clock.zone(zone)
    except BadInput as no:
        at.refused(path, no)


def _check_format(at: Findings, path: Path, kind: str, text: str | None) -> None:
    if text is None:
        return
    found = set(_DIRECTIVES.findall(text))
    known = set("YymbBdHIMSfp%")
    if kind not in {"date", "instant"} or found - known or not all(found & part for part in _DATE_PARTS):
        remedy = "Give dates and instants a format with day, month and year, such as '%d/%m/%Y'."
        at.add((*path, "format"), "bad-format", f"'{text}' cannot be the format of a {kind} column.", remedy)


def _contacts(at: Findings, body: dict[str, Any], sources: Mapping[str, Source]) -> Contacts:
    source = body.get("source") or ""
    if source and source not in sources:
        at.unknown(("contacts", "source"), "unknown-source", "source", source, list(sources))
    if source == "raw":  # by the time contacts are read, `raw` is the table of the scope's own rows
        remedy = "Call the source of the contacts for example 'contacts'."
        at.add(("contacts", "source"), "reserved-name", "The contacts cannot come from a source called 'raw'.", remedy)
    post = body.get("post") or []
    routes = {"email": body.get("email"), "phone": body.get("phone"), "post": post}
    for index, word in enumerate(body.get("prefer") or ()):
        if not routes[word]:
            what = f"'{word}' is preferred, but the contacts have no column for it."
            at.add(("contacts", "prefer", index), "prefer-without-column", what, f"Add '{word}:' or remove it here.")
    return Contacts(
        source=source,
        query=body.get("query") or "",
        key=body["key"],
        name=body.get("name") or "",
        email=body.get("email") or "",
        phone=body.get("phone") or "",
        post=(post,) if isinstance(post, str) else tuple(post),
        language=body.get("language") or "",
        prefer=tuple(body.get("prefer") or [word for word, column in routes.items() if column]),
    )
