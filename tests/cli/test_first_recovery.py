"""docs/first-recovery.md, walked: exactly its commands, in order, from an empty home to a mail in one's mailbox."""

from __future__ import annotations

import email
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from email.policy import default
from pathlib import Path

import pytest
from tests.cli.conftest import Cli, Ran
from tests.shape.source import ROOT

PAGE = (ROOT / "docs" / "first-recovery.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```(?:console|sh)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CODES = {"plan": 2}


def commands() -> list[str]:
    """Every line of the page's blocks, without the prompt."""
    lines = [line for block in _BLOCK.findall(PAGE) for line in block.splitlines()]
    return [line.removeprefix("$ ") for line in lines]


@pytest.fixture
def port() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found = free.getsockname()[1]
    yield found


class Walk:
    """Types what the page says. Only the port of the mail server, and what the page leaves as `…`, is filled in."""

    def __init__(self, cli: Cli, port: int) -> None:
        self.cli, self.port = cli, port
        self.said: dict[str, Ran] = {}
        self.token = self.digest = ""

    def type(self, line: str) -> Ran:
        line = line.replace("2525", str(self.port))
        line = line.replace("MAKEGOOD_TOKEN=…", f"MAKEGOOD_TOKEN={self.token}").replace(
            "--digest …", f"--digest {self.digest}"
        )
        words = shlex.split(line)
        variables = dict(word.split("=", 1) for word in words[:1] if word.startswith("MAKEGOOD_TOKEN="))
        words = words[len(variables) :]
        assert words[0] == "makegood", line
        ran = self.cli(*words[1:], code=CODES.get(words[1], 0), **variables)
        self.said[line] = ran
        if words[1] == "plan":
            self.digest = re.search(r"^Digest (\w+)", ran.out, re.MULTILINE)[1]
        if words[1:3] == ["people", "add"]:
            self.token = next(part.strip() for part in ran.out.splitlines() if part.startswith("    "))
        return ran


@pytest.fixture
def mail_server(tmp_path: Path, port: int) -> Iterator[Path]:
    """The page's own, started as it says."""
    (line,) = [one for one in commands() if one.startswith("python -m makegood.testing.smtp_server")]
    words = shlex.split(line.replace("2525", str(port)))
    running = subprocess.Popen([sys.executable, *words[1:]], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    assert running.stdout.readline().strip() == str(port)
    yield tmp_path / words[words.index("--keep") + 1]
    running.terminate()
    running.communicate()


def test_the_page_walked_from_an_empty_home_to_a_mail_to_oneself(cli: Cli, port: int, mail_server: Path) -> None:
    walk, started = Walk(cli, port), time.monotonic()
    typed = [line for line in commands() if "makegood " in line and not line.startswith("python")]
    assert typed[0] == "makegood kits" and len(typed) > 15
    for line in typed:
        ran = walk.type(line)
        if line.endswith("--to-me"):
            to_mailbox = time.monotonic() - started
            assert "Sent to you@cornershop.example by 'email'" in " ".join(ran.out.split())
    (kept,) = sorted(mail_server.iterdir())  # only the test went through it: what was carried out stayed here
    assert "amara.osei@example.com" in walk.said["makegood outbox my-recovery"].out
    read = email.message_from_bytes(kept.read_bytes(), policy=default)
    text = read.get_body(("plain",)).get_content()
    assert read["To"].addresses[0].addr_spec == "you@cornershop.example"
    assert str(read["Subject"]).startswith("[TEST] ")
    assert "This is a test. Only you get it" in text and "Corner Shop Ltd" in text
    assert to_mailbox < 15 * 60
    assert (cli.folder / "mail.html").read_text().lower().startswith("<!doctype html>")


def test_no_yaml_is_written_on_the_way() -> None:
    assert not re.search(r"```ya?ml", PAGE)
    assert not any(re.search(r"\b(vi|nano|sed|cat|echo)\b", line) for line in commands())
