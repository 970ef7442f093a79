"""Mail by what people would use instead: `python -m benchmarks.peers.compare VENV [mails] [rounds]`.

VENV is an environment with `benchmarks/peers/requirements.txt`; `redis-server` is on the path. In every round, one
after the other: Makegood from applying an approved plan, django-post_office from the first enqueue, and Celery with
Redis from the first enqueue, each to the last mail taken by the same sink. The same message, rendered where each
renders: in two worker processes. post_office uses a database of the same PostgreSQL; Redis runs without persistence.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from benchmarks.bench import Sink, carried_out, figures, installation, machine, say, sink, workers
from benchmarks.mail import MESSAGE, PROCESSES, facts, prepared
from django.db import connections

from makegood.core.render import compile_message

HERE = Path(__file__).parent
PLURAL = '{{ purchases | plural: "purchase", "purchases" }}'
NAMES = ("name", "extra", "purchases", "first_on", "brand", "word")


def write_templates(folder: Path) -> None:
    """The same text and page, with Django's placeholders where the values go."""
    message, findings = compile_message(MESSAGE.replace(PLURAL, "{{ word }}"), "m.md")
    if message is None:
        raise SystemExit(str(findings))
    words = message.render({**facts(1), **{name: f"{{{{ {name} }}}}" for name in NAMES}}, locale="en")
    (folder / "mail.txt").write_text(words.text)
    (folder / "mail.html").write_text(words.html)


@contextmanager
def scratch_database() -> Iterator[str]:
    """A database of its own on the same server."""
    owner = connections["owner"].settings_dict
    base = {"user": owner["USER"], "password": owner["PASSWORD"], "host": owner["HOST"], "port": owner["PORT"]}
    name = f"peer_{os.getpid()}"
    with psycopg.connect(dbname=owner["NAME"], autocommit=True, **base) as admin:
        admin.execute(f"CREATE SCHEMA {name}")
        yield json.dumps({**base, "dbname": owner["NAME"], "options": f"-c search_path={name}"})
        admin.execute(f"DROP SCHEMA {name} CASCADE")


def post_office(venv: Path, there: Sink, count: int, database: str, folder: Path) -> float:
    command = [venv / "bin/python", HERE / "post_office_peer.py", str(there.port), str(count), database, str(folder)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return count / float(said.split()[-1])


@contextmanager
def celery(venv: Path, there: Sink, folder: Path) -> Iterator[dict[str, str]]:
    """Redis and a worker of two processes, past their start-up."""
    environment = {**os.environ, "PORT": str(there.port), "FOLDER": str(folder)}
    environment["BROKER"] = f"redis+socket://{folder}/redis.sock"
    redis = subprocess.Popen(
        [
            shutil.which("redis-server") or "redis-server",
            "--port",
            "0",
            "--unixsocket",
            f"{folder}/redis.sock",
            "--save",
            "",
            "--dir",
            str(folder),
        ],
        stdout=subprocess.DEVNULL,
    )
    worker = subprocess.Popen(
        [venv / "bin/celery", "-A", "celery_peer", "worker", "-c", str(PROCESSES), "--loglevel", "ERROR"],
        cwd=HERE, env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _enqueue(venv, environment, there, PROCESSES * 8)  # past its start-up
        yield environment
    finally:
        worker.terminate()
        worker.wait(60)
        redis.terminate()
        redis.wait(10)


def _enqueue(venv: Path, environment: dict[str, str], there: Sink, count: int) -> float:
    """Seconds from before the first task is enqueued to the last mail taken."""
    before = there.taken()
    command = [venv / "bin/python", HERE / "celery_peer.py", str(count)]
    with subprocess.Popen(
        command, cwd=HERE, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as enqueuing:
        if enqueuing.stdout is None or enqueuing.stdin is None or enqueuing.stdout.readline() != "ready\n":
            raise SystemExit("the Celery client did not start")
        started = time.perf_counter()
        enqueuing.stdin.close()
        while there.taken() - before < count:
            time.sleep(0.01)
    return time.perf_counter() - started


def main(venv: Path, count: int, rounds: int) -> None:
    say(machine())
    say(f"{count:,} mails a round, two worker processes each")
    rates = []
    with installation() as place, sink("smtp") as there, scratch_database() as database:
        folder = Path(tempfile.mkdtemp(dir=place))
        write_templates(folder)
        plans, actor = prepared(place, there.port, count, rounds + 1)
        with workers(PROCESSES), celery(venv, there, folder) as environment:
            carried_out(plans.pop(), actor)  # warm
            for plan in plans:
                done, spent = carried_out(plan, actor)
                rates.append(
                    {
                        "makegood": done / spent,
                        "post_office": post_office(venv, there, count, database, folder),
                        "celery": count / _enqueue(venv, environment, there, count),
                    }
                )
                say(json.dumps({name: round(rate) for name, rate in rates[-1].items()}))
    say(figures("makegood / post_office", [r["makegood"] / r["post_office"] for r in rates], aim="2 now, aim 5"))
    say(figures("makegood / celery", [r["makegood"] / r["celery"] for r in rates], aim="for the table"))


if __name__ == "__main__":
    asked = sys.argv[1:] + ["5000", "5"][len(sys.argv) - 2 :]
    main(Path(asked[0]), int(asked[1]), int(asked[2]))
