"""Kill points: named places where a crash would matter. They do nothing unless somebody arms one.

    MAKEGOOD_KP=act.after_http            this process is killed when it first comes past
    MAKEGOOD_KP=act.after_http:3:freeze   the third time it is stopped, until somebody wakes it

A name is `area.where`. Each stands in the source once, as a literal: a test lists them and goes past every one.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from makegood.kit.errors import BadInput

Listener = Callable[[str], None]
ACTIONS = ("kill", "freeze", "raise")
_LISTENING: list[Listener] = []


class Crashed(BaseException):
    """The process as good as died here; nothing in the product catches it."""


def kp(name: str) -> None:
    """Comes past the kill point `name`."""
    if _LISTENING:
        for listener in tuple(_LISTENING):
            listener(name)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tells `listener` the name of every kill point that is passed; it may raise `Crashed`."""
    _LISTENING.append(listener)
    try:
        yield
    finally:
        _LISTENING.remove(listener)


def armed(text: str) -> Listener:
    """A listener from `name[:nth][:action]`. Raises `BadInput` for anything else."""
    name, *rest = text.split(":")
    nth = int(rest.pop(0)) if rest and rest[0].isdecimal() else 1
    action = rest.pop(0) if rest else "kill"
    if not name or rest or action not in ACTIONS or nth < 1:
        raise BadInput(
            f"'{text}' is not a kill point.",
            remedy="Write MAKEGOOD_KP as name[:nth][:kill|freeze|raise], or unset it.",
            code="bad-kill-point",
        )
    passed = 0

    def strike(passing: str) -> None:
        nonlocal passed
        if passing != name:
            return
        passed += 1
        if passed != nth:
            return
        if action == "raise":
            raise Crashed(name)
        os.kill(os.getpid(), signal.SIGKILL if action == "kill" else signal.SIGSTOP)

    return strike


def noting(path: str) -> Listener:
    """A listener that writes each name it passes to `path`, once a process."""
    seen: set[str] = set()

    def note(name: str) -> None:
        if name not in seen:
            seen.add(name)
            with Path(path).open("a", encoding="ascii") as file:
                file.write(f"{name}\n")

    return note


def _arm_from_environment() -> None:
    if path := os.environ.get("MAKEGOOD_KP_PASSED"):
        _LISTENING.append(noting(path))
    if text := os.environ.get("MAKEGOOD_KP"):
        _LISTENING.append(armed(text))


_arm_from_environment()
