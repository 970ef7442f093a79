"""Locks on files (`flock`): the kernel drops them with their last holder, whatever killed it, and across containers."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from makegood.config.postgres.layout import FOLDER_MODE, make_folder, open_beside
from makegood.config.postgres.sentences import file_errors
from makegood.kit.errors import Refused, Unavailable

PAUSE = 0.05  # seconds between two tries


def open_lock(path: Path) -> int:
    """A new descriptor on the lock file `path`, created 0600 and owned like its folder; a symlink is refused."""
    return open_beside(path, os.O_RDWR)


def try_lock(fd: int, *, shared: bool = False) -> bool:
    """Take the lock, or answer False at once. Turning a shared lock into an exclusive one gives the shared one up."""
    try:
        fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_free(path: Path) -> bool:
    """True when nobody holds the lock file `path` at this moment."""
    with opened(path) as fd:
        return try_lock(fd)


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """A descriptor on the lock file that is closed, and so unlocked, at the end."""
    fd = open_lock(path)
    try:
        yield fd
    finally:
        os.close(fd)


def wait_lock(fd: int, *, shared: bool, patience: float, waiting: Callable[[float], None]) -> None:
    """Take the lock within `patience` seconds; `waiting` hears the seconds waited. Raises Unavailable after that."""
    began = time.monotonic()
    while not try_lock(fd, shared=shared):
        waited = time.monotonic() - began
        if waited > patience:
            raise Unavailable(
                f"Another Makegood has been starting or stopping the embedded PostgreSQL for {waited:.0f} seconds.",
                remedy="Wait for it or stop it, then try again.",
                code="postgres-busy",
            )
        waiting(waited)
        time.sleep(PAUSE)


class UpLock:
    """One `makegood up` a home: an exclusive lock on `home/up.lock`, held until `release()` or the holder's death."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._fd: int | None = None

    def acquire(self) -> None:
        """Take the lock and write our pid into it. Raises Refused, naming the holder's pid, when it is taken."""
        with file_errors(self.home):
            make_folder(self.home, FOLDER_MODE)
            fd = open_lock(self.home / "up.lock")
        if not try_lock(fd):
            holder = os.pread(fd, 32, 0).decode("ascii", "replace").strip()
            os.close(fd)
            by = f" with pid {holder}" if holder else ""
            raise Refused(
                f"`makegood up` already runs for {self.home}{by}.",
                remedy="Use that one, stop it first, or name another home with MAKEGOOD_HOME.",
                code="already-up",
            )
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        self._fd = fd

    def release(self) -> None:
        if self._fd is not None:
            # Emptied, not removed: two processes could otherwise hold locks on two files of one name.
            os.ftruncate(self._fd, 0)
            os.close(self._fd)
            self._fd = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
