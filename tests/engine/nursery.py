"""Real worker processes, born fast: one parent imports everything once and forks a worker for each line it reads.

`python -m tests.engine.nursery` prints the worker's process id for each line. It holds no connection and no thread of
its own, so a fork is a worker as if it had been started by hand.
"""

import asyncio
import logging
import os
import signal
import sys


def main() -> None:
    import django

    django.setup()
    from makegood.acts.worker import work

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


if __name__ == "__main__":
    main()
