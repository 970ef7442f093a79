"""What stays on this machine and what people do by hand: outbox, ledger, tasks, letters, voucher codes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from makegood.cli.output import as_json, show_table, tell, tell_as_is
from makegood.cli.recovery import BrandSlug, Json, MistakeName, find_mistake, settle_now
from makegood.cli.who import acting
from makegood.kit.clock import now
from makegood.kit.counting import counted
from makegood.kit.errors import NotFound

Limit = Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")]
letters = typer.Typer(help="Letters: print a batch, say that it is posted.", no_args_is_help=True)
tasks = typer.Typer(help="Tasks that people do: list, finish, give up.", no_args_is_help=True)
vouchers = typer.Typer(help="Voucher codes: load a pool, see what is left.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    app.command()(outbox)
    app.command()(ledger)
    app.add_typer(tasks, name="tasks")
    app.add_typer(letters, name="letters")
    app.add_typer(vouchers, name="vouchers")


def outbox(
    mistake: MistakeName,
    brand: BrandSlug = "default",
    read: Annotated[int, typer.Option(help="Show this message whole.")] = 0,
    limit: Limit = 20,
    in_json: Json = False,
) -> None:
    """List messages that the local outbox caught.

    Nothing of them left this machine.
    """
    with acting("read") as session:
        from makegood.channels.queries import list_outbox

        messages = list_outbox(find_mistake(session, mistake, brand).public_id)
        if read:
            found = messages.filter(id=read).first()
            if found is None:
                raise NotFound(f"There is no message {read}.", remedy="List them without --read.", code="no-message")
            tell_as_is(f"To: {found.recipient}")
            tell_as_is(f"Subject: {found.subject}")
            tell()
            for line in found.text.splitlines():
                tell(line)
            return
        count, rows = messages.count(), list(messages[:limit])
    if in_json:
        as_json([{"id": m.id, "to": m.recipient, "subject": m.subject, "at": m.at, "channel": m.channel} for m in rows])
        return
    shown = ([m.id, m.recipient, m.subject, m.at] for m in rows)
    show_table(["no", "to", "subject", "at"], shown, whole=["at"], empty="Nothing is in the outbox.")
    if rows:
        tell(f"{counted(count, 'message')} in the outbox. Read one: --read {rows[0].id}")


def ledger(in_json: Json = False) -> None:
    """Show the ledger's accounts.

    Each transfer has two sides, so they sum to zero.
    """
    with acting("read"):
        from makegood.remedies.queries import list_balances

        balances = list_balances()
    if in_json:
        as_json([{"account": account, "balance": amount} for (account, _), amount in balances.items()])
        return
    shown = sorted(balances.items())
    show_table(["account", "balance"], ([account, amount] for (account, _), amount in shown[:50]))
    if len(shown) > 50:
        tell(f"and {len(shown) - 50:,} more accounts; --json lists all.")


@tasks.command("list")
def list_tasks(brand: BrandSlug = "default", limit: Limit = 50, in_json: Json = False) -> None:
    """List what people still have to do, oldest first."""
    with acting("read") as session:
        from makegood.channels.queries import list_open_tasks

        rows = list(list_open_tasks(session.brand(brand).slug)[:limit])
    if in_json:
        as_json([{"key": t.key, "kind": t.kind, "what": t.what, "since": t.made_at} for t in rows])
        return
    show_table(["key", "do", "what", "since"], ([t.key, t.kind, t.what, t.made_at] for t in rows), whole=["key"])


@tasks.command("done")
def done(
    key: Annotated[str, typer.Argument(help="The task's key.", metavar="KEY")],
    proof: Annotated[str, typer.Option(help="How one can see that it was done.")],
) -> None:
    """Say that a task was done, with its proof."""
    with acting("apply") as session:
        from makegood.channels.actions import finish_task

        finish_task(key, staff=session.person.id, proof=proof)
        settle_now()
    tell("Done, and settled with its proof.")


@tasks.command("cannot")
def cannot(
    key: Annotated[str, typer.Argument(help="The task's key.", metavar="KEY")],
    why: Annotated[str, typer.Option(help="Why it cannot be done.")],
) -> None:
    """Say that a task cannot be done; the customer needs another way."""
    with acting("apply") as session:
        from makegood.channels.actions import give_up_task

        give_up_task(key, staff=session.person.id, why=why)
        settle_now()
    tell("Noted. The customer is not accounted for until another way is found.")


@letters.command("print")
def print_letters(
    mistake: MistakeName,
    folder: Annotated[Path, typer.Option("--to", help="Where the PDF and the address list go.")] = Path(),
    brand: BrandSlug = "default",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="Letters in one batch.")] = 1_000,
) -> None:
    """Write waiting letters into one PDF with its list of addresses."""
    with acting("apply") as session:
        from makegood.channels.actions import print_batch

        found = find_mistake(session, mistake, brand)
        batch = print_batch(found.public_id, folder, staff=session.person.id, limit=limit)
    tell(f"{counted(batch.letters, 'letter')} in batch {batch.name}; {batch.waiting:,} still waiting.")
    for path in (batch.pdf, batch.addresses):
        tell_as_is(f"    {path}")
    tell("When they are in the post:")
    tell_as_is(f"    makegood letters posted {batch.name}")


@letters.command("posted")
def posted(batch: Annotated[str, typer.Argument(help="The batch's name.", metavar="BATCH")]) -> None:
    """Say that a batch is in the post: its customers are told."""
    with acting("apply") as session:
        from makegood.channels.actions import mark_posted

        count = mark_posted(batch, staff=session.person.id, at=now())
        settle_now()
    tell(f"{counted(count, 'letter')} in the post.")


@vouchers.command("load")
def load(
    pool: Annotated[str, typer.Argument(help="The pool's name.", metavar="POOL")],
    file: Annotated[Path, typer.Argument(help="CSV: code, amount, currency, expires_on.", metavar="FILE")],
    brand: BrandSlug = "default",
) -> int:
    """Load codes into a pool; codes known already are rejected."""
    with acting("draft") as session:
        from makegood.remedies.actions import load_vouchers

        loaded = load_vouchers(session.brand(brand).slug, pool, file, actor=session.person.id)
    tell(f"{counted(loaded.read, 'line')} read: {loaded.added:,} added, {len(loaded.rejected):,} rejected.")
    for row in loaded.rejected[:20]:
        tell(f"{file}:{row.line}: {row.reason} {row.remedy}", indent="    ", first="")
    return int(bool(loaded.rejected))


@vouchers.command("stock")
def stock(brand: BrandSlug = "default", in_json: Json = False) -> None:
    """Show what is left in each pool."""
    with acting("read") as session:
        from makegood.remedies.queries import list_stock

        rows = list_stock(session.brand(brand).slug)
    if in_json:
        as_json(rows)
        return
    shown = ([row.pool, row.worth, row.free, row.given, row.loaded] for row in rows)
    show_table(["pool", "worth", "free", "given", "loaded"], shown, right=["worth"], empty="No codes yet.")
