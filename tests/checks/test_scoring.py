"""The script that scores the checker counts as it says, and the checker keeps what is promised of it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "messages"


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("checker_scores", ROOT / "benchmarks" / "checker.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_f1_counts_hits_misses_and_false_alarms(checker: ModuleType) -> None:
    pairs = [(True, True), (True, False), (False, True), (False, False)]
    assert checker.f1(pairs) == pytest.approx(0.5)
    assert checker.f1([(False, False)]) is None
    assert checker.f1([(True, True)]) == 1.0


def test_one_template_counts_once(checker: ModuleType) -> None:
    post = "The upload service in {} is slow today and our engineers are looking for the reason of it."
    other = "Your parcel was left in the van overnight; a colleague brings it to you before noon."
    messages = [{"text": post.format(place)} for place in ("Oslo", "Turin")] + [{"text": other}]
    assert checker.drop_templates(messages) == [messages[0], messages[2]]


def test_an_interval_holds_its_measure(checker: ModuleType) -> None:
    rows = [checker.Row(str(number), "made", {"ack": (True, number % 4 > 0)}) for number in range(40)]
    low, high = checker.interval(rows, lambda drawn: checker.macro(drawn, ("ack",)))
    assert low < checker.macro(rows, ("ack",)) < high


def test_false_faults_are_those_nobody_labelled(checker: ModuleType) -> None:
    row = checker.Row("1", "made", {"ack": (False, True), "jargon": (False, True), "excuse": (True, True)})
    assert row.false_faults == 1


@pytest.mark.skipif(not DATA.exists(), reason="the message data is not beside this checkout")
def test_the_promises_are_kept(checker: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert checker.main(["--data", str(DATA)]) == 0
    assert "taxonomy: 3 exceptions of 300" in capsys.readouterr().out
