"""What plug-ins share whose effect is rows in Makegood's own database: one transaction a window, nothing by halves.

A row that PostgreSQL refuses (a NUL in a name) is refused alone: the window is halved until it stands by itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar, Protocol, Self, TypeVar

from jsonschema import Draft202012Validator, ValidationError
from psycopg import AsyncConnection, AsyncCursor, DataError, Error, IntegrityError, InterfaceError, OperationalError
from psycopg.errors import DeadlockDetected, SerializationFailure, UniqueViolation

from makegood.kit.errors import Finding
from makegood.kit.killpoints import kp
from makegood.kit.plugins import Answer, Envelope, NotSent, OutcomeUnknown, ProviderError, Receipt, Surroundings

Cursor = AsyncCursor[tuple[Any, ...]]
T = TypeVar("T")
_RACES = (UniqueViolation, DeadlockDetected, SerializationFailure)
_TRIES = 5
_LOOK = {"connection": "Correct the connection's settings.", "step": "Correct  with:  of the step in the playbook."}


class Described(Protocol):
    settings_schema: ClassVar[dict[str, Any]]
    instructions_schema: ClassVar[dict[str, Any]]


class Kept(ABC):
    """Subclasses say how a window is stored, found and taken back; transactions and lost connections are here."""

    settings_schema: ClassVar[dict[str, Any]]
    instructions_schema: ClassVar[dict[str, Any]]
    exact_look_up: ClassVar[bool] = True  # in the same database: what is not there never happened

    def __init__(self, surroundings: Surroundings, connection: AsyncConnection[Any]) -> None:
        self.settings = surroundings.settings
        self._guard = surroundings.guard
        self._connect = surroundings.connect
        self._connection = connection

    @classmethod
    async def open(cls, surroundings: Surroundings) -> Self:
        """Raises `ProviderError` when the database cannot be reached."""
        try:
            return cls(surroundings, await surroundings.connect())
        except OperationalError as error:
            raise ProviderError("The database cannot be reached.", permanent=False, code="database-gone") from error

    async def close(self) -> None:
        await self._connection.close()

    @abstractmethod
    def refusal(self, envelope: Envelope) -> ProviderError | None:
        """Why this envelope can never be stored, or None."""

    @abstractmethod
    async def store(self, cursor: Cursor, envelopes: Sequence[Envelope]) -> list[Answer]:
        """One answer for each envelope, in their order; the same key again changes nothing."""

    @abstractmethod
    async def found(self, cursor: Cursor, key: str) -> Receipt | None:
        """What an earlier call stored under the key. Raises `ProviderError` where that ended badly."""

    async def take_back(self, _cursor: Cursor, _key: str) -> Receipt:
        raise ProviderError("This cannot be taken back.", permanent=True, code="cannot-reverse")

    @classmethod
    def check(cls, settings: Mapping[str, Any], instructions: Mapping[str, Any]) -> list[Finding]:
        """Findings about what the two schemas do not allow; subclasses add what a schema cannot say."""
        return schema_findings(cls, settings, instructions)

    async def perform(self, window: Sequence[Envelope]) -> AsyncIterator[tuple[int, Answer]]:
        asked: list[tuple[int, Envelope]] = []
        for index, envelope in enumerate(window):
            if refused := self.refusal(envelope):
                yield index, refused
            elif self._guard.begin(envelope):
                asked.append((index, envelope))
            else:
                yield index, NotSent("the worker may no longer send")
        answers = await self._answers([envelope for _, envelope in asked])
        for (index, envelope), answer in zip(asked, answers, strict=True):
            self._guard.end(envelope, answer)
            yield index, answer

    async def look_up(self, key: str) -> Receipt | None:
        """Raises `OutcomeUnknown` when the database does not answer."""
        return await self._once(lambda cursor: self.found(cursor, key))

    async def reverse(self, key: str) -> Receipt:
        """Raises `ProviderError` where it cannot be, `OutcomeUnknown` when the database does not answer."""
        return await self._once(lambda cursor: self.take_back(cursor, key))

    async def _once(self, ask: Callable[[Cursor], Awaitable[T]]) -> T:
        try:
            return await self._in_transaction(ask)
        except (OperationalError, InterfaceError) as error:
            raise _no_answer(error) from error

    async def _answers(self, envelopes: list[Envelope]) -> list[Answer]:
        if not envelopes:
            return []
        try:
            return await self._in_transaction(lambda cursor: self.store(cursor, envelopes))
        except (DataError, IntegrityError, UnicodeEncodeError) as error:
            if len(envelopes) == 1:
                words = f"The database refuses this row: {type(error).__name__}."
                return [ProviderError(words, permanent=True, code="not-storable")]
            middle = len(envelopes) // 2
            return await self._answers(envelopes[:middle]) + await self._answers(envelopes[middle:])
        except (OperationalError, InterfaceError) as error:
            return [_no_answer(error) for _ in envelopes]

    async def _in_transaction(self, work: Callable[[Cursor], Awaitable[T]]) -> T:
        for _ in range(_TRIES - 1):
            try:
                return await self._try(work)
            except _RACES:
                # Another worker wrote the same keys at this moment: its rows are visible to the next try.
                continue
        return await self._try(work)

    async def _try(self, work: Callable[[Cursor], Awaitable[T]]) -> T:
        if self._connection.closed:
            self._connection = await self._connect()
        kp("kept.before_store")
        async with self._connection.transaction(), self._connection.cursor() as cursor:
            return await work(cursor)


def _no_answer(error: Error) -> ProviderError | OutcomeUnknown:
    """An error the server sent ended the transaction; a lost connection may have come after the commit."""
    state = error.sqlstate or ""
    if state and state[:2] not in ("08", "57"):
        return ProviderError(f"The database says no for now ({state}).", permanent=False, code="database-busy")
    return OutcomeUnknown("The database did not answer.", code="database-lost")


def schema_findings(
    plugin: type[Described], settings: Mapping[str, Any], instructions: Mapping[str, Any]
) -> list[Finding]:
    """What the plug-in's two JSON Schemas do not allow; no value is quoted, it may be a secret."""
    asked = (("connection", plugin.settings_schema, settings), ("step", plugin.instructions_schema, instructions))
    return [
        Finding(f"bad-{where}", f"The {where} is not right{_at(error.absolute_path)}: {_said(error)}.", _LOOK[where])
        for where, schema, values in asked
        for error in sorted(Draft202012Validator(schema).iter_errors(dict(values)), key=str)
    ]


def _at(path: Sequence[str | int]) -> str:
    return f" at '{'.'.join(str(part) for part in path)}'" if path else ""


def _said(error: ValidationError) -> str:
    named = error.validator in ("additionalProperties", "required")
    return error.message if named else f"it must satisfy {error.validator}: {error.validator_value}"
