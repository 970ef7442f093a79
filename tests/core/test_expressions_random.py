"""Random expressions over random rows against Fraction: every answer is exact or missing, and none ever raises.

The reference is written beside each part while it is drawn; it shares nothing with the compiler.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction as F
from math import ceil, floor

import pytest
from expressing import answers, read

from makegood.core.expressions import Type, parse_expression
from makegood.kit.errors import Finding, Place

FACTS = {"n": Type("integer"), "m": Type("integer"), "x": Type("number"), "y": Type("number")}
Row = dict[str, F | None]
Answer = F | bool | None
# Past these on the way, an answer may be missing; it is never wrong.
HUGE = F(10) ** 12
PLAIN = 1000


LARGE: list[F] = []


@dataclass(frozen=True)
class Part:
    """Text, and what it says of a row."""

    text: str
    of: Callable[[Row], F | None]


def watched(value: F | None) -> F | None:
    """Notes what is large on the way."""
    if value is not None and (abs(value) > HUGE or value.denominator > HUGE):
        LARGE.append(value)
    return value


def both(a: Part, b: Part, text: str, of: Callable[[F, F], F]) -> Part:
    def run(row: Row) -> F | None:
        left, right = a.of(row), b.of(row)
        return None if left is None or right is None else watched(of(left, right))

    return Part(text.format(a.text, b.text), run)


def one(a: Part, text: str, of: Callable[[F], F]) -> Part:
    def run(row: Row) -> F | None:
        value = a.of(row)
        return None if value is None else watched(of(value))

    return Part(text.format(a.text), run)


def half_up(x: F) -> F:
    return F(floor(abs(x) + F(1, 2))) * (1 if x >= 0 else -1)


def number(draw: random.Random, depth: int) -> Part:
    if depth == 0 or draw.random() < 0.2:
        if draw.random() < 0.3:
            figure = draw.choice(["0", "1", "2", "0.5", "12.5", "60", "0.001", "720"])
            return Part(figure, lambda _: F(figure))
        word = draw.choice(list(FACTS))
        return Part(word, lambda row: watched(row[word]))
    a = number(draw, depth - 1)
    kind = draw.randrange(13)
    if kind < 6:
        b = number(draw, depth - 1)
        pairs: list[tuple[str, Callable[[F, F], F]]] = [
            ("({} + {})", lambda p, q: p + q),
            ("({} - {})", lambda p, q: p - q),
            ("({} * {})", lambda p, q: p * q),
            ("least({}, {})", min),
            ("greatest({}, {})", max),
            ("{} / greatest({}, 0.5)", lambda p, q: p / max(q, F(1, 2))),
        ]
        text, of = pairs[kind]
        return both(a, b, f"({text})", of)
    if kind == 6:
        return chosen(condition(draw, depth - 1), a, number(draw, depth - 1))
    if kind == 7:
        return guarded(a, number(draw, depth - 1))
    singles: list[tuple[str, Callable[[F], F]]] = [
        ("abs({})", abs),
        ("(-{})", lambda p: -p),
        ("round({}, 2)", lambda p: half_up(p * 100) / 100),
        ("floor({})", lambda p: F(floor(p))),
        ("started({}, 60)", lambda p: F(max(0, ceil(p / 60)))),
    ]
    return one(a, *singles[kind - 8])


def condition(draw: random.Random, depth: int) -> Part:
    a, b = number(draw, depth), number(draw, depth)
    sign = draw.choice(["<", "<=", "=", "<>", ">", ">="])
    tests: dict[str, Callable[[F, F], bool]] = {
        "<": lambda p, q: p < q, "<=": lambda p, q: p <= q, "=": lambda p, q: p == q, "<>": lambda p, q: p != q,
        ">": lambda p, q: p > q, ">=": lambda p, q: p >= q,
    }  # fmt: skip
    return both(a, b, f"{{}} {sign} {{}}", lambda p, q: F(tests[sign](p, q)))


def chosen(test: Part, a: Part, b: Part) -> Part:
    def run(row: Row) -> F | None:
        holds = test.of(row)
        if holds is None:
            return None
        return a.of(row) if holds else b.of(row)

    return Part(f"(CASE WHEN {test.text} THEN {a.text} ELSE {b.text} END)", run)


def guarded(a: Part, b: Part) -> Part:
    """A division that a condition makes safe."""

    def run(row: Row) -> F | None:
        divisor = b.of(row)
        if divisor is None:
            return None
        if divisor == 0:
            return F(0)
        top = a.of(row)
        return None if top is None else watched(top / divisor)

    return Part(f"(CASE WHEN {b.text} <> 0 THEN {a.text} / {b.text} ELSE 0 END)", run)


def rows(draw: random.Random) -> list[Row]:
    whole = [0, 1, -1, 2, 59, 60, 61, 719, 720, -720, 1000, 2**31, -(2**31), 2**63 - 1, -(2**63), None]
    exact = ["0", "0.000000001", "-0.5", "0.5", "12.5", "99.99", "-1000000", "999999999999999999",
             "1000000000000000000.1", "99999999999999999999999999999.999999999", "-99999999999999999999999999999",
             None]  # fmt: skip
    found = []
    for index in range(24):
        small = index % 2
        n, m = (draw.choice(whole[:11] if small else whole) for _ in "nm")
        x, y = (draw.choice(exact[:7] if small else exact) for _ in "xy")
        found.append({"n": n, "m": m, "x": x, "y": y})
    return [{word: None if value is None else F(value) for word, value in row.items()} for row in found]


def spelled(row: Row) -> dict[str, object]:
    out: dict[str, object] = {}
    for word, value in row.items():
        if value is None:
            out[word] = None
        elif word in "nm":
            out[word] = int(value)
        else:
            digits = str(abs(value.numerator) * 10**9 // value.denominator).zfill(10)
            out[word] = ("-" if value < 0 else "") + digits[:-9] + "." + digits[-9:]
    return out


@pytest.mark.parametrize("seed", range(60))
def test_exact_or_missing(duck, seed: int) -> None:
    draw = random.Random(seed)
    part = condition(draw, 3) if seed % 3 == 0 else number(draw, 4)
    if isinstance(parse_expression(part.text, FACTS, Place("p")), Finding):
        part = number(draw, 2)
    of = rows(draw)
    kind = read(part.text, FACTS).type.kind
    found = answers(duck, part.text, FACTS, [spelled(row) for row in of])
    for row, got in zip(of, found, strict=True):
        LARGE.clear()
        wanted: Answer = part.of(row)
        if wanted is not None and kind == "boolean":
            wanted = bool(wanted)
        is_plain = not LARGE and all(value is None or abs(value) <= PLAIN for value in row.values())
        assert got == wanted or (got is None and not is_plain), (part.text, row)
