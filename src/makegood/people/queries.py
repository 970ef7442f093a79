"""Who is asking, and may they? Every refusal is a sentence; nothing tells whether a hidden thing exists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from makegood.kit.clock import now
from makegood.kit.digest import sha256
from makegood.kit.errors import NotAllowed, NotFound
from makegood.people.models import Brand, Connection, Membership, Staff, Token
from makegood.people.secrets import resolve_secrets

MAY = {
    "report": {"reporter", "agent", "lead", "approver", "admin"},
    "read": {"agent", "lead", "approver", "admin", "auditor"},
    "draft": {"agent", "lead"},
    "apply": {"agent", "lead"},
    "approve": {"approver", "lead"},
    "admin": {"admin"},
}


@dataclass(frozen=True)
class Person:
    """Someone acting with a token: `scopes` are what the token allows, roles come from memberships."""

    id: int
    name: str
    email: str
    scopes: frozenset[str]


def access_person(token: str) -> Person:
    """The person a token stands for. Raises `NotAllowed` for an unknown, expired or revoked one, all alike."""
    found = Token.objects.select_related("staff").filter(digest=sha256(token)).first()
    if found is None or found.revoked_at or found.expires_at <= now() or not found.staff.active:
        raise NotAllowed(
            "This token is not valid.", remedy="Ask an admin for a new one, or unset MAKEGOOD_TOKEN.", code="bad-token"
        )
    Token.objects.filter(id=found.id).update(last_used_at=now())
    staff = found.staff
    return Person(staff.id, staff.name, staff.email, frozenset(found.scopes))


def access_brand(person: Person, slug: str, verb: str) -> Brand:
    """The brand, when the person's role there and their token allow `verb` (see `MAY`)."""
    brand = Brand.objects.filter(slug=slug).first()
    roles = roles_in(person.id, brand) if brand else set()
    if brand is None or not roles:
        raise NotFound(f"There is no brand '{slug}' for you.", remedy="See 'makegood people'.", code="no-brand")
    if verb not in person.scopes or not roles & MAY[verb]:
        needed = " or ".join(sorted(MAY[verb]))
        raise NotAllowed(
            f"{person.name} may not {verb} in '{slug}'.",
            remedy=f"Someone who is {needed} there can, with a token that allows '{verb}'.",
            code="not-allowed",
        )
    return brand


def roles_in(staff: int, brand: Brand) -> set[str]:
    return set(Membership.objects.filter(staff=staff, brand=brand).values_list("role", flat=True))


def list_people(brand: Brand) -> list[tuple[Staff, list[str]]]:
    people: dict[int, tuple[Staff, list[str]]] = {}
    for member in Membership.objects.filter(brand=brand).select_related("staff").order_by("staff__name", "role"):
        people.setdefault(member.staff.id, (member.staff, []))[1].append(member.role)
    return list(people.values())


def find_staff(brand: int, *, email: str = "", name: str = "") -> int | None:
    """The active member of staff with a role in the brand who has this address; or this name, where only one has it."""
    people = Staff.objects.filter(active=True, membership__brand=brand).distinct()
    found = people.filter(email__iexact=email) if email else people.filter(name__iexact=name)
    ids = list(found.values_list("id", flat=True)[:2])
    return ids[0] if len(ids) == 1 else None


@dataclass(frozen=True)
class OpenConnection:
    """A connection with its secrets filled in: never logged, never stored."""

    id: int
    plugin: str
    settings: dict[str, Any] = field(repr=False)
    live: bool


def access_connection(brand: int, name: str) -> OpenConnection:
    """Raises `NotFound` with the names there are."""
    found = Connection.objects.filter(brand_id=brand, name=name).first()
    if found is None:
        names = ", ".join(Connection.objects.filter(brand_id=brand).values_list("name", flat=True)) or "none yet"
        raise NotFound(
            f"There is no connection '{name}'.",
            remedy=f"There are: {names}. Add one: makegood connections add.",
            code="no-connection",
        )
    return OpenConnection(found.id, found.plugin, resolve_secrets(found.settings), found.live)
