"""The real command in a process of its own, against the test's database and home."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Database

from makegood.cli.main import main

COMMAND = [sys.executable, "-m", "makegood.cli"]
# The sentence everybody knows, and which rule finds what spoils it from which column to which.
FAMOUS = "We apologise for any inconvenience this may have caused due to our payment provider."
PLACES = {"MG202": (18, 35), "MG201": (36, 56), "MG205": (57, 84)}


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """Everything on stderr as one line, so that a wrapped sentence can be looked for."""
        return " ".join(self.err.split())


class Cli:
    """Runs `makegood`; every answer is looked at: no traceback, no colour, at most 80 columns."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.environment = {k: v for k, v in environment.items() if not k.startswith("MAKEGOOD_TOKEN")}
        self.folder = folder

    def __call__(self, *words: object, code: int = 0, answer: str = "", **environment: str) -> Ran:
        ended = subprocess.run(
            [*COMMAND, *map(str, words)],
            env={**self.environment, **environment},
            cwd=self.folder,
            input=answer,
            capture_output=True,
            text=True,
            timeout=120,
        )
        ran = Ran(ended.returncode, ended.stdout, ended.stderr)
        assert ran.code == code, (words, ran)
        assert "Traceback" not in ran.err
        assert "\x1b" not in ran.out + ran.err
        out = "" if "--json" in words else ran.out
        for line in (out + ran.err).splitlines():
            assert len(line) <= 80 or " " not in line.strip(), line  # a path alone on its line stays whole
        return ran

    def start(self, *words: object, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*COMMAND, *map(str, words)],
            env={**self.environment, **environment},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def cli(database: Database, tmp_path: Path) -> Cli:
    return Cli(database.environment, tmp_path)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Cli]:
    """Commands that must not touch a database: they would fail, because the one that is named does not exist."""
    import os

    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    yield Cli({**os.environ, "DATABASE_URL": nowhere, "MAKEGOOD_HOME": str(tmp_path / "home")}, tmp_path)
    assert not (tmp_path / "home").exists()


class Checker:
    """`makegood check` in this process: writes files into its folder and runs there; each answer is looked at."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def __call__(self, *words: object, code: int = 0) -> Ran:
        self.capsys.readouterr()
        ended = main([str(word) for word in words])
        ran = Ran(ended, *self.capsys.readouterr())
        assert ran.code == code, ran
        assert "Traceback" not in ran.err and "This is a bug" not in ran.out + ran.err, ran
        assert "\x1b" not in ran.out + ran.err
        for line in ran.err.splitlines():
            assert len(line) <= 80 or " " not in line.strip(), line
        return ran

    def check(self, text: str | bytes, *words: object, code: int = 0) -> list[dict]:
        """The findings of one message, from the JSON."""
        self.write({"letter.md": text})
        (file,) = self("check", "letter.md", "--format", "json", *words, code=code).json["files"]
        return file["findings"]

    def faults(self, text: str | bytes, *words: object, code: int = 0) -> list[str]:
        """The ids of the findings that have a place in the message."""
        return [one["rule"] for one in self.check(text, *words, code=code) if one["line"]]


@pytest.fixture
def checker(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Checker:
    monkeypatch.chdir(tmp_path)
    return Checker(tmp_path, capsys)
