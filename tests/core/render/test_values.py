"""Facts made plain, made readable, made one line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.core.render.errors import Unrenderable
from makegood.core.render.values import Cash, flat, locale_of, money_text, plain, plural_index, shown
from makegood.kit.money import Money

scalars = st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.dates(), st.decimals(allow_nan=False))
facts = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=10,
)


@given(st.text())
def test_flat_is_one_line_of_visible_characters(text: str) -> None:
    line = flat(text)
    assert len(line.splitlines()) <= 1
    assert flat(line) == line, "a second time changes nothing"
    line.encode()


@given(st.text(st.characters(categories=("L", "N", "P", "S", "M"))))
def test_flat_leaves_what_can_be_seen(text: str) -> None:
    assert flat(text) == text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a\r\nb", "a b"),
        ("a\n\nb", "a  b"),
        ("a\tb", "a b"),
        ("a\x85b\u2028c\u2029d", "a b c d"),
        ("a\x00b\x7f", "a\ufffdb\ufffd"),
        ("evil\u202egpj.exe", "evil\ufffdgpj.exe"),
        ("\ud800x", "\ufffdx"),
        ("fa\u200cmily\u200d", "fa\u200cmily\u200d"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_what_flat_replaces(text: str, wanted: str) -> None:
    assert flat(text) == wanted


@given(facts)
def test_plain_holds_no_empty_text_and_copies(value: object) -> None:
    copy = plain(value)
    assert plain(copy) == copy

    def walk(one: object) -> None:
        assert not (isinstance(one, str) and (not one or one.isspace()))
        for inner in one.values() if isinstance(one, dict) else one if isinstance(one, list) else ():
            walk(inner)

    walk(copy)
    if isinstance(value, list | dict):
        assert copy is not value


@pytest.mark.parametrize("value", [1.5, b"x", bytearray(b"x"), object(), {1, 2}, {"a": [1.5]}, iter([1])])
def test_plain_refuses_other_types(value: object) -> None:
    with pytest.raises(Unrenderable, match="type"):
        plain(value)


def test_a_tuple_is_a_list_and_keys_are_text() -> None:
    assert plain((1, ("a",))) == [1, ["a"]]
    assert plain({1: "a"}) == {"1": "a"}


@given(st.integers(-(10**12), 10**12), st.sampled_from(["USD", "JPY", "KWD"]))
def test_cash_compares_as_a_number_and_stays_money(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    cash = plain(money)
    assert isinstance(cash, Cash)
    assert cash.money == money
    assert cash == money.amount
    assert (cash > 0) == (minor > 0)
    assert shown(cash, "en") == money_text(money, "en")


@given(st.integers(-(10**15), 10**15))
def test_a_number_keeps_every_digit(number: int) -> None:
    assert int(shown(number, "en").replace(",", "")) == number
    assert int(shown(number, "de").replace(".", "")) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_a_decimal_keeps_every_digit(number: Decimal) -> None:
    assert Decimal(shown(number, "en").replace(",", "")) == number


@pytest.mark.parametrize("value", [True, False, {}, {"a": 1}, range(3)])
def test_what_cannot_be_shown_names_the_fact(value: object) -> None:
    with pytest.raises(Unrenderable, match="'the_fact'"):
        shown(value, "en", name="the_fact")


@pytest.mark.parametrize("name", ["de", "de-AT", "de_AT", "pt-BR", "zh-Hant-TW", "EN"])
def test_languages_that_are_known(name: str) -> None:
    assert locale_of(name).language == name.lower()[:2]


@pytest.mark.parametrize("name", ["", "xx", "x", "12", "en-", "deutsch", "../../etc", "en\n", "a" * 100])
def test_languages_that_are_not(name: str) -> None:
    with pytest.raises(Unrenderable) as refused:
        locale_of(name)
    assert "pt-BR" in refused.value.remedy


@pytest.mark.parametrize(
    ("number", "locale", "index"),
    [(1, "en", 0), (0, "en", 1), (1, "ar", 1), (0, "ar", 0), (2, "ar", 2), (5, "ja", 0), (Decimal("1.5"), "pl", 3)],
)
def test_plural_categories_are_in_their_order(number: int | Decimal, locale: str, index: int) -> None:
    assert plural_index(number, locale) == index


def test_a_moment_at_the_edge_of_a_day_keeps_its_zone() -> None:
    assert shown(datetime(1998, 12, 31, 23, 59, tzinfo=UTC), "en-GB") == "31 December 1998, 23:59 UTC"
    assert shown(date(1998, 12, 31), "en-GB") == "31 December 1998"
