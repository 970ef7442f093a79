"""Writes docs/reference/imports.md: each export that is known, with what its columns mean, read from the presets."""

from __future__ import annotations

import sys
from pathlib import Path

from makegood.imports.presets import From, Preset, presets

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "imports.md"

HEAD = """\
# Exports of other systems

`makegood suggest` reads a CSV file from a shop, a payment provider or a help desk, and writes who is affected:
`scope.yaml`, `scope.sql` and, where it has addresses, `contacts.sql`. Each line says which column it came from.

```console
$ makegood suggest payments.csv --to my-recovery
$ makegood suggest orders.csv --contacts customers.csv --zone Europe/Madrid --currency EUR
```

What the file does not say is printed first, and marked `NOT KNOWN` in the files. It is never filled in: a time without
a zone, or an amount without a currency, is refused when the scope is loaded, until you have said it (`--zone`,
`--currency`, or by hand). How amounts are written, `1,000.00` or `1.000,00`, is found out from all rows of the file.

The suggestion takes everybody in the file. Who was hit is yours to say: the last line of `scope.sql` is where.

**A file that is not known** is read too. Types, names and ways to reach people are guessed from the names of the
columns and from all of their values, and each guess is marked as one. A date that could be read two ways stays a text.
The key is a customer number, or a column such as *Client* where it holds numbers or addresses, else the e-mail address.
A name is never the key: two customers of one name would become one, told and paid together. Where there is nothing but
names, that is said, and nobody is loaded before you have named what tells customers apart.

**Letters.** UTF-8 and UTF-16 are recognised. Any other encoding has to be said, `--encoding windows-1252`; it goes into
`scope.yaml`. A file that is not UTF-8 is refused with its first foreign word as `windows-1252` would read it.

An export is recognised by its columns alone, whatever the file is called; columns of your own beside them do no harm.
*Published*: the header is the vendor's own. *Exported*: no page of the vendor has it; it is the first line of an
exported file that was looked at. *Seen*: neither could be found; it stands in public programs that read the export, and
is not confirmed.

This page is written by `make format` from the presets (`src/makegood/presets`), one file an export; a test compares the
two.

| export | recognised by | header | looked up |
|---|---|---|---|
"""


def page() -> str:
    known = presets().values()
    rows = [
        f"| [{one.vendor}, {one.export}](#{one.name}) | {_needs(one)} | {one.header_is} | {one.looked_up} |\n"
        for one in known
    ]
    return HEAD + "".join(rows) + "".join(_section(one) for one in known)


def _needs(preset: Preset) -> str:
    return ", ".join(" or ".join(f"`{name}`" for name in names) for names in preset.needs)


def _section(preset: Preset) -> str:
    parts = [f"\n## {preset.name}\n\n{preset.vendor}, export of {preset.export}. {preset.where}.\n"]
    parts.append("\n| what | column | |\n|---|---|---|\n")
    parts.append(_row("key", "", preset.key))
    parts += [_row(f"`{one.name}`", _type(one.type, one.currency, one.zone), one.origin) for one in preset.columns]
    parts += [_row(word, "", one) for word, one in preset.contacts.items()]
    if preset.post:
        parts.append(f"| post | {', '.join(f'`{name}`' for one in preset.post for name in one.names)} | |\n")
    parts += [_row("kept only", "", one) for one in preset.keep]
    parts.append("\n" + "".join(f"- {one}\n" for one in (*preset.traps, *(says for _, says in preset.unknown))))
    parts.append(f"\nThe header: {preset.header_from} Sources:\n\n")
    parts += [f"- <{url}>: {says}\n" for url, says in preset.sources]
    return "".join(parts)


def _type(kind: str, currency: str, zone: str) -> str:
    told = {"money": f", {'currency in the file' if currency else 'currency not in the file'}"}
    told["instant"] = {"": ", zone not in the file", "carried": ", each with its offset"}.get(zone, f", {zone}")
    return f"{kind}{told.get(kind, '')}"


def _row(what: str, kind: str, origin: From) -> str:
    named = (" and " if origin.joined else ", else ").join(f"`{name}`" for name in origin.names)
    said = "; ".join(one for one in (kind, origin.says) if one)
    return f"| {what} | {named} | {said} |\n"


def main() -> int:
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
