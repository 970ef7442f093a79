"""What providers said later: where they say it, how much it was, and what fits no act."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from makegood.cli.output import as_json, show_table, tell, tell_as_is
from makegood.cli.recovery import BrandSlug, Json
from makegood.cli.who import acting
from makegood.kit.counting import counted


def register(app: typer.Typer) -> None:
    app.command()(notices)


def notices(
    brand: BrandSlug = "default",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many that fit no act.")] = 20,
    in_json: Json = False,
) -> None:
    """Show what providers said later, and where they say it.

    What fits no act was done at the provider by hand.
    """
    with acting("read") as session:
        from makegood.notices.queries import count_notices, list_hooks, list_unmatched

        found = session.brand(brand)
        where = os.environ.get("MAKEGOOD_URL", "").rstrip("/")
        hooks = {name: f"{where}{path}" for name, path in list_hooks(found).items()}
        counts, strange = count_notices(found.id), list_unmatched(found.id, limit=limit)
    if in_json:
        as_json({"hooks": hooks, "counts": counts, "unmatched": strange})
        return
    for name, address in hooks.items():
        tell(f"The provider of '{name}' says it to:")
        tell_as_is(f"    {address}")
    if hooks and not where:
        tell("MAKEGOOD_URL is not set: put the address of this installation before it.")
    said = ", ".join(f"{count:,} {says}" for says, count in sorted(counts.items()))
    tell(f"Said so far: {said}." if said else "Nothing was said yet.")
    if strange:
        tell(f"{counted(len(strange), 'notice fits', 'notices fit')} no act: somebody acted at the provider by hand.")
        rows = ([one.said_at, one.says, one.reference or one.key or one.event, one.code] for one in strange)
        show_table(["said at", "says", "of", "code"], rows, whole=["said at"])
