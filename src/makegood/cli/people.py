"""Who works here: people, their roles, limits and tokens."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from makegood.cli.output import as_json, money, show_table, tell, tell_as_is
from makegood.cli.who import acting
from makegood.kit.clock import iso

people = typer.Typer(name="people", help="Who works here: people, their roles, limits and tokens.")
BrandName = Annotated[str, typer.Option("--brand", help="The brand's short name.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    app.add_typer(people, rich_help_panel=None)


@people.callback(invoke_without_command=True)
def listed(context: typer.Context, brand: BrandName = "default", in_json: Json = False) -> None:
    if context.invoked_subcommand is None:
        list_(brand, in_json)


@people.command("list")
def list_(brand: BrandName = "default", in_json: Json = False) -> None:
    """List people with roles and limits."""
    with acting("read") as session:
        from makegood.people.lists import list_members

        members = list_members(session.brand(brand))
    if in_json:
        as_json(members)
        return
    show_table(["name", "e-mail", "roles"], ([m.name, m.email, ", ".join(m.roles)] for m in members))
    heads = ["may approve", "an act", "a day", "30 days", "a mistake"]
    rows = [
        [
            member.name,
            *(money(minor, one.currency) for minor in (one.per_act, one.per_day, one.per_30_days, one.per_mistake)),
        ]
        for member in members
        for one in member.limits
    ]
    if rows:
        tell()
        show_table(heads, rows, right=heads[1:])


@people.command()
def add(
    name: Annotated[str, typer.Option(help="The person's name.")],
    email: Annotated[str, typer.Option(help="Their work address; it names them.")],
    role: Annotated[
        list[str], typer.Option(help="reporter, agent, lead, approver, admin or auditor; may be repeated.")
    ],
    limit: Annotated[
        list[str] | None,
        typer.Option(help="'USD 1000' a mistake, or 'USD act=50 day=250 month=1000'; one for each currency."),
    ] = None,
    brand: BrandName = "default",
    in_json: Json = False,
) -> None:
    """Add a person, or roles and limits; shows a token once."""
    with acting("admin") as session:
        from makegood.people.actions import add_person, parse_limits

        place = session.brand(brand)
        limits = parse_limits(limit or [])
        staff, token = add_person(name, email, brand=place, roles=role, actor=session.person.id, limits=limits)
    if in_json:
        as_json({"name": staff.name, "email": staff.email, "roles": sorted(set(role)), "token": token})
        return
    if not token:
        tell(f"{staff.name} works in '{place.slug}' now as {', '.join(sorted(set(role)))}, with the token they have.")
        return
    tell(f"{staff.name} works in '{brand}' now as {', '.join(sorted(set(role)))}. The token is shown this once:")
    tell_as_is(f"    {token}")
    tell("They keep it in a file that only they can read and name that with MAKEGOOD_TOKEN_FILE.")


@people.command()
def address(email: Annotated[str, typer.Argument(help="Your work address.")], in_json: Json = False) -> None:
    """Say your own address, once.

    The first start cannot know it. Tests of messages go there.
    """
    with acting("read") as session:
        from makegood.people.actions import set_own_address

        kept = set_own_address(session.person.id, email)
    if in_json:
        as_json({"name": session.person.name, "email": kept})
        return
    tell(f"You are {session.person.name}, {kept}. Tests of messages go there: makegood preview … --to-me.")


@people.command()
def link(
    email: Annotated[str, typer.Argument(help="Who is to choose a password.")],
    brand: BrandName = "default",
    in_json: Json = False,
) -> None:
    """Make a link that lets a person into the pages, once."""
    with acting("admin") as session:
        from makegood.config.address import join_address
        from makegood.people.joining import LINK_HOURS, invite
        from makegood.people.lists import get_member

        place = session.brand(brand)
        staff = get_member(place, email)
        secret, ends = invite(staff, brand=place, actor=session.person.id)
        where = join_address(os.environ, secret)
    if in_json:
        as_json({"name": staff.name, "email": staff.email, "link": where, "ends": iso(ends)})
        return
    tell(
        f"With this {staff.name} chooses a password. It works once, within {LINK_HOURS} hours, and is shown this once:"
    )
    tell_as_is(f"    {where}")


@people.command()
def revoke(
    email: Annotated[str, typer.Argument(help="Whose tokens.")],
    brand: BrandName = "default",
) -> None:
    """Revoke all tokens of a person, at once."""
    with acting("admin") as session:
        from makegood.people.actions import revoke_tokens
        from makegood.people.lists import get_member

        staff = get_member(session.brand(brand), email)
        count = revoke_tokens(staff, actor=session.person.id)
    tell(f"{count} token{'' if count == 1 else 's'} of {staff.name} revoked.")


@people.command()
def renew() -> None:
    """Make yourself a new token; yours ends within a day."""
    with acting("read") as session:
        from makegood.cli.who import find_token, keep_token
        from makegood.people.actions import renew_token

        old = find_token()
        token = renew_token(old, actor=session.person.id)
        kept = keep_token(old, token)
    if kept:
        tell(f"The new token is in {kept}; it is valid for 90 days.")
        return
    tell("The new token is valid for 90 days and shown this once:")
    tell_as_is(f"    {token}")
