"""Writing verbs about accounts: what people change of their own, and what admins change of others'."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from makegood.journal.actions import record
from makegood.kit.clock import now
from makegood.kit.errors import BadInput, NotAllowed, Refused
from makegood.people.actions import ROLES, Limits, set_limits, unknown_role
from makegood.people.joining import require_reach
from makegood.people.models import Brand, Invitation, Limit, Membership, Staff, Token

_WORDS = "Somebody else who is an admin can."


@transaction.atomic
def change_member(staff: Staff, *, brand: Brand, roles: Collection[str], limits: Sequence[Limits], actor: int) -> None:
    """Gives a member exactly these roles and limits in the brand; what is not named is taken away.

    Raises `BadInput` for an unknown role or none, `NotAllowed` for oneself, `Refused` when the brand would be left
    without an admin.
    """
    _check_other(staff, actor)
    if wrong := sorted(set(roles) - set(ROLES)):
        raise unknown_role(wrong[0])
    if not roles:
        raise BadInput("A person needs a role.", remedy="Choose one, or switch the person off.", code="no-role")
    Brand.objects.select_for_update().get(id=brand.id)  # two admins must not take the role from each other at once
    Membership.objects.filter(staff=staff, brand=brand).exclude(role__in=roles).delete()
    for role in roles:
        Membership.objects.get_or_create(staff=staff, brand=brand, role=role)
    require_admin(brand)
    Limit.objects.filter(staff=staff, brand=brand).exclude(currency__in=[one.currency for one in limits]).delete()
    set_limits(staff, brand, limits)
    facts = {"roles": sorted(roles), "limits": [vars(one) for one in limits]}
    record("person.changed", f"staff:{staff.id}", actor=actor, brand=brand.id, facts=facts)


@transaction.atomic
def switch_person(staff: Staff, *, active: bool, brand: Brand, actor: int) -> None:
    """Off: their sessions, tokens and links end at once, in all brands. On: they ask for a link, or use their password.

    Raises `NotAllowed` for oneself or for who works in brands of other admins, `Refused` for the last admin of a brand.
    """
    _check_other(staff, actor)
    require_reach(staff, actor)
    brands = list(Brand.objects.select_for_update(of=("self",)).filter(membership__staff=staff).order_by("id"))
    Staff.objects.filter(id=staff.id).update(active=active)
    if not active:
        for one in brands:
            require_admin(one)
        Token.objects.filter(staff=staff, revoked_at=None).update(revoked_at=now())
        Invitation.objects.filter(staff=staff, used_at=None, revoked_at=None).update(revoked_at=now())
    verb = "person.switched-on" if active else "person.switched-off"
    record(verb, f"staff:{staff.id}", actor=actor, brand=brand.id)


@transaction.atomic
def drop_second_factor(staff: Staff, *, brand: Brand, actor: int) -> None:
    """For someone who lost phone and codes: their password alone lets them in until they switch it on again.

    Raises `NotAllowed` for oneself (who can still sign in has a page for it) or for who works in brands of others.
    """
    _check_other(staff, actor)
    require_reach(staff, actor)
    Authenticator.objects.filter(user=staff).delete()
    record("person.second-factor-off", f"staff:{staff.id}", actor=actor, brand=brand.id)


def require_admin(brand: Brand) -> None:
    """Raises `Refused` when nobody who is switched on is an admin of the brand."""
    if not Membership.objects.filter(brand=brand, role="admin", staff__active=True).exists():
        raise Refused(
            f"Then '{brand.slug}' would have no admin.", remedy="Make someone else an admin first.", code="last-admin"
        )


@transaction.atomic
def set_password(staff: Staff, password: str) -> None:
    """A person's own new password. Their other sessions end with it: each carries a digest of the old one."""
    staff.set_password(password)
    staff.save(update_fields=["password"])
    record_account("password-changed", staff)


def record_account(what: str, staff: Staff, **facts: Any) -> None:
    """One entry about a person's own account, in the caller's transaction: `person.<what>`."""
    record(f"person.{what}", f"staff:{staff.id}", actor=staff.id, facts=facts)


def _check_other(staff: Staff, actor: int) -> None:
    if staff.id == actor:
        raise NotAllowed("Nobody changes their own roles and limits.", remedy=_WORDS, code="own-account")
