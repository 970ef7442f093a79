"""Where a person is signed in, and how that ends. A session that is over, or whose password is gone, is not listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from makegood.kit.errors import NotFound
from makegood.people.accounts import record_account
from makegood.people.models import Staff


@dataclass(frozen=True)
class SignedIn:
    """One browser. `client` is what it says of itself, `place` the address it came from."""

    id: int
    began: datetime
    place: str
    client: str
    current: bool


def list_sessions(staff: Staff, current: str | None) -> list[SignedIn]:
    """Newest first; `current` is the key of the session that asks."""
    found = UserSession.objects.purge_and_list(staff)
    return [
        SignedIn(one.pk, one.created_at, one.ip, _client(one.user_agent), one.session_key == current)
        for one in sorted(found, key=lambda one: one.created_at, reverse=True)
    ]


@transaction.atomic
def end_session(staff: Staff, number: int) -> None:
    """Raises `NotFound` for a session of someone else, or one that is over."""
    found = UserSession.objects.filter(user=staff, pk=number).first()
    if found is None:
        raise NotFound("That sign-in is over already.", remedy="Look at the list again.", code="no-session")
    found.end()
    record_account("session-ended", staff, count=1)


@transaction.atomic
def end_other_sessions(staff: Staff, current: str | None) -> int:
    """All but the one that asks; returns how many."""
    keys = list(
        UserSession.objects.filter(user=staff).exclude(session_key=current).values_list("session_key", flat=True)
    )
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=staff, session_key__in=keys).delete()
    record_account("session-ended", staff, count=len(keys))
    return len(keys)


_BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
_SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Mac OS X", "Linux")
_SPOKEN = {"Edg": "Edge", "OPR": "Opera", "Mac OS X": "Mac"}


def _client(agent: str) -> str:
    """`Firefox on Linux`, as far as a browser tells the truth; else its own first words."""
    browser = next((name for name in _BROWSERS if name in agent), None)
    system = next((name for name in _SYSTEMS if name in agent), None)
    if browser is None or system is None:
        return agent[:60] or "Unknown"
    return f"{_SPOKEN.get(browser, browser)} on {_SPOKEN.get(system, system)}"
