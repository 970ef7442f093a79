"""Money to the last unit: every currency there is, every way to write it wrong, shares that lose nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.core import get_global
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.kit.errors import BadInput
from makegood.kit.money import Money, exponent, total

CODES = sorted(get_global("all_currencies"))

# ISO 4217's minor units that are not two, as far as CLDR follows it for money in use.
ODD = {
    "BHD": 3, "IQD": 0, "JOD": 3, "JPY": 0, "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3, "VND": 0, "CLP": 0,
    "CLF": 4, "ISK": 0, "PYG": 0, "UGX": 0, "XAF": 0, "XOF": 0, "XPF": 0, "DJF": 0, "GNF": 0, "KMF": 0, "RWF": 0,
    "VUV": 0, "BIF": 0, "UYI": 0, "UYW": 4,
}  # fmt: skip
PLAIN = ["USD", "EUR", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CAD", "AUD", "INR", "BRL", "CNY", "ZAR", "MXN"]


@pytest.mark.parametrize(("code", "digits"), [*ODD.items(), *((code, 2) for code in PLAIN)])
def test_digits_of_a_currency(code: str, digits: int) -> None:
    assert exponent(code) == digits


def test_the_smallest_unit_of_every_currency_reads_back() -> None:
    """For all codes CLDR knows: one minor unit is shown, read and converted without loss."""
    for code in CODES:
        smallest = Money(1, code)
        assert smallest.amount == Decimal(1).scaleb(-exponent(code)), code
        assert Money.parse(str(smallest)) == smallest, code
        assert Money.parse(str(smallest.amount), currency=code) == smallest, code


def test_one_digit_too_many_is_refused_in_every_currency() -> None:
    for code in CODES:
        written = "0." + "0" * exponent(code) + "1"
        with pytest.raises(BadInput) as refused:
            Money.parse(f"{code} {written}")
        assert refused.value.code == "too-many-digits", code
        assert f"({exponent(code)})" in refused.value.what, code


@pytest.mark.parametrize("code", ["usd", "US", "USDD", "", "U$D", "XXZ", "ÜSD", "123", " USD", "USD\n"])
def test_what_is_not_a_code(code: str) -> None:
    with pytest.raises(BadInput) as refused:
        Money(1, code)
    assert refused.value.code == "unknown-currency"


@pytest.mark.parametrize(
    ("text", "currency", "code"),
    [
        ("USD", None, "no-currency"),
        ("12.50 $", None, "no-currency"),
        ("$12.50", None, "no-currency"),
        ("$12.50", "USD", "bad-amount"),
        ("12.50 USD EUR", None, "no-currency"),
        ("USD 12.50 USD", None, "no-currency"),
        ("USD 12.50 EUR", "USD", "bad-amount"),
        ("usd 12.50", None, "no-currency"),
        ("12 50", "USD", "bad-amount"),
        ("12\u00a0500.00", "EUR", "bad-amount"),
        ("1'250.00", "CHF", "bad-amount"),
        ("1_250", "USD", "bad-amount"),
        ("12.", "USD", "bad-amount"),
        ("USD .50", None, "bad-amount"),
        ("USD 1..5", None, "bad-amount"),
        ("--5", "USD", "bad-amount"),
        ("+-5", "USD", "bad-amount"),
        ("5-", "USD", "bad-amount"),
        ("(5.00)", "USD", "bad-amount"),
        ("0x10", "USD", "bad-amount"),
        ("NaN", "USD", "bad-amount"),
        ("Infinity", "USD", "bad-amount"),
        ("1E2", "USD", "bad-amount"),
        ("½", "USD", "bad-amount"),
        ("１２", "USD", "bad-amount"),
        ("\u2212 5", "USD", "bad-amount"),
        ("\u22125.00", "USD", "bad-amount"),
        ("12.50\u200b", "USD", "bad-amount"),
        ("EUR 1.00", "USD", "wrong-currency"),
        ("1.00 eur", "EUR", "bad-amount"),
        ("KWD 1.2345", None, "too-many-digits"),
        ("USD 0.001", None, "too-many-digits"),
        ("CLF 0.00001", None, "too-many-digits"),
        ("ABC 1.00", None, "unknown-currency"),
    ],
)
def test_what_is_not_an_amount(text: str, currency: str | None, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        Money.parse(text, currency=currency)
    assert refused.value.code == code
    assert refused.value.what.endswith(".")
    assert refused.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("USD 0", Money(0, "USD")),
        ("USD -0", Money(0, "USD")),
        ("USD 00012.50", Money(1250, "USD")),
        ("USD +12.5", Money(1250, "USD")),
        ("12.50USD", Money(1250, "USD")),
        ("USD 12.50000", Money(1250, "USD")),
        ("JPY 0", Money(0, "JPY")),
        ("JPY 12.0", Money(12, "JPY")),
        ("KWD 0.001", Money(1, "KWD")),
        ("CLF 1.0001", Money(10_001, "CLF")),
        ("-0.01 EUR", Money(-1, "EUR")),
        ("USD 999999999999999.99", Money(99_999_999_999_999_999, "USD")),
        ("\tUSD 1.00\n", Money(100, "USD")),
    ],
)
def test_what_is_an_amount(text: str, money: Money) -> None:
    assert Money.parse(text) == money


@pytest.mark.parametrize(
    ("minor", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (200, [1, 1, 1], [67, 67, 66]),
        (1, [1, 1, 1], [1, 0, 0]),
        (0, [5, 3], [0, 0]),
        (100, [0, 1, 0], [0, 100, 0]),
        (10, [1, 2, 3, 4], [1, 2, 3, 4]),
        (5, [3, 3, 3, 3], [2, 1, 1, 1]),
        (7, [1_000_000, 1], [7, 0]),
        (100, [7], [100]),
        (-100, [1, 1, 1], [-33, -33, -34]),
        (10**18, [1, 1, 1], [333333333333333334, 333333333333333333, 333333333333333333]),
    ],
)
def test_shares_by_the_largest_remainder(minor: int, weights: list[int], shares: list[int]) -> None:
    assert [share.minor for share in Money(minor, "USD").split(weights)] == shares


@settings(max_examples=60)
@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 1_000), min_size=1, max_size=9).filter(any))
def test_a_split_loses_no_unit_and_gives_nothing_to_nobody(minor: int, weights: list[int]) -> None:
    shares = Money(minor, "EUR").split(weights)
    assert total(shares)["EUR"].minor == minor
    assert all(share.minor == 0 for share, weight in zip(shares, weights, strict=True) if weight == 0)
    assert shares == Money(minor, "EUR").split(weights), "equal input, equal shares"


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.lists(st.integers(1, 50), min_size=2, max_size=8))
def test_who_weighs_more_never_gets_less(minor: int, weights: list[int]) -> None:
    shares = [share.minor for share in Money(minor, "USD").split(sorted(weights, reverse=True))]
    assert shares == sorted(shares, reverse=True)


def test_sums_are_by_currency_and_in_order_of_the_code() -> None:
    sums = total([Money(1, "USD"), Money(2, "EUR"), Money(-1, "USD"), Money(3, "JPY")])
    assert list(sums.items()) == [("EUR", Money(2, "EUR")), ("JPY", Money(3, "JPY")), ("USD", Money(0, "USD"))]
    assert total([]) == {}


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(0, "USD"), "USD 0.00"),
        (Money(-5, "USD"), "USD -0.05"),
        (Money(123_456_789, "USD"), "USD 1,234,567.89"),
        (Money(1_234_567, "JPY"), "JPY 1,234,567"),
        (Money(1, "KWD"), "KWD 0.001"),
        (Money(10**20, "USD"), "USD 1,000,000,000,000,000,000.00"),
    ],
)
def test_how_staff_read_it(money: Money, text: str) -> None:
    assert str(money) == text


@pytest.mark.parametrize(
    ("money", "locale", "text"),
    [
        (Money(433_288, "USD"), "de-AT", "$\u00a04.332,88"),
        (Money(433_288, "EUR"), "fr-FR", "4\u202f332,88\u00a0€"),
        (Money(-50, "GBP"), "en-GB", "-£0.50"),
        (Money(1_250, "KWD"), "en", "KWD1.250"),
        (Money(433_288, "CHF"), "de-CH", "CHF\u00a04’332.88"),
        (Money(100, "INR"), "en-IN", "₹1.00"),
    ],
)
def test_how_a_customer_reads_it(money: Money, locale: str, text: str) -> None:
    assert money.format(locale) == text


def test_equal_amounts_of_two_currencies_are_not_equal() -> None:
    assert Money(100, "USD") != Money(100, "EUR")
    assert len({Money(100, "USD"), Money(100, "EUR"), Money(100, "USD")}) == 2
