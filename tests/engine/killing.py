"""Workers that are killed and frozen, and what they had open at that moment."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType

from makegood.testing.http_provider import HttpProvider
from makegood.testing.smtp_server import SmtpServer
from tests.engine.recovery import rows

ROOT = Path(__file__).parents[2]
OPEN = "SELECT id, epoch, provider FROM chunk WHERE worker LIKE %s AND claimed_to > settled_to"


class SlowMail(SmtpServer):
    """Takes `latency` seconds for each message, half of them after it has accepted it."""

    latency = 0.0

    async def _body(self, talk, line):
        await asyncio.sleep(self.latency / 2)
        return await super()._body(talk, line)

    def _accept(self, talk, raw):
        super()._accept(talk, raw)
        talk.say = partial(self._say_late, talk, talk.say)

    async def _say_late(self, talk, say, *lines):
        talk.say = say
        await asyncio.sleep(self.latency / 2)
        await say(*lines)

    def repeats(self) -> Counter[str]:
        counted = Counter(message.message_id for message in self.messages)
        return Counter({name: times for name, times in counted.items() if times > 1})


class SlowProvider(HttpProvider):
    latency = 0.0

    async def _answer(self, request, behaviour, answer):
        await asyncio.sleep(self.latency)
        return await super()._answer(request, behaviour, answer)


@dataclass
class Hit:
    """One kill or freeze: the chunks with an open window, and the mails begun and not ended in them."""

    pid: int
    chunks: list[tuple[int, int, str]]
    doubtful: int


@dataclass
class Workers:
    """Keeps `count` worker processes alive; `strays` are frozen ones."""

    environment: dict[str, str]
    home: Path
    count: int
    log: Path
    alive: list[int] = field(default_factory=list)
    strays: list[int] = field(default_factory=list)

    def __enter__(self) -> Workers:
        with self.log.open("wb") as log:
            self._nursery = subprocess.Popen(
                [sys.executable, "-m", "tests.engine.nursery"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        for _ in range(self.count):
            self.spawn()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for pid in [*self.alive, *self.strays]:
            _signal(pid, signal.SIGKILL)
        assert self._nursery.stdin
        assert self._nursery.stdout
        self._nursery.stdin.close()
        self._nursery.stdout.close()
        self._nursery.wait(10)

    def spawn(self) -> int:
        assert self._nursery.stdin
        assert self._nursery.stdout
        self._nursery.stdin.write("\n")
        self._nursery.stdin.flush()
        self.alive.append(int(self._nursery.stdout.readline()))
        return self.alive[-1]

    def kill(self, pid: int) -> Hit:
        _signal(pid, signal.SIGKILL)
        self.alive.remove(pid)
        self._await_gone(pid)
        hit = self._hit(pid)
        self.spawn()
        return hit

    def freeze(self, pid: int) -> Hit:
        _signal(pid, signal.SIGSTOP)
        time.sleep(0.05)  # what it had told the database has arrived
        return self._hit(pid)

    def wake(self, pid: int) -> None:
        _signal(pid, signal.SIGCONT)

    def stop(self, pid: int) -> None:
        """Asks politely and waits until it is gone."""
        _signal(pid, signal.SIGTERM)
        self.alive.remove(pid)
        self._await_gone(pid)

    def busy(self, provider: str = "%") -> list[int]:
        """Workers that have an open window now, of one provider if it is named."""
        held = {
            int(name.rsplit(":", 1)[1])
            for (name,) in rows(
                "SELECT worker FROM chunk WHERE state = 'open' AND claimed_to > settled_to "
                "AND lease_until > clock_timestamp() AND worker <> '' AND provider LIKE %s",
                provider,
            )
        }
        return [pid for pid in self.alive if pid in held]

    def begun(self, chunk: int, epoch: int) -> list[str]:
        """Ordinals that the send log of a chunk says were begun."""
        for path in (self.home / "acts").glob(f"*-{chunk}-{epoch}.log"):
            return re.findall(r"^b (\d+);$", path.read_text(), re.MULTILINE)
        return []

    def _hit(self, pid: int) -> Hit:
        chunks = rows(OPEN, f"%:{pid}")
        return Hit(pid, chunks, sum(self._doubtful(chunk, epoch) for chunk, epoch, _ in chunks))

    def _doubtful(self, chunk: int, epoch: int) -> int:
        for path in (self.home / "acts").glob(f"*-{chunk}-{epoch}.log"):
            text = path.read_text()
            ended = set(re.findall(r"^[en] (\d+)", text, re.MULTILINE))
            return len(set(re.findall(r"^b (\d+);$", text, re.MULTILINE)) - ended)
        return 0

    @staticmethod
    def _await_gone(pid: int) -> None:
        deadline = time.monotonic() + 30
        while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.005)
        assert not Path(f"/proc/{pid}").exists()


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
