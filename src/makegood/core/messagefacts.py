"""Everything a message may name, in one place: the scope's columns and the standard names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from makegood.core.render import Value
from makegood.kit.money import Money


def message_facts(
    settings: Mapping[str, Any],
    facts: Mapping[str, Value],
    contact: Mapping[str, Any],
    amounts: Mapping[str, Money],
    *,
    step: str = "",
) -> dict[str, Value]:
    """`settings` are a plan's; only confirmed facts of the mistake are in them, so an open cause cannot be told.

    `due` is the date this step's customer may count on next: the first due time of a later stage, else the step's own.

    The standard names are listed in docs/reference/messages.md.
    """
    mistake = settings["mistake"]
    zone = ZoneInfo(settings["zone"])
    due = settings.get("steps", {}).get(step, {}).get("next_due")
    return {
        **facts,
        "name": contact.get("name") or None,
        "amounts": dict(amounts),
        "brand": mistake["brand_name"],
        "title": mistake["title"],
        "noticed": datetime.fromisoformat(mistake["noticed"]).astimezone(zone),
        "due": datetime.fromisoformat(due).astimezone(zone) if due else None,
        "facts": dict(mistake["facts"]),
    }
