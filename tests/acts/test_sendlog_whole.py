"""What is written to the local log is read back the same; a line cut anywhere never becomes an answer."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.acts.sendlog import Earlier, SendLog, _as_json, _from_json
from makegood.kit.home import home
from makegood.kit.plugins import NotSent, OutcomeUnknown, ProviderError, Receipt

WORDS = st.text(max_size=80)
CODES = st.text(min_size=1, max_size=20)
ANSWERS = st.one_of(
    st.builds(Receipt, st.sampled_from(["done", "accepted", "waiting"]), WORDS, CODES, WORDS),
    st.builds(lambda w, p, c: ProviderError(w, permanent=p, code=c), WORDS, st.booleans(), CODES),
    st.builds(lambda w, c: OutcomeUnknown(w, code=c), WORDS, CODES),
)


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("MAKEGOOD_HOME", str(tmp_path / "home"))
    home.cache_clear()
    yield
    home.cache_clear()


def seen(answer):
    """What there is to compare of an answer; two errors with the same words are not equal objects."""
    if isinstance(answer, Receipt):
        return answer
    return (type(answer), answer.words, answer.code, getattr(answer, "permanent", None))


@given(ANSWERS)
def test_every_answer_survives_the_log_whatever_its_words(answer):
    kept = json.dumps(_as_json(answer))
    assert "\n" not in kept
    assert seen(_from_json(json.loads(kept))) == seen(answer)


def test_an_answer_the_log_does_not_know_is_doubt_and_never_a_success():
    assert isinstance(_from_json(_as_json(NotSent())), OutcomeUnknown)
    assert isinstance(_from_json({"is": "paid", "reference": "r", "code": "ok", "words": ""}), OutcomeUnknown)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(answers=st.dictionaries(st.integers(1, 999), ANSWERS, min_size=1, max_size=6), cut=st.data())
def test_a_log_cut_at_any_byte_has_only_whole_lines(answers, cut):
    path = home() / "acts" / "1-2-1.log"
    path.unlink(missing_ok=True)
    log = SendLog(1, 2, 1)
    for ordinal, answer in answers.items():
        log.begin(ordinal)
        log.end(ordinal, answer)
    log.close()
    whole = path.read_bytes()
    read = Earlier(1, 2, before_epoch=2)
    assert {ordinal: seen(answer) for ordinal, answer in read.answers.items()} == {
        ordinal: seen(answer) for ordinal, answer in answers.items()
    }
    place = cut.draw(st.integers(0, len(whole)), label="cut")
    path.write_bytes(whole[:place])
    left = Earlier(1, 2, before_epoch=2)
    assert set(left.answers) <= left.begun <= set(answers)
    for ordinal, answer in left.answers.items():
        assert seen(answer) == seen(answers[ordinal])
    ended = [ordinal for ordinal in answers if ordinal in left.answers]
    assert ended == list(answers)[: len(ended)], "what is read is the beginning of what was written"
    assert len(left.begun) - len(ended) in (0, 1), "at most the last act is in doubt"


def test_a_begin_taken_back_and_begun_again_is_begun():
    log = SendLog(1, 2, 1)
    log.begin(1)
    log.never(1)
    log.begin(1)
    log.begin(2)
    log.never(2)
    log.close()
    assert Earlier(1, 2, before_epoch=2).begun == {1}


def test_the_log_of_another_chunk_or_plan_says_nothing_here():
    for plan, chunk in ((1, 22), (11, 2), (1, 2)):
        log = SendLog(plan, chunk, 1)
        log.begin(plan * 100 + chunk)
        log.close()
    assert Earlier(1, 2, before_epoch=9).begun == {102}


def test_epochs_are_read_in_the_order_of_numbers_not_of_names():
    for epoch, answer in ((9, OutcomeUnknown("no", code="x")), (10, Receipt("done", "r-10"))):
        log = SendLog(1, 2, epoch)
        log.begin(1)
        log.end(1, answer)
        log.close()
    assert Earlier(1, 2, before_epoch=11).answers[1] == Receipt("done", "r-10")


def test_the_log_is_for_the_worker_alone():
    SendLog(1, 2, 1).close()
    assert (home() / "acts" / "1-2-1.log").stat().st_mode & 0o077 == 0
    assert (home() / "acts").stat().st_mode & 0o077 == 0
