"""Store credit on the firm's own ledger: double entry, only ever added to, one transfer for one act."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from makegood.kit.kept import Cursor, Kept
from makegood.kit.plugins import Answer, Envelope, ProviderError, Receipt
from makegood.remedies.amounts import refuse_amount

_ADD = """
INSERT INTO ledger_transfer (key, debit, credit, minor, currency, memo)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[])
ON CONFLICT (key) DO NOTHING
"""
_READ = """
SELECT t.key, t.id, t.debit, t.credit, t.minor, t.currency, r.id IS NOT NULL
FROM ledger_transfer t LEFT JOIN ledger_transfer r ON r.key = t.key || ':reversed'
WHERE t.key = ANY(%s)
"""
_REVERSE = """
INSERT INTO ledger_transfer (key, debit, credit, minor, currency, memo)
SELECT key || ':reversed', credit, debit, minor, currency, 'reversed' FROM ledger_transfer WHERE key = %s
ON CONFLICT (key) DO NOTHING
"""
_BASIS = {"fix": "redress", "make good": "goodwill"}  # owed, given


class StoreCredit(Kept):
    name: ClassVar[str] = "store-credit"
    label: ClassVar[str] = "Store credit on the ledger"
    kinds: ClassVar[frozenset[str]] = frozenset({"fix", "make good"})
    route: ClassVar[str] = ""
    needs_money: ClassVar[bool] = True
    repeatable: ClassVar[bool] = True
    can_look_up: ClassVar[bool] = True
    can_reverse: ClassVar[bool] = True
    settings_schema: ClassVar[dict[str, Any]] = {"type": "object", "additionalProperties": False, "properties": {}}
    instructions_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "basis": {"enum": ["redress", "goodwill"], "description": "Owed or given; a fix is owed if absent."},
            "memo": {"type": "string", "maxLength": 60, "description": "A code for the books, never a name."},
        },
    }

    def refusal(self, envelope: Envelope) -> ProviderError | None:
        return refuse_amount(envelope.amount, needed=True)

    async def store(self, cursor: Cursor, envelopes: Sequence[Envelope]) -> list[Answer]:
        # By key, so that two workers with overlapping windows wait for each other in one order.
        rows = sorted(_row(envelope) for envelope in envelopes)
        await cursor.execute(_ADD, [list(column) for column in zip(*rows, strict=True)])
        await cursor.execute(_READ, [[envelope.key for envelope in envelopes]])
        kept = {row[0]: row for row in await cursor.fetchall()}
        return [_answer(envelope, kept[envelope.key]) for envelope in envelopes]

    async def found(self, cursor: Cursor, key: str) -> Receipt | None:
        await cursor.execute(_READ, [[key]])
        row = await cursor.fetchone()
        return Receipt("done", f"transfer-{row[1]}", "reversed" if row[6] else "booked") if row else None

    async def take_back(self, cursor: Cursor, key: str) -> Receipt:
        """Books the opposite transfer once. Raises `ProviderError` when there is nothing under the key."""
        await cursor.execute(_REVERSE, [key])
        await cursor.execute(_READ, [[f"{key}:reversed"]])
        row = await cursor.fetchone()
        if row is None:
            words = "The ledger has no transfer under this key."
            raise ProviderError(words, permanent=True, code="nothing-to-reverse")
        return Receipt("done", f"transfer-{row[1]}", "reversed")


def _row(envelope: Envelope) -> tuple[str, str, str, int, str, str]:
    basis = envelope.instructions.get("basis") or _BASIS.get(envelope.kind, "goodwill")
    minor, currency = (envelope.amount.minor, envelope.amount.currency) if envelope.amount else (0, "")
    debit, credit = f"brand:{envelope.brand}:{basis}", f"customer:{envelope.customer}:credit"
    return envelope.key, debit, credit, minor, currency, str(envelope.instructions.get("memo", ""))


def _answer(envelope: Envelope, kept: tuple[Any, ...]) -> Answer:
    if kept[2:6] != _row(envelope)[1:5]:
        words = "The ledger holds another transfer under this key."
        return ProviderError(words, permanent=True, code="key-used-for-other")
    if kept[6]:
        return ProviderError("This credit was taken back.", permanent=True, code="reversed")
    return Receipt("done", f"transfer-{kept[1]}", "booked")
