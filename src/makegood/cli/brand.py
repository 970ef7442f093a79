"""Brands: whose name customers know, and where mail comes from."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from makegood.cli.output import as_json, show_table, tell
from makegood.cli.who import acting
from makegood.kit.errors import BadInput

brands = typer.Typer(name="brand", help="Brands: whose name customers know, and where mail comes from.")
Slug = Annotated[str, typer.Argument(help="The brand's short name.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_HOURS = {"h": 1, "hours": 1, "hour": 1, "d": 24, "days": 24, "day": 24}


def register(app: typer.Typer) -> None:
    app.add_typer(brands)


@brands.callback(invoke_without_command=True)
def listed(context: typer.Context, in_json: Json = False) -> None:
    if context.invoked_subcommand is None:
        list_(in_json)


@brands.command("list")
def list_(in_json: Json = False) -> None:
    """List the brands you work for."""
    with acting("read") as session:
        found = session.brands()
    if in_json:
        as_json([_as_json(brand) for brand in found])
        return
    heads = ["brand", "legal name", "sender", "reply to", "zone", "solo"]
    show_table(heads, ([b.slug, b.legal_name, b.sender_email, b.reply_to, b.zone, _solo(b)] for b in found))


@brands.command()
def add(
    slug: Slug,
    legal_name: Annotated[str, typer.Option(help="The name customers know.")],
    sender: Annotated[str, typer.Option(help="The address mail comes from.")] = "",
    zone: Annotated[str, typer.Option(help="Time zone, such as Europe/Berlin.")] = "UTC",
    like: Annotated[str, typer.Option(help="The brand whose roles and limits you keep in the new one.")] = "default",
) -> None:
    """Add a brand; your roles and limits come from another."""
    with acting("admin") as session:
        from makegood.people.actions import open_brand

        open_brand(
            slug,
            legal_name=legal_name,
            like=session.brand(like),
            actor=session.person.id,
            settings={"sender_email": sender, "zone": zone},
        )
    tell(f"The brand '{slug}' is there. Give it a letterhead: makegood brand set {slug} --postal '…'.")


@brands.command("set")
def set_(
    slug: Slug,
    legal_name: Annotated[str | None, typer.Option(help="The name customers know.")] = None,
    sender: Annotated[str | None, typer.Option(help="The address mail comes from.")] = None,
    sender_name: Annotated[str | None, typer.Option(help="Whom mail comes from, best a person.")] = None,
    reply_to: Annotated[str | None, typer.Option(help="Where answers go; '' for the sender.")] = None,
    postal: Annotated[list[str] | None, typer.Option(help="A line of the letterhead; repeat for each line.")] = None,
    zone: Annotated[str | None, typer.Option(help="Time zone, such as Europe/Berlin.")] = None,
) -> None:
    """Change a brand; what is not named stays."""
    wanted = {
        "legal_name": legal_name,
        "sender_email": sender,
        "sender_name": sender_name,
        "reply_to": reply_to,
        "postal": "\n".join(postal) if postal is not None else None,
        "zone": zone,
    }
    settings = {name: value for name, value in wanted.items() if value is not None}
    if not settings:
        raise BadInput("Nothing to change was named.", remedy="See: makegood brand set --help", code="nothing-named")
    with acting("admin") as session:
        from makegood.people.actions import set_brand

        set_brand(session.brand(slug), settings, actor=session.person.id)
    tell(f"'{slug}' is changed.")


@brands.command()
def solo(
    slug: Slug,
    wait: Annotated[str, typer.Argument(help="How long, such as 24h or 2d; or off.")],
) -> None:
    """Let a waiting time replace the second person."""
    length = _wait(wait)
    with acting("admin") as session:
        from makegood.people.actions import set_solo

        set_solo(session.brand(slug), wait=length, actor=session.person.id)
    tell(f"'{slug}': a second person is needed." if length is None else f"'{slug}': {wait} replace a second person.")


def _wait(text: str) -> timedelta | None:
    if text == "off":
        return None
    number, unit = text.rstrip("abcdefghijklmnopqrstuvwxyz ").strip(), text.lstrip("0123456789 ").strip()
    if not number.isdecimal() or unit not in _HOURS or not int(number):
        raise BadInput(f"'{text}' is not a waiting time.", remedy="Write for example 24h, 2d or off.", code="bad-wait")
    return timedelta(hours=int(number) * _HOURS[unit])


def _solo(brand: object) -> str:
    from makegood.kit.clock import spoken

    wait = getattr(brand, "solo_wait", None)
    return f"after {spoken(wait)}" if wait else ""


def _as_json(brand: object) -> dict[str, object]:
    names = ("slug", "legal_name", "sender_name", "sender_email", "reply_to", "postal", "zone", "solo_wait")
    return {name: getattr(brand, name) for name in names}
