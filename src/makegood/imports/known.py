"""What a known export means: its preset, with the columns this file has, and amounts as this file writes them."""

from __future__ import annotations

from collections.abc import Collection

from makegood.core.expressions_sql import name
from makegood.imports.held import Held, look, plain_amount_sql
from makegood.imports.presets import Column, From, Preset, presets
from makegood.imports.suggested import Field, People, Suggested
from makegood.kit.columns import Columns

EXPORT, CONTACTS = "export", "customers"


def read_known(
    columns: Columns, preset: Preset, header: Collection[str], *, others: Collection[str] = (), zone: str, currency: str
) -> Suggested:
    """The scope of the table `export`; `others` is the header of the table `customers`, () where there is none."""
    there = [(column, column.origin.there(header)) for column in preset.columns]
    amounts = [one for column, origin in there if column.type == "money" for one in origin.names]
    held = look(columns, EXPORT, amounts)
    fields = tuple(_field(column, origin, held, zone, currency) for column, origin in there if origin.names)
    people = _people_beside(preset, others) if others else _people(preset, header)
    return Suggested(
        title=f"{preset.vendor}, export of {preset.export}",
        preset=preset.name,
        sources={},
        key=_sql(preset.key.there(header)),
        key_says=_said(preset.key.there(header)),
        fields=fields,
        keep=tuple((_sql(one), one.says) for one in preset.keep if one.there(header).names),
        people=people,
        unknown=tuple(_unknown(preset, header, people, zone, currency)),
        traps=preset.traps,
    )


def _field(column: Column, origin: From, held: dict[str, Held], zone: str, currency: str) -> Field:
    sql, said = _sql(origin), _said(origin)
    money = column.type == "money"
    if money:
        ways = {held[one].amounts for one in origin.names if held[one].values} or {"plain"}
        written = ways.pop() if len(ways) == 1 else "unclear"
        sql = plain_amount_sql(sql, written)
        said += {
            "plain": "",
            "comma thousands": "; this file writes 1,000.00",
            "comma decimals": "; this file writes 1.000,00",
            "unclear": "; NOT KNOWN: how this file writes amounts; what has a comma is rejected",
        }[written]
    return Field(
        name=column.name,
        type=column.type,
        sql=sql,
        merge=column.merge,
        says=said,
        currency=(column.currency or currency) if money else "",
        zone=(column.zone or zone) if column.type == "instant" else "",
    )


def _people(preset: Preset, header: Collection[str]) -> People | None:
    return _reached(preset, header, EXPORT, preset.key.there(header), alone=False)


def _people_beside(preset: Preset, others: Collection[str]) -> People | None:
    """From the export of customers that was given too; where rows know names only, by a name that is one person's."""
    other = next((one for one in presets().values() if one.contacts and one.fits(others)), None)
    if other is None:
        return None
    if other.name == preset.contacts_from:
        return _reached(other, others, CONTACTS, other.contacts["name"].there(others), alone=True)
    return _reached(other, others, CONTACTS, other.key.there(others), alone=False)


def _reached(preset: Preset, header: Collection[str], table: str, key: From, *, alone: bool) -> People | None:
    origins = {word: origin.there(header) for word, origin in preset.contacts.items()}
    origins = {word: origin for word, origin in origins.items() if origin.names}
    post = [origin for origin in (one.there(header) for one in preset.post) if origin.names]
    fields = {word: _sql(origin) for word, origin in origins.items()}
    says = {word: _said(origin) for word, origin in origins.items()}
    if post:
        fields["post"] = f"nullif(concat_ws(chr(10), {', '.join(_sql(one) for one in post)}), '')"
        says["post"] = ", ".join(name_ for one in post for name_ in one.names)
    if not {"email", "phone", "post"} & set(fields):
        return None
    newest = preset.newest.there(header)
    return People(
        table, _sql(key), fields, says, f"{_sql(newest)} NULLS FIRST, _line" if newest.names else "_line", alone
    )


def _unknown(preset: Preset, header: Collection[str], people: People | None, zone: str, currency: str) -> list[str]:
    """What the export does not say, less what has been said in its place; and which columns are not in this file."""
    said = {"zone": bool(zone), "currency": bool(currency), "contacts": people is not None}
    known = [
        *(people.fields if people else ()),
        *("postal address" for one in (people,) if one and "post" in one.fields),
    ]
    found = [says for what, says in preset.unknown if not said.get(what, False) and what not in known]
    gone = [" or ".join(one.origin.names) for one in preset.columns if not one.origin.there(header).names]
    if gone:
        found.append(f"This file has no column {', '.join(gone)}: what they say is left out.")
    return found


def _sql(origin: From) -> str:
    parts = [made.replace("{}", name(column)) for column, made in origin.parts]
    if origin.joined:
        return f"nullif(concat_ws(' ', {', '.join(parts)}), '')"
    if len(parts) > 1:
        empty = "''"
        return f"coalesce({', '.join(f'nullif({part}, {empty})' for part in parts)})"
    return parts[0] if parts else ""


def _said(origin: From) -> str:
    named = (" and " if origin.joined else ", else ").join(origin.names)
    return f"{named}: {origin.says}" if origin.says else named
