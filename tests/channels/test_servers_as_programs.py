"""The two servers that lose answers also run as programs of their own, for tests that kill the sender."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from makegood.channels.email import Email
from makegood.kit.money import Money
from makegood.kit.plugins import Answer, Envelope, OutcomeUnknown, Plugin, Receipt, Surroundings
from makegood.remedies.http import Http
from makegood.testing.contract import EMAIL, answers, made_up
from makegood.testing.http_provider import HttpProvider
from makegood.testing.smtp_server import SmtpServer


@contextmanager
def running(module: str, log: Path, *options: str) -> Iterator[int]:
    command = [sys.executable, "-m", f"makegood.testing.{module}", "--port", "0", "--log", str(log), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        try:
            yield int(program.stdout.readline())
        finally:
            program.kill()


def act(plugin: type[Plugin], settings: dict[str, Any], *window: Envelope) -> list[Answer]:
    async def no_database() -> Any:
        raise AssertionError("not asked")

    async def whole() -> list[Answer]:
        opened = await plugin.open(Surroundings(settings, no_database))
        try:
            found = await answers(opened, window)
        finally:
            await opened.close()
        return [found[index] for index in range(len(window))]

    return asyncio.run(whole())


@pytest.mark.parametrize(("always", "kind"), [("accept", Receipt), ("drop-after-dot", OutcomeUnknown)])
def test_the_sink_logs_what_it_accepted_before_it_answers(tmp_path: Path, always: str, kind: type) -> None:
    log, window = tmp_path / "log", [made_up(Email) for _ in range(5)]
    with running("smtp_server", log, "--always", always) as port:
        found = act(Email, {**SmtpServer().settings, "port": port}, *window)
    assert [type(answer) for answer in found] == [kind] * 5
    assert sorted(log.read_text().splitlines()) == sorted(f"<{e.key}@shop.example>\t{EMAIL}" for e in window)


@pytest.mark.parametrize(("always", "kind"), [("accept", Receipt), ("lost-answer", OutcomeUnknown)])
def test_the_provider_logs_its_effects_before_it_answers(tmp_path: Path, always: str, kind: type) -> None:
    log, window = tmp_path / "log", [made_up(Http, amount=Money(500, "USD")) for _ in range(5)]
    with running("http_provider", log, "--always", always) as port:
        settings = {**HttpProvider().settings, "url": f"http://127.0.0.1:{port}/"}
        found = act(Http, settings, *window)
        again = act(Http, settings, *window)
    assert [type(answer) for answer in found] == [kind] * 5
    assert all(isinstance(answer, Receipt) for answer in again), "the stored answer comes for the same key"
    effects = [json.loads(line) for line in log.read_text().splitlines()]
    assert sorted(effect["key"] for effect in effects) == sorted(envelope.key for envelope in window)
    assert {effect["amount"] for effect in effects} == {"5.00"}
