"""Addresses that no mail goes to: kept as digests, so that they can be asked about but never read out."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from makegood.cli.output import as_json, show_table, tell
from makegood.cli.who import acting
from makegood.kit.clock import iso
from makegood.kit.errors import BadInput

suppressed = typer.Typer(name="suppress", help="Addresses that no mail goes to.")
Address = Annotated[str, typer.Argument(help="The e-mail address; - reads it from standard input.")]
BrandName = Annotated[str, typer.Option("--brand", help="The brand's short name.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_WORDS = {
    "bounced": "mail came back for ever",
    "complained": "the recipient called a mail spam",
    "asked": "the customer asked to be left alone",
    "by-hand": "added by hand",
}


def register(app: typer.Typer) -> None:
    app.add_typer(suppressed)


@suppressed.callback(invoke_without_command=True)
def listed(context: typer.Context, brand: BrandName = "default", in_json: Json = False) -> None:
    if context.invoked_subcommand is None:
        list_(brand, in_json=in_json)


@suppressed.command()
def add(
    address: Annotated[str, typer.Argument(help="The e-mail address; - reads many from standard input, one a line.")],
    reason: Annotated[str, typer.Option(help="asked, bounced, complained or by-hand.")] = "asked",
    brand: BrandName = "default",
) -> None:
    """No mail goes to this address any more. What was planned already is stopped before it is sent."""
    from typing import get_args

    with acting("report") as session:
        from makegood.channels.suppression import Reason, suppress

        known = {str(one): one for one in get_args(Reason)}
        if reason not in known:
            raise BadInput(f"'{reason}' is not a reason.", remedy=f"Say one of: {', '.join(known)}.", code="no-reason")
        given = sys.stdin.read().split() if address == "-" else [address]
        new = suppress(session.brand(brand), given, reason=known[reason], actor=session.person.id)
    tell(f"{new} of {len(given)} addresses are new on the list; no mail goes to any of them.")


@suppressed.command()
def remove(address: Address, brand: BrandName = "default") -> None:
    """Mail may go to this address again."""
    with acting("admin") as session:
        from makegood.channels.suppression import lift

        lift(session.brand(brand), _one(address), actor=session.person.id)
    tell("It is off the list: mail that is planned from now on goes there.")


@suppressed.command()
def check(address: Address, brand: BrandName = "default", in_json: Json = False) -> None:
    """Say whether mail goes to an address, and why not."""
    with acting("read") as session:
        from makegood.channels.suppression import find_suppression

        found = find_suppression(session.brand(brand), _one(address))
    if in_json:
        said = {"reason": found.reason, "since": iso(found.since), "source": found.source} if found else {}
        as_json({"suppressed": found is not None, **said})
    elif found is None:
        tell("Mail goes to this address.")
    else:
        tell(f"No mail goes there since {found.since:%Y-%m-%d %H:%M} UTC: {_WORDS[found.reason]} ({found.source}).")


@suppressed.command("list")
def list_(brand: BrandName = "default", limit: int = 100, in_json: Json = False) -> None:
    """Count the list by reason and show its newest lines.

    The addresses themselves are not kept.
    """
    with acting("read") as session:
        from makegood.channels.suppression import list_suppressions

        counts, rows = list_suppressions(session.brand(brand), limit=limit)
    if in_json:
        newest = [{"digest": r.digest, "reason": r.reason, "source": r.source, "since": iso(r.since)} for r in rows]
        as_json({"counts": counts, "newest": newest})
        return
    lines = ([r.digest[:16], _WORDS[r.reason], r.source, f"{r.since:%Y-%m-%d %H:%M}"] for r in rows)
    show_table(["digest", "reason", "source", "since (UTC)"], lines, empty="Nobody: mail goes to every address.")


def _one(address: str) -> str:
    return sys.stdin.readline().strip() if address == "-" else address
