"""Writing verbs about people: the first person, more people, limits, tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from makegood.journal.actions import record
from makegood.kit.clock import now
from makegood.kit.digest import sha256
from makegood.kit.errors import BadInput
from makegood.kit.ids import new_token
from makegood.kit.money import Money
from makegood.people.models import Brand, Limit, Membership, Staff, Token

ROLES = ("reporter", "agent", "lead", "approver", "admin", "auditor")
SCOPES = ("read", "report", "draft", "approve", "apply", "admin")
FIRST_LIMITS = ("USD", "EUR", "GBP")
TOKEN_DAYS = 90


@dataclass(frozen=True)
class Limits:
    """Minor units of one currency; None means no limit of that span."""

    currency: str
    per_act: int | None = None
    per_day: int | None = None
    per_30_days: int | None = None
    per_mistake: int | None = None


@transaction.atomic
def add_brand(slug: str, *, legal_name: str, actor: int | None, sender_email: str = "", zone: str = "UTC") -> Brand:
    brand = Brand.objects.create(
        slug=slug, legal_name=legal_name, sender_name=legal_name, sender_email=sender_email, zone=zone
    )
    record("brand.added", f"brand:{brand.id}", actor=actor, brand=brand.id)
    return brand


@transaction.atomic
def add_first_person(name: str, email: str) -> tuple[Staff, str]:
    """The person who set this installation up: agent, lead and admin of the brand `default`, with small limits.

    Returns the person and the token in clear, shown once. Raises `BadInput` when there is already someone.
    """
    if Staff.objects.select_for_update().exists():
        raise BadInput("This installation already has people.", remedy="Ask an admin for a token.", code="not-first")
    brand = Brand.objects.filter(slug="default").first() or add_brand(
        "default", legal_name="Our company", actor=None, sender_email="help@example.com"
    )
    staff = Staff.objects.create(name=name, email=email.lower())
    for role in ("agent", "lead", "admin"):
        Membership.objects.create(staff=staff, brand=brand, role=role)
    for currency in FIRST_LIMITS:
        Limit.objects.create(
            staff=staff, brand=brand, currency=currency, per_act=50_00, per_day=250_00, per_30_days=1000_00
        )
    token = _issue(staff, scopes=list(SCOPES), label="first", days=TOKEN_DAYS)
    record("person.added", f"staff:{staff.id}", actor=staff.id, brand=brand.id, facts={"first": True})
    return staff, token


@transaction.atomic
def add_person(
    name: str, email: str, *, brand: Brand, roles: list[str], actor: int, limits: list[Limits] | None = None
) -> tuple[Staff, str]:
    """A person with roles and limits in one brand. Returns the token in clear, shown once.

    Raises `BadInput` for an unknown role, or for limits the actor would give to themselves.
    """
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise BadInput(
            f"There is no role '{unknown[0]}'.", remedy=f"Use one of: {', '.join(ROLES)}.", code="unknown-role"
        )
    staff, made = Staff.objects.get_or_create(email=email.lower(), defaults={"name": name})
    if staff.id == actor:
        raise BadInput("Nobody edits their own roles and limits.", remedy="Ask another admin.", code="own-limits")
    for role in roles:
        Membership.objects.get_or_create(staff=staff, brand=brand, role=role)
    for limit in limits or []:
        _set_limit(staff, brand, limit)
    token = _issue(staff, scopes=_scopes_of(roles), label="first" if made else "added", days=TOKEN_DAYS)
    record(
        "person.added",
        f"staff:{staff.id}",
        actor=actor,
        brand=brand.id,
        facts={"roles": sorted(roles), "limits": [vars(limit) for limit in limits or []]},
    )
    return staff, token


@transaction.atomic
def revoke_tokens(staff: Staff, *, actor: int) -> int:
    count = Token.objects.filter(staff=staff, revoked_at=None).update(revoked_at=now())
    record("tokens.revoked", f"staff:{staff.id}", actor=actor, facts={"count": count})
    return count


@transaction.atomic
def set_solo(brand: Brand, *, wait: timedelta | None, actor: int) -> None:
    """A firm of one: after `wait` a plan may be approved by the person who asked for it. None switches it off."""
    Brand.objects.filter(id=brand.id).update(solo_wait=wait)
    seconds = int(wait.total_seconds()) if wait else None
    record("brand.solo-set", f"brand:{brand.id}", actor=actor, brand=brand.id, facts={"seconds": seconds})


def parse_limits(texts: list[str]) -> list[Limits]:
    """Reads `USD 1000` (per mistake) or `USD act=50 day=250 month=1000 mistake=5000`."""
    return [_parse_limit(text) for text in texts]


def _parse_limit(text: str) -> Limits:
    currency, *parts = text.split()
    spans = {"act": "per_act", "day": "per_day", "month": "per_30_days", "mistake": "per_mistake"}
    if len(parts) == 1 and "=" not in parts[0]:
        return Limits(currency, per_mistake=Money.parse(parts[0], currency=currency).minor)
    values: dict[str, int] = {}
    for part in parts:
        span, _, amount = part.partition("=")
        if span not in spans or not amount:
            raise BadInput(
                f"'{part}' is not a limit.",
                remedy="Write for example 'USD act=50 day=250 month=1000 mistake=5000'.",
                code="bad-limit",
            )
        values[spans[span]] = Money.parse(amount, currency=currency).minor
    return Limits(currency, **values)


def _set_limit(staff: Staff, brand: Brand, limit: Limits) -> None:
    Money(0, limit.currency)  # refuses a currency that does not exist
    spans = {
        "per_act": limit.per_act,
        "per_day": limit.per_day,
        "per_30_days": limit.per_30_days,
        "per_mistake": limit.per_mistake,
    }
    Limit.objects.update_or_create(staff=staff, brand=brand, currency=limit.currency, defaults=spans)


def _issue(staff: Staff, *, scopes: list[str], label: str, days: int) -> str:
    token = new_token()
    Token.objects.create(
        staff=staff, digest=sha256(token), scopes=scopes, label=label, expires_at=now() + timedelta(days=days)
    )
    return token


def _scopes_of(roles: list[str]) -> list[str]:
    by_role = {
        "reporter": {"report"},
        "agent": {"read", "report", "draft", "apply"},
        "lead": {"read", "report", "draft", "apply"},
        "approver": {"read", "approve"},
        "admin": {"read", "admin"},
        "auditor": {"read"},
    }
    return sorted(set().union(*(by_role[role] for role in roles)))
