"""The worker's local begin/end log, one file per chunk and epoch: what a killed worker had begun and what had ended.

Two appended lines an act; they are in the page cache before the send begins, so they survive `kill -9` (not the loss
of the host). The next holder on the same host reads them: ended acts get their answer, acts never begun are simply
sent, and only what was begun and not ended is doubtful.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from makegood.kit.home import home
from makegood.kit.plugins import Answer, OutcomeUnknown, ProviderError, Receipt


class SendLog:
    def __init__(self, plan: int, chunk: int, epoch: int) -> None:
        folder = _folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{plan}-{chunk}-{epoch}.log"
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def begin(self, ordinal: int) -> None:
        os.write(self._file, b"b %d\n" % ordinal)

    def end(self, ordinal: int, answer: Answer) -> None:
        os.write(self._file, b"e %d %s\n" % (ordinal, json.dumps(_as_json(answer)).encode()))

    def close(self) -> None:
        os.close(self._file)


class Earlier:
    """What earlier epochs on this host wrote. `known` is false when a claimed window has no log here at all."""

    def __init__(self, plan: int, chunk: int, before_epoch: int) -> None:
        self.begun: set[int] = set()
        self.answers: dict[int, Answer] = {}
        self.epochs: set[int] = set()
        for path in sorted(_folder().glob(f"{plan}-{chunk}-*.log"), key=_epoch):
            if _epoch(path) < before_epoch:
                self.epochs.add(_epoch(path))
                self._read(path)

    def was_begun(self, ordinal: int) -> bool:
        return ordinal in self.begun

    def _read(self, path: Path) -> None:
        for line in path.read_bytes().splitlines():
            word, _, rest = line.partition(b" ")
            number, _, answer = rest.partition(b" ")
            if word == b"b":
                self.begun.add(int(number))
                self.answers.pop(int(number), None)  # begun again by a later epoch: the older answer was a "not yet"
            elif word == b"e" and answer.endswith(b"}"):
                self.answers[int(number)] = _from_json(json.loads(answer))


def forget(plan: int, chunk: int) -> None:
    """Removes the logs of a chunk that is done."""
    for path in _folder().glob(f"{plan}-{chunk}-*.log"):
        path.unlink(missing_ok=True)


def _folder() -> Path:
    return home() / "acts"


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
