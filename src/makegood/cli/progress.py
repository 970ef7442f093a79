"""How the fix goes on: news for the next update, that it is fixed, and what prevents it from now on."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from makegood.cli.output import as_json, show_table, tell
from makegood.cli.recovery import BrandSlug, Json, MistakeName, find_mistake
from makegood.cli.who import acting
from makegood.kit.errors import BadInput

prevention = typer.Typer(help="What prevents it next time: record, finish, list.", no_args_is_help=True)
PreventionName = Annotated[str, typer.Argument(help="A short name, such as second-key.", metavar="NAME")]


def register(app: typer.Typer) -> None:
    app.command()(news)
    app.command()(fixed)
    app.command()(again)
    app.add_typer(prevention, name="prevention")


def news(
    mistake: MistakeName,
    text: Annotated[str, typer.Argument(help="What is new; without it, list.", metavar="[TEXT]")] = "",
    brand: BrandSlug = "default",
    in_json: Json = False,
) -> None:
    """Record what is new about the fix.

    The next update tells it, once another person has approved that plan.
    """
    with acting("draft" if text else "read") as session:
        from makegood.mistakes.actions import add_news
        from makegood.mistakes.queries import list_news

        found = find_mistake(session, mistake, brand)
        if text:
            added = [add_news(found, text, actor=session.person.id)]
        else:
            added = list_news(found)
    if in_json:
        as_json([{"news": one.id, "at": one.at, "text": one.text} for one in added])
    elif text:
        tell("Recorded. The next update tells it: plan its stage, and have that approved.")
    else:
        show_table(["at", "news"], ([one.at, one.text] for one in added), whole=["at"], empty="No news yet.")


def fixed(
    mistake: MistakeName,
    not_yet: Annotated[bool, typer.Option("--not-yet", help="It turned out that it is not.")] = False,
    brand: BrandSlug = "default",
    in_json: Json = False,
) -> None:
    """Record that the mistake itself is fixed.

    Updates end; what customers are owed is not touched.
    """
    with acting("apply") as session:
        from makegood.mistakes.actions import set_fixed

        found = find_mistake(session, mistake, brand)
        set_fixed(found, actor=session.person.id, fixed=not not_yet)
    if in_json:
        as_json({"mistake": found.slug, "fixed": not not_yet})
        return
    tell(f"Not fixed yet: {found.title}" if not_yet else f"Fixed: {found.title} Its updates have ended.")


def again(
    mistake: MistakeName,
    customer: Annotated[str, typer.Argument(help="The customer's key, as in the source.", metavar="CUSTOMER")],
    because: Annotated[str, typer.Option(help="What they said, or what failed, in one sentence.")],
    withdraw: Annotated[bool, typer.Option("--withdraw", help="They were put right after all.")] = False,
    brand: BrandSlug = "default",
) -> None:
    """Record that a customer was not put right at first.

    A stage with attempt: 2 takes them up.
    """
    with acting("draft") as session:
        from makegood.plans.again import not_put_right

        found = find_mistake(session, mistake, brand)
        not_put_right(found, customer, reason=because, actor=session.person.id, withdrawn=withdraw)
    tell(f"Put right after all: {customer}." if withdraw else f"On the list for a second attempt: {customer}.")


@prevention.command("add")
def add(
    mistake: MistakeName,
    name: PreventionName,
    what: Annotated[str, typer.Option(help="What will be done, in one sentence.")],
    owner: Annotated[str, typer.Option(help="Who sees to it.")],
    due: Annotated[str, typer.Option(help="By which day: 2026-01-31.")],
    brand: BrandSlug = "default",
) -> None:
    """Record what will be done so that it does not happen again."""
    with acting("draft") as session:
        from makegood.mistakes.preventing import Wanted, add_prevention

        wanted = Wanted(name, what, owner, _day(due))
        added = add_prevention(find_mistake(session, mistake, brand), wanted, actor=session.person.id)
    tell(f"Recorded: {added.name}, {added.owner}, due {added.due:%Y-%m-%d}.")


@prevention.command("done")
def done(
    mistake: MistakeName,
    name: PreventionName,
    not_yet: Annotated[bool, typer.Option("--not-yet", help="It turned out that it is not.")] = False,
    brand: BrandSlug = "default",
) -> None:
    """Record that it is finished: now customers can be told."""
    with acting("draft") as session:
        from makegood.mistakes.preventing import finish_prevention

        found = find_mistake(session, mistake, brand)
        finish_prevention(found, name, actor=session.person.id, finished=not not_yet)
    tell(f"Not finished yet: {name}." if not_yet else f"Finished: {name}. Plan the stage that says so.")


@prevention.command("list")
def list_(mistake: MistakeName, brand: BrandSlug = "default", in_json: Json = False) -> None:
    """List what prevents it, finished or not."""
    with acting("read") as session:
        from makegood.mistakes.queries import list_preventions

        found = list_preventions(find_mistake(session, mistake, brand))
    if in_json:
        keys = ("name", "text", "owner", "due", "done_at")
        as_json([{key: getattr(one, key) for key in keys} for one in found])
        return
    rows = ([one.name, one.owner, f"{one.due:%Y-%m-%d}", one.done_at or "open", one.text] for one in found)
    show_table(["name", "owner", "due", "done", "what"], rows, whole=["due"], empty="None recorded yet.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"'{text}' is not a day.", remedy="Write it as 2026-01-31.", code="bad-date") from error
