"""Real worker processes, born fast: one parent imports everything once and forks a worker for each line it reads.

`python -m tests.engine.nursery` prints the worker's process id for each line. It holds no connection and no thread of
its own, so a fork is a worker as if it had been started by hand. A file that `MAKEGOOD_TEST_WALL` names holds by how
many seconds the workers' wall clock is wrong, at every moment anew.
"""

import asyncio
import logging
import os
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path


def main() -> None:
    import django

    django.setup()
    from makegood.acts.worker import work

    if wrong := os.environ.get("MAKEGOOD_TEST_WALL"):
        _set_wall(Path(wrong))
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(0)
            asyncio.run(work())
            os._exit(0)
        print(pid, flush=True)


def _set_wall(wrong: Path) -> None:
    """Everything in Makegood that asks the wall clock asks `makegood.kit.clock`, and that asks `datetime`."""
    from makegood.kit import clock

    class Wrong(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(seconds=float(wrong.read_text() or 0))

    clock.datetime = Wrong


if __name__ == "__main__":
    main()
