"""Kill points do nothing until armed; then they kill, freeze or raise at the time that was named."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from makegood.kit.errors import BadInput
from makegood.kit.killpoints import Crashed, armed, kp, listening, noting

PROGRAM = """
from makegood.kit.killpoints import kp
for turn in range(1, 4):
    kp("test.here")
    print(turn, flush=True)
"""


def test_nothing_happens_while_nobody_listens() -> None:
    assert kp("test.here") is None


def test_a_listener_hears_every_name_until_it_leaves() -> None:
    heard: list[str] = []
    with listening(heard.append):
        kp("test.one")
        kp("test.two")
    kp("test.three")
    assert heard == ["test.one", "test.two"]


def test_raise_comes_at_the_nth_time_only() -> None:
    with listening(armed("test.here:2:raise")):
        kp("test.here")
        kp("test.elsewhere")
        with pytest.raises(Crashed):
            kp("test.here")
        kp("test.here")


def test_a_crash_is_not_caught_by_what_catches_errors() -> None:
    assert not issubclass(Crashed, Exception)


@pytest.mark.parametrize("text", ["", ":1", "a.b:0", "a.b:1:explode", "a.b:kill:1", "a.b:1:kill:now"])
def test_what_is_not_a_kill_point(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        armed(text)
    assert refused.value.code == "bad-kill-point"


def _start(armed_as: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "MAKEGOOD_KP": armed_as}
    return subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, stdout=subprocess.PIPE, text=True)


def test_an_armed_process_kills_itself() -> None:
    with _start("test.here:2") as process:
        assert process.stdout
        assert process.stdout.read() == "1\n"
        assert process.wait(20) == -signal.SIGKILL


def test_a_frozen_process_goes_on_when_woken() -> None:
    with _start("test.here:3:freeze") as process:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        os.kill(process.pid, signal.SIGCONT)
        assert process.stdout
        assert process.stdout.read() == "1\n2\n3\n"
        assert process.wait(20) == 0


def test_what_is_passed_is_noted_once(tmp_path) -> None:
    with listening(noting(str(tmp_path / "passed"))):
        for name in ("test.one", "test.two", "test.one"):
            kp(name)
    assert (tmp_path / "passed").read_text() == "test.one\ntest.two\n"
