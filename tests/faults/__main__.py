"""`python -m tests.faults --seed 7 --without keys`: one schedule again; `--seeds 200000` for a long night."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "makegood.config.settings"

import django
import psycopg

django.setup()

from makegood.config.embedded import EmbeddedServer  # noqa: E402
from tests.faults.models import Defences  # noqa: E402


def _open(folder: str) -> Path:
    """A folder that the server's own user may reach when root starts it."""
    Path(folder).chmod(0o711)
    return Path(folder) / "server"


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.faults")
    asked.add_argument("--seed", type=int)
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--seeds", type=int, default=400)
    asked.add_argument("--without", action="append", default=[], choices=sorted(vars(Defences())))
    asked.add_argument("--log", type=Path)
    given = asked.parse_args()
    from tests.conftest import FAST, fresh_database, make_template
    from tests.faults.running import run_seeds
    from tests.faults.stage import Stage

    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(_open(folder), settings=FAST) as server:
        with psycopg.connect(server.url("admin", dbname="postgres"), autocommit=True) as admin:
            make_template(server, admin)
        with fresh_database(server, Path(folder)) as database:
            stage = Stage(database, Path(folder))
            seeds = [given.seed] if given.seed is not None else range(given.first, given.first + given.seeds)
            started, busy = time.monotonic(), time.process_time()
            result = run_seeds(stage, seeds, Defences().without(*given.without))
            took, busy = time.monotonic() - started, time.process_time() - busy
    for broken in result.broken[:20]:
        print(broken)
    counted = f"{result.schedules} schedules, {result.struck} workers struck, {len(result.broken)} broken"
    print(f"{counted}; {took:.0f} s ({busy:.0f} s of processor)")
    return int(bool(result.broken))


if __name__ == "__main__":
    raise SystemExit(main())
