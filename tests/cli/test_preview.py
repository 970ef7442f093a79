"""`makegood preview`: what a person reads at 80 columns, the page, the JSON, and the test to oneself."""

from __future__ import annotations

import email
from collections.abc import Iterator
from email.policy import default
from pathlib import Path

import pytest
from tests.cli.inprocess import Here, Office, _fresh_home, here, office

from makegood.testing.smtp_server import SmtpServer

__all__ = ["_fresh_home", "here", "office"]
AS_OF = ("--as-of", "2026-03-05T10:00:00+00:00")


@pytest.fixture
def case(here: Here) -> Here:
    """The kit for double charges with its made-up customers, loaded."""
    here("init", "case", "--kit", "charged-twice")
    here("scope", "case")
    return here


@pytest.fixture
def post() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


def flat(text: str) -> str:
    return " ".join(text.split())


def test_without_a_name_it_lists_what_is_said(case: Here) -> None:
    listed = case("preview", "case").out
    assert listed.splitlines()[1].split() == ["acknowledge", "say-so", "acknowledge", "email,", "letter"]
    assert listed.endswith("    makegood preview case say-so\n")
    assert case("preview", "case", "--json").json[1] == {
        "stage": "remedy", "step": "tell-remedy", "message": "remedy", "by": "email, letter"
    }  # fmt: skip


def test_a_message_is_named_by_its_step_or_by_itself(case: Here) -> None:
    assert case("preview", "case", "say-so").out == case("preview", "case", "acknowledge").out


def test_what_a_person_reads(case: Here) -> None:
    ran = case("preview", "case", "tell-remedy", "--longest")
    head, text = ran.out.split("\n\n", 2)[:2]
    assert head == "tell-remedy of stage remedy, by email, to C-104: the longest name."
    assert "To: Frieda Köster <frieda.koester@example.com>" in text
    assert "Subject: Frieda Köster, was wir wegen der doppelten Abbuchung getan haben" in text
    assert "15,00\xa0€" in ran.out or "15,00 €" in ran.out
    assert flat(ran.out).endswith("The check finds nothing in this message.")
    assert "- No connection for email is live: the local outbox would keep it." in ran.out


def test_what_the_check_says_stands_beside_it(case: Here) -> None:
    path = Path("case/messages/acknowledge.en.md")
    path.write_text(path.read_text().replace("You do not have", "Sorry for any inconvenience. You do not have"))
    ran = case("preview", "case", "say-so")
    assert "What the check says of this message:" in ran.out and "MG202" in ran.out
    assert "messages/acknowledge.en.md:" in ran.out


def test_changed_words_are_shown_before_they_are_pushed(case: Here) -> None:
    path = Path("case/messages/acknowledge.en.md")
    path.write_text(path.read_text().replace("Dear {{ name }}", "Good day {{ name }}"))
    mistake = Path("case/mistake.yaml")
    mistake.write_text(mistake.read_text().replace("Mara Lindt", "Lena Voss"))
    shown = case("preview", "case", "say-so").out
    assert "Good day Amara Osei" in shown and "Lena Voss" in shown
    assert case("plans", "charged-twice").out == "No plan yet.\n"


def test_the_page_goes_into_a_file(case: Here) -> None:
    said = case("preview", "case", "say-so", "--html", "page.html")
    page = Path("page.html").read_text()
    assert page.lower().startswith("<!doctype html>") and "Amara Osei" in page
    assert said.out.endswith("Its page is in page.html.\n")
    assert case("preview", "case", "say-so", "--json").json["html"] == page
    assert case.refused("preview", "case", "say-so", "--html", "no/such/page.html")["code"] == "file-error"


def test_json_has_all_of_it(case: Here) -> None:
    shown = case("preview", "case", "tell-remedy", "--smallest", "--json").json
    assert {word: shown[word] for word in ("stage", "step", "message", "customer", "chosen", "by", "language")} == {
        "stage": "remedy", "step": "tell-remedy", "message": "remedy", "customer": "C-104",
        "chosen": "the smallest amount", "by": "email", "language": "de",
    }  # fmt: skip
    assert shown["amounts"] == {"sorry": {"amount": "15.00", "currency": "EUR", "minor": 1500}}
    assert shown["complete"] and shown["findings"] == [] and "sent" not in shown
    assert shown["head"]["from"] == "Our company <help@example.com>"


def test_the_letter_of_the_same_customer(case: Here) -> None:
    letter = case("preview", "case", "say-so", "--customer", "C-101", "--by", "letter", "--json").json
    assert letter["by"] == "letter" and letter["html"] == ""
    assert letter["head"]["to"].startswith("Amara Osei, ")
    assert case.refused("preview", "case", "say-so", "--by", "letter", "--html", "a.html")["code"] == "no-page"
    assert not Path("a.html").exists()


def test_who_is_told_in_advance_depends_on_the_moment(here: Here) -> None:
    here("init", "late", "--kit", "late-delivery")
    here("scope", "late")
    assert here("preview", "late", "warn", *AS_OF, "--json").json["step"] == "warn"
    assert here.refused("preview", "late", "warn")["code"] == "nobody-gets-it", "their day has passed by now"


def test_the_name_of_the_first_start_is_noticed(case: Here) -> None:
    note = "Name and sender are of the first start: makegood brand set default --legal-name … --sender …"
    assert note in flat(case("preview", "case", "say-so").out)
    case("brand", "set", "default", "--legal-name", "Corner Shop Ltd", "--sender", "help@cornershop.example")
    assert note not in flat(case("preview", "case", "say-so").out)


def test_words_that_cannot_be_shown(case: Here) -> None:
    assert case.refused("preview", "case", "nothing")["code"] == "no-step"
    assert case.refused("preview", "case", "say-so", "--customer", "C-999")["code"] == "no-customer"
    assert case.refused("preview", "case", "say-so", "--by", "pigeon")["code"] == "by"
    assert case.refused("preview", "case", "say-so", "--as-of", "yesterday")["code"] == "bad-instant"
    assert case.refused("preview", "case", "say-so", "--longest", "--smallest", code=64)["code"] == "usage"
    Path("case/playbook.yaml").write_text("stages: {")
    assert case.refused("preview", "case", "say-so")["code"] == "documents-blocked"


def test_before_anybody_is_loaded_it_says_how(here: Here) -> None:
    here("init", "case", "--kit", "charged-twice")
    error = here.refused("preview", "case", "say-so")
    assert (error["code"], error["remedy"]) == ("no-scope", "Load them: makegood scope case")


def test_another_folder_begun_from_the_same_kit_shows_nobody_of_the_first_and_changes_nothing(case: Here) -> None:
    case("init", "other", "--kit", "charged-twice")
    mistake = Path("other/mistake.yaml")
    mistake.write_text(mistake.read_text().replace("We charged", "They charged"))
    assert case.refused("preview", "other", "say-so")["code"] == "no-scope"
    error = case.refused("scope", "other")
    assert error["code"] == "other-folder" and "give it a name of its own" in error["remedy"]
    assert "They charged" not in case("status").out
    mistake.write_text(mistake.read_text().replace("mistake: charged-twice", "mistake: charged-again"))
    case("scope", "other")
    assert "Amara Osei" in case("preview", "other", "say-so").out


def test_who_may_look_and_who_may_not(office: Office) -> None:
    typing = office.is_("root")
    typing("init", "case", "--kit", "charged-twice")
    typing("scope", "case")
    assert "Amara Osei" in office.is_("Ada")("preview", "case", "say-so").out
    assert office.is_("Ned").refused("preview", "case", "say-so")["code"] == "not-allowed"
    assert office.is_("Iris").refused("preview", "case", "say-so")["code"] == "no-brand"
    assert office.is_("Ada").refused("preview", "case", "say-so", "--to-me")["code"] == "not-allowed"


# --- the test to oneself


def connected(typing: Here, post: SmtpServer) -> None:
    settings = [part for name, value in post.settings.items() for part in ("--set", f"{name}={value}")]
    typing("connections", "add", "email", "--plugin", "email", *settings)
    typing("connections", "live", "email", "on")


def test_from_the_first_start_to_a_test_to_oneself(case: Here, post: SmtpServer) -> None:
    connected(case, post)
    error = case.refused("preview", "case", "say-so", "--to-me")
    assert error["code"] == "no-address" and "makegood people address" in error["remedy"]
    assert "you@shop.example" in case("people", "address", "You@Shop.example").out
    said = case("preview", "case", "say-so", "--to-me").out
    assert flat(said).startswith("Sent to you@shop.example by 'email', as C-101 (the first who gets it) would get it:")
    (mail,) = post.messages
    read = email.message_from_bytes(mail.raw, policy=default)
    assert mail.recipient == "you@shop.example"
    assert str(read["Subject"]) == "[TEST] Amara Osei, we charged you twice"
    (entry,) = [one for one in case("journal", "--json").json if one["verb"] == "message.tested"]
    assert set(entry["facts"]) == {"customer", "key", "step"} and "@" not in str(entry["facts"])
    assert case("outbox", "charged-twice", "--json").json == []


def test_in_json_it_says_what_was_sent(case: Here, post: SmtpServer) -> None:
    connected(case, post)
    case("people", "address", "you@shop.example")
    sent = case("preview", "case", "tell-remedy", "--customer", "C-104", "--to-me", "--json").json["sent"]
    assert sent["to"] == "you@shop.example" and sent["subject"].startswith("[TEST] Frieda Köster, was wir")


def test_an_address_is_said_once(office: Office) -> None:
    typing = office.is_("root")
    assert typing.refused("people", "address", "somebody")["code"] == "bad-address"
    assert typing.refused("people", "address", "omar@shop.example")["code"] == "address-taken"
    typing("people", "address", "maya@shop.example")
    assert typing.refused("people", "address", "other@shop.example")["code"] == "address-stays"
    assert office.is_("Omar").refused("people", "address", "other@shop.example")["code"] == "address-stays"
    listed = office.is_("root")("people", "list", "--json").json
    assert "maya@shop.example" in str(listed) and "localhost" not in str(listed)
