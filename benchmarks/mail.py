"""Mail through the engine against the same client without it: `python -m benchmarks.mail [mails] [rounds]`.

Two processes of each, side by side in every round: the whole engine (database, leases, log, rendering, MIME, sending),
the same client and number of connections with bytes that were rendered before (`wire`), and the same client rendering
and building each mail (`whole`). The sink is a process of its own that takes everything at once. Prints mails a second
of each and the ratios of the rounds. With `--profile FILE` one worker runs in this process under cProfile instead.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import json
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.bench import (
    Sink,
    carried_out,
    counted,
    figures,
    installation,
    machine,
    postmaster,
    say,
    side_by_side,
    sink,
    workers,
)
from tests.engine.recovery import given_people, live, recovery, run

from makegood.acts.actions import apply_plan
from makegood.acts.providers import CONNECTIONS
from makegood.acts.worker import CONCURRENCY
from makegood.channels.email import Email
from makegood.channels.mail import mail, recipient
from makegood.channels.smtp import Post
from makegood.core.render import Value, compile_message
from makegood.kit.money import Money
from makegood.kit.plugins import Envelope, Surroundings

PROCESSES = 2
LINES = CONCURRENCY * CONNECTIONS
SCOPE_COLUMNS = """\
columns:
  extra: {type: money, currency: EUR, merge: sum}
  purchases: {type: integer, merge: sum}
  first_on: {type: date, merge: min}
"""
PLAYBOOK = """\
stages:
  acknowledge:
    steps:
      - {id: say-so, do: tell, message: say-so, channels: [email]}
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
"""
MESSAGE = """\
---
subject: "{{ name }}, we charged you twice"
---
Dear {{ name }},

We took **{{ extra }}** too much for {{ purchases }} {{ purchases | plural: "purchase", "purchases" }} on
{{ first_on }}. The fault was ours, and I am sorry. You did nothing wrong, and you need not do anything.

- You get the money back the way you paid.
- It is on its way, and you will see it within five days.

If anything about this is not right, just answer this mail: a person reads it.

Sincerely, the people of {{ brand }}
"""


def settings(port: int) -> dict[str, object]:
    return {
        "host": "127.0.0.1",
        "port": port,
        "tls": "none",
        "sender_email": "shop@shop.example",
        "sender_name": "Shop",
    }


def facts(number: int) -> dict[str, Value]:
    return {
        "name": f"Customer {number}",
        "extra": Money(number % 90 * 100 + 150, "EUR"),
        "purchases": 1 + number % 3,
        "first_on": date(2026, 1, 1 + number % 28),
        "brand": "Shop",
        "title": "We charged some customers twice",
        "noticed": datetime(2026, 3, 2, 8, tzinfo=UTC),
        "amounts": {},
        "facts": {"what": "We took the money for one order twice."},
    }


class Bare:
    """What one process sends without the engine: `number` mails over as many lines as a worker has."""

    def __init__(self, port: int, numbers: range) -> None:
        self.settings = settings(port)
        message, findings = compile_message(MESSAGE, "messages/say-so.md")
        if message is None:
            raise SystemExit(str(findings))
        self.message, self.numbers = message, numbers
        self.facts = [facts(number) for number in numbers]

    def post(self, index: int) -> Post:
        number = self.numbers[index]
        envelope = Envelope(
            key=f"{number:040x}", kind="tell", brand="default", mistake="m", customer=number,
            destination={"name": f"Customer {number}", "email": f"c{number}@example.com"},
            words=self.message.render(self.facts[index], locale="en"),
        )  # fmt: skip
        return Post("shop@shop.example", recipient(envelope), mail(envelope, self.settings))

    async def send(self, *, rendered: bool) -> None:
        plugin = Email(Surroundings(self.settings, connect=None, connections=LINES))  # type: ignore[arg-type] # no database
        lines = [await plugin._connect() for _ in range(LINES)]  # the same lines, without the channel
        posts = [self.post(index) for index in range(len(self.numbers))] if rendered else []
        turns = iter(range(len(self.numbers)))
        say("ready")
        sys.stdin.readline()

        async def all_of(line: object) -> None:
            for index in turns:
                reply = await line.deliver(posts[index] if rendered else self.post(index))  # type: ignore[attr-defined]
                if reply.code != 250:
                    raise SystemExit(f"the sink says {reply}")

        used = time.process_time()
        await asyncio.gather(*(all_of(line) for line in lines))
        say(str(time.process_time() - used))
        for line in lines:
            line.drop()


def bare(port: int, count: int, how: str) -> tuple[float, float]:
    """Mails a second of the client alone in as many processes as there are workers, and their processor seconds."""
    share = count // PROCESSES
    command = [sys.executable, "-m", "benchmarks.mail", "--bare", how, str(port)]
    spent, used = side_by_side([[*command, str(part * share), str((part + 1) * share)] for part in range(PROCESSES)])
    return share * PROCESSES / spent, used


def prepared(place: Path, port: int, count: int, rounds: int) -> tuple[list[int], int]:
    """One approved plan a round, and who may apply them."""
    people = given_people(limit="100000000")
    live(people, "email", settings(port))
    plans = []
    for number in range(rounds):
        made = recovery(place / str(number), people, count=count, playbook=PLAYBOOK, say_so=MESSAGE)
        path = made.path / "mistake.yaml"
        path.write_text(path.read_text().replace("double-charge", f"double-charge-{number}"))
        path = made.path / "scope.yaml"
        head, _, tail = path.read_text().partition("columns:\n")
        path.write_text(head + SCOPE_COLUMNS + tail.partition("\n")[2])
        lines = (f"c{n},{n % 90 + 1}.50,{1 + n % 3},2026-01-{1 + n % 28:02}\n" for n in range(1, count + 1))
        made.write(affected="customer,extra,purchases,first_on\n" + "".join(lines))
        made.load()
        plans.append(made.ready("acknowledge").id)
    return plans, people.maya.id


def compare(count: int, rounds: int, latency: int) -> None:
    say(machine())
    answering = f"that answers after {latency} ms" if latency else "that answers at once"
    say(f"{count:,} mails a round, {PROCESSES} processes, {LINES} connections each, one sink {answering}")
    rates: list[dict[str, float]] = []
    with installation() as place, sink("smtp", latency) as there:
        plans, actor = prepared(place, there.port, count, rounds + 1)
        with workers(PROCESSES) as pids:
            carried_out(plans[0], actor)  # warm
            for plan in plans[1:]:
                rates.append(one_round(plan, actor, count, there, pids))
    for other, aim in (("wire", "aim 0.75, floor 0.6"), ("whole", "aim 0.9")):
        say(figures(f"engine / {other}, mails a second", [rate["engine"] / rate[other] for rate in rates], aim=aim))
        used = [rate[f"{other} us"] / rate["engine us"] for rate in rates]
        say(figures(f"engine / {other}, by processor seconds of all processes", used, aim="the same on idle cores"))


def one_round(plan: int, actor: int, count: int, there: Sink, pids: list[int]) -> dict[str, float]:
    """Mails a second, and microseconds of processors a mail, of the engine and of the client alone."""
    found: dict[str, float] = {}
    parts: dict[str, float] = {}
    before = there.taken()
    with counted(parts, workers=pids, postgres=[postmaster()], sink=[there.pid]):
        done, spent = carried_out(plan, actor)
    if (done, there.taken() - before) != (count, count):
        raise SystemExit(f"{done} done, {there.taken() - before} taken of {count}")
    found |= {"engine": done / spent, "engine us": sum(parts.values()) / count * 1e6}
    found |= {f"  {name} us": seconds / count * 1e6 for name, seconds in parts.items()}
    for how in ("wire", "whole"):
        taking: dict[str, float] = {}
        with counted(taking, sink=[there.pid]):
            found[how], used = bare(there.port, count, how)
        found[f"{how} us"] = (used + taking["sink"]) / count * 1e6
    say(json.dumps({name: round(figure) for name, figure in found.items()}))
    return found


def profiled(count: int, target: str) -> None:
    with installation() as place, sink("smtp") as there:
        plans, actor = prepared(place, there.port, count, 1)
        profiler = cProfile.Profile(time.process_time)
        with profiler:
            run(apply_plan(plans[0], actor=actor), patience=3600)
        profiler.dump_stats(target)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mails", type=int, nargs="?", default=20_000)
    parser.add_argument("rounds", type=int, nargs="?", default=5)
    parser.add_argument("--bare", nargs=4, metavar=("HOW", "PORT", "FIRST", "END"), help=argparse.SUPPRESS)
    parser.add_argument("--profile", default="")
    parser.add_argument("--latency", type=int, default=0, metavar="MS", help="of each answer of the sink")
    asked = parser.parse_args()
    if asked.bare:
        how, port, first, end = asked.bare
        asyncio.run(Bare(int(port), range(int(first), int(end))).send(rendered=how == "wire"))
    elif asked.profile:
        profiled(asked.mails, asked.profile)
    else:
        compare(asked.mails, asked.rounds, asked.latency)


if __name__ == "__main__":
    main()
