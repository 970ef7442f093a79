"""Acts a second of one worker, store credit and outbox: `python -m benchmarks.engine [customers] [profile file]`.

Two acts a customer (refunded, told). Uses a server of its own in a temporary home with the settings of a real one, and
the worker, queue and sweeper of a real run, in this process. Prints the rate and what it costs per act in this process
and in PostgreSQL. Name a file to write a cProfile there (the rate is then lower).
"""

from __future__ import annotations

import cProfile
import os
import resource
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "makegood.config.settings"
sys.path.insert(0, str(Path(__file__).parents[1]))

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from tests.engine.recovery import given_people, recovery, rows, run, states  # noqa: E402

from makegood.acts.actions import apply_plan  # noqa: E402
from makegood.config.databases import point_at  # noqa: E402
from makegood.config.embedded import EmbeddedServer  # noqa: E402


def main(customers: int, profile: str) -> None:
    with tempfile.TemporaryDirectory() as place, EmbeddedServer(Path(place) / "home") as server:
        os.environ["MAKEGOOD_HOME"] = str(Path(place) / "home")
        point_at(server.url("app"), server.url("owner"))
        call_command("migrate", database="owner", verbosity=0)
        affected = "customer,extra\n" + "".join(f"c{n},{n % 90 + 1}.50\n" for n in range(1, customers + 1))
        made = recovery(Path(place), given_people(limit="100000000"), count=customers, affected=affected)
        made.load()
        plan = made.ready("remedy")
        profiler = cProfile.Profile() if profile else None
        used, started = _own_seconds(), time.perf_counter()
        with profiler or nullcontext():
            plan = run(apply_plan(plan.id, actor=made.people.maya.id), patience=3600)
        took, used = time.perf_counter() - started, _own_seconds() - used
        if profiler is not None:
            profiler.dump_stats(profile)
        done = states(plan).get("done", 0)
        size = rows(f"SELECT pg_total_relation_size('act_{plan.id}') + pg_total_relation_size('attempt_{plan.id}')")[0][
            0
        ]
        connections.close_all()
    sys.stdout.write(f"{done:,} acts in {took:.1f} s: {done / took:,.0f} acts/s with one worker\n")
    sys.stdout.write(f"{used / done * 1e6:,.0f} us of this process and {size // done:,} bytes of tables an act\n")


def _own_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, sys.argv[2] if len(sys.argv) > 2 else "")
