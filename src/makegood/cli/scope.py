"""Who is affected: load a version, list versions, list what was rejected."""

from __future__ import annotations

import shlex
from typing import Annotated, Any

import typer

from makegood.cli.output import as_json, show_table, tell, tell_as_is
from makegood.cli.recovery import BrandSlug, FolderPath, Json, MistakeName, find_mistake, push, step_by_step
from makegood.cli.who import acting
from makegood.kit.counting import counted
from makegood.kit.errors import BadInput
from makegood.kit.money import Money

Limit = Annotated[int, typer.Option(min=1, max=100_000, help="At most so many.")]


def register(app: typer.Typer) -> None:
    app.command()(scope)
    app.command()(rejections)


def scope(folder: FolderPath, in_json: Json = False) -> None:
    """Load who is affected from FOLDER's sources as a new version."""
    with acting("draft") as session:
        from makegood.scopes.load import Request, load_scope
        from makegood.scopes.queries import newest_scope, scope_delta

        pushed = push(session, folder)
        if pushed.checked.scope is None:
            blocking = tuple(finding for finding in pushed.checked.findings if finding.blocking)
            what = "Who is affected cannot be read yet."
            raise BadInput(what, remedy="Solve what stands below.", findings=blocking, code="documents-blocked")
        before = newest_scope(pushed.mistake)
        loaded = load_scope(
            Request(
                mistake=pushed.mistake,
                mapping=pushed.checked.scope,
                folder=pushed.checked.folder,
                root=folder,
                revisions={name: revision.id for name, revision in pushed.revisions.items()},
                actor=session.person.id,
            ),
            progress=step_by_step,
        )
        delta = scope_delta(before, loaded) if before else None
    shown: dict[str, Any] = {"version": loaded.version, "digest": loaded.digest, **loaded.counts}
    if in_json:
        as_json(shown | {"delta": delta})
        return
    _show_counts(loaded.version, loaded.counts, mistake=pushed.mistake.slug)
    if delta is not None:
        tell(f"Against version {delta.old}: {delta.new:,} new, {delta.changed:,} changed, {delta.gone:,} gone.")
    playbook = pushed.checked.playbook
    stage = next(iter(playbook.stages), "STAGE") if playbook else "STAGE"
    tell("Next: read what they would get, then compute the first stage:")
    tell_as_is(f"    makegood preview {shlex.quote(str(folder))}")
    tell_as_is(f"    makegood plan {shlex.quote(str(folder))} --stage {stage}")


def rejections(mistake: MistakeName, brand: BrandSlug = "default", limit: Limit = 50, in_json: Json = False) -> None:
    """List rows of the newest scope that could not be used."""
    with acting("read") as session:
        from makegood.scopes.models import RejectedRow
        from makegood.scopes.queries import newest_scope

        found = newest_scope(find_mistake(session, mistake, brand))
        rows = list(RejectedRow.objects.filter(scope=found).order_by("source", "line", "id")[:limit])
    if in_json:
        as_json(
            [
                {"source": r.source, "line": r.line, "column": r.column, "reason": r.reason, "remedy": r.remedy}
                for r in rows
            ]
        )
        return
    heads = ["source", "line", "column", "why", "remedy"]
    show_table(heads, ([r.source, r.line, r.column, r.reason, r.remedy] for r in rows), empty="None were rejected.")


def _show_counts(version: int, counts: dict[str, Any], *, mistake: str) -> None:
    tell(f"Scope version {version}: {counted(counts['affected'], 'customer')} affected.")
    merged, rejected, nobody = counts["merged"], counts["rejected"], counts["nobody"]
    tell(
        f"{counted(counts['read'], 'row')} read = {counts['affected']:,} affected + {merged:,} merged"
        f" + {rejected:,} rejected + {nobody:,} nobody known."
    )
    for name, currency, minor in counts["nobody_sums"]:
        if minor:
            tell(f"Nobody known holds {Money(minor, currency)} of '{name}'.")
    tell(
        f"Reachable: {counts['with_email']:,} by e-mail, {counts['with_post']:,} by post, {counts['with_phone']:,} by"
        f" phone; {counts['unreachable']:,} not at all."
    )
    if rejected:
        tell_as_is(f"See them: makegood rejections {mistake}")
