"""Backup and restore: everything this installation is, in one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from makegood.cli.output import as_json, patiently, progress, show_findings, tell, tell_as_is
from makegood.cli.who import using_database

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def register(app: typer.Typer) -> None:
    app.command()(backup)
    app.command()(restore)


def backup(
    target: Annotated[Path, typer.Argument(help="The folder in which backups lie.", metavar="TARGET")],
    keep: Annotated[int | None, typer.Option(min=1, help="Keep so many, drop older ones.")] = None,
    plain: Annotated[bool, typer.Option("--without-encryption", help="No passphrase; everybody can read it.")] = False,
    in_json: Json = False,
) -> None:
    """Back up database, keys and files, sealed with a passphrase.

    Into a new folder below TARGET.

    The passphrase is that of MAKEGOOD_BACKUP_PASSPHRASE or its _FILE.
    """
    with using_database() as started:
        from makegood.config.backup import make_backup

        with progress("Backup") as advance, patiently() as say:
            made = make_backup(target, started.home, plain=plain, keep=keep, advance=advance, say=say)
    if in_json:
        as_json({"path": made.path, "size": made.size, "dropped": made.dropped, "manifest": made.manifest})
        return
    tell(f"Backup made: {made.size / 1e6:,.1f} MB, epoch {made.manifest['epoch']}.")
    tell_as_is(f"    {made.path}")
    if made.dropped:
        tell(f"Dropped: {', '.join(made.dropped)}.")
    if plain:
        tell("It is not sealed: whoever has it has every customer's address and every key.", to_stderr=True)


def restore(
    source: Annotated[Path, typer.Argument(help="A backup, or the folder in which they lie.", metavar="SOURCE")],
    erasures: Annotated[
        Path | None, typer.Option(help="anchors/erasures.log of the original: who was erased since is erased again.")
    ] = None,
    in_json: Json = False,
) -> int:
    """Put a backup back and prove it.

    Into an empty home, or the empty database of DATABASE_URL.

    Acts are fenced then: nothing leaves before 'makegood reconcile' and 'makegood fence lift'.
    """
    from makegood.config.restore import restore_backup

    with progress("Restore") as advance, patiently() as say:
        done = restore_backup(source, erasures=erasures, advance=advance, say=say)
    blocking = any(finding.blocking for finding in done.findings)
    if in_json:
        as_json({"home": done.home, "source": done.source, "erased": done.erased, "findings": done.findings})
        return int(blocking)
    tell(f"Restored from the backup of {done.manifest['made_at']} into {done.home}.")
    if done.erased:
        tell(f"Erased again: {done.erased}.")
    show_findings(done.findings)
    if not done.findings:
        tell("Everything is as it was: rows, seals, anchors, keys, and what must always hold.")
    tell("Acts are fenced. Find out what was sent since: makegood reconcile")
    return int(blocking)
