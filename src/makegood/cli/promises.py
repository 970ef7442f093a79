"""What was promised by when, by messages and by people: list it, give one's word, and say what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.output import as_json, show_table, tell
from makegood.cli.recovery import BrandSlug, Json, MistakeName, find_mistake
from makegood.cli.who import acting
from makegood.kit.clock import iso
from makegood.kit.clock import zone as known_zone
from makegood.kit.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from makegood.plans.promising import DueStep
    from makegood.promises.models import Promise
    from makegood.promises.queries import Listed

promise = typer.Typer(help="A promise: give one, keep, pause, release, answer.", no_args_is_help=True)
Number = Annotated[int, typer.Argument(help="Its number: makegood promises.", metavar="NUMBER")]
Because = Annotated[str, typer.Option(help="Why, in one sentence.")]


def register(app: typer.Typer) -> None:
    app.command()(promises)
    app.add_typer(promise, name="promise")


def promises(
    mistake: Annotated[
        str, typer.Argument(help="The mistake: its slug, id or folder; all if absent.", metavar="[MISTAKE]")
    ] = "",
    late: Annotated[bool, typer.Option("--late", help="Only what is late or missed and unanswered.")] = False,
    ended: Annotated[bool, typer.Option("--ended", help="Also what was kept or released.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many on a page.")] = 50,
    page: Annotated[int, typer.Option(min=1, help="Which page.")] = 1,
    brand: BrandSlug = "default",
    in_json: Json = False,
) -> None:
    """List what was promised, the earliest moment first."""
    with acting("read") as session:
        from makegood.plans.promising import list_due_steps
        from makegood.promises.queries import list_promises

        found = find_mistake(session, mistake, brand) if mistake else None
        of = found.brand if found else session.brand(brand)
        listed = list_promises(of, found, late=late, ended=ended, limit=limit, page=page)
        steps = list_due_steps(found.id) if found and not late and page == 1 else []
    if in_json:
        shown = [_json(one) for one in listed.rows]
        as_json({"promises": shown, "acts": [_fields(one) for one in steps], "more": listed.more})
        return
    _show(listed.rows, with_mistake=found is None)
    if listed.more:
        tell(f"There are more: --page {page + 1}")
    if steps:
        tell()
        _show_steps(steps)


@promise.command("add")
def add(
    mistake: MistakeName,
    what: Annotated[str, typer.Option(help="What you promise, in one sentence.")],
    by: Annotated[str, typer.Option(help='By when: "2026-12-08 14:00", "2 business days at close".')],
    customer: Annotated[str, typer.Option(help="To whom: the customer's key, as in the source.")] = "",
    owner: Annotated[str, typer.Option(help="Who keeps it: their address; yourself if absent.")] = "",
    missed: Annotated[str, typer.Option(help="Who hears of it once it is missed.")] = "",
    zone: Annotated[str, typer.Option(help="The customer's zone, such as Europe/Berlin.")] = "",
    brand: BrandSlug = "default",
    in_json: Json = False,
) -> None:
    """Give your word: what will be done, and by when."""
    with acting("draft") as session:
        from makegood.documents.queries import newest_calendars
        from makegood.promises.actions import Word, add_promise
        from makegood.promises.queries import find_by_key

        found = find_mistake(session, mistake, brand)
        word = Word(
            what=what,
            by=by,
            owner=_staff(found.brand_id, owner) if owner else session.person.id,
            told=_staff(found.brand_id, missed) if missed else None,
            customer=find_by_key(found.brand, customer) if customer else None,
            zone=known_zone(zone).key if zone else "",
        )
        made = add_promise(found, word, actor=session.person.id, calendars=newest_calendars(found))
    _tell(made, f"Promise {made.id} is yours to keep", in_json=in_json)


@promise.command("kept")
def kept(
    number: Number,
    how: Annotated[str, typer.Option(help="How, in one sentence.")] = "",
    brand: BrandSlug = "default",
    in_json: Json = False,
) -> None:
    """Say that it is kept, in time or late."""
    with acting("draft") as session:
        from makegood.promises.actions import keep_promise

        done = keep_promise(number, session.brand(brand), actor=session.person.id, how=how)
    late = done.ended_at is not None and done.ended_at > done.due_at
    _tell_state(done, f"Promise {number} is kept{', late' if late else ''}.", in_json=in_json)


@promise.command("pause")
def pause(number: Number, because: Because, brand: BrandSlug = "default", in_json: Json = False) -> None:
    """Stop its clock, for a reason.

    Only before its moment: what is late is answered.
    """
    with acting("draft") as session:
        from makegood.promises.actions import pause_promise

        held = pause_promise(number, session.brand(brand), actor=session.person.id, because=because)
    sentence = f"Promise {number} is paused. Its clock goes on with: makegood promise resume {number}"
    _tell_state(held, sentence, in_json=in_json)


@promise.command("resume")
def resume(number: Number, brand: BrandSlug = "default", in_json: Json = False) -> None:
    """Let its clock go on, with the time that was left."""
    with acting("draft") as session:
        from makegood.documents.queries import newest_calendars
        from makegood.promises.actions import resume_promise
        from makegood.promises.queries import mistake_of

        of = session.brand(brand)
        calendars = newest_calendars(mistake_of(number, of))
        on = resume_promise(number, of, actor=session.person.id, calendars=calendars)
    _tell(on, f"Promise {number} goes on", in_json=in_json)


@promise.command("release")
def release(number: Number, because: Because, brand: BrandSlug = "default", in_json: Json = False) -> None:
    """Say that it is owed no longer, for a reason."""
    with acting("apply") as session:
        from makegood.promises.actions import release_promise

        done = release_promise(number, session.brand(brand), actor=session.person.id, because=because)
    _tell_state(done, f"Promise {number} is released.", in_json=in_json)


@promise.command("answer")
def answer(number: Number, because: Because, brand: BrandSlug = "default", in_json: Json = False) -> None:
    """Say what became of a late or missed promise.

    It stays unkept, and keeps the mistake from closing no longer.
    """
    with acting("apply") as session:
        from makegood.promises.actions import answer_promise

        said = answer_promise(number, session.brand(brand), actor=session.person.id, because=because)
    _tell_state(said, f"Promise {number} is answered. It counts as not kept.", in_json=in_json)


def show_standing(counts: Mapping[str, int], late: Sequence[Listed]) -> None:
    """A line of how a mistake's promises stand, and one for each that is late or missed and waits for a word."""
    if counts:
        told = ", ".join(f"{count:,} {standing}" for standing, count in counts.items())
        tell(f"Promises: {told}. See: makegood promises.")
    for one in late:
        heard = f", escalated to {one.told}" if one.told and one.standing == "missed" else ""
        due = f"due {_local(one)} ({one.zone})"
        tell(f"{one.standing.upper()}: promise {one.id} of {one.owner}, {due}{heard}: {one.what}")


def _show(rows: Sequence[Listed], *, with_mistake: bool) -> None:
    heads = ["no", "due", "is", "owner", *(["mistake"] if with_mistake else []), "for", "what"]
    show_table(
        heads,
        (
            [
                str(one.id),
                _local(one),
                one.standing,
                one.owner,
                *([one.mistake] if with_mistake else []),
                _for(one),
                _what(one),
            ]
            for one in rows
        ),
        whole=["due", "no"],
        empty="Nothing is promised that waits for anything.",
    )
    zones = {one.zone for one in rows}
    if zones:
        tell(f"Times are those of {zones.pop()}." if len(zones) == 1 else "Times are those of each one promised.")


def _show_steps(steps: Sequence[DueStep]) -> None:
    tell("What acts are due by:")
    rows = ([one.step, one.stage, one.due, one.open, one.acts] for one in steps)
    show_table(["step", "stage", "due", "open", "of"], rows, whole=["due"])


def _local(one: Listed) -> str:
    return f"{one.local:%Y-%m-%d %H:%M}"


def _for(one: Listed) -> str:
    return one.customer or (f"{one.customers:,} readers" if one.customers != 1 else "1 reader" if one.plan else "")


def _what(one: Listed) -> str:
    until = f" (the last by {one.last.astimezone(one.local.tzinfo):%Y-%m-%d})" if one.last else ""
    carried = f" Kept by the acts of {', '.join(one.carried)}." if one.carried else ""
    reason = f" [{one.reason}]" if one.reason and one.standing in ("paused", "answered", "released") else ""
    return f"{one.what}{until}{carried}{reason}"


def _json(one: Listed) -> dict[str, Any]:
    return {
        **_fields(one),
        "due": iso(one.due),
        "local": one.local.isoformat(),
        "last": iso(one.last) if one.last else None,
    }


def _fields(row: Listed | DueStep) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}


def _tell(one: Promise, sentence: str, *, in_json: bool) -> None:
    from zoneinfo import ZoneInfo

    local = one.due_at.astimezone(ZoneInfo(one.zone))
    if in_json:
        as_json({"promise": one.id, "due": iso(one.due_at), "local": local.isoformat(), "zone": one.zone})
        return
    tell(f"{sentence}, by {local:%A %Y-%m-%d %H:%M} ({one.zone}).")


def _tell_state(one: Promise, sentence: str, *, in_json: bool) -> None:
    if in_json:
        as_json({"promise": one.id, "state": one.state, "reason": one.reason})
        return
    tell(sentence)


def _staff(brand: int, email: str) -> int:
    from makegood.people.queries import find_staff

    staff = find_staff(brand, email=email)
    if staff is None:
        what = f"'{email}' is no member of staff in this brand."
        raise NotFound(what, remedy="See who is: makegood people.", code="unknown-owner")
    return staff
