"""Amounts as Stripe counts them: a factor of a hundred is the dearest mistake there is."""

from __future__ import annotations

import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st

from makegood.kit.money import Money, exponent
from makegood.kit.plugins import ProviderError
from makegood.remedies.stripe_units import THOUSANDTHS, WHOLE, digits, from_stripe, to_stripe

CURRENCIES = sorted(code for code in get_global("all_currencies") if len(code) == 3)


@pytest.mark.parametrize(
    ("text", "stripes"),
    [
        ("USD 12.34", 1234),
        ("EUR 0.50", 50),
        ("JPY 500", 500),
        ("KRW 1000", 1000),
        ("KWD 1.230", 1230),
        ("BHD 0.010", 10),
        ("ISK 12", 1200),
        ("UGX 12", 1200),
        ("HUF 12.00", 1200),
        ("TWD 12.00", 1200),
        ("CLP 900", 900),
    ],
)
def test_one_value_in_two_ways(text: str, stripes: int) -> None:
    money = Money.parse(text)
    assert to_stripe(money) == stripes
    assert from_stripe(stripes, money.currency.lower()) == money


def test_a_thousandth_that_stripe_cannot_pay() -> None:
    with pytest.raises(ProviderError) as no:
        to_stripe(Money(1234, "KWD"))
    assert no.value.permanent and no.value.code == "too-many-digits" and "KWD 1.234" in no.value.words


@given(st.sampled_from(CURRENCIES), st.integers(1, 10**12))
def test_there_and_back(currency: str, minor: int) -> None:
    money = Money(minor, currency)
    try:
        stripes = to_stripe(money)
    except ProviderError as no:
        assert no.permanent
        assert currency in THOUSANDTHS or digits(currency) < exponent(currency)
        return
    assert from_stripe(stripes, currency.lower()) == money
    assert stripes * 10 ** exponent(currency) == minor * 10 ** digits(currency)


def test_no_currency_is_in_two_lists() -> None:
    assert not WHOLE & THOUSANDTHS
    assert {digits(code) for code in CURRENCIES} == {0, 2, 3}
