"""Letters on paper: stored by the worker, printed in batches by a person, settled when the batch is posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from makegood.channels.paper import page, trimmed, why_not
from makegood.kit.clock import now
from makegood.kit.errors import Finding
from makegood.kit.kept import Cursor, Kept
from makegood.kit.plugins import Answer, Envelope, ProviderError, Receipt

_ADD = """
INSERT INTO letter (key, brand, mistake, customer, sender, lines, subject, text, locale)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[],
                     %s::text[])
ON CONFLICT (key) DO NOTHING
"""
_READ = "SELECT key, id, state, subject, text FROM letter WHERE key = ANY(%s)"


class Letter(Kept):
    name: ClassVar[str] = "letter"
    label: ClassVar[str] = "A letter on paper"
    kinds: ClassVar[frozenset[str]] = frozenset({"tell", "ask"})
    route: ClassVar[str] = "post"
    needs_money: ClassVar[bool] = False
    repeatable: ClassVar[bool] = True
    can_look_up: ClassVar[bool] = True
    can_reverse: ClassVar[bool] = False
    settings_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"letterhead": {"type": "string", "description": "Name and address of the sender, as lines."}},
    }
    instructions_schema: ClassVar[dict[str, Any]] = {"type": "object", "additionalProperties": False, "properties": {}}

    def refusal(self, envelope: Envelope) -> ProviderError | None:
        if envelope.words is None:
            return ProviderError("There is no message to print.", permanent=True, code="no-words")
        if not envelope.destination.get("post", "").strip():
            return ProviderError("There is no postal address.", permanent=True, code="no-address")
        if not (letterhead := str(self.settings.get("letterhead", "")).strip()):
            words = "The connection has no letterhead: the letter would name no sender."
            return ProviderError(words, permanent=False, code="no-letterhead")
        row = _row(envelope, letterhead)
        return why_not(page(*row[4:], reference=envelope.mistake, written=now()))

    async def store(self, cursor: Cursor, envelopes: Sequence[Envelope]) -> list[Answer]:
        letterhead = str(self.settings.get("letterhead", ""))
        # By key, so that two workers with overlapping windows wait for each other in one order.
        rows = sorted((_row(envelope, letterhead) for envelope in envelopes), key=lambda row: str(row[0]))
        await cursor.execute(_ADD, [list(column) for column in zip(*rows, strict=True)])
        await cursor.execute(_READ, [[envelope.key for envelope in envelopes]])
        kept = {row[0]: row[1:] for row in await cursor.fetchall()}
        return [_compare(envelope, *kept[envelope.key]) for envelope in envelopes]

    async def found(self, cursor: Cursor, key: str) -> Receipt | None:
        await cursor.execute(_READ, [[key]])
        row = await cursor.fetchone()
        if row is None:
            return None
        answer = _answer(row[1], row[2])
        if isinstance(answer, ProviderError):
            raise answer
        return answer

    @classmethod
    def check(cls, settings: Mapping[str, Any], instructions: Mapping[str, Any]) -> list[Finding]:
        findings = super().check(settings, instructions)
        if findings or str(settings.get("letterhead", "")).strip():
            return findings
        remedy = "Give the brand a postal address, or the connection a letterhead."
        return [Finding("no-letterhead", "The letters would name no sender.", remedy)]


def _row(envelope: Envelope, letterhead: str) -> tuple[Any, ...]:
    words, to = envelope.words, envelope.destination
    return (
        envelope.key,
        envelope.brand,
        envelope.mistake,
        envelope.customer,
        letterhead,
        "\n".join(trimmed((to.get("name", ""), *to.get("post", "").splitlines()))),
        words.subject if words else "",
        words.text if words else "",
        words.locale if words else "en",
    )


def _answer(number: int, state: str) -> Receipt | ProviderError:
    if state == "returned":
        return ProviderError("The letter came back.", permanent=True, code="returned")
    return Receipt("done" if state == "posted" else "accepted", f"letter-{number}", state.replace(" ", "-"))


def _compare(envelope: Envelope, number: int, state: str, subject: str, text: str) -> Answer:
    if envelope.words and (subject, text) != (envelope.words.subject, envelope.words.text):
        words = "A letter with other words is already stored under this key."
        return ProviderError(words, permanent=True, code="key-used-for-other")
    return _answer(number, state)
