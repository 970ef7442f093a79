"""What an export of another system holds, as the scope of a recovery. No database."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.output import as_json, tell, tell_as_is
from makegood.cli.recovery import Json
from makegood.kit.errors import Refused

if TYPE_CHECKING:
    from makegood.imports.suggested import Suggested

Export = Annotated[Path, typer.Argument(help="A CSV file from your shop, payments or help desk.", metavar="FILE")]
To = Annotated[Path | None, typer.Option(help="The folder to write into; without it the files are shown.")]
ContactsFile = Annotated[
    Path | None, typer.Option("--contacts", help="A second export, of customers, where the first has no addresses.")
]
Zone = Annotated[str, typer.Option(help="The zone of times without one, such as Europe/Berlin.")]
Encoding = Annotated[str, typer.Option(help="The file's encoding, where it is not UTF-8: windows-1252, …")]
Currency = Annotated[str, typer.Option(help="The currency of amounts without one, such as EUR.")]


def register(app: typer.Typer) -> None:
    app.command(name="suggest")(suggest_scope)


def suggest_scope(
    file: Export,
    to: To = None,
    contacts: ContactsFile = None,
    zone: Zone = "",
    currency: Currency = "",
    encoding: Encoding = "",
    in_json: Json = False,
) -> None:
    """Recognise the export FILE, and suggest who is affected."""
    from makegood.config.postgres.layout import write_durably
    from makegood.imports.suggest import suggest
    from makegood.imports.writing import written

    found = seen_from(to, suggest(file, contacts=contacts, zone=zone, currency=currency, encoding=encoding))
    texts = written(found)
    if to is not None:
        _refuse_to_overwrite(to, list(texts))
        to.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            write_durably(to / name, text)
            (to / name).chmod(0o644)
    if in_json:
        as_json({"title": found.title, "preset": found.preset, "unknown": found.unknown, "files": texts})
        return
    show_unknown(found)
    if to is not None:
        tell(f"Wrote {', '.join(texts)}. Say in scope.sql which rows were hit, then:")
        tell_as_is(f"    makegood scope {shlex.quote(str(to))}")
        return
    for name, text in texts.items():
        tell_as_is(f"--- {name}")
        for line in text.splitlines():
            tell_as_is(line)


def seen_from(folder: Path | None, suggested: Suggested) -> Suggested:
    """The same, with files named as they are found from the recovery's folder."""
    from dataclasses import replace

    start = folder or Path()
    named = {word: Path(os.path.relpath(path, start)).as_posix() for word, path in suggested.sources.items()}
    return replace(suggested, sources=named)


def show_unknown(found: Suggested) -> None:
    """What the file is, then what nobody could know: said before anything is done with it."""
    tell(f"{found.title}.")
    for one in found.unknown:
        tell(one, first="- not known: ", indent="  ")


def _refuse_to_overwrite(folder: Path, names: list[str]) -> None:
    there = [name for name in names if (folder / name).exists()]
    if there:
        raise Refused(
            f"'{folder}' has {', '.join(there)} already.",
            remedy="Name another folder, or move these away first; nothing was written.",
            code="not-empty",
        )
