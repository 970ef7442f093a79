"""From a file to a suggested scope: its header is read, its export recognised or its columns guessed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from makegood.imports.guessed import guess
from makegood.imports.known import CONTACTS, EXPORT, read_known
from makegood.imports.presets import find_preset
from makegood.imports.suggested import Suggested
from makegood.kit import clock
from makegood.kit.columns import Columns
from makegood.kit.errors import BadInput, Place
from makegood.kit.money import exponent


def suggest(path: Path, *, contacts: Path | None = None, zone: str = "", currency: str = "") -> Suggested:
    """What `path` is; `contacts` is a second export that says how its customers are reached.

    `zone` (IANA) and `currency` (ISO 4217) are for what exports do not say. Raises `BadInput` for a file that cannot be
    read or has no rows, for an unknown zone or currency, and for contacts that no preset knows or that would not fit.
    """
    if zone:
        clock.zone(zone)
    if currency:
        exponent(currency)
    with Columns(wall_seconds=300) as columns:
        header = _load(columns, EXPORT, path)
        others = _load(columns, CONTACTS, contacts) if contacts is not None else []
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
    return replace(found, sources=sources)


def _load(columns: Columns, table: str, path: Path) -> list[str]:
    """The header of the file, which is then a table. Raises `BadInput` when there is nothing to learn from."""
    loaded = columns.load_file(table, path)
    if not columns.fetch(f"SELECT count(*) FROM {table}")[0][0]:
        what = "The file has a header and no rows."
        raise BadInput(what, remedy="Export it again, with rows.", place=Place(str(path)), code="empty-export")
    return [name for name, _ in loaded.columns if name != "_line"]
