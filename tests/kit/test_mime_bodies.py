"""The quick ways of encoding a body give the bytes of the plain way, spelled out here."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

from hypothesis import example, given, settings
from hypothesis import strategies as st

from makegood.core.render import Frame
from makegood.core.render.layout import lay_out
from makegood.kit.mime import build
from makegood.kit.plugins import SEAM, Words

UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
texts = st.text(
    st.sampled_from("ab =.-\t\r\n\x00\x0c\x7f\u2028€ß\ud800\U0001f600<div>") | st.characters(), max_size=400
)


def plainly(text: str) -> bytes:
    clean = UNSEEN.sub("\ufffd", text)
    raw = clean.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode()
    if len(raw) - len(clean) < len(raw) // 6 + 64:
        lines = binascii.b2a_qp(raw, istext=True)
        if b"\n" not in raw:
            lines = lines.replace(b"\n", b"\r\n")
        return b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + lines
    whole = base64.b64encode(raw)
    lines = b"\r\n".join(whole[start : start + 76] for start in range(0, len(whole), 76))
    return b"Content-Transfer-Encoding: base64\r\n\r\n" + lines


def built(text: str, html: str, date: datetime = datetime(2026, 3, 2, tzinfo=UTC)) -> tuple[bytes, list[bytes]]:
    return parts_of(Words("Hello", text, html, "digest"), date)


def parts_of(words: Words, date: datetime = datetime(2026, 3, 2, tzinfo=UTC)) -> tuple[bytes, list[bytes]]:
    raw = build(
        words,
        sender=("Shop", "shop@firm.example"),
        reply_to="",
        to=("", "ada@customer.example"),
        message_id="<a-1@firm.example>",
        date=date,
    )
    head, *parts = re.split(rb"\r\n--=_[0-9a-f]{40}(?:\r\n|--\r\n)", raw)
    return head, [part.partition(b"\r\n")[2] for part in parts[:-1]]


@settings(max_examples=300)
@given(texts, texts)
@example("x" * 500, "<!doctype html>\n<div a>")
@example("", "<!doctype html>\n<div a>\n")
@example(".\n.\r\n. \n", "<!doctype html><p>no division</p>\n." + "x" * 90)
def test_bodies(text: str, html: str) -> None:
    page = "<!doctype html>\n<html>\n<body>\n<div style='x'>\n" + html
    assert built(text, html)[1] == [plainly(text), plainly(html)]
    assert built(text, page)[1] == [plainly(text), plainly(page)]


@settings(max_examples=100)
@given(texts)
def test_the_pages_that_are_really_sent(words: str) -> None:
    for frame in (Frame(), Frame("Shop Ltd", ("1 Road",), "help@firm.example")):
        layout = lay_out("Dear \U000f0000,\n\nall is well.\n\n    a\n\n    \U000f0000", "en", frame)
        text, page = layout.fill([words])
        made = Words("x", text, SEAM.join(page), "digest", closing=layout.closing, page=page)
        assert parts_of(made)[1] == [plainly(text + layout.closing), plainly(made.html)]


line = texts.map(lambda text: text.replace("\r", ""))


@settings(max_examples=200)
@given(st.tuples(line, line, line, line, line), line)
@example(("\n\n", "", "\n", " ", "\t"), "")
@example(("x " * 60, "é" * 400, "", "é" * 400, "y"), "z")
def test_a_page_in_parts_and_a_closing(page: tuple[str, ...], closing: str) -> None:
    made = Words("x", page[0] + "\n", SEAM.join(page), "digest", closing=closing, page=page)
    assert parts_of(made)[1] == [plainly(page[0] + "\n" + closing), plainly(made.html)]


def test_the_date_is_written_with_its_own_zone() -> None:
    here = datetime(2026, 3, 2, 8, 0, 0, 999, tzinfo=UTC)
    there = here.astimezone(timezone(timedelta(hours=-5)))
    for date in (here, there, here):
        assert f"Date: {format_datetime(date)}\r\n".encode() in built("x", "y", date)[0]
