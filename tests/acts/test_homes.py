"""How a home is known again, and the epoch it keeps outside the database."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from makegood.acts import homes
from makegood.acts.sendlog import forget_name, home_name, new_home_name, newest_epochs, put_away
from makegood.kit.home import home


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("MAKEGOOD_HOME", str(tmp_path / "home"))
    home.cache_clear()
    forget_name()
    yield
    home.cache_clear()
    forget_name()


def test_what_was_written_is_read_again_and_replaced_whole():
    assert homes.read_kept("d1") is None
    homes.write_kept("d1", 3)
    homes.write_kept("d1", 4)
    assert homes.read_kept("d1") == homes.Kept(4, copied=False)
    assert homes.read_kept("d2") is None, "each database has a file of its own"
    assert [path.name for path in (home() / "epochs").iterdir()] == ["d1.json"]
    assert (home() / "epochs" / "d1.json").stat().st_mode & 0o777 == 0o600


def test_a_copy_of_the_file_is_told_from_it():
    homes.write_kept("d1", 3)
    path = home() / "epochs" / "d1.json"
    shutil.copy2(path, path.with_name("d2.json"))
    assert homes.read_kept("d2") == homes.Kept(3, copied=True)


def test_a_file_that_was_moved_with_its_home_is_no_copy(tmp_path, monkeypatch):
    homes.write_kept("d1", 3)
    home().rename(tmp_path / "elsewhere")
    monkeypatch.setenv("MAKEGOOD_HOME", str(tmp_path / "elsewhere"))
    home.cache_clear()
    assert homes.read_kept("d1") == homes.Kept(3, copied=False)


def card(folder: Path, name: str, address: str, *, kind: str = "0", hardware: bool = True) -> None:
    made = folder / name
    made.mkdir(parents=True)
    (made / "address").write_text(address + "\n")
    (made / "addr_assign_type").write_text(kind + "\n")
    if hardware:
        (made / "device").mkdir()


def test_only_permanent_addresses_of_hardware_count_as_cards(tmp_path, monkeypatch):
    card(tmp_path / "net", "eth0", "02:00:00:00:00:01")
    card(tmp_path / "net", "wlan0", "02:00:00:00:00:02", kind="1")
    card(tmp_path / "net", "docker0", "02:00:00:00:00:03", hardware=False)
    (tmp_path / "net" / "bonding_masters").write_text("")
    monkeypatch.setattr(homes, "_CARDS", tmp_path / "net")
    (only,) = homes.traits().cards
    assert "02:00" not in only, "a digest, not the address"
    monkeypatch.setattr(homes, "_CARDS", tmp_path / "none")
    assert homes.traits().cards == ()


def test_the_machine_is_a_digest_and_nothing_where_the_system_names_none(tmp_path, monkeypatch):
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "id").write_text("0123456789abcdef\n")
    monkeypatch.setattr(homes, "_MACHINE", (tmp_path / "none", tmp_path / "empty", tmp_path / "id"))
    assert len(homes.traits().machine) == 16
    assert "0123456789abcdef" not in homes.traits().machine
    monkeypatch.setattr(homes, "_MACHINE", (tmp_path / "none", tmp_path / "empty"))
    assert homes.traits().machine == ""


@pytest.mark.parametrize(
    ("host", "port", "server"),
    [
        ("", "", "localhost:5432/mg"),
        ("db.internal", "6432", "db.internal:6432/mg"),
        ("/run/postgresql", "5433", "socket/mg"),
    ],
)
def test_the_address_of_the_database_is_as_this_home_writes_it(monkeypatch, settings_of, host, port, server):
    settings_of(HOST=host, PORT=port, NAME="mg", PASSWORD="secret")
    assert homes.traits().server == server
    assert "secret" not in homes.traits().as_text()


@pytest.fixture
def settings_of(monkeypatch):
    from django.conf import settings

    def change(**values: str) -> None:
        monkeypatch.setitem(settings.DATABASES, "default", {**settings.DATABASES["default"], **values})

    return change


def test_the_same_home_has_the_same_traits_twice():
    first = homes.traits()
    assert homes.traits() == first
    assert homes.differences(first, homes.traits()) == []
    assert json.loads(first.as_text())["path"] == str(home())


def test_a_copied_home_has_the_same_name_and_another_inode(tmp_path, monkeypatch):
    first, name = homes.traits(), home_name()
    shutil.copytree(home(), tmp_path / "copy")
    monkeypatch.setenv("MAKEGOOD_HOME", str(tmp_path / "copy"))
    home.cache_clear()
    assert home_name() == name
    assert homes.differences(first, homes.traits()) == [f"it was at {first.path}", "its files were copied"]


def test_a_home_gets_another_name_only_when_asked():
    name = home_name()
    forget_name()
    assert home_name() == name
    assert new_home_name() != name
    assert home_name() != name


def test_logs_newer_than_what_is_known_are_put_away_and_the_others_stay():
    folder = home() / "acts"
    home_name()
    for stem in ("1-10-1", "1-10-2", "1-10-3", "2-11-1"):
        (folder / f"{stem}.log").write_text("b 1;\n")
    assert newest_epochs() == {10: 3, 11: 1}
    assert put_away({10: 2}) == 2
    assert sorted(path.name for path in folder.glob("*.log")) == ["1-10-1.log", "1-10-2.log"]
    assert newest_epochs() == {10: 2}
    assert put_away({10: 2}) == 0
