"""The local log tells what a killed worker had begun; torn lines say nothing; a full disk stops the sending."""

import os
from types import SimpleNamespace

import pytest

from makegood.acts.guards import LeaseGuard
from makegood.acts.sendlog import Earlier, SendLog, forget, home_name
from makegood.kit.home import home
from makegood.kit.plugins import OutcomeUnknown, ProviderError, Receipt


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("MAKEGOOD_HOME", str(tmp_path / "home"))
    home.cache_clear()
    yield
    home.cache_clear()


def lines(*texts: bytes, epoch: int = 1) -> None:
    SendLog(1, 2, epoch).close()
    (home() / "acts" / f"1-2-{epoch}.log").write_bytes(b"".join(texts))


def test_ended_begun_and_never_begun_are_told_apart():
    log = SendLog(1, 2, 1)
    for ordinal in (1, 2, 3, 4):
        log.begin(ordinal)
    log.end(1, Receipt("done", "r-1", "250", "queued"))
    log.end(2, ProviderError("no", permanent=True, code="550"))
    log.never(4)
    log.close()
    earlier = Earlier(1, 2, before_epoch=2)
    assert earlier.answers[1] == Receipt("done", "r-1", "250", "queued")
    refused = earlier.answers[2]
    assert isinstance(refused, ProviderError)
    assert (refused.permanent, refused.code) == (True, "550")
    assert [earlier.was_begun(ordinal) for ordinal in (3, 4, 5)] == [True, False, False]
    assert earlier.epochs == {1}
    assert earlier.tells_all([1])
    assert not earlier.tells_all([1, 2])
    assert not earlier.tells_all([]), "nobody knows who claimed it"


def test_only_earlier_epochs_are_read_and_a_later_begin_outweighs_an_older_answer():
    lines(b"b 1;\n", b'e 1 {"is": "unknown", "code": "no-answer", "words": ""};\n', epoch=1)
    lines(b"b 1;\n", epoch=2)
    lines(b"b 9;\n", epoch=3)
    assert isinstance(Earlier(1, 2, before_epoch=2).answers[1], OutcomeUnknown)
    earlier = Earlier(1, 2, before_epoch=3)
    assert (earlier.answers, earlier.begun) == ({}, {1})


def test_an_answer_to_a_later_sender_does_not_end_what_an_earlier_one_began():
    lines(b"b 1;\n", b"b 2;\n", epoch=1)
    lines(b"b 1;\n", b'e 1 {"is": "no", "permanent": true, "code": "550", "words": ""};\n', epoch=2)
    earlier = Earlier(1, 2, before_epoch=3)
    assert set(earlier.answers) == {1}
    assert earlier.hanging == {1, 2}


def test_what_a_later_sender_takes_back_is_its_own():
    lines(b"b 1;\n", epoch=1)
    lines(b"b 1;\n", b"n 1;\n", epoch=2)
    assert Earlier(1, 2, before_epoch=3).was_begun(1)


@pytest.mark.parametrize("torn", [b"b 1", b"b 12", b'e 1 {"is": "do', b'e 1 {"is": "done"}', b"\x00\x00", b"b x;"])
def test_a_torn_line_says_nothing(torn):
    lines(b"b 1;\n", b'e 1 {"is": "done", "reference": "r", "code": "ok", "words": ""};\n', torn, b"\nb 3;\n")
    earlier = Earlier(1, 2, before_epoch=2)
    assert (earlier.begun, set(earlier.answers)) == ({1, 3}, {1})


def test_the_logs_of_a_chunk_are_forgotten_together():
    lines(b"b 1;\n", epoch=1)
    lines(b"b 1;\n", epoch=2)
    forget(1, 2)
    assert Earlier(1, 2, before_epoch=9).epochs == set()


def test_a_home_has_one_name_and_two_homes_have_two(tmp_path, monkeypatch):
    first = home_name()
    assert home_name() == first
    monkeypatch.setenv("MAKEGOOD_HOME", str(tmp_path / "other"))
    home.cache_clear()
    assert home_name() != first


def an_envelope(ordinal: int):
    return SimpleNamespace(ordinal=ordinal)


def a_lease(*answers: bool):
    said = iter(answers)
    return SimpleNamespace(may_send=lambda: next(said))


def test_a_worker_frozen_between_its_log_and_its_last_look_at_the_lease_does_not_send():
    log = SendLog(1, 2, 1)
    guard = LeaseGuard(a_lease(True, False), log)
    assert guard.begin(an_envelope(5)) is False
    assert guard.begun == set()
    assert not Earlier(1, 2, before_epoch=2).was_begun(5)
    log.close()


def test_a_full_disk_stops_the_sending_and_says_what_to_do():
    log = SendLog(1, 2, 1)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, log._file)
    os.close(full)
    guard = LeaseGuard(a_lease(*[True] * 9), log)
    assert guard.begin(an_envelope(1)) is False
    assert "No space left on device" in guard.fault
    assert "free the disk" in guard.fault
    assert guard.begin(an_envelope(2)) is False
    log.close()


def test_an_answer_that_cannot_be_logged_is_still_kept_for_the_window():
    log = SendLog(1, 2, 1)
    guard = LeaseGuard(a_lease(*[True] * 9), log)
    assert guard.begin(an_envelope(1)) is True
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, log._file)
    os.close(full)
    guard.end(an_envelope(1), Receipt("done", "r-1"))
    assert guard.answers == {1: Receipt("done", "r-1")}
    assert guard.begin(an_envelope(2)) is False
    log.close()
