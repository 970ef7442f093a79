"""Mail that came back, as servers really write it: whose it is, whether for ever, and what is none of our business."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.channels.returned import LARGEST, read_returned
from makegood.kit.notices import Notice

KEY = "mg-" + "0123456789" * 4
TO = "wilhelmina.canary@mail.example"
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
OURS = f"""\
From: The Shop <help@shop.example>
To: Wilhelmina <{TO}>
Subject: About your order
Message-ID: <{KEY}@shop.example>
"""


def mail(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def report(action: str, status: str, why: str = "smtp; 550 5.1.1 no such user", *, ours: str = OURS) -> bytes:
    """RFC 3464 as Postfix writes it."""
    return mail(f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.shop.example (Mail Delivery System)
To: help@shop.example
Subject: Undelivered Mail Returned to Sender
Date: Mon, 2 Mar 2026 10:00:05 +0000
Message-ID: <20260302.{action}.{status}@mx.shop.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B1"

--B1
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.shop.example.

--B1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.shop.example
Arrival-Date: Mon, 2 Mar 2026 10:00:01 +0000

Final-Recipient: rfc822; {TO}
Original-Recipient: rfc822;{TO}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example
Diagnostic-Code: {why}

--B1
Content-Type: message/rfc822

{ours}
Dear Wilhelmina

--B1--
""")


def one(raw: bytes) -> Notice:
    (found,) = read_returned(raw, now=NOW)
    return found


@pytest.mark.parametrize(
    ("action", "status", "says", "against"),
    [
        ("failed", "5.1.1", "bounced", True),
        ("failed", "5.1.10", "bounced", True),
        ("failed", "5.2.1", "bounced", True),
        ("failed", "5.2.2", "bounced", False),  # full
        ("failed", "5.7.1", "bounced", False),  # refused by a policy
        ("failed", "4.4.7", "bounced", False),  # given up after days of trying
        ("failed", "5.1.8", "bounced", False),  # our own address was not right
        ("delayed", "4.4.1", "noted", False),
        ("delivered", "2.1.5", "done", False),
        ("relayed", "2.1.9", "noted", False),
    ],
)
def test_a_delivery_status_notification(action: str, status: str, says: str, against: bool) -> None:
    notice = one(report(action, status, "smtp; 550 refused"))
    assert (notice.says, notice.key, notice.code) == (says, KEY, status)
    assert notice.address == (TO if against else "")
    assert notice.at == datetime(2026, 3, 2, 10, 0, 5, tzinfo=UTC)


def test_a_bare_status_is_judged_by_the_words() -> None:
    assert one(report("failed", "5.0.0", "smtp; 550 User unknown")).address == TO
    assert one(report("failed", "5.0.0", "smtp; 552 Mailbox full")).address == ""


def test_the_words_lose_the_address_and_the_name_of_the_event_stays() -> None:
    first, again = (one(report("failed", "5.1.1", f"smtp; 550 <{TO}>: no such user")) for _ in range(2))
    assert TO not in first.words
    assert first.words.endswith("no such user")
    assert first.event == again.event
    assert first.event != one(report("delayed", "4.4.1")).event


def test_headers_of_our_mail_are_enough() -> None:
    whole = report("failed", "5.1.1").replace(b"Content-Type: message/rfc822", b"Content-Type: text/rfc822-headers")
    assert one(whole).key == KEY


def test_a_report_without_our_mail_is_found_by_the_address_it_came_to() -> None:
    bare = report("failed", "5.1.1", ours="From: x@y.example\nSubject: cut off\n")
    assert read_returned(bare, now=NOW) == []
    for name in (b"To", b"Delivered-To", b"X-Original-To"):
        sent_to = name + b": bounces+" + KEY.encode() + b"@shop.example\r\n"
        assert one(sent_to + bare).key == KEY


def test_a_complaint() -> None:
    raw = mail(f"""\
From: <abuse@isp.example>
To: complaints@shop.example
Date: Mon, 2 Mar 2026 10:00:05 +0000
Subject: FW: About your order
Message-ID: <arf-1@isp.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B2"

--B2
Content-Type: text/plain

This is an email abuse report.

--B2
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: <{TO}>

--B2
Content-Type: message/rfc822

{OURS}
Dear Wilhelmina
--B2--
""")
    notice = one(raw)
    assert (notice.says, notice.key, notice.code, notice.address) == ("complained", KEY, "complained", TO)
    assert read_returned(raw.replace(b"Feedback-Type: abuse", b"Feedback-Type: not-spam"), now=NOW) == []


QMAIL = f"""\
From: MAILER-DAEMON@mail.example
To: help@shop.example
Subject: failure notice
Message-ID: <qmail-1@mail.example>

Hi. This is the qmail-send program at mail.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{TO}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <help@shop.example>
{OURS}
Dear Wilhelmina
"""
EXIM = f"""\
From: Mail Delivery System <Mailer-Daemon@mail.example>
To: help@shop.example
X-Failed-Recipients: {TO}
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender
Message-ID: <exim-1@mail.example>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {TO}
    host mail.example [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<{TO}>:
    550 Unknown user

------ This is a copy of the message, including all the headers. ------

{OURS}
Dear Wilhelmina
"""
EXCHANGE = f"""\
From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@mail.example>
To: help@shop.example
Subject: Undeliverable: About your order
In-Reply-To: <{KEY}@shop.example>
References: <{KEY}@shop.example>
Message-ID: <exchange-1@mail.example>

Delivery has failed to these recipients or groups:

{TO}
The email address you entered couldn't be found.

Diagnostic information for administrators:
Generating server: mail.example
#550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup ##
"""
GMAIL = f"""\
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: help@shop.example
X-Failed-Recipients: {TO}
Subject: Delivery Status Notification (Failure)
Message-ID: <gmail-1@mail.gmail.com>
Content-Type: text/plain; charset=UTF-8

Delivery to the following recipient failed permanently:

     {TO}

Technical details of permanent failure:
The email account that you tried to reach does not exist. 550-5.1.1

----- Original message -----

{OURS}
Dear Wilhelmina
"""


@pytest.mark.parametrize(
    ("text", "code"), [(QMAIL, "5.1.1"), (EXIM, "failed"), (EXCHANGE, "5.1.10"), (GMAIL, "5.1.1")]
)  # fmt: skip
def test_servers_that_write_to_people_only(text: str, code: str) -> None:
    notice = one(mail(text))
    assert (notice.says, notice.key, notice.code, notice.address) == ("bounced", KEY, code, TO)
    assert TO not in notice.words


def test_a_server_that_still_tries() -> None:
    later = EXIM.replace(f"X-Failed-Recipients: {TO}\n", "").replace(
        "A message that you sent could not be delivered to one or more of its\n"
        "recipients. This is a permanent error. The following address(es) failed:",
        "A message that you sent has not yet been delivered after 24 hours.\n"
        "No action is required on your part. Delivery attempts will continue:",
    )
    notice = one(mail(later.replace("550 Unknown user", "451 busy").replace("Mail delivery failed", "Warning")))
    assert (notice.says, notice.address) == ("noted", "")


OUT_OF_OFFICE = f"""\
From: Wilhelmina <{TO}>
To: help@shop.example
Subject: Automatic reply: About your order
In-Reply-To: <{KEY}@shop.example>
Auto-Submitted: auto-replied
Message-ID: <ooo-1@mail.example>

I am away until Monday. Your message could not be delivered to my desk; the account is no longer read.
"""
ANSWER = f"""\
From: Wilhelmina <{TO}>
To: help@shop.example
Subject: Re: About your order
In-Reply-To: <{KEY}@shop.example>
Message-ID: <answer-1@mail.example>

My other address is unknown to you; mail to it is undeliverable. Thank you for the money!
"""
FOREIGN = QMAIL.replace(KEY, "not-ours")
NEWS = "From: postmaster@mail.example\nSubject: Maintenance on Sunday\n\nThe server will be switched off.\n"


@pytest.mark.parametrize("text", [OUT_OF_OFFICE, ANSWER, FOREIGN, NEWS, "", "no mail at all", "\0\0\0"])
def test_letters_of_others_are_none_of_our_business(text: str) -> None:
    assert read_returned(mail(text), now=NOW) == []


def test_a_report_about_several_recipients_says_one_thing_of_each() -> None:
    two = report("failed", "5.1.1").replace(
        b"Remote-MTA: dns; mail.example\r\n",
        b"\r\nFinal-Recipient: rfc822; other@mail.example\r\nAction: delayed\r\nStatus: 4.2.2\r\n",
    )
    found = read_returned(two, now=NOW)
    assert [(notice.says, notice.key) for notice in found] == [("bounced", KEY), ("noted", KEY)]
    assert len({notice.event for notice in found}) == 2


@pytest.mark.parametrize("date", ["", "Date: nonsense\n", "Date: Fri, 31 Dec 9999 23:59:59 +0000\n", "Date: 1\n"])
def test_a_date_that_cannot_be_is_today(date: str) -> None:
    raw = report("failed", "5.1.1").replace(b"Date: Mon, 2 Mar 2026 10:00:05 +0000\r\n", mail(date), 1)
    assert one(raw).at == NOW


def bomb_of_parts(depth: int) -> bytes:
    opened = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    return mail(f"From: mailer-daemon@x.example\nSubject: undeliverable\nMIME-Version: 1.0\n{opened}")


@pytest.mark.parametrize(
    "raw",
    [
        b"x" * (LARGEST + 1),
        bomb_of_parts(900),
        bomb_of_parts(14),
        b"From: mailer-daemon@x\r\nSubject: " + b"=?utf-8?b?" * 10_000 + b"\r\n\r\nundeliverable 5.1.1",
        b"".join(b"X-%d: y\r\n" % n for n in range(30_000)) + b"\r\nundeliverable",
        b"From: mailer-daemon@x\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nundeliverable \xff\xfe 5.1.1",
        b"From: mailer-daemon@x\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%%undeliverable",
        b"From: mailer-daemon@x\r\nSubject: undeliverable\r\n\r\n" + b"mail to <a@" * 10_000,
        b"From: mailer-daemon@x\r\nSubject: undeliverable\r\n\r\n" + b"user " * 60_000,
        b"Content-Type: message/delivery-status\r\nFrom: mailer-daemon@x\r\n\r\n" + b"Action: failed\r\n\r\n" * 20_000,
        b"Content-Type: message/delivery-status; x=\xff\r\nFrom: mailer-daemon@x\r\n\r\nAction\r\n",
        b"Content-Type: multipart/report; boundary=\r\nFrom: mailer-daemon@x\r\n\r\n--\r\n",
    ],
)
def test_what_a_stranger_writes_to_hurt_us_says_nothing(raw: bytes) -> None:
    assert read_returned(raw, now=NOW) == []


def test_parts_and_recipients_are_limited() -> None:
    blocks = b"".join(
        b"\r\nFinal-Recipient: rfc822; a%d@mail.example\r\nAction: failed\r\nStatus: 5.1.1\r\n" % n for n in range(400)
    )
    many = report("failed", "5.1.1").replace(b"Remote-MTA: dns; mail.example\r\n", blocks)
    assert len(read_returned(many, now=NOW)) <= 40


WHOLE = [report("failed", "5.1.1"), mail(QMAIL), mail(EXIM), mail(EXCHANGE), mail(GMAIL)]


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(WHOLE), st.integers(0, 2_000), st.integers(0, 400), st.binary(max_size=60))
def test_a_damaged_report_is_read_or_left_and_never_stops_the_reader(
    raw: bytes, at: int, length: int, instead: bytes
) -> None:
    for notice in read_returned(raw[:at] + instead + raw[at + length :], now=NOW):
        assert notice.key == KEY
        assert notice.at <= NOW
        assert "@" not in notice.words
        assert f"{notice.event}{notice.words}{notice.code}{notice.address}".encode()
        assert notice.says in ("bounced", "noted", "done", "complained")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=600))
def test_any_bytes_at_all_say_nothing(raw: bytes) -> None:
    assert read_returned(raw, now=NOW) == []


@pytest.mark.parametrize("raw", WHOLE)
def test_a_report_without_its_own_name_is_still_one_event(raw: bytes) -> None:
    nameless = b"\r\n".join(
        line for line in raw.split(b"\r\n") if not line.startswith(b"Message-ID: <") or KEY.encode() in line
    )
    first, again = (one(nameless).event for _ in range(2))
    assert first == again != one(raw).event
