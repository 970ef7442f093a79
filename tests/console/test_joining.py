"""A link that lets someone in, once: used again, late, taken back, guessed, opened by a scanner, of another brand."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from tests.console.asking import entries, fill, sign_in, signed_in, visitor
from tests.console.browsing import PASSWORD, given_people

from makegood.kit.clock import now
from makegood.kit.errors import BadInput, NotAllowed, NotFound, Refused
from makegood.people.actions import add_first_person, add_person
from makegood.people.joining import (
    accept_invitation,
    access_invitation,
    find_unreachable_admin,
    first_link,
    invite,
    invite_member,
)
from makegood.people.models import Brand, Invitation, Staff, Token

pytestmark = pytest.mark.usefixtures("database")
NEW = "four slow otters by the mill"


def given_link() -> tuple[Staff, str]:
    maya, _ = add_first_person("Maya", "maya@shop.example")
    secret, _ = first_link(maya)
    return maya, secret


def test_a_link_lets_one_person_in_once() -> None:
    maya, secret = given_link()
    client = visitor()
    assert "maya@shop.example" in client.get(f"/join/{secret}").content.decode()
    answer = fill(client, f"/join/{secret}", {"password": NEW, "again": NEW})
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    assert client.get("/profile").status_code == 200
    for method in (visitor().get, visitor().head):
        assert method(f"/join/{secret}").status_code == 404
    with pytest.raises(NotFound):
        accept_invitation(secret, password="another four slow otters")
    assert sign_in(visitor(), "maya@shop.example", NEW).status_code == 302
    assert entries("person.invited", "invitation.accepted") == [
        ("person.invited", None),
        ("invitation.accepted", maya.id),
    ]


def test_opening_it_changes_nothing() -> None:
    maya, secret = given_link()
    for _ in range(3):
        assert visitor().get(f"/join/{secret}").status_code == 200
        assert visitor().head(f"/join/{secret}").status_code == 200
    assert Invitation.objects.get().used_at is None
    assert visitor().post(f"/join/{secret}", {"password": NEW, "again": NEW}).status_code == 403, (
        "a scanner has no token"
    )
    assert not Staff.objects.get(id=maya.id).has_usable_password()


def test_the_secret_is_kept_nowhere() -> None:
    _, secret = given_link()
    assert secret not in repr(list(Invitation.objects.values()))


def test_links_that_open_nothing_say_all_the_same() -> None:
    maya, secret = given_link()
    said = set()
    later, _ = first_link(maya)
    said.add(visitor().get(f"/join/{secret}").content)  # taken back by the later one
    said.add(visitor().get("/join/never-was").content)
    with time_machine.travel(now() + timedelta(hours=24, minutes=1)):
        said.add(visitor().get(f"/join/{later}").content)
    Staff.objects.update(active=False)
    said.add(visitor().get(f"/join/{later}").content)
    assert len(said) == 1
    assert b"This link does not open anything." in said.pop()


def test_a_weak_password_is_refused_beside_its_field() -> None:
    _, secret = given_link()
    for password, words in (
        ("q1w2e3r4", "at least 12 characters"),
        ("maya@shop.example", "too similar to the email"),
        ("123456789qwerty", "too common"),
    ):
        answer = fill(visitor(), f"/join/{secret}", {"password": password, "again": password})
        assert answer.status_code == 400, password
        assert words in answer.content.decode()
        assert 'aria-invalid="true"' in answer.content.decode()
        assert password not in answer.content.decode().replace("maya@shop.example</strong>", "")
        assert Invitation.objects.get().used_at is None


def test_two_passwords_that_differ_are_refused() -> None:
    _, secret = given_link()
    answer = fill(visitor(), f"/join/{secret}", {"password": NEW, "again": NEW + "x"})
    assert "This is not the same as the one above." in answer.content.decode()


def test_who_lost_the_password_gets_a_new_link_and_old_sign_ins_end() -> None:
    people = given_people()
    before = signed_in("omar@shop.example")
    secret, ends = invite(people["omar"], brand=Brand.objects.get(slug="default"), actor=people["maya"].id)
    assert timedelta(hours=71) < ends - now() < timedelta(hours=73)
    assert before.get("/profile").status_code == 200, "a link that nobody used ends nothing"
    fill(visitor(), f"/join/{secret}", {"password": NEW, "again": NEW})
    assert before.get("/profile").status_code == 302
    assert sign_in(visitor(), "omar@shop.example", PASSWORD).status_code == 200, "the old password is gone"


def test_an_admin_of_one_brand_cannot_open_accounts_of_another() -> None:
    people = given_people()
    north = Brand.objects.get(slug="north")
    with pytest.raises(NotAllowed) as no:
        invite(people["maya"], brand=north, actor=people["iris"].id)
    assert no.value.code == "other-brands"
    staff, secret, _ = invite_member(
        "Maya", "maya@shop.example", brand=north, roles=["lead"], limits=[], actor=people["iris"].id
    )
    assert (staff.id, secret) == (people["maya"].id, ""), "she keeps the account she has"
    tokens = Token.objects.filter(staff=people["maya"]).count()
    _, token = add_person("Maya", "maya@shop.example", brand=north, roles=["admin"], actor=people["iris"].id)
    assert (token, Token.objects.filter(staff=people["maya"]).count()) == ("", tokens), "nor by a token"


def test_who_is_switched_off_gets_no_link() -> None:
    people = given_people()
    Staff.objects.filter(id=people["omar"].id).update(active=False)
    with pytest.raises(Refused) as no:
        invite(people["omar"], brand=Brand.objects.get(slug="default"), actor=people["maya"].id)
    assert no.value.code == "person-off"


def test_a_link_is_for_the_person_it_names_whoever_is_signed_in() -> None:
    people = given_people()
    secret, _ = invite(people["omar"], brand=Brand.objects.get(slug="default"), actor=people["maya"].id)
    client = signed_in("maya@shop.example")
    fill(client, f"/join/{secret}", {"password": NEW, "again": NEW})
    assert "omar@shop.example" in client.get("/profile").content.decode()


def test_guessing_links_ends_soon() -> None:
    given_link()
    client = visitor()
    assert {client.get(f"/join/guess{number}").status_code for number in range(30)} == {404}
    assert client.get("/join/guess31").status_code == 429


def test_a_first_link_is_for_as_long_as_no_admin_can_sign_in() -> None:
    maya, secret = given_link()
    assert find_unreachable_admin() == maya
    assert access_invitation(secret) == maya
    with pytest.raises(BadInput):
        accept_invitation(secret, password="short")
    accept_invitation(secret, password=NEW)
    assert find_unreachable_admin() is None
    Staff.objects.update(active=False)
    assert find_unreachable_admin() is None, "whoever was switched off is not let in by a start"


def test_the_first_start_shows_one_link_and_no_password(database: Any) -> None:
    """The real `makegood up` on an empty database, and again once somebody can sign in."""

    def said() -> str:
        command = [sys.executable, "-m", "makegood.cli", "up", "--workers", "1", "--bind", "127.0.0.1:0"]
        with subprocess.Popen(command, env=database.environment, stderr=subprocess.PIPE, text=True) as child:
            assert child.stderr is not None
            lines = ""
            for line in child.stderr:
                lines += line
                if "Makegood is up" in line:
                    child.terminate()
            return lines

    first = said()
    (link,) = [line.strip() for line in first.splitlines() if "/join/" in line]
    assert link.startswith("http://127.0.0.1:")
    assert "password:" in first and "works once" in first
    secret = link.rpartition("/")[2]
    assert fill(visitor(), f"/join/{secret}", {"password": NEW, "again": NEW}).status_code == 302
    assert "/join/" not in said(), "somebody can sign in now"
