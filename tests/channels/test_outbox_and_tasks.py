"""The outbox stands in for every channel and remedy and keeps just what each would have sent; a task has one life."""

from __future__ import annotations

import asyncio
import json
from email import message_from_bytes, policy
from typing import Any

import psycopg
import pytest

from makegood.channels import CHANNELS
from makegood.channels.actions import finish_task, give_up_task
from makegood.channels.mail import mail, message_id, recipient, sender
from makegood.channels.models import OutboxMessage, Settlement
from makegood.channels.models import Task as TaskRow
from makegood.channels.outbox import Outbox
from makegood.channels.queries import list_open_tasks, list_outbox
from makegood.channels.task import FixTask, Task
from makegood.journal.models import Entry
from makegood.kit.errors import BadInput, NotFound, Refused
from makegood.kit.money import Money
from makegood.kit.plugins import Answer, Envelope, Plugin, ProviderError, Receipt, Surroundings, Words
from makegood.testing.contract import EMAIL, NAME, PHONE, STREET, answers, made_up

ALL = {"name": NAME, "email": EMAIL, "phone": PHONE, "post": f"{STREET}\n12345 Town"}


def act(database: Any, plugin: type[Plugin], *window: Envelope, **settings: Any) -> list[Answer]:
    async def whole() -> list[Answer]:
        opened = await plugin.open(Surroundings(settings, lambda: psycopg.AsyncConnection.connect(database.app_url)))
        try:
            found = await answers(opened, window)
        finally:
            await opened.close()
        return [found[index] for index in range(len(window))]

    return asyncio.run(whole())


def look_up(database: Any, plugin: type[Plugin], key: str) -> Receipt | None:
    async def whole() -> Receipt | None:
        opened = await plugin.open(Surroundings({}, lambda: psycopg.AsyncConnection.connect(database.app_url)))
        try:
            return await opened.look_up(key)
        finally:
            await opened.close()

    return asyncio.run(whole())


def code(answer: Answer) -> str:
    return str(getattr(answer, "code", ""))


def test_the_outbox_stands_in_for_each_channel_with_its_own_address(database: Any) -> None:
    wanted = {"email": EMAIL, "letter": f"{STREET}\n12345 Town", "task": PHONE, "sms-of-a-plug-in": EMAIL}
    for channel, address in wanted.items():
        (answer,) = act(database, Outbox, made_up(Outbox, key=f"mg-{channel}", destination=ALL), channel=channel)
        assert isinstance(answer, Receipt) and (answer.status, answer.code) == ("done", "kept")
        kept = OutboxMessage.objects.get(key=f"mg-{channel}")
        assert (kept.channel, kept.recipient, kept.subject) == (channel, address, "About your order")
        assert (kept.mime is not None) == (channel == "email"), "only e-mail has a whole message"
        assert kept.text.startswith(f"Dear {NAME}")
        lacks = {fact: value for fact, value in ALL.items() if value != address}
        missing = act(database, Outbox, made_up(Outbox, destination={"name": NAME}), channel=channel)[0]
        assert isinstance(missing, ProviderError) and (missing.permanent, missing.code) == (True, "no-address")
        if channel != "sms-of-a-plug-in":
            assert code(act(database, Outbox, made_up(Outbox, destination=lacks), channel=channel)[0]) == "no-address"
    raw = OutboxMessage.objects.get(key="mg-email").mime
    message = message_from_bytes(bytes(raw or b""), policy=policy.default)
    assert (message["To"], message["Subject"]) == (f"{NAME} <{EMAIL}>", "About your order")
    assert message["From"] == "outbox@localhost", "without a sender it is plain that nothing can leave"
    assert [one.key for one in list_outbox("m-contract")] == [f"mg-{channel}" for channel in wanted]
    assert list(list_outbox("m-other")) == []


def test_the_outbox_stands_in_for_remedies_without_any_address(database: Any) -> None:
    """A payment needs no address: the sentence says what would have happened, never to whom."""
    window = [
        made_up(Outbox, key="mg-1", kind="fix", words=None, amount=Money(500, "USD"), destination={}),
        made_up(Outbox, key="mg-2", kind="make good", words=None, amount=Money(1000, "JPY"), reason="", destination={}),
        made_up(Outbox, key="mg-3", kind="fix", words=None, amount=None, reason="Send it again.", destination={}),
    ]
    assert {code(answer) for answer in act(database, Outbox, *window, channel="store-credit")} == {"kept"}
    assert dict(OutboxMessage.objects.values_list("key", "text")) == {
        "mg-1": "Not sent, the connection is not live: fix USD 5.00. You were charged twice.",
        "mg-2": "Not sent, the connection is not live: make good JPY 1,000.",
        "mg-3": "Not sent, the connection is not live: fix. Send it again.",
    }
    assert {code(answer) for answer in act(database, Outbox, *window[::-1], channel="store-credit")} == {"kept"}
    assert OutboxMessage.objects.count() == 3
    other = made_up(Outbox, key="mg-1", kind="fix", words=None, amount=Money(501, "USD"), destination={})
    assert code(act(database, Outbox, other, channel="store-credit")[0]) == "key-used-for-other"
    found = look_up(database, Outbox, "mg-2")
    assert found is not None and found.reference.startswith("outbox-")
    assert look_up(database, Outbox, "mg-never") is None


def test_a_window_with_bad_mails_keeps_the_good_ones(database: Any) -> None:
    bad = ["nobody", "a@b@c", "x@y.example\r\nBcc: z@y.example", " "]
    window = [made_up(Outbox, destination={"name": NAME, "email": address}) for address in (*bad, EMAIL)]
    said = act(database, Outbox, *window, sender_email="shop@shop.example")
    assert [code(answer) for answer in said] == ["bad-address", "bad-address", "bad-address", "no-address", "kept"]
    assert OutboxMessage.objects.get().recipient == EMAIL
    assert not [answer for answer in said if "y.example" in getattr(answer, "words", "")]


@pytest.mark.parametrize(
    ("settings", "name", "reference"),
    [
        ({}, ("", "outbox@localhost"), "<k@localhost>"),
        ({"sender_email": "shop@shop.example"}, ("", "shop@shop.example"), "<k@shop.example>"),
        ({"sender_email": "a@bücher.example"}, ("", "a@xn--bcher-kva.example"), "<k@xn--bcher-kva.example>"),
        ({"sender_email": "a@b.example", "domain": "c.example"}, ("", "a@b.example"), "<k@c.example>"),
        ({"sender_email": "a@b.example", "sender_name": "The Shop"}, ("The Shop", "a@b.example"), "<k@b.example>"),
    ],
)
def test_who_a_mail_is_from(settings: dict[str, str], name: tuple[str, str], reference: str) -> None:
    assert sender(settings) == name
    assert message_id("k", settings) == reference


@pytest.mark.parametrize(
    ("changes", "settings", "code"),
    [
        ({"words": None}, {}, "no-words"),
        ({"destination": {}}, {}, "no-address"),
        ({"destination": {"email": "  "}}, {}, "no-address"),
        ({"destination": {"email": "a b@c.example"}}, {}, "bad-address"),
        ({}, {"reply_to": "not an address"}, "bad-mail"),
        ({}, {"sender_email": "nobody"}, "bad-mail"),
    ],
)
def test_a_mail_that_cannot_be_is_a_permanent_no(changes: dict[str, Any], settings: dict[str, str], code: str) -> None:
    with pytest.raises(ProviderError) as no:
        mail(made_up(Outbox, **changes), settings)
    assert (no.value.permanent, no.value.code) == (True, code)
    assert recipient(made_up(Outbox, destination={"email": f" {EMAIL} "})) == EMAIL


def test_the_life_of_tasks(database: Any) -> None:
    """Made once, seen by those of the brand, ended once by a named person with a proof; the act learns of it."""
    call = made_up(Task, key="mg-call", instructions={"what": " Call before noon. "}, reason=" ")
    fix = made_up(FixTask, key="mg-fix", kind="make good", instructions={"what": "Send flowers."}, reason="")
    assert [code(answer) for answer in (*act(database, Task, call, call), *act(database, FixTask, fix))] == ["open"] * 3
    assert list(list_open_tasks("contract").values_list("key", "kind")) == [
        ("mg-call", "tell"),
        ("mg-fix", "make good"),
    ]
    assert list(list_open_tasks("other")) == []
    row = TaskRow.objects.get(key="mg-call")
    assert row.what == f"Call before noon.\n\nAbout your order\n\nDear {NAME},\n\nwe are sorry."
    assert row.contact["phone"] == PHONE and row.done_at is None

    for proof in ("", " \n\t"):
        for end in (finish_task, lambda key, *, staff, proof: give_up_task(key, staff=staff, why=proof)):
            with pytest.raises(BadInput) as no:
                end("mg-call", staff=7, proof=proof)
            assert no.value.remedy.startswith("Say in one sentence")
    assert not Settlement.objects.exists() and not Entry.objects.exists(), "a refused ending leaves nothing"
    finish_task("mg-call", staff=7, proof="  Spoke to her at 11:05. ")
    give_up_task("mg-fix", staff=8, why="No florist delivers there.")
    row.refresh_from_db()
    assert (row.state, row.done_by, row.proof, row.done_at is not None) == ("done", 7, "Spoke to her at 11:05.", True)
    assert list(list_open_tasks("contract")) == []
    for key in ("mg-call", "mg-fix"):
        with pytest.raises(Refused) as refused:
            finish_task(key, staff=9, proof="Me too.")
        assert "already ended" in refused.value.what
    with pytest.raises(NotFound):
        give_up_task("mg-none", staff=9, why="?")
    ended = list(Settlement.objects.order_by("id").values_list("key", "status", "code", "staff"))
    assert ended == [("mg-call", "done", "done", 7), ("mg-fix", "failed", "cannot", 8)]
    facts = [(entry.verb, entry.actor, json.loads(entry.facts)) for entry in Entry.objects.order_by("id")]
    assert facts == [("task.finished", 7, {"key": "mg-call"}), ("task.given-up", 8, {"key": "mg-fix"})]

    done = look_up(database, Task, "mg-call")
    assert done is not None and (done.status, done.code) == ("done", "done")
    with pytest.raises(ProviderError) as cannot:
        look_up(database, FixTask, "mg-fix")
    assert (cannot.value.permanent, cannot.value.code) == (True, "cannot")
    assert look_up(database, Task, "mg-none") is None


def test_a_task_that_says_nothing_is_refused(database: Any) -> None:
    empty = made_up(FixTask, reason=" ", instructions={"what": "  "})
    assert code(act(database, FixTask, empty)[0]) == "empty-task"
    only_reason = made_up(FixTask, reason="You were charged twice.")
    assert code(act(database, FixTask, only_reason)[0]) == "open"


@pytest.mark.parametrize(
    ("plugin", "settings", "instructions", "codes"),
    [
        ("task", {}, {"what": ""}, ["bad-step"]),
        ("task", {"colour": 1}, {"what": 5}, ["bad-connection", "bad-step"]),
        ("outbox", {"sender_email": "x"}, {"anything": {"goes": 1}}, ["bad-connection"]),
        ("outbox", {"channel": "email"}, {}, []),
        ("letter", {"letterhead": " "}, {}, ["no-letterhead"]),
        ("letter", {"letterhead": 7}, {}, ["bad-connection"]),
        ("email", {}, {}, ["bad-connection", "bad-connection"]),
        ("email", {"host": "mx.example", "sender_email": "a@b.example", "tls": "none"}, {}, ["plain-refused"]),
        ("email", {"host": "127.0.0.1", "sender_email": "a@b.example", "tls": "none"}, {}, []),
        ("email", {"host": "mx.example", "sender_email": "a@b.example", "port": 0}, {}, ["bad-connection"]),
    ],
)
def test_what_check_finds(
    plugin: str, settings: dict[str, Any], instructions: dict[str, Any], codes: list[str]
) -> None:
    findings = CHANNELS.get(plugin).check(settings, instructions)
    assert [finding.code for finding in findings] == codes
    assert all(finding.what.endswith(".") and finding.remedy for finding in findings)


def test_a_check_never_quotes_a_value_that_may_be_a_secret() -> None:
    settings = {"host": "mx.example", "sender_email": "a@b.example", "password": ["hunter2"], "port": "hunter3"}
    said = str(CHANNELS.get("email").check(settings, {}))
    assert "password" in said and "port" in said
    assert "hunter" not in said


def test_words_under_a_key_are_for_ever(database: Any) -> None:
    first = made_up(Outbox, key="mg-1", destination=ALL)
    again = made_up(Outbox, key="mg-1", destination={**ALL, "email": "moved@mail.example"})
    other = made_up(Outbox, key="mg-1", destination=ALL, words=Words("S", "t", "h", "e" * 64))
    said = [act(database, Outbox, one, channel="letter")[0] for one in (first, again, other)]
    assert [code(answer) for answer in said] == ["kept", "kept", "key-used-for-other"]
    assert OutboxMessage.objects.get().recipient == f"{STREET}\n12345 Town"
