"""Money to a bank account: lines are kept, a person exports them into one file and hands it to the bank.

For refunds that cannot go back to where they came from. Accepted until a person proves that the bank has the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from makegood.kit.digest import sha256
from makegood.kit.errors import Finding
from makegood.kit.kept import Cursor, Kept
from makegood.kit.plugins import Answer, Envelope, ProviderError, Receipt
from makegood.remedies.amounts import refuse_amount
from makegood.remedies.payout_file import COLUMNS, CSV, SEPA, as_written, plain_name, plain_purpose, read_columns

_ADD = """
INSERT INTO payout (key, reference, brand, mistake, customer, payer, account, bank, holder, purpose, minor, currency)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[],
                     %s::text[], %s::text[], %s::bigint[], %s::text[])
ON CONFLICT (key) DO NOTHING
"""
_READ = "SELECT key, id, payer, account, minor, currency, state FROM payout WHERE key = ANY(%s)"
# An exported line may be in the bank's hands: from then on only the bank can send it back.
_TAKE_BACK = "UPDATE payout SET state = 'taken back' WHERE key = %s AND state = 'waiting'"
_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]{2,33}")
_BANK = re.compile(r"[A-Za-z0-9 ./-]{0,34}")
_MOST = 99_999_999_999  # cents
_OUR_KEY = re.compile(r"mg-[0-9a-f]{40}")


class PayoutFile(Kept):
    name: ClassVar[str] = "payout"
    label: ClassVar[str] = "A transfer to a bank account, by a file for the bank"
    kinds: ClassVar[frozenset[str]] = frozenset({"fix", "make good"})
    route: ClassVar[str] = ""
    needs_money: ClassVar[bool] = True
    repeatable: ClassVar[bool] = True
    can_look_up: ClassVar[bool] = True
    can_reverse: ClassVar[bool] = True
    settings_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["holder"],
        "properties": {
            "format": {"enum": [*SEPA, CSV], "description": f"{SEPA[0]} if absent."},
            "holder": {"type": "string", "minLength": 1, "description": "Who pays, as the account is named."},
            "iban": {"type": "string", "description": "The account that pays; needed for SEPA."},
            "bic": {"type": "string", "description": "Its bank; found from the IBAN where it can be."},
            "account": {"type": "string", "description": "For CSV: the account that pays, by any name."},
            "columns": {"type": "string", "description": f"For CSV: {','.join(COLUMNS)}; Heading=field renames."},
            "delimiter": {"enum": [",", ";", "\t"]},
            "decimal": {"enum": [".", ","]},
        },
    }
    instructions_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["holder"],
        "properties": {
            "iban": {"type": "string", "description": "The column (or contact) with the IBAN."},
            "bic": {"type": "string", "description": "The column with the BIC, where there is one."},
            "account": {"type": "string", "description": "For CSV: the column with another account number."},
            "bank": {"type": "string", "description": "For CSV: the column with the bank's number."},
            "holder": {"type": "string", "description": "The column (or contact) with the account holder's name."},
            "purpose": {"type": "string", "minLength": 1, "maxLength": 140, "description": "What the statement says."},
        },
    }

    def refusal(self, envelope: Envelope) -> ProviderError | None:
        if refused := refuse_amount(envelope.amount, needed=True):
            return refused
        sepa = _is_sepa(self.settings)
        if sepa and envelope.amount and envelope.amount.currency != "EUR":
            return _no(f"SEPA pays in EUR only, not in {envelope.amount.currency}.", "wrong-currency")
        if sepa and envelope.amount and envelope.amount.minor > _MOST:
            return _no("The scheme pays at most 999,999,999.99 at once.", "bad-amount")
        if not self._holder(envelope):
            return _no("There is no name of an account holder.", "no-holder")
        return _why_not_there(envelope, sepa=sepa)

    async def store(self, cursor: Cursor, envelopes: Sequence[Envelope]) -> list[Answer]:
        # By key, so that two workers with overlapping windows wait for each other in one order.
        rows = sorted((self._row(envelope) for envelope in envelopes), key=lambda row: str(row[0]))
        await cursor.execute(_ADD, [list(column) for column in zip(*rows, strict=True)])
        await cursor.execute(_READ, [[envelope.key for envelope in envelopes]])
        kept = {row[0]: row[1:] for row in await cursor.fetchall()}
        return [self._compare(envelope, *kept[envelope.key]) for envelope in envelopes]

    async def found(self, cursor: Cursor, key: str) -> Receipt | None:
        await cursor.execute(_READ, [[key]])
        row = await cursor.fetchone()
        if row is None:
            return None
        answer = _answer(row[1], row[6])
        if isinstance(answer, ProviderError):
            raise answer
        return answer

    async def take_back(self, cursor: Cursor, key: str) -> Receipt:
        """Until it is exported. Raises `ProviderError` afterwards, and when there is nothing under the key."""
        await cursor.execute(_TAKE_BACK, [key])
        await cursor.execute(_READ, [[key]])
        row = await cursor.fetchone()
        if row is None:
            raise _no("There is no payout under this key.", "nothing-to-reverse")
        if row[6] != "taken back":
            raise _no("The payout is in a file for the bank already.", "already-exported")
        return Receipt("done", f"payout-{row[1]}", "reversed")

    @classmethod
    def check(cls, settings: Mapping[str, Any], instructions: Mapping[str, Any]) -> list[Finding]:
        return super().check(settings, instructions) or _account_findings(settings, instructions)

    def _holder(self, envelope: Envelope) -> str:
        name = _value(envelope, "holder")
        return plain_name(name) if _is_sepa(self.settings) else as_written(name)

    def _row(self, envelope: Envelope) -> tuple[Any, ...]:
        minor, currency = (envelope.amount.minor, envelope.amount.currency) if envelope.amount else (0, "")
        purpose = str(envelope.instructions.get("purpose", "")) or envelope.reason
        return (
            envelope.key,
            reference_of(envelope.key),
            envelope.brand,
            envelope.mistake,
            envelope.customer,
            payer_of(self.settings),
            _account(envelope),
            _compact(_value(envelope, "bic")) or _value(envelope, "bank"),
            self._holder(envelope),
            (plain_purpose(purpose) if _is_sepa(self.settings) else as_written(purpose)) or "Refund",
            minor,
            currency,
        )

    def _compare(self, envelope: Envelope, number: int, *kept: Any) -> Answer:
        row = self._row(envelope)
        if kept[:4] != (row[5], row[6], row[10], row[11]):
            return _no("Another payout is already kept under this key.", "key-used-for-other")
        return _answer(number, kept[4])


def payer_of(settings: Mapping[str, Any]) -> str:
    """Our account as the rows name it: its lines go into one file."""
    return _compact(str(settings.get("iban", ""))) or str(settings.get("account", ""))


def reference_of(key: str) -> str:
    """The key as the bank gives it back: at most 35 characters, which is 128 bits of a key of ours."""
    return key[:35] if _OUR_KEY.fullmatch(key) else f"mg-{sha256(key)[:32]}"


def _is_sepa(settings: Mapping[str, Any]) -> bool:
    return settings.get("format", SEPA[0]) in SEPA


def _value(envelope: Envelope, name: str) -> str:
    """What stands in the column that the step names: a fact of the scope, else a contact."""
    column = str(envelope.instructions.get(name, ""))
    found = envelope.facts.get(column) or envelope.destination.get(column) or ""
    return str(found).strip()


def _compact(text: str) -> str:
    return "".join(text.split()).upper()


def _account(envelope: Envelope) -> str:
    return _compact(_value(envelope, "iban")) or _value(envelope, "account")


def _why_not_there(envelope: Envelope, *, sepa: bool) -> ProviderError | None:
    """Why no money can go to this account, or None. No word of the account itself is in the answer."""
    from schwifty import BIC, IBAN
    from schwifty.exceptions import SchwiftyException

    iban, bic = _compact(_value(envelope, "iban")), _compact(_value(envelope, "bic"))
    if not iban:
        if sepa or not _value(envelope, "account"):
            return _no("There is no account to pay to.", "no-account")
        fits = _ACCOUNT.fullmatch(_value(envelope, "account")) and _BANK.fullmatch(_value(envelope, "bank"))
        return None if fits else _no("This cannot be the number of an account.", "bad-account")
    try:
        if sepa and not IBAN(iban).in_sepa_zone:
            return _no("The account's country takes no SEPA transfers.", "not-sepa")
        IBAN(iban)
    except SchwiftyException as error:
        return _no(f"This is no IBAN: {_words(error)}.", "bad-iban")
    try:
        if bic and BIC(bic).country_code != iban[:2] and sepa:
            return _no("IBAN and BIC are of different countries.", "bad-bic")
    except SchwiftyException as error:
        return _no(f"This is no BIC: {_words(error)}.", "bad-bic")
    return None


def _words(error: Exception) -> str:
    """`InvalidChecksumDigits` as people say it; the library's own sentence may repeat the number."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).lower()


def _no(words: str, code: str) -> ProviderError:
    return ProviderError(words, permanent=True, code=code)


def _answer(number: int, state: str) -> Receipt | ProviderError:
    if state == "returned":
        return _no("The bank sent the payout back.", "returned")
    if state == "taken back":
        return _no("The payout was taken back.", "reversed")
    return Receipt("done" if state == "handed over" else "accepted", f"payout-{number}", state.replace(" ", "-"))


def _account_findings(settings: Mapping[str, Any], instructions: Mapping[str, Any]) -> list[Finding]:
    """What the schemas cannot say: accounts that are none, columns that do not exist, a step without an account."""
    from schwifty import BIC, IBAN
    from schwifty.exceptions import SchwiftyException

    findings, sepa = [], _is_sepa(settings)
    try:
        if sepa or settings.get("iban"):
            IBAN(str(settings.get("iban", "")))
        if settings.get("bic"):
            BIC(str(settings["bic"]))
    except SchwiftyException as error:
        what = f"The account that pays cannot be right: {_words(error)}."
        findings.append(Finding("bad-payer", what, "Correct iban and bic of the connection."))
    if not sepa and not payer_of(settings):
        what = "The connection does not say which account pays."
        findings.append(Finding("no-payer", what, "Set iban or account of the connection."))
    try:
        read_columns(str(settings.get("columns", "")))
    except ValueError as error:
        what = f"The file has no column '{error}'."
        findings.append(Finding("bad-columns", what, f"Use: {', '.join(COLUMNS)}."))
    if not instructions.get("iban") and (sepa or not instructions.get("account")):
        what = "The step does not say where the customer's account stands."
        findings.append(Finding("no-account-column", what, "Add  with: {iban: iban, holder: name}  to the step."))
    return findings
