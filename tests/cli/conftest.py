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

COMMAND = [sys.executable, "-m", "makegood.cli"]


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
