"""Signing in as an attacker tries it: guesses, a fixed session, a forged form, a foreign link, a list of people."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from statistics import median

import pytest
import time_machine
from django.contrib.sessions.models import Session
from tests.console.asking import PAGE, entries, fill, sign_in, signed_in, visitor
from tests.console.browsing import PASSWORD, given_people

from makegood.journal.models import Entry
from makegood.kit.clock import now
from makegood.people.models import Staff
from makegood.people.sessions import list_sessions

pytestmark = pytest.mark.usefixtures("database")
WRONG = "The address or the password is not right."


def test_who_is_nobody_signs_in_first_and_comes_back() -> None:
    given_people()
    nobody = visitor()
    assert nobody.get("/profile").headers["location"] == "/sign-in?next=/profile"
    assert sign_in(nobody, "maya@shop.example", to="/sign-in?next=/profile").headers["location"] == "/profile"
    assert nobody.get("/profile").status_code == 200
    assert entries("person.signed-in") == [("person.signed-in", Staff.objects.get(email="maya@shop.example").id)]
    assert Entry.objects.get(verb="person.signed-in").facts == '{"by":["password"]}'


def test_the_address_may_be_typed_in_capitals() -> None:
    given_people()
    assert sign_in(visitor(), "  Maya@Shop.Example ").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "https:/evil.example",
        "http://127.0.0.1:1/",
        "javascript:alert(1)",
        "\t//evil.example",
    ],
)
def test_a_foreign_link_leads_to_the_front_page(target: str) -> None:
    given_people()
    client = visitor()
    client.get("/sign-in", {"next": target})
    said = {"login": "maya@shop.example", "password": PASSWORD, "next": target}
    assert fill(client, "/sign-in", said).headers["location"] == "/"
    assert client.get("/sign-in", {"next": target}).headers["location"] == "/", "also for who is in already"


def test_the_session_of_before_is_not_the_session_of_after() -> None:
    given_people()
    client = visitor()
    client.cookies["makegood-session"] = "attackersattackersattackersattac"
    sign_in(client, "maya@shop.example")
    fresh = client.cookies["makegood-session"].value
    assert fresh != "attackersattackersattackersattac"
    assert not Session.objects.filter(session_key="attackersattackersattackersattac").exists()
    cookie = client.cookies["makegood-session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    before = client.cookies["makegood-form"].value
    fill(client, "/sign-out", of="/profile")
    assert visitor().get("/profile").status_code == 302
    thief = visitor()
    thief.cookies["makegood-session"] = fresh
    assert thief.get("/profile").status_code == 302, "a session that ended opens nothing"
    assert before


def test_a_form_without_its_token_is_refused() -> None:
    given_people()
    client = visitor()
    client.get("/sign-in")
    answer = client.post("/sign-in", {"login": "maya@shop.example", "password": PASSWORD})
    assert answer.status_code == 403
    assert "does not prove that it came from this page" in answer.content.decode()
    inside = signed_in("maya@shop.example")
    for path in ("/sign-out", "/profile/sign-ins/end-others", "/settings/people/default/invite"):
        assert inside.post(path, {}).status_code == 403, path
    assert inside.get("/profile").status_code == 200


def test_signing_out_needs_a_press() -> None:
    given_people()
    client = signed_in("maya@shop.example")
    assert client.get("/sign-out").status_code == 200
    assert client.get("/profile").status_code == 200
    fill(client, "/sign-out")
    assert client.get("/profile").status_code == 302
    assert [verb for verb, _ in entries("person.signed-out")] == ["person.signed-out"]


def words_for(email: str, password: str) -> str:
    answer = sign_in(visitor(REMOTE_ADDR=f"10.1.1.{len(email)}"), email, password)
    assert answer.status_code == 200
    said = answer.content.decode().replace(email, "X")
    return re.sub(r'value="\w{64}"|nonce-[\w-]+', "", said)


def test_nobody_learns_who_works_here() -> None:
    given_people()
    Staff.objects.filter(email="rosa@shop.example").update(password="!")
    Staff.objects.filter(email="omar@shop.example").update(active=False)
    known = words_for("maya@shop.example", "wrong wrong wrong")
    assert WRONG in known
    for email in ("nobody@shop.example", "rosa@shop.example", "omar@shop.example"):
        assert words_for(email, "wrong wrong wrong") == known, email
    assert entries("person.sign-in-failed").__len__() == 3, "an unknown address is no subject of an entry"


def test_known_and_unknown_addresses_take_as_long() -> None:
    given_people()
    from django.contrib.auth import authenticate

    def seconds(email: str) -> float:
        began = time.perf_counter()
        assert authenticate(None, email=email, password="wrong wrong wrong") is None
        return time.perf_counter() - began

    Staff.objects.filter(email="rosa@shop.example").update(password="!")
    kinds = ["maya@shop.example", "nobody@shop.example", "rosa@shop.example"]
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(9):
        for kind in kinds:
            times[kind].append(seconds(kind))
    middle = {kind: median(found) for kind, found in times.items()}
    assert max(middle.values()) < 1.5 * min(middle.values()), middle


def test_guessing_one_persons_password_ends_after_five_tries() -> None:
    given_people()
    for number in range(5):
        answer = sign_in(visitor(REMOTE_ADDR=f"10.0.0.{number}"), "maya@shop.example", "wrong wrong wrong")
        assert WRONG in answer.content.decode()
    stopped = sign_in(visitor(REMOTE_ADDR="10.0.0.99"), "maya@shop.example")
    assert "There were too many tries." in stopped.content.decode(), "the right one, too, from any address"
    assert sign_in(visitor(REMOTE_ADDR="10.0.0.99"), "omar@shop.example").status_code == 302, "others go on"
    with time_machine.travel(now() + timedelta(minutes=6)):
        assert sign_in(visitor(), "maya@shop.example").status_code == 302


def test_one_address_gets_ten_wrong_tries_a_minute() -> None:
    given_people()
    client = visitor()
    for number in range(10):
        sign_in(client, f"guess{number}@shop.example", "wrong wrong wrong")
    assert "There were too many tries." in sign_in(client, "maya@shop.example").content.decode()


def test_a_forwarded_address_counts_only_behind_a_proxy(settings_of) -> None:
    given_people()
    for number in range(10):
        sign_in(visitor(HTTP_X_FORWARDED_FOR=f"9.9.9.{number}"), f"guess{number}@shop.example", "wrong wrong wrong")
    stopped = sign_in(visitor(HTTP_X_FORWARDED_FOR="8.8.8.8"), "maya@shop.example")
    assert "There were too many tries." in stopped.content.decode(), "whoever writes the line does not choose the count"
    with settings_of(ALLAUTH_TRUSTED_PROXY_COUNT=1):
        behind = visitor(HTTP_X_FORWARDED_FOR="6.6.6.6, 8.8.8.8", REMOTE_ADDR="10.0.0.1")
        assert sign_in(behind, "maya@shop.example").status_code == 302
        staff = Staff.objects.get(email="maya@shop.example")
        assert [one.place for one in list_sessions(staff, None)] == ["8.8.8.8"], "counted from the right"


def test_fewer_proxies_than_said_count_by_who_is_there(settings_of) -> None:
    given_people()
    with settings_of(ALLAUTH_TRUSTED_PROXY_COUNT=2):
        client = visitor(HTTP_X_FORWARDED_FOR="6.6.6.6", REMOTE_ADDR="10.0.0.7")
        assert sign_in(client, "maya@shop.example").status_code == 302
        staff = Staff.objects.get(email="maya@shop.example")
        assert [one.place for one in list_sessions(staff, None)] == ["10.0.0.7"]


def test_who_is_switched_off_is_out_at_once() -> None:
    given_people()
    client = signed_in("omar@shop.example")
    Staff.objects.filter(email="omar@shop.example").update(active=False)
    assert client.get("/profile").status_code == 302
    answer = sign_in(visitor(), "omar@shop.example")
    assert answer.headers["location"] == "/sign-in/off"


def test_a_sign_in_lasts_twelve_hours_and_two_without_a_page() -> None:
    given_people()
    start = now()
    with time_machine.travel(start) as clock:
        client = signed_in("maya@shop.example")
        for hours in (1.9, 3.7, 5.5, 7.3, 9.1, 10.9):
            clock.move_to(start + timedelta(hours=hours))
            assert client.get("/profile").status_code == 200, hours
        clock.move_to(start + timedelta(hours=12, minutes=1))
        assert client.get("/profile").status_code == 302, "twelve hours after signing in"
        again = signed_in("maya@shop.example")
        clock.move_to(start + timedelta(hours=14, minutes=2))
        assert again.get("/profile").status_code == 302, "two hours without a page"


def test_there_is_no_way_to_sign_up_or_to_ask_for_a_mail() -> None:
    given_people()
    client = visitor()
    for path in ("/signup", "/signup/", "/accounts/signup/", "/password/reset/", "/email/", "/accounts/"):
        assert client.get(path, headers=PAGE).status_code == 404, path


def test_passwords_are_kept_by_argon2_with_bounded_memory() -> None:
    given_people()
    kept = Staff.objects.get(email="maya@shop.example").password
    assert kept.startswith("argon2$argon2id$v=19$m=47104,t=2,p=1$")
    assert PASSWORD not in kept
