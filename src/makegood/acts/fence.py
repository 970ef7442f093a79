"""The fence: no act leaves from a database that may not be the newest one, until a person has let it.

A restored, cloned or moved installation knows less than what was sent. So the database keeps an epoch that only grows,
every home keeps the last one it saw in a file outside, and the database knows its homes and the server it lives on.
Where these disagree, workers take no chunk and start no send; reading, planning and approving go on.

Two degrees: the *database* is fenced (it may be a copy or old: reconcile first, then lift), or only this *home* is not
admitted while another one, heard of a moment ago, vouches for the database (a second worker host: admit it).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection, connections, transaction

from makegood.acts import homes
from makegood.acts.sendlog import forget_name, home_name, newest_epochs
from makegood.acts.space import short_of_space
from makegood.journal.actions import record
from makegood.kit.clock import elapsed
from makegood.kit.errors import Refused
from makegood.kit.home import home
from makegood.kit.killpoints import kp

GAP = 900  # seconds without a sign of life of any worker, after which acts in flight are looked at first
ALIVE = 60  # seconds since its last sign of life in which a home vouches for the database
ADVANCE = 60  # seconds between two epochs: a restore to a moment before the last minute is told by them
BEAT = 5  # seconds between two signs of life
NEVER = (1 << 62) - 1  # an epoch no database reaches: whoever asks with it may not act
LEAP = 1000  # lifting leaps over what other homes may have seen since

# `fence` has no row before the first worker: that one makes it, and its home is the first to be admitted.
TABLES = """
CREATE TABLE fence (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    id text NOT NULL,
    epoch bigint NOT NULL DEFAULT 1,
    place text NOT NULL,
    advanced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    heard_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    fenced_at timestamptz,
    reason text NOT NULL DEFAULT '',
    reconciled_at timestamptz
);
CREATE TABLE installation (
    name text PRIMARY KEY,
    host text NOT NULL,
    traits text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    heard_at timestamptz,
    admitted_at timestamptz,
    admitted_by bigint
);
CREATE TABLE reconciling (
    plan_id bigint NOT NULL,
    provider text NOT NULL,
    upto int NOT NULL DEFAULT 0,
    found bigint NOT NULL DEFAULT 0,
    absent bigint NOT NULL DEFAULT 0,
    doubtful bigint NOT NULL DEFAULT 0,
    ended_at timestamptz,
    PRIMARY KEY (plan_id, provider)
);
CREATE FUNCTION mg_place() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT s.system_identifier || '/' || d.oid FROM pg_control_system() s, pg_database d
    WHERE d.datname = current_database()
$$;
CREATE FUNCTION mg_acts_free(home text, seen bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM fence f, installation i WHERE f.fenced_at IS NULL AND f.epoch >= seen
                   AND i.name = home AND i.admitted_at IS NOT NULL)
$$;
"""
_READ = """
SELECT f.id, f.epoch, f.place, f.fenced_at IS NOT NULL, f.reason, mg_place(),
       extract(epoch FROM clock_timestamp() - f.heard_at)::bigint,
       i.admitted_at IS NOT NULL, i.traits,
       EXISTS (SELECT FROM installation o WHERE o.admitted_at IS NOT NULL
               AND o.heard_at > clock_timestamp() - make_interval(secs => %(alive)s))
FROM fence f LEFT JOIN installation i ON i.name = %(home)s
"""
_FIRST = """
INSERT INTO fence (id, place) SELECT replace(gen_random_uuid()::text, '-', ''), mg_place() ON CONFLICT DO NOTHING
RETURNING id
"""
_ADMIT = """
INSERT INTO installation (name, host, traits, admitted_at, admitted_by)
VALUES (%(home)s, %(host)s, %(traits)s, clock_timestamp(), %(actor)s)
ON CONFLICT (name) DO UPDATE SET host = excluded.host, traits = excluded.traits, admitted_at = excluded.admitted_at,
                                 admitted_by = excluded.admitted_by
"""
_ASK_IN = """
INSERT INTO installation (name, host, traits) VALUES (%(home)s, %(host)s, %(traits)s) ON CONFLICT DO NOTHING
"""
_EPOCH = "SELECT epoch FROM fence"
_IN_FLIGHT = "SELECT EXISTS (SELECT FROM chunk WHERE claimed_to > settled_to)"
_FENCE = """
UPDATE fence SET fenced_at = clock_timestamp(), reason = %s, reconciled_at = NULL WHERE fenced_at IS NULL RETURNING id
"""
_BEAT = """
UPDATE installation SET heard_at = clock_timestamp()
WHERE name = %(home)s AND (heard_at IS NULL OR heard_at < clock_timestamp() - make_interval(secs => %(beat)s)
                           OR heard_at > clock_timestamp())
"""
_ADVANCE = """
UPDATE fence SET heard_at = clock_timestamp(),
    epoch = epoch + CASE WHEN %(start)s OR advanced_at < clock_timestamp() - make_interval(secs => %(advance)s)
                         THEN 1 ELSE 0 END,
    advanced_at = CASE WHEN %(start)s OR advanced_at < clock_timestamp() - make_interval(secs => %(advance)s)
                            OR advanced_at > clock_timestamp() THEN clock_timestamp() ELSE advanced_at END
WHERE fenced_at IS NULL AND (%(start)s OR heard_at < clock_timestamp() - make_interval(secs => %(beat)s)
                             OR heard_at > clock_timestamp())
RETURNING epoch
"""
_AHEAD = """
SELECT EXISTS (SELECT FROM unnest(%s::bigint[], %s::int[]) AS log(chunk, epoch)
               LEFT JOIN chunk c ON c.id = log.chunk WHERE c.id IS NULL OR c.epoch < log.epoch)
"""

# What is said of each reason, without its remedy.
WHY = {
    "restored": "this database was restored from a backup",
    "older": "this database is older than what its home has seen: it was restored from a backup",
    "elsewhere": "this database was restored or copied: it is on another server, or it was made again, since it acted",
    "logs-ahead": "the send logs of this home know acts that the database does not: it was restored from a backup",
    "gap": "no worker was heard of for more than 15 minutes, and acts were under way",
    "home-moved": "this home is a copy, or it was moved",
    "home-new": "this home has never acted for this database, and nobody who has is running",
    "file-lost": "this home has lost the file with the epoch it has seen",
}
RECONCILE = "Find out what was sent: makegood reconcile, then: makegood fence lift --reason '…'."
ROOM = "Make room, or: makegood doctor --free-space. Acts then go on by themselves."
ADMIT = "An admin lets this home act: makegood fence admit."


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether this process may act. `epoch` goes with each claim; `reason` is of `WHY`, not-admitted or disk."""

    home: str
    epoch: int
    reason: str = ""
    words: str = ""
    database: str = ""

    @property
    def free(self) -> bool:
        return not self.reason

    @property
    def remedy(self) -> str:
        return {"not-admitted": ADMIT, "disk": ROOM}.get(self.reason, RECONCILE)


@dataclass
class _Memory:
    """What this process knows since its last look; `at` counts suspended time too."""

    key: tuple[str, str] = ("", "")
    standing: Standing | None = None
    at: float = 0.0


_MEMORY = _Memory()


async def claiming() -> dict[str, Any]:
    """Values for `mg_acts_free` in a statement that claims acts; looks first when this process has not yet."""
    standing = remembered() or await sync_to_async(_look_apart, thread_sensitive=False)()
    return {"fence_home": standing.home, "fence_epoch": standing.epoch if standing.free else NEVER}


def remembered() -> Standing | None:
    """What the last look of this process found; None when it has not looked at this database from this home."""
    return _MEMORY.standing if _MEMORY.key == _here() else None


def check_free() -> None:
    """Raises `Refused` when nothing may leave from here now."""
    standing = look()
    if not standing.free:
        raise Refused(f"Acts are fenced: {standing.words}.", remedy=standing.remedy, code="acts-fenced")


def fenced_because() -> str:
    """Why this database is fenced, in a sentence without its end, or "": for those who only read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM fence WHERE fenced_at IS NOT NULL")
        row = cursor.fetchone()
    return WHY.get(row[0], row[0]) if row else ""


def why_held() -> str:
    """Why nothing at all may leave by this database, in a sentence without its end, or "". Only looks: nobody is
    fenced and no home is admitted by it, and one that never acted may send what is no act."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"home": home_name(), "alive": ALIVE})
        row = cursor.fetchone()
    if row is None:  # nothing was ever carried out here
        return ""
    database, epoch, place, fenced, reason, here, _, _, kept, _ = row
    if fenced:
        return WHY.get(reason, str(reason))
    seen = homes.read_kept(database)
    if place != here:
        return WHY["elsewhere"]
    if seen is not None and seen.epoch > epoch:
        return WHY["older"]
    copied = seen is not None and seen.copied
    moved = copied or (kept is not None and homes.differences(homes.Traits.from_text(kept), homes.traits()))
    return WHY["home-moved"] if moved else ""


def look() -> Standing:
    """Compares database, home and file; fences what disagrees; else gives a sign of life and moves the epoch on.

    Called at the start of a worker and with each sweep. Raises `OSError` when the home cannot be written.
    """
    forget_name()
    before, moment = remembered(), elapsed()
    slept = before is None or moment - _MEMORY.at > GAP
    with transaction.atomic():
        standing = _look(before, slept=slept)
    if standing.free and (full := short_of_space()):
        standing = replace(standing, reason="disk", words=full)
    elif standing.free and (before is None or before.epoch != standing.epoch or _lost(standing)):
        standing = _write(standing)
    _MEMORY.key, _MEMORY.standing, _MEMORY.at = _here(), standing, moment
    return standing


def admit(cursor: Any, actor: int | None) -> None:
    """Writes this home, as it is now, among those that may act."""
    now = homes.traits()
    values = {"home": home_name(), "host": homes.host_label(), "traits": now.as_text(), "actor": actor}
    cursor.execute(_ADMIT, values)


def _look_apart() -> Standing:
    """In a thread of its own, whose connections end with it."""
    try:
        return look()
    finally:
        connections.close_all()


def _look(before: Standing | None, *, slept: bool) -> Standing:
    name, now = home_name(), homes.traits()
    values: dict[str, Any] = {"home": name, "host": homes.host_label(), "traits": now.as_text(), "alive": ALIVE}
    with connection.cursor() as cursor:
        cursor.execute(_READ, values)
        row = cursor.fetchone()
        if row is None:
            cursor.execute(_FIRST)
            if cursor.fetchone() is not None:
                admit(cursor, None)
            cursor.execute(_READ, values)
            row = cursor.fetchone()
        database, epoch, place, fenced, reason, here, gap, admitted, kept, vouched = row
        if fenced:
            return Standing(name, epoch, reason, WHY.get(reason, reason), database)
        seen = homes.read_kept(database)
        known = max(seen.epoch if seen else 0, before.epoch if before and before.free else 0)
        if place != here:
            return _fence(name, "elsewhere", database)
        if known > epoch:
            # Another worker of this home may have moved the epoch on and kept it since the row was read. What was kept
            # had been committed, so now the database knows it, unless it is old.
            cursor.execute(_EPOCH)
            epoch = int(cursor.fetchone()[0])
        if known > epoch:
            return _fence(name, "older", database)
        if slept and _logs_are_ahead(cursor):
            return _fence(name, "logs-ahead", database)
        trouble = _trouble(admitted, kept, now, seen, first=epoch == 1)
        if trouble and not (before and before.free and trouble[0] == "file-lost"):
            if not vouched:
                return _fence(name, trouble[0], database)
            cursor.execute(_ASK_IN, values)
            return Standing(name, epoch, "not-admitted", trouble[1], database)
        if slept and abs(gap) > GAP and _in_flight(cursor):
            return _fence(name, "gap", database)
        return Standing(
            name, _move_on(cursor, name, epoch, start=before is None and seen is not None), database=database
        )


def _trouble(
    admitted: bool, kept: str | None, now: homes.Traits, seen: homes.Kept | None, *, first: bool
) -> tuple[str, str] | None:
    """What is wrong with this home: a reason, and the words for when another home vouches for the database."""
    if kept is None:
        return "home-new", "this home has not been admitted to this database yet"
    found = homes.differences(homes.Traits.from_text(kept), now)
    if found:
        return "home-moved", f"this home is not the one that was admitted ({', '.join(found)})"
    if not admitted:
        return "home-new", "this home has not been admitted to this database yet"
    if seen is None and not first:
        return "file-lost", "this home has lost the file with the epoch it has seen"
    if seen is not None and seen.copied:
        return "home-moved", "this home is not the one that was admitted (its files were copied)"
    return None


def _fence(name: str, reason: str, database: str) -> Standing:
    fence_acts(reason)
    return Standing(name, NEVER, reason, WHY[reason], database)


def fence_acts(reason: str) -> None:
    """Fences the database, once, in the caller's transaction; what workers hold ends at their next claim."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT mg_follow_xids()")
        cursor.execute(_FENCE, [reason])
        kp("fence.raised")
        if cursor.fetchone() is not None:
            record("acts.fenced", "fence", actor=None, facts={"reason": reason})


def pass_backup() -> None:
    """Moves the epoch on behind the snapshot of a backup, and tells this home: put back, it is older than this."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE fence SET epoch = epoch + 1, advanced_at = clock_timestamp() WHERE fenced_at IS NULL")
    look()


def fence_restored() -> None:
    """Fences what was just restored. A database in which nothing was ever carried out needs no fence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM fence), EXISTS (SELECT FROM chunk)")
        known, carried = cursor.fetchone()
        if carried and not known:
            cursor.execute(_FIRST)
    if known or carried:
        fence_acts("restored")


def _move_on(cursor: Any, name: str, epoch: int, *, start: bool) -> int:
    cursor.execute(_BEAT, {"home": name, "beat": BEAT})
    cursor.execute(_ADVANCE, {"start": start, "advance": ADVANCE, "beat": BEAT})
    moved = cursor.fetchone()
    return int(moved[0]) if moved else epoch


def _in_flight(cursor: Any) -> bool:
    cursor.execute(_IN_FLIGHT)
    return bool(cursor.fetchone()[0])


def _logs_are_ahead(cursor: Any) -> bool:
    found = newest_epochs()
    cursor.execute(_AHEAD, [list(found), list(found.values())])
    return bool(cursor.fetchone()[0])


def _write(standing: Standing) -> Standing:
    """After the commit: the file is never ahead of the database. Where it cannot be written, nothing is sent."""
    kp("fence.before_file")
    try:
        kp("fence.before_keep")
        homes.write_kept(standing.database, standing.epoch)
    except OSError as error:
        return replace(standing, reason="disk", words=f"the home cannot be written ({error.strerror})")
    return standing


def _lost(standing: Standing) -> bool:
    return homes.read_kept(standing.database) is None


def _here() -> tuple[str, str]:
    entry = settings.DATABASES["default"]
    return str(home()), f"{entry.get('HOST')}:{entry.get('PORT')}/{entry.get('NAME')}"
