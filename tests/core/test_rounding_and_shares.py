"""Rounding as it is declared, shares of a wave, and how far a message may grow."""

from __future__ import annotations

import duckdb
import pytest
from deciding import decide, policy_text

from makegood.core.expressions_exact import rounded
from makegood.core.expressions_sql import MODES
from makegood.core.playbook_rules import Share
from makegood.core.render import MissingFact, Unrenderable, compile_message
from makegood.core.render.templates import MAX_SLOTS
from makegood.core.render.values import MAX_DEPTH, MAX_VALUE


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as connection:
        yield connection


# num, den, and the integer by half-up, half-even, down, up
ROUNDED = [
    (0, 1, 0, 0, 0, 0),
    (1, 2, 1, 0, 0, 1),
    (3, 2, 2, 2, 1, 2),
    (5, 2, 3, 2, 2, 3),
    (-1, 2, -1, 0, 0, -1),
    (-3, 2, -2, -2, -1, -2),
    (-5, 2, -3, -2, -2, -3),
    (1, 3, 0, 0, 0, 1),
    (2, 3, 1, 1, 0, 1),
    (-1, 3, 0, 0, 0, -1),
    (-2, 3, -1, -1, 0, -1),
    (7, 7, 1, 1, 1, 1),
    (10**18 + 1, 2, 5 * 10**17 + 1, 5 * 10**17, 5 * 10**17, 5 * 10**17 + 1),
    (1, 10**18, 0, 0, 0, 1),
]


@pytest.mark.parametrize(("num", "den", "half_up", "half_even", "down", "up"), ROUNDED)
def test_rounded(db, num: int, den: int, half_up: int, half_even: int, down: int, up: int) -> None:
    for mode, wanted in zip(("half-up", "half-even", "down", "up"), (half_up, half_even, down, up), strict=True):
        sql = rounded(f"({num})::HUGEINT", f"{den}::HUGEINT", mode)  # type: ignore[arg-type] # one of the four
        assert db.execute(f"SELECT {sql}").fetchone() == (wanted,), mode
    assert MODES == ("half-up", "half-even", "down", "up")


@pytest.mark.parametrize(
    ("mode", "unit", "extra", "minor"),
    [
        ("half-up", "0.01", 1, 1), ("half-even", "0.01", 1, None), ("down", "0.01", 1, None), ("up", "0.01", 1, 1),
        ("half-up", "0.01", 3, 2), ("half-even", "0.01", 3, 2), ("down", "0.01", 3, 1), ("up", "0.01", 3, 2),
        ("half-up", "0.05", 25, 15), ("half-even", "0.05", 25, 10), ("down", "0.05", 25, 10), ("up", "0.05", 25, 15),
        ("half-up", "1.00", 1_049, 500), ("half-up", "1.00", 1_100, 600), ("up", "1.00", 2, 100),
        ("down", "1.00", 199, None), ("half-up", "5.00", 1_999, 1_000),
    ],
)  # fmt: skip
def test_half_of_an_amount_by_each_mode_and_unit(db, mode: str, unit: str, extra: int, minor: int | None) -> None:
    text = policy_text(
        '{id: half, default: true, amount: {percent: "50", of: extra}}',
        tail=f'rounding: {{mode: {mode}, unit: "{unit}"}}',
    )
    (decision,) = decide(db, text, {"extra": extra})
    assert (decision["minor"], decision["status"]) == (minor, "nothing" if minor is None else "owed")


@pytest.mark.parametrize(
    ("share", "whole", "count"),
    [
        (Share(), 10, 10), (Share(count=3), 10, 3), (Share(count=30), 10, 10), (Share(count=0), 10, 0),
        (Share(basis_points=1), 10, 1), (Share(basis_points=500), 100, 5), (Share(basis_points=500), 101, 6),
        (Share(basis_points=10_000), 7, 7), (Share(basis_points=0), 10, 0), (Share(basis_points=1), 0, 0),
        (Share(basis_points=3_333), 3, 1), (Share(basis_points=3_334), 3, 2),
    ],
)  # fmt: skip
def test_a_share_of_a_wave(share: Share, whole: int, count: int) -> None:
    assert share.of(whole) == count
    assert share.rest is (share == Share())


def words(body: str, facts: dict, subject: str = "Hello"):
    message, findings = compile_message(f"---\nsubject: '{subject}'\n---\n{body}", "m.md")
    assert message is not None, findings
    return message.render(facts, locale="en")


def nested(depth: int) -> object:
    value: object = "x"
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("body", "facts", "says"),
    [
        ("{{ x }}", {"x": "y" * (MAX_VALUE + 1)}, "longer than"),
        ("{% for a in x %}{{ a }} {% endfor %}", {"x": ["y"] * 2_001}, "loop"),
        ("{% for a in x %}{{ a }}{{ a }}{{ a }} {% endfor %}", {"x": ["y"] * (MAX_SLOTS // 3 + 1)}, "more than"),
        ("{{ x }}", {"x": {"a": 1}}, "several facts"),
        ("{{ x }}", {"x": True}, "yes or no"),
        ("{{ x.a }}", {"x": nested(MAX_DEPTH + 2)}, "nested too deeply"),
        ("{{ x }}", {"x": 0.5}, "float"),
        ("{{ x }}", {"x": object()}, "object"),
        ("[here]({{ link }})", {"link": "http://shop.example/x"}, "https"),
        ("[here]({{ link }})", {"link": "javascript:alert(1)"}, "https"),
        ("[here]({{ link }})", {"link": "https://a@b.example"}, "https"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_said(body: str, facts: dict, says: str) -> None:
    with pytest.raises(Unrenderable) as refused:
        words(body, facts)
    assert says in str(refused.value)
    assert refused.value.code == "unrenderable"


@pytest.mark.parametrize(
    ("body", "facts"),
    [
        ("{{ x }}", {"x": "y" * MAX_VALUE}),
        ("{% for a in x %}{{ a }} {% endfor %}", {"x": ["y"] * 2_000}),
        ("[here]({{ link }})", {"link": "https://shop.example/" + "x" * 2_000}),
        ("[here]({{ link }})", {"link": "http://localhost:8000/x"}),
    ],
)
def test_up_to_the_limit_all_is_well(body: str, facts: dict) -> None:
    assert words(body, facts).text.strip()


def test_every_missing_fact_is_named_at_once_also_those_of_the_subject() -> None:
    with pytest.raises(MissingFact) as missing:
        words("{{ b }} {{ a.c }} {{ b }}", {}, subject="{{ z }}")
    assert missing.value.names == ("a.c", "b", "z")
    assert missing.value.code == "missing-fact"
