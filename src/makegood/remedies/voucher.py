"""Voucher codes from a pool that the firm loaded: one code for one act, for ever.

The code itself is worth money, so it is in no receipt; `queries.voucher_codes` gives it to the message.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from makegood.kit.kept import Cursor, Kept
from makegood.kit.plugins import Answer, Envelope, ProviderError, Receipt
from makegood.remedies.amounts import refuse_amount

_READ = "SELECT v.key, v.id, v.minor, v.currency, v.voided_at IS NOT NULL FROM voucher v WHERE v.key = ANY(%s)"
# Two workers with the same key both find no code and take different ones: the unique key stops the second, and the
# base class tries its transaction again.
_ASSIGN = """
WITH wanted AS (
    SELECT key, row_number() OVER (ORDER BY key) AS place FROM (
        SELECT DISTINCT key FROM unnest(%(keys)s::text[]) AS asked(key)
        WHERE NOT EXISTS (SELECT FROM voucher v WHERE v.key = asked.key)) missing
), taken AS (
    SELECT v.id, v.expires_on FROM voucher v JOIN voucher_pool p ON p.id = v.pool_id
    WHERE p.brand = %(brand)s AND p.name = %(pool)s AND v.key IS NULL AND v.voided_at IS NULL
      AND (v.expires_on IS NULL OR v.expires_on >= (now() AT TIME ZONE 'UTC')::date + %(days)s::int)
      AND (%(minor)s::bigint IS NULL OR (v.minor = %(minor)s AND v.currency = %(currency)s))
    ORDER BY v.expires_on NULLS LAST, v.id LIMIT (SELECT count(*) FROM wanted) FOR UPDATE OF v SKIP LOCKED
), free AS (SELECT id, row_number() OVER (ORDER BY expires_on NULLS LAST, id) AS place FROM taken)
UPDATE voucher v SET key = wanted.key, assigned_at = now()
FROM free JOIN wanted USING (place) WHERE v.id = free.id
"""
_VOID = "UPDATE voucher SET voided_at = coalesce(voided_at, now()) WHERE key = %s RETURNING id"


class Voucher(Kept):
    name: ClassVar[str] = "voucher"
    label: ClassVar[str] = "A voucher code from a pool"
    kinds: ClassVar[frozenset[str]] = frozenset({"fix", "make good"})
    route: ClassVar[str] = ""
    needs_money: ClassVar[bool] = False
    repeatable: ClassVar[bool] = True
    can_look_up: ClassVar[bool] = True
    can_reverse: ClassVar[bool] = True
    settings_schema: ClassVar[dict[str, Any]] = {"type": "object", "additionalProperties": False, "properties": {}}
    instructions_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["pool"],
        "properties": {
            "pool": {"type": "string", "minLength": 1, "description": "The pool the codes were loaded into."},
            "valid_days": {"type": "integer", "minimum": 0, "description": "A code must still be good this long."},
        },
    }

    def refusal(self, envelope: Envelope) -> ProviderError | None:
        if not envelope.instructions.get("pool"):
            return ProviderError("The step names no voucher pool.", permanent=True, code="no-pool")
        return refuse_amount(envelope.amount, needed=False)

    async def store(self, cursor: Cursor, envelopes: Sequence[Envelope]) -> list[Answer]:
        alike: dict[tuple[Any, ...], list[str]] = {}
        for envelope in envelopes:
            alike.setdefault(_want(envelope), []).append(envelope.key)
        for (brand, pool, days, minor, currency), keys in sorted(alike.items(), key=str):
            asked = {"brand": brand, "pool": pool, "days": days, "minor": minor, "currency": currency, "keys": keys}
            await cursor.execute(_ASSIGN, asked)
        await cursor.execute(_READ, [[envelope.key for envelope in envelopes]])
        kept = {row[0]: row for row in await cursor.fetchall()}
        return [_answer(envelope, kept.get(envelope.key)) for envelope in envelopes]

    async def found(self, cursor: Cursor, key: str) -> Receipt | None:
        await cursor.execute(_READ, [[key]])
        row = await cursor.fetchone()
        return Receipt("done", f"voucher-{row[1]}", "voided" if row[4] else "assigned") if row else None

    async def take_back(self, cursor: Cursor, key: str) -> Receipt:
        """Marks the code void; the shop must stop taking it. Raises `ProviderError` when the key has no code."""
        await cursor.execute(_VOID, [key])
        row = await cursor.fetchone()
        if row is None:
            raise ProviderError("No voucher was given under this key.", permanent=True, code="nothing-to-reverse")
        return Receipt("done", f"voucher-{row[0]}", "voided")


def _want(envelope: Envelope) -> tuple[str, str, int, int | None, str | None]:
    amount, asked = envelope.amount, envelope.instructions
    minor, currency = (amount.minor, amount.currency) if amount else (None, None)
    return envelope.brand, str(asked["pool"]), int(asked.get("valid_days", 0)), minor, currency


def _answer(envelope: Envelope, kept: tuple[Any, ...] | None) -> Answer:
    _, pool, _, minor, currency = _want(envelope)
    if kept is None:
        worth = f" worth {envelope.amount}" if envelope.amount else ""
        words = f"The pool '{pool}' has no free code{worth}. Load more codes, then the act goes on by itself."
        return ProviderError(words, permanent=False, code="pool-empty", retry_after=3600)
    if minor is not None and kept[2:4] != (minor, currency):
        words = "A code of another value was given under this key."
        return ProviderError(words, permanent=True, code="key-used-for-other")
    if kept[4]:
        return ProviderError("This voucher was taken back.", permanent=True, code="reversed")
    return Receipt("done", f"voucher-{kept[1]}", "assigned")
