"""`python -m tests.faults --seed 7 --without keys`: one schedule again; `--seeds 200000` for a long night."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.conftest import fresh_database
from tests.faults.models import Defences
from tests.faults.serving import EmbeddedServer, serving

IN_MEMORY = Path("/dev/shm")  # workers make and remove a log for each chunk


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.faults")
    asked.add_argument("--seed", type=int, help="this one alone")
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--seeds", type=int, default=400)
    asked.add_argument("--without", action="append", default=[], choices=sorted(vars(Defences())))
    asked.add_argument("--stop-early", action="store_true", help="at the first batch that breaks")
    given = asked.parse_args()
    from tests.faults.running import run_seeds
    from tests.faults.stage import Stage

    with (
        tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder,
        serving() as home,
        EmbeddedServer(home) as server,
        fresh_database(server, Path(folder)) as database,
    ):
        stage = Stage(database, Path(folder))
        seeds = [given.seed] if given.seed is not None else range(given.first, given.first + given.seeds)
        started, busy = time.monotonic(), time.process_time()
        result = run_seeds(stage, seeds, Defences().without(*given.without), stop_early=given.stop_early)
        took, busy = time.monotonic() - started, time.process_time() - busy
        stage.close()
    for broken in result.broken[:20]:
        print(broken)
    counted = f"{result.schedules} schedules, {result.struck} workers struck, {len(result.broken)} broken"
    print(f"{counted}; {took:.0f} s ({busy:.0f} s of processor)")
    return int(bool(result.broken))


if __name__ == "__main__":
    raise SystemExit(main())
