"""The front page: the mistakes of one's brands, newest first, with how far each is."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from makegood.balance.listing import list_mistakes
from makegood.console.asking import signed_in
from makegood.people.lists import list_brands
from makegood.people.queries import Person

PAGE = 25


@require_GET
@signed_in
def front(request: HttpRequest, person: Person) -> HttpResponseBase:
    brands = list_brands(person, "read")
    chosen = [one for one in brands if one.slug == request.GET.get("brand")] or brands
    state = request.GET.get("state", "")
    state = state if state in ("open", "closed") else ""
    before = request.GET.get("before", "")
    found = list_mistakes(chosen, state=state, before=_number(before), limit=PAGE + 1)
    words = {"brand": request.GET.get("brand", "") if len(chosen) == 1 < len(brands) else "", "state": state}
    older = {**words, "before": found[PAGE - 1].id} if len(found) > PAGE else {}
    return render(
        request,
        "console/front.html",
        {
            "mistakes": found[:PAGE],
            "brands": brands,
            **words,
            "older": _query(older),
            "newest": _query(words) if before else "",
            "may_read": bool(brands),
        },
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _query(words: Mapping[str, object]) -> str:
    return "?" + urlencode({key: value for key, value in words.items() if value}) if words else ""
