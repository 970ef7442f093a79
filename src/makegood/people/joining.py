"""Writing verbs about how a person comes in: a link that works once, a password of their own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from makegood.journal.actions import record
from makegood.kit.clock import now
from makegood.kit.digest import sha256
from makegood.kit.errors import BadInput, NotAllowed, NotFound, Refused
from makegood.kit.ids import new_token
from makegood.people.actions import Limits, join_brand, reaches
from makegood.people.models import Brand, Invitation, Staff

LINK_HOURS = 72
FIRST_LINK_HOURS = 24


@transaction.atomic
def invite(staff: Staff, *, brand: Brand, actor: int) -> tuple[str, datetime]:
    """A link's secret in clear, shown once, and when it ends; links made before for this person end now.

    Accepting it sets a new password, so it also lets in who lost theirs. Raises `Refused` for who was switched off,
    and `NotAllowed` for someone who is an admin elsewhere: an admin of one brand must not enter another as its admin.
    """
    if not Staff.objects.select_for_update().get(id=staff.id).active:
        raise Refused(f"{staff.name} is switched off.", remedy="Switch them on first.", code="person-off")
    require_reach(staff, actor)
    return _make_link(staff, hours=LINK_HOURS, brand=brand.id, actor=actor)


@transaction.atomic
def invite_member(
    name: str, email: str, *, brand: Brand, roles: Collection[str], limits: Sequence[Limits], actor: int
) -> tuple[Staff, str, datetime]:
    """Someone comes to work in the brand. The secret is empty where they have an account that is not the actor's to
    open: they sign in as they do already. Raises as `join_brand` does."""
    staff, made = join_brand(name, email, brand=brand, roles=roles, limits=limits, actor=actor)
    if not made and (staff.has_usable_password() or not reaches(staff, actor)):
        return staff, "", now()
    secret, ends = invite(staff, brand=brand, actor=actor)
    return staff, secret, ends


@transaction.atomic
def first_link(staff: Staff) -> tuple[str, datetime]:
    """For whoever starts Makegood on its machine while no admin can sign in yet."""
    return _make_link(staff, hours=FIRST_LINK_HOURS, brand=None, actor=None)


def find_unreachable_admin() -> Staff | None:
    """The first admin, as long as no active admin at all has a password to sign in with."""
    admins = Staff.objects.filter(membership__role="admin", active=True)
    if any(one.has_usable_password() for one in admins):
        return None
    return admins.order_by("id").first()


def access_invitation(secret: str) -> Staff:
    """Whom a link is for. Raises `NotFound`, in the same words for one that never was, was used, or has ended."""
    found = Invitation.objects.select_related("staff").filter(digest=sha256(secret)).first()
    if found is None or not _opens(found):
        raise _closed()
    return found.staff


@transaction.atomic
def accept_invitation(secret: str, *, password: str) -> Staff:
    """Sets the password; the link never opens again. Raises `NotFound` as above, `BadInput` for a weak password."""
    found = Invitation.objects.select_for_update(of=("self",)).select_related("staff").filter(digest=sha256(secret))
    invitation = found.first()
    if invitation is None or not _opens(invitation):
        raise _closed()
    staff = invitation.staff
    check_password_of(staff, password)
    invitation.used_at = now()
    invitation.save(update_fields=["used_at"])
    staff.set_password(password)
    staff.save(update_fields=["password"])
    record("invitation.accepted", f"staff:{staff.id}", actor=staff.id, facts={"invitation": invitation.id})
    return staff


def check_password_of(staff: Staff, password: str) -> None:
    """Raises `BadInput` with each reason why this is no password for this person."""
    try:
        validate_password(password, staff)
    except ValidationError as error:
        raise BadInput(
            " ".join(error.messages), remedy="Take some words that nobody would guess.", code="weak-password"
        ) from None  # the error of a validator may hold the password


def _make_link(staff: Staff, *, hours: int, brand: int | None, actor: int | None) -> tuple[str, datetime]:
    secret, ends = new_token(), now() + timedelta(hours=hours)
    Invitation.objects.filter(staff=staff, used_at=None, revoked_at=None).update(revoked_at=now())
    made = Invitation.objects.create(staff=staff, digest=sha256(secret), made_by=actor, expires_at=ends)
    facts = {"invitation": made.id, "hours": hours}
    record("person.invited", f"staff:{staff.id}", actor=actor, brand=brand, facts=facts)
    return secret, ends


def require_reach(staff: Staff, actor: int) -> None:
    """Raises `NotAllowed` where the account is not the actor's to open, close or take over."""
    if not reaches(staff, actor):
        raise NotAllowed(
            f"{staff.name} also works in a brand where you are not an admin.",
            remedy="Someone who is an admin in all of their brands can do this.",
            code="other-brands",
        )


def _opens(invitation: Invitation) -> bool:
    ended = invitation.used_at or invitation.revoked_at or invitation.expires_at <= now()
    return not ended and invitation.staff.active


def _closed() -> NotFound:
    return NotFound(
        "This link does not open anything.",
        remedy="It may have been used, or have ended. Ask an admin for a new one.",
        code="no-invitation",
    )
