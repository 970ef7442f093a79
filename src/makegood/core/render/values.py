"""Facts on their way into a message: made plain for conditions, made readable for people."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal, TypeAlias

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_datetime_format, get_timezone_name
from babel.lists import format_list
from babel.numbers import format_decimal

from makegood.core.render.errors import Unrenderable
from makegood.kit.money import Money

_Scalar: TypeAlias = str | int | Decimal | bool | Money | date | datetime | None
Value: TypeAlias = _Scalar | Mapping[str, "Value"] | Sequence["Value"]

Style = Literal["short", "medium", "long", "full"]

MAX_VALUE = 20_000
MAX_DEPTH = 8

_CATEGORIES = ("zero", "one", "two", "few", "many", "other")

_BREAKS = re.compile("\r\n|[\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029]")
# Controls, bidirectional overrides and lone surrogates could hide or reorder the words around them.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Cash(Decimal):
    """Money that conditions can compare with plain numbers (`{% if refund > 5 %}`); shown as money."""

    money: Money

    @classmethod
    def of(cls, money: Money) -> Cash:
        cash = cls(money.amount)
        cash.money = money
        return cash


def plain(value: object, *, depth: int = 0) -> object:
    """A copy of plain dicts, lists and scalars; empty texts become None. Raises `Unrenderable` for anything else."""
    if isinstance(value, str):
        return value if value and not value.isspace() else None
    if value is None or isinstance(value, int | Decimal | date):
        return value
    if isinstance(value, Money):
        return Cash.of(value)
    if depth > MAX_DEPTH:
        raise Unrenderable("A fact is nested too deeply.", remedy=f"Use at most {MAX_DEPTH} levels.")
    if isinstance(value, Mapping):
        return {str(key): plain(item, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [plain(item, depth=depth + 1) for item in value]
    raise Unrenderable(
        f"A fact of type {type(value).__name__} cannot be put into a message.",
        remedy="Use text, whole numbers, Decimal, money, dates, yes/no, lists or nested facts; never a float.",
    )


def flat(text: str) -> str:
    """One line of visible characters: line breaks and tabs become spaces, control characters U+FFFD."""
    if text.isprintable():
        return text
    return _UNSEEN.sub("\ufffd", _BREAKS.sub(" ", text))


def shown(value: object, locale: str, *, name: str = "a fact") -> str:
    """The value as a person in `locale` reads it. Raises `Unrenderable` for yes/no and nested facts."""
    if isinstance(value, str):
        text = flat(value)
    elif isinstance(value, Cash):
        text = money_text(value.money, locale)
    elif isinstance(value, bool):
        raise Unrenderable(
            f"'{name}' is yes or no and cannot be shown as a word.",
            remedy=f"Write {{% if {name} %}}…{{% else %}}…{{% endif %}}.",
        )
    elif isinstance(value, int | Decimal):
        text = number_text(value, locale)
    elif isinstance(value, datetime):
        text = moment_text(value, locale)
    elif isinstance(value, date):
        text = date_text(value, locale, "long")
    elif isinstance(value, list):
        text = format_list([shown(item, locale, name=name) for item in value], locale=locale_of(locale))
    else:
        raise Unrenderable(
            f"'{name}' holds several facts and cannot be shown as one.",
            remedy=f"Name one of them, for example {name}.amount, or loop with {{% for %}}.",
        )
    if len(text) > MAX_VALUE:
        raise Unrenderable(f"'{name}' is longer than {MAX_VALUE} characters.", remedy="Shorten the fact.")
    return text


@lru_cache(maxsize=256)
def locale_of(name: str) -> Locale:
    """The CLDR locale of `de`, `de-AT` or `de_AT`. Raises `Unrenderable` when CLDR has no such language."""
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError) as error:
        raise Unrenderable(
            f"'{name}' is not a known language.", remedy="Use a code such as en, en-GB, de or pt-BR."
        ) from error


@lru_cache(maxsize=8192)
def money_text(money: Money, locale: str) -> str:
    return money.format(str(locale_of(locale)))


def number_text(number: int | Decimal, locale: str) -> str:
    """With the locale's separators and every digit there is: nothing is rounded."""
    return _number_text(str(number), locale)


@lru_cache(maxsize=8192)
def _number_text(digits: str, locale: str) -> str:
    """Keyed by the digits: 1, True and Decimal("1.00") are equal, but not the same text."""
    return format_decimal(Decimal(digits), locale=locale_of(locale), decimal_quantization=False)


@lru_cache(maxsize=8192)
def date_text(day: date, locale: str, style: Style) -> str:
    """`style` is short, medium, long or full."""
    return format_date(day, format=style, locale=locale_of(locale))


def time_text(moment: datetime, locale: str) -> str:
    """Hours and minutes in the moment's own zone, named when it has one. Never cached by the moment: two moments
    are equal in different zones."""
    found = locale_of(locale)
    clock = format_time(moment.time(), format="short", locale=found)
    if moment.tzinfo is not None:
        return f"{clock} {get_timezone_name(moment, width='short', locale=found)}"
    return clock


def moment_text(moment: datetime, locale: str) -> str:
    found = locale_of(locale)
    pattern = str(get_datetime_format("long", locale=found)).replace("'", "")
    day, clock = date_text(moment.date(), locale, "long"), time_text(moment, locale)
    return pattern.replace("{0}", clock).replace("{1}", day)


def plural_index(number: int | Decimal, locale: str) -> int:
    """The position of the number's CLDR plural category among those the language has (zero, one, two, few, …)."""
    if type(number) is int:
        return _whole_plural_index(number, locale)
    rule, order = _plural_rule(locale)
    return order.index(str(rule(number)))


@lru_cache(maxsize=8192)
def _whole_plural_index(number: int, locale: str) -> int:
    rule, order = _plural_rule(locale)
    return order.index(str(rule(number)))


@lru_cache(maxsize=256)
def _plural_rule(locale: str) -> tuple[Callable[[int | Decimal], str], list[str]]:
    rule = locale_of(locale).plural_form
    return rule, [tag for tag in _CATEGORIES if tag in rule.tags or tag == "other"]
