"""Amounts for customers: digit by digit what CLDR says, in every locale, without asking it for each amount."""

from __future__ import annotations

import pytest
from babel import UnknownLocaleError
from babel.localedata import locale_identifiers
from babel.numbers import format_currency
from hypothesis import example, given, settings
from hypothesis import strategies as st

from makegood.kit.money import Money

LOCALES = sorted(locale_identifiers())


@settings(max_examples=300)
@given(
    st.integers(-(10**13), 10**13) | st.integers(-1000, 1000),
    st.sampled_from(["EUR", "USD", "JPY", "KWD", "INR", "CHF", "XOF", "CLF"]),
    st.sampled_from(LOCALES),
)
@example(0, "EUR", "de")
@example(-5, "USD", "en")
@example(1_000_00, "PLN", "pl")
@example(12_345_678_90, "INR", "en_IN")
@example(111, "USD", "ar_EG")
def test_the_amount_is_written_as_cldr_writes_it(minor: int, currency: str, locale: str) -> None:
    money = Money(minor, currency)
    assert money.format(locale) == format_currency(money.amount, currency, locale=locale)


def test_a_locale_may_be_written_with_a_hyphen_and_must_exist() -> None:
    assert Money(433288, "EUR").format("de-AT") == Money(433288, "EUR").format("de_AT")
    with pytest.raises(UnknownLocaleError):
        Money(1, "EUR").format("xx_nowhere")
