"""Something a person does: a call, a visit, a fix that no system can make. The act waits until they say how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from psycopg.types.json import Jsonb

from makegood.kit.errors import Finding
from makegood.kit.kept import Cursor, Kept
from makegood.kit.plugins import Answer, Envelope, ProviderError, Receipt

_ADD = """
INSERT INTO task (key, brand, mistake, customer, kind, what, contact)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::jsonb[])
ON CONFLICT (key) DO NOTHING
"""
_READ = "SELECT key, id, state FROM task WHERE key = ANY(%s)"


class Task(Kept):
    """Tells or asks in person. `what` is the instruction, then the words to say."""

    name: ClassVar[str] = "task"
    label: ClassVar[str] = "A person calls or visits"
    kinds: ClassVar[frozenset[str]] = frozenset({"tell", "ask"})
    route: ClassVar[str] = "phone"
    needs_money: ClassVar[bool] = False
    repeatable: ClassVar[bool] = True
    can_look_up: ClassVar[bool] = True
    can_reverse: ClassVar[bool] = False
    settings_schema: ClassVar[dict[str, Any]] = {"type": "object", "additionalProperties": False, "properties": {}}
    instructions_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"what": {"type": "string", "minLength": 1, "description": "What the person does, in words."}},
    }

    def refusal(self, envelope: Envelope) -> ProviderError | None:
        if not _what(envelope):
            words = "The task says nothing to do: it has neither an instruction nor a message."
            return ProviderError(words, permanent=True, code="empty-task")
        return None

    async def store(self, cursor: Cursor, envelopes: Sequence[Envelope]) -> list[Answer]:
        # By key, so that two workers with overlapping windows wait for each other in one order.
        rows = sorted((_row(envelope) for envelope in envelopes), key=lambda row: str(row[0]))
        await cursor.execute(_ADD, [list(column) for column in zip(*rows, strict=True)])
        await cursor.execute(_READ, [[envelope.key for envelope in envelopes]])
        kept = {key: _answer(number, state) for key, number, state in await cursor.fetchall()}
        return [kept[envelope.key] for envelope in envelopes]

    async def found(self, cursor: Cursor, key: str) -> Receipt | None:
        await cursor.execute(_READ, [[key]])
        row = await cursor.fetchone()
        if row is None:
            return None
        answer = _answer(row[1], row[2])
        if isinstance(answer, ProviderError):
            raise answer
        return answer


class FixTask(Task):
    """Puts something right by hand: the instruction says what, the proof says that it was done."""

    label: ClassVar[str] = "A person puts it right"
    kinds: ClassVar[frozenset[str]] = frozenset({"fix", "make good"})
    route: ClassVar[str] = ""

    @classmethod
    def check(cls, settings: Mapping[str, Any], instructions: Mapping[str, Any]) -> list[Finding]:
        findings = super().check(settings, instructions)
        if findings or str(instructions.get("what", "")).strip():
            return findings
        what = "The step gives a person a task but does not say what to do."
        return [Finding("no-task-text", what, 'Add  with: {what: "…"}  to the step.')]


def _what(envelope: Envelope) -> str:
    """Instruction, amount, reason and words, each on lines of its own."""
    parts = [str(envelope.instructions.get("what", ""))]
    if envelope.amount is not None:
        parts.append(str(envelope.amount))
    parts.append(envelope.reason)
    if envelope.words:
        parts += [envelope.words.subject, envelope.words.text]
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _row(envelope: Envelope) -> tuple[Any, ...]:
    return (
        envelope.key,
        envelope.brand,
        envelope.mistake,
        envelope.customer,
        envelope.kind,
        _what(envelope),
        Jsonb(dict(envelope.destination)),
    )


def _answer(number: int, state: str) -> Receipt | ProviderError:
    if state == "cannot":
        return ProviderError("The person could not do it.", permanent=True, code="cannot")
    return Receipt("done" if state == "done" else "waiting", f"task-{number}", state)
