"""Files that are no messages: each is refused with file, line, column and what to do, and takes no time."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest
from tests.cli.conftest import COMMAND, FAMOUS, Checker

from makegood.cli.main import main

MB = 1_000_000


@pytest.mark.parametrize(
    ("content", "where", "said"),
    [
        (b"a" * (5 * MB), "letter.md", "larger than 1 MB"),
        (b"a" * (MB + 1), "letter.md", "larger than 1 MB"),
        (b"Dear Ms Okafor,\n\nSch\xf6ne Gr\xfc\xdfe\n", "letter.md:3:4", "the byte 0xF6 cannot stand here"),
        ("Grüße, und bis bald".encode() + b"\xe2\x82", "letter.md:1:20", "the byte 0xE2 cannot stand here"),
        (FAMOUS.encode("utf-16"), "letter.md:1:1", "The file is in UTF-16"),
        (b"\xfe\xff\x00a", "letter.md:1:1", "The file is in UTF-16"),
        (b"%PDF\n\x00\x01", "letter.md:2:1", "The file is not text"),
    ],
)
def test_what_is_no_message(checker: Checker, content: bytes, where: str, said: str) -> None:
    checker.write({"letter.md": content})
    ran = checker("check", "letter.md", code=2)
    assert said in ran.said
    assert f"Where: {where} " in ran.said
    assert "Name the message" in ran.said or "Save" in ran.said
    assert ran.out == ""


def test_names_that_lead_nowhere(checker: Checker) -> None:
    (checker.folder / "letters").mkdir()
    assert (
        "This is a folder. Where: letters Name its files, such as letters/*.md."
        in checker("check", "letters", code=2).said
    )
    assert "There is no such file. Where: none.md Check the name." in checker("check", "none.md", code=2).said
    assert "cannot be read" in checker("check", "a\0b", code=2).said
    assert "cannot be read" in checker("check", "x" * 300, code=2).said


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(checker: Checker) -> None:
    checker.write({"letter.md": FAMOUS})
    (checker.folder / "letter.md").chmod(0)
    assert "Permission denied" in checker("check", "letter.md", code=2).said


def test_a_file_without_end_is_not_read_to_its_end() -> None:
    started = time.monotonic()
    done = subprocess.run([*COMMAND, "check", "/dev/zero"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "larger than 1 MB" in done.stderr
    assert time.monotonic() - started < 20


def test_a_pipe_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    endless = subprocess.Popen(["yes", FAMOUS], stdout=subprocess.PIPE)
    done = subprocess.run([*COMMAND, "check", "-"], stdin=endless.stdout, capture_output=True, text=True)
    endless.terminate()
    endless.communicate()
    assert done.returncode == 2
    assert "<stdin>" in done.stderr


def test_an_empty_file_is_a_message_that_says_nothing(checker: Checker) -> None:
    for text in ("", "\n\n \n", "\ufeff", "<!-- -->"):
        found = checker.check(text)
        assert {one["rule"] for one in found} >= {"MG101", "MG102"}
        assert all(one["line"] is None for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "<p>" * 100_000,
        "<!--" * 100_000,
        "<script>" * 50_000,
        "[" * 300_000,
        "](" * 150_000,
        "*" * 300_000,
        "> " * 150_000,
        "- " * 150_000,
        "&amp;" * 60_000,
        "{{ " * 100_000 + " }}" * 100_000,
        "{% for a in b %}" * 20_000,
        "a" * 300_000,
        "sorry " * 50_000,
        "We are sorry if " * 20_000,
        "---\n" + "a: b\n" * 100,
        f"{FAMOUS} " * 3_000,
        "<!-- makegood-disable MG201 -->" * 5_000,
    ],
    ids=lambda text: text[:18].strip() + str(len(text)),
)
def test_a_hostile_or_huge_text_ends_soon(checker: Checker, text: str) -> None:
    checker.write({"letter.md": text})
    started = time.process_time()
    assert main(["check", "letter.md", "-f", "json"]) in (0, 1, 2)
    assert time.process_time() - started < 20
    assert "This is a bug" not in checker.capsys.readouterr().err
