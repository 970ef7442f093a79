"""Writing verbs about people: the first person, more people, limits, tokens."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction

from makegood.journal.actions import record
from makegood.kit.clock import now, zone
from makegood.kit.digest import digest_of, sha256
from makegood.kit.errors import BadInput, NotAllowed, Refused
from makegood.kit.ids import new_token
from makegood.kit.mime import wire_address
from makegood.kit.money import Money
from makegood.people.models import Brand, Connection, Limit, Membership, Staff, Token

ROLES = ("reporter", "agent", "lead", "approver", "admin", "auditor")
SCOPES = ("read", "report", "draft", "approve", "apply", "admin")
FIRST_NAME, FIRST_SENDER = "Our company", "help@example.com"  # what the first start cannot know
FIRST_LIMITS = ("USD", "EUR", "GBP")
TOKEN_DAYS = 90
BRAND_SETTINGS = ("legal_name", "sender_name", "sender_email", "reply_to", "postal", "zone")
_LARGEST_LIMIT = 10**15  # minor units; what fits the column, and more than anybody may give
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")


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
def open_brand(slug: str, *, legal_name: str, like: Brand, actor: int, settings: Mapping[str, str]) -> Brand:
    """A further brand, in which `actor` keeps the roles and limits they have in `like`: no more power than before.

    `settings` are those of `set_brand`. Raises `BadInput` for a name that is taken or not a short name, or a bad zone.
    """
    _check_name(slug, "brand")
    _check_settings(settings)
    if Brand.objects.filter(slug=slug).exists():
        raise BadInput(f"There is already a brand '{slug}'.", remedy="Choose another short name.", code="brand-exists")
    brand = add_brand(slug, legal_name=legal_name, actor=actor)
    Brand.objects.filter(id=brand.id).update(**settings)
    for role in Membership.objects.filter(staff=actor, brand=like).values_list("role", flat=True):
        Membership.objects.create(staff_id=actor, brand=brand, role=role)
    for limit in Limit.objects.filter(staff=actor, brand=like):
        limit.pk, limit.brand, limit._state.adding = None, brand, True
        limit.save()
    record("brand.opened", f"brand:{brand.id}", actor=actor, brand=brand.id, facts={"like": like.id})
    return brand


@transaction.atomic
def set_brand(brand: Brand, settings: Mapping[str, str], *, actor: int) -> None:
    """Changes what customers see of a brand; `settings` by name (`BRAND_SETTINGS`), what is not named stays.

    Raises `BadInput` for an unknown zone, an address without @ or an empty legal name.
    """
    _check_settings(settings)
    changed = dict(settings)
    if brand.sender_name == brand.legal_name and "legal_name" in changed:
        changed.setdefault("sender_name", changed["legal_name"])
    Brand.objects.filter(id=brand.id).update(**changed)
    record("brand.set", f"brand:{brand.id}", actor=actor, brand=brand.id, facts={"settings": sorted(changed)})


@transaction.atomic
def add_first_person(name: str, email: str) -> tuple[Staff, str]:
    """The person who set this installation up: agent, lead and admin of the brand `default`, with small limits.

    Returns the person and the token in clear, shown once. Raises `BadInput` when there is already someone.
    """
    if Staff.objects.select_for_update().exists():
        raise BadInput("This installation already has people.", remedy="Ask an admin for a token.", code="not-first")
    brand = Brand.objects.filter(slug="default").first() or add_brand(
        "default", legal_name=FIRST_NAME, actor=None, sender_email=FIRST_SENDER
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

    The token is empty for someone who already works in a brand where the actor is not an admin: it would act there too.
    Raises as `join_brand` does.
    """
    staff, made = join_brand(name, email, brand=brand, roles=roles, limits=limits or [], actor=actor)
    if not made and not reaches(staff, actor):
        return staff, ""
    return staff, _issue(staff, scopes=_scopes_of(roles), label="first" if made else "added", days=TOKEN_DAYS)


@transaction.atomic
def join_brand(
    name: str, email: str, *, brand: Brand, roles: Collection[str], limits: Sequence[Limits], actor: int
) -> tuple[Staff, bool]:
    """Roles and limits in one brand for someone new (then True) or known by this address, whose name stays.

    Raises `BadInput` for an unknown role, a currency that does not exist, or roles and limits for oneself.
    """
    if unknown := sorted(set(roles) - set(ROLES)):
        raise unknown_role(unknown[0])
    staff, made = Staff.objects.get_or_create(email=email.lower(), defaults={"name": name})
    if staff.id == actor:
        raise BadInput("Nobody edits their own roles and limits.", remedy="Ask another admin.", code="own-limits")
    for role in roles:
        Membership.objects.get_or_create(staff=staff, brand=brand, role=role)
    set_limits(staff, brand, limits)
    record(
        "person.added",
        f"staff:{staff.id}",
        actor=actor,
        brand=brand.id,
        facts={"roles": sorted(roles), "limits": [vars(limit) for limit in limits]},
    )
    return staff, made


def reaches(staff: Staff, actor: int) -> bool:
    """Whether the actor is an admin in every brand where this person works: only then is the whole account theirs."""
    mine = Membership.objects.filter(staff=actor, role="admin").values("brand")
    return not Membership.objects.filter(staff=staff).exclude(brand__in=mine).exists()


@transaction.atomic
def set_own_address(staff: int, email: str) -> str:
    """The work address of a person whom the first start named after the machine's user; returns it as it is kept.

    Once: an address tells who would make good to themselves, and whoever could change theirs could do so. Raises
    `Refused` where it was said before, `BadInput` for what is no address or somebody else's."""
    person = Staff.objects.select_for_update().get(id=staff)
    address = email.strip().lower()
    if not is_made_up(person.email):
        raise Refused(
            f"Your address is {person.email}, and stays: it keeps people from making good to themselves.",
            remedy="An admin adds you under the new one: makegood people add.",
            code="address-stays",
        )
    if is_made_up(address) or len(address.split()) != 1:
        raise BadInput(f"'{email}' is not an address.", remedy="Write you@example.com.", code="bad-address")
    if Staff.objects.filter(email=address).exists():
        raise BadInput(f"{address} is somebody else's.", remedy="Give your own.", code="address-taken")
    Staff.objects.filter(id=staff).update(email=wire_address(address))
    record("person.address-set", f"staff:{staff}", actor=staff)
    return address


@transaction.atomic
def revoke_tokens(staff: Staff, *, actor: int) -> int:
    count = Token.objects.filter(staff=staff, revoked_at=None).update(revoked_at=now())
    record("tokens.revoked", f"staff:{staff.id}", actor=actor, facts={"count": count})
    return count


@transaction.atomic
def renew_token(token: str, *, actor: int) -> str:
    """A new token with the rights of `token`, which ends within a day. Returns the new one in clear, shown once.

    Not at once: killed before the new one is written down, its owner could never act again. Raises `NotAllowed` when
    `token` is not a valid one of this person.
    """
    old = Token.objects.select_for_update().filter(digest=sha256(token), staff=actor, revoked_at=None).first()
    if old is None or old.expires_at <= now():
        raise NotAllowed("This token is not valid.", remedy="Ask an admin for a new one.", code="bad-token")
    old.expires_at = min(old.expires_at, now() + timedelta(days=1))
    old.save(update_fields=["expires_at"])
    fresh = _issue(old.staff, scopes=list(old.scopes), label="renewed", days=TOKEN_DAYS)
    record("token.renewed", f"staff:{actor}", actor=actor, facts={"was": old.id})
    return fresh


@transaction.atomic
def add_connection(brand: Brand, name: str, *, plugin: str, settings: Mapping[str, Any], actor: int) -> Connection:
    """A named way out or in, not live. `settings` are checked by who calls; secrets in them are env or sealed.

    Raises `BadInput` for a name that is taken or not a short name.
    """
    _check_name(name, "connection")
    try:
        with transaction.atomic():
            made = Connection.objects.create(brand=brand, name=name, plugin=plugin, settings=dict(settings))
    except IntegrityError as error:
        raise BadInput(
            f"There is already a connection '{name}'.",
            remedy=f"Change it: makegood connections set {name}.",
            code="connection-exists",
        ) from error
    _record_connection("connection.added", made, actor, plugin=plugin)
    return made


@transaction.atomic
def change_connection(connection: Connection, *, settings: Mapping[str, Any], actor: int) -> None:
    """Replaces its settings. Plans made with the old ones are refused when they are carried out."""
    connection.settings = dict(settings)
    Connection.objects.filter(id=connection.id).update(settings=connection.settings)
    _record_connection("connection.changed", connection, actor)


@transaction.atomic
def switch_connection(connection: Connection, *, live: bool, actor: int) -> None:
    """On: plans made from now on leave this machine by it. Off: the local outbox and ledger catch them."""
    connection.live = live
    Connection.objects.filter(id=connection.id).update(live=live)
    _record_connection("connection.switched", connection, actor, live=live)


@transaction.atomic
def set_solo(brand: Brand, *, wait: timedelta | None, actor: int) -> None:
    """A firm of one: after `wait` a plan may be approved by the person who asked for it. None switches it off."""
    Brand.objects.filter(id=brand.id).update(solo_wait=wait)
    seconds = int(wait.total_seconds()) if wait else None
    record("brand.solo-set", f"brand:{brand.id}", actor=actor, brand=brand.id, facts={"seconds": seconds})


def is_made_up(email: str) -> bool:
    """Whether it is an address that no mail server knows, such as root@localhost of the first start."""
    return "." not in email.rpartition("@")[2].strip(".")


def parse_limits(texts: list[str]) -> list[Limits]:
    """Reads `USD 1000` (per mistake) or `USD act=50 day=250 month=1000 mistake=5000`. Raises `BadInput`."""
    return [_parse_limit(text) for text in texts]


def write_limit(limit: Limits) -> str:
    """What `parse_limits` reads: `EUR act=50.00 day=250.00`; a currency without any span is no limit, and not read."""
    spans = {"act": limit.per_act, "day": limit.per_day, "month": limit.per_30_days, "mistake": limit.per_mistake}
    words = [f"{span}={Money(minor, limit.currency).amount}" for span, minor in spans.items() if minor is not None]
    return " ".join([limit.currency, *words])


def _parse_limit(text: str) -> Limits:
    currency, *parts = text.split() or [""]
    spans = {"act": "per_act", "day": "per_day", "month": "per_30_days", "mistake": "per_mistake"}
    if len(parts) == 1 and "=" not in parts[0]:
        return Limits(currency, per_mistake=_limit_of(parts[0], currency, text))
    values: dict[str, int] = {}
    for part in parts:
        span, _, amount = part.partition("=")
        if span not in spans or not amount or spans[span] in values:
            raise _no_limit(part)
        values[spans[span]] = _limit_of(amount, currency, text)
    if not values:  # a currency alone would be no limit at all, which nobody writes by leaving something out
        raise _no_limit(text)
    return Limits(currency, **values)


def _limit_of(amount: str, currency: str, text: str) -> int:
    minor = Money.parse(amount, currency=currency).minor
    if not 0 <= minor <= _LARGEST_LIMIT:
        raise _no_limit(text)
    return minor


def _no_limit(text: str) -> BadInput:
    remedy = "Write for example 'USD act=50 day=250 month=1000 mistake=5000'."
    return BadInput(f"'{text}' is not a limit.", remedy=remedy, code="bad-limit")


def _record_connection(verb: str, connection: Connection, actor: int, **facts: Any) -> None:
    """The journal keeps which settings there were and their digest, never a value."""
    facts |= {"settings": sorted(connection.settings), "digest": digest_of(connection.settings)}
    record(verb, f"connection:{connection.id}", actor=actor, brand=connection.brand_id, facts=facts)


def _check_name(name: str, what: str) -> None:
    if not _NAME.fullmatch(name):
        raise BadInput(
            f"'{name}' is not a name for a {what}.",
            remedy="Use at most 50 small letters, digits and hyphens, such as north-shop.",
            code="bad-name",
        )


def _check_settings(settings: Mapping[str, str]) -> None:
    if unknown := sorted(set(settings) - set(BRAND_SETTINGS)):
        known = ", ".join(BRAND_SETTINGS)
        raise BadInput(f"A brand has no '{unknown[0]}'.", remedy=f"Use one of: {known}.", code="bad-setting")
    if "zone" in settings:
        zone(settings["zone"])
    for name in ("sender_email", "reply_to"):
        address = settings.get(name, "")
        if address and ("@" not in address or len(address.split()) != 1):
            raise BadInput(f"'{address}' is not an address.", remedy="Write help@example.com.", code="bad-address")
    if not settings.get("legal_name", "x").strip():
        raise BadInput("The legal name is empty.", remedy="Give the name customers know.", code="no-legal-name")


def set_limits(staff: Staff, brand: Brand, limits: Sequence[Limits]) -> None:
    """Sets the limits of these currencies; others stay. Raises `BadInput` for a currency that does not exist."""
    for limit in limits:
        Money(0, limit.currency)
        spans = {
            "per_act": limit.per_act,
            "per_day": limit.per_day,
            "per_30_days": limit.per_30_days,
            "per_mistake": limit.per_mistake,
        }
        Limit.objects.update_or_create(staff=staff, brand=brand, currency=limit.currency, defaults=spans)


def unknown_role(role: str) -> BadInput:
    return BadInput(f"There is no role '{role}'.", remedy=f"Use one of: {', '.join(ROLES)}.", code="unknown-role")


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
