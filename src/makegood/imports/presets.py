"""The exports that are known: read from `presets/*.yaml`, and found by the header of a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from makegood.kit.yamlfile import parse

Names = tuple[str, ...]
TRIMMED = "nullif(trim({}), '')"


@dataclass(frozen=True, slots=True)
class From:
    """Where a value comes from: `parts` are columns with what is made of each in SQL, where `{}` is the column.

    The first that is not empty counts; `joined`: all of them, with blanks between. `says` goes into the file that is
    written.
    """

    parts: tuple[tuple[str, str], ...]
    joined: bool = False
    says: str = ""

    def there(self, header: Collection[str]) -> From:
        """The same with the columns that this file has."""
        return From(tuple(one for one in self.parts if one[0] in header), self.joined, self.says)

    @property
    def names(self) -> Names:
        return tuple(column for column, _ in self.parts)


@dataclass(frozen=True, slots=True)
class Column:
    """A fact about a customer. `currency`: a code, `@column`, or "" where the export does not say; `zone` likewise, and
    `carried` where each time has its offset."""

    name: str
    type: str
    merge: str
    currency: str
    zone: str
    origin: From


@dataclass(frozen=True, slots=True)
class Preset:
    """One export of one vendor.

    `needs`: each is a name, or several of which one is enough. `header_is`: published by the vendor, that of an
    exported file, or seen in public programs that read the export (`header_from` says which).
    """

    name: str
    vendor: str
    export: str
    where: str
    looked_up: str
    header_is: Literal["published", "exported", "seen"]
    header_from: str
    header: Names
    sources: tuple[tuple[str, str], ...]
    needs: tuple[Names, ...]
    keep: tuple[From, ...]
    key: From
    columns: tuple[Column, ...]
    contacts: Mapping[str, From]
    post: tuple[From, ...]
    newest: From
    contacts_from: str
    unknown: tuple[tuple[str, str], ...]
    traps: Names

    def fits(self, header: Collection[str]) -> bool:
        return all(any(name in header for name in names) for names in self.needs)


def find_preset(header: Collection[str]) -> Preset | None:
    """The export whose needed columns are all in `header`; of several the one that needs most."""
    fitting = [preset for preset in presets().values() if preset.fits(header)]
    return max(fitting, key=lambda preset: len(preset.needs), default=None)


@cache
def presets() -> dict[str, Preset]:
    """All of them by name, in the order of their names."""
    root = files("makegood").joinpath("presets")
    found = sorted((one for one in root.iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name)
    return {
        one.name.removesuffix(".yaml"): _preset(
            one.name.removesuffix(".yaml"), parse(one.read_text(encoding="utf-8"), one.name).value
        )
        for one in found
    }


def _preset(name: str, body: Mapping[str, Any]) -> Preset:
    contacts = dict(body.get("contacts", {}))
    post, newest = contacts.pop("post", []), contacts.pop("newest", [])
    return Preset(
        name=name,
        vendor=body["vendor"],
        export=body["export"],
        where=body["where"],
        looked_up=body["looked_up"],
        header_is=body["header_is"],
        header_from=body["header_from"],
        header=tuple(body["header"]),
        sources=tuple((one["url"], one["says"]) for one in body["sources"]),
        needs=tuple(_names(one) for one in body["needs"]),
        keep=tuple(From(((one["of"], one["sql"]),), says=one["says"]) for one in body.get("keep", [])),
        key=_from(body["key"]),
        columns=tuple(_column(word, one) for word, one in body["columns"].items()),
        contacts={word: _from(one) for word, one in contacts.items()},
        post=tuple(_from(one) for one in post),
        newest=From(tuple((one, TRIMMED) for one in _names(newest))),
        contacts_from=body.get("contacts_from", ""),
        unknown=tuple((one["what"], one["says"]) for one in body.get("unknown", [])),
        traps=tuple(body.get("traps", [])),
    )


def _column(name: str, body: Mapping[str, Any]) -> Column:
    return Column(name, body["type"], body["merge"], body.get("currency", ""), body.get("zone", ""), _from(body))


def _from(body: Mapping[str, Any]) -> From:
    """`any_of` or `join`, each a list of columns, some with SQL of their own; `sql` is for all others."""
    joined = "join" in body
    sql = body.get("sql", TRIMMED)
    parts = [_part(one, sql) for one in body["join" if joined else "any_of"]]
    return From(tuple(parts), joined, body.get("says", ""))


def _part(one: str | Mapping[str, str], sql: str) -> tuple[str, str]:
    if isinstance(one, str):
        return one, sql
    ((column, own),) = one.items()
    return column, own


def _names(value: Any) -> Names:
    return (value,) if isinstance(value, str) else tuple(value)
