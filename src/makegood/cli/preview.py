"""A message as a real customer would get it: read it, open its page, or send it to yourself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.output import as_json, show_findings, show_table, tell, tell_as_is
from makegood.cli.recovery import FolderPath, Json, read_moment, step_by_step
from makegood.cli.who import Session, acting
from makegood.kit.errors import BadInput, NotFound, Refused, UsageError

if TYPE_CHECKING:
    from makegood.acts.preview import Shown
    from makegood.acts.testmail import Sent
    from makegood.core.playbook import Playbook, Step
    from makegood.documents.folder import CheckedFolder
    from makegood.mistakes.models import Mistake
    from makegood.plans.preview import Choice


def register(app: typer.Typer) -> None:
    app.command()(preview)


def preview(
    folder: FolderPath,
    message: Annotated[
        str, typer.Argument(help="A step or a message; without it they are listed.", metavar="MESSAGE")
    ] = "",
    customer: Annotated[str, typer.Option(help="The customer's key; without it the first who gets it.")] = "",
    longest: Annotated[bool, typer.Option("--longest", help="The customer with the longest name.")] = False,
    smallest: Annotated[bool, typer.Option("--smallest", help="The customer with the smallest amount.")] = False,
    by: Annotated[str, typer.Option(help="The channel: email, letter, …; the customer's own if absent.")] = "",
    as_of: Annotated[str, typer.Option(help="The moment to count from, ISO 8601 with zone; now if absent.")] = "",
    html: Annotated[Path | None, typer.Option(help="Write the page of the mail into this file.")] = None,
    to_me: Annotated[bool, typer.Option("--to-me", help="Send it to your own address, marked as a test.")] = False,
    in_json: Json = False,
) -> None:
    """Show a message as a real customer would get it.

    Of the newest scope, by the words in FOLDER now, written as sending writes it. Nobody is told by it.
    """
    if sum((bool(customer), longest, smallest)) > 1:
        what = "Only one of --customer, --longest and --smallest can be."
        raise UsageError(what, remedy="Leave the others out.", code="usage")
    with acting("read") as session:
        from makegood.acts.preview import show
        from makegood.plans.draft import Wanted
        from makegood.plans.preview import preview as compute

        checked, mistake = _read(session, folder)
        assert checked.playbook is not None  # noqa: S101 - _read looked
        steps = _steps(checked.playbook)
        if not message:
            _list(steps, folder, in_json=in_json)
            return
        stage, step = _find(steps, message)
        wanted = Wanted(mistake, checked, {}, stage, session.person.id, as_of=read_moment(as_of))
        choice = _choice(customer, longest, smallest)
        found = compute(wanted, step, choice, step_by_step)
        shown = show(found, by=by)
        if html is not None:
            _write(html, shown)
        sent = _send(session, shown, by) if to_me else None
    if in_json:
        as_json(_json(shown) | ({"sent": sent} if sent else {}))
        return
    if sent is None:
        _tell(shown)
    else:
        tell(f"Sent to {sent.to} by '{sent.by}', as {found.key} ({found.choice.why}) would get it:")
        tell_as_is(f"    {sent.subject}")
    if html is not None:
        tell(f"Its page is in {html}.")


def _choice(customer: str, longest: bool, smallest: bool) -> Choice:
    from makegood.plans.preview import Choice

    if customer:
        return Choice("key", customer)
    return Choice("longest" if longest else "smallest" if smallest else "first")


def _read(session: Session, folder: Path) -> tuple[CheckedFolder, Mistake]:
    """The folder as it is now over its mistake in the database, whose row is not written."""
    from makegood.cli.folders import check
    from makegood.documents.actions import read_base
    from makegood.mistakes.actions import fields_of
    from makegood.mistakes.queries import access_mistake

    checked, findings = check(folder)
    if checked.mistake is None or checked.scope is None or checked.playbook is None:
        blocking = tuple(finding for finding in findings if finding.blocking)
        what = "The recovery cannot be read."
        raise BadInput(what, remedy="Solve what stands below.", findings=blocking, code="documents-blocked")
    brand = session.brand(checked.mistake.brand)
    nobody = Refused(
        "Nobody is known to be affected yet.", remedy=f"Load them: makegood scope {folder}", code="no-scope"
    )
    try:
        mistake = access_mistake(checked.mistake.slug, brand=brand)
    except NotFound as error:
        raise nobody from error
    if read_base(folder, mistake.slug) is None:  # another folder's mistake of the same name
        raise nobody
    for name, value in fields_of(checked.mistake).items():
        setattr(mistake, name, value)
    return checked, mistake


def _steps(playbook: Playbook) -> list[tuple[str, Step]]:
    """Stage and step of everything that says something."""
    return [(stage.name, step) for stage in playbook.stages.values() for step in stage.steps if step.message]


def _list(steps: list[tuple[str, Step]], folder: Path, *, in_json: bool) -> None:
    rows = [(stage, step.id, step.message, ", ".join(step.channels)) for stage, step in steps]
    if in_json:
        as_json([dict(zip(("stage", "step", "message", "by"), row, strict=True)) for row in rows])
        return
    show_table(["stage", "step", "message", "by"], rows, empty="The playbook says nothing to anybody.")
    if rows:
        tell("Look at one:")
        tell_as_is(f"    makegood preview {folder} {rows[0][1]}")


def _find(steps: list[tuple[str, Step]], name: str) -> tuple[str, Step]:
    """By the step's name, else by the message's, of which the first step counts."""
    found = [one for one in steps if one[1].id == name] or [one for one in steps if one[1].message == name]
    if not found:
        known = ", ".join(step.id for _, step in steps) or "none"
        raise NotFound(f"No step says '{name}'.", remedy=f"Steps that say something: {known}.", code="no-step")
    return found[0]


def _send(session: Session, shown: Shown, by: str) -> Sent:
    from makegood.acts.testmail import send_test

    session.brand(shown.found.settings["mistake"]["brand"], "draft")
    return send_test(shown.found, session.person, by=by)


def _write(path: Path, shown: Shown) -> None:
    if not shown.mail:
        what = f"This customer gets it by '{shown.provider}', which has no page."
        raise Refused(what, remedy="Choose one who gets a mail, or a channel that is one: --by.", code="no-page")
    try:
        path.write_text(shown.words.html, encoding="utf-8")
    except OSError as error:
        what = f"'{path}' cannot be written: {error.strerror}."
        raise Refused(what, remedy="Name another file.", code="file-error") from error


def _tell(shown: Shown) -> None:
    found = shown.found
    tell(f"{found.step} of stage {found.stage}, by {shown.provider}, to {found.key}: {found.choice.why}.")
    tell()
    for head, value in _heads(shown):
        tell(f"{head}: {value}", indent="    ", first="")
    tell()
    for line in _text(shown).splitlines():
        tell(line)
    tell()
    for one in _open(shown):
        tell(one, first="- ", indent="  ")
    if found.findings:
        tell("What the check says of this message:")
        show_findings(found.findings)
    else:
        tell("The check finds nothing in this message.")


def _heads(shown: Shown) -> list[tuple[str, str]]:
    if shown.mail:
        headers = shown.headers
        return [(name, str(headers[name])) for name in ("From", "To", "Reply-To", "Subject") if headers[name]]
    destination = shown.envelope.destination
    lines = [shown.settings.get("letterhead", ""), destination.get(shown.fact, "")]
    return [
        *(("From", ", ".join(one.splitlines())) for one in lines[:1] if one),
        ("To", ", ".join([destination.get("name", ""), *lines[1].splitlines()]).strip(", ")),
        ("Subject", shown.words.subject),
    ]


def _text(shown: Shown) -> str:
    """Of a mail what stands in it; of paper and calls the words."""
    body = shown.headers.get_body(("plain",)) if shown.mail else None
    return str(body.get_content()) if body is not None else shown.words.text


def _open(shown: Shown) -> list[str]:
    """What is not known yet, then which facts stand in brackets."""
    missing = [f"Missing, and shown in brackets: {', '.join(shown.gaps)}."] if shown.gaps else []
    return [*shown.found.unknown, *missing]


def _json(shown: Shown) -> dict[str, Any]:
    found = shown.found
    return {
        "stage": found.stage,
        "step": found.step,
        "message": found.message.name,
        "file": found.file,
        "language": shown.words.locale,
        "scope": found.version,
        "customer": found.key,
        "chosen": found.choice.why,
        "by": shown.provider,
        "head": {name.lower(): value for name, value in _heads(shown)},
        "text": _text(shown),
        "html": shown.words.html if shown.mail else "",
        "amounts": found.amounts,
        "complete": not shown.gaps,
        "unknown": _open(shown),
        "findings": found.findings,
    }
