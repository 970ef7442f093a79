"""Planted mistakes: each changes the source a little in a copy, and something must notice.

A mutant of the engine is met by schedules (with the defences that would repair its damage switched off), another one by
the tests named beside it. `python -m tests.faults.mutants` runs all and prints the table; names after it run those.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SEEDS = 200


@dataclass(frozen=True)
class Mutant:
    """`number` is the place on the list of mistakes to plant; `changes` are (file, text, text instead)."""

    number: int
    name: str
    changes: tuple[tuple[str, str, str], ...]
    without: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Met:
    mutant: Mutant
    caught: bool
    by: str
    seconds: float


IMPORT_F = (
    "acts/actions.py",
    "from django.db import connection",
    "from django.db.models import F\nfrom django.db import connection",
)
OPEN = 'Chunk.objects.filter(id__in=chunks).update(state="open")'
FROM_THE_TOP = OPEN.replace('="open"', '="open", claimed_to=F("lo") - 1, settled_to=F("lo") - 1')
MUTANTS = (
    Mutant(
        1,
        "a key for each attempt",
        (
            (
                "acts/envelopes.py",
                'row["step"], row["sequence"], row["via"])',
                'row["step"], row["tries"] + 1, row["via"])',
            ),
        ),
    ),
    Mutant(
        2,
        "the key from the amount",
        (
            (
                "acts/envelopes.py",
                'row["customer_id"], row["step"], row["sequence"], row["via"])',
                '0, str(row["minor"]), 1, 0)',
            ),
        ),
    ),
    Mutant(
        3,
        "an unknown payment is sent again without asking",
        (
            (
                "acts/carrier.py",
                'if tried.state == "unknown":\n                found',
                "if False:\n                found",
            ),
        ),
    ),
    Mutant(
        4,
        "a time-out is a failure",
        (
            (
                "acts/answers.py",
                "        return _unknown(tried, answer, rules)\n",
                "        no = ProviderError(answer.words, permanent=True, code=answer.code)\n"
                "        return _refused(tried, no, rules)\n",
            ),
        ),
    ),
    Mutant(
        5,
        "an error 500 is a failure",
        (
            (
                "acts/answers.py",
                "    if isinstance(answer, Receipt):\n        return _taken",
                '    if isinstance(answer, OutcomeUnknown) and answer.code == "500":\n'
                '        answer = ProviderError(answer.words, permanent=True, code="500")\n'
                "    if isinstance(answer, Receipt):\n        return _taken",
            ),
        ),
    ),
    Mutant(
        6,
        "a retry is lost",
        (
            (
                "acts/answers.py",
                'attempt="retry", answer=answer, next_at=rules.now + wait)',
                'attempt="retry", answer=answer)',
            ),
        ),
    ),
    Mutant(
        7,
        "an event is taken in as often as it comes",
        (
            ("notices/actions.py", "ON CONFLICT (connection, event) DO NOTHING RETURNING event", "RETURNING event"),
            (
                "notices/migrations/0001_initial.py",
                "fields=('connection', 'event')",
                "fields=('id', 'connection', 'event')",
            ),
        ),
        tests=("tests/notices/test_taking_in.py::test_an_event_counts_once",),
    ),
    Mutant(
        8,
        "the attempt is written after the transaction",
        (
            (
                "acts/windows.py",
                "        if tried:\n            await db.execute(_ATTEMPT, columns if len(tried) == len(outcomes) else "
                "_columns(lease, tried))\n",
                "",
            ),
            (
                "acts/windows.py",
                '    kp("act.recorded")\n',
                '    kp("act.recorded")\n    if tried:\n        await db.execute(_ATTEMPT, _columns(lease, tried))\n',
            ),
        ),
    ),
    Mutant(
        9,
        "whoever held the chunk may still record (no epoch)",
        (
            (
                "acts/windows.py",
                "WHERE id = %(chunk)s AND epoch = %(epoch)s\nRETURNING state, claimed_to",
                "WHERE id = %(chunk)s\nRETURNING state, claimed_to",
            ),
            ("acts/windows.py", "\n  AND (SELECT epoch FROM chunk WHERE id = %(chunk)s) = %(epoch)s", ""),
        ),
    ),
    Mutant(
        10,
        "the budget is checked and then used, without a lock",
        (
            (
                "plans/approve.py",
                '    Mistake.objects.select_for_update(of=("self",)).get(id=mistake)\n    return Plan',
                "    Mistake.objects.get(id=mistake)\n    return Plan",
            ),
            ("plans/limits.py", "Limit.objects.select_for_update().filter(", "Limit.objects.filter("),
        ),
        tests=(
            "tests/plans/test_approve.py::test_eight_at_the_edge_of_the_limit_never_pass_it",
            "tests/plans/test_approve.py::test_one_plan_approved_twice_at_the_same_moment_is_approved_once",
        ),
    ),
    Mutant(
        11,
        "the digest is not compared",
        (("plans/approve.py", "if digest != plan.digest:", "if not digest:"),),
        tests=("tests/plans/test_approve.py::test_only_the_digest_that_was_looked_at_is_approved",),
    ),
    Mutant(
        12,
        "who asked may approve",
        (("plans/approve.py", "if plan.requested_by == person.id:\n        rule", "if not person.id:\n        rule"),),
        tests=("tests/plans/test_approve.py",),
    ),
    Mutant(
        13,
        "the limit of another currency",
        (("plans/limits.py", "limits.get(currency)) is None", "next(iter(limits.values()), None)) is None"),),
        tests=("tests/plans/test_approve.py", "tests/plans/test_limits_of_a_currency.py"),
    ),
    Mutant(
        14,
        "two digits for every currency",
        (("kit/money.py", 'fractions.get(currency, fractions["DEFAULT"])[0]', "2"),),
        tests=("tests/kit/test_money.py",),
    ),
    Mutant(
        15,
        "rounding loses a cent",
        (("kit/money.py", "[: self.minor - sum(whole)]", "[: self.minor - sum(whole) - 1]"),),
        tests=("tests/kit/test_money.py",),
    ),
    Mutant(
        16,
        "a resumed plan starts from the top",
        (
            (
                "acts/actions.py",
                OPEN,
                f"{FROM_THE_TOP}\n"
                "    with connection.cursor() as cursor:\n"
                "        cursor.execute(\"UPDATE act SET state = 'planned' WHERE plan_id = %s AND wave = %s\", "
                "[plan.id, plan.wave])",
            ),
            IMPORT_F,
        ),
    ),
    Mutant(
        17,
        "a plan is finished while acts wait",
        (
            (
                "acts/sweep.py",
                "AND a.next_at IS NOT NULL LIMIT 1) IS NULL",
                "AND false LIMIT 1) IS NULL",
            ),
        ),
    ),
    Mutant(
        18,
        "a promise in local time",
        (
            (
                "core/duetimes.py",
                "return local.replace(tzinfo=zone, fold=0).astimezone(UTC)",
                "return local.replace(tzinfo=UTC)",
            ),
        ),
        tests=("tests/core/test_duetimes.py",),
    ),
    Mutant(
        19,
        "an hour that does not exist is dropped",
        (("core/duetimes.py", "tzinfo=zone, fold=0)", "tzinfo=zone, fold=1)"),),
        tests=("tests/core/test_duetimes_calendar.py",),
    ),
    Mutant(
        20,
        "the sweeper relies on the queue",
        (("acts/sweep.py", "return wake([chunk for (chunk,) in cursor.fetchall()])", "return 0"),),
        without=("doorbell",),
    ),
    Mutant(
        21,
        "the fence is ignored",
        (
            ("acts/leases.py", "\n  AND mg_acts_free(%(fence_home)s, %(fence_epoch)s)", ""),
            ("acts/windows.py", "state = 'open' AND mg_acts_free(%(fence_home)s, %(fence_epoch)s)", "state = 'open'"),
        ),
    ),
    Mutant(
        22,
        "the epoch is kept inside the database only",
        (("acts/fence.py", "known = max(seen.epoch if seen else 0, ", "known = max(epoch, "),),
        tests=("tests/engine/test_fence_looks.py",),
    ),
    Mutant(
        24,
        "of what a provider said, the last to come counts, not the newest",
        (
            (
                "acts/hearing.py",
                "'reversed')\n        ORDER BY h.key, n.position DESC,\n",
                "'reversed')\n        ORDER BY h.key, n.id DESC,\n",
            ),
        ),
    ),
    Mutant(
        25,
        "who must not be mailed any more is asked about at planning only",
        (
            (
                "acts/envelopes.py",
                "suppressed = await find_suppressed(db, plan.mistake_id, rows, step) if message else set()",
                "suppressed: set[int] = set()",
            ),
        ),
        tests=("tests/engine/test_suppressed.py",),
    ),
    Mutant(
        26,
        "a token is found by its first letters",
        (("people/queries.py", ".filter(digest=sha256(token))", ".filter(digest__startswith=sha256(token)[:1])"),),
        tests=("tests/people/test_people_actions.py",),
    ),
    Mutant(
        28,
        "a cell that a spreadsheet would compute",
        (("kit/letterpaper/addresslist.py", "startswith(_FORMULA) else cell", "startswith(()) else cell"),),
        tests=("tests/kit/test_letterpaper.py", "tests/channels/test_letters_and_tasks.py"),
    ),
    Mutant(
        29,
        "erasing leaves a table out",
        (("customers/actions.py", '    ("outbox_message", "customer"),\n', ""),),
        tests=("tests/customers/test_erasing.py",),
    ),
    Mutant(
        30,
        "the same act may be approved twice (no unique index)",
        (
            (
                "plans/approve.py",
                "SELECT mistake_id, customer_id, step, sequence, plan_id, ordinal FROM act WHERE plan_id = %s\n",
                "SELECT mistake_id, customer_id, step, sequence, plan_id, ordinal FROM act WHERE plan_id = %s\n"
                "ON CONFLICT DO NOTHING\n",
            ),
        ),
    ),
    Mutant(
        31,
        "a send starts though the lease is over",
        (("acts/leases.py", "not self.stopping and elapsed() < self.deadline", "not self.stopping"),),
    ),
    Mutant(
        32,
        "the log is written after the send",
        (
            (
                "acts/guards.py",
                "            if not self._written(lambda: log.begin(ordinal)):\n                return False\n",
                "",
            ),
        ),
    ),
    Mutant(
        33,
        "a mail in doubt is sent again in spite of hold",
        (
            (
                "acts/carrier.py",
                'self.plugin.repeatable or rules.doubtful == "resend"',
                "self.plugin.repeatable or True",
            ),
        ),
    ),
    Mutant(
        34,
        "what a provider did not find yet never happened",
        (("acts/absence.py", "BELIEVED_AFTER = timedelta(minutes=65)", "BELIEVED_AFTER = timedelta(0)"),),
        without=("prompt_query",),
    ),
    Mutant(
        35,
        "a cancelled plan forgets what was gathered",
        (("acts/actions.py", "        cursor.execute(_LET_GO, [plan.id])\n", ""),),
    ),
    Mutant(
        36,
        "a key that the provider has forgotten is simply repeated",
        (
            (
                "acts/carrier.py",
                ' and tried.state != "unknown" and not self._forgotten(tried, rules):',
                ' and tried.state != "unknown":',
            ),
        ),
        tests=("tests/acts/test_old_keys.py",),
    ),
    Mutant(
        37,
        "a worker that stood still while it connected still sends",
        (("remedies/calling.py", "        about_to_write()\n", ""),),
        tests=("tests/remedies/test_http_outcomes.py", "tests/remedies/test_stripe_wire.py"),
    ),
    Mutant(
        38,
        "a no to the last sender ends the doubt about the first",
        (("acts/carrier.py", " or tried.ordinal in earlier.hanging", ""),),
        tests=("tests/acts/test_doubt.py",),
    ),
)
# Places on the list that nothing can be planted at yet, each with the reason.
NOT_YET = {
    23: "nothing in the code that reads notices adds acts; a change that did would be a design, not a slip",
    27: "there are no pages for customers yet",
}


def planted(mutant: Mutant, folder: Path) -> Path:
    """A copy of the source with the mistake in it. Raises `LookupError` when the text to change is not there once."""
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name, text, instead in mutant.changes:
        path = folder / "src" / "makegood" / name
        source = path.read_text(encoding="utf-8")
        if source.count(text) != 1:
            raise LookupError(f"mutant {mutant.number}: {name} has the text {source.count(text)} times: {text!r}")
        path.write_text(source.replace(text, instead), encoding="utf-8")
    return folder / "src"


def meet(mutant: Mutant, server_home: Path) -> Met:
    """Runs what should notice, on the PostgreSQL of `server_home`."""
    with tempfile.TemporaryDirectory() as folder:
        source = planted(mutant, Path(folder))
        environment = {
            **os.environ,
            "PYTHONPATH": str(source),
            "PYTHONDONTWRITEBYTECODE": "1",
            "MAKEGOOD_TEST_SERVER": str(server_home),
        }
        environment.pop("PYTEST_XDIST_WORKER", None)
        if any("migrations" in name for name, _, _ in mutant.changes):
            del environment["MAKEGOOD_TEST_SERVER"]  # its tables are others
        started = time.monotonic()
        done = subprocess.run(
            _command(mutant), cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=900
        )
        took = time.monotonic() - started
    return Met(mutant, *_verdict(mutant, done), took)


def _command(mutant: Mutant) -> list[str]:
    if mutant.tests:
        named = [one for one in mutant.tests if (ROOT / one.partition("::")[0]).exists()]
        return [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", *named]
    switched = [word for name in mutant.without for word in ("--without", name)]
    return [sys.executable, "-m", "tests.faults", "--seeds", str(SEEDS), "--stop-early", *switched]


def _verdict(mutant: Mutant, done: subprocess.CompletedProcess[str]) -> tuple[bool, str]:
    """Caught only by what was meant to notice: a mutant that cannot even be imported proves nothing."""
    if mutant.tests:
        failed = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("FAILED ")]
        return done.returncode == 1 and bool(failed), failed[0] if failed else done.stdout[-300:] + done.stderr[-300:]
    found = [line for line in done.stdout.splitlines() if line.startswith("seed ")]
    return done.returncode == 1 and bool(found), found[0] if found else done.stdout[-300:] + done.stderr[-600:]


def main(names: Sequence[str]) -> int:
    from tests.faults.serving import serving

    wanted = [one for one in MUTANTS if not names or str(one.number) in names]
    with serving() as home:
        met = []
        for mutant in wanted:
            met.append(meet(mutant, home))
            print(
                f"{mutant.number:2} {'caught' if met[-1].caught else 'MISSED'} {mutant.name}: {met[-1].by[:160]}",
                flush=True,
            )
    print(f"{sum(one.caught for one in met)} of {len(met)} caught; {sum(one.seconds for one in met):.0f} s")
    return int(not all(one.caught for one in met))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
