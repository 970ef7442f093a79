"""What stands before the first query: home, secrets, keys, a person; each refusal a sentence."""

from __future__ import annotations

import os
import pwd
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from makegood.config import start
from makegood.kit.errors import BadInput, MakegoodError, Refused
from makegood.kit.home import home

URL = "postgresql://app@h/shop"
NAMES = ("DATABASE_URL", "MAKEGOOD_OWNER_URL", "MAKEGOOD_SECRET_KEY", "MAKEGOOD_HOME")


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in NAMES:
        monkeypatch.setenv(name, "")  # so that what the test's subject sets is undone too
        monkeypatch.setenv(f"{name}_FILE", "")
        monkeypatch.delenv(name)
        monkeypatch.delenv(f"{name}_FILE")
    home.cache_clear()
    yield
    home.cache_clear()


def test_a_home_is_closed_to_others(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "home"
    place.parent.mkdir()
    start.make_home(place)
    start.make_home(place)
    assert stat.S_IMODE((place / "secrets").stat().st_mode) == 0o700
    assert not stat.S_IMODE(place.stat().st_mode) & stat.S_IRWXO & ~stat.S_IXOTH, "nobody else lists it"


def test_a_home_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    place = tmp_path / "home"
    place.write_text("")
    with pytest.raises(MakegoodError) as refused:
        start.make_home(place)
    assert str(place) in str(refused.value)
    assert refused.value.remedy


def test_a_user_without_a_home_is_told_how_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "expanduser", _homeless)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(Refused) as refused:
        start.find_home()
    assert refused.value.code == "no-home"
    assert "MAKEGOOD_HOME" in refused.value.remedy


def _homeless(_path: Path) -> Path:
    raise RuntimeError("Could not determine home directory.")


def test_no_named_database() -> None:
    assert not start.named_database()


def test_a_database_named_by_a_file_is_in_the_environment_afterwards(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "url").write_text(f"{URL}\n", encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    assert start.named_database()
    assert os.environ["DATABASE_URL"] == URL
    assert "DATABASE_URL_FILE" not in os.environ, "a child would find both and refuse"
    assert start.named_database()


@pytest.mark.parametrize("name", ["DATABASE_URL", "MAKEGOOD_OWNER_URL"])
def test_an_address_and_a_file_are_one_too_many(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.setenv(name, URL)
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "url"))
    with pytest.raises(BadInput) as refused:
        start.named_database()
    assert refused.value.code == "two-secrets"


def test_the_secret_key_is_made_once_and_closed(tmp_path: Path) -> None:
    start.make_home(tmp_path / "home")
    keys = []
    for _ in range(2):
        os.environ.pop("MAKEGOOD_SECRET_KEY", None)
        start._set_secret_key(tmp_path / "home")
        keys.append(os.environ["MAKEGOOD_SECRET_KEY"])
    assert keys[0] == keys[1]
    assert len(keys[0]) >= 50
    assert stat.S_IMODE((tmp_path / "home" / start.KEY_FILE).stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize("name", ["MAKEGOOD_SECRET_KEY", "MAKEGOOD_SECRET_KEY_FILE"])
def test_a_key_that_was_given_is_not_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    monkeypatch.setenv(name, "given")
    start.make_home(tmp_path / "home")
    start._set_secret_key(tmp_path / "home")
    assert not (tmp_path / "home" / start.KEY_FILE).exists()


def test_of_two_writers_one_text_stays_whole(tmp_path: Path) -> None:
    path = tmp_path / "key"
    start._write_once(path, "first")
    start._write_once(path, "second")
    assert path.read_text() == "first\n"
    assert [one.name for one in tmp_path.iterdir()] == ["key"], "nothing is left beside it"


def test_writing_once_from_many_threads_leaves_one_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Each stands for a process: its own number in the name of its draft.
    monkeypatch.setattr(os, "getpid", threading.get_ident)
    path, texts = tmp_path / "key", [f"key-{number}" for number in range(8)]
    threads = [threading.Thread(target=start._write_once, args=(path, text)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert path.read_text().strip() in texts
    assert [one.name for one in tmp_path.iterdir()] == ["key"]


def person(gecos: str) -> pwd.struct_passwd:
    return pwd.struct_passwd(("ann", "x", 1000, 1000, gecos, "/home/ann", "/bin/sh"))


@pytest.mark.parametrize(
    ("gecos", "name"), [("Ann Example,,,", "Ann Example"), ("Ann", "Ann"), ("", "ann"), (" , ", "ann")]
)
def test_the_first_person_is_who_runs_this(monkeypatch: pytest.MonkeyPatch, gecos: str, name: str) -> None:
    monkeypatch.setattr(start.getpass, "getuser", lambda: "ann")
    monkeypatch.setattr(start.pwd, "getpwnam", lambda _login: person(gecos))
    assert start._who_runs_this() == (name, "ann@localhost")


@pytest.mark.parametrize("error", [OSError, KeyError])
def test_a_container_user_without_a_name(monkeypatch: pytest.MonkeyPatch, error: type[Exception]) -> None:
    def nobody() -> str:
        raise error("no such user")

    def unknown(_login: str) -> pwd.struct_passwd:
        raise KeyError("no such user")

    monkeypatch.setattr(start.getpass, "getuser", nobody)
    monkeypatch.setattr(start.pwd, "getpwnam", unknown)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    assert start._who_runs_this() == ("user4711", "user4711@localhost")
