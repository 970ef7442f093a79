"""How the fix goes on: news for the next update, and that the mistake is fixed."""

from __future__ import annotations

from typing import Annotated

import typer

from makegood.cli.output import as_json, show_table, tell
from makegood.cli.recovery import BrandSlug, Json, MistakeName, find_mistake
from makegood.cli.who import acting


def register(app: typer.Typer) -> None:
    app.command()(news)
    app.command()(fixed)


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
