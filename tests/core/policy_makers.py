"""Random expressions of policies for tests: every construct of the language, well typed, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

# What a fact is in the file, and in DuckDB. `late` counts days and never meets a number without a unit.
FACTS: dict[str, tuple[dict[str, str], str]] = {
    "kind": ({"type": "text", "one_of": "[small, large, other]"}, "VARCHAR"),
    "note": ({"type": "text"}, "VARCHAR"),
    "flag": ({"type": "boolean"}, "BOOLEAN"),
    "done": ({"type": "boolean"}, "BOOLEAN"),
    "count": ({"type": "integer"}, "BIGINT"),
    "late": ({"type": "integer", "unit": "days"}, "BIGINT"),
    "rate": ({"type": "number"}, "DECIMAL(38,9)"),
    "whole": ({"type": "number", "above": "0"}, "DECIMAL(38,9)"),
    "extra": ({"type": "money", "currency": "EUR"}, "BIGINT"),
    "paid": ({"type": "money", "currency": "EUR"}, "BIGINT"),
    "day": ({"type": "date"}, "DATE"),
    "until": ({"type": "date"}, "DATE"),
    "began": ({"type": "instant"}, "TIMESTAMP"),
    "ended": ({"type": "instant"}, "TIMESTAMP"),
    "code": ({"type": "text"}, "VARCHAR"),
    "local": ({"type": "money", "currency": "'@code'"}, "BIGINT"),
    "marks": ({"type": "number", "list": "true"}, "DECIMAL(38,9)[]"),
    "bills": ({"type": "money", "currency": "EUR", "list": "true"}, "BIGINT[]"),
    "free": ({"type": "date", "list": "true"}, "DATE[]"),
}
LIMITS = {
    "count": ["from: 0", "above: 0, below: 100", "from: -5, to: 40"],
    "rate": ["from: 0", "above: 0, to: 100", 'from: "-2.5", below: "12.5"'],
    "extra": ["from: EUR 0", "above: EUR 0, to: EUR 5000", "from: EUR -10, below: EUR 400"],
    "late": ["from: 0", "from: 0, to: 365"],
    "day": ["from: 2019-06-01", "above: 2020-01-01, below: 2030-01-01"],
}
NUMBERS = ["0", "1", "2", "3", "7", "10", "0.5", "12.5", "100", "0.001", "33.333333333"]
PERCENTS = ["0", "5", "12.5", "33.333333", "50", "100", "150"]
COUNTS = ["0", "1", "2", "3", "5", "7", "10", "40"]
AMOUNTS = ["0", "0.01", "0.05", "1", "2.50", "9.99", "10", "33.33", "250", "1234.56"]
DAYS = ["2019-12-31", "2020-02-29", "2021-04-01", "2022-03-31", "2024-02-29", "2026-04-03", "2026-12-25"]
MODES = ["half-up", "half-even", "down", "up"]


@dataclass
class Maker:
    """Writes the parts of one policy; `depth` bounds how deep an expression is nested. `names` are what expressions may
    read beside facts, by kind."""

    random: Random
    names: dict[str, list[str]] = field(default_factory=dict)
    series: list[str] = field(default_factory=list)

    def pick(self, options: Sequence[Any]) -> Any:
        return self.random.choice(options)

    def maybe(self, least: int = 1, most: int = 3) -> bool:
        """True `least` times in `most`."""
        return self.random.randint(1, most) <= least

    def of(self, kind: str, depth: int) -> str:
        """An expression of a kind."""
        leaves = [*_LEAVES[kind], *self.names.get(kind, [])]
        if depth <= 0 or self.maybe(1, 4):
            return self.pick(leaves)
        shape = self.pick(_SHAPES[kind])
        if "SERIES" in shape:
            if not self.series:
                return self.pick(leaves)
            shape = shape.replace("SERIES", self.pick(self.series))
        return self.filled(shape, depth - 1)

    def filled(self, shape: str, depth: int) -> str:
        """Each <kind> of a shape becomes an expression, each [words] one of the words."""
        out, rest = "", shape
        while (hole := _hole(rest)) is not None:
            start, end, word = hole
            out += rest[:start] + self.hole(word, depth)
            rest = rest[end:]
        return out + rest

    def hole(self, word: str, depth: int) -> str:
        if word in _WORDS:
            return self.pick(_WORDS[word])
        return f"({self.of(word, depth)})"

    def condition(self, depth: int = 2) -> str:
        """One that reads at least one fact: a condition that is the same for everyone is refused."""
        lead = self.pick(["flag", "done", "count > 3", "late >= 2", "rate < 1", "kind = 'small'", "day > '2021-04-01'",
                          "extra > 'EUR 10.00'", "paid IS NULL", "whole <= 2.5"])  # fmt: skip
        how = self.pick(["{a}", "NOT ({a})", "{a} AND {b}", "{a} OR {b}", "{b} AND NOT ({a})", "({a}) = ({b})"])
        return how.format(a=lead, b=f"({self.of('boolean', depth)})")


def _hole(text: str) -> tuple[int, int, str] | None:
    """The first <word> where word is a kind or a list of words; a comparison has blanks around its sign."""
    start = text.find("<")
    while start >= 0:
        end = text.find(">", start)
        word = text[start + 1 : end]
        if end > 0 and (word in _LEAVES or word in _WORDS):
            return start, end + 1, word
        start = text.find("<", start + 1)
    return None


_WORDS: dict[str, list[str]] = {
    "n": NUMBERS, "c": COUNTS, "eur": [f"'EUR {one}'" for one in AMOUNTS], "date_": [f"'{one}'" for one in DAYS],
    "sign": ["=", "<>", "<", "<=", ">", ">="], "pick": ["least", "greatest"], "mode": [f"'{one}'" for one in MODES],
    "basis": ["365", "360", "'actual'", "'30/360'"], "start": ["month", "quarter", "half_year", "year"],
    "of_date": ["year", "month", "day"], "long": ["months", "years"],
    "calendar": ["england", "works", "free"], "few": ["-3", "-1", "0", "1", "2", "5", "10"],
    "positive": ["2", "0.5", "7", "whole", "greatest(count, 1)"],
    "cell": ["'>= 0.5'", "'< 2'", "'[0..10)'", "'> 1, < 5'"],
    "zone": ["'Europe/Berlin'", "'America/New_York'", "'Asia/Kolkata'", "'Pacific/Kiritimati'", "'UTC'"],
    "step": ["'EUR 0.05'", "'EUR 0.01'", "'EUR 1.00'", "'EUR 25.00'"], "parts": ["completed", "started"],
    "span": ["minutes", "hours", "seconds"], "of_list": ["list_sum", "list_min", "list_max", "list_mean"],
}  # fmt: skip
_LEAVES: dict[str, list[str]] = {
    "money": ["extra", "paid", "money('12.34', 'EUR')", "money('0', 'EUR')"],
    "number": ["rate", "count", "whole", "2", "0.5", "-1.5"],
    "days": ["late", "days_between(day, until)"],
    "boolean": ["flag", "done", "true", "false"],
    "text": ["kind", "note", "lower(note)"],
    "date": ["day", "until", "DATE '2024-02-29'"],
    "instant": ["began", "ended"],
}
_COMMON = ["CASE WHEN <boolean> THEN <{k}> ELSE <{k}> END", "coalesce(<{k}>, <{k}>)"]
_ORDERED = ["<pick>(<{k}>, <{k}>)", "clamp(<{k}>, <{k}>, <{k}>)"]


def _shapes(kind: str, own: list[str], *more: list[str]) -> list[str]:
    return [*own, *(shape.replace("{k}", kind) for part in more for shape in part)]


_SHAPES: dict[str, list[str]] = {
    "money": _shapes(
        "money",
        ["<money> + <money>", "<money> - <money>", "<money> - <eur>", "<money> * <n>", "<n> * <money>",
         "<money> / <positive>", "abs(<money>)", "-<money>", "percent(<n>, <money>)", "percent(rate, <money>)",
         "round(<money>)", "round(<money>, 1)", "round_to(<money>, <step>)", "round_to(<money>, <step>, <mode>)",
         "least(<eur>, <money>)", "interest(<money>, <n>, <date>, <date>, <basis>)",
         "interest_over(<money>, SERIES, day, until, <basis>)", "<of_list>(bills)",
         "CASE WHEN rate > 0 THEN <money> / rate ELSE <money> END", "money(<n>, 'EUR')", "<money> * count"],
        _COMMON, _ORDERED,
    ),
    "number": _shapes(
        "number",
        ["<number> + <number>", "<number> - <number>", "<number> * <n>", "<number> / <positive>", "abs(<number>)",
         "floor(<number>)", "ceil(<number>)", "round(<number>)", "round(<number>, 2)",
         "round_to(<number>, <positive>)", "round_to(<number>, 0.5, <mode>)", "<parts>(<number>, <positive>)",
         "<of_list>(marks)", "list_count(marks)", "list_count(bills)", "list_count_where(marks, <cell>)",
         "list_count_where(marks, marks <sign> rate)",
         "list_count_where(bills, bills * 2 > extra OR flag AND bills <sign> <eur>)",
         "list_count_where(free, free > day)", "list_count_where(marks, coalesce(count, 2) < marks / <positive>)",
         "length(note)", "weekday(<date>)", "<of_date>(<date>)", "at(SERIES, <date>)",
         "<money> / greatest(<money>, 'EUR 0.01')", "-<number>", "<number> * <number>"],
        _COMMON, _ORDERED,
    ),
    "days": _shapes(
        "days",
        ["<days> + <days>", "<days> - <days>", "<days> + <c>", "abs(<days>)", "days_between(<date>, <date>)",
         "<pick>(<days>, <c>)"],
        _COMMON, _ORDERED,
    ),
    "boolean": ["<boolean> AND <boolean>", "<boolean> OR <boolean>", "NOT <boolean>", "<money> <sign> <money>",
         "<money> <sign> <eur>", "<number> <sign> <n>", "<number> <sign> <number>", "<days> <sign> <c>",
         "<days> <sign> <days>", "<date> <sign> <date>", "<date> <sign> <date_>", "<instant> <sign> <instant>",
         "<number> BETWEEN <n> AND <n>", "<money> NOT BETWEEN <eur> AND <eur>", "kind IN ('small', 'other')",
         "<number> NOT IN (1, 2, 3)", "<text> = 'small'", "<text> <> <text>", "starts_with(<text>, 's')",
         "contains(<text>, 'a')", "<money> IS NULL", "<number> IS NOT NULL", "<text> IS NULL",
         "CASE WHEN <boolean> THEN <boolean> ELSE <boolean> END", "is_business_day(<date>, <calendar>)",
         "<span>_between(<instant>, <instant>) <sign> <c>",
         "<long>_between(<date>, <date>) <sign> <c>",
         "business_days_between(day, until, <calendar>) <sign> <c>", "<boolean> = <boolean>",
         "percent(<n>, <money>) <sign> <money> / 3", "local <sign> ['EUR 10.00', 'JPY 700']",
         "local BETWEEN ['EUR 1.00', 'USD 2.50'] AND ['EUR 30.00', 'USD 20.00', 'JPY 500']"],
    "text": ["lower(<text>)", *(shape.replace("{k}", "text") for shape in _COMMON)],
    "date": _shapes(
        "date",
        ["add_days(<date>, <few>)", "add_weeks(<date>, <few>)", "add_months(<date>, <few>)",
         "add_years(<date>, <few>)", "<start>_start(<date>)", "add_business_days(<date>, <few>, <calendar>)",
         "next_business_day(<date>, <calendar>)", "date_in(<instant>, <zone>)"],
        _COMMON, ["<pick>(<date>, <date>)"],
    ),
    "instant": _shapes("instant", ["add_hours(<instant>, <few>)", "add_minutes(<instant>, <few>)"], _COMMON),
}  # fmt: skip
