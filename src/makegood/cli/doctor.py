"""Is this installation well, and where does it keep its things?"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.output import as_json, show_findings, show_table, tell
from makegood.cli.who import using_database
from makegood.kit.clock import spoken
from makegood.kit.counting import counted
from makegood.kit.errors import Finding

if TYPE_CHECKING:
    from makegood.config.start import Started

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Deep = Annotated[bool, typer.Option("--deep", help="Read every act, attempt and seal as well.")]
FreeSpace = Annotated[bool, typer.Option("--free-space", help="First delete the room that was kept for a full disk.")]
OLDEST = 14  # PostgreSQL's major version
LATE = 60  # seconds without a sign of life of any worker
OLD_BACKUP = 2 * 86_400  # seconds
APART = 5.0  # seconds between this clock and the database's


@dataclass(frozen=True)
class Look:
    """One thing looked at: what it is, what was seen, and what is wrong with it."""

    what: str
    seen: str
    findings: tuple[Finding, ...] = ()


def register(app: typer.Typer) -> None:
    app.command()(doctor)
    app.command()(home)


def doctor(deep: Deep = False, free_space: FreeSpace = False, in_json: Json = False) -> int:
    """Look at all that must be well, and say what is not."""
    if free_space:
        _free_space()
    with using_database() as started:
        looks = [*(look(started) for look in LOOKS), _holds(deep=deep)]
    findings = [finding for look in looks for finding in look.findings]
    blocking = any(finding.blocking for finding in findings)
    if in_json:
        as_json({"looks": looks, "well": not blocking})
        return int(blocking)
    show_table(["looked at", "seen"], ([look.what, look.seen] for look in looks))
    show_findings(findings)
    tell("All is well." if not findings else "Makegood can work." if not blocking else "This must be solved first.")
    return int(blocking)


def _free_space() -> None:
    """Before the database is started: on a full disk it could not."""
    from makegood.config.ballast import drop_ballast
    from makegood.config.start import find_home

    freed = drop_ballast(find_home())
    tell(f"{freed / 1e6:,.0f} MB are free now." if freed else "There was nothing kept aside.", to_stderr=True)


def home(in_json: Json = False) -> None:
    """Show where this installation keeps its things. Needs no database."""
    from makegood.config.start import find_home, named_database

    place = find_home()
    own = {} if named_database() else {"database": place / "postgres", "database log": place / "postgres" / "log"}
    paths = {"home": place, "secrets": place / "secrets", "anchored seals": place / "anchors", "bugs": place / "logs"}
    if in_json:
        as_json(paths | own)
        return
    show_table(["what", "path"], (paths | own).items())


def _postgres(started: Started) -> Look:
    version, number = _row("SELECT current_setting('server_version'), current_setting('server_version_num')::int")
    kind = "its own" if started.server is not None else "named by DATABASE_URL"
    old = Finding(
        "old-postgres", f"PostgreSQL {version} is too old.", f"Use version {OLDEST} or newer; 18 is what is tested."
    )
    return Look("PostgreSQL", f"{version}, {kind}", (old,) if number // 10_000 < OLDEST else ())


def _disk(started: Started) -> Look:
    from makegood.acts.space import short_of_space

    free = shutil.disk_usage(started.home).free
    short = short_of_space()
    full = Finding("disk-nearly-full", f"Acts wait: {short}.", "Free some space, or: makegood doctor --free-space")
    return Look("free disk", f"{free / 1e9:,.1f} GB for {started.home}", (full,) if short else ())


def _tables(_started: Started) -> Look:
    from makegood.config.tables import missing_migrations

    missing = missing_migrations()
    finding = Finding("tables-behind", f"{len(missing)} changes of tables are missing.", "Run any command again.")
    return Look("tables", "those of this version" if not missing else "older", (finding,) if missing else ())


def _seals(_started: Started) -> Look:
    count, age = _row("SELECT count(*), extract(epoch FROM clock_timestamp() - max(at))::bigint FROM seal")
    behind = _row(
        "SELECT count(*) FROM entry WHERE at < clock_timestamp() - interval '5 minutes' "
        "AND id > COALESCE((SELECT max(last_id) FROM seal WHERE stream = 'entry'), 0)"
    )[0]
    finding = Finding(
        "not-sealed", f"{behind:,} entries are older than five minutes and not sealed.", "Run: makegood seal", "advice"
    )
    seen = f"{count:,}, the last {_ago(age)}" if count else "none yet"
    return Look("seals", seen, (finding,) if behind else ())


def _workers(_started: Started) -> Look:
    alive, age = _row(
        "SELECT count(*) FILTER (WHERE last_heartbeat > clock_timestamp() - make_interval(secs => %s)), "
        "extract(epoch FROM clock_timestamp() - max(last_heartbeat))::bigint FROM procrastinate_workers",
        LATE,
    )
    waiting = _row("SELECT count(*) FROM chunk WHERE state = 'open' AND due_at <= clock_timestamp()")[0]
    seen = f"{alive}, last heard {_ago(age)}" if alive else "none runs"
    finding = Finding("nobody-works", f"{waiting:,} chunks are due and no worker runs.", "Start them: makegood up")
    return Look("workers", seen, (finding,) if waiting and not alive else ())


def _acts(_started: Started) -> Look:
    from makegood.acts.fence import look

    standing = look()
    fenced = Finding("acts-are-fenced", f"Acts are fenced: {standing.words}.", standing.remedy)
    if standing.free or standing.reason == "disk":  # the disk has a line of its own
        return Look("acts", "may leave" if standing.free else "wait for room on the disk")
    return Look("acts", "fenced", (fenced,))


def _unknown(_started: Started) -> Look:
    whole, old = _row(
        "SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM attempt a WHERE a.plan_id = t.plan_id"
        " AND a.ordinal = t.ordinal AND a.answer = 'unknown' AND a.at < clock_timestamp() - interval '24 hours'))"
        " FROM act t WHERE t.state = 'unknown'"
    )
    what = f"{counted(old, 'act has', 'acts have')} had an unknown outcome for more than a day."
    finding = Finding(
        "unknown-too-long", what, "Look each up at its provider and settle it: makegood unknown.", "advice"
    )
    return Look("unknown outcomes", f"{whole:,}" if whole else "none", (finding,) if old else ())


def _backups(_started: Started) -> Look:
    age, acted = _row(
        "SELECT extract(epoch FROM clock_timestamp() - max(at))::bigint, EXISTS (SELECT FROM chunk) FROM entry "
        "WHERE verb = 'backup.made'"
    )
    late = Finding(
        "no-late-backup",
        "There is no backup of the last two days.",
        "Make one every night: makegood backup TARGET --keep 14",
        "advice",
    )
    old = acted and (age is None or age > OLD_BACKUP)
    return Look("backup", f"the last {_ago(age)}" if age is not None else "none yet", (late,) if old else ())


def _connections(_started: Started) -> Look:
    live, whole = _row("SELECT count(*) FILTER (WHERE live), count(*) FROM connection")
    seen = f"{live} of {whole} live" if live else f"none of {whole} live: nothing leaves this machine"
    return Look("connections", seen)


def _holds(*, deep: bool) -> Look:
    from makegood.balance.invariants import INVARIANTS, check_invariants
    from makegood.journal.queries import verify

    findings = check_invariants(deep=deep)
    asked = sum(1 for one in INVARIANTS if deep or not one.deep)
    if deep:
        findings += verify().findings
    return Look("what must always hold", f"{asked} statements{', every row' if deep else ''}", tuple(findings))


def _clock(_started: Started) -> Look:
    from makegood.kit.clock import now

    before = now()
    theirs = _row("SELECT clock_timestamp()")[0]
    between = before + (now() - before) / 2
    apart = abs((theirs - between).total_seconds())
    finding = Finding(
        "clocks-differ",
        f"This machine's clock and the database's are {apart:.0f} s apart.",
        "Synchronise both with NTP; due times follow the database.",
    )
    return Look("clocks", f"{apart:.1f} s apart", (finding,) if apart > APART else ())


def _row(sql: str, *values: int) -> tuple[Any, ...]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def _ago(seconds: int | None) -> str:
    return f"{spoken(timedelta(seconds=seconds))} ago" if seconds is not None else "never"


LOOKS: tuple[Callable[[Started], Look], ...] = (
    _postgres,
    _disk,
    _tables,
    _seals,
    _workers,
    _acts,
    _unknown,
    _backups,
    _connections,
    _clock,
)
