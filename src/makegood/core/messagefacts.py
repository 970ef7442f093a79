"""Everything a message may name, in one place: the scope's columns and the standard names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from makegood.core.render import Frame, Value
from makegood.kit.money import Money


def message_facts(
    settings: Mapping[str, Any],
    facts: Mapping[str, Value],
    contact: Mapping[str, Any],
    amounts: Mapping[str, Money],
    *,
    step: str = "",
) -> dict[str, Value]:
    """What one message to one customer may name; the standard names are listed in docs/reference/messages.md."""
    return for_customer(standard_facts(settings, step=step), facts, contact, amounts)


def for_customer(
    standard: Mapping[str, Value],
    facts: Mapping[str, Value],
    contact: Mapping[str, Any],
    amounts: Mapping[str, Money],
) -> dict[str, Value]:
    """The customer's own facts and the standard ones, which win where names meet."""
    return {**facts, **standard, "name": contact.get("name") or None, "amounts": dict(amounts)}


def frame_of(settings: Mapping[str, Any], *, step: str = "") -> Frame:
    """What stands around the words of a step's mails: the brand's name and address, and where answers are read."""
    mistake = settings["mistake"]
    reply_to = settings.get("steps", {}).get(step, {}).get("reply_to", "")
    return Frame(mistake["brand_name"], tuple(mistake.get("postal", "").splitlines()), reply_to)


def standard_facts(settings: Mapping[str, Any], *, step: str = "") -> dict[str, Value]:
    """What is the same for every customer of a step.

    `settings` are a plan's; only confirmed facts of the mistake are in them, so an open cause cannot be told.
    `due` is the date this step's customer may count on next: the first due time of a later stage, else the step's own.
    """
    mistake = settings["mistake"]
    zone = ZoneInfo(settings["zone"])
    due = settings.get("steps", {}).get(step, {}).get("next_due")
    return {
        "brand": mistake["brand_name"],
        "title": mistake["title"],
        "noticed": datetime.fromisoformat(mistake["noticed"]).astimezone(zone),
        "due": datetime.fromisoformat(due).astimezone(zone) if due else None,
        "facts": dict(mistake["facts"]),
        **({"person": settings["person"]} if "person" in settings else {}),
        **_update(settings.get("update"), zone),
        **_prevention(settings.get("steps", {}).get(step, {}).get("prevention"), zone),
    }


def _prevention(done: Mapping[str, Any] | None, zone: ZoneInfo) -> dict[str, Value]:
    """Of a step that says what was done so that it does not happen again: what, and since when."""
    if done is None:
        return {}
    return {"prevention": {"text": done["text"], "done": datetime.fromisoformat(done["done"]).astimezone(zone)}}


def _update(update: Mapping[str, Any] | None, zone: ZoneInfo) -> dict[str, Value]:
    """Of a step that repeats: which occurrence it is, the news since the last one, when the next one comes."""
    if update is None:
        return {}
    comes = datetime.fromisoformat(update["next"]).astimezone(zone)
    return {"update": {"number": update["number"], "news": update["news"] or None, "next": comes}}
