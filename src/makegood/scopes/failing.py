"""Long work that ends badly says so: a failure or Ctrl-C leaves a row that tells why, not one that seems to go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from django.db import Error as DatabaseGone

from makegood.kit.clock import now
from makegood.kit.errors import MakegoodError

ABANDONED_AFTER = timedelta(hours=1)


@contextmanager
def noting_failure(note: Callable[[str], object]) -> Iterator[None]:
    """Calls `note` with the reason when the body does not end well; the error goes on.

    A process that was killed cannot note anything: `abandoned` tells such rows by their age. When the database itself
    is gone the note is lost as well, and the row is shown as abandoned later.
    """
    reason = "interrupted"
    try:
        yield
        reason = ""
    except MakegoodError as error:
        reason = error.what
        raise
    finally:
        if reason:
            with suppress(DatabaseGone):
                note(reason)


def abandoned(state: str, begun: datetime) -> bool:
    """Whether a scope that is loading or a plan that is drafting has been so for too long to be alive."""
    return state in ("loading", "drafting") and now() - begun > ABANDONED_AFTER
