"""Random policies as the texts of files, and random customers for them: missing, negative, huge, and at the edges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from policy_makers import AMOUNTS, DAYS, FACTS, LIMITS, MODES, NUMBERS, PERCENTS, Maker
from reference_expressions import Many, Money, amount, instant

CALENDARS = """calendars:
  england: {country: GB, subdivision: ENG}
  works: {dates: [2024-02-28, 2024-02-29, 2026-12-24], weekend: [sun], years: [2019, 2030]}
"""
CELLS = {
    "kind": ["small", "[small, other]", "any", "large"],
    "note": ["missing", "any", "[a, Sam, small]"],
    "flag": ["true", "false"],
    "done": ["true", "missing"],
    "count": ['"< 3"', '"[3..10)"', '"(0..3]"', "7", '"> 1, < 5"', '">= 10"', "[1, 2, 3]", "missing"],
    "late": ['"< 2"', '"[2..30]"', '"> 30"'],
    "rate": ['"<= 0.5"', '"(0.5..2)"', '">= 2"', '"12.5"'],
    "extra": ['"< EUR 10.00"', '"[EUR 10.00..EUR 100.00)"', '">= EUR 100.00"', "EUR 2.50"],
    "day": ['"< 2021-04-01"', '"[2021-04-01..2024-02-29]"', "2026-04-03", '"> 2024-02-29"'],
}
OPERATIONS = ["add", "reduce", "excess", "set_off", "round", "cap", "minimum"]


class Writer(Maker):
    """Adds to `Maker` the parts of a file around its expressions."""

    def policy(self) -> str:
        together = self.maybe(1, 5)
        words = ["r0", "r1"] if together or self.maybe(1, 3) else ["r0"]
        parts = ["facts:\n", *(self.fact(word) for word in FACTS), CALENDARS]
        # In this order: what is written later reads what was named before.
        parts += [self.parameters(), self.tables(), self.values(), "remedies:\n"]
        parts += [self.remedy(word, together) for word in words]
        return "".join([*parts, self.choice() if together else ""])

    def fact(self, word: str) -> str:
        parts = [f"{key}: {value}" for key, value in FACTS[word][0].items()]
        if word in LIMITS and self.maybe(1, 4):
            parts.append(self.pick(LIMITS[word]))
        # Nearly all: a missing one that is not optional ends the decision before anything is worked out.
        if self.maybe(19, 20):
            parts.append("optional: true")
        return f"  {word}: {{{', '.join(parts)}}}\n"

    def parameters(self) -> str:
        self.names = {"money": ["fee"], "number": ["factor"], "days": [], "boolean": [], "text": ["word"], "date": []}
        self.series = ["bank_rate", "steps"]
        lines = [f"  fee: EUR {self.pick(AMOUNTS)}\n", f'  factor: "{self.pick(NUMBERS)}"\n', "  word: small\n"]
        lines += [self.dated("bank_rate", "", NUMBERS, ""), self.dated("steps", "", NUMBERS, "")]
        for word, by in (("daily", "day"), ("later", self.of("date", 1))):
            lines.append(self.dated(word, f'    by: "{by}"\n', AMOUNTS, "EUR "))
            self.names["money"].append(word)
        begin, nearest = self.pick(AMOUNTS), self.pick(["0.01", "0.05", "5.00"])
        raises = ", ".join(
            f'{day}: "{self.pick(NUMBERS)}"' for day in sorted({self.pick(DAYS[2:]), self.pick(DAYS[3:])})
        )
        lines.append(f'  uprated:\n    by: "day"\n    start: {{2019-12-31: EUR {begin}}}\n    raise: {{{raises}}}\n')
        lines.append(f"    nearest: EUR {nearest}\n")
        self.names["money"].append("uprated")
        return "parameters:\n" + "".join(lines)

    def dated(self, word: str, by: str, figures: list[str], code: str) -> str:
        points = {self.pick(DAYS): self.pick(figures) for _ in range(3)}
        listed = ", ".join(f'{day}: "{code}{figure}"' for day, figure in points.items())
        figure = self.pick([f'"{code}{self.pick(figures)}"', "{undefined: There was none.}"])
        before = f"    before: {figure}\n" if self.maybe(1, 2) else ""
        return f"  {word}:\n{by}    from: {{{listed}}}\n{before}"

    def tables(self) -> str:
        share = self.rows(lambda: f'"{self.pick(NUMBERS)}"')
        band = self.rows(lambda: f'{{base: EUR {self.pick(AMOUNTS)}, part: "{self.pick(NUMBERS)}"}}')
        self.names["number"] += ["share", "band.part"]
        self.names["money"].append("band.base")
        return f"tables:\n  share:\n{share}  band:\n{band}"

    def rows(self, give: Any) -> str:
        lines = []
        for _ in range(self.pick([1, 2, 4])):
            keys = sorted({self.pick(list(CELLS)) for _ in range(self.pick([1, 2]))})
            cells = ", ".join(f"{key}: {self.pick(CELLS[key])}" for key in keys)
            end = f"give: {give()}" if lines == [] or self.maybe(5, 6) else "undefined: There is no figure."
            lines.append(f"      - {{{cells}, {end}}}\n")
        otherwise = f"give: {give()}" if self.maybe(2, 3) else "undefined: There is no such row."
        return f"    rows:\n{''.join(lines)}    otherwise: {{{otherwise}}}\n"

    def values(self) -> str:
        lines = []
        for number, kind in enumerate(("money", "number", "boolean", "date", "money")):
            word = f"v{number}"
            lines.append(f'  {word}: "{self.of(kind, 2)}"\n')
            self.names[kind].append(word)
        return "values:\n" + "".join(lines)

    def remedy(self, word: str, together: bool) -> str:
        """`together`: one of a choice, all of one currency."""
        local = not together and self.maybe(1, 8)
        if not together and self.maybe(1, 8):
            return self.in_points(word)
        head = "currency_column: code" if local else "currency: EUR"
        parts = [f"  {word}:\n    kind: fix\n    basis: redress\n    {head}\n", self.exclusions(), self.rules(local)]
        if not local:
            parts += [self.additions(), self.ends(), self.rounding()]
        return "".join(parts)

    def in_points(self, word: str) -> str:
        """Paid in something that is no money."""
        points = [
            f'"{self.of("number", 2)}"',
            self.pick(["5", "12.5"]),
            f'{{percent: "50", of: "{self.of("number", 1)}"}}',
        ]
        most = f'    cap: "{self.of("number", 1)}"\n' if self.maybe(1, 2) else ""
        head = "kind: make good\n    basis: goodwill\n    unit: {name: points, digits: 1}\n"
        return (
            f"  {word}:\n    {head}{most}    rules:\n"
            f'      - {{id: some, when: "{self.condition(1)}", amount: {self.pick(points)}}}\n'
            f"      - {{id: rest, default: true, amount: {self.pick(points)}}}\n"
        )

    def exclusions(self) -> str:
        if self.maybe(2, 3):
            return ""
        unless = f', unless: "{self.condition(1)}"' if self.maybe(1, 2) else ""
        return f'    exclude:\n      - {{id: out, when: "{self.condition(1)}"{unless}, says: "It is not covered."}}\n'

    def rules(self, local: bool) -> str:
        lines = []
        for number in range(self.pick([0, 1, 2, 3])):
            end = self.pick(["nothing: No.", "hold: A person looks.", "undefined: Nobody knows.", "", "", "", ""])
            end = end or f"amount: {self.local() if local else self.amount()}"
            lines.append(f'      - {{id: rule{number}, when: "{self.condition()}", {end}}}\n')
        last = (
            f"amount: {self.local() if local else self.amount()}" if self.maybe(5, 6) else "nothing: Nothing is owed."
        )
        return f"    rules:\n{''.join(lines)}      - {{id: rest, default: true, {last}}}\n"

    def local(self) -> str:
        return self.pick(["[EUR 5.00, USD 6.00, JPY 700]", "[USD 1.23]", "local", '"local * 2"', '"round(local)"'])

    def money(self, depth: int = 2) -> str:
        return f"EUR {self.pick(AMOUNTS)}" if self.maybe(1, 3) else f'"{self.of("money", depth)}"'

    def amount(self) -> str:
        shape = self.pick(["money", "money", "percent", "periods", "rates"])
        limits = (f", floor: {self.money(0)}" if self.maybe(1, 3) else "") + (
            f", cap: {self.money(0)}" if self.maybe(1, 3) else ""
        )
        if shape == "money":
            return f'"{self.of("money", 3)}"'
        if shape == "percent":
            return f'{{percent: "{self.pick(PERCENTS)}", of: "{self.of("money", 2)}"{limits}}}'
        first = f", first: EUR {self.pick(AMOUNTS)}" if self.maybe(1, 2) else ""
        cap = f", cap: {self.money(0)}" if self.maybe(1, 2) else ""
        if shape == "periods":
            count = self.pick(["late", "completed(count, 2)", "started(rate, 7)", "count", "list_count(marks)"])
            return f'{{accrue: {{count: "{count}", each: {self.money(1)}{first}{cap}}}}}'
        rates = ", ".join(
            f"{{to: {to}, each: EUR {self.pick(AMOUNTS)}}}" for to in sorted({self.pick([1, 3]), self.pick([5, 10])})
        )
        return f'{{accrue: {{count: "late"{first}{cap}, rates: [{rates}, {{each: EUR {self.pick(AMOUNTS)}}}]}}}}'

    def additions(self) -> str:
        text = ""
        if self.maybe(1, 3):
            text += (
                f'    add:\n      - {{id: more, when: "{self.condition(1)}", amount: {self.money(1)}, says: More.}}\n'
            )
        if self.maybe(1, 3):
            second = f'      - {{id: half, when: "{self.condition(1)}", percent: "50", says: Half.}}\n'
            percent = self.pick(["10", "33.3", "100", "0"])
            text += (
                f'    reduce:\n      - {{id: less, when: "{self.condition(1)}", percent: "{percent}", says: Less.}}\n'
            )
            text += second if self.maybe(1, 2) else ""
        if self.maybe(1, 4):
            text += f"    excess: {self.money(1)}\n"
        if self.maybe(1, 4):
            text += f"    set_off: [{self.money(0)}, {self.money(0)}]\n"
        return text

    def ends(self) -> str:
        text = ""
        if self.maybe(1, 3):
            text += f"    cap: {self.money(1)}\n"
        if self.maybe(1, 3):
            strict = f"{{amount: {self.money(0)}, strict: true}}"
            text += f"    minimum: {strict if self.maybe(1, 2) else self.money(0)}\n"
        if self.maybe(1, 4):
            text += f"    approval: {{above: {self.money(0)}, says: A person looks.}}\n"
        if self.maybe(1, 3):
            text += f'    also: {{part: "{self.of("money", 1)}", many: "{self.of("number", 1)}"}}\n'
        if self.maybe(1, 3):
            shares = ", ".join(f"{{payer: {payer}, share: {self.share()}}}" for payer in ("a", "b", "c"))
            text += f"    split: [{shares}]\n"
        if self.maybe(1, 4):
            order = self.random.sample(OPERATIONS, self.pick([2, 4, 7]))
            text += f"    order: [{', '.join(order)}]\n"
        return text

    def share(self) -> str:
        """Parts that are the same for everybody, or that the facts say."""
        worked = ["CASE WHEN flag THEN 2 ELSE 0 END", "CASE WHEN late > 2 THEN 1 ELSE 3 END", "count", "floor(rate)"]
        return str(self.pick([1, 2, 3, 7])) if self.maybe(2, 3) else f'"{self.pick(worked)}"'

    def rounding(self) -> str:
        unit = f', unit: "{self.pick(["0.01", "0.05", "1.00"])}"' if self.maybe(1, 2) else ""
        return f"    rounding: {{mode: {self.pick(MODES)}{unit}}}\n" if self.maybe(2, 3) else ""

    def choice(self) -> str:
        take = self.pick(["greatest", "first", "note"])
        return f"choose: [{{id: one-of, of: [r0, r1], take: {take}}}]\n"


def random_policy(random: Random) -> str:
    """The text of a policy over `FACTS`."""
    return Writer(random).policy()


_HUGE = [2**62, -(2**62), 10**15]
_INTEGERS = [0, 1, 2, 3, 4, 5, 7, 10, 30, 99, 100, -1, -5]
_FRACTIONS = [
    Fraction(text) for text in ("0", "0.5", "0.500000001", "2", "12.5", "-2.5", "-0.000000001", "100", "0.333333333")
]
_DATES = sorted({date.fromisoformat(day) + timedelta(days=n) for day in DAYS for n in (-1, 0, 1)})
_INSTANTS = [
    instant(text)
    for text in ("2026-03-29T00:59:59+00:00", "2026-03-29T03:30:00+02:00", "2026-03-29T04:29:59.999999+02:00")
]
_TEXTS = ["", "a", "Sam", "small", "SMALL", "Straße", "it's", "r0", "r1"]


def values_of(word: str, huge: bool) -> list[Any]:
    """What a fact may be, missing ones apart."""
    kind = FACTS[word][0]["type"]
    if word == "kind":
        return ["small", "large", "other"] * 4 + ["tiny"]
    if word == "code":
        return ["EUR", "USD", "JPY", " eur ", "CHF"]
    if kind == "integer":
        return [Fraction(one) for one in _INTEGERS + (_HUGE if huge else [])]
    if word == "whole":
        return [
            Fraction(text) for text in ("0.5", "1", "2.5", "7", "0.000000001", "100", "0.333333333", "12.5", "0", "-1")
        ]
    if kind == "number":
        return _FRACTIONS + ([Fraction(10) ** 18] if huge else [])
    if kind == "money":
        minor = [int(amount(f"EUR {one}").minor) for one in AMOUNTS] + [-1, -250, 99, 9_999, 10_000]
        return [Money(Fraction(one), "EUR") for one in minor + (_HUGE if huge else [])]
    return {"boolean": [True, False], "date": _DATES, "instant": _INSTANTS, "text": _TEXTS}[kind]


def random_customers(random: Random, count: int) -> list[dict[str, Any]]:
    """Facts of customers; some are missing, and for some runs numbers may be huge."""
    huge = random.random() < 0.3
    return [_customer(random, huge) for _ in range(count)]


def _customer(random: Random, huge: bool) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for word, (body, _) in FACTS.items():
        options = values_of(word, huge)
        if random.random() < 0.06:
            row[word] = None
        elif "list" in body:
            items = tuple(random.choice([*options, None]) for _ in range(random.randint(0, 4)))
            row[word] = Many(items, Money(Fraction(0), "EUR") if body["type"] == "money" else Fraction(0))
        else:
            row[word] = random.choice(options)
    if row["local"] is not None:
        row["local"] = Money(row["local"].minor, (row["code"] or "").strip().upper())
    return row


def stored(word: str, value: Any) -> Any:
    """The value as DuckDB is given it: money in smallest units, instants in UTC without their zone."""
    if isinstance(value, Many):
        return [stored(word, one) for one in value.items]
    if isinstance(value, Money):
        return int(value.minor)
    if isinstance(value, Fraction):
        return int(value) if FACTS[word][0]["type"] == "integer" else decimal(value)
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def decimal(value: Fraction) -> str:
    """With nine digits after the point."""
    scaled = value * 10**9
    assert scaled.denominator == 1
    text = f"{abs(int(scaled)):010d}"
    return f"{'-' if scaled < 0 else ''}{text[:-9]}.{text[-9:]}"


def facts_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {word: stored(word, value) for word, value in row.items()}
