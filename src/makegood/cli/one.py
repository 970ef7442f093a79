"""One customer in two minutes: ask, draft, show, act."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.applying import carry_out
from makegood.cli.mistakes import balance_json, show_balance
from makegood.cli.output import as_json, complain, show_findings, tell, tell_as_is
from makegood.cli.recovery import BrandSlug, Json, find_mistake, settle_now
from makegood.cli.who import Session, acting
from makegood.kit.errors import BadInput, MakegoodError, Place, Refused, UsageError
from makegood.kit.money import Money

if TYPE_CHECKING:
    from makegood.desk.actions import Drafted
    from makegood.desk.case import Case

# A question that is skipped by an empty answer says so; the others are asked until they are answered.
_FIRST = (
    ("name", "Who is the customer (name)?"),
    ("what", "What happened, as you would tell them?"),
)
_CONTACTS = (
    ("email", "E-mail address (empty if none)?"),
    ("post", "Postal address, lines separated by commas (empty if none)?"),
    ("phone", "Phone number (empty if none)?"),
)
_THEIRS = (
    ("impact", "What did it mean to them (empty if not known)?"),
    ("wish", "What did they ask for (empty if nothing)?"),
)
_RIGHT = (
    ("refund", "Give back, such as 'USD 12.50' (empty if nothing was taken)?"),
    ("fixed", "What have you put right already (empty if nothing)?"),
    ("todo", "What will a person still do (empty if nothing)?"),
)
_CREDIT = "Credit for the trouble, such as 'USD 5' (empty if none)?"


def register(app: typer.Typer) -> None:
    app.command()(one)


def one(
    name: Annotated[str, typer.Option(help="Who: the customer's name.")] = "",
    email: Annotated[str, typer.Option(help="Their e-mail address.")] = "",
    phone: Annotated[str, typer.Option(help="Their phone number, if there is no e-mail.")] = "",
    post: Annotated[str, typer.Option(help="Their postal address, lines separated by commas.")] = "",
    customer: Annotated[str, typer.Option(help="Your own number of this customer.")] = "",
    what: Annotated[str, typer.Option(help="What happened, as you would tell them.")] = "",
    impact: Annotated[str, typer.Option(help="What it meant to them.")] = "",
    wish: Annotated[str, typer.Option(help="What they asked for.")] = "",
    refund: Annotated[str, typer.Option(help="Give back what the mistake took: 'USD 12.50'.")] = "",
    fixed: Annotated[str, typer.Option(help="What has been put right already.")] = "",
    do: Annotated[str, typer.Option(help="What a person will do still; needs --by.")] = "",
    credit: Annotated[str, typer.Option(help="Credit for the trouble: 'USD 5'.")] = "",
    by: Annotated[str, typer.Option(help="By when, a date: 2026-01-31.")] = "",
    mistake: Annotated[str, typer.Option(help="A mistake that is open already.")] = "",
    language: Annotated[str, typer.Option(help="Their language, such as en or de.")] = "",
    because: Annotated[str, typer.Option(help="Why a warning about the words may stay.")] = "",
    brand: BrandSlug = "default",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; act.")] = False,
    in_json: Json = False,
) -> int:
    """Put one customer right, in two minutes.

    Asks for what is missing, shows the message, and does nothing before you say yes. Within your own limits it acts at
    once; above them it waits for another person.
    """
    given = {
        "name": name, "email": email, "phone": phone, "post": post, "key": customer, "what": what, "impact": impact,
        "wish": wish, "refund": refund, "fixed": fixed, "todo": do, "credit": credit, "by": by, "language": language,
    }  # fmt: skip
    if in_json and not yes:
        raise UsageError("Nobody can be asked in JSON.", remedy="Add --yes to act without asking.", code="yes-needed")
    asking = sys.stdin.isatty() and not yes
    case = _case(_ask(given) if asking and not (name and what) else given)
    case.check()
    with acting("draft") as session:
        from makegood.desk.actions import approve_one, draft_one

        found = find_mistake(session, mistake, brand) if mistake else None
        drafted = draft_one(case, brand=session.brand(brand), person=session.person, mistake=found)
        if drafted.blocking:
            raise Refused(
                "This cannot be carried out.", remedy="Solve it.", findings=tuple(drafted.blocking), code="plan-blocked"
            )
        if not in_json:
            _show(drafted)
        _explain(session, drafted, because, asking=asking)
        if not yes and not _confirmed(session, drafted, asking=asking):
            return 1
        approved = approve_one(drafted, session.person)
        return _ended(session, drafted, approved is not None, in_json=in_json)


def _ask(given: dict[str, str]) -> dict[str, str]:
    """Asks for what was not given. A wrong amount or date is asked again at once: nobody types nine answers twice."""
    answers = dict(given)
    for field, question in _FIRST:
        answers[field] = answers[field] or _answer(question, needed=True)
    _ask_one_of(answers, _CONTACTS, "Without an address nobody can tell them.")
    for field, question in _THEIRS:
        answers[field] = answers[field] or _answer(question)
    _ask_one_of(answers, _RIGHT, "Words alone put nothing right: one of these three is needed.", all_of_them=True)
    if answers["todo"] and not answers["by"]:
        answers["by"] = _answer("By when, such as 2026-01-31?", needed=True, check=_day)
    answers["credit"] = answers["credit"] or _answer(_CREDIT, check=Money.parse)
    return answers


def _ask_one_of(
    answers: dict[str, str], questions: tuple[tuple[str, str], ...], why: str, *, all_of_them: bool = False
) -> None:
    while True:
        for field, question in questions:
            known = any(answers[other] for other, _ in questions)
            if not answers[field] and (all_of_them or not known):
                answers[field] = _answer(question, check=Money.parse if field == "refund" else None)
        if any(answers[field] for field, _ in questions):
            return
        tell(why)


def _answer(question: str, *, needed: bool = False, check: Callable[[str], object] | None = None) -> str:
    while True:
        text = str(typer.prompt(question, default="", show_default=False)).strip()
        try:
            if text and check is not None:
                check(text)
            if text or not needed:
                return text
        except MakegoodError as error:
            tell(f"{error.what} {error.remedy}")


def _case(answers: dict[str, str]) -> Case:
    from makegood.desk.case import Case

    case = Case(
        name=answers["name"],
        what=answers["what"],
        key=answers["key"],
        email=answers["email"],
        phone=answers["phone"],
        post="\n".join(part.strip() for part in answers["post"].split(",") if part.strip()),
        language=answers["language"],
        impact=answers["impact"],
        wish=answers["wish"],
        todo=answers["todo"],
        fixed=answers["fixed"],
    )
    return replace(
        case,
        refund=_amount("--refund", answers["refund"]),
        credit=_amount("--credit", answers["credit"]),
        by=_day(answers["by"]) if answers["by"] else None,
    )


def _amount(flag: str, text: str) -> Money | None:
    try:
        return Money.parse(text) if text else None
    except MakegoodError as error:
        raise BadInput(error.what, remedy=error.remedy, place=Place(flag), code=error.code) from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            f"'{text}' is not a date.", remedy="Write it as 2026-01-31.", place=Place("--by"), code="bad-date"
        ) from error


def _show(drafted: Drafted) -> None:
    case = drafted.case
    if drafted.words is not None:
        tell_as_is(f"To: {case.name} <{case.email}>" if case.email else f"To: {case.name}")
        tell_as_is(f"Subject: {drafted.words.subject}")
        tell()
        for line in drafted.words.text.splitlines():
            tell(line)
        tell()
    does = [f"{case.refund} back"] if case.refund else []
    does += [f"{case.credit} for the trouble"] if case.credit else []
    does += ["a task for a person"] if case.todo else []
    does.append(f"this message {_WAYS[case.channels[0]]}")
    tell(f"Plan {drafted.plan.number} of {drafted.plan.mistake.slug}: {', '.join(does)}.")


def _explain(session: Session, drafted: Drafted, because: str, *, asking: bool) -> None:
    """Warnings about the words need a reason. Raises `Refused`, and drops the draft, where there is none."""
    from makegood.desk.actions import drop_one, explain_one

    if not drafted.warnings:
        return
    if asking and not because:
        show_findings(drafted.warnings)
        because = _answer("Why may this stay (empty to stop and say it otherwise)?")
    if because:
        explain_one(drafted, because, session.person)
        return
    drop_one(drafted, session.person)
    raise Refused(
        "The words of this message need a recorded reason.",
        remedy="Say it otherwise, or say why it is right: --because.",
        findings=tuple(drafted.warnings),
        code="warnings-open",
    )


_WAYS = {"email": "by e-mail", "letter": "as a letter", "task": "by phone"}


def _confirmed(session: Session, drafted: Drafted, *, asking: bool) -> bool:
    """Whether the person said yes; otherwise the draft is dropped, also when they leave by Ctrl-C."""
    from makegood.desk.actions import drop_one

    wanted = False
    try:
        if asking:
            wanted = bool(typer.confirm("Do exactly this?"))
        else:
            complain("Nobody can be asked here.", where=None, remedy="Add --yes to act without asking.")
    finally:
        if not wanted:
            drop_one(drafted, session.person)
    if not wanted:
        tell("Nothing was done: nothing is sent, nothing is paid. What happened stays noted; to try again, add:")
        tell_as_is(f"    --mistake {drafted.plan.mistake.slug}")
    return wanted


def _ended(session: Session, drafted: Drafted, approved: bool, *, in_json: bool) -> int:
    from makegood.balance.counted import read_balance
    from makegood.desk.actions import finish_fixed

    plan = drafted.plan
    slug = plan.mistake.slug
    if not approved:
        waits: dict[str, Any] = {"plan": plan.number, "mistake": slug, "state": "waits", "digest": plan.digest}
        if in_json:
            as_json(waits)
        else:
            tell("You may not approve this alone. It waits; nothing is sent or paid yet. Another person approves it:")
            tell_as_is(f"    makegood approve {slug} {plan.number} --digest {plan.digest[:12]}")
            tell("Then you carry it out:")
            tell_as_is(f"    makegood apply {slug} {plan.number}")
        return 0
    ended = carry_out(plan)
    finish_fixed(drafted, session.person)
    settle_now()
    balance = read_balance(plan.mistake)
    if in_json:
        as_json(balance_json(balance) | {"plan": plan.number, "state": ended.state, "rule": "standing"})
        return 0
    tell(f"Done, approved by the standing rule within the limits of {session.person.name}.")
    tell()
    show_balance(balance)
    tell("Look at it:")
    tell_as_is(f"    makegood outbox {slug}")
    tell_as_is("    makegood ledger")
    return 0
