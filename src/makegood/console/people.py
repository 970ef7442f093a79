"""Settings, people: who works in a brand, inviting, roles and limits, switching off. For admins of the brand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from makegood.console.asking import signed_in
from makegood.console.forms import Invite, Member
from makegood.console.signing import has_second_factor
from makegood.kit.errors import MakegoodError
from makegood.people.accounts import change_member, drop_second_factor, switch_person
from makegood.people.actions import Limits, parse_limits, write_limit
from makegood.people.joining import invite as make_link
from makegood.people.joining import invite_member
from makegood.people.lists import access_member, list_brands, list_members
from makegood.people.models import Brand, Staff
from makegood.people.queries import Person, access_brand


@require_GET
@signed_in
def list_people(request: HttpRequest, person: Person, slug: str = "") -> HttpResponseBase:
    brands = list_brands(person, "admin")
    brand = brands[0] if brands and not slug else access_brand(person, slug or "default", "admin")
    found = {"brand": brand, "brands": brands, "members": list_members(brand)}
    return render(request, "console/people.html", found)


@require_http_methods(["GET", "POST"])
@signed_in
def invite(request: HttpRequest, person: Person, slug: str) -> HttpResponseBase:
    brand = access_brand(person, slug, "admin")
    form = Invite(request.POST or None, initial={"roles": ["agent"]})

    def carry_out(said: Mapping[str, Any]) -> HttpResponseBase:
        staff, secret, ends = invite_member(
            said["name"], said["email"], brand=brand, roles=said["roles"], limits=_limits(said), actor=person.id
        )
        if secret:
            return _show_link(request, brand, staff, secret=secret, ends=ends)
        messages.success(request, f"{staff.name} works in {brand.legal_name} now, with the account they have.")
        return redirect("people", brand.slug)

    return _answer(request, form, carry_out, "console/invite.html", {"brand": brand})


@require_http_methods(["GET", "POST"])
@signed_in
def member(request: HttpRequest, person: Person, slug: str, number: int) -> HttpResponseBase:
    brand = access_brand(person, slug, "admin")
    found = access_member(brand, number)
    initial = {"roles": found.roles, "limits": "\n".join(write_limit(one) for one in found.limits)}
    form = Member(request.POST or None, initial=initial)

    def carry_out(said: Mapping[str, Any]) -> HttpResponseBase:
        staff = Staff.objects.get(id=found.id)
        change_member(staff, brand=brand, roles=said["roles"], limits=_limits(said), actor=person.id)
        messages.success(request, f"Roles and limits of {found.name} are changed.")
        return redirect("people", brand.slug)

    second = has_second_factor(found.id)
    words = {"brand": brand, "member": found, "own": found.id == person.id, "second_factor": second}
    return _answer(request, form, carry_out, "console/member.html", words)


@require_POST
@signed_in
def link(request: HttpRequest, person: Person, slug: str, number: int) -> HttpResponseBase:
    """A new link for someone who lost their password, or whose invitation has ended."""
    brand = access_brand(person, slug, "admin")
    staff = Staff.objects.get(id=access_member(brand, number).id)
    secret, ends = make_link(staff, brand=brand, actor=person.id)
    return _show_link(request, brand, staff, secret=secret, ends=ends)


@require_POST
@signed_in
def drop_factor(request: HttpRequest, person: Person, slug: str, number: int) -> HttpResponseBase:
    brand = access_brand(person, slug, "admin")
    found = access_member(brand, number)
    drop_second_factor(Staff.objects.get(id=found.id), brand=brand, actor=person.id)
    messages.success(request, f"The second step of {found.name} is off.")
    return redirect("member", brand.slug, number)


@require_POST
@signed_in
def switch(request: HttpRequest, person: Person, slug: str, number: int) -> HttpResponseBase:
    brand = access_brand(person, slug, "admin")
    found = access_member(brand, number)
    active = request.POST.get("active") == "yes"
    switch_person(Staff.objects.get(id=found.id), active=active, brand=brand, actor=person.id)
    word = "on" if active else "off; their sessions, tokens and links have ended"
    messages.success(request, f"{found.name} is switched {word}.")
    return redirect("people", brand.slug)


def _limits(said: Mapping[str, Any]) -> list[Limits]:
    return parse_limits([line for line in said["limits"].splitlines() if line.strip()])


def _answer(
    request: HttpRequest,
    form: forms.Form,
    carry_out: Callable[[Mapping[str, Any]], HttpResponseBase],
    template: str,
    words: Mapping[str, Any],
) -> HttpResponseBase:
    """The form; or what it asks for is carried out. What a room refuses stands beside what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            return carry_out(form.cleaned_data)
        except MakegoodError as no:
            form.add_error("limits" if no.code == "bad-limit" else None, f"{no.what} {no.remedy}")
    status = 400 if request.method == "POST" else 200
    return render(request, template, {**words, "form": form}, status=status)


def _show_link(request: HttpRequest, brand: Brand, staff: Staff, *, secret: str, ends: datetime) -> HttpResponseBase:
    address = request.build_absolute_uri(reverse("join", args=[secret]))
    return render(request, "console/link.html", {"brand": brand, "staff": staff, "address": address, "ends": ends})
