"""Who is asking for a page, and what every page needs to know about them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

from makegood.people.actions import SCOPES
from makegood.people.lists import list_brands
from makegood.people.models import Staff
from makegood.people.queries import Person

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """The view gets the `Person` after the request; who is nobody yet signs in first and comes back."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, person_of(request), *args, **kwargs)

    wrapped: View = login_required(asked)
    return wrapped


def person_of(request: HttpRequest) -> Person:
    """Someone who came by signing in: their roles alone decide, a token narrows nothing."""
    staff = request.user
    assert isinstance(staff, Staff)  # noqa: S101  login_required has asked
    return Person(staff.id, staff.name, staff.email, frozenset(SCOPES))


def asking(request: HttpRequest) -> dict[str, Any]:
    """For every template: the nonce of this answer, the person, and which parts of the console are theirs."""
    found: dict[str, Any] = {"nonce": getattr(request, "nonce", ""), "person": None}
    if getattr(request, "user", None) is not None and request.user.is_authenticated:
        person = person_of(request)
        found |= {"person": person, "administers": bool(list_brands(person, "admin"))}
    return found
