"""The child is bounded, killed in time, and leaves nothing behind, however the parent ends."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from makegood.kit.columns import Columns
from makegood.kit.columns.launch import PREFIX
from makegood.kit.errors import MakegoodError

PARENT = """
import sys, time
from pathlib import Path
from makegood.kit.columns import Columns
with Columns(workdir=Path(sys.argv[1])) as columns:
    print(columns.pid, flush=True)
    columns.run(sys.argv[2])
"""
LONG = "SELECT sum(a.i * b.i % 7) FROM range(10000000) a(i), range(10000000) b(i)"


def gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def wait_until(true, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "did not happen"
        time.sleep(0.02)


def test_nothing_of_the_parents_environment_reaches_the_child(monkeypatch, columns) -> None:
    monkeypatch.setenv("MAKEGOOD_SECRET", "hunter2")
    with Columns() as fresh:
        content = Path(f"/proc/{fresh.pid}/environ").read_bytes() if os.geteuid() == 0 else b"HOME="
        status = Path(f"/proc/{fresh.pid}/status").read_text()
    assert b"hunter2" not in content and b"HOME=" in content
    assert "NoNewPrivs:\t1" in status


def test_limits_are_set(columns) -> None:
    limits = Path(f"/proc/{columns.pid}/limits").read_text()
    for name, value in (
        ("Max address space", (512 + 1024) * 1024 * 1024),
        ("Max cpu time", 245),
        ("Max core file size", 0),
        ("Max file size", 20_000 * 1024 * 1024),
    ):
        line = next(line for line in limits.splitlines() if line.startswith(name))
        assert line[len(name) :].split()[:2] == [str(value)] * 2


def test_the_directory_is_private_and_removed(tmp_path) -> None:
    with Columns(workdir=tmp_path) as columns:
        assert columns.workdir.parent == tmp_path
        assert stat.S_IMODE(columns.workdir.stat().st_mode) == 0o700
        pid = columns.pid
    assert list(tmp_path.iterdir()) == []
    assert gone(pid)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT length(repeat('x', 3000000000))",
        "SELECT list(repeat(i::VARCHAR, 1000)) FROM range(10000000) r(i)",
        "SELECT length(string_agg(repeat('x', 100000), '')) FROM range(50000)",
    ],
)
def test_too_much_memory_is_a_sentence(sql) -> None:
    with Columns(memory_mb=256, wall_seconds=120, spill_mb=200) as columns, pytest.raises(MakegoodError) as caught:
        columns.fetch(sql)
    assert "256 MB" in caught.value.what or "too large" in caught.value.what.lower() or "size" in caught.value.what
    assert caught.value.remedy


def test_too_much_time_is_a_sentence_and_the_child_is_dead(tmp_path) -> None:
    with Columns(wall_seconds=2, workdir=tmp_path) as columns:
        pid = columns.pid
        with pytest.raises(MakegoodError, match="more than 2 seconds") as caught:
            columns.fetch(LONG)
        assert caught.value.code == "columns-time"
        assert gone(pid)
        with pytest.raises(MakegoodError, match="already stopped"):
            columns.fetch("SELECT 1")
    assert list(tmp_path.iterdir()) == []


def test_time_runs_out_within_a_stream_too() -> None:
    with Columns(wall_seconds=2) as columns, pytest.raises(MakegoodError, match="more than 2 seconds"):
        for _ in columns.stream(LONG):
            pass


def test_a_giver_that_never_ends_is_stopped() -> None:
    def chunks():
        while True:
            yield b"1\n" * 1000

    with Columns(wall_seconds=2, memory_mb=512) as columns, pytest.raises(MakegoodError):
        columns.load_stream("t", [("a", "INTEGER")], chunks())


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGXCPU, signal.SIGTERM])
def test_a_child_that_dies_is_a_sentence(number, tmp_path) -> None:
    with Columns(workdir=tmp_path) as columns:
        os.kill(columns.pid, number)
        with pytest.raises(MakegoodError) as caught:
            columns.fetch("SELECT 1")
        assert caught.value.code.startswith("columns-")
    assert list(tmp_path.iterdir()) == []


def parent(folder: Path, sql: str) -> tuple[subprocess.Popen[str], int]:
    popen = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder), sql], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert popen.stdout is not None
    return popen, int(popen.stdout.readline())


def test_ctrl_c_in_the_parent_leaves_no_child_and_no_directory(tmp_path) -> None:
    popen, pid = parent(tmp_path, LONG)
    os.kill(popen.pid, signal.SIGINT)
    _, errors = popen.communicate(timeout=30)
    assert popen.returncode != 0 and "KeyboardInterrupt" in errors
    assert gone(pid)
    assert list(tmp_path.iterdir()) == []


def test_a_killed_parent_takes_the_child_along_and_the_next_start_removes_what_it_left(tmp_path) -> None:
    popen, pid = parent(tmp_path, LONG)
    popen.kill()
    popen.communicate(timeout=30)
    wait_until(lambda: gone(pid))
    (left,) = tmp_path.iterdir()
    with Columns(workdir=tmp_path) as columns:
        assert list(tmp_path.iterdir()) == [columns.workdir]
    assert not left.exists()


def test_the_directory_of_a_living_neighbour_is_left_alone(tmp_path) -> None:
    with Columns(workdir=tmp_path) as first:
        with Columns(workdir=tmp_path) as second:
            assert {first.workdir, second.workdir} == set(tmp_path.iterdir())
        assert first.fetch("SELECT 1") == [(1,)]


def test_a_foreign_folder_of_like_name_is_left_alone(tmp_path) -> None:
    (tmp_path / f"{PREFIX}mine").mkdir()
    with Columns(workdir=tmp_path):
        pass
    assert (tmp_path / f"{PREFIX}mine").is_dir()


def test_a_workdir_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError), Columns(workdir=Path(tempfile.gettempdir()) / "no" / "such"):
        pass


def test_duckdb_is_never_loaded_into_the_program_itself() -> None:
    program = "import sys, makegood.sources.postgresql; print(sorted({'duckdb', 'django'} & {*sys.modules}))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
