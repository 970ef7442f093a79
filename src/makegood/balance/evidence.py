"""Evidence packs: everything about one mistake in one folder or zip, to be checked by somebody outside.

`verify_pack` needs no database; only writing does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from makegood.balance.evidence_check import verify_pack
from makegood.kit.errors import Finding

if TYPE_CHECKING:
    from makegood.mistakes.models import Mistake


@dataclass(frozen=True)
class Pack:
    """A pack that was written. `files`, `bytes` and `rows` leave the manifest out.

    `unsealed` rows were not settled yet and are not in the pack. `findings` say what was not as it had been sealed in
    the whole journal at that moment; the pack is written all the same, and its summary says so.
    """

    path: Path
    digest: str
    files: int
    bytes: int
    rows: int
    unsealed: int
    findings: list[Finding]


def write_pack(
    mistake: Mistake,
    target: Path,
    *,
    actor: int,
    anchor: Path | None,
    personal: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Pack:
    """Seals, then writes a folder, or a zip when `target` ends in .zip. `actor` is the staff id of who asked.

    With `personal` the pack says who the customers are; without, it holds numbers, money and codes, and the firm's own
    texts. Raises `Refused` when the target exists, `Unavailable` when it cannot be written; nothing is left then.
    """
    from makegood.balance.evidence_write import write

    digest, pack, verified, unsealed = write(
        mistake, target, actor=actor, anchor=anchor, personal=personal, progress=progress
    )
    written = list(pack.files.values())[:-1]
    return Pack(
        path=target,
        digest=digest,
        files=len(written),
        bytes=sum(one.bytes for one in written),
        rows=sum(one.rows for one in written),
        unsealed=sum(unsealed.values()),
        findings=verified.findings,
    )


__all__ = ["Pack", "verify_pack", "write_pack"]
