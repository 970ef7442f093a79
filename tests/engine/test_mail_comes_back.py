"""A mail that was taken and came back: found by its act's key, kept once, its address never mailed again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from makegood.notices.returns import read_mailbox
from makegood.people.models import Connection
from makegood.testing.imap_server import ImapServer
from makegood.testing.smtp_server import Accepted, SmtpServer
from tests.engine.recovery import Recovery, given_people, live, recovery, rows, states, turn


@pytest.fixture
def post() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    with ImapServer() as running:
        yield running


@pytest.fixture
def made(database: Any, tmp_path: Path, post: SmtpServer, imap: ImapServer) -> Recovery:
    people = given_people()
    live(people, "email", {**post.settings, **imap.settings, "bounce_address": "bounces+{key}@shop.example"})
    people.brand.postal = "The Shop\n1 Road"
    people.brand.save()
    street = {1: "Street 1"}
    lines = "".join(f"c{n},Customer {n},c{n}@example.com,{street.get(n, '')}\n" for n in range(1, 6))
    found = recovery(tmp_path, people, contacts="customer,name,email,address\n" + lines)
    found.load()
    return found


def came_back(mail: Accepted, action: str = "failed", status: str = "5.1.1") -> bytes:
    """What the recipient's server sends to the mail's own return address, without a copy of the mail."""
    lines = f"""\
From: MAILER-DAEMON@mail.example
To: {mail.sender}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{action}-{mail.sender.partition("+")[2].partition("@")[0]}@mail.example>
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; {mail.recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {mail.recipient}: no such user

--B--
"""
    return lines.replace("\n", "\r\n").encode()


def test_what_came_back_is_known_by_its_act_and_never_mailed_again(
    made: Recovery, post: SmtpServer, imap: ImapServer
) -> None:
    plan = turn(made.start("acknowledge"))
    assert states(plan) == {"accepted": 5}
    first, second, third = post.messages[:3]
    imap.deliver(came_back(first), came_back(second, "delayed", "4.4.1"), came_back(third, "failed", "5.2.2"))
    looked = read_mailbox(Connection.objects.get(name="email"))
    assert looked.said == {"bounced": 2, "noted": 1}
    said = rows(
        "SELECT n.says, c.value FROM notice n JOIN attempt a ON a.key = n.key JOIN act t USING (plan_id, ordinal)"
        " JOIN contact_point c ON c.customer_id = t.customer_id AND c.kind = 'email' ORDER BY n.id"
    )
    assert said == [("bounced", first.recipient), ("noted", second.recipient), ("bounced", third.recipient)]
    later = made.plan("remedy")
    finding = next(one for one in later.findings if one["code"] == "suppressed")
    assert finding["count"] == 1, "a full mailbox is mailed again, one that does not exist is not"
    reached = rows(
        "SELECT c.value FROM act t JOIN contact_point c ON c.customer_id = t.customer_id AND c.kind = 'email'"
        " WHERE t.plan_id = %s AND t.step = 'tell-refund' AND t.route = 'email'",
        later.id,
    )
    assert {address for (address,) in reached} == {mail.recipient for mail in post.messages} - {first.recipient}
    assert "@" not in str(rows("SELECT event, words, code, reference FROM notice"))


def test_what_came_back_takes_the_next_route_or_reopens_the_customer(
    made: Recovery, post: SmtpServer, imap: ImapServer
) -> None:
    plan = turn(made.start("acknowledge"))
    by_address = {mail.recipient: mail for mail in post.messages}
    imap.deliver(*(came_back(by_address[f"c{n}@example.com"]) for n in (1, 2)))
    imap.deliver(came_back(by_address["c3@example.com"], "delivered", "2.1.5"))
    read_mailbox(Connection.objects.get(name="email"))
    for _ in range(4):
        turn(plan)
    acts = rows(
        "SELECT a.value, t.state, t.via FROM act t JOIN customer_alias a ON a.customer_id = t.customer_id AND"
        " a.kind = 'key' WHERE t.plan_id = %s ORDER BY 1",
        plan.id,
    )
    assert acts[1:3] == [("c2", "bounced", 0), ("c3", "done", 0)]
    assert acts[0][0] == "c1" and acts[0][2] == 2, "the letter is the second route"
    assert rows("SELECT a.value FROM letter l JOIN customer_alias a ON a.customer_id = l.customer") == [("c1",)]
    assert [state for _, state, _ in acts[3:]] == ["accepted", "accepted"], "nothing was heard of these yet"
    assert len(post.messages) == 5, "no mail was repeated"
