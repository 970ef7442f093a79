"""Taking in what providers say: proved by their plug-in, each event once, without personal values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection as database
from django.db import transaction

from makegood.kit.clock import now
from makegood.kit.digest import sha256
from makegood.kit.errors import BadInput, Refused, Unavailable
from makegood.kit.killpoints import kp
from makegood.kit.notices import Notice
from makegood.kit.plugins import scrub
from makegood.notices.queries import hearing_plugin
from makegood.people.models import Connection
from makegood.people.secrets import resolve_secrets

_LONGEST = 200  # characters of a provider's name or id
_KEY = re.compile(r"[A-Za-z0-9:_-]{1,80}")
_ADD = """
INSERT INTO notice (brand, connection, event, says, said_at, position, key, reference, code, words)
SELECT %s, %s, * FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::bigint[], %s::text[], %s::text[],
                             %s::text[], %s::text[])
ON CONFLICT (connection, event) DO NOTHING RETURNING event
"""

Suppress = Callable[[Connection, Sequence[Notice]], None]


def hear(connection: Connection, headers: Mapping[str, str], body: bytes, *, suppress: Suppress | None = None) -> int:
    """A request to the connection's webhook, as it came; returns how many notices in it are new.

    Raises `NotTheirs` for words that are not proved to be the provider's, `BadInput` for theirs that cannot be
    understood, `Unavailable` for a secret that cannot be had here, `Refused` for a plug-in that hears nothing.
    """
    plugin = hearing_plugin(connection.plugin)
    if plugin is None:
        raise Refused(
            f"The plug-in '{connection.plugin}' hears nothing.",
            remedy="Give the provider the address of a connection whose plug-in does.",
            code="hears-nothing",
        )
    lower = {name.lower(): value for name, value in headers.items()}
    said = plugin.read_notices(_settings(connection), lower, body, now=now())
    kp("hook.before_take_in")
    return take_in(connection, said, suppress=suppress)


@transaction.atomic
def take_in(connection: Connection, notices: Sequence[Notice], *, suppress: Suppress | None = None) -> int:
    """Keeps each event once, however often and by however many it is delivered; returns how many are new.

    `suppress` gets the new notices that name an address, in the same transaction; no address is kept here. The rows
    are sealed evidence themselves, so nothing is recorded beside them.
    """
    # By event, so that two deliveries of overlapping events wait for each other in one order.
    by_event = {_event(one.event): one for one in reversed(notices)}
    if not by_event:
        return 0
    rows = [_row(name, by_event[name]) for name in sorted(by_event)]
    with database.cursor() as cursor:
        columns = [list(column) for column in zip(*rows, strict=True)]
        cursor.execute(_ADD, [connection.brand_id, connection.id, *columns])
        new = {name for (name,) in cursor.fetchall()}
    kp("hook.taken_in")
    about = [notice for name, notice in by_event.items() if name in new and notice.address]
    if about and suppress is not None:
        suppress(connection, about)
    return len(new)


def _settings(connection: Connection) -> dict[str, Any]:
    try:
        return resolve_secrets(connection.settings)
    except BadInput as error:  # our fault and not the provider's, who shall say it again
        raise Unavailable(error.what, remedy=error.remedy, code=error.code) from error


def _row(event: str, notice: Notice) -> tuple[Any, ...]:
    key = notice.key if _KEY.fullmatch(notice.key) else ""
    reference = "" if len(notice.reference) > _LONGEST else notice.reference.replace("\x00", "")
    code, words = (
        scrub(text.replace("\x00", ""), limit=most) for text, most in ((notice.code, 60), (notice.words, 200))
    )
    return event, notice.says, notice.at, notice.order, key, reference, code, words


def _event(name: str) -> str:
    """The provider's name for an event; by its digest where it is long, or could be or hold a personal value."""
    plain = len(name) <= _LONGEST and "\x00" not in name and scrub(name, limit=_LONGEST) == name
    return name if plain else f"sha256:{sha256(name)}"
