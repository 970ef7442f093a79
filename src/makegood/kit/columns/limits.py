"""The limits a child puts on itself before it reads anything; none of them can be lifted again."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys

from makegood.kit.errors import MakegoodError

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
MB = 1024 * 1024


def out_of_memory(memory_mb: int) -> MakegoodError:
    what = f"The query needed more than {memory_mb:,} MB of memory."
    remedy = "Select fewer rows or columns, or allow it more memory."
    return MakegoodError(what, remedy=remedy, code="columns-memory")


def confine(*, address_mb: int, cpu_seconds: int, file_mb: int, parent: int) -> None:
    """Cap memory, CPU time and file size; die with the parent; never gain rights; leave no core dump."""
    for limit, most in (
        (resource.RLIMIT_AS, address_mb * MB),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, file_mb * MB),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for option, value in (
        (_PR_SET_PDEATHSIG, signal.SIGKILL),
        (_PR_SET_NO_NEW_PRIVS, 1),
        (_PR_SET_DUMPABLE, 0),
    ):
        if prctl(option, value, 0, 0, 0) != 0:
            sys.exit(f"prctl {option}: {os.strerror(ctypes.get_errno())}")
    # The parent may have died before the death signal was asked for.
    if os.getppid() != parent:
        sys.exit(1)
