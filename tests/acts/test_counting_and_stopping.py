"""Counters that lose nobody, limits that stop a wave, leases that end before the database's: without a database."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.acts import leases
from makegood.acts.answers import Outcome
from makegood.acts.guards import LeaseGuard
from makegood.acts.leases import LEASE_SECONDS, MARGIN, Lease
from makegood.acts.stops import why_stop
from makegood.acts.windows import count_changes

AFTER = ("done", "accepted", "failed", "unknown", "waiting", "cancelled")
COUNTED = {"done": "done", "accepted": "done", "failed": "failed", "unknown": "unknown", "waiting": "waiting"}


@given(st.lists(st.lists(st.tuples(st.integers(1, 8), st.sampled_from(AFTER)), max_size=8), max_size=12))
def test_counters_are_the_acts_by_state_after_whatever_happened_to_them(windows):
    """Windows of outcomes over eight acts: the sums of all changes are what a count of the acts would say."""
    state = dict.fromkeys(range(1, 9), "planned")
    counters = dict.fromkeys(("done", "failed", "unknown", "waiting"), 0)
    for window in windows:
        outcomes = []
        for ordinal, after in dict(window).items():  # a window has an act once
            outcomes.append(Outcome(ordinal, state[ordinal], after, "x", 1))
            state[ordinal] = after
        for name, change in count_changes(outcomes).items():
            counters[name] += change
    told = [COUNTED[word] for word in state.values() if word in COUNTED]
    assert counters == {name: told.count(name) for name in counters}


def test_an_act_that_stays_what_it_was_changes_no_counter_and_a_settled_letter_stays_done():
    assert set(count_changes([Outcome(1, "waiting", "waiting", "x", 1)]).values()) == {0}
    assert set(count_changes([Outcome(1, "accepted", "done", "x", 1)]).values()) == {0}
    assert count_changes([Outcome(1, "unknown", "done", "x", 1)]) == {
        "done": 1,
        "failed": 0,
        "unknown": -1,
        "waiting": 0,
    }


def row(acts: int, failed: int = 0, unknown: int = 0):
    return {"acts": acts, "failed": failed, "unknown": unknown, "settings": {}}


@pytest.mark.parametrize(
    ("rule", "acts", "stops_at"),
    [
        ({"count": 1}, 1000, 1),
        ({"count": 3}, 1000, 3),
        ({"basis_points": 500}, 1000, 50),  # 5 %
        ({"basis_points": 500}, 1001, 51),  # rounded up: 50 of 1,001 is less than 5 %
        ({"basis_points": 1}, 10, 1),  # at least one
        ({"basis_points": 10_000}, 7, 7),
    ],
)
@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_a_wave_stops_at_its_limit_and_not_one_before(rule, acts, stops_at, state):
    assert why_stop(row(acts, **{state: stops_at - 1}) | {"settings": {"stop": {state: rule}}}, 2) == ""
    said = why_stop(row(acts, **{state: stops_at}) | {"settings": {"stop": {state: rule}}}, 2)
    word = "failed" if state == "failed" else "have an unknown outcome"
    assert said == f"{stops_at} of {acts} acts of wave 2 {word}"


def test_without_a_limit_nothing_stops_and_each_limit_is_for_its_own_state():
    assert why_stop(row(10, failed=10, unknown=10), 1) == ""
    assert why_stop(row(10, failed=10, unknown=10) | {"settings": {"stop": {}}}, 1) == ""
    assert why_stop(row(10, failed=10) | {"settings": {"stop": {"unknown": {"count": 1}}}}, 1) == ""
    both = {"failed": {"count": 2}, "unknown": {"count": 2}}
    assert "failed" in why_stop(row(10, failed=2, unknown=2) | {"settings": {"stop": both}}, 1)


@pytest.fixture
def clock(monkeypatch):
    """The worker's own clock, in the hand of the test."""
    hand = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(leases, "elapsed", lambda: hand.now)
    return hand


def a_lease(**changes) -> Lease:
    values = {
        "id": 1,
        "plan_id": 2,
        "wave": 1,
        "step": "s",
        "provider": "email",
        "lo": 1,
        "hi": 9,
        "again": False,
        "digest": "",
    }
    return Lease(**(values | {"claimed_to": 0, "settled_to": 0, "epoch": 1} | changes))


def test_a_lease_nobody_took_sends_nothing_and_a_taken_one_ends_before_the_databases(clock):
    lease = a_lease()
    assert not lease.may_send()
    lease.extend(clock.now)
    assert lease.may_send()
    clock.now += LEASE_SECONDS * (1 - MARGIN) - 0.01
    assert lease.may_send()
    clock.now += 0.02
    assert not lease.may_send()
    assert clock.now < 1000.0 + LEASE_SECONDS


def test_a_renewal_counts_from_when_it_was_asked_for_however_late_its_answer_comes(clock):
    lease = a_lease()
    asked_at = clock.now
    clock.now += LEASE_SECONDS  # the answer was under way all that time
    lease.extend(asked_at)
    assert not lease.may_send()


def test_a_stopping_worker_starts_nothing_more_though_its_lease_lasts(clock):
    lease = a_lease()
    lease.extend(clock.now)
    lease.stopping = True
    assert not lease.may_send()
    assert [a_lease(state=state).closing for state in ("open", "cancelled", "paused")] == [False, True, False]


def test_a_guard_begins_nothing_after_the_deadline_and_forgets_with_each_window(clock):
    lease = a_lease()
    lease.extend(clock.now)
    guard = LeaseGuard(lease, None)
    assert guard.begin(SimpleNamespace(ordinal=1)) is True
    clock.now += LEASE_SECONDS
    assert guard.begin(SimpleNamespace(ordinal=2)) is False
    assert guard.begun == {1}
    guard.new_window()
    assert (guard.begun, guard.answers, guard.fault) == (set(), {}, "")
