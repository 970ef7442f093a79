"""Every answer of a provider, in every state an act can be tried in, under every rule: state, next look, receipt."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.acts.answers import LONGEST_WAIT, MAX_TRIES, RESEND_AFTER, Rules, Tried, backoff, outcome_of
from makegood.kit.plugins import NotSent, OutcomeUnknown, ProviderError, Receipt

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIRST = Tried(7, "planned", 0, "mk-1", "w" * 64, "c" * 64, 150, "EUR")
TRIED = {
    "planned": FIRST,
    "waiting": replace(FIRST, state="waiting", tries=1),
    "unknown": replace(FIRST, state="unknown", tries=1),  # looked up, and proved not to have taken effect
    "doubt": replace(FIRST, state="waiting", tries=1, doubt=True),
}
RULES = {
    "ask": Rules(NOW, can_ask=True, doubtful="hold"),
    "ask-resend": Rules(NOW, can_ask=True, doubtful="resend"),
    "hold": Rules(NOW, can_ask=False, doubtful="hold"),
    "resend": Rules(NOW, can_ask=False, doubtful="resend"),
}
ANSWERS = {
    "done": Receipt("done", "r-1", "250", "queued"),
    "accepted": Receipt("accepted", "r-1"),
    "task": Receipt("waiting", "r-1"),
    "busy": ProviderError("busy", permanent=False, code="429", retry_after=30),
    "away": ProviderError("away", permanent=False, code="503"),
    "no": ProviderError("no such account", permanent=True, code="404"),
    "silent": OutcomeUnknown("silence", code="no-answer"),
    "not-sent": NotSent(),
}
# answer: the next state of an act that was planned, waiting, unknown, in doubt
STATES = """
done      done      done      done      done
accepted  accepted  accepted  accepted  accepted
task      waiting   waiting   waiting   waiting
busy      waiting   waiting   waiting   unknown
away      waiting   waiting   waiting   unknown
no        failed    failed    failed    unknown
silent    unknown   unknown   unknown   unknown
not-sent  waiting   waiting   unknown   unknown
"""
# answer, rule: when it is looked at again (* any rule; - never by itself)
AGAIN = """
done      *           -      -      -      -
accepted  *           -      -      -      -
task      *           -      -      -      -
busy      *           30s    30s    30s    30s
away      *           soon   soon   soon   soon
no        ask         -      -      -      soon
no        ask-resend  -      -      -      soon
no        hold        -      -      -      -
no        resend      -      -      -      -
silent    ask         ask    ask    ask    ask
silent    ask-resend  ask    ask    ask    ask
silent    hold        -      -      -      -
silent    resend      15min  15min  -      15min
not-sent  *           now    now    now    now
"""
ATTEMPTS = {
    "done": "done", "accepted": "accepted", "task": "waiting", "busy": "retry", "away": "retry", "no": "failed",
    "silent": "unknown", "not-sent": "",
}  # fmt: skip


def cells(table: str, keys: int):
    for line in table.strip().splitlines():
        *words, planned, waiting, unknown, doubt = line.split()
        assert len(words) == keys
        yield tuple(words), {"planned": planned, "waiting": waiting, "unknown": unknown, "doubt": doubt}


STATE_ROWS = [
    (answer, was, state, rule) for (answer,), row in cells(STATES, 1) for was, state in row.items() for rule in RULES
]
AGAIN_ROWS = [
    (answer, rule, was, when)
    for (answer, word), row in cells(AGAIN, 2)
    for rule in (RULES if word == "*" else [word])
    for was, when in row.items()
]


def test_the_tables_have_every_combination_once():
    whole = len(ANSWERS) * len(TRIED) * len(RULES)
    assert len({(answer, was, rule) for answer, was, _, rule in STATE_ROWS}) == len(STATE_ROWS) == whole
    assert len({(answer, rule, was) for answer, rule, was, _ in AGAIN_ROWS}) == len(AGAIN_ROWS) == whole


@pytest.mark.parametrize(("answer", "was", "state", "rule"), STATE_ROWS)
def test_the_next_state_and_the_receipt(answer, was, state, rule):
    tried = TRIED[was]
    outcome = outcome_of(tried, ANSWERS[answer], RULES[rule])
    assert (outcome.state, outcome.was, outcome.attempt) == (state, tried.state, ATTEMPTS[answer])
    assert outcome.tries == tried.tries + (1 if ATTEMPTS[answer] else 0)
    if outcome.attempt:  # what the receipt proves was asked, whatever came of it
        assert (outcome.key, outcome.minor, outcome.currency) == ("mk-1", 150, "EUR")
        assert (outcome.words_digest, outcome.commitment) == ("w" * 64, "c" * 64)


@pytest.mark.parametrize(("answer", "rule", "was", "when"), AGAIN_ROWS)
def test_when_it_is_looked_at_again(answer, rule, was, when):
    tried = TRIED[was]
    least = timedelta(seconds=5 * 2**tried.tries)
    between = {
        "30s": (timedelta(seconds=30), timedelta(seconds=30)),
        "15min": (RESEND_AFTER, RESEND_AFTER),
        "now": (timedelta(0), timedelta(0)),
        "soon": (least, least * 1.2),
        "ask": (least * 3, least * 3.6),
    }
    found = outcome_of(tried, ANSWERS[answer], RULES[rule]).next_at
    if when == "-":
        assert found is None
    else:
        assert found is not None
        low, high = between[when]
        assert low <= found - NOW <= high


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("was", TRIED)
def test_the_twelfth_try_is_the_last_of_its_own_accord(was, rule):
    last = replace(TRIED[was], tries=MAX_TRIES - 1)
    silent, busy = (outcome_of(last, ANSWERS[word], RULES[rule]) for word in ("silent", "busy"))
    assert (silent.state, silent.next_at) == ("unknown", None)
    if was == "doubt":  # not called failed: the first try may have worked. Where it can be asked about, it still is.
        assert (busy.state, busy.code) == ("unknown", "429")
        assert (busy.next_at is not None) == RULES[rule].can_ask
    else:
        assert (busy.state, busy.code, busy.next_at) == ("failed", "gave-up:429", None)


@given(st.integers(0, 10_000))
def test_waiting_is_between_five_seconds_and_the_longest_with_a_fifth_of_jitter(tries):
    base = min(timedelta(seconds=5) * 2 ** min(tries, 20), LONGEST_WAIT)
    assert base <= backoff(tries) <= base * 1.2


def test_two_workers_do_not_come_back_at_the_same_moment():
    assert len({backoff(5) for _ in range(20)}) > 1


@given(st.text(max_size=300), st.sampled_from(["done", "accepted", "waiting"]))
def test_a_code_has_room_in_its_column_and_the_reference_is_kept_whole(text, status):
    outcome = outcome_of(FIRST, Receipt(status, text, text or "ok"), RULES["hold"])
    assert len(outcome.code) <= 60
    assert outcome.reference == text
    assert json.dumps(outcome.words)


def test_zero_is_a_wait_that_the_provider_may_ask_for():
    at_once = ProviderError("now", permanent=False, code="409", retry_after=0)
    assert outcome_of(FIRST, at_once, RULES["hold"]).next_at == NOW
