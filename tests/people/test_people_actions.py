"""Maya runs the recovery, Omar approves, Iris has no access: what each of them may do, and what nobody may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from makegood.journal.models import Entry
from makegood.kit.clock import now
from makegood.kit.digest import sha256
from makegood.kit.errors import BadInput, NotAllowed, NotFound
from makegood.people.actions import (
    Limits,
    add_brand,
    add_first_person,
    add_person,
    parse_limits,
    revoke_tokens,
    set_solo,
)
from makegood.people.models import Brand, Limit, Membership, Staff, Token
from makegood.people.queries import MAY, access_brand, access_person, list_people, roles_in

pytestmark = pytest.mark.usefixtures("database")


def given_maya() -> tuple[Staff, str, Brand]:
    maya, token = add_first_person("Maya", "Maya@Example.com")
    return maya, token, Brand.objects.get(slug="default")


def journal() -> list[tuple[str, str]]:
    return list(Entry.objects.order_by("id").values_list("verb", "subject"))


def test_the_first_person_can_begin_but_not_approve() -> None:
    maya, token, brand = given_maya()
    assert (maya.name, maya.email) == ("Maya", "maya@example.com")
    assert roles_in(maya.id, brand) == {"agent", "lead", "admin"}
    person = access_person(token)
    for verb in ("report", "read", "draft", "apply", "admin"):
        assert access_brand(person, "default", verb) == brand
    assert journal() == [("brand.added", f"brand:{brand.id}"), ("person.added", f"staff:{maya.id}")]


def test_the_first_persons_limits_are_small() -> None:
    maya, _, brand = given_maya()
    limits = Limit.objects.filter(staff=maya, brand=brand).values_list("currency", "per_act", "per_day", "per_30_days")
    assert sorted(limits) == [(currency, 5_000, 25_000, 100_000) for currency in ("EUR", "GBP", "USD")]


def test_there_is_one_first_person() -> None:
    given_maya()
    with pytest.raises(BadInput) as refused:
        add_first_person("Iris", "iris@example.com")
    assert refused.value.code == "not-first"
    assert Staff.objects.count() == 1


def test_a_token_is_kept_as_its_hash_only() -> None:
    _, token, _ = given_maya()
    with connection.cursor() as cursor:
        cursor.execute("SELECT token::text FROM token")
        (row,) = cursor.fetchone()
    assert token not in row


def test_omar_approves_and_does_nothing_else() -> None:
    maya, _, brand = given_maya()
    limits = parse_limits(["USD 1000"])
    omar, token = add_person("Omar", "omar@example.com", brand=brand, roles=["approver"], actor=maya.id, limits=limits)
    person = access_person(token)
    assert access_brand(person, "default", "approve") == brand
    for verb in ("draft", "apply", "admin"):
        with pytest.raises(NotAllowed) as no:
            access_brand(person, "default", verb)
        assert no.value.code == "not-allowed"
    assert Limit.objects.get(staff=omar).per_mistake == 100_000
    added = Entry.objects.get(subject=f"staff:{omar.id}")
    assert added.actor == maya.id
    assert "Omar" not in added.facts
    assert "omar@" not in added.facts


def test_iris_cannot_tell_a_hidden_brand_from_a_missing_one() -> None:
    maya, _, _ = given_maya()
    other = add_brand("other", legal_name="Other Ltd", actor=maya.id)
    _, token = add_person("Iris", "iris@example.com", brand=other, roles=["agent"], actor=maya.id)
    iris = access_person(token)
    said = []
    for slug in ("default", "no-such"):
        with pytest.raises(NotFound) as no:
            access_brand(iris, slug, "read")
        said.append(str(no.value).replace(slug, "it"))
    assert said[0] == said[1]


def test_a_role_without_the_tokens_scope_is_not_enough() -> None:
    _, token, _ = given_maya()
    Token.objects.update(scopes=["read"])
    person = access_person(token)
    assert access_brand(person, "default", "read")
    with pytest.raises(NotAllowed):
        access_brand(person, "default", "draft")


@pytest.mark.parametrize("how", ["unknown", "expired", "revoked", "inactive"])
def test_tokens_that_do_not_open_all_sound_alike(how: str) -> None:
    maya, token, _ = given_maya()
    if how == "expired":
        Token.objects.update(expires_at=now() - timedelta(seconds=1))
    if how == "revoked":
        assert revoke_tokens(maya, actor=maya.id) == 1
    if how == "inactive":
        Staff.objects.update(active=False)
    with pytest.raises(NotAllowed) as no:
        access_person(token if how != "unknown" else "something")
    assert no.value.code == "bad-token"
    assert str(no.value).startswith("This token is not valid.")


def test_a_token_whose_digest_begins_alike_opens_nothing() -> None:
    _, token, _ = given_maya()
    alike = (f"guess-{n}" for n in range(100_000) if sha256(f"guess-{n}")[:3] == sha256(token)[:3])
    with pytest.raises(NotAllowed) as no:
        access_person(next(alike))
    assert no.value.code == "bad-token"


def test_a_token_says_when_it_was_used_last() -> None:
    _, token, _ = given_maya()
    assert Token.objects.get().last_used_at is None
    access_person(token)
    assert Token.objects.get().last_used_at is not None


def test_revoking_twice_revokes_once() -> None:
    maya, _, _ = given_maya()
    assert [revoke_tokens(maya, actor=maya.id), revoke_tokens(maya, actor=maya.id)] == [1, 0]


def test_nobody_edits_their_own_roles_and_limits() -> None:
    maya, _, brand = given_maya()
    with pytest.raises(BadInput) as refused:
        add_person("Maya", "MAYA@example.com", brand=brand, roles=["approver"], actor=maya.id, limits=[Limits("USD")])
    assert refused.value.code == "own-limits"
    assert "approver" not in roles_in(maya.id, brand)


def test_a_refused_person_leaves_nothing() -> None:
    maya, _, brand = given_maya()
    before = (Staff.objects.count(), Membership.objects.count(), Token.objects.count(), Entry.objects.count())
    with pytest.raises(BadInput) as refused:
        add_person("Omar", "omar@example.com", brand=brand, roles=["agent", "king"], actor=maya.id)
    assert refused.value.code == "unknown-role"
    with pytest.raises(BadInput):
        add_person(
            "Omar", "omar@example.com", brand=brand, roles=["agent"], actor=maya.id, limits=[Limits("ABC", per_act=1)]
        )
    assert before == (Staff.objects.count(), Membership.objects.count(), Token.objects.count(), Entry.objects.count())


def test_a_second_brand_adds_roles_to_the_same_person() -> None:
    maya, _, brand = given_maya()
    other = add_brand("other", legal_name="Other Ltd", actor=maya.id)
    first, _ = add_person("Omar", "omar@example.com", brand=brand, roles=["approver"], actor=maya.id)
    second, _ = add_person("Omar", "omar@example.com", brand=other, roles=["agent", "lead"], actor=maya.id)
    assert first == second
    assert roles_in(first.id, other) == {"agent", "lead"}
    assert [(staff.name, roles) for staff, roles in list_people(brand)] == [
        ("Maya", ["admin", "agent", "lead"]),
        ("Omar", ["approver"]),
    ]


def test_a_firm_of_one_waits_instead() -> None:
    maya, _, brand = given_maya()
    set_solo(brand, wait=timedelta(hours=24), actor=maya.id)
    assert Brand.objects.get(id=brand.id).solo_wait == timedelta(hours=24)
    set_solo(brand, wait=None, actor=maya.id)
    assert Brand.objects.get(id=brand.id).solo_wait is None
    facts = Entry.objects.filter(verb="brand.solo-set").order_by("id").values_list("facts", flat=True)
    assert list(facts) == ['{"seconds":86400}', '{"seconds":null}']


def test_everybody_who_may_do_something_has_a_role_that_exists() -> None:
    from makegood.people.actions import ROLES, SCOPES

    assert set().union(*MAY.values()) == set(ROLES)
    assert set(MAY) == set(SCOPES)
