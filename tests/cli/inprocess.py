"""The command in this process, for tests of sentences: as fast as its queries, and looked at like the real one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.cli.conftest import Ran
from tests.conftest import Database

from makegood.cli.main import main
from makegood.config import start
from makegood.kit.home import home

COPIED = ("    ", "Digest ", "To: ", "Subject: ", "See them: ")  # lines that people copy stay whole


class Here:
    """Runs `makegood` in this process, in `folder`; `token` says who. Each answer is looked at.

    No traceback, no bug, no colour, at most 80 columns but for lines that people copy; and when the command lets go
    of the database nothing is asked of it any more: Makegood's own PostgreSQL may have stopped by then.
    """

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.capsys = capsys
        self.folder = folder

    def __call__(self, *words: object, code: int = 0) -> Ran:
        self.capsys.readouterr()
        ended = main([str(word) for word in words])
        ran = Ran(ended, *self.capsys.readouterr())
        assert ran.code == code, (words, ran)
        assert "Traceback" not in ran.err and "This is a bug" not in ran.out + ran.err, ran
        assert "\x1b" not in ran.out + ran.err
        if "--json" in words:
            json.loads(ran.out)
        else:
            check_width(ran.out)
        check_width(ran.err)
        return ran

    def refused(self, *words: object, code: int = 1) -> Any:
        """The error of a command that must not work, from its JSON: it says what and what to do."""
        error = self(*words, "--json", code=code).json["error"]
        assert error["what"].endswith((".", "?")) and error["remedy"].strip()
        return error


def check_width(text: str) -> None:
    for line in text.splitlines():
        assert len(line) <= 80 or line.startswith(COPIED) or " " not in line.strip(), line


@dataclass
class Office:
    """People of the default brand by name, each with a token; the first is who set it up."""

    here: Here
    monkeypatch: pytest.MonkeyPatch

    def is_(self, name: str) -> Here:
        """From now on this person types."""
        if name == "root":
            self.monkeypatch.delenv("MAKEGOOD_TOKEN", raising=False)
        else:
            self.monkeypatch.setenv("MAKEGOOD_TOKEN", self.tokens[name])
        return self.here

    def hire(self, name: str, *roles: str, limits: tuple[str, ...] = (), brand: str = "default") -> None:
        words = [part for role in roles for part in ("--role", role)]
        words += [part for limit in limits for part in ("--limit", limit)]
        mail = f"{name.lower()}@shop.example"
        hired = self.is_("root")("people", "add", "--name", name, "--email", mail, "--brand", brand, *words, "--json")
        self.tokens[name] = hired.json["token"]

    def __post_init__(self) -> None:
        self.tokens: dict[str, str] = {}


@pytest.fixture
def here(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Here]:
    monkeypatch.setenv("DATABASE_URL", database.app_url)
    monkeypatch.setenv("MAKEGOOD_OWNER_URL", database.owner_url)
    monkeypatch.delenv("MAKEGOOD_TOKEN", raising=False)
    monkeypatch.setenv("MAKEGOOD_SECRET_KEY", "of the test")  # a command in this process would leave its own behind
    monkeypatch.chdir(tmp_path)
    _forbid_late_questions(monkeypatch)
    yield Here(capsys, tmp_path)
    connection.execute_wrappers.clear()


def _forbid_late_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    released = start.Started.release
    begin = start.start

    def late(*_args: object, **_words: object) -> None:
        raise AssertionError("a query after the command let go of the database")

    def letting_go(started: start.Started) -> None:
        released(started)
        connection.execute_wrappers.append(late)

    def starting(say: Callable[[str], None]) -> start.Started:
        connection.execute_wrappers.clear()
        return begin(say)

    monkeypatch.setattr(start.Started, "release", letting_go)
    monkeypatch.setattr(start, "start", starting)


@pytest.fixture
def office(here: Here, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Omar approves up to GBP 10,000, Ada audits, Iris belongs to another brand, Ned reports."""
    made = Office(here, monkeypatch)
    made.hire("Omar", "approver", limits=("GBP 10000", "USD 10000"))
    made.hire("Ada", "auditor")
    made.hire("Ned", "reporter")
    here("brand", "add", "other", "--legal-name", "Other Ltd")
    made.hire("Iris", "approver", "lead", brand="other", limits=("GBP 10000",))
    made.is_("root")
    return made


@pytest.fixture(autouse=True)
def _fresh_home() -> None:
    home.cache_clear()
