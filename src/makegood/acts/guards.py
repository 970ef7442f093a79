"""What stands before every send of a chunk: the lease, the local log, and a memory of what has begun and ended."""

from __future__ import annotations

from collections.abc import Callable

from makegood.acts.leases import Lease
from makegood.acts.sendlog import SendLog
from makegood.kit.killpoints import kp
from makegood.kit.plugins import Answer, Envelope, Guard


class LeaseGuard(Guard):
    """Refuses to start a send once the lease may be over; logs begin and end of what cannot be repeated.

    `fault` is a sentence once the log could not be written: nothing more is started then. `begun` and `answers` are of
    the present window, for a plug-in that breaks in the middle of it.
    """

    def __init__(self, lease: Lease, log: SendLog | None) -> None:
        self._lease = lease
        self._log = log
        self.fault = ""
        self.begun: set[int] = set()
        self.answers: dict[int, Answer] = {}

    def new_window(self) -> None:
        self.begun.clear()
        self.answers.clear()

    def begin(self, envelope: Envelope) -> bool:
        if self.fault or not self._lease.may_send():
            return False
        ordinal = envelope.ordinal
        if self._log is not None:
            # The line comes before the last look at the lease. A worker frozen between the two is seen by the next
            # holder as having begun; the other way round the next holder would send, and the frozen one wake and send.
            log = self._log
            if not self._written(lambda: log.begin(ordinal)):
                return False
            if not self._lease.may_send():
                self._written(lambda: log.never(ordinal))
                return False
        kp("act.begun")
        self.begun.add(ordinal)
        return True

    def still(self) -> bool:
        return self._lease.may_send()

    def never(self, envelope: Envelope) -> None:
        self.begun.discard(envelope.ordinal)
        if self._log is not None:
            log = self._log
            self._written(lambda: log.never(envelope.ordinal))

    def end(self, envelope: Envelope, answer: Answer) -> None:
        kp("act.ended")
        self.answers[envelope.ordinal] = answer
        if self._log is not None:
            log = self._log
            self._written(lambda: log.end(envelope.ordinal, answer))

    def _written(self, write: Callable[[], None]) -> bool:
        try:
            write()
        except OSError as error:
            self.fault = log_fault(error)
            return False
        return True


def log_fault(error: OSError) -> str:
    """Why nothing is sent: without the log a killed worker could not tell what it had begun."""
    return f"the worker's send log cannot be written ({error.strerror}); free the disk of MAKEGOOD_HOME, then resume"
