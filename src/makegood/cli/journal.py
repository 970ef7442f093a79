"""Evidence: read the journal, seal it, verify it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from makegood.cli.output import as_json, show_findings, show_table, tell, tell_as_is
from makegood.cli.who import acting, using_database

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ANCHOR = ("anchors", "seals.log")


def register(app: typer.Typer) -> None:
    app.command()(journal)
    app.command()(evidence)
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
    rows = ([f"{e.at:%Y-%m-%d %H:%M}", e.verb, e.subject, e.actor or "Makegood", _facts(e.facts)] for e in entries)
    heads = ["when (UTC)", "what", "on", "who", "with"]
    show_table(heads, rows, whole=heads[:2], empty="Nothing yet.")


def verify(
    pack: Annotated[Path | None, typer.Argument(help="An evidence pack to check instead.", metavar="[PACK]")] = None,
    in_json: Json = False,
) -> int:
    """Read every sealed row again and name what was changed."""
    if pack is not None:
        return _verify_pack(pack, in_json=in_json)
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


def _verify_pack(pack: Path, *, in_json: bool) -> int:
    """Needs no database: everything stands in the pack."""
    from makegood.balance.evidence import verify_pack

    findings = verify_pack(pack)
    if in_json:
        as_json({"pack": pack, "findings": findings})
    else:
        show_findings(findings)
        tell(
            f"{len(findings):,} things in this pack are not as they were."
            if findings
            else "The pack is whole and true."
        )
    return int(bool(findings))


def evidence(
    mistake: Annotated[str, typer.Argument(help="The mistake: its slug, id or folder.", metavar="MISTAKE")],
    to: Annotated[Path, typer.Option(help="A new folder, or a file that ends in .zip.")],
    brand: Annotated[str, typer.Option(help="The brand it belongs to.")] = "default",
    personal: Annotated[bool, typer.Option("--personal", help="Also say who the customers are.")] = False,
    in_json: Json = False,
) -> None:
    """Write everything about one mistake, to be checked outside."""
    with acting("read") as session:
        from makegood.balance.evidence import write_pack
        from makegood.cli.recovery import find_mistake, step_by_step

        found = find_mistake(session, mistake, brand)
        anchor = session.home.joinpath(*ANCHOR)
        pack = write_pack(found, to, actor=session.person.id, anchor=anchor, personal=personal, progress=step_by_step)
    if in_json:
        as_json(pack)
        return
    tell(f"{pack.files:,} files with {pack.rows:,} rows in {pack.path}; its digest is:")
    tell_as_is(pack.digest)
    show_findings(pack.findings)
    tell_as_is(f"    makegood verify {pack.path}")


def seal(in_json: Json = False) -> None:
    """Seal what is not sealed yet, as workers do all the time."""
    with using_database() as started:
        from makegood.journal.actions import seal as add_seals

        rows = add_seals(started.home.joinpath(*ANCHOR))
    if in_json:
        as_json({"rows": rows})
    else:
        tell(f"{rows:,} rows sealed.")


def _facts(text: str) -> str:
    facts = json.loads(text)
    return ", ".join(f"{key} {_short(value)}" for key, value in facts.items() if not isinstance(value, dict | list))


def _short(value: object) -> str:
    """A digest is told apart by its first letters; the whole one is in the JSON."""
    text = str(value)
    return text[:12] if len(text) == 64 and text.isalnum() else text
