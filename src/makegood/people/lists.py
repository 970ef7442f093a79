"""Lists of a brand's people, connections and journal, as they are shown; who may see the brand is asked before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from makegood.journal.models import Entry
from makegood.kit.errors import NotFound
from makegood.people.actions import Limits
from makegood.people.models import Brand, Connection, Limit, Membership, Staff
from makegood.people.queries import MAY, Person, list_people


@dataclass(frozen=True)
class Member:
    name: str
    email: str
    active: bool
    roles: tuple[str, ...]
    limits: tuple[Limits, ...]
    id: int = field(compare=False)
    signs_in: bool = False


@dataclass(frozen=True)
class Line:
    """A journal entry as it is shown: `actor` is an address or None for Makegood itself, `facts` canonical JSON."""

    id: int
    at: datetime
    actor: str | None
    brand: int | None
    mistake: int | None
    verb: str
    subject: str
    facts: str


def list_brands(person: Person, verb: str) -> list[Brand]:
    """The brands where the person's role and token allow `verb`, by name."""
    if verb not in person.scopes:
        return []
    return list(
        Brand.objects.filter(membership__staff=person.id, membership__role__in=MAY[verb]).distinct().order_by("slug")
    )


def list_members(brand: Brand) -> list[Member]:
    """Everyone with a role in the brand, by name, with their limits there by currency."""
    limits: dict[int, list[Limits]] = {}
    for limit in Limit.objects.filter(brand=brand).order_by("currency"):
        limits.setdefault(limit.staff_id, []).append(_limits(limit))
    return [
        Member(
            staff.name,
            staff.email,
            staff.active,
            tuple(roles),
            tuple(limits.get(staff.id, ())),
            staff.id,
            staff.has_usable_password(),
        )
        for staff, roles in list_people(brand)
    ]


def get_member(brand: Brand, email: str) -> Staff:
    """Someone with a role in the brand. Raises `NotFound`."""
    found = Staff.objects.filter(email=email.lower(), membership__brand=brand).distinct().first()
    if found is None:
        raise NotFound(f"Nobody in '{brand.slug}' has '{email}'.", remedy="See: makegood people", code="no-person")
    return found


def access_member(brand: Brand, number: int) -> Member:
    """Someone with a role in the brand, by number. Raises `NotFound`, also for someone of another brand."""
    found = next((one for one in list_members(brand) if one.id == number), None)
    if found is None:
        raise NotFound(f"Nobody in '{brand.slug}' has this number.", remedy="See the list of people.", code="no-person")
    return found


def list_memberships(staff: Staff) -> list[tuple[Brand, tuple[str, ...], tuple[Limits, ...]]]:
    """Where a person works: brand, roles and limits there, by the brand's name."""
    brands = Brand.objects.filter(membership__staff=staff).distinct().order_by("slug")
    roles: dict[int, list[str]] = {}
    for brand, role in Membership.objects.filter(staff=staff).order_by("role").values_list("brand", "role"):
        roles.setdefault(brand, []).append(role)
    limits: dict[int, list[Limits]] = {}
    for limit in Limit.objects.filter(staff=staff).order_by("currency"):
        limits.setdefault(limit.brand_id, []).append(_limits(limit))
    return [(one, tuple(roles[one.id]), tuple(limits.get(one.id, ()))) for one in brands]


def _limits(limit: Limit) -> Limits:
    return Limits(limit.currency, limit.per_act, limit.per_day, limit.per_30_days, limit.per_mistake)


def list_connections(brand: Brand) -> list[Connection]:
    return list(Connection.objects.filter(brand=brand).order_by("name"))


def get_connection(brand: Brand, name: str) -> Connection:
    """As it is stored, secrets sealed. Raises `NotFound` with the names there are."""
    found = Connection.objects.filter(brand=brand, name=name).first()
    if found is None:
        known = ", ".join(one.name for one in list_connections(brand)) or "none yet"
        raise NotFound(f"There is no connection '{name}'.", remedy=f"There are: {known}.", code="no-connection")
    return found


def list_entries(brands: Sequence[Brand], *, mistakes: Collection[int], only_these: bool, limit: int) -> list[Line]:
    """The newest `limit` journal entries, oldest of them first: those of `mistakes` (which the caller may read) and,
    unless `only_these`, those of the brands and of the installation itself, shown to all who may read some brand."""
    mine = Q(mistake__in=mistakes)
    if not only_these:
        mine |= Q(brand__in=[brand.id for brand in brands], mistake=None) | Q(brand=None, mistake=None)
    found = list(Entry.objects.filter(mine).order_by("-id")[:limit]) if brands else []
    actors = {entry.actor for entry in found if entry.actor is not None}
    names = dict(Staff.objects.filter(id__in=actors).values_list("id", "email"))
    return [
        Line(
            id=entry.id,
            at=entry.at,
            actor=names.get(entry.actor, f"staff:{entry.actor}") if entry.actor else None,
            brand=entry.brand,
            mistake=entry.mistake,
            verb=entry.verb,
            subject=entry.subject,
            facts=entry.facts,
        )
        for entry in reversed(found)
    ]
