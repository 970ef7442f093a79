"""Little room on the disk stops acts with one sentence, and room lets them go on; what was kept aside is real."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine.fencing import fenced, start
from tests.engine.paying import given_mailing
from tests.engine.recovery import run, states
from tests.engine.test_fence_workers import look_around

from makegood.acts import fence, space
from makegood.acts.sendlog import forget_name
from makegood.config.ballast import drop_ballast, keep_ballast
from makegood.kit.errors import BadInput, Refused
from makegood.kit.home import home

Usage = namedtuple("Usage", "total used free")
GB = 1_000_000_000


@pytest.mark.parametrize(
    ("said", "total", "kept"),
    [
        (None, 100 * GB, GB),
        (None, 5 * GB, GB // 2),
        ("500MB", 100 * GB, 500_000_000),
        ("2 gb", 100 * GB, 2 * GB),
        ("10%", 100 * GB, 10 * GB),
        ("0", 100 * GB, 0),
    ],
)
def test_what_stays_free(monkeypatch, said, total, kept):
    monkeypatch.delenv("MAKEGOOD_FREE_SPACE", raising=False)
    if said:
        monkeypatch.setenv("MAKEGOOD_FREE_SPACE", said)
    assert space.kept_free(total) == kept


@pytest.mark.parametrize("said", ["much", "1", "-1GB", "10", "1.5GB", "GB"])
def test_what_is_no_size(monkeypatch, said):
    monkeypatch.setenv("MAKEGOOD_FREE_SPACE", said)
    with pytest.raises(BadInput, match="MAKEGOOD_FREE_SPACE is"):
        space.kept_free(GB)


def given_free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(100 * GB, 100 * GB - free, free))


def test_acts_wait_for_room_and_go_on_by_themselves(database, tmp_path, monkeypatch):
    from makegood.testing.smtp_server import SmtpServer

    with SmtpServer() as mail:
        made = given_mailing(tmp_path, mail, count=3)
        plan = made.start("acknowledge")
        given_free(monkeypatch, GB - 1)
        look_around()
        assert (len(mail.messages), states(plan)) == (0, {"planned": 3})
        standing = fence.remembered()
        assert standing is not None and standing.reason == "disk"
        assert standing.words == f"the disk with {home()} has 999 MB free, and 1,000 MB are to stay free"
        assert "doctor --free-space" in standing.remedy
        with pytest.raises(Refused, match="are to stay free"):
            fence.check_free()
        assert fenced() == "", "this is no doubt about the database: nothing is to be reconciled"
        given_free(monkeypatch, GB)
        assert run(plan).state == "done"
    assert len(mail.messages) == 3


def test_a_home_that_cannot_be_written_sends_nothing(database, monkeypatch):
    def full(_database: str, _epoch: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(fence.homes, "write_kept", full)
        assert start().words == "the home cannot be written (No space left on device)"
    assert start().free


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home on a disk of 40 MB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "makegood", place], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("this user may not mount a small disk")
    monkeypatch.setenv("MAKEGOOD_HOME", str(place))
    home.cache_clear()
    forget_name()
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def test_a_small_disk_that_fills_up_stops_acts_and_the_ballast_lets_them_go_on(database, small_disk, monkeypatch):
    monkeypatch.setenv("MAKEGOOD_FREE_SPACE", "8MB")
    monkeypatch.setenv("MAKEGOOD_BALLAST", "9MB")
    assert start().free
    assert keep_ballast(small_disk)
    with (small_disk / "full").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(small_disk).free - 3_000_000)
    standing = start()
    assert (standing.reason, "2 MB free, and 8 MB" in standing.words) == ("disk", True) or "3 MB free" in standing.words
    assert drop_ballast(small_disk) >= 9_000_000
    assert start().free


def test_the_ballast_is_real_is_made_once_and_can_be_switched_off(tmp_path, monkeypatch):
    monkeypatch.setenv("MAKEGOOD_BALLAST", "4MB")
    assert keep_ballast(tmp_path)
    path = tmp_path / "ballast"
    assert path.stat().st_blocks * 512 >= 4_000_000
    assert path.stat().st_mode & 0o777 == 0o600
    inode = path.stat().st_ino
    assert keep_ballast(tmp_path)
    assert path.stat().st_ino == inode
    assert drop_ballast(tmp_path) >= 4_000_000
    assert drop_ballast(tmp_path) == 0
    monkeypatch.setenv("MAKEGOOD_BALLAST", "0")
    assert not keep_ballast(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_no_ballast_is_made_where_there_is_little_room(tmp_path, monkeypatch):
    given_free(monkeypatch, 3 * 256_000_000)
    assert not keep_ballast(tmp_path)


def test_the_databases_own_ballast_goes_with_it(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "ballast").write_bytes(b"x" * 100_000)
    (tmp_path / "home" / "postgres").mkdir(parents=True)
    (tmp_path / "home" / "postgres" / "moved-to").write_text(f"{elsewhere}\n")
    assert drop_ballast(tmp_path / "home") >= 100_000
    assert not (elsewhere / "ballast").exists()
