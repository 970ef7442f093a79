"""What one act costs the engine, few or many: `python -m benchmarks.engine [many] [few] [rounds]`.

A remedy that does nothing, so that what is measured is database, leases, windows, log and queue. Two workers carry out
a recovery of `few` acts several times, one of `many`, and the small one again, in one installation. Prints processor
seconds of workers and PostgreSQL an act, and the ratio of many to few.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from benchmarks.bench import carried_out, counted, installation, machine, one, postmaster, say, workers
from benchmarks.null import register
from tests.engine.recovery import People, given_people, live, recovery

PLAYBOOK = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: "null"}
"""


def ready(place: Path, people: People, name: str, count: int) -> int:
    """An approved plan of that many acts."""
    affected = "customer,extra\n" + "".join(f"c{n},{n % 90 + 1}.50\n" for n in range(1, count + 1))
    made = recovery(place / name, people, count=count, playbook=PLAYBOOK, affected=affected)
    path = made.path / "mistake.yaml"
    path.write_text(path.read_text().replace("double-charge", f"double-charge-{name}"))
    made.load()
    return made.ready("remedy").id


def measured(plan: int, actor: int, pids: list[int]) -> float:
    """Microseconds of workers and PostgreSQL an act."""
    parts: dict[str, float] = {}
    with counted(parts, workers=pids, postgres=[postmaster()]):
        done, spent = carried_out(plan, actor)
    size = one(f"SELECT pg_total_relation_size('act_{plan}') + pg_total_relation_size('attempt_{plan}')")[0]
    each = {name: round(seconds / done * 1e6, 1) for name, seconds in parts.items()}
    say(json.dumps({"acts": done, "acts a second": round(done / spent), "us": each, "bytes": size // done}))
    return sum(parts.values()) / done * 1e6


def main(many: int, few: int, rounds: int) -> None:
    say(machine())
    register()
    with installation() as place:
        people = given_people(limit="100000000000")
        live(people, "null", {})
        actor = people.maya.id
        started = time.perf_counter()
        large = ready(place, people, "many", many)
        say(f"{many:,} acts loaded, planned and approved in {time.perf_counter() - started:.0f} s")
        small = [ready(place, people, f"few-{number}", few) for number in range(2 * rounds + 1)]
        with workers(2, module="benchmarks.null") as pids:
            measured(small.pop(), actor, pids)  # warm
            before = [measured(plan, actor, pids) for plan in small[:rounds]]
            at_scale = measured(large, actor, pids)
            after = [measured(plan, actor, pids) for plan in small[rounds:]]
    few_cost = statistics.median([*before, *after])
    say(f"{at_scale:.0f} us an act of {many:,}, {few_cost:.0f} us an act of {few:,} (median of {2 * rounds})")
    say(f"many / few: {at_scale / few_cost:.2f} (aim: within 1.15)")


if __name__ == "__main__":
    asked = [int(text) for text in sys.argv[1:]]
    main(*(asked + [100_000, 10_000, 3][len(asked) :]))
