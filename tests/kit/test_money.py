"""Money: integers and a currency, never a float, never two currencies in one sum."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kit.errors import BadInput
from makegood.kit.money import Money, exponent, total

CURRENCIES = st.sampled_from(["USD", "JPY", "KWD", "EUR"])


@pytest.mark.parametrize(("currency", "digits"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("EUR", 2)])
def test_digits(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "USD", 1250),
        ("USD 12.50", None, 1250),
        ("12.50 USD", None, 1250),
        ("USD12.5", None, 1250),
        (" USD  -0.50 ", None, -50),
        ("JPY 700", None, 700),
        ("JPY 700.00", None, 700),
        ("1.234", "KWD", 1234),
        ("+7", "USD", 700),
    ],
)
def test_parse(text: str, currency: str | None, minor: int) -> None:
    assert Money.parse(text, currency=currency).minor == minor


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("12.50", None, "no-currency"),
        ("EUR 12.50", "USD", "wrong-currency"),
        ("1,234.50", "USD", "bad-amount"),
        ("USD 1,234.50", None, "bad-amount"),
        ("12,50 EUR", None, "bad-amount"),
        ("12.505", "USD", "too-many-digits"),
        ("JPY 1.5", None, "too-many-digits"),
        ("XQQ 1", None, "unknown-currency"),
        ("", "USD", "bad-amount"),
        ("1e3", "USD", "bad-amount"),
        (".5", "USD", "bad-amount"),
        ("1.2.3", "USD", "bad-amount"),
        ("\u0661\u0662", "USD", "bad-amount"),
        ("12\n", "usd", "unknown-currency"),
    ],
)
def test_refused(text: str, currency: str | None, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        Money.parse(text, currency=currency)
    assert caught.value.code == code
    assert caught.value.remedy


@given(st.integers(-(10**17), 10**17), CURRENCIES)
def test_what_is_shown_reads_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.parse(str(money).replace(",", "")) == money
    assert money.amount == Decimal(minor) / 10 ** exponent(currency)


@given(st.integers(0, 10**15), st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any))
def test_shares_sum_exactly_and_stay_near(minor: int, weights: list[int]) -> None:
    shares = Money(minor, "USD").split(weights)
    assert sum(share.minor for share in shares) == minor
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share.minor * sum(weights) - minor * weight) < sum(weights)


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 5]])
def test_split_needs_sensible_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(1, "USD").split(weights)


def test_two_currencies_never_meet() -> None:
    for operation in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__, Money.__gt__, Money.__ge__):
        with pytest.raises(ValueError, match="never meet"):
            operation(Money(1, "USD"), Money(1, "EUR"))


def test_arithmetic_and_order() -> None:
    one, two = Money(100, "USD"), Money(250, "USD")
    assert one + two == Money(350, "USD")
    assert one - two == -Money(150, "USD")
    assert one < two <= two
    assert two > one >= one
    assert bool(one)
    assert not Money(0, "USD")
    assert total([one, Money(5, "EUR"), two]) == {"EUR": Money(5, "EUR"), "USD": Money(350, "USD")}


def test_for_customers_in_their_locale() -> None:
    assert Money(433_288, "USD").format("en-US") == "$4,332.88"
    assert Money(433_288, "EUR").format("de-DE") == "4.332,88\u00a0€"
    assert Money(700, "JPY").format("ja") == "￥700"
