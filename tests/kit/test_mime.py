"""Our bytes, read by the standard library's parser, give back exactly what went in."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from makegood.core.render import compile_message
from makegood.kit.errors import BadInput
from makegood.kit.mime import build, needs_smtputf8, wire_address
from makegood.kit.plugins import Words

WHEN = datetime(1998, 7, 2, 9, 12, tzinfo=timezone(timedelta(hours=-4)))
ID = "<act-1@mail.example>"


def words(subject: str = "Hello", text: str = "Hi.\n", html: str = "<p>Hi.</p>\n") -> Words:
    return Words(subject, text, html, "digest")


def mail(
    made: Words, *, name: str = "Ada", address: str = "ada@customer.example", sender: str = "Corner Shop"
) -> bytes:
    return build(made, sender=(sender, "shop@firm.example"), reply_to="", to=(name, address), message_id=ID, date=WHEN)


def read(raw: bytes) -> EmailMessage:
    parsed = message_from_bytes(raw, policy=policy.SMTP)
    assert isinstance(parsed, EmailMessage)
    assert not parsed.defects, parsed.defects
    return parsed


def body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    assert part is not None
    assert not part.defects
    return str(part.get_content()).replace("\r\n", "\n")


visible = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=300)
bodies = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=2000)
locals_ = st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\.[a-z0-9]{1,10}){0,2}", fullmatch=True)


def one_line(text: str) -> str:
    return " ".join(text.split())


def letters(text: str) -> str:
    """Python 3.11's parser keeps the blank between two encoded words of a long display name; RFC 2047 drops it."""
    return "".join(text.split())


@settings(max_examples=120)
@given(subject=visible, text=bodies, html=bodies, name=visible, sender=visible, local=locals_)
@example(subject="=?utf-8?q?no?=", text="", html="", name='Ada "the" \\ Lovelace, <x@y>', sender="a=?b", local="a")
@example(subject="x" * 500, text=".\n..\nFrom me\n", html="=3D =\n", name="Łukasz " * 30, sender="Ελένη", local="a")
@example(subject="a  b", text="tail \t\n \n", html="x" * 5000, name="a.b", sender="A, B", local="a")
def test_the_parser_gives_back_what_went_in(
    subject: str, text: str, html: str, name: str, sender: str, local: str
) -> None:
    raw = mail(words(subject, text, html), name=name, address=f"{local}@customer.example", sender=sender)
    parsed = read(raw)
    assert parsed["Subject"] == subject.strip()
    (to,) = parsed["To"].addresses
    assert (letters(to.display_name), to.addr_spec) == (letters(name), f"{local}@customer.example")
    assert len(name.encode()) > 39 or to.display_name == one_line(name)
    (whom,) = parsed["From"].addresses
    assert (letters(whom.display_name), whom.addr_spec) == (letters(sender), "shop@firm.example")
    assert body(parsed, "plain") == text
    assert body(parsed, "html") == html


@given(subject=st.text(max_size=200), name=st.text(max_size=200), text=st.text(max_size=500))
@example(subject="a\r\nBcc: x@y.example\r\n\r\nbody", name="b\nBcc: z@y.example", text="\r\n.\r\nQUIT\r\n")
@example(subject="\u2028Bcc: a@b.example", name="\x85x", text="\x00")
def test_nothing_becomes_a_header_of_its_own(subject: str, name: str, text: str) -> None:
    raw = mail(words(subject, text, text), name=name)
    parsed = read(raw)
    assert parsed.keys() == ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"]
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]
    assert len(parsed["To"].addresses) == 1
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not [line for line in lines if b"\r" in line or b"\n" in line]


def test_the_headers_of_a_plain_mail() -> None:
    raw = build(
        words(),
        sender=("Corner Shop", "shop@firm.example"),
        reply_to="answers@firm.example",
        to=("Ada", "ada@customer.example"),
        message_id=ID,
        date=WHEN,
    )
    assert raw.split(b"\r\n\r\n")[0].decode().split("\r\n") == [
        'From: "Corner Shop"',
        " <shop@firm.example>",
        'To: "Ada"',
        " <ada@customer.example>",
        "Reply-To: answers@firm.example",
        "Subject: Hello",
        "Date: Thu, 02 Jul 1998 09:12:00 -0400",
        "Message-ID: <act-1@mail.example>",
        "MIME-Version: 1.0",
        "Content-Type: multipart/alternative;",
        f' boundary="{boundary(raw)}"',
    ]
    parsed = read(raw)
    assert parsedate_to_datetime(parsed["Date"]) == WHEN
    assert "Auto-Submitted" not in parsed
    assert "List-Unsubscribe" not in parsed


def boundary(raw: bytes) -> str:
    found = re.search(rb'boundary="([^"]+)"', raw)
    assert found
    return found[1].decode()


def test_equal_input_gives_equal_bytes_and_another_id_another_boundary() -> None:
    assert mail(words()) == mail(words())
    other = build(
        words(), sender=("", "a@b.example"), reply_to="", to=("", "c@d.example"), message_id="<2@x>", date=WHEN
    )
    assert boundary(other) != boundary(mail(words()))


def test_a_body_cannot_hold_the_boundary() -> None:
    edge = boundary(mail(words()))
    text = f"--{edge}\n--{edge}--\n"
    parsed = read(mail(words(text=text)))
    assert body(parsed, "plain") == text
    assert len(list(parsed.iter_parts())) == 2


def test_mostly_non_latin_text_travels_as_base64() -> None:
    text = "Дорогая Елена, мы ошиблись. " * 40 + "\n"
    raw = mail(words(text=text))
    assert b"Content-Transfer-Encoding: base64" in raw
    assert b"Content-Transfer-Encoding: quoted-printable" in raw  # the HTML
    assert body(read(raw), "plain") == text


@pytest.mark.parametrize(
    "address",
    [
        "", "ada", "@b.example", "a@", "a b@c.example", "a@b.example\r\nBcc: x@y.example", "a@b.example\n", "a@b@c",
        "<a@b.example>", "a@b.example, c@d.example", "a..b@c.example", ".a@c.example", "a@-c.example", "a@c_d.example",
        "a" * 65 + "@c.example", "a@" + "b." * 140 + "c", '"a b"@c.example', "a@\u2028.example", "a;b@c.example",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(BadInput) as refused:
        mail(words(), address=address)
    assert refused.value.code == "bad-mail"


@pytest.mark.parametrize("message_id", ["", "x@y", "<x>", "<x@y>\r\nBcc: a@b", "<x y@z>", "<" + "x" * 300 + "@y>"])
def test_a_message_id_that_is_none_is_refused(message_id: str) -> None:
    with pytest.raises(BadInput, match="Message-ID"):
        build(
            words(), sender=("", "a@b.example"), reply_to="", to=("", "c@d.example"), message_id=message_id, date=WHEN
        )


def test_a_date_without_zone_is_refused() -> None:
    with pytest.raises(BadInput, match="zone"):
        build(
            words(), sender=("", "a@b.example"), reply_to="", to=("", "c@d.example"), message_id=ID,
            date=WHEN.replace(tzinfo=None),
        )  # fmt: skip


def test_a_date_in_utc() -> None:
    raw = build(
        words(), sender=("", "a@b.example"), reply_to="", to=("", "c@d.example"), message_id=ID,
        date=datetime(2024, 2, 29, tzinfo=UTC),
    )  # fmt: skip
    assert b"Date: Thu, 29 Feb 2024 00:00:00 +0000\r\n" in raw


def test_international_addresses() -> None:
    assert wire_address("info@bücher.example") == "info@xn--bcher-kva.example"
    assert wire_address("a@straße.example") == "a@xn--strae-oqa.example", "never another domain (strasse)"
    assert not needs_smtputf8("info@bücher.example")
    assert needs_smtputf8("елена@customer.example")
    assert not needs_smtputf8("ada@customer.example")
    raw = mail(words(), address="елена@customer.example")
    assert "<елена@customer.example>".encode() in raw


def test_an_international_domain_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="domain"):
        wire_address("a@\u2028.example")


@settings(max_examples=60)
@given(subject=visible, text=bodies, html=bodies, name=visible)
def test_the_standard_library_writes_the_same_mail(subject: str, text: str, html: str, name: str) -> None:
    """What `EmailMessage` would have sent reads the same as what we send."""
    theirs = EmailMessage(policy=policy.SMTP)
    theirs["Subject"] = subject.strip()
    theirs.set_content(text)
    theirs.add_alternative(html, subtype="html")
    other = read(theirs.as_bytes())
    ours = read(mail(words(subject, text, html), name=name))
    assert letters(ours["Subject"]) == letters(other["Subject"])
    assert ours.get_content_type() == other.get_content_type()
    for kind in ("plain", "html"):
        assert body(ours, kind).rstrip("\n") == body(other, kind).rstrip("\n")


def test_a_rendered_message_survives_the_journey() -> None:
    message, findings = compile_message(
        "---\nsubject: 'Für {{ name }}'\n---\nDear {{ name }},\n\n- **{{ name }}**\n\n.\n\nFrom us\n", "m.md"
    )
    assert message is not None, findings
    made = message.render({"name": "Łukasz\r\nBcc: x@evil.example"}, locale="en")
    parsed = read(mail(made, name="Łukasz"))
    assert parsed["Subject"] == made.subject == "Für Łukasz Bcc: x@evil.example"
    assert "Bcc" not in parsed
    assert body(parsed, "plain") == made.text
    assert body(parsed, "html") == made.html


@pytest.mark.parametrize("length", [0, 1, 59, 60, 61, 75, 76, 77, 200, 998, 5000])
@pytest.mark.parametrize("letter", ["x", "é", "王", "😀", "="])
def test_subjects_and_lines_of_every_length(length: int, letter: str) -> None:
    long = letter * length
    raw = mail(words(long, long + "\n", long))
    parsed = read(raw)
    assert parsed["Subject"] == long
    assert body(parsed, "plain") == long + "\n"
    assert body(parsed, "html") == long
    assert max(len(line) for line in raw.split(b"\r\n")) <= 76
