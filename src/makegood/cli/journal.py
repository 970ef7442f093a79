"""Evidence: read the journal, seal it, verify it."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from makegood.cli.output import as_json, show_findings, show_table, tell
from makegood.cli.who import acting, using_database

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ANCHOR = ("anchors", "seals.log")


def register(app: typer.Typer) -> None:
    app.command()(journal)
    app.command()(verify)
    app.command()(seal)


def journal(
    mistake: Annotated[str, typer.Option(help="Only this mistake.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The newest so many.")] = 50,
    brand: Annotated[str, typer.Option(help="Only this brand; with --mistake the one it belongs to (default).")] = "",
    in_json: Json = False,
) -> None:
    """List what was done, newest last."""
    with acting("read") as session:
        from makegood.mistakes.models import Mistake
        from makegood.mistakes.queries import access_mistake
        from makegood.people.lists import list_entries

        brands = [session.brand(brand)] if brand else session.brands()
        if mistake:
            mistakes = [access_mistake(mistake, brand=session.brand(brand or "default")).id]
        else:
            mistakes = list(Mistake.objects.filter(brand__in=brands).values_list("id", flat=True))
        entries = list_entries(brands, mistakes=mistakes, only_these=bool(mistake), limit=limit)
    if in_json:
        as_json([vars(entry) | {"facts": json.loads(entry.facts)} for entry in entries])
        return
    rows = ([e.at, e.actor or "Makegood", e.verb, e.subject, _facts(e.facts)] for e in entries)
    show_table(["when", "who", "what", "on", "with"], rows, empty="Nothing yet.")


def verify(in_json: Json = False) -> int:
    """Read every sealed row again: name each that was changed or is missing."""
    with using_database() as started:
        from makegood.journal.queries import verify as read_again

        verified = read_again(started.home.joinpath(*ANCHOR))
    if in_json:
        as_json(verified)
        return int(bool(verified.findings))
    show_findings(verified.findings)
    sums = f"{verified.rows:,} rows in {verified.seals:,} seals were read again; {verified.unsealed:,} not sealed yet."
    tell(sums)
    if verified.findings:
        tell(f"{len(verified.findings):,} not as they were.")
        return 1
    tell("All are as they were.")
    return 0


def seal(in_json: Json = False) -> None:
    """Seal what is not sealed yet; workers do it by themselves every few seconds."""
    with using_database() as started:
        from makegood.journal.actions import seal as add_seals

        rows = add_seals(started.home.joinpath(*ANCHOR))
    if in_json:
        as_json({"rows": rows})
    else:
        tell(f"{rows:,} rows sealed.")


def _facts(text: str) -> str:
    facts = json.loads(text)
    return ", ".join(f"{key} {value}" for key, value in facts.items() if not isinstance(value, dict | list))
