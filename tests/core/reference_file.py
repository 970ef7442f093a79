"""The file of a policy as the reference reads it: every scalar stays the text that was written."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

from reference_expressions import Days, Many, amount, compared, like, literal, nearest, size
from reference_parser import chooses, names, parse
from ruamel.yaml import YAML

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Keys of a remedy whose texts are no expressions.
_SPEECH = {
    "id", "says", "reason", "nothing", "hold", "undefined", "kind", "basis", "currency", "rounding", "order", "may",
    "default", "words", "strict", "payer", "mode", "unit", "rows",
}  # fmt: skip


class PolicyFile:
    """What stands in the file, part by part."""

    def __init__(self, text: str) -> None:
        self.body: dict[str, Any] = YAML(typ="base").load(text)
        self.facts = self.part("facts")
        self.calendars = {word: calendar(one or {}) for word, one in self.part("calendars").items()}
        self.series = {word: series(one) for word, one in self.part("parameters").items() if isinstance(one, dict)}
        dated = {word for word in self.series if "by" not in self.part("parameters")[word]}
        self.names = {*self.facts, *self.part("tables"), *self.part("values"), *self.part("parameters")} - dated

    def part(self, word: str) -> dict[str, Any]:
        return self.body.get(word) or {}

    def text(self, word: str) -> str:
        """The expression behind a value, or the one that selects a parameter's date."""
        body = self.part("values").get(word) or self.part("parameters")[word]
        return body if isinstance(body, str) else body.get("is") or body["by"]

    def reads(self, part: object) -> set[str]:
        """The facts that a remedy needs, through tables, values and parameters."""
        found: set[str] = set()
        waiting = list(words(part))
        if isinstance(part, dict) and "rows" in part:
            limits = part["rows"]
            waiting += limits.get("once_per") or ()
            for most in limits.get("most") or ():
                waiting += [*most["per"], *words(most.get("amount"))]
        while waiting:
            name = waiting.pop().partition(".")[0]
            if name in found:
                continue
            found.add(name)
            if name.startswith("@"):
                waiting += self._currency_of(name[1:])
                continue
            if name in self.part("tables"):
                waiting += [cell for row in self.part("tables")[name]["rows"] for cell in cells_of(row)]
            elif name in self.part("values") or "by" in (self.part("parameters").get(name) or ""):
                waiting += read_in(self.text(name))
        return found & self.facts.keys()

    def _currency_of(self, name: str) -> list[str]:
        """The column that the currency of a fact stands in, or what to ask instead for a value."""
        if name in self.part("values"):
            return [f"@{one}" for one in names(parse(self.text(name)))]
        currency = str((self.facts.get(name) or {}).get("currency", ""))
        return [currency[1:]] if currency.startswith("@") else []


def words(part: object) -> set[str]:
    """Names read anywhere in a part of the file, as far as its texts are expressions."""
    if isinstance(part, dict):
        return set().union(*(words(one) for key, one in part.items() if key not in _SPEECH)) if part else set()
    if isinstance(part, list):
        return set().union(*(words(one) for one in part)) if part else set()
    return set() if not isinstance(part, str) or is_amount(part) else read_in(part)


def read_in(text: str) -> set[str]:
    """Names in an expression; `@name` where its currency is read as well."""
    tree = parse(text)
    found = names(tree)
    return found | {f"@{name}" for name in found} if chooses(tree) else found


def is_amount(text: str) -> bool:
    return re.fullmatch(r"[A-Z]{3} -?\d+(\.\d+)?", text) is not None


def cells_of(row: dict[str, Any]) -> dict[str, Any]:
    return {name: cell for name, cell in row.items() if name not in {"give", "undefined", "id", "words"}}


def calendar(body: dict[str, Any]) -> Days:
    free = {date.fromisoformat(day) for day in body.get("dates") or ()}
    first, last = (int(year) for year in body.get("years") or (2015, 2035))
    if body.get("country"):
        import holidays

        years = range(first - 1, last + 2)
        free |= set(holidays.country_holidays(body["country"], subdiv=body.get("subdivision"), years=years))
    weekend = frozenset(WEEKDAYS.index(word) + 1 for word in body.get("weekend", ("sat", "sun")))
    return Days(frozenset(free), weekend, date(first, 1, 1), date(last, 12, 31))


def series(body: dict[str, Any]) -> tuple[list[tuple[date, Any]], Any]:
    """The dated figures in order, and the one before the first."""
    before = figure(body["before"]) if isinstance(body.get("before"), str) else None
    if "from" in body:
        return sorted((date.fromisoformat(day), figure(text)) for day, text in body["from"].items()), before
    ((day, text),) = body["start"].items()
    points = [(date.fromisoformat(day), figure(text))]
    step = figure(body["nearest"])
    for day, percent in sorted(body["raise"].items()):
        last = points[-1][1]
        raised = size(last) * (1 + Fraction(percent) / 100)
        points.append((date.fromisoformat(day), like(last, nearest(raised / size(step), "half-up") * size(step))))
    return points, before


def figure(text: str) -> Any:
    """A figure of the file: an amount, a number, a yes or no, a date, or a text."""
    if is_amount(text):
        return amount(text)
    if text in {"true", "false"}:
        return text == "true"
    for kind in (Fraction, date.fromisoformat):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def fits(fact: dict[str, Any], value: Any) -> bool:
    """Whether a fact may be read: within its limits, and there unless it is optional."""
    if value is None:
        return fact.get("optional") == "true"
    if isinstance(value, Many):
        return all(one is None or fits(fact, one) for one in value.items)
    if "one_of" in fact and value not in fact["one_of"]:
        return False
    signs = {"from": ">=", "above": ">", "to": "<=", "below": "<"}
    return all(compared(sign, value, literal(fact[word], value)) for word, sign in signs.items() if word in fact)
