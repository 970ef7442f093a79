"""Whom no mail goes to any more: keyed digests of addresses, never the addresses themselves.

An address is added by a bounce for ever, a complaint, a customer who asked, or by hand. The digest is made with a key
that is not in the database: who has the table alone learns nothing and can try nothing out. It is asked when a plan is
made and again before each send. Erasing a customer keeps the digest: the promise not to write outlives the data.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal

from django.db import connection as database
from django.db import transaction

from makegood.channels.models import Suppression
from makegood.journal.actions import record
from makegood.kit.errors import BadInput, NotFound, Refused
from makegood.kit.home import home, secret
from makegood.kit.mime import wire_address
from makegood.kit.notices import Notice
from makegood.people.models import Brand, Connection

Reason = Literal["bounced", "complained", "asked", "by-hand"]
REASONS: tuple[Reason, ...] = ("bounced", "complained", "asked", "by-hand")
KEY_FILE = "secrets/suppression.key"
_CHECK = 0  # the brand of the row that says which key the digests were made with

# One question for both readers: the digests among these that are listed, and the row that names the key.
ASK = """
SELECT s.digest, s.brand = 0 AS is_check FROM suppression s
WHERE s.brand = 0 OR s.brand = %(brand)s AND s.digest = ANY(%(digests)s)
"""
_ADD = """
INSERT INTO suppression (brand, digest, reason, source)
SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[]) ON CONFLICT (brand, digest) DO NOTHING RETURNING reason
"""


def normalised(address: str) -> str:
    """The form in which an address is compared: no brackets, small letters, an international domain as Punycode."""
    plain = unicodedata.normalize("NFC", address.strip().strip("<>").strip())
    try:
        return wire_address(plain).lower()
    except BadInput:
        return plain.lower()


def has_key() -> bool:
    """Whether this host has the key of the digests; without it nobody was ever suppressed here."""
    return _key() is not None


def digests_of(addresses: Iterable[str]) -> dict[str, str]:
    """Keyed digest of each address; empty while this installation has never suppressed anybody."""
    key = _key()
    return {address: _digest(key, address) for address in addresses} if key else {}


def listed(rows: Iterable[tuple[str, bool]]) -> set[str]:
    """The digests among the answers to `ASK`. Raises `Refused` when they were made with another key than ours."""
    found = list(rows)
    check = next((digest for digest, is_check in found if is_check), None)
    key = _key()
    if check is not None and (key is None or not hmac.compare_digest(check, _digest(key, "check"))):
        raise Refused(
            "The list of suppressed addresses was made with another key than this host has.",
            remedy=f"Put back {KEY_FILE} in MAKEGOOD_HOME, or set MAKEGOOD_SUPPRESSION_KEY; no mail goes out before.",
            code="suppression-key",
        )
    return {digest for digest, is_check in found if not is_check}


def is_empty(brand: int) -> bool:
    """Whether nobody of this brand is on the list: then there is nothing to ask."""
    return not Suppression.objects.filter(brand=brand).exists()


def suppressed_among(brand: int, addresses: Iterable[str]) -> set[str]:
    """Those of the addresses, as given, that no mail goes to. Raises `Refused` for a missing key."""
    digests = digests_of(addresses)
    with database.cursor() as cursor:
        cursor.execute(ASK, {"brand": brand, "digests": list(digests.values())})
        found = listed(cursor.fetchall())
    return {address for address, digest in digests.items() if digest in found}


@transaction.atomic
def suppress(brand: Brand, addresses: Sequence[str], *, reason: Reason, actor: int) -> int:
    """A person's word; returns how many are new on the list. Raises `BadInput` for what is no address."""
    if bad := [address for address in addresses if "@" not in address.strip("@ ")]:
        raise BadInput(
            f"{len(bad)} of the lines hold no e-mail address.",
            remedy="Give addresses, one a line; nobody was added.",
            code="no-address",
        )
    added = _add(brand.id, [(address, reason, f"staff:{actor}") for address in addresses])
    if added:
        record("addresses.suppressed", f"brand:{brand.id}", actor=actor, brand=brand.id, facts={reason: len(added)})
    return len(added)


def suppress_said(connection: Connection, notices: Sequence[Notice]) -> None:
    """What providers said against addresses; in the caller's transaction, with the notices themselves."""
    said = [(notice.address, reason) for notice in notices if notice.address and (reason := _reason(notice))]
    added = _add(connection.brand_id, [(address, reason, f"connection:{connection.id}") for address, reason in said])
    if added:
        counts = {str(reason): added.count(reason) for reason in REASONS if reason in added}
        subject = f"connection:{connection.id}"
        record("addresses.suppressed", subject, actor=None, brand=connection.brand_id, facts=counts)


@transaction.atomic
def lift(brand: Brand, address: str, *, actor: int) -> None:
    """Mail may go there again. Raises `NotFound` for an address that is not on the list."""
    digest = digests_of([address]).get(address, "")
    count, _ = Suppression.objects.filter(brand=brand.id, digest=digest).delete()
    if not count:
        raise NotFound("This address is not on the list.", remedy="Nothing is to do.", code="not-suppressed")
    record("address.released", f"brand:{brand.id}", actor=actor, brand=brand.id, facts={"digest": digest[:16]})


def find_suppression(brand: Brand, address: str) -> Suppression | None:
    """Why and since when no mail goes to an address; None when it may. Raises `Refused` for a missing key."""
    if address not in suppressed_among(brand.id, [address]):
        return None
    return Suppression.objects.filter(brand=brand.id, digest=digests_of([address])[address]).first()


def list_suppressions(brand: Brand, *, limit: int = 100) -> tuple[Mapping[str, int], list[Suppression]]:
    """How many for each reason, and the newest."""
    rows = Suppression.objects.filter(brand=brand.id)
    counts = {str(reason): rows.filter(reason=reason).count() for reason in REASONS}
    return counts, list(rows.order_by("-id")[:limit])


def _reason(notice: Notice) -> Reason | None:
    if notice.says == "bounced":
        return "bounced"
    if notice.says == "complained":
        return "complained"
    return "asked" if notice.code == "unsubscribed" else None


def _add(brand: int, said: Sequence[tuple[str, str, str]]) -> list[str]:
    """Reasons of those that are new on the list; the first word about an address stays."""
    if not said:
        return []
    key = _key() or _new_key()
    # By digest, so that two deliveries of overlapping notices wait for each other in one order.
    by_digest = {_digest(key, address): (reason, source) for address, reason, source in reversed(said)}
    rows = [(digest, *by_digest[digest]) for digest in sorted(by_digest)]
    with database.cursor() as cursor:
        cursor.execute(_ADD, [_CHECK, [_digest(key, "check")], ["key"], [""]])
        cursor.execute(ASK, {"brand": brand, "digests": []})
        listed(cursor.fetchall())
        cursor.execute(_ADD, [brand, *(list(column) for column in zip(*rows, strict=True))])
        return [reason for (reason,) in cursor.fetchall()]


def _digest(key: bytes, address: str) -> str:
    return hmac.new(key, f"email:{normalised(address)}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _key() -> bytes | None:
    named = secret("MAKEGOOD_SUPPRESSION_KEY")
    return named.encode() if named else _read(home() / KEY_FILE)


def _read(path: Path) -> bytes | None:
    found = _kept(path)
    if found is None:
        _kept.cache_clear()  # it may be made at any moment, by another process
    return found


@lru_cache(maxsize=4)
def _kept(path: Path) -> bytes | None:
    return path.read_bytes().strip() if path.exists() else None


def _new_key() -> bytes:
    path = home() / KEY_FILE
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(secrets.token_hex(32).encode())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)  # whole or not at all, and never over one that another process made
    except FileExistsError:
        pass
    finally:
        part.unlink()
    _kept.cache_clear()
    return path.read_bytes().strip()
