"""The second step: switched on, asked for, never skipped, codes once, secrets sealed, and the way back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from tests.console.asking import entries, fill, sign_in, signed_in, visitor
from tests.console.browsing import PASSWORD, given_people, totp

from makegood.kit.clock import now
from makegood.people.joining import first_link
from makegood.people.models import Staff

pytestmark = pytest.mark.usefixtures("database")


def switched_on(email: str = "maya@shop.example") -> tuple[Client, str, list[str]]:
    """Someone with an app: their browser, the app's key, the recovery codes."""
    client = signed_in(email)
    asked = client.get("/profile/codes/on")
    assert asked.headers["location"].startswith("/prove?"), "who sits down at an open desk cannot lock its owner out"
    proved = fill(client, asked.headers["location"], {"password": PASSWORD, "next": "/profile/codes/on"})
    assert proved.headers["location"] == "/profile/codes/on"
    page = client.get("/profile/codes/on").content.decode()
    (key,) = re.findall(r'<code class="long">(\w+)</code>', page)
    (token,) = set(re.findall(r'csrfmiddlewaretoken" value="(\w+)"', page))
    answer = client.post("/profile/codes/on", {"code": totp(key), "csrfmiddlewaretoken": token})
    assert answer.headers["location"] == "/profile/recovery"
    codes = re.findall(r"<li><code>(\d+)</code></li>", client.get("/profile/recovery").content.decode())
    assert len(codes) == 10
    return client, key, codes


def first_step(email: str = "maya@shop.example") -> Client:
    client = visitor()
    assert sign_in(client, email).headers["location"].startswith("/sign-in/code")
    return client


def code(client: Client, said: str) -> Any:
    return fill(client, "/sign-in/code", {"code": said})


def test_a_password_alone_opens_nothing_any_more() -> None:
    people = given_people()
    _, key, _ = switched_on()
    client = first_step()
    for path in ("/", "/profile", "/settings/people", "/profile/codes/off", "/profile/recovery"):
        assert client.get(path).status_code == 302, path
    assert code(client, "000000").status_code == 200
    assert client.get("/profile").status_code == 302
    with time_machine.travel(now() + timedelta(seconds=60)):
        assert code(client, totp(key)).status_code == 302
        assert client.get("/profile").status_code == 200
    assert entries("person.second-factor-on", "person.second-factor-failed") == [
        ("person.second-factor-on", people["maya"].id),
        ("person.second-factor-failed", people["maya"].id),
    ]


@pytest.mark.parametrize("where", ["/sign-in/code", "/sign-in", "/"])
def test_whose_second_step_is_switched_off_while_they_look_for_their_phone_begins_anew(where: str) -> None:
    people = given_people()
    switched_on()
    client = first_step()
    Authenticator.objects.filter(user=people["maya"]).delete()
    page = client.get(where, follow=True)
    assert page.status_code == 200 and "Sign in" in page.content.decode()
    assert client.get("/profile").status_code == 302
    assert sign_in(client, "maya@shop.example").headers["location"] == "/"
    assert client.get("/profile").status_code == 200


def test_a_code_is_taken_once() -> None:
    given_people()
    _, key, _ = switched_on()
    with time_machine.travel(now() + timedelta(seconds=90), tick=False):
        said = totp(key)
        assert code(first_step(), said).status_code == 302
        assert "The code is not right." in code(first_step(), said).content.decode(), "whoever looked over a shoulder"
    with time_machine.travel(now() + timedelta(seconds=125), tick=False):
        assert "The code is not right." in code(first_step(), said).content.decode()


def test_guessing_codes_ends_after_five() -> None:
    given_people()
    _, key, _ = switched_on()
    for _ in range(5):
        assert "The code is not right." in code(first_step(), "000000").content.decode()
    assert "There were too many tries." in code(first_step(), totp(key)).content.decode()


def test_a_recovery_code_lets_in_once() -> None:
    given_people()
    _, _, codes = switched_on()
    assert code(first_step(), codes[0]).status_code == 302
    assert code(first_step(), codes[0]).status_code == 200
    client = first_step()
    code(client, codes[1])
    assert "8 left" in client.get("/profile").content.decode()


def test_secrets_are_sealed_in_the_database() -> None:
    given_people()
    _, key, codes = switched_on()
    kept = repr(list(Authenticator.objects.values_list("data", flat=True)))
    assert key not in kept
    assert not [one for one in codes if one in kept]


def test_a_new_password_by_link_does_not_skip_the_second_step() -> None:
    people = given_people()
    switched_on()
    secret, _ = first_link(people["maya"])
    client = visitor()
    answer = fill(
        client, f"/join/{secret}", {"password": "four slow otters by the mill", "again": "four slow otters by the mill"}
    )
    assert answer.headers["location"].startswith("/sign-in/code")
    assert client.get("/profile").status_code == 302


def test_switching_it_off_asks_who_it_is() -> None:
    people = given_people()
    client, _, _ = switched_on()
    with time_machine.travel(now() + timedelta(minutes=30)):
        assert client.get("/profile/codes/off").headers["location"].startswith("/prove?"), "the proof is old"
        fill(client, "/prove", {"password": PASSWORD})
        assert fill(client, "/profile/codes/off").headers["location"] == "/profile"
    assert not Authenticator.objects.exists(), "the recovery codes have ended with it"
    assert entries("person.second-factor-off") == [("person.second-factor-off", people["maya"].id)]
    assert sign_in(visitor(), "maya@shop.example").headers["location"] == "/"


def test_new_recovery_codes_end_the_old_ones() -> None:
    given_people()
    client, _, codes = switched_on()
    fill(client, "/profile/recovery/new")
    assert [verb for verb, _ in entries("person.recovery-codes-made")] == ["person.recovery-codes-made"]
    assert code(first_step(), codes[0]).status_code == 200


def test_an_admin_switches_it_off_for_who_lost_everything() -> None:
    people = given_people()
    switched_on("omar@shop.example")
    admin = signed_in("maya@shop.example")
    path = f"/settings/people/default/{people['omar'].id}"
    assert fill(admin, f"{path}/code-off", of=path).headers["location"] == path
    assert entries("person.second-factor-off") == [("person.second-factor-off", people["maya"].id)]
    assert sign_in(visitor(), "omar@shop.example").headers["location"] == "/"
    assert Staff.objects.get(id=people["omar"].id).has_usable_password()
