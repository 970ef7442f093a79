"""How names, subjects, bodies and addresses travel: plain while a person could read the raw mail, else encoded."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from makegood.kit.errors import BadInput
from makegood.kit.mime import Mailbox, build, needs_smtputf8, wire_address
from makegood.kit.plugins import Words

WHEN = datetime(2024, 2, 29, 8, tzinfo=UTC)
SHOP = ("Corner Shop", "shop@firm.example")


def mail(
    subject: str = "Hello",
    text: str = "Hi.\n",
    html: str = "<p>Hi.</p>\n",
    *,
    to: Mailbox = ("", "ada@customer.example"),
    reply_to: str = "",
) -> bytes:
    made = Words(subject, text, html, "digest")
    return build(made, sender=SHOP, reply_to=reply_to, to=to, message_id="<a-1@mail.example>", date=WHEN)


def line_of(raw: bytes, header: str) -> str:
    """The header as it stands in the mail, folded lines joined."""
    unfolded = raw.replace(b"\r\n ", b" ").decode()
    return next(line.partition(": ")[2] for line in unfolded.split("\r\n") if line.startswith(f"{header}: "))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("", "ada@customer.example"),
        ("  \r\n ", "ada@customer.example"),
        ("Ada", '"Ada" <ada@customer.example>'),
        ("Ada  Lovelace", '"Ada Lovelace" <ada@customer.example>'),
        ("Lovelace, Ada", '"Lovelace, Ada" <ada@customer.example>'),
        ("O'Neil & Sons (UK) Ltd.", '"O\'Neil & Sons (UK) Ltd." <ada@customer.example>'),
        ("bob@evil.example", '"bob@evil.example" <ada@customer.example>'),
        ("Ada\r\nBcc: x@y.example", '"Ada Bcc: x@y.example" <ada@customer.example>'),
        ("Zoë", "=?utf-8?b?Wm/Dqw==?= <ada@customer.example>"),
        ('A "q"', "=?utf-8?b?QSAicSI=?= <ada@customer.example>"),
        ("a\\b", "=?utf-8?b?YVxi?= <ada@customer.example>"),
        ("=?utf-8?q?x?=", "=?utf-8?b?PT91dGYtOD9xP3g/PQ==?= <ada@customer.example>"),
    ],
)
def test_how_a_name_stands_before_its_address(name: str, written: str) -> None:
    assert line_of(mail(to=(name, "ada@customer.example")), "To") == written


@pytest.mark.parametrize("length", [60, 61])
def test_a_plain_name_of_sixty_letters_is_the_longest(length: int) -> None:
    assert line_of(mail(to=("x" * length, "a@b.example")), "To").startswith('"x' if length <= 60 else "=?utf-8?b?")


@pytest.mark.parametrize(
    ("subject", "written"),
    [
        ("We charged you twice", "We charged you twice"),
        ("  blanks around  ", "blanks around"),
        ('a: b; c <d> "e" @f', 'a: b; c <d> "e" @f'),
        ("two\r\nlines", "two lines"),
        ("tab\there", "tab here"),
        ("\u2028", ""),
        ("€5", "=?utf-8?b?4oKsNQ==?="),
        ("=?x", "=?utf-8?b?PT94?="),
    ],
)
def test_how_a_subject_travels(subject: str, written: str) -> None:
    assert line_of(mail(subject), "Subject").rstrip() == written


def test_no_character_is_cut_between_two_encoded_words() -> None:
    for letter in ("é", "王", "😀"):
        for shift in range(4):
            words = line_of(mail("x" * shift + letter * 60), "Subject").split(" ")
            read = [message_from_bytes(f"Subject: {one}\n\n".encode(), policy=policy.SMTP)["Subject"] for one in words]
            assert len(words) > 1
            assert "".join(read) == "x" * shift + letter * 60
            assert all(len(one) <= 75 for one in words), "RFC 2047, 2"


@pytest.mark.parametrize(
    ("text", "encoding", "written"),
    [
        ("Hi.\n", b"quoted-printable", b"Hi.\r\n"),
        ("Hi", b"quoted-printable", b"Hi"),
        ("", b"quoted-printable", b""),
        ("1=2\n", b"quoted-printable", b"1=3D2\r\n"),
        ("end \n", b"quoted-printable", b"end=20\r\n"),
        ("a\rb\r\nc\n", b"quoted-printable", b"a\r\nb\r\nc\r\n"),
        ("Zoë\n", b"quoted-printable", b"Zo=C3=AB\r\n"),
        ("a\x00b\n", b"quoted-printable", b"a=EF=BF=BDb\r\n"),
    ],
)
def test_how_a_text_travels(text: str, encoding: bytes, written: bytes) -> None:
    head = b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: ' + encoding + b"\r\n\r\n"
    assert head + written + b"\r\n--=_" in mail(text=text)


def test_no_line_is_a_dot_alone() -> None:
    """It would end the mail; further dots are doubled by SMTP itself, and twice the customer would read them."""
    assert b"\r\n=2E\r\n..\r\n" in mail(text=".\n..\n")


@pytest.mark.parametrize(
    ("address", "wire", "smtputf8"),
    [
        ("ada@customer.example", "ada@customer.example", False),
        ("Ada.L+shop@Customer.Example", "Ada.L+shop@Customer.Example", False),
        ("root@localhost", "root@localhost", False),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example", False),
        ("a@BÜCHER.example", "a@xn--bcher-kva.example", False),
        ("zoë@bücher.example", "zoë@xn--bcher-kva.example", True),
        ("_@1.example", "_@1.example", False),
        ("x" * 64 + "@c.example", "x" * 64 + "@c.example", False),
    ],
)
def test_an_address_on_the_wire(address: str, wire: str, smtputf8: bool) -> None:
    assert (wire_address(address), needs_smtputf8(address)) == (wire, smtputf8)


@pytest.mark.parametrize(
    "address",
    ["a@c.example.", "a@.example", "a.@c.example", "é" * 33 + "@c.example", "a@c..example", "a\x00@c.example"],
)
def test_a_slip_in_an_address(address: str) -> None:
    with pytest.raises(BadInput, match=r"name@domain\. Correct the address\.") as refused:
        mail(reply_to=address)
    assert address not in str(refused.value), "an error stands in logs; the address is personal"


def test_replies_go_where_they_are_asked_to() -> None:
    assert b"Reply-To: help@xn--bcher-kva.example\r\n" in mail(reply_to="help@bücher.example")
    assert b"Reply-To" not in mail()
