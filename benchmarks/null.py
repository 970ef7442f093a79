"""A remedy that does nothing, for measuring the engine alone: `python -m benchmarks.null` is a worker that knows it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar, Self

import benchmarks.bench  # noqa: F401  sets Django up first

from makegood.acts.worker import work
from makegood.kit.errors import Finding
from makegood.kit.plugins import Answer, Envelope, ProviderError, Receipt, Surroundings
from makegood.remedies import REMEDIES

DONE = Receipt("done", "")


class Null:
    name: ClassVar[str] = "null"
    label: ClassVar[str] = "Nothing"
    kinds: ClassVar[frozenset[str]] = frozenset({"fix", "make good"})
    route: ClassVar[str] = ""
    needs_money: ClassVar[bool] = False
    repeatable: ClassVar[bool] = True
    can_look_up: ClassVar[bool] = False
    can_reverse: ClassVar[bool] = False
    settings_schema: ClassVar[dict[str, Any]] = {"type": "object"}
    instructions_schema: ClassVar[dict[str, Any]] = {"type": "object"}

    def __init__(self, surroundings: Surroundings) -> None:
        self.guard = surroundings.guard

    @classmethod
    async def open(cls, surroundings: Surroundings) -> Self:
        return cls(surroundings)

    async def close(self) -> None:
        pass

    async def perform(self, window: Sequence[Envelope]) -> AsyncIterator[tuple[int, Answer]]:
        for index, envelope in enumerate(window):
            if self.guard.begin(envelope):
                self.guard.end(envelope, DONE)
                yield index, DONE

    async def look_up(self, _key: str) -> Receipt | None:
        return None

    async def reverse(self, _key: str) -> Receipt:
        raise ProviderError("Nothing was done.", permanent=True, code="cannot-reverse")

    @classmethod
    def check(cls, _settings: Mapping[str, Any], _instructions: Mapping[str, Any]) -> list[Finding]:
        return []


def register() -> None:
    REMEDIES._table["null"] = "benchmarks.null:Null"


if __name__ == "__main__":
    register()
    asyncio.run(work())
