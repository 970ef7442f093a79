"""Starting and ending the child, and its private directory; nothing of either outlives the `with` block."""

from __future__ import annotations

import contextlib
import fcntl
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from makegood.kit.columns.limits import out_of_memory
from makegood.kit.columns.wire import Message, encode
from makegood.kit.errors import MakegoodError

PREFIX = "makegood-columns-"
# What Python, DuckDB's code and thread stacks take beside DuckDB's own memory_limit.
HEADROOM_MB = 1024
_SOURCE = Path(__file__).resolve().parents[3]
_PROGRAM = f"import sys; sys.path.insert(0, {str(_SOURCE)!r}); from makegood.kit.columns.child import main; main()"


@dataclass(slots=True)
class Launched:
    """A running child: where to write requests, the descriptor replies come on, and its private directory."""

    popen: subprocess.Popen[bytes]
    workdir: Path
    requests: IO[bytes]
    replies: int
    undo: contextlib.ExitStack

    def stop(self) -> None:
        """Kill the child and remove its directory; calling it again does nothing."""
        self.undo.close()

    @property
    def stopped(self) -> bool:
        return self.popen.returncode is not None

    def autopsy(self, memory_mb: int) -> MakegoodError:
        """Why the child ended by itself, as a sentence."""
        status = self.popen.wait()
        if status == -signal.SIGXCPU:
            what = "The query used up its processor time."
            return MakegoodError(what, remedy="Select fewer rows, or simplify it.", code="columns-time")
        if status in (-signal.SIGKILL, -signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):
            return out_of_memory(memory_mb)
        what = f"The column engine stopped unexpectedly (exit status {status})."
        return MakegoodError(what, remedy="Run it again; report it if it happens twice.", code="columns-stopped")


def launch(start: Message, wall_seconds: float, workdir: Path | None) -> Launched:
    """Start a child with an empty environment, in a session of its own so that Ctrl-C reaches only the parent."""
    _sweep(workdir)
    with contextlib.ExitStack() as undo:
        # Under its name only once it is locked: another start would take it for one whose owner was killed.
        born = Path(tempfile.mkdtemp(prefix=f".{PREFIX}", dir=workdir))
        undo.callback(shutil.rmtree, born, ignore_errors=True)
        lock = os.open(born / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        undo.callback(os.close, lock)
        fcntl.flock(lock, fcntl.LOCK_EX)
        private = born.rename(born.with_name(born.name[1:]))
        undo.callback(shutil.rmtree, private, ignore_errors=True)
        for part in ("pipes", "spill"):
            (private / part).mkdir(mode=0o700)
        replies, answers = os.pipe()
        undo.callback(os.close, replies)
        try:
            popen = subprocess.Popen(
                [sys.executable, "-I", "-c", _PROGRAM],
                stdin=subprocess.PIPE,
                stdout=answers,
                stderr=subprocess.DEVNULL,
                cwd=private,
                env={"LC_ALL": "C.UTF-8", "HOME": str(private), "MALLOC_ARENA_MAX": "2"},
                start_new_session=True,
            )
        finally:
            os.close(answers)
        undo.callback(popen.wait)
        undo.callback(popen.kill)
        requests = cast("IO[bytes]", popen.stdin)
        undo.callback(_close, requests)
        with contextlib.suppress(BrokenPipeError):
            requests.write(encode(_limits(start, wall_seconds, private)))
            requests.flush()
        return Launched(popen, private, requests, replies, undo.pop_all())


def _close(requests: IO[bytes]) -> None:
    # What was still to be said to a dead child is of no matter.
    with contextlib.suppress(BrokenPipeError):
        requests.close()


def _limits(start: Message, wall_seconds: float, private: Path) -> Message:
    memory, threads = int(str(start["memory_mb"])), int(str(start["threads"]))
    return {
        **start,
        "address_mb": memory + HEADROOM_MB,
        "cpu_seconds": math.ceil(wall_seconds) * threads + 5,
        "workdir": str(private),
        "parent": os.getpid(),
    }


def _sweep(workdir: Path | None) -> None:
    """Remove directories whose owner was killed: spilled rows are personal data. A live owner holds the lock."""
    for left in Path(workdir or tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            lock = os.open(left / "lock", os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            if os.fstat(lock).st_uid == os.getuid():
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(lock)
