"""Roles × verbs: Maya runs the recovery, Omar approves, Iris is of another brand, Ada audits, Rosa only reports."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from makegood.journal.models import Entry
from makegood.kit.clock import now
from makegood.kit.errors import BadInput, NotAllowed, NotFound
from makegood.people.actions import (
    SCOPES,
    Limits,
    add_brand,
    add_first_person,
    add_person,
    open_brand,
    renew_token,
    revoke_tokens,
    set_brand,
)
from makegood.people.lists import get_member, list_brands, list_members
from makegood.people.models import Brand, Limit, Membership, Staff, Token
from makegood.people.queries import Person, access_brand, access_person, roles_in

# Who may do what: the whole table, so that a change of it is a change of this file.
MATRIX = """
          report  read  draft  apply  approve  admin
Maya      yes     yes   yes    yes    lead     yes
Omar      role    yes   -      -      yes      -
Ada       -       yes   -      -      -        -
Rosa      yes     -     -      -      -        -
Lena      yes     yes   yes    yes    role     -
Alan      role    yes   -      -      -        yes
"""
ROLES_OF = {"Omar": "approver", "Ada": "auditor", "Rosa": "reporter", "Lena": "lead", "Alan": "admin"}


def matrix() -> list[tuple[str, str, str]]:
    header, *lines = [line.split() for line in MATRIX.strip().splitlines()]
    return [(who, verb, mark) for who, *marks in lines for verb, mark in zip(header, marks, strict=True)]


def verdict(person: Person, verb: str, slug: str = "default") -> str:
    try:
        access_brand(person, slug, verb)
    except NotAllowed as no:
        assert no.code == "not-allowed" and verb in no.what and no.remedy
        return "no"
    except NotFound as no:
        return f"hidden {no.what.replace(slug, 'it')} {no.remedy}"
    return "yes"


def given_everyone() -> dict[str, Person]:
    maya, token = add_first_person("Maya", "maya@example.com")
    brand = Brand.objects.get(slug="default")
    everyone = {"Maya": access_person(token)}
    for name, role in ROLES_OF.items():
        _, token = add_person(name, f"{name}@example.com", brand=brand, roles=[role], actor=maya.id)
        everyone[name] = access_person(token)
    return everyone


def test_roles_times_verbs(database: Any) -> None:
    """`role`: the role would allow it, the token that this role is given does not (one token, one purpose)."""
    everyone = given_everyone()
    assert sorted({verb for _, verb, _ in matrix()}) == sorted(SCOPES)
    found, asked = {}, {}
    for who, verb, mark in matrix():
        found[who, verb] = verdict(everyone[who], verb)
        asked[who, verb] = "yes" if mark in ("yes", "lead") else "no"
        every_scope = Person(everyone[who].id, who, "", frozenset(SCOPES))
        assert verdict(every_scope, verb) == ("no" if mark == "-" else "yes"), (who, verb)
        no_scope = Person(everyone[who].id, who, "", frozenset())
        assert verdict(no_scope, verb) == "no", "a token that allows nothing opens nothing"
    assert found == asked


def test_other_brands_look_like_brands_that_do_not_exist(database: Any) -> None:
    everyone = given_everyone()
    other = add_brand("other", legal_name="Other Ltd", actor=everyone["Maya"].id)
    _, token = add_person(
        "Iris", "iris@example.com", brand=other, roles=["agent", "approver"], actor=everyone["Maya"].id
    )
    iris = access_person(token)
    for verb in SCOPES:
        hidden, missing = verdict(iris, verb), verdict(iris, verb, "no-such-brand")
        assert hidden == missing and hidden.startswith("hidden"), "the answer must not tell that it exists"
    assert [brand.slug for brand in list_brands(iris, "read")] == ["other"]
    assert list_brands(iris, "admin") == []
    assert [brand.slug for brand in list_brands(everyone["Ada"], "read")] == ["default"]
    assert list_brands(everyone["Ada"], "draft") == []
    for who in ("iris@example.com", "nobody@example.com"):
        with pytest.raises(NotFound) as no:
            get_member(Brand.objects.get(slug="default"), who)
        assert (no.value.code, str(no.value).count(who)) == ("no-person", 1)
    assert get_member(other, "IRIS@example.com").name == "Iris"
    members = {member.name: member.roles for member in list_members(Brand.objects.get(slug="default"))}
    assert members == {"Maya": ("admin", "agent", "lead")} | {name: (role,) for name, role in ROLES_OF.items()}


def test_a_token_lives_is_renewed_and_ends(database: Any) -> None:
    maya, token = add_first_person("Maya", "maya@example.com")
    brand = Brand.objects.get(slug="default")
    omar, omars = add_person("Omar", "omar@example.com", brand=brand, roles=["approver"], actor=maya.id)
    days = (Token.objects.get(staff=maya).expires_at - now()).days
    assert 85 <= days <= 90
    first_use = [Token.objects.get(staff=maya).last_used_at]
    for _ in range(2):
        access_person(token)
        first_use.append(Token.objects.get(staff=maya).last_used_at)
    assert first_use[0] is None and first_use[1] is not None and first_use[2] > first_use[1]
    assert Token.objects.get(staff=omar).last_used_at is None

    for stranger in (omars, "made-up", ""):
        with pytest.raises(NotAllowed) as no:
            renew_token(stranger, actor=maya.id)
        assert no.value.code == "bad-token"
        assert not stranger or stranger not in str(no.value)
    fresh = renew_token(token, actor=maya.id)
    assert access_person(fresh).scopes == access_person(token).scopes == frozenset(SCOPES)
    old = Token.objects.filter(staff=maya).order_by("id").first()
    assert old is not None and old.expires_at <= now() + timedelta(days=1)
    Token.objects.filter(id=old.id).update(expires_at=now() - timedelta(seconds=1))
    for ask in (access_person, lambda dead: renew_token(dead, actor=maya.id)):
        with pytest.raises(NotAllowed):
            ask(token)
    assert access_person(fresh).name == "Maya"
    assert revoke_tokens(maya, actor=omar.id) == 2
    with pytest.raises(NotAllowed):
        access_person(fresh)
    assert access_person(omars).name == "Omar", "another person's tokens stay"
    Staff.objects.filter(id=omar.id).update(active=False)
    with pytest.raises(NotAllowed):
        access_person(omars)
    said = " ".join(Entry.objects.values_list("facts", flat=True))
    assert not [secret for secret in (token, fresh, omars) if secret in said]
    assert not Token.objects.filter(digest__in=[token, fresh, omars]).exists(), "only hashes are kept"


def test_nobody_gives_themselves_roles_limits_or_brands(database: Any) -> None:
    everyone = given_everyone()
    brand, maya = Brand.objects.get(slug="default"), everyone["Maya"].id
    for roles, limits in ((["approver"], None), ([], [Limits("USD", per_act=10**9)]), (["agent"], [Limits("EUR")])):
        with pytest.raises(BadInput) as no:
            add_person("Maya", " Maya@Example.com ".strip(), brand=brand, roles=roles, actor=maya, limits=limits)
        assert no.value.code == "own-limits"
    assert roles_in(maya, brand) == {"agent", "lead", "admin"}
    assert set(Limit.objects.filter(staff=maya).values_list("per_act", flat=True)) == {5_000}
    opened = open_brand("north", legal_name="North Ltd", like=brand, actor=maya, settings={"zone": "Europe/Oslo"})
    assert roles_in(maya, opened) == roles_in(maya, brand)
    mine = [
        list(
            Limit.objects.filter(staff=maya, brand=one)
            .order_by("currency")
            .values_list("currency", "per_act", "per_day")
        )
        for one in (brand, opened)
    ]
    assert mine[0] == mine[1] and len(mine[0]) == 3
    assert Membership.objects.filter(brand=opened).exclude(staff=maya).count() == 0
    assert Brand.objects.get(slug="north").zone == "Europe/Oslo"


@pytest.mark.parametrize(
    ("slug", "settings", "code"),
    [
        ("", {}, "bad-name"),
        ("North", {}, "bad-name"),
        ("north shop", {}, "bad-name"),
        ("-north", {}, "bad-name"),
        ("n" * 51, {}, "bad-name"),
        ("nörth", {}, "bad-name"),
        ("north\n", {}, "bad-name"),
        ("north", {"colour": "red"}, "bad-setting"),
        ("north", {"zone": "Mars/Olympus"}, "unknown-zone"),
        ("north", {"sender_email": "nobody"}, "bad-address"),
        ("north", {"reply_to": "a@example.com, b@example.com"}, "bad-address"),
        ("north", {"legal_name": "  "}, "no-legal-name"),
    ],
)
def test_what_is_no_brand_is_refused_before_anything_is_asked(slug: str, settings: dict[str, str], code: str) -> None:
    """Without a database: the checks come first, so that nothing can be left behind."""
    with pytest.raises(BadInput) as no:
        open_brand.__wrapped__(slug, legal_name="North", like=Brand(id=1), actor=1, settings=settings)
    assert no.value.code == code
    assert no.value.what.endswith(".") and no.value.remedy.endswith(".")


def test_a_brand_is_named_once_and_its_sender_follows_its_name(database: Any) -> None:
    maya, _ = add_first_person("Maya", "maya@example.com")
    brand = Brand.objects.get(slug="default")
    with pytest.raises(BadInput) as no:
        open_brand("default", legal_name="Again", like=brand, actor=maya.id, settings={})
    assert no.value.code == "brand-exists"
    set_brand(brand, {"legal_name": "The Shop Ltd", "postal": "Road 1\nTown"}, actor=maya.id)
    brand.refresh_from_db()
    assert (brand.legal_name, brand.sender_name, brand.postal) == ("The Shop Ltd", "The Shop Ltd", "Road 1\nTown")
    set_brand(brand, {"sender_name": "Ana of The Shop"}, actor=maya.id)
    brand.refresh_from_db()
    set_brand(brand, {"legal_name": "The Shop plc"}, actor=maya.id)
    brand.refresh_from_db()
    assert (brand.legal_name, brand.sender_name) == ("The Shop plc", "Ana of The Shop"), "a name of its own stays"
    facts = list(Entry.objects.filter(verb="brand.set").order_by("id").values_list("facts", flat=True))
    assert facts[0] == '{"settings":["legal_name","postal","sender_name"]}'
    assert len(facts) == 3
