"""What templates of the console say with a tag: files, numbers, moments."""

from __future__ import annotations

from django import template
from django.forms import BoundField

from makegood.console import files
from makegood.kit.money import Money
from makegood.people.actions import Limits

register = template.Library()


@register.simple_tag
def file(name: str) -> str:
    """`{% file "console.css" %}`: the address of a file of this package."""
    # A template's text is of a kind of its own that paths refuse.
    return files.address(next(one for one in files.KINDS if one == name))


@register.filter
def number(value: int) -> str:
    """1,234,567; nothing for nothing."""
    return "" if value is None else f"{value:,}"


@register.filter
def spans(limit: Limits) -> str:
    """`EUR 50.00 an act, 250.00 a day`, as a person reads a limit."""
    named = {"an act": limit.per_act, "a day": limit.per_day, "in 30 days": limit.per_30_days}
    named |= {"a mistake": limit.per_mistake}
    words = [f"{Money(minor, limit.currency).amount:,} {span}" for span, minor in named.items() if minor is not None]
    return f"{limit.currency} {', '.join(words) or 'without limit'}"


@register.inclusion_tag("console/field.html")
def field(bound: BoundField) -> dict[str, object]:
    """`{% field form.email %}`: label, control, hint and errors, tied together for those who do not see the page."""
    hint = f"{bound.id_for_label}-hint" if bound.help_text else ""
    wrong = f"{bound.id_for_label}-wrong" if bound.errors else ""
    described = {"aria-describedby": f"{hint} {wrong}".strip()} if hint or wrong else {}
    invalid = {"aria-invalid": "true"} if bound.errors else {}
    return {"bound": bound, "hint": hint, "wrong": wrong, "control": bound.as_widget(attrs={**described, **invalid})}
