"""The limits of a playbook, read exactly: money by currency, percentages as whole basis points."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from makegood.core.calendars import Calendar
from makegood.core.duetimes import Due, parse_due
from makegood.core.findings import Findings, Path
from makegood.core.playbook_rules import Pace, Share
from makegood.kit.errors import BadInput
from makegood.kit.money import Money

_PERCENT = re.compile(r"^(\d{1,3})(?:\.(\d{1,2}))?\s*%$", re.ASCII)
_PACE = re.compile(r"^(\d{1,6})\s*/\s*(s|min|h)$", re.ASCII)
_SECONDS = {"s": 1, "min": 60, "h": 3_600}


def read_moneys(at: Findings, path: Path, body: Any) -> dict[str, Money]:
    """One amount, or a list with one for each currency."""
    moneys: dict[str, Money] = {}
    for index, text in enumerate(body if isinstance(body, list) else [] if body is None else [body]):
        here = (*path, index) if isinstance(body, list) else path
        money = at.money(here, text)
        if money is None:
            continue
        if money.currency in moneys:
            what = f"{money.currency} is given twice."
            at.add(here, "double-currency", what, "Give one amount for each currency.")
        moneys[money.currency] = money
    return moneys


def read_share(at: Findings, path: Path, value: Any, *, least: int) -> Share | None:
    """A count or a percentage; a finding and None for anything else or below `least`."""
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= 10**9:
        return Share(count=value)
    if isinstance(value, str) and (found := _PERCENT.match(value.strip())):
        points = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
        if least <= points <= 10_000:
            return Share(basis_points=points)
    what = f"'{value}' is neither a number of customers nor a percentage up to 100%."
    at.add(path, "bad-share", what, "Write for example 10 or 5%; at most two digits after the point.")
    return None


def read_waves(at: Findings, body: list[dict[str, Any]] | None) -> tuple[Share, ...]:
    """The waves in order; without any, one wave of everybody. The last must be `rest`, and only the last."""
    waves: list[Share] = []
    body = body or [{"size": "rest"}]
    for index, one in enumerate(body):
        path, last = ("waves", index, "size"), index + 1 == len(body)
        if (one["size"] == "rest") != last:
            what = "Customers would be left over." if last else "A wave of the rest leaves nobody for the next one."
            at.add(path, "bad-waves", what, "End with {size: rest}, and use it only there.")
        share = Share() if one["size"] == "rest" else read_share(at, path, one["size"], least=1)
        if share is not None:
            waves.append(share)
    return tuple(waves)


def read_stop(at: Findings, body: Mapping[str, Any] | None) -> dict[str, Share]:
    shares = {word: read_share(at, ("stop", word), value, least=0) for word, value in (body or {}).items()}
    return {word: share for word, share in shares.items() if share is not None}


def read_pace(at: Findings, body: Mapping[str, Any] | None, known: set[str]) -> dict[str, Pace]:
    paces = {}
    for word, text in (body or {}).items():
        if word not in known:
            at.unknown(("pace", word), "unknown-plugin", "channel or provider", word, sorted(known))
        found = _PACE.match(str(text))
        if found is None or int(found[1]) == 0:
            at.add(("pace", word), "bad-pace", f"'{text}' is not a pace.", "Write for example 20/s, 100/min or 500/h.")
            continue
        paces[word] = Pace(int(found[1]), _SECONDS[found[2]])
    return paces


def read_due(at: Findings, path: Path, text: Any, calendars: Mapping[str, Calendar]) -> Due | None:
    if text is None:
        return None
    try:
        return parse_due(str(text), calendars)
    except BadInput as no:
        at.refused(path, no)
        return None
