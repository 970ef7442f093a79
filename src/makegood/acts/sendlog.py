"""The worker's local begin/end log, one file per chunk and epoch: what a killed worker had begun and what had ended.

Two appended lines an act; they are in the page cache before the send begins, so they survive `kill -9` (not the loss
of the host). The next holder in the same home reads them: ended acts get their answer, acts never begun are simply
sent, and only what was begun and not ended is doubtful. Each line ends in `;`: a torn one (a full disk) says nothing,
and nothing is sent after it. The first line names the boot of the host: after a power cut lines may be missing, and
what a log does not say proves nothing.
"""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from makegood.kit.clock import now
from makegood.kit.home import home
from makegood.kit.plugins import Answer, OutcomeUnknown, ProviderError, Receipt

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_LINE = re.compile(rb"([bne]) (\d+)(?: (\{.*\}))?;")


class SendLog:
    """Raises `OSError` from every method when the disk does not take a whole line."""

    def __init__(self, plan: int, chunk: int, epoch: int) -> None:
        path = _folder() / f"{plan}-{chunk}-{epoch}.log"
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            self._write(_head())
        except OSError:
            self.close()
            raise

    def begin(self, ordinal: int) -> None:
        self._write(b"b %d;\n" % ordinal)

    def never(self, ordinal: int) -> None:
        """Takes a `begin` back: the send was not started after all."""
        self._write(b"n %d;\n" % ordinal)

    def end(self, ordinal: int, answer: Answer) -> None:
        self._write(b"e %d %s;\n" % (ordinal, json.dumps(_as_json(answer)).encode()))

    def _write(self, line: bytes) -> None:
        if os.write(self._file, line) != len(line):
            os.write(self._file, b"\n")  # so that a later line does not grow together with the torn one
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def close(self) -> None:
        os.close(self._file)


class Earlier:
    """What earlier epochs wrote in this home: ordinals begun, and the answers of those that ended. `epochs` are those
    whose log was begun since the host started: it has every line that was written. `hanging` are ordinals that some
    epoch began and did not end, whatever a later one was told."""

    def __init__(self, plan: int, chunk: int, before_epoch: int) -> None:
        self.begun: set[int] = set()
        self.hanging: set[int] = set()
        self.answers: dict[int, Answer] = {}
        self.epochs: set[int] = set()
        for path in sorted(_folder().glob(f"{plan}-{chunk}-*.log"), key=_epoch):
            if _epoch(path) < before_epoch:
                self._read(path)

    def was_begun(self, ordinal: int) -> bool:
        return ordinal in self.begun

    def tells_all(self, epochs: Collection[int]) -> bool:
        """Whether what the logs of these epochs lack was not begun by them: there are some, and none is missing."""
        return bool(epochs) and self.epochs.issuperset(epochs)

    def _read(self, path: Path) -> None:
        lines = path.read_bytes().splitlines()
        if lines[:1] == [_head().rstrip()]:
            self.epochs.add(_epoch(path))
        begun: set[int] = set()  # in this epoch: what another one began is not taken back by it
        answers: dict[int, Answer] = {}
        for line in lines:
            if not (found := _LINE.fullmatch(line)):
                continue
            word, ordinal = found[1], int(found[2])
            if word == b"b":
                begun.add(ordinal)
            elif word == b"n":
                begun.discard(ordinal)
            elif found[3]:
                answers[ordinal] = _from_json(json.loads(found[3]))
        for ordinal in begun:
            self.answers.pop(ordinal, None)  # begun again by a later epoch: the older answer was a "not yet"
        self.begun |= begun
        self.hanging |= begun - answers.keys()
        self.answers |= answers


def forget(plan: int, chunk: int) -> None:
    """Removes the logs of a chunk that is done."""
    for path in _folder().glob(f"{plan}-{chunk}-*.log"):
        path.unlink(missing_ok=True)


def newest_epochs() -> dict[int, int]:
    """Chunk → the newest epoch of which this home has a log: the database was never behind it."""
    found: dict[int, int] = {}
    for path in _folder().glob("*-*-*.log"):
        chunk = int(path.stem.split("-")[1])
        found[chunk] = max(found.get(chunk, 0), _epoch(path))
    return found


def put_away(known: Mapping[int, int]) -> int:
    """Moves logs aside that are newer than the epochs `known` (chunk → epoch): a restored database gives the same
    numbers to other acts. Returns how many."""
    aside = _folder() / f"before-{now():%Y%m%dT%H%M%S}"
    moved = 0
    for path in list(_folder().glob("*-*-*.log")):
        if _epoch(path) > known.get(int(path.stem.split("-")[1]), -1):
            aside.mkdir(mode=0o700, exist_ok=True)
            path.replace(aside / path.name)
            moved += 1
    return moved


def new_home_name() -> str:
    """Gives this home, a copy of another one, a name of its own."""
    (_folder() / "name").unlink(missing_ok=True)
    forget_name()
    return home_name()


def forget_name() -> None:
    """The name is read from its file again: a person may have given this home another one."""
    _name_in.cache_clear()


@lru_cache(maxsize=8)
def _name_in(folder: Path) -> str:
    path = folder / "name"
    mine = folder / f"name.{secrets.token_hex(4)}"
    if not path.exists():
        mine.write_text(secrets.token_hex(8), encoding="ascii")
        with suppress(FileExistsError):
            os.link(mine, path)  # of two workers that start at once, one name stays
        mine.unlink()
    return path.read_text(encoding="ascii")


def home_name() -> str:
    """Names this home, whatever its host is called. Raises `OSError` when the home cannot be written."""
    return _name_in(_folder())


def _folder() -> Path:
    folder = home() / "acts"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _head() -> bytes:
    try:
        boot = _BOOT.read_bytes().strip()
    except OSError:
        boot = b""
    return b"h %s;\n" % boot


def _epoch(path: Path) -> int:
    return int(path.stem.rsplit("-", 1)[1])


def _as_json(answer: Answer) -> dict[str, object]:
    if isinstance(answer, Receipt):
        return {"is": answer.status, "reference": answer.reference, "code": answer.code, "words": answer.words}
    if isinstance(answer, ProviderError):
        return {"is": "no", "permanent": answer.permanent, "code": answer.code, "words": answer.words}
    if isinstance(answer, OutcomeUnknown):
        return {"is": "unknown", "code": answer.code, "words": answer.words}
    return {"is": "not-sent"}


def _from_json(kept: dict[str, str]) -> Answer:
    if kept["is"] == "no":
        return ProviderError(kept["words"], permanent=bool(kept["permanent"]), code=kept["code"])
    if kept["is"] == "unknown":
        return OutcomeUnknown(kept["words"], code=kept["code"])
    status = kept["is"]
    if status not in ("done", "accepted", "waiting"):
        return OutcomeUnknown("the log has no answer")
    return Receipt(status, kept["reference"], kept["code"], kept["words"])  # type: ignore[arg-type] # checked above
