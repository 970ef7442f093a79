"""From a file to a suggested scope: its header is read, its export recognised or its columns guessed."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from pathlib import Path

from makegood.imports.guessed import guess
from makegood.imports.known import CONTACTS, EXPORT, read_known
from makegood.imports.presets import find_preset
from makegood.imports.suggested import Suggested
from makegood.kit import clock
from makegood.kit.columns import Columns
from makegood.kit.errors import BadInput, Place
from makegood.kit.money import exponent

USUAL = "windows-1252"  # what spreadsheets of Western Europe and America write, and Latin-1 with it
WORD_ENDS = ' ;,\t|"\r\n'


def suggest(
    path: Path, *, contacts: Path | None = None, zone: str = "", currency: str = "", encoding: str = ""
) -> Suggested:
    """What `path` is; `contacts` is a second export that says how its customers are reached.

    `zone` (IANA), `currency` (ISO 4217) and `encoding` are for what exports do not say; contacts that are UTF-8 or
    UTF-16 are read as such all the same. Raises `BadInput` for a file that cannot be
    read or has no rows, for an unknown zone or currency, and for contacts that no preset knows or that would not fit.
    """
    if zone:
        clock.zone(zone)
    if currency:
        exponent(currency)
    encodings: dict[str, str] = {EXPORT: encoding} if encoding else {}
    with Columns(wall_seconds=300) as columns:
        header = _load(columns, EXPORT, path, encoding)
        others = _load_contacts(columns, contacts, encoding, encodings) if contacts is not None else []
        columns.seal()
        preset = find_preset(header)
        if preset is None:
            found = guess(columns, header, zone=zone, currency=currency)
        else:
            found = read_known(columns, preset, header, others=others, zone=zone, currency=currency)
    if contacts is not None and (found.people is None or found.people.table != CONTACTS):
        what = "How customers are reached cannot be taken from this file."
        remedy = "Give the export of customers that belongs to a known export of orders or payments."
        raise BadInput(what, remedy=remedy, place=Place(str(contacts)), code="contacts-unknown")
    sources = {EXPORT: str(path)} | ({CONTACTS: str(contacts)} if contacts is not None else {})
    return replace(found, sources=sources, encodings=encodings)


def _load_contacts(columns: Columns, path: Path, encoding: str, encodings: dict[str, str]) -> list[str]:
    """As they say themselves; else in the encoding of the export."""
    try:
        return _load(columns, CONTACTS, path, "")
    except BadInput as error:
        if not encoding or error.code != "encoding-wrong":
            raise
    encodings[CONTACTS] = encoding
    return _load(columns, CONTACTS, path, encoding)


def _load(columns: Columns, table: str, path: Path, encoding: str) -> list[str]:
    """The header of the file, which is then a table. Raises `BadInput` when there is nothing to learn from."""
    try:
        loaded = columns.load_file(table, path, {"encoding": encoding} if encoding else None)
    except BadInput as error:
        if error.code == "encoding-wrong" and not encoding:
            error.remedy = _which_encoding(path, error.place)
        raise
    if not columns.fetch(f"SELECT count(*) FROM {table}")[0][0]:
        what = "The file has a header and no rows."
        raise BadInput(what, remedy="Export it again, with rows.", place=Place(str(path)), code="empty-export")
    return [name for name, _ in loaded.columns if name != "_line"]


def _which_encoding(path: Path, place: Place | None) -> str:
    """Shows the first word with a foreign letter as the most common other encoding reads it: a person can tell."""
    word = ""
    if place is not None and place.line and place.column:
        with path.open("rb") as file:
            line = next(islice(file, place.line - 1, None), b"").decode(USUAL, "replace")
        start = max(line.rfind(end, 0, place.column - 1) for end in WORD_ENDS) + 1
        word = re.split(f"[{re.escape(WORD_ENDS)}]", line[start : start + 60].strip())[0]
    seen = f" if “{word}” is right, which it would read then" if word else ""
    return f"Say which it is: --encoding {USUAL}{seen}; else the one that the export names. Or export it as UTF-8."
