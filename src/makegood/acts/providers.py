"""From the provider a plan names to an opened plug-in. What a plan settled on is in its digest: nothing is chosen here.

`plan.settings["providers"][name]` is `{"plugin", "family", "connection", "digest"}`. A connection that changed since
the plan was made is refused: the plan would not be the one that was approved.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from makegood.acts.connections import Db, plain_connection
from makegood.acts.envelopes import PlanView
from makegood.acts.pools import opened
from makegood.channels import CHANNELS
from makegood.kit.digest import digest_of
from makegood.kit.errors import Refused
from makegood.kit.plugins import Guard, Plugin, Surroundings, settles_after
from makegood.people.secrets import resolve_secrets
from makegood.remedies import REMEDIES

CONNECTIONS = int(os.environ.get("MAKEGOOD_CONNECTIONS", "8"))
_CONNECTION = "SELECT plugin, settings, live FROM connection WHERE id = %s"


def find_plugin(plan: PlanView, provider: str) -> type[Plugin]:
    chosen = plan.settings["providers"][provider]
    family = CHANNELS if chosen["family"] == "channel" else REMEDIES
    plugin: type[Plugin] = family.get(chosen["plugin"])
    return plugin


@asynccontextmanager
async def open_plugin(
    db: Db, plan: PlanView, provider: str, guard: Guard
) -> AsyncIterator[tuple[Plugin, timedelta | None]]:
    """The plug-in, and how long what its provider took may come back. Raises `Refused` when the connection is not the
    one the plan was made with, `ProviderError` when it is out of reach."""
    chosen = plan.settings["providers"][provider]
    settings = dict(chosen.get("settings", {}))
    if chosen.get("connection") is not None:
        settings |= await _connection_settings(db, chosen)
    plugin = find_plugin(plan, provider)
    surroundings = Surroundings(settings=settings, connect=plain_connection, connections=CONNECTIONS)
    # The key holds the settings with their secrets, so that a changed password is not served by an older sign-in.
    key = digest_of([chosen["family"], chosen["plugin"], settings])
    async with opened(key, guard, lambda relay: plugin.open(replace(surroundings, guard=relay))) as found:
        yield found, settles_after(plugin, settings)


async def _connection_settings(db: Db, chosen: Mapping[str, Any]) -> dict[str, Any]:
    row = await (await db.execute(_CONNECTION, [chosen["connection"]])).fetchone()
    if row is None or not row["live"] or digest_of([row["plugin"], row["settings"]]) != chosen["digest"]:
        raise Refused(
            f"The connection to '{chosen['plugin']}' changed after the plan was made.",
            remedy="Make the plan again; it will name the connection as it is now.",
            code="connection-changed",
        )
    return resolve_secrets(row["settings"])
