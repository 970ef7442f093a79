"""Amounts and dates as people type them, in English and in German."""

from datetime import date
from decimal import Decimal

import pytest

from makegood.kit.money import Money
from makegood.plans.literals import list_amounts, list_days


@pytest.mark.parametrize(
    ("text", "number", "currency"),
    [
        ("We pay €1,234.50 back.", "1234.50", "EUR"), ("Wir zahlen 1.234,50 € zurück.", "1234.50", "EUR"),
        ("It is USD 12.", "12", "USD"), ("$5 for you", "5", "USD"), ("£10.5 each", "10.5", "GBP"),
        ("12,5 EUR", "12.5", "EUR"), ("20 euros", "20", "EUR"), ("CHF 1'000.00", "1000.00", "CHF"),
        ("3 dollars", "3", "USD"), ("1 234,00 €", "1234.00", "EUR"), ("€1,000", "1000", "EUR"),
    ],
)  # fmt: skip
def test_an_amount(text, number, currency):
    (found,) = list_amounts(text)
    assert (found.number, currency in found.currencies) == (Decimal(number), True)
    assert text[found.at :].startswith(found.words)


@pytest.mark.parametrize(
    "text", ["164 people", "flight 1174", "within 2 working days", "a 5 % share", "RFC 2822 and B2B"]
)
def test_other_numbers_are_no_amounts(text):
    assert [one for one in list_amounts(text) if one.currencies[0] in ("EUR", "USD", "GBP")] == []


def test_an_amount_is_that_of_a_customer_by_its_number_and_what_its_sign_may_mean():
    (dollars,) = list_amounts("$12.50")
    assert dollars.is_one_of({Money(1250, "USD")})
    assert dollars.is_one_of({Money(1250, "CAD")})
    assert not dollars.is_one_of({Money(1250, "EUR"), Money(1251, "USD")})


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by 23 December 2011.", (12, 23, 2011)), ("on March 8", (3, 8, 0)), ("on March 8th, 2013", (3, 8, 2013)),
        ("the 2nd of July 1998", (7, 2, 1998)), ("am 2. Juli 1998", (7, 2, 1998)), ("bis 24.12.2026", (12, 24, 2026)),
        ("bis zum 24.12.", (12, 24, 0)), ("2026-01-31", (1, 31, 2026)), ("Since 2 July each", (7, 2, 0)),
        ("Monday, 6 July 1998, when", (7, 6, 1998)),
    ],
)  # fmt: skip
def test_a_day(text, day):
    (found,) = list_days(text)
    assert (found.month, found.day, found.year) == day


@pytest.mark.parametrize(
    "text", ["in May we moved", "12 people", "version 3.11", "at 10.30", "you may 3 times", "8.5 %"]
)
def test_what_is_no_day(text):
    assert list_days(text) == []


def test_days_agree_without_a_year_and_within_a_time():
    (spring,) = list_days("8 March")
    assert spring.is_one_of({date(2013, 3, 8)})
    assert not spring.is_one_of({date(2013, 3, 9)})
    assert spring.is_within(date(2012, 12, 1), date(2013, 4, 1))
    assert not spring.is_within(date(2013, 3, 9), date(2013, 12, 1))
    (exact,) = list_days("29 February 2013")
    assert not exact.is_within(date(2012, 1, 1), date(2014, 1, 1))
