"""Recoveries as folders: write a kit, check one. No database."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.output import as_json, show_findings, show_table, tell, tell_as_is
from makegood.cli.suggesting import ContactsFile, Currency, Encoding, Zone, seen_from, show_unknown
from makegood.kit.counting import counted
from makegood.kit.errors import NotFound, Refused, UsageError

if TYPE_CHECKING:
    from makegood.documents.folder import CheckedFolder
    from makegood.documents.kits import Kit
    from makegood.kit.errors import Finding


def register(app: typer.Typer) -> None:
    app.command()(init)
    app.command(name="kits")(list_kits)
    app.command()(validate)


def init(
    folder: Annotated[
        Path, typer.Argument(help="A folder that does not exist yet, or an empty one.", metavar="FOLDER")
    ],
    kit: Annotated[str, typer.Option(help="The kind of mistake; asked for where it is not said.")] = "",
    export: Annotated[
        Path | None, typer.Option("--from", help="A CSV file from your shop, payments or help desk.")
    ] = None,
    contacts: ContactsFile = None,
    zone: Zone = "",
    currency: Currency = "",
    encoding: Encoding = "",
) -> None:
    """Write a commented, runnable recovery into FOLDER."""
    from makegood.config.postgres.layout import write_durably

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(
            f"'{folder}' is not an empty folder.",
            remedy="Name one that does not exist yet; nothing was written.",
            code="not-empty",
        )
    if export is None and (contacts or zone or currency or encoding):
        what = "--contacts, --zone, --currency and --encoding say more of an export."
        raise UsageError(what, remedy="Name the export with --from.", code="usage")
    chosen = _chosen(kit)
    given = (contacts, zone, currency, encoding)
    texts = dict(chosen.texts) if export is None else _texts_over(chosen, folder, (export, *given))
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, text)
        path.chmod(0o644)
    tell(f"Wrote {len(texts)} files. Change them to your own mistake, then run:")
    tell_as_is(f"    makegood validate {shlex.quote(str(folder))}")


def list_kits(in_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the kits: whole recoveries for common mistakes."""
    from makegood.documents.kits import kits

    if in_json:
        as_json([{"kit": one.name, "title": one.title, "for": one.about} for one in kits().values()])
        return
    show_table(["kit", "for"], ((one.name, one.about) for one in kits().values()))
    tell("Begin with one:")
    tell_as_is("    makegood init FOLDER --kit KIT")


def _chosen(kit: str) -> Kit:
    """The kit of this name; without one a person at a terminal is asked, and a script is told that it must say it."""
    from makegood.documents.kits import find_kit, kits

    if kit:
        return find_kit(kit)
    known = list(kits().values())
    if not sys.stdin.isatty():
        what = "Which kind of mistake is it?"
        raise UsageError(what, remedy=f"Say it with --kit: {', '.join(one.name for one in known)}.", code="usage")
    show_table(["", "kit", "for"], ((number, one.name, one.about) for number, one in enumerate(known, 1)))
    while True:
        answer = str(typer.prompt("Which one is nearest to your mistake? Number or name")).strip()
        if answer.isdecimal() and 0 < int(answer) <= len(known):
            return known[int(answer) - 1]
        try:
            return find_kit(answer)
        except NotFound as no:
            tell(str(no))


def _texts_over(chosen: Kit, folder: Path, given: tuple[Path, Path | None, str, str, str]) -> dict[str, str]:
    """The kit over an export; what neither of them knows is said before anything is written."""
    from makegood.imports.fitting import fit
    from makegood.imports.suggest import suggest

    export, contacts, zone, currency, encoding = given
    found = seen_from(folder, suggest(export, contacts=contacts, zone=zone, currency=currency, encoding=encoding))
    texts, missing = fit(chosen, found)
    show_unknown(found)
    for word in missing:
        tell(f"{word}: write it into scope.sql, where NOT KNOWN stands.", first="- not known: ", indent="  ")
    return texts


def validate(
    folder: Annotated[Path, typer.Argument(help="The folder of a recovery.", metavar="FOLDER")],
    in_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Check the documents of FOLDER: problems with their places."""
    from makegood.documents.folder import read_folder

    checked, findings = check(folder)
    findings += [*_of_policy(checked), *_of_words(checked)]
    blocking = sum(finding.blocking for finding in findings)
    if in_json:
        documents = sorted(read_folder(folder).texts)
        as_json({"folder": folder, "documents": documents, "blocking": blocking, "findings": findings})
        return int(blocking > 0)
    show_findings(findings)
    number = len(checked.folder.texts)
    if blocking:
        tell(f"{number} documents: {counted(blocking, 'problem')} to solve first.")
        return 1
    warnings = sum(finding.level == "warning" for finding in findings)
    warned = f", {counted(warnings, 'warning')} to mend or to give a reason for" if warnings else ""
    advice = f", {counted(len(findings) - warnings, 'piece')} of advice" if len(findings) > warnings else ""
    tell(f"{number} documents: nothing to solve{warned}{advice}.")
    tell("Next:")
    tell_as_is(f"    makegood scope {shlex.quote(str(folder))}")
    return 0


def _of_words(checked: CheckedFolder) -> list[Finding]:
    """What can be said of the words without a customer: what they should not say, not yet what they lack."""
    from makegood.core.render import compile_message
    from makegood.kit.errors import Finding
    from makegood.plans.wording import Manner, Template, list_template_faults

    found = []
    fault = checked.mistake.fault if checked.mistake else "clear"
    for file in (one for files in checked.folder.messages.values() for one in files.values()):
        shown, text = checked.folder.shown(file), checked.folder.texts[file]
        message, _ = compile_message(text, shown)
        said = message.checked_as if message else {}
        for one in list_template_faults(Template(shown, text), Manner.of(said, fault=fault)):
            found.append(Finding(one.code, one.what, one.remedy, one.level, one.place, because=one.because))
    return found


def _of_policy(checked: CheckedFolder) -> list[Finding]:
    """What can be said of the policy without a customer."""
    if checked.policy is None:
        return []
    from makegood.policies.check import check_policy
    from makegood.policies.deciding import engine

    with engine() as columns:
        return [one.finding for one in check_policy(columns, checked.policy)]


def check(folder: Path) -> tuple[CheckedFolder, list[Finding]]:
    """Reads and checks a folder with its messages and the registered plug-ins; findings in the order of documents.

    Raises `NotFound` or `BadInput` when it is no folder of a recovery at all.
    """
    from makegood.cli.registered import plugins
    from makegood.core.render import compile_message
    from makegood.documents.folder import check_folder, read_folder

    read = read_folder(folder)
    placeholders: dict[str, set[str]] = {}
    of_messages: list[Finding] = []
    for file in (one for files in read.messages.values() for one in files.values()):
        message, found = compile_message(read.texts[file], read.shown(file))
        of_messages += found
        if message is not None:
            placeholders[file] = set(message.placeholders)
    checked = check_folder(read, plugins(), message_placeholders=placeholders)
    return checked, [*checked.findings, *of_messages]
