"""The real web server in a process of its own, with a plug-in of another package that hears."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import Database

from makegood.people.actions import add_brand, add_first_person
from makegood.people.models import Connection

ROOT = Path(__file__).resolve().parents[2]
SECRET = "hunter2-hook"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        assert self.headers["content-type"] == "application/problem+json"
        return json.loads(self.body)


@dataclass
class Serving:
    """A running `makegood serve`."""

    port: int
    child: subprocess.Popen[str]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=body, headers=named)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def say(self, *events: Mapping[str, Any], proof: str = SECRET, path: str = "/hooks/shop/pay/") -> Answer:
        return self.ask("POST", path, b"\n".join(json.dumps(one).encode() for one in events), Proof=proof)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        self.child.send_signal(number)
        _, said = self.child.communicate(timeout=60)
        return self.child.returncode, said


def other_package(folder: Path) -> str:
    """A folder for PYTHONPATH with a package installed in it that brings the remedy `saying`."""
    about = folder / "saying-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: saying\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[makegood.remedies]\nsaying = tests.notices.saying:Saying\n")
    return f"{folder}{os.pathsep}{ROOT}"


def given_connection() -> Connection:
    """Brand `shop` with a connection `pay` whose provider says things, and one that is deaf."""
    maya, _ = add_first_person("Maya", "maya@shop.example")
    brand = add_brand("shop", legal_name="Shop Ltd", actor=maya.id)
    Connection.objects.create(brand=brand, name="deaf", plugin="store-credit", settings={})
    return Connection.objects.create(brand=brand, name="pay", plugin="saying", settings={"secret": {"env": "SAYING"}})


@contextmanager
def serving(database: Database, tmp_path: Path, *words: str, **environment: str) -> Iterator[Serving]:
    package = tmp_path / "other-package"
    path = f"{package}{os.pathsep}{ROOT}" if package.exists() else other_package(package)
    child = subprocess.Popen(
        [sys.executable, "-m", "makegood.cli", "serve", "--bind", "127.0.0.1:0", *words],
        env={**database.environment, "PYTHONPATH": path, "SAYING": SECRET, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stderr is not None and child.stdout is not None
    try:
        said = ""
        while not (found := re.search(r"answers at http://127.0.0.1:(\d+)\.", said)):
            line = child.stderr.readline()
            assert line, said
            said += line
        yield Serving(int(found[1]), child)
    finally:
        if child.poll() is None:
            child.terminate()
            child.communicate(timeout=60)
        child.stdout.close()
        child.stderr.close()
