"""Every kill point stands in the source once, by its area, and is passed by tests: none is dead wood."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.asked import when_asked
from tests.shape.source import ROOT, files

# Tests that come past every kill point between them. A new name needs one here.
PASSING = [
    "tests/engine/test_spine.py",
    "tests/config/test_databases.py",
    "tests/config/test_start.py",
    "tests/cli/test_up.py",
    "tests/journal/test_seals.py",
    "tests/customers/test_erasing.py",
    "tests/acts/test_stopping.py",
    "tests/acts/test_doubt.py",
    "tests/acts/test_leases.py",
    "tests/channels",
    "tests/remedies",
    "tests/api",
    "tests/notices",
    "tests/promises/test_clock.py",
    "tests/plans/test_looking.py",
    "tests/engine/test_payouts.py",
    "tests/cli/test_start.py",
    "tests/acts/test_hearing.py",
    "tests/config/test_backup.py",
    "tests/engine/test_stripe_money.py",
    "tests/engine/test_fence_looks.py",
    "tests/engine/test_fence_restore.py",
]
AT_LEAST = {
    "act": 14, "mail": 8, "intake": 8, "plan": 6, "approve": 7, "sweep": 4, "seal": 4, "migrate": 4, "erase": 4,
}  # fmt: skip


def names_in_the_source() -> Counter[str]:
    found: Counter[str] = Counter()
    for file in files():
        for node in file.nodes(ast.Call):
            assert isinstance(node, ast.Call)
            if getattr(node.func, "id", "") == "kp" and file.name != "kit/killpoints.py":
                (argument,) = node.args
                assert isinstance(argument, ast.Constant), f"{file.name}: a kill point is named by a literal"
                found[argument.value] += 1
    return found


def test_there_are_enough_in_every_area_and_each_stands_once() -> None:
    names = names_in_the_source()
    assert len(names) >= 60
    assert {name: count for name, count in names.items() if count > 1} == {}
    areas = Counter(name.partition(".")[0] for name in names)
    assert {area: areas[area] for area, least in AT_LEAST.items() if areas[area] < least} == {}


@pytest.mark.parametrize("name", sorted(names_in_the_source()))
def test_a_name_is_an_area_and_a_place(name: str) -> None:
    area, _, place = name.partition(".")
    assert area.isalpha()
    assert place.replace("_", "").isalpha()


@when_asked
@pytest.mark.timeout(1800)
def test_each_is_passed_by_a_test(tmp_path: Path) -> None:
    log = tmp_path / "passed"
    environment = {**os.environ, "MAKEGOOD_KP_PASSED": str(log)}
    environment.pop("PYTEST_XDIST_WORKER", None)
    there = [name for name in PASSING if (ROOT / name).exists()]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *there]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
    missed = set(names_in_the_source()) - set(log.read_text(encoding="ascii").split())
    assert missed == set(), "never passed"
