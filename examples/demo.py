"""Eleven wrote, 164 were hit: a recovery from the first mail to sealed evidence, one terminal screen a step.

Runs the real commands against Makegood's own PostgreSQL in `.demo/home`; nothing leaves this machine. The purchases are
real (CDNOW, in the PyPI package `lifetimes`): dates, customers and amounts as recorded. That some same-day purchases
were charged twice is our reading of them; names, addresses, card states and the eleven letters are made up by a seeded
generator.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg

from makegood.cli.registered import plugins
from makegood.config.embedded import EmbeddedServer
from makegood.documents.folder import check_folder, read_folder
from makegood.kit.columns import Columns
from makegood.kit.money import Money
from makegood.testing.people import person

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / ".demo"
HOME = WORK / "home"
FOLDER = WORK / "charged-twice"
PACK = WORK / "evidence"
NAME = os.path.relpath(FOLDER)
WIDTH = 80
FIRST_DRAFT = """\
Dear customer,

we apologise for any inconvenience this may have caused, due to our payment provider.
"""
COLOUR = sys.stdout.isatty() and not os.environ.get("NO_COLOR")


class Demo:
    """The story, step by step; each step is one screen."""

    def __init__(self, example: ModuleType, server: EmbeddedServer) -> None:
        self.example, self.server = example, server
        self.heroine = person(example.HEROINE, seed=example.SEED)
        self.tokens: dict[str, str] = {}

    def set_up(self) -> None:
        """The installation's first person adds Maya, who runs the recovery, and Omar, who approves."""
        self.quiet("brand", "set", "default", "--legal-name", "Disc & Daughter", "--sender", "help@discs.example",
                   "--postal", "1 Example Street", "--postal", "Springfield")  # fmt: skip
        for name, roles, limit in (
            ("Maya", ["agent", "lead"], "USD act=100 day=500 month=2000"),
            ("Omar", ["approver"], "USD 5000"),
        ):
            words = [word for role in roles for word in ("--role", role)]
            made = self.quiet(
                "people",
                "add",
                "--name",
                name,
                "--email",
                f"{name.lower()}@discs.example",
                *words,
                "--limit",
                limit,
                "--json",
            )
            self.tokens[name] = json.loads(made)["token"]

    def tell(self) -> None:
        steps = (
            self.one_mail, self.only_her, self.mind_the_words, self.say_so,
            self.who_gets_what, self.carry_out, self.prove,
        )  # fmt: skip
        for number, step in enumerate(steps, start=1):
            title = (step.__doc__ or "").splitlines()[0]
            bar = f"== {number}. {title} ".ljust(WIDTH, "=")
            print(f"\n\033[1m{bar}\033[0m" if COLOUR else f"\n{bar}", flush=True)
            step()

    def one_mail(self) -> None:
        """A customer's mail; one command puts her right"""
        letter = sorted((FOLDER / "letters").glob("*.txt"))[0].read_text(encoding="utf-8")
        say(f"{self.heroine.name} writes:")
        show_letter(letter)
        answer = self.run(
            "Maya", "one", "--customer", self.example.HEROINE, "--name", self.heroine.name,
            "--email", self.heroine.email, "--what", "We charged you twice for your purchase on 30 March.",
            "--impact", "You had to put off a birthday present.", "--wish", "The second charge back.",
            "--refund", "USD 64.95", "--credit", "USD 6.50", "--yes",
        )  # fmt: skip
        (opened, *_) = re.findall(r"\bm-[a-z0-9]{8}\b", answer)
        mistake = FOLDER / "mistake.yaml"
        text = mistake.read_text(encoding="utf-8")
        mistake.write_text(text.replace("\nmistake: ", f"\nopened_as: {opened}\nmistake: ", 1), encoding="utf-8")

    def only_her(self) -> None:
        """Was it only her?"""
        say("Eleven people wrote. The query over all purchases since 1 January 1998 asks who else was hit:")
        self.run("Maya", "scope", NAME)
        say("Before anybody is paid, the probe looks one year further back:")
        self.example.look_back(FOLDER)
        self.run("Maya", "scope", NAME)
        customers, purchases, cents = self.ask(
            "SELECT count(*), sum((facts::json ->> 'purchases')::int), sum((facts::json ->> 'extra')::bigint)"
            " FROM affected f JOIN scope s ON s.id = f.scope_id WHERE s.version = 2 AND NOT s.desk"
        )
        say(f"{customers} customers, {purchases} extra purchases, {Money(int(cents), 'USD')}.")

    def mind_the_words(self) -> None:
        """The letter that was about to go out"""
        draft = WORK / "first-draft.md"
        draft.write_text(FIRST_DRAFT, encoding="utf-8")
        say("Somebody has a letter ready. It is read before anybody is hurt a second time:")
        show_letter(FIRST_DRAFT)
        self.run("Maya", "check", os.path.relpath(draft), "--min-level", "warning", expect=1)
        say("Maya's letter owns it, says what it meant and what is done. A plan reads each letter it would send so:")
        self.run("Maya", "check", f"{NAME}/messages/acknowledge.md", "--min-level", "warning")

    def say_so(self) -> None:
        """Say so, while the cause is still open"""
        say("Telling people waits neither for the cause nor for the money.")
        self.plan_and_approve("acknowledge", 2, shown=True)
        self.run("Maya", "apply", NAME, "2")
        say("Who has no e-mail gets a letter: one PDF, one list of addresses.")
        printed = self.run("Maya", "letters", "print", NAME, "--to", NAME)
        self.run("Maya", "letters", "posted", _batch(printed))
        self.run("Maya", "status", NAME)

    def who_gets_what(self) -> None:
        """Who gets what, and why"""
        say("The cause is known now and confirmed; the money stage is planned. Nothing is done yet.")
        self.example.confirm_facts(FOLDER)
        self.run("Maya", "plan", NAME, "--stage", "remedy", expect=2)
        say(self.script_line())

    def carry_out(self) -> None:
        """Approved by a second person, carried out, with a worker killed on the way"""
        digest = self.digest(3)
        say("Maya made the plan, so Maya cannot approve it:")
        self.run("Maya", "approve", NAME, "3", "--digest", digest, expect=1)
        self.run("Omar", "approve", NAME, "3", "--digest", digest)
        say("A pilot of ten goes first, then the rest. While it runs, a worker is killed with kill -9.")
        self.run("Maya", "apply", NAME, "3", "--detach")
        self.kill_a_worker()
        self.run("Maya", "apply", NAME, "3")
        say(self.none_twice())
        self.post_letters()

    def prove(self) -> None:
        """Everyone accounted for; the evidence"""
        held = [row[0] for row in json.loads(self._call("Maya", "status", NAME, "--who", "--json").stdout)["who"]
                if row[2] == "held"]  # fmt: skip
        say(f"{len(held)} customers were held for a person. Somebody rang their banks; for the first one that reads:")
        for number, customer in enumerate(held):
            words = (
                "decide",
                NAME,
                customer,
                "--remedy",
                "refund",
                "--nothing",
                "--reason",
                "The bank has paid it back.",
            )
            self.run("Maya", *words) if number == 0 else self._call("Maya", *words)
        self.run("Maya", "status", NAME)
        say("It does not close yet, and says why:")
        self.run("Maya", "close", NAME, expect=1)
        shutil.rmtree(PACK, ignore_errors=True)
        self.run("Maya", "evidence", NAME, "--to", os.path.relpath(PACK))
        self.run("Maya", "verify")
        self.run("Maya", "verify", os.path.relpath(PACK))
        say("What to do next, with MAKEGOOD_HOME=" + os.path.relpath(HOME) + ":")
        for line in (
            f"makegood status {NAME} --who       who waits, and for what",
            f"makegood outbox {NAME} --read 2    a message as it went out",
            "makegood one                                  put one right yourself",
            "makegood init my-recovery                     your own recovery",
        ):
            print(f"    {line}")

    # -- what the steps use

    def run(self, who: str, *words: str, expect: int = 0) -> str:
        """Shows the command as a person types it and its real output; another exit code than `expect` ends the demo."""
        shown = " ".join(_quoted(word) for word in words)
        line = textwrap.fill(f"$ makegood {shown}", WIDTH, subsequent_indent="    ", break_on_hyphens=False)
        print(f"\n\033[36m{line}\033[0m" if COLOUR else f"\n{line}", flush=True)
        ended = self._call(who, *words)
        print(ended.stdout + _without_progress(ended.stderr), end="", flush=True)
        if ended.returncode != expect:
            raise SystemExit(f"makegood {words[0]} ended with {ended.returncode}, not {expect}.")
        return ended.stdout

    def post_letters(self) -> None:
        """Those without e-mail: printed and posted, without showing it a second time."""
        printed = self._call("Maya", "letters", "print", NAME, "--to", NAME).stdout
        self._call("Maya", "letters", "posted", _batch(printed))

    def quiet(self, *words: str) -> str:
        ended = self._call("", *words)
        if ended.returncode:
            raise SystemExit(ended.stderr or ended.stdout)
        return ended.stdout

    def _call(self, who: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "makegood.cli", *words],
            env=self._environment(who), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def _environment(self, who: str) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith(("MAKEGOOD_TOKEN", "DATABASE_"))}
        own.pop("PYTHONDONTWRITEBYTECODE", None)  # else each of the commands compiles every module anew
        own |= {"MAKEGOOD_HOME": str(HOME), "COLUMNS": str(WIDTH), "MAKEGOOD_LEASE_SECONDS": "3"}
        return own | ({"MAKEGOOD_TOKEN": self.tokens[who]} if who in self.tokens else {})

    def plan_and_approve(self, stage: str, number: int, *, shown: bool) -> None:
        words = ["plan", NAME, "--stage", stage, *(["--samples"] if shown else [])]
        self.run("Maya", *words, expect=2)
        self.run("Omar", "approve", NAME, str(number), "--digest", self.digest(number))

    def digest(self, number: int) -> str:
        found = json.loads(self._call("Maya", "show", NAME, str(number), "--json").stdout)
        return str(found["digest"])[:12]

    def ask(self, sql: str) -> Any:
        with psycopg.connect(self.server.url("ro")) as db:
            return db.execute(sql).fetchone()

    def kill_a_worker(self) -> None:
        worker = subprocess.Popen(
            [sys.executable, "-m", "makegood.cli", "work"],
            env=self._environment("Maya"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and worker.poll() is None:
            (tried,) = self.ask("SELECT count(*) FROM attempt a JOIN plan p ON p.id = a.plan_id WHERE p.number = 3")
            if tried >= 100:
                break
            time.sleep(0.02)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        (tried,) = self.ask("SELECT count(*) FROM attempt a JOIN plan p ON p.id = a.plan_id WHERE p.number = 3")
        (acts,) = self.ask("SELECT acts FROM plan WHERE number = 3")
        say(f"Killed after {tried} of {acts} acts were recorded. Another worker goes on:")

    def none_twice(self) -> str:
        paid, keys = self.ask("SELECT count(*), count(DISTINCT key) FROM ledger_transfer")
        planned, done = self.ask(
            "SELECT count(*), count(*) FILTER (WHERE state = 'done') FROM act WHERE minor IS NOT NULL"
        )
        told, different = self.ask("SELECT count(*), count(DISTINCT key) FROM outbox_message")
        return (
            f"{planned} payments planned, {done} done, {paid} transfers in the ledger with {keys} different keys;"
            f" {told} messages with {different} different keys. None twice, none lost."
            if planned == done == paid == keys and told == different
            else f"NOT RIGHT: {planned} planned, {done} done, {paid} transfers, {keys} keys."
        )

    def script_line(self) -> str:
        """What a script over the first list would have done: the example's own query over the same files."""
        sql = (ROOT / "examples" / "charged-twice" / "figures" / "script_would_have.sql").read_text(encoding="utf-8")
        checked = check_folder(read_folder(FOLDER), plugins())
        assert checked.scope is not None
        with Columns() as columns:
            for name, source in checked.scope.sources.items():
                columns.load_file(name, FOLDER / str(source.file), source.options)
            columns.seal()
            rows = {str(row[0]): row for row in columns.fetch(sql.rstrip().rstrip(";"))}
        first = rows["from 1998"]
        return (
            f"A refund script over the first list would have paid {first[3]} customers twice (USD {first[4]:,.2f}:"
            f" refunded already, or disputed), never seen {first[5]} and paid {first[6]} too little"
            f" (USD {first[7]:,.2f}), and sent {first[8]} refunds to expired cards (USD {first[9]:,.2f})."
        )


def say(text: str) -> None:
    print("\n" + textwrap.fill(text, WIDTH), flush=True)


def show_letter(text: str) -> None:
    for paragraph in text.strip().split("\n\n"):
        print(textwrap.fill(" ".join(paragraph.split()), WIDTH, initial_indent="    > ", subsequent_indent="    > "))


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word else word


def _batch(printed: str) -> str:
    return printed.split("batch ", 1)[1].split(";", 1)[0]


def _without_progress(text: str) -> str:
    return "".join(f"{line}\n" for line in text.splitlines() if not line.endswith("…"))


def main() -> int:
    started = time.monotonic()
    example = _load_example()
    _start_afresh()
    noticed = (datetime.now(UTC) - timedelta(hours=3, minutes=20)).replace(second=0, microsecond=0)
    example.prepare(FOLDER, _packages(), noticed=noticed)
    print("Eleven wrote, 164 were hit.")
    say(
        "Purchases, dates and amounts are real (CDNOW 1997-1998); names, addresses, card states and letters are"
        f" made up. Everything stays in {os.path.relpath(WORK)}."
    )
    with EmbeddedServer(HOME) as server:
        demo = Demo(example, server)
        demo.set_up()
        demo.tell()
    say(f"That took {time.monotonic() - started:.0f} seconds.")
    return 0


def _load_example() -> ModuleType:
    path = ROOT / "examples" / "charged-twice" / "prepare.py"
    spec = importlib.util.spec_from_file_location("charged_twice", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["charged_twice"] = module
    spec.loader.exec_module(module)
    return module


def _packages() -> Path | None:
    named = os.environ.get("MAKEGOOD_DEMO_PACKAGES")
    return Path(named) if named else None


def _start_afresh() -> None:
    """Each run tells the story from the beginning: the last run's database and folder go."""
    moved = HOME / "postgres" / "moved-to"
    if moved.exists():
        shutil.rmtree(moved.read_text(encoding="utf-8").strip(), ignore_errors=True)
    for path in (HOME, FOLDER):
        shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        print("\nStopped. Nothing is half-done; run it again.", file=sys.stderr)
        raise SystemExit(130) from None
