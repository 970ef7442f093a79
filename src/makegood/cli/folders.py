"""Recoveries as folders: write a starter, check one. Neither needs a database."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.output import as_json, show_findings, tell, tell_as_is
from makegood.kit.counting import counted
from makegood.kit.errors import Refused

if TYPE_CHECKING:
    from makegood.documents.folder import CheckedFolder
    from makegood.kit.errors import Finding


def register(app: typer.Typer) -> None:
    app.command()(init)
    app.command()(validate)


def init(
    folder: Annotated[
        Path, typer.Argument(help="A folder that does not exist yet, or an empty one.", metavar="FOLDER")
    ],
) -> None:
    """Write a commented, runnable recovery into FOLDER."""
    from makegood.config.postgres.layout import write_durably
    from makegood.documents.folder import starter

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(
            f"'{folder}' is not an empty folder.",
            remedy="Name one that does not exist yet; nothing was written.",
            code="not-empty",
        )
    texts = starter()
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, text)
        path.chmod(0o644)
    tell(f"Wrote {len(texts)} files. Change them to your own mistake, then run:")
    tell_as_is(f"    makegood validate {shlex.quote(str(folder))}")


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
        for one in list_template_faults(Template(shown, text), Manner.of(said, asks=False, fault=fault)):
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
