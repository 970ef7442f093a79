"""Money to bank accounts: export a file, prove that the bank has it, say what came back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.output import as_json, show_table, tell, tell_as_is
from makegood.cli.recovery import BrandSlug, Json, settle_now
from makegood.cli.who import acting
from makegood.kit.clock import now
from makegood.kit.counting import counted
from makegood.kit.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

    from makegood.remedies.payout_actions import Exported

FileName = Annotated[str, typer.Argument(help="The file's name, such as pay-7k2p9xwq.", metavar="FILE")]
Folder = Annotated[Path, typer.Option("--to", help="The folder where the file goes.")]
payouts = typer.Typer(help="Payouts by a file for the bank: export, hand over, returned.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.add_typer(payouts, name="payouts")


@payouts.command("list")
def list_files(brand: BrandSlug = "default", in_json: Json = False) -> None:
    """List what waits for a file, and the files there are."""
    with acting("read") as session:
        from makegood.remedies.queries import list_payout_files, list_payouts_waiting

        slug = session.brand(brand).slug
        waiting, files = list_payouts_waiting(slug), list_payout_files(slug)
    lines = [
        {
            "file": one.name,
            "lines": one.lines,
            "minor": one.minor,
            "currency": one.currency,
            "on": one.on,
            "digest": one.digest,
            "exported_at": one.exported_at,
            "handed_over_at": one.handed_at,
            "reference": one.reference,
        }
        for one in files
    ]
    if in_json:
        as_json({"waiting": waiting, "files": lines})
        return
    for part in waiting:
        tell(f"{counted(part.lines, 'payout')} of {part.total} from {part.payer} wait for a file.")
    rows = ([one.name, one.lines, one.minor, one.currency, one.on, one.reference or "not yet"] for one in files)
    heads = ["file", "lines", "minor units", "currency", "pays on", "handed over as"]
    show_table(heads, rows, right=["lines", "minor units"], whole=["file"], empty="No file yet.")


@payouts.command("export")
def export(
    connection: Annotated[str, typer.Argument(help="The connection that pays.", metavar="CONNECTION")],
    folder: Folder = Path(),
    brand: BrandSlug = "default",
    on: Annotated[str, typer.Option(help="The day when the bank shall pay, 2026-12-31; tomorrow if not said.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Lines in one file.")] = 10_000,
    in_json: Json = False,
) -> None:
    """Write waiting payouts into one file for the bank.

    SEPA or CSV, as the connection says. Each line is in one file only, ever.
    """
    day = _day(on)
    with acting("apply") as session:
        from makegood.remedies.payout_actions import export_payouts

        done = export_payouts(session.brand(brand), connection, folder, staff=session.person.id, on=day, limit=limit)
    if in_json:
        as_json(done)
        return
    _show(done)
    tell("When the bank has it, another person says so:")
    tell_as_is(f"    makegood payouts handed-over {done.name} --reference REFERENCE")


@payouts.command("write")
def write(name: FileName, folder: Folder = Path(), brand: BrandSlug = "default") -> None:
    """Write a file again, byte for byte. Never hand it over twice."""
    with acting("apply") as session:
        from makegood.remedies.payout_actions import write_payouts

        done = write_payouts(name, folder, brand=session.brand(brand))
    _show(done)


@payouts.command("handed-over")
def handed_over(
    name: FileName,
    reference: Annotated[str, typer.Option(help="The bank's reference of the file.")],
    brand: BrandSlug = "default",
) -> None:
    """Say that the bank has a file: its customers are paid."""
    with acting("apply") as session:
        from makegood.remedies.payout_actions import hand_over_payouts

        count = hand_over_payouts(name, brand=session.brand(brand), staff=session.person.id, reference=reference)
        settle_now()
    tell(f"{counted(count, 'payout')} handed over.")


@payouts.command("returned")
def returned(
    key: Annotated[str, typer.Argument(help="The act's key, or the reference on the statement.", metavar="KEY")],
    code: Annotated[str, typer.Option(help="The bank's code, such as AC04.")],
    brand: BrandSlug = "default",
) -> None:
    """Say that the bank sent one transfer back.

    The customer is not paid and needs another way.
    """
    with acting("apply") as session:
        from makegood.remedies.payout_actions import return_payout

        return_payout(key, brand=session.brand(brand), staff=session.person.id, code=code)
        settle_now()
    tell("Noted. The customer is not paid.")


def _show(done: Exported) -> None:
    tell(f"{counted(done.lines, 'payout')}, {done.total}, to be paid on {done.on}; {done.waiting:,} still waiting.")
    tell_as_is(f"    {done.path}")
    tell_as_is(f"    sha256 {done.digest}")


def _day(text: str) -> date:
    from datetime import date

    if not text:
        return now().date() + timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"'{text}' is not a day.", remedy="Write it as 2026-12-31.", code="bad-day") from error
