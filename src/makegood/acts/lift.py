"""People's verbs at the fence: see why, admit a home, lift it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from makegood.acts import fence, homes
from makegood.acts.sendlog import home_name, new_home_name, newest_epochs, put_away
from makegood.journal.actions import record
from makegood.kit.errors import Refused
from makegood.kit.killpoints import kp
from makegood.kit.plugins import scrub

PATIENCE = 30.0  # seconds in which another home's sign of life must come
_HEARD = "SELECT max(heard_at) FROM installation WHERE admitted_at IS NOT NULL AND name <> %s"
_HELD = "SELECT id, epoch, fenced_at IS NOT NULL, reason, reconciled_at IS NOT NULL FROM fence FOR UPDATE"
_LIFT = """
UPDATE fence SET fenced_at = NULL, reason = '', reconciled_at = NULL, place = mg_place(), epoch = %(epoch)s,
                 advanced_at = clock_timestamp(), heard_at = clock_timestamp()
"""
_EPOCHS = "SELECT id, epoch FROM chunk WHERE id = ANY(%s)"
_SINCE = "SELECT fenced_at, reconciled_at, epoch FROM fence"
_UNDER_WAY = """
SELECT m.slug, p.number, c.provider, sum(c.claimed_to - c.settled_to)::bigint
FROM chunk c JOIN plan p ON p.id = c.plan_id JOIN mistake m ON m.id = p.mistake_id
WHERE c.claimed_to > c.settled_to GROUP BY m.slug, p.number, c.provider ORDER BY 1, 2, 3
"""
_HOMES = "SELECT host, traits, admitted_at, heard_at, name FROM installation ORDER BY made_at"


@dataclass(frozen=True)
class Home:
    host: str
    path: str
    admitted_at: datetime | None
    heard_at: datetime | None
    here: bool


@dataclass(frozen=True)
class UnderWay:
    """Acts of one plan and provider that a worker had claimed and of which no result is recorded."""

    mistake: str
    plan: int
    provider: str
    acts: int


@dataclass(frozen=True)
class Situation:
    standing: fence.Standing
    since: datetime | None
    reconciled_at: datetime | None
    epoch: int
    under_way: list[UnderWay]
    homes: list[Home]


def describe() -> Situation:
    """Looks, and says what is so: why acts are fenced, since when, what was under way, which homes there are."""
    standing = fence.look()
    with connection.cursor() as cursor:
        cursor.execute(_SINCE)
        since, reconciled, epoch = cursor.fetchone()
        cursor.execute(_UNDER_WAY)
        under_way = [UnderWay(*row) for row in cursor.fetchall()]
        cursor.execute(_HOMES)
        known = [
            Home(host, homes.Traits.from_text(traits).path, admitted, heard, name == standing.home)
            for host, traits, admitted, heard, name in cursor.fetchall()
        ]
    return Situation(standing, since, reconciled, epoch, under_way, known)


def admit_home(*, actor: int, patience: float = PATIENCE) -> str:
    """Lets this home act too; returns its name. Another home must be heard of meanwhile: its word stands for the
    database's. Raises `Refused` when the database is fenced, nobody is heard of, or this home may act already."""
    standing = fence.look()
    if standing.free:
        raise Refused("This home may act already.", remedy="Start its workers: makegood up.", code="admitted-already")
    if standing.reason != "not-admitted":
        raise Refused(f"Acts are fenced: {standing.words}.", remedy=standing.remedy, code="acts-fenced")
    if not _hears(standing.home, patience):
        raise Refused(
            "No other home was heard of: nobody says that this database is the newest one.",
            remedy="Start a worker of a home that may act, then admit this one; if there is none any more, wait a "
            "minute: then this database counts as a copy, to be reconciled first.",
            code="nobody-vouches",
        )
    with transaction.atomic():
        name = _take_in(actor)
        record("home.admitted", f"home:{name}", actor=actor)
    homes.write_kept(standing.database, _epoch())
    fence.look()
    return name


def lift_fence(*, actor: int, reason: str, as_it_is: bool = False) -> None:
    """Lets acts leave again from this database and this home. `as_it_is`: a person's word that this database is the
    newest one and that no copy of it acts; nothing is asked then.

    Raises `Refused` when acts are not fenced, or when what was sent has not been found out.
    """
    standing = fence.look()
    if standing.reason == "not-admitted":
        raise Refused(f"{standing.words.capitalize()}.", remedy=fence.ADMIT, code="not-admitted")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_HELD)
            database, epoch, fenced, why, reconciled = cursor.fetchone()
            if not fenced:
                raise Refused("Acts are not fenced.", remedy="Nothing is to be done.", code="not-fenced")
            if not reconciled and not as_it_is:
                raise Refused(
                    "What was sent has not been found out yet.",
                    remedy="Ask the providers first: makegood reconcile. Only whoever knows that this database is the "
                    "newest one and that no copy of it acts may add --as-it-is.",
                    code="not-reconciled",
                )
            seen = homes.read_kept(database)
            epoch = max(epoch, seen.epoch if seen else 0) + fence.LEAP
            cursor.execute(_LIFT, {"epoch": epoch})
            cursor.execute("DELETE FROM reconciling")
            _put_logs_away(cursor)
        name = _take_in(actor)
        facts = {"why": why, "reason": scrub(reason), "epoch": epoch, "asked": reconciled}
        record("acts.released", f"home:{name}", actor=actor, facts=facts)
    kp("fence.lifted")
    homes.write_kept(database, epoch)
    fence.look()


def _take_in(actor: int) -> str:
    """This home among those that may act; a copy of another one gets a name of its own first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT traits FROM installation WHERE name = %s", [home_name()])
        row = cursor.fetchone()
        if row is not None and homes.differences(homes.Traits.from_text(row[0]), homes.traits()):
            new_home_name()
        fence.admit(cursor, actor)
    return home_name()


def _put_logs_away(cursor: Any) -> None:
    """Logs of chunks that the database does not know, or not yet that far, must not be read as those of later ones
    with the same numbers."""
    cursor.execute(_EPOCHS, [list(newest_epochs())])
    put_away(dict(cursor.fetchall()))


def _hears(name: str, patience: float) -> bool:
    until = time.monotonic() + patience
    first = _heard(name)
    while time.monotonic() < until:
        if _heard(name) != first:
            return True
        time.sleep(0.1)
    return False


def _heard(name: str) -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(_HEARD, [name])
        found: datetime | None = cursor.fetchone()[0]
    return found


def _epoch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT epoch FROM fence")
        return int(cursor.fetchone()[0])
