"""mistake.yaml: what happened, when, how we noticed, and what is confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from babel.localedata import exists

from makegood.core.duetimes import at_local
from makegood.core.findings import Findings, Path
from makegood.kit import clock
from makegood.kit.errors import BadInput, Finding
from makegood.kit.money import exponent
from makegood.kit.yamlfile import YamlFile


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing we say. Only a confirmed one may be told as true."""

    id: str
    text: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class MistakeFile:
    """`opened_as` is the id of a mistake that was reported before this file was written; "" where the file opens it.
    `locale` is the language of customers who have none.
    `happened_from` and `happened_to` are local days, both inclusive; `noticed_at` is aware, UTC."""

    slug: str
    title: str
    brand: str
    kind: Literal["outcome", "process"]
    fault: Literal["clear", "unclear", "none"]
    zone: str
    currency: str
    happened_from: date | None
    happened_to: date | None
    noticed_at: datetime
    noticed_how: str
    facts: tuple[Fact, ...]
    opened_as: str = ""
    locale: str = "en"

    def moments(self) -> dict[str, datetime]:
        """The named moments that due times count from, aware, UTC: a day from its beginning, `happened.to` from
        the end of its day."""
        zone = ZoneInfo(self.zone)
        found = {"noticed": self.noticed_at}
        if self.happened_from is not None:
            found["happened.from"] = at_local(datetime.combine(self.happened_from, time()), zone)
        if self.happened_to is not None:
            found["happened.to"] = at_local(datetime.combine(self.happened_to + timedelta(days=1), time()), zone)
        return found


def parse_mistake(file: YamlFile) -> tuple[MistakeFile | None, list[Finding]]:
    """The mistake, or None when anything blocks. `file` must have passed its schema."""
    at, body = Findings(file), file.value
    for word, check in (("zone", clock.zone), ("currency", exponent)):
        try:
            check(str(body[word]))
        except BadInput as no:
            at.refused((word,), no)
    happened = body.get("happened") or {}
    start, end = (_day(at, ("happened", word), happened.get(word)) for word in ("from", "to"))
    if start and end and end < start:
        at.add(("happened", "to"), "dates-reversed", "It ends before it begins.", "Exchange `from` and `to`.")
    locale = body.get("locale", "en")
    if not exists(locale.partition("-")[0]):
        at.add(("locale",), "unknown-locale", f"'{locale}' is no language.", "Write a code such as en, en-GB or de.")
    noticed_at = _noticed(at, str(body["noticed"]["at"]))
    facts = _facts(at, body.get("facts") or [])
    if at.blocking or noticed_at is None:
        return None, at.found
    mistake = MistakeFile(
        slug=body["mistake"],
        title=body["title"],
        brand=body.get("brand", "default"),
        kind=body["kind"],
        fault=body["fault"],
        zone=body["zone"],
        currency=body["currency"],
        happened_from=start,
        happened_to=end,
        noticed_at=noticed_at,
        noticed_how=body["noticed"]["how"],
        facts=facts,
        opened_as=body.get("opened_as", ""),
        locale=locale,
    )
    return mistake, at.found


def _day(at: Findings, path: Path, text: Any) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(str(text))
    except ValueError:
        at.add(path, "bad-date", f"'{text}' is not a date.", "Write it as year-month-day: 2026-01-31.")
        return None
    if not 1900 <= day.year <= 9000:
        at.add(path, "bad-date", f"The year of '{text}' is out of range.", "Write it as year-month-day: 2026-01-31.")
        return None
    return day


def _noticed(at: Findings, text: str) -> datetime | None:
    path, remedy = ("noticed", "at"), "Write date, time and zone: 2026-01-31T09:00:00+01:00."
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        at.add(path, "bad-instant", f"'{text}' has no time zone.", remedy)
    except (ValueError, OverflowError):
        at.add(path, "bad-instant", f"'{text}' is not an instant.", remedy)
    return None


def _facts(at: Findings, bodies: list[dict[str, Any]]) -> tuple[Fact, ...]:
    facts: dict[str, Fact] = {}
    for index, body in enumerate(bodies):
        if body["id"] in facts:
            at.add(("facts", index, "id"), "double-fact", f"Two facts are called '{body['id']}'.", "Rename one.")
        facts[body["id"]] = Fact(body["id"], body["text"], body["confirmed"])
    return tuple(facts.values())
