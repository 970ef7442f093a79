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
) -> dict[str, Value]:
    """`settings` are a plan's; only confirmed facts of the mistake are in them, so an open cause cannot be told.

    The standard names are listed in docs/reference/messages.md.
    """
    mistake = settings["mistake"]
    noticed = datetime.fromisoformat(mistake["noticed"]).astimezone(ZoneInfo(settings["zone"]))
    return {
        **facts,
        "name": contact.get("name") or None,
        "amounts": dict(amounts),
        "brand": mistake["brand_name"],
        "title": mistake["title"],
        "noticed": noticed,
        "facts": dict(mistake["facts"]),
    }
