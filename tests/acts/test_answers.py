"""Answers become states in one place; this is its table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from makegood.acts.answers import LONGEST_WAIT, MAX_TRIES, RESEND_AFTER, Rules, Tried, backoff, outcome_of
from makegood.kit.plugins import NotSent, OutcomeUnknown, ProviderError, Receipt

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ASKS = Rules(NOW, can_ask=True, doubtful="hold")
HOLD = Rules(NOW, can_ask=False, doubtful="hold")
RESEND = Rules(NOW, can_ask=False, doubtful="resend")
FIRST = Tried(7, "planned", 0, "mk-1", "w" * 64, "c" * 64, 150, "EUR")
UNKNOWN = replace(FIRST, state="unknown", tries=1)
DOUBT = replace(FIRST, doubt=True)
BUSY = ProviderError("busy", permanent=False, code="429", retry_after=30)
NO = ProviderError("no such account", permanent=True, code="404")
SILENT = OutcomeUnknown("silence")


@pytest.mark.parametrize(
    ("tried", "answer", "rules", "state", "attempt"),
    [
        (FIRST, Receipt("done", "r1"), HOLD, "done", "done"),
        (FIRST, Receipt("accepted", "r1"), HOLD, "accepted", "accepted"),
        (FIRST, Receipt("waiting", "r1"), HOLD, "waiting", "waiting"),
        (FIRST, BUSY, HOLD, "waiting", "retry"),
        (FIRST, NO, HOLD, "failed", "failed"),
        (FIRST, SILENT, HOLD, "unknown", "unknown"),
        (FIRST, NotSent(), HOLD, "waiting", ""),
        (UNKNOWN, NotSent(), HOLD, "unknown", ""),
        (UNKNOWN, NO, ASKS, "failed", "failed"),  # absence was proved before it was sent again
        (DOUBT, NO, RESEND, "unknown", "failed"),  # a no to the second says nothing about the first
        (DOUBT, BUSY, RESEND, "unknown", "retry"),
        (DOUBT, NotSent(), RESEND, "unknown", ""),
        (DOUBT, Receipt("done", "r1"), RESEND, "done", "done"),
    ],
)
def test_every_answer_becomes_one_state(tried, answer, rules, state, attempt):
    outcome = outcome_of(tried, answer, rules)
    assert (outcome.state, outcome.attempt, outcome.was) == (state, attempt, tried.state)
    assert outcome.tries == tried.tries + (1 if attempt else 0)


def test_an_unknown_act_is_asked_about_ever_more_rarely_and_in_the_end_by_a_person():
    waits = [outcome_of(replace(FIRST, tries=tries), SILENT, ASKS).next_at for tries in range(MAX_TRIES)]
    assert waits[0] is not None
    assert waits[4] is not None
    assert waits[0] - NOW < waits[4] - NOW
    assert waits[-1] is None


def test_a_mail_in_doubt_is_sent_once_more_under_resend_and_never_under_hold():
    assert outcome_of(FIRST, SILENT, RESEND).next_at == NOW + RESEND_AFTER
    assert outcome_of(replace(FIRST, tries=1, state="waiting"), SILENT, RESEND).next_at == NOW + RESEND_AFTER
    assert outcome_of(UNKNOWN, SILENT, RESEND).next_at is None
    assert outcome_of(FIRST, SILENT, HOLD).next_at is None


def test_a_refusal_is_tried_again_when_the_provider_says_and_given_up_after_twelve_tries():
    assert outcome_of(FIRST, BUSY, HOLD).next_at == NOW + timedelta(seconds=30)
    last = outcome_of(replace(FIRST, tries=MAX_TRIES - 1), BUSY, HOLD)
    assert (last.state, last.code, last.next_at) == ("failed", "gave-up:429", None)


def test_waiting_doubles_with_a_little_jitter_and_has_an_end():
    assert timedelta(seconds=5) <= backoff(0) <= timedelta(seconds=6)
    assert timedelta(seconds=40) <= backoff(3) <= timedelta(seconds=48)
    assert LONGEST_WAIT <= backoff(60) <= LONGEST_WAIT * 1.2


def test_what_the_provider_says_is_kept_without_addresses_and_long_numbers():
    outcome = outcome_of(FIRST, ProviderError("550 ada@example.com unknown", permanent=True, code="550"), HOLD)
    assert outcome.words == "550 [address] unknown"
