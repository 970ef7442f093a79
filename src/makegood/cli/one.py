"""One customer in two minutes: ask, draft, show, act."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.applying import carry_out
from makegood.cli.mistakes import balance_json, show_balance
from makegood.cli.output import as_json, complain, tell, tell_as_is
from makegood.cli.recovery import BrandSlug, Json, find_mistake, settle_now
from makegood.cli.who import Session, acting
from makegood.kit.errors import BadInput, Refused
from makegood.kit.money import Money

if TYPE_CHECKING:
    from makegood.desk.actions import Drafted
    from makegood.desk.case import Case

_ASK = (
    ("name", "Who is the customer (name)?"),
    ("email", "E-mail address (empty if none)?"),
    ("what", "What happened, as you would tell them?"),
    ("impact", "What did it mean to them (empty if not known)?"),
    ("wish", "What did they ask for (empty if nothing)?"),
    ("refund", "Give back, such as 'USD 12.50' (empty if nothing was taken)?"),
    ("fixed", "What have you put right already (empty if nothing)?"),
    ("todo", "What will be done still (empty if nothing)?"),
    ("credit", "Credit for the trouble, such as 'USD 5' (empty if none)?"),
)


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
    brand: BrandSlug = "default",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; act.")] = False,
    in_json: Json = False,
) -> int:
    """Put one customer right. Asks for what is missing; nothing happens before you say yes."""
    given = {
        "name": name, "email": email, "phone": phone, "post": post, "key": customer, "what": what, "impact": impact,
        "wish": wish, "refund": refund, "fixed": fixed, "todo": do, "credit": credit, "by": by, "language": language,
    }  # fmt: skip
    asking = sys.stdin.isatty() and not (yes or in_json)
    answers = _ask(given) if asking and not (name and what) else given
    with acting("draft") as session:
        from makegood.desk.actions import approve_one, draft_one, drop_one

        found = find_mistake(session, mistake, brand) if mistake else None
        drafted = draft_one(_case(answers), brand=session.brand(brand), person=session.person, mistake=found)
        if drafted.blocking:
            raise Refused(
                "This cannot be carried out.", remedy="Solve it.", findings=tuple(drafted.blocking), code="plan-blocked"
            )
        if not in_json:
            _show(drafted)
        if not yes and not _confirmed(asking):
            drop_one(drafted, session.person)
            tell("Nothing was done.")
            return 1
        approved = approve_one(drafted, session.person)
        return _ended(session, drafted, approved is not None, in_json=in_json)


def _ask(given: dict[str, str]) -> dict[str, str]:
    answers = dict(given)
    for field, question in _ASK:
        if not answers[field]:
            answers[field] = typer.prompt(question, default="", show_default=False).strip()
        if field == "email" and not answers["email"] and not answers["phone"] and not answers["post"]:
            answers["post"] = typer.prompt("Postal address, lines separated by commas?", default="", show_default=False)
        if field == "todo" and answers["todo"] and not answers["by"]:
            answers["by"] = typer.prompt("By when (2026-01-31)?").strip()
    return answers


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
        refund=Money.parse(answers["refund"]) if answers["refund"] else None,
        credit=Money.parse(answers["credit"]) if answers["credit"] else None,
        by=_day(answers["by"]) if answers["by"] else None,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"'{text}' is not a date.", remedy="Write it as 2026-01-31.", code="bad-date") from error


def _show(drafted: Drafted) -> None:
    if drafted.words is not None:
        tell_as_is(f"To: {drafted.case.name} <{drafted.case.email or drafted.case.phone or 'by letter'}>")
        tell_as_is(f"Subject: {drafted.words.subject}")
        tell()
        for line in drafted.words.text.splitlines():
            tell(line)
        tell()
    sums = ", ".join(str(Money(minor, currency)) for currency, minor in drafted.plan.summary["sums"].items())
    tell(f"Plan {drafted.plan.number}: {drafted.plan.acts} acts{f', {sums}' if sums else ''}.")


def _confirmed(asking: bool) -> bool:
    if not asking:
        complain("Nobody can be asked here.", where=None, remedy="Add --yes to act without asking.")
        return False
    return bool(typer.confirm("Do exactly this?"))


def _ended(session: Session, drafted: Drafted, approved: bool, *, in_json: bool) -> int:
    from makegood.balance.queries import get_balance
    from makegood.desk.actions import finish_fixed

    plan = drafted.plan
    slug = plan.mistake.slug
    if not approved:
        waits: dict[str, Any] = {"plan": plan.number, "mistake": slug, "state": "waits", "digest": plan.digest}
        if in_json:
            as_json(waits)
        else:
            tell("This is above your own limits: it waits for another person.")
            tell_as_is(f"    makegood approve {slug} {plan.number} --digest {plan.digest[:12]}")
            tell_as_is(f"    makegood apply {slug} {plan.number}")
        return 0
    ended = carry_out(plan)
    finish_fixed(drafted, session.person)
    settle_now()
    balance = get_balance(plan.mistake)
    if in_json:
        as_json({"plan": plan.number, "state": ended.state, "rule": "standing"} | balance_json(balance))
        return 0
    tell(f"Done, approved by the standing rule within the limits of {session.person.name}.")
    tell()
    show_balance(balance)
    return 0
