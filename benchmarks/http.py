"""Acts over HTTP through the engine against bare aiohttp: `python -m benchmarks.http [acts] [rounds]`.

Two processes of each, the same number of connections, the same method, body and key; the sink is a process of its own
that answers at once. `--pace [seconds]` instead measures a pace of 20 a second: two workers, a third one joining
midway; the sink keeps the moment of every call. Prints acts a second, ratios, and for the pace its mean and its busiest
ten seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, TCPConnector
from benchmarks.bench import (
    Sink,
    applied,
    carried_out,
    counted,
    figures,
    installation,
    machine,
    one,
    postmaster,
    say,
    side_by_side,
    sink,
    workers,
)
from tests.engine.recovery import People, given_people, live, recovery

from makegood.acts.providers import CONNECTIONS
from makegood.acts.worker import CONCURRENCY

PROCESSES = 2
LINES = CONCURRENCY * CONNECTIONS
PLAYBOOK = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: http}
"""
PACE = 20
BODY = {"customer": "{customer}", "amount": "{amount}", "currency": "{currency}", "note": "For act {key}"}


def settings(port: int) -> dict[str, Any]:
    return {
        "url": f"http://127.0.0.1:{port}/",
        "perform": {"path": "credits", "body": BODY, "reference": "/id"},
        "look_up": {"path": "credits/{key}"},
        "honours_key": True,
        "allow_loopback": True,
    }


def ready(place: Path, people: People, name: str, count: int, playbook: str = PLAYBOOK) -> int:
    affected = "customer,extra\n" + "".join(f"c{n},{n % 90 + 1}.50\n" for n in range(1, count + 1))
    made = recovery(place / name, people, count=count, playbook=playbook, affected=affected)
    path = made.path / "mistake.yaml"
    path.write_text(path.read_text().replace("double-charge", f"double-charge-{name}"))
    made.load()
    return made.ready("remedy").id


async def call(port: int, first: int, end: int) -> None:
    """What one process sends without the engine."""
    turns = iter(range(first, end))
    url = f"http://127.0.0.1:{port}/credits"
    async with ClientSession(connector=TCPConnector(limit=LINES)) as http:

        async def all_of() -> None:
            for number in turns:
                body = {"customer": number, "amount": "12.50", "currency": "EUR", "note": f"For act {number:040x}"}
                headers = {"Idempotency-Key": f"{number:040x}"}
                async with http.post(url, json=body, headers=headers) as response:
                    if (await response.json())["status"] != "done":
                        raise SystemExit("the sink says no")

        say("ready")
        sys.stdin.readline()
        used = time.process_time()
        await asyncio.gather(*(all_of() for _ in range(LINES)))
        say(str(time.process_time() - used))


def compare(count: int, rounds: int, latency: int) -> None:
    say(machine())
    answering = f"that answers after {latency} ms" if latency else "that answers at once"
    say(f"{count:,} acts a round, {PROCESSES} processes, {LINES} connections each, one sink {answering}")
    rates = []
    with installation() as place, sink("http", latency) as there:
        people = given_people(limit="100000000000")
        live(people, "http", settings(there.port))
        plans = [ready(place, people, f"round-{number}", count) for number in range(rounds + 1)]
        with workers(PROCESSES) as pids:
            carried_out(plans.pop(), people.maya.id)  # warm
            for plan in plans:
                rates.append(one_round(plan, people.maya.id, count, there, pids))
    say(figures("engine / wire", [rate["engine"] / rate["wire"] for rate in rates], aim="aim 0.75, floor 0.6"))
    used = [rate["wire us"] / rate["engine us"] for rate in rates]
    say(figures("engine / wire, by processor seconds of all processes", used, aim="the same on idle cores"))


def one_round(plan: int, actor: int, count: int, there: Sink, pids: list[int]) -> dict[str, float]:
    parts: dict[str, float] = {}
    with counted(parts, workers=pids, postgres=[postmaster()], sink=[there.pid]):
        done, spent = carried_out(plan, actor)
    if done != count:
        raise SystemExit(f"{done} done of {count}")
    taking: dict[str, float] = {}
    share = count // PROCESSES
    command = [sys.executable, "-m", "benchmarks.http", "--bare", str(there.port)]
    with counted(taking, sink=[there.pid]):
        bare, used = side_by_side([[*command, str(n * share), str((n + 1) * share)] for n in range(PROCESSES)])
    found = {"engine": done / spent, "engine us": sum(parts.values()) / done * 1e6}
    found |= {f"  {name} us": seconds / done * 1e6 for name, seconds in parts.items()}
    found |= {"wire": share * PROCESSES / bare, "wire us": (used + taking["sink"]) / (share * PROCESSES) * 1e6}
    say(json.dumps({name: round(figure) for name, figure in found.items()}))
    return found


def pace(seconds: int) -> None:
    say(machine())
    count = PACE * seconds
    with installation() as place, sink("http") as there:
        people = given_people(limit="100000000000")
        live(people, "http", settings(there.port))
        plan = ready(place, people, "paced", count, f"{PLAYBOOK}pace: {{http: {PACE}/s}}\n")
        with workers(2):
            applied(plan, people.maya.id)
            while there.taken() < count // 2:
                time.sleep(0.2)
            with workers(1):
                while one("SELECT state FROM plan WHERE id = %s", plan)[0] == "applying":
                    time.sleep(0.2)
        moments = there.moments()
    spans = zip(moments, moments[10 * PACE + 1 :], strict=False)
    closest = min(last - first for first, last in spans)
    most = max(sum(first <= moment < first + 10 for moment in moments) for first in moments)
    mean = (len(moments) - 1) / (moments[-1] - moments[0])
    say(f"{len(moments):,} calls at {PACE}/s: mean {mean:.2f}/s = {mean / PACE:.3f} of the pace (aim 0.95)")
    say(
        f"busiest 10 s: {most} calls (at most {10 * PACE + 1}); {10 * PACE + 2} calls never closer than {closest:.2f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("acts", type=int, nargs="?", default=10_000)
    parser.add_argument("rounds", type=int, nargs="?", default=5)
    parser.add_argument("--latency", type=int, default=0, metavar="MS", help="of each answer of the sink")
    parser.add_argument("--pace", type=int, nargs="?", const=60, metavar="SECONDS")
    parser.add_argument("--bare", nargs=3, type=int, metavar=("PORT", "FIRST", "END"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.bare:
        asyncio.run(call(*asked.bare))
    elif asked.pace:
        pace(asked.pace)
    else:
        compare(asked.acts, asked.rounds, asked.latency)


if __name__ == "__main__":
    main()
