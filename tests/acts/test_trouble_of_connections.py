"""A provider that says no to the connection itself: the plan stops, and no act pays for it with a try."""

from dataclasses import replace

import pytest
from tests.acts.test_answers import ASKS, BUSY, DOUBT, FIRST, HOLD, NO, NOW, UNKNOWN

from makegood.acts.answers import MAX_TRIES, outcome_of
from makegood.kit.plugins import ProviderError

REVOKED = ProviderError("Expired API Key for help@shop.example", permanent=False, code="api_key_expired", stops=True)


@pytest.mark.parametrize(
    ("tried", "state"),
    [(FIRST, "waiting"), (UNKNOWN, "unknown"), (DOUBT, "unknown"), (replace(FIRST, tries=7), "waiting")],
)
def test_the_act_stays_what_it_was(tried, state):
    for rules in (ASKS, HOLD):
        outcome = outcome_of(tried, REVOKED, rules)
        assert (outcome.state, outcome.tries, outcome.attempt) == (state, tried.tries, "retry")
        assert outcome.next_at == NOW and outcome.code == "api_key_expired"


def test_even_the_last_try_is_not_failed_for_it():
    assert outcome_of(replace(FIRST, tries=MAX_TRIES - 1), REVOKED, ASKS).state == "waiting"


def test_it_says_why_without_addresses():
    assert outcome_of(FIRST, REVOKED, ASKS).stop == "Expired API Key for [address]"


def test_other_refusals_stop_nothing():
    for answer in (BUSY, NO):
        assert outcome_of(FIRST, answer, ASKS).stop == ""
