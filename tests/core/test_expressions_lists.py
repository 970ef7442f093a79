"""Facts that hold several values: counts, sums, means, over missing, huge and negative ones."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from expressing import USD, answers, read, refused

from makegood.core.expressions import Known, Type

FACTS = {
    "ns": Type("integer", unit="min", many=True),
    "xs": Type("number", many=True),
    "ps": Type("money", "USD", many=True),
    "ds": Type("date", many=True),
    "ws": Type("text", many=True),
    "bs": Type("boolean", many=True),
    "n": Type("integer"),
    "p": USD,
}
BIG = 2**63 - 1


@pytest.mark.parametrize(
    ("text", "of", "wanted"),
    [
        ("list_count(ns)", [1, None, 3], 2),
        ("list_count(ns)", [], 0),
        ("list_count(ns)", [None], 0),
        ("list_count(ns)", None, None),
        ("list_sum(ns)", [1, None, -3], -2),
        ("list_sum(ns)", [], 0),
        ("list_sum(ns)", [None], 0),
        ("list_sum(ns)", None, None),
        ("list_sum(ns)", [BIG, BIG, 1], 2 * BIG + 1),
        ("list_mean(ns)", [1, 2, None, 2], F(5, 3)),
        ("list_mean(ns)", [BIG, BIG - 1], F(2 * BIG - 1, 2)),
        ("list_mean(ns)", [], None),
        ("list_mean(ns)", [None], None),
        ("list_mean(ns)", None, None),
        ("list_mean(ns) > 1.6", [1, 2, 2], True),
        ("list_mean(ns) = 5 / 3", [1, 2, 2], True),
        ("round(list_mean(ns), 2)", [-1, -2, -2], F(-167, 100)),
        ("list_min(ns)", [3, None, -1], -1),
        ("list_max(ns)", [3, None, -1], 3),
        ("list_min(ns)", [], None),
        ("list_max(ns)", None, None),
        ("list_count_where(ns, '> 1')", [1, 2, None, 3], 2),
        ("list_count_where(ns, '> 1')", [], 0),
        ("list_count_where(ns, '> 1')", None, None),
        ("list_count_where(ns, '[1..3)')", [0, 1, 2, 3], 2),
        ("list_count_where(ns, '2')", [2, 2, 3], 2),
        ("list_count_where(ns, 'any')", [2, None, 3], 2),
        ("list_count_where(ns, '> 1') / greatest(list_count(ns), 1)", [1, 2, None, 3], F(2, 3)),
        ("list_sum(ns) - n * list_max(ns)", [1, 2], None),
        ("list_max(ns) - list_min(ns)", [-BIG, BIG], 2 * BIG),
    ],
)
def test_whole_numbers(duck, text: str, of: object, wanted: object) -> None:
    assert answers(duck, text, FACTS, [{}, {"ns": of}, {}])[1] == wanted


@pytest.mark.parametrize(
    ("text", "of", "wanted"),
    [
        ("list_sum(xs)", ["0.1", "0.2", None], F(3, 10)),
        ("list_mean(xs)", ["0.1", "0.2"], F(15, 100)),
        ("list_mean(xs)", ["-0.000000001", "0"], F(-1, 2 * 10**9)),
        ("list_min(xs)", ["0.1", "-0.2"], F(-1, 5)),
        ("list_max(xs)", ["0.1", None], F(1, 10)),
        ("list_count_where(xs, '>= 0.5')", ["0.5", "0.499999999", None, "7"], 2),
        ("list_mean(xs) >= 0.15", ["0.1", "0.2"], True),
        ("list_max(xs) > 0.5", ["0.1"], False),
        ("list_sum(xs)", ["99999999999999999999999999999"] * 2, None),
        ("list_sum(xs) > 1", ["99999999999999999999999999999"] * 2, None),
        ("list_mean(xs)", ["99999999999999999999999999999"] * 2, None),
        ("list_max(xs) > 1", ["99999999999999999999999999999"] * 2, True),
    ],
)
def test_numbers(duck, text: str, of: object, wanted: object) -> None:
    gap, found, last = answers(duck, text, FACTS, [{}, {"xs": of}, {"xs": ["1", "2"]}])
    assert gap is None
    assert found == wanted
    assert last is not None


def test_amounts_dates_and_texts(duck) -> None:
    rows: list[dict[str, object]] = [
        {"ps": [100, None, 250], "ds": ["2026-02-01", "2026-01-01"], "ws": ["a", "b", "a"], "bs": [True, False, True]}
    ]
    for text, wanted in [
        ("list_sum(ps)", 350),
        ("list_mean(ps)", 175),
        ("list_sum(ps) > 'USD 3.49'", True),
        ("percent(10, list_max(ps))", 25),
        ("list_count_where(ps, '> USD 1.00')", 1),
        ("days_between(list_min(ds), list_max(ds))", 31),
        ("list_count_where(ds, '>= 2026-01-15')", 1),
        ("list_count_where(ws, 'a')", 2),
        ("list_count_where(bs, 'true')", 2),
    ]:
        assert answers(duck, text, FACTS, rows) == [wanted], text


def test_rows_are_counted_where_there_are_rows() -> None:
    from makegood.core.expressions import Value

    known = Known(FACTS, values={"rows_count()": Value(Type("integer"), "_rows", low=1, high=10**6)})
    found = read("p / rows_count()", known)
    assert found.names == ("p", "rows_count()")
    assert found.columns == ("p",)
    assert refused("rows_count()", FACTS) == ("no-rows", 1)


@pytest.mark.parametrize(
    ("text", "facts", "wanted"),
    [
        ("list_count_where(ns, ns > n)", {"ns": [1, 2, None, 3], "n": 1}, 2),
        ("list_count_where(ns, ns > n)", {"ns": [1, 2, None, 3]}, None),
        ("list_count_where(ns, ns > n)", {"ns": [None], "n": None}, 0),
        ("list_count_where(ns, ns > n)", {"n": 1}, None),
        ("list_count_where(ns, ns > n OR ns = 1)", {"ns": [1, 1]}, 2),
        ("list_count_where(xs, 3 * xs >= 1)", {"xs": ["0.333333333", "0.333333334", "0.4"]}, 2),
        ("list_count_where(ps, ps BETWEEN 'USD 1.00' AND 2 * p)", {"ps": [99, 100, 200, 201], "p": 100}, 2),
        ("list_count_where(ds, month_start(ds) = ds)", {"ds": ["2026-01-01", "2026-01-02", "2026-03-01"]}, 2),
        ("list_count_where(ws, starts_with(lower(ws), 'a') AND NOT contains(ws, 'z'))", {"ws": ["Az", "ab", "b"]}, 1),
        ("list_count_where(bs, NOT bs)", {"bs": [True, False, None, False]}, 2),
        ("list_count_where(ns, ns > 1) + list_count_where(ns, '> 1')", {"ns": [1, 2, 3]}, 4),
    ],
)
def test_any_condition_over_a_value_of_a_list(duck, text: str, facts: dict[str, object], wanted: object) -> None:
    """The list's name stands for one of its values; what cannot be said of one of them cannot be counted."""
    assert answers(duck, text, FACTS, [facts]) == [wanted]


def test_what_the_count_needs_is_read() -> None:
    assert read("list_count_where(ns, ns > n)", FACTS).names == ("ns", "n")


def test_units_of_lists() -> None:
    assert read("list_sum(ns)", FACTS).type == Type("integer", unit="min")
    assert read("list_mean(ns)", FACTS).type == Type("number", unit="min")
    assert read("list_count(ns)", FACTS).type == Type("integer")
    assert read("list_mean(ps)", FACTS).type == USD


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("ns > 3", "expression-type", 1),
        ("ns + 1", "expression-type", 1),
        ("ns = ns", "expression-type", 1),
        ("ns", "", 0),
        ("list_sum(n)", "expression-type", 10),
        ("list_sum(ws)", "expression-type", 10),
        ("list_mean(ds)", "expression-type", 11),
        ("list_min(ws)", "expression-type", 10),
        ("list_count(3)", "expression-type", 12),
        ("list_count_where(ns, 3)", "expression-type", 22),
        ("list_count_where(ns, '> a')", "bad-number", 22),
        ("list_count_where(ns, 'missing')", "bad-cell", 22),
        ("list_count_where(ns, n > 3)", "bad-cell", 22),
        ("list_count_where(ns, list_sum(ns) > 3)", "expression-type", 31),
        ("list_count_where(ns, ns + 1)", "expression-type", 22),
        ("list_count_where(ns, ns > xs)", "expression-type", 22),
        ("list_count_where(ps, '> EUR 1.00')", "wrong-currency", 22),
        ("list_filter(ns, 3)", "unlisted-function", 1),
        ("list_transform(ns, lambda x: x + 1)", "unlisted-function", 1),
        ("list_sum([1, 2])", "not-allowed", 11),
        ("p / list_count(ns)", "maybe-zero", 5),
    ],
)
def test_refused(text: str, code: str, column: int) -> None:
    if code:
        assert refused(text, FACTS) == (code, column)
    else:
        assert read(text, FACTS).type.many
