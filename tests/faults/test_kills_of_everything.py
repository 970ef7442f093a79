"""The short form of the long run: workers, PostgreSQL and both are really killed, and one worker freezes and wakes."""

from __future__ import annotations

import json

import pytest

from tests.faults.asked import when_asked
from tests.faults.long import PER_RUN, Run, one_run, read_log, summed


@when_asked
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("doubtful", "journal"), [("resend", True), ("hold", True), ("resend", False), ("hold", False)]
)
def test_nothing_is_lost_and_nobody_paid_twice(doubtful, journal) -> None:
    events = {"kill": 7, "freeze": 1, "postgres": 2, "both": 1}
    run = one_run(Run(20_260_301, doubtful, journal, events, customers=2_000))
    line = run.as_line()
    assert run.problems == [], line
    strikes = sum(run.struck[name] for name in events)
    assert strikes == sum(events.values()), line
    assert run.in_window >= 0.9 * strikes, line
    assert (line["paid"], line["paid_twice"]) == (2_000, 0)


def test_the_log_is_added_up_and_resumed(tmp_path) -> None:
    log = tmp_path / "log"
    assert read_log(log) == []
    for seed, most in ((1, 3), (2, 9)):
        run = Run(seed, "hold", True, dict(PER_RUN), 10, in_window=2, doubtful_most=most)
        run.struck.update({"kill": 2, "worker ended by itself": 1})
        run.seen = {"paid": 10}
        with log.open("a") as file:
            file.write(json.dumps(run.as_line()) + "\n")
    run.problems = ["one act is lost"]
    with log.open("a") as file:
        file.write(json.dumps(run.as_line()) + "\n")
    total = summed(read_log(log))
    assert (total["runs"], total["strikes"], total["struck_kill"], total["paid"]) == (3, 6, 6, 30)
    assert total["hit_an_open_window"] == "100 %"
    assert total["most_at_one_kill"] == 9
    assert total["problems"] == ["one act is lost"]
