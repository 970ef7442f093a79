"""What people do with payouts: export a file, prove that the bank has it, say what came back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connection, transaction

from makegood.journal.actions import record
from makegood.kit.clock import iso, now
from makegood.kit.digest import sha256
from makegood.kit.errors import BadInput, NotAllowed, NotFound, Refused, Unavailable
from makegood.kit.ids import new_public_id
from makegood.kit.killpoints import kp
from makegood.kit.money import Money
from makegood.people.models import Brand, Limit
from makegood.people.queries import access_connection
from makegood.remedies.models import Payout, PayoutBatch
from makegood.remedies.payout import payer_of
from makegood.remedies.payout_file import CSV, About, Line, build

PER_FILE = 10_000
# What people settle is one table, that of the channels, and named in SQL only; the acts read it by cursor.
_SETTLE = """
INSERT INTO settlement (key, status, code, staff) SELECT key, %s, %s, %s FROM payout WHERE id = ANY(%s) ORDER BY id
"""


@dataclass(frozen=True)
class Exported:
    """A file for the bank: `total` is its control sum, `digest` its SHA-256, `waiting` how many lines still wait."""

    name: str
    path: Path
    lines: int
    total: Money
    digest: str
    on: date
    waiting: int = 0


def export_payouts(brand: Brand, name: str, folder: Path, *, staff: int, on: date, limit: int = PER_FILE) -> Exported:
    """Writes one file with the oldest waiting lines of a connection's account, in one currency.

    Either the file exists and its lines are marked exported, or nothing changed; killed in between, the lines are
    marked and `write_payouts` writes the same file. Two people exporting at once get different lines. Raises
    `Refused` when none wait, `BadInput` for a day that is past, `Unavailable` when the file cannot be written.
    """
    opened = access_connection(brand.id, name)
    if opened.plugin != "payout":
        raise BadInput(
            f"The connection '{name}' makes no payouts.", remedy="Name one of plug-in 'payout'.", code="not-payouts"
        )
    if on < now().date():
        raise BadInput(f"{on} is past.", remedy="Give the day when the bank shall pay.", code="day-past")
    with ExitStack() as undo:
        with transaction.atomic():
            waiting = Payout.objects.filter(brand=brand.slug, payer=payer_of(opened.settings), state="waiting")
            rows = _next(list(waiting.select_for_update(skip_locked=True).order_by("id")[:limit]))
            batch, content = _batch(brand, rows, settings=opened.settings, staff=staff, on=on)
            part, path = _write(folder, batch, content, undo)
            Payout.objects.filter(id__in=[row.id for row in rows]).update(state="exported", batch=batch)
            left = waiting.count()
            facts = {"lines": batch.lines, "minor": batch.minor, "currency": batch.currency, "digest": batch.digest}
            record("payouts.exported", f"payouts:{batch.name}", actor=staff, brand=brand.id, facts=facts)
            kp("payout.before_commit")
        undo.pop_all()
    kp("payout.before_rename")
    _place(part, path, batch)
    return _exported(batch, path, left)


def write_payouts(name: str, folder: Path, *, brand: Brand) -> Exported:
    """Writes the file of a batch again, byte for byte. Raises `NotFound`, `Refused` when a line of it was erased."""
    batch = _find(name, brand)
    rows = list(Payout.objects.filter(batch=batch).order_by("id"))
    content = build(_about(batch), [_line(row) for row in rows]) if rows else b""
    if sha256(content) != batch.digest:
        raise Refused(
            "The file cannot be written as it was: a customer in it was erased, or a line was changed.",
            remedy="Use the copy that was exported; its digest is in the journal.",
            code="payout-file-differs",
        )
    with ExitStack() as undo:
        part, path = _write(folder, batch, content, undo)
        _place(part, path, batch)
        undo.pop_all()
    return _exported(batch, path, 0)


@transaction.atomic
def hand_over_payouts(name: str, *, brand: Brand, staff: int, reference: str) -> int:
    """The bank has the file; `reference` is its proof. The acts become done. Returns how many; 0 the second time.

    Whoever exported it may say so only within their own limit of a day. Raises `NotFound`, `BadInput` without a
    reference, `NotAllowed`.
    """
    if not reference.strip():
        raise BadInput(
            "A file that was handed over has the bank's reference.", remedy="Give --reference.", code="no-reference"
        )
    batch = _find(name, brand, lock=True)
    if batch.handed_at is not None:
        return 0
    if batch.exported_by == staff and not _within_limit(batch, brand, staff):
        raise NotAllowed(
            f"{Money(batch.minor, batch.currency)} are more than whoever exported the file may hand over alone.",
            remedy="Let another person look at the file's digest and sum, and hand it over.",
            code="second-person",
        )
    ids = list(Payout.objects.filter(batch=batch, state="exported").order_by("id").values_list("id", flat=True))
    Payout.objects.filter(id__in=ids).update(state="handed over")
    batch.handed_by, batch.handed_at, batch.reference = staff, now(), reference.strip()
    batch.save(update_fields=["handed_by", "handed_at", "reference"])
    _settle(ids, "done", "handed-over", staff)
    facts = {"lines": len(ids), "digest": batch.digest, "at": iso(batch.handed_at)}
    record("payouts.handed-over", f"payouts:{name}", actor=staff, brand=brand.id, facts=facts)
    return len(ids)


@transaction.atomic
def return_payout(key: str, *, brand: Brand, staff: int, code: str) -> None:
    """The bank sent one transfer back; `key` is the act's or the reference on the statement, `code` the bank's (AC04).

    Raises `NotFound`, `BadInput` without a code, `Refused` unless it is in a file and has not come back.
    """
    if not code.strip().isalnum() or len(code) > 10:
        raise BadInput(f"'{code}' is not a bank's code.", remedy="Give for example AC04.", code="bad-bank-code")
    row = Payout.objects.select_for_update().filter(brand=brand.slug, key=key).first()
    row = row or Payout.objects.select_for_update().filter(brand=brand.slug, reference=key).first()
    if row is None:
        raise NotFound("There is no such payout.", remedy="Use its key or the statement's reference.", code="no-payout")
    if row.state not in ("exported", "handed over"):
        raise Refused(
            f"The payout is '{row.state}'.", remedy="Only what is in a file can come back.", code="not-handed-over"
        )
    row.state, row.code = "returned", code.strip().upper()
    row.save(update_fields=["state", "code"])
    _settle([row.id], "failed", "returned", staff)
    facts = {"key": row.key, "code": row.code}
    record("payout.returned", f"payout:{row.id}", actor=staff, brand=brand.id, facts=facts)


def _next(rows: Sequence[Payout]) -> list[Payout]:
    """One file has one currency: that of the oldest line."""
    if not rows:
        raise Refused("No payout waits.", remedy="Apply a stage that pays by transfer.", code="nothing-to-export")
    return [row for row in rows if row.currency == rows[0].currency]


def _batch(
    brand: Brand, rows: Sequence[Payout], *, settings: dict[str, str], staff: int, on: date
) -> tuple[PayoutBatch, bytes]:
    batch = PayoutBatch(
        name=new_public_id("pay"),
        brand=brand.slug,
        payer=rows[0].payer,
        settings={**settings, **_payer(settings)},
        lines=len(rows),
        minor=sum(row.minor for row in rows),
        currency=rows[0].currency,
        on=on,
        exported_by=staff,
        exported_at=now(),
    )
    content = build(_about(batch), [_line(row) for row in rows])
    batch.digest = sha256(content)
    batch.save()
    return batch, content


def _payer(settings: dict[str, str]) -> dict[str, str]:
    """Our IBAN without blanks, and its bank where the connection does not name it and the IBAN tells."""
    if not settings.get("iban"):
        return {}
    from schwifty import IBAN

    iban = IBAN(settings["iban"])
    bic = settings.get("bic") or str(iban.bic or "")
    return {"iban": iban.compact, **({"bic": bic} if bic else {})}


def _about(batch: PayoutBatch) -> About:
    return About(batch.name, batch.exported_at, batch.on, batch.settings)


def _line(row: Payout) -> Line:
    return Line(row.reference, row.account, row.bank, row.holder, row.purpose, row.minor, row.currency)


def _write(folder: Path, batch: PayoutBatch, content: bytes, undo: ExitStack) -> tuple[Path, Path]:
    """The file beside its place, on the disk for certain: putting it there needs no room any more."""
    kind = "csv" if batch.settings.get("format") == CSV else "xml"
    path = folder / f"payouts-{batch.name}.{kind}"
    part = path.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        undo.callback(part.unlink, missing_ok=True)
        # Accounts and names: for the person who hands it over, nobody else on this machine.
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Unavailable(
            f"The payouts cannot be written to '{folder}': {error.strerror}.",
            remedy="Choose another folder or make room; no line was marked as exported.",
            code="payouts-not-written",
        ) from error
    return part, path


def _place(part: Path, path: Path, batch: PayoutBatch) -> None:
    try:
        part.replace(path)
    except OSError as error:
        raise Unavailable(
            f"The file cannot be put at '{path}': {error.strerror}. Its lines are marked as exported.",
            remedy=f"Write it again elsewhere: makegood payouts write {batch.name} --to FOLDER.",
            code="payouts-not-placed",
        ) from error


def _exported(batch: PayoutBatch, path: Path, left: int) -> Exported:
    return Exported(
        batch.name, path, batch.lines, Money(batch.minor, batch.currency), batch.digest, batch.on, waiting=left
    )


def _find(name: str, brand: Brand, *, lock: bool = False) -> PayoutBatch:
    found = PayoutBatch.objects.filter(name=name, brand=brand.slug)
    batch = (found.select_for_update() if lock else found).first()
    if batch is None:
        raise NotFound(
            f"There is no file called '{name}'.", remedy="See: makegood payouts list.", code="no-payout-file"
        )
    return batch


def _within_limit(batch: PayoutBatch, brand: Brand, staff: int) -> bool:
    limit = Limit.objects.filter(staff=staff, brand=brand, currency=batch.currency).first()
    return limit is not None and (limit.per_day is None or batch.minor <= limit.per_day)


def _settle(ids: Sequence[int], status: str, code: str, staff: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [status, code, staff, list(ids)])
