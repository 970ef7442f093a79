"""One's own page: roles and limits, password, second factor, and where one is signed in."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from makegood.console.asking import signed_in
from makegood.console.signing import count_recovery_codes, has_second_factor
from makegood.people.lists import list_memberships
from makegood.people.models import Staff
from makegood.people.queries import Person
from makegood.people.sessions import end_other_sessions, end_session, list_sessions


@require_GET
@signed_in
def profile(request: HttpRequest, person: Person) -> HttpResponseBase:
    staff = Staff.objects.get(id=person.id)
    found = {
        "memberships": list_memberships(staff),
        "second_factor": has_second_factor(staff.id),
        "recovery_codes": count_recovery_codes(staff),
        "sessions": list_sessions(staff, request.session.session_key),
    }
    return render(request, "console/profile.html", found)


@require_POST
@signed_in
def end(request: HttpRequest, person: Person, number: int) -> HttpResponseBase:
    """Ends one sign-in; one's own present one too."""
    staff = Staff.objects.get(id=person.id)
    here = any(one.id == number and one.current for one in list_sessions(staff, request.session.session_key))
    end_session(staff, number)
    if here:
        logout(request)
        return redirect("account_login")
    messages.success(request, "That sign-in has ended.")
    return redirect("profile")


@require_POST
@signed_in
def end_others(request: HttpRequest, person: Person) -> HttpResponseBase:
    count = end_other_sessions(Staff.objects.get(id=person.id), request.session.session_key)
    messages.success(request, f"{count} other sign-in{'' if count == 1 else 's'} ended.")
    return redirect("profile")
