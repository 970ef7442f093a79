"""How long `makegood check` takes to start, and one message of 150 words after that: `python -m benchmarks.check`.

A start is a process of its own with the file in the page cache, and is compared with Python's own start in the same
round. Aims: 400 ms from start to the first result, 5 ms for 150 words at the median.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from makegood.checks.reading import read_message

ROUNDS = 15
MESSAGES = 300
GOOD = """Dear Ms Okafor,

On Monday we charged your card twice for the same ticket to Leeds: GBP 48.20 instead of GBP 24.10. The fault is ours,
and I am sorry. For two days that money was missing from your account, and you told us that your phone bill bounced
because of it. That must have been an unpleasant letter to open.

It happened because we restarted the booking desk's program while your payment was still open, and the program sent it
again. We have paid the GBP 24.10 back to your card today; it is there by Thursday, 3 December. We also pay the fee of
your bank, GBP 7.50, and your next ticket is free.

From this week the program asks the bank before it sends a payment for the second time, and we look at every double
payment each morning. If anything is missing, write to me or call 0113 496 0000; I read each answer myself.

Yours sincerely,
Omar Haddad, Bookings
"""
BAD = """Dear valued customer,

We apologise for any inconvenience this may have caused due to our payment provider. Your satisfaction is our top
priority and we take such matters very seriously. Unfortunately an issue occurred that was beyond our control, and a
small number of customers may have noticed a temporary irregularity. Please rest assured that our teams are working
tirelessly to resolve the situation as soon as possible.

If you feel that you were affected, please fill in the form on our website, attach a copy of your statement and check
back in a few days. We would like to point out that customers who had entered their details correctly were not touched
by this. There is no evidence that anything was misused, and such a thing will never happen again!

While you wait, why not discover our new premium membership with exciting benefits? Stay tuned, and thank you for your
patience and understanding during this time. We are sorry to hear that you were not happy with this experience.

Your customer care team
"""


def main() -> None:
    say(machine())
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "good.md").write_text(GOOD, encoding="utf-8")
        (folder / "bad.md").write_text(BAD, encoding="utf-8")
        (folder / "front.md").write_text(f"---\nmakegood: {{kind: billing}}\n---\n{BAD}", encoding="utf-8")
        (folder / "set").mkdir()
        (folder / "set" / "bad.md").write_text(BAD, encoding="utf-8")
        (folder / "set" / "makegood.toml").write_text('kind = "billing"\n', encoding="utf-8")
        starts(folder)
    for name, text in (("a good letter", GOOD), ("a bad letter", BAD)):
        one_message(name, text)


def starts(folder: Path) -> None:
    """Start to end of a process, each beside a bare Python; the first result is written before the end."""
    command = [sys.executable, "-m", "makegood.cli", "check"]
    cases = {
        "a good letter": ["good.md"],
        "a bad letter": ["bad.md"],
        "with front matter": ["front.md"],
        "with makegood.toml": ["set/bad.md"],
        "as SARIF": ["bad.md", "-f", "sarif"],
    }
    for name, words in cases.items():
        theirs, ours = [], []
        for _ in range(ROUNDS):
            theirs.append(spent([sys.executable, "-c", ""], folder))
            ours.append(spent([*command, *words], folder))
        say(f"start, {name}: {medians(ours)}; bare Python {medians(theirs)}; aim 400 ms")


def one_message(name: str, text: str) -> None:
    for _ in range(20):
        read_message(text, kind="billing")
    times = []
    for number in range(MESSAGES):
        other = text.replace("Monday", f"Monday {number}").replace("customer,", f"customer {number},")
        started, used = time.perf_counter(), time.process_time()
        read_message(other, kind="billing")
        times.append((time.perf_counter() - started, time.process_time() - used))
    say(f"{name}, {len(text.split())} words: {medians(times)}; aim 5 ms")


def medians(times: Sequence[tuple[float, float]]) -> str:
    wall, used = (statistics.median(part) * 1000 for part in zip(*times, strict=True))
    return f"{wall:.3g} ms, {used:.3g} ms of a processor"


def spent(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Seconds and processor seconds of a process."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    taken = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode > 1:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return taken, used.ru_utime + used.ru_stime


def machine() -> str:
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {system}; load before: {os.getloadavg()[0]:.1f}"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
