"""The filters a message may use. Each passes on what is missing, so that only `default` can fill a gap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Concatenate, ParamSpec, Protocol

from liquid.exceptions import FilterArgumentError
from liquid.filter import with_context
from liquid.undefined import Undefined

from makegood.core.render.values import Style, date_text, plural_index, shown, time_text

P = ParamSpec("P")
_STYLES: dict[str, Style] = {"short": "short", "medium": "medium", "long": "long", "full": "full"}


class HasLocale(Protocol):
    """The part of a render context that filters see."""

    shown_locale: str


class Blank(str):
    """An empty text the author asked for (`| default: ""`): shown as nothing, not missing."""

    __slots__ = ()


def is_missing(value: object) -> bool:
    if type(value) is str:  # most are, and the question about Undefined is a slow one
        return not value
    return value is None or isinstance(value, Undefined) or (value == "" and not isinstance(value, Blank))


def _filter(function: Callable[Concatenate[object, P], object]) -> Callable[Concatenate[object, P], object]:
    def unless_missing(value: object, /, *args: P.args, **kwargs: P.kwargs) -> object:
        return None if is_missing(value) else function(value, *args, **kwargs)

    return with_context(unless_missing)


def default(value: object, instead: object = "") -> object:
    """`{{ name | default: "customer" }}`: what to show when the fact is missing, empty or an empty list."""
    if is_missing(value) or value == [] or value is False:
        return Blank() if instead == "" else instead
    return value


@_filter
def upcase(value: object, *, context: HasLocale) -> object:
    return shown(value, context.shown_locale).upper()


@_filter
def downcase(value: object, *, context: HasLocale) -> object:
    return shown(value, context.shown_locale).lower()


@_filter
def capitalize(value: object, *, context: HasLocale) -> object:
    """The first letter large, the others as they are."""
    text = shown(value, context.shown_locale)
    return text[:1].upper() + text[1:]


@_filter
def day(value: object, style: object = "long", *, context: HasLocale) -> object:
    """`{{ first_on | date: "short" }}`; for a moment its day in its own zone."""
    if not isinstance(style, str) or style not in _STYLES:
        raise FilterArgumentError(f"date has the styles {', '.join(sorted(_STYLES))}", token=None)
    if not isinstance(value, date):
        raise FilterArgumentError("date needs a date or a moment", token=None)
    return date_text(value.date() if isinstance(value, datetime) else value, context.shown_locale, _STYLES[style])


@_filter
def clock(value: object, *, context: HasLocale) -> object:
    """`{{ due | time }}`: hours and minutes."""
    if not isinstance(value, datetime):
        raise FilterArgumentError("time needs a moment (a date with a time)", token=None)
    return time_text(value, context.shown_locale)


@_filter
def digits(value: object, *, context: HasLocale) -> object:
    """`{{ order | plain }}`: a number without separators."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return shown(value, context.shown_locale)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


@_filter
def size(value: object, *, context: HasLocale) -> object:  # noqa: ARG001  the same shape as its neighbours
    """How many: of a list, or of the characters of a text."""
    return len(value) if isinstance(value, list | str | dict) else 0


@_filter
def plural(value: object, *forms: object, context: HasLocale) -> object:
    """`{{ n | plural: "purchase", "purchases" }}`: one form a CLDR category, in CLDR order; the last fills up."""
    number = len(value) if isinstance(value, list) else value
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        raise FilterArgumentError("plural needs a number", token=None)
    if not forms:
        raise FilterArgumentError("plural needs its forms, for example 'purchase', 'purchases'", token=None)
    return forms[min(plural_index(number, context.shown_locale), len(forms) - 1)]


FILTERS: dict[str, Callable[..., object]] = {
    "capitalize": capitalize,
    "date": day,
    "default": default,
    "downcase": downcase,
    "plain": digits,
    "plural": plural,
    "size": size,
    "time": clock,
    "upcase": upcase,
}
