"""What stands before Stripe's books: the clock, answers and refusals, how long a key lives, how many calls a second.

A key belongs to one account and one endpoint for 24 hours. What was answered once a request had begun is answered
again, a 500 as well; what was refused before (429, 401, a parameter that is none) leaves no trace.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

START_MS = 1_793_610_000_000  # 2 November 2026, 09:00 UTC
KEY_LIFE_MS = 24 * 3_600_000


class VirtualClock:
    """Milliseconds since 1970. They pass when a test says so, `step_ms` with every request, or, `running`, by
    themselves."""

    def __init__(self, start_ms: int = START_MS, *, step_ms: int = 0, running: bool = False) -> None:
        self._ms = start_ms
        self._began = time.monotonic_ns() if running else None
        self.step_ms = step_ms

    @property
    def ms(self) -> int:
        passed = (time.monotonic_ns() - self._began) // 1_000_000 if self._began is not None else 0
        return self._ms + passed

    @property
    def seconds(self) -> int:
        return self.ms // 1000

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)

    def advance(self, length: timedelta) -> None:
        self._ms += length // timedelta(milliseconds=1)

    def tick(self) -> None:
        self._ms += self.step_ms


@dataclass(frozen=True)
class Answer:
    """What goes back. `transport` says how it is spoilt on the way: lost, hang, slow-headers, slow-body, truncated;
    "" is not at all, drop means that the request itself never came."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    transport: str = ""


class Refused(Exception):
    """An error of the API with its code (`word`). `begun`: the endpoint had started, so the key keeps the answer."""

    def __init__(self, status: int, message: str, *, word: str = "", param: str = "", begun: bool = False) -> None:
        super().__init__(message)
        self.status, self.word, self.param, self.begun = status, word, param, begun
        self.kind = "api_error" if status >= 500 else "invalid_request_error"

    def answer(self) -> Answer:
        error = {"type": self.kind, "message": str(self), "code": self.word, "param": self.param}
        body = {"error": {name: value for name, value in error.items() if value}}
        return Answer(self.status, body, {"Retry-After": "3"} if self.word == "rate_limit" else {})


class KeyMismatch(Refused):
    """The key was used for something else."""

    def __init__(self, message: str) -> None:
        super().__init__(400, message)
        self.kind = "idempotency_error"


@dataclass
class _Kept:
    path: str
    params: Mapping[str, str]
    born_ms: int
    answer: Answer


class Keys:
    """Answers by (account, key). `in_progress` holds keys whose first request has not been answered yet."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], _Kept] = {}
        self.in_progress: set[str] = set()

    def find(self, owner: tuple[str, str], path: str, params: Mapping[str, str], now_ms: int) -> Answer | None:
        """The answer that was given before. Raises `Refused` for a key that is taken for something else, or busy."""
        if owner[1] in self.in_progress:
            words = "There is currently another in-progress request using this Idempotency Key."
            raise Refused(409, words, word="idempotency_key_in_use")
        kept = self._kept.get(owner)
        if kept is None or now_ms - kept.born_ms >= KEY_LIFE_MS:
            return None
        if kept.path != path:
            raise KeyMismatch(
                "Keys for idempotent requests can only be used for the same endpoint they were first used for"
                f" ('{path}' vs '{kept.path}')."
            )
        if kept.params != params:
            raise KeyMismatch(
                "Keys for idempotent requests can only be used with the same parameters they were first used with."
            )
        return Answer(kept.answer.status, kept.answer.body, {**kept.answer.headers, "Idempotent-Replayed": "true"})

    def keep(self, owner: tuple[str, str], path: str, params: Mapping[str, str], answer: Answer, now_ms: int) -> None:
        self._kept[owner] = _Kept(path, dict(params), now_ms, answer)


class Pacing:
    """At most `limit` calls a second for one endpoint; None switches it off."""

    def __init__(self, limit: int | None = 25) -> None:
        self.limit = limit
        self._calls: dict[str, deque[int]] = {}

    def take(self, endpoint: str, now_ms: int) -> None:
        """Raises `Refused` (429) for one call too many."""
        if self.limit is None:
            return
        calls = self._calls.setdefault(endpoint, deque())
        while calls and calls[0] <= now_ms - 1000:
            calls.popleft()
        if len(calls) >= self.limit:
            raise Refused(429, "Request rate limit exceeded.", word="rate_limit")
        calls.append(now_ms)
