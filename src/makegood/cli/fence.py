"""Acts are fenced: why, and what to do; admit a home, lift the fence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.output import as_json, moment, progress, show_table, tell
from makegood.cli.who import Session, acting
from makegood.kit.counting import counted
from makegood.kit.errors import NotAllowed, UsageError

if TYPE_CHECKING:
    from makegood.acts.lift import Situation

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
fence = typer.Typer(name="fence", help="Whether acts may leave from here, and let them.")


def register(app: typer.Typer) -> None:
    app.add_typer(fence)
    app.command()(reconcile)


@fence.callback(invoke_without_command=True)
def shown(context: typer.Context, in_json: Json = False) -> None:
    if context.invoked_subcommand is None:
        show(in_json)


@fence.command()
def show(in_json: Json = False) -> None:
    """Show whether acts may leave from here.

    Why not and since when, what was under way, and which homes there are.
    """
    with acting("read"):
        from makegood.acts.lift import describe

        found = describe()
    if in_json:
        as_json(_plain(found))
        return
    standing = found.standing
    if standing.free:
        tell(f"Acts may leave from here (epoch {found.epoch}).")
    else:
        since = f" since {moment(found.since)}" if found.since else ""
        tell(f"Acts are fenced{since}: {standing.words}.")
        tell(standing.remedy)
    for one in found.under_way:
        tell(f"Under way: {counted(one.acts, 'act')} of plan {one.plan} of {one.mistake} by {one.provider}.")
    rows = ([one.host, one.path, one.admitted_at, one.heard_at, "this one" if one.here else ""] for one in found.homes)
    show_table(["host", "home", "admitted", "heard of", ""], rows, empty="No home has acted yet.")


@fence.command()
def admit() -> None:
    """Let this home act for the database too.

    A worker of another home must be running: it stands for the database being the newest one.
    """
    with acting("admin") as session:
        _check_admin(session)
        from makegood.acts.lift import admit_home

        admit_home(actor=session.person.id)
    tell("This home may act. Start its workers: makegood up")


@fence.command()
def lift(
    reason: Annotated[str, typer.Option(help="Why, in one sentence; it is kept in the journal.")],
    as_it_is: Annotated[
        bool,
        typer.Option("--as-it-is", help="You know that this database is the newest and that no copy of it acts."),
    ] = False,
) -> None:
    """Let acts leave again, after it was found out what had been sent."""
    with acting("admin") as session:
        _check_admin(session)
        from makegood.acts.lift import lift_fence

        lift_fence(actor=session.person.id, reason=reason, as_it_is=as_it_is)
    tell("Acts may leave again. Workers go on by themselves; plans go on where they were.")


def reconcile(
    release: Annotated[bool, typer.Option("--release", help="Lift the fence right after.")] = False,
    reason: Annotated[str, typer.Option(help="Why it is lifted, in one sentence; kept in the journal.")] = "",
    in_json: Json = False,
) -> None:
    """Find out what was sent after the backup. Sends nothing.

    Asks for each act that is still to be done whether it was done already.

    Interrupted, the same command goes on.
    """
    if release and not reason:
        raise UsageError("Lifting the fence needs a reason.", remedy="Add --reason '…'.", code="no-release-reason")
    with acting("admin") as session:
        _check_admin(session)
        import asyncio

        from makegood.acts.lift import lift_fence
        from makegood.acts.reconcile import reconcile as find_out

        with progress("Reconcile") as advance:
            found = asyncio.run(find_out(actor=session.person.id, told=advance))
        if release:
            lift_fence(actor=session.person.id, reason=reason)
    if in_json:
        as_json({**vars(found), "released": release})
        return
    tell(f"{counted(found.found, 'act')} had been done and {'is' if found.found == 1 else 'are'} recorded.")
    tell(f"{counted(found.absent, 'act')} had not been done, or may be repeated: free to be sent.")
    if found.doubtful:
        tell(f"{counted(found.doubtful, 'act')}: nobody can say. See them: makegood unknown MISTAKE")
    tell("Acts may leave again." if release else "Let them leave: makegood fence lift --reason '…'")


def _check_admin(session: Session) -> None:
    if not session.brands():
        raise NotAllowed(
            f"{session.person.name} may not do that to this installation.",
            remedy="Ask someone who is an admin, with a token that allows 'admin'.",
            code="not-admin",
        )


def _plain(found: Situation) -> dict[str, object]:
    standing = found.standing
    return {
        "free": standing.free,
        "reason": standing.reason,
        "words": standing.words,
        "remedy": "" if standing.free else standing.remedy,
        "since": found.since,
        "reconciled_at": found.reconciled_at,
        "epoch": found.epoch,
        "under_way": found.under_way,
        "homes": found.homes,
    }
