"""Writing verbs of the remedies: load voucher codes that the firm made."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from makegood.journal.actions import record
from makegood.kit.errors import BadInput
from makegood.kit.money import Money
from makegood.remedies.amounts import LARGEST
from makegood.remedies.models import VoucherPool

_COLUMNS = ("code", "amount", "currency", "expires_on")
_PORTION = 2_000
_LONGEST = 200
_ADD = """
INSERT INTO voucher (pool_id, code, minor, currency, expires_on)
SELECT %s, * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::date[]) ON CONFLICT (code) DO NOTHING RETURNING code
"""


@dataclass(frozen=True)
class Rejected:
    """A line that was not loaded. `line` counts from 1 with the header; `column` is a name of the file or ""."""

    line: int
    column: str
    reason: str
    remedy: str


@dataclass
class Loaded:
    """`read` = `added` + len(`rejected`)."""

    read: int = 0
    added: int = 0
    rejected: list[Rejected] = field(default_factory=list)


@dataclass(frozen=True)
class _Code:
    line: int
    code: str
    minor: int | None
    currency: str | None
    expires_on: date | None


@transaction.atomic
def load_vouchers(brand: str, pool: str, path: Path, *, actor: int | None) -> Loaded:
    """Loads a CSV file with the columns code, amount, currency, expires_on (only `code` must be filled).

    All good lines or, after an error, none. Codes that exist already, anywhere, are rejected: one code is never in
    two hands. Raises `BadInput` for a file that cannot be read at all.
    """
    loaded = Loaded()
    row, _ = VoucherPool.objects.get_or_create(brand=brand, name=pool)
    portion: list[_Code] = []
    for read in _codes(path, loaded):
        portion.append(read)
        if len(portion) == _PORTION:
            _add(row.id, portion, loaded)
            portion = []
    _add(row.id, portion, loaded)
    loaded.rejected.sort(key=lambda rejected: rejected.line)
    facts = {"pool": pool, "added": loaded.added, "rejected": len(loaded.rejected)}
    record("vouchers.loaded", f"pool:{row.id}", actor=actor, facts=facts)
    return loaded


def _codes(path: Path, loaded: Loaded) -> Iterator[_Code]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            if "code" not in header:
                raise BadInput(
                    f"'{path}' has no column 'code'.",
                    remedy=f"Name the columns in the first line: {', '.join(_COLUMNS)}.",
                    code="no-code-column",
                )
            ended = reader.line_num
            for cells in reader:
                line, ended = ended + 1, reader.line_num  # where it starts: a quoted cell may hold line breaks
                if not cells:
                    continue
                loaded.read += 1
                read = _line(line, header, cells)
                if isinstance(read, Rejected):
                    loaded.rejected.append(read)
                else:
                    yield read
    except OSError as error:
        raise BadInput(
            f"'{path}' cannot be read: {error.strerror}.", remedy="Name a readable CSV file.", code="file-unreadable"
        ) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(
            f"'{path}' is not CSV in UTF-8: {error}.", remedy="Save it as CSV with encoding UTF-8.", code="not-csv"
        ) from error


def _line(line: int, header: list[str], cells: list[str]) -> _Code | Rejected:
    if any(cell.strip() for cell in cells[len(header) :]):
        reason = "The line has more fields than the first line has names."
        return Rejected(line, "", reason, "Put quotes around a value that holds a comma.")
    row = dict(zip(header, cells, strict=False))
    return _read(line, {name: row.get(name, "").strip() for name in _COLUMNS})


def _read(line: int, row: dict[str, str]) -> _Code | Rejected:
    code = row["code"]
    if not code or len(code) > _LONGEST or not code.isprintable():
        reason = f"A code has 1 to {_LONGEST} visible characters."
        return Rejected(line, "code", reason, "Correct the code.")
    minor, currency = None, None
    if row["amount"] or row["currency"]:
        try:
            money = Money.parse(row["amount"], currency=row["currency"] or None)
        except BadInput as error:
            column = "currency" if error.code in ("unknown-currency", "no-currency") else "amount"
            return Rejected(line, column, error.what, error.remedy)
        if money.minor <= 0:
            return Rejected(line, "amount", "A code is worth more than nothing.", "Correct it, or leave it empty.")
        if money.minor > LARGEST:
            return Rejected(line, "amount", f"No code is worth {money}.", "Correct it, or leave it empty.")
        minor, currency = money.minor, money.currency
    try:
        expires = date.fromisoformat(row["expires_on"]) if row["expires_on"] else None
    except ValueError:
        return Rejected(line, "expires_on", f"'{row['expires_on']}' is not a date.", "Write it as 2026-12-31.")
    return _Code(line, code, minor, currency, expires)


def _add(pool: int, portion: list[_Code], loaded: Loaded) -> None:
    lists: list[list[Any]] = [
        [one.code for one in portion],
        [one.minor for one in portion],
        [one.currency for one in portion],
        [one.expires_on for one in portion],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [pool, *lists])
        fresh = {row[0] for row in cursor.fetchall()}
    loaded.added += len(fresh)
    for one in portion:
        if one.code in fresh:
            fresh.remove(one.code)  # the same code again further down is rejected
        else:
            loaded.rejected.append(Rejected(one.line, "code", "This code is already loaded.", "Remove the line."))
