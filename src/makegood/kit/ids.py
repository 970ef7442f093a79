"""Identities: opaque public ids for people and links, and the one key of an act that providers see."""

from __future__ import annotations

import hashlib
import secrets

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_public_id(prefix: str) -> str:
    """`m-7k2p9xwq`: short enough to read out, no look-alike letters; 8 letters of 31 (about 40 bits)."""
    return f"{prefix}-" + "".join(secrets.choice(_ALPHABET) for _ in range(8))


def new_token() -> str:
    """192 random bits, url-safe, 32 characters."""
    return secrets.token_urlsafe(24)


def act_key(mistake: str, customer: int, step: str, sequence: int, via: int = 0) -> str:
    """The idempotency key of an act: the same after a re-plan or a restore, whatever the plan's number.

    `mistake` is the public id, `customer` the customer's number in this installation. Each further route the act takes
    (`via`, 0 as planned) has its own key. The database has the same as `mg_act_key`.
    """
    whole = f"{mistake}/{customer}/{step}/{sequence}" + (f"/{via}" if via else "")
    return "mg-" + hashlib.sha256(whole.encode()).hexdigest()[:40]
