"""One data directory, and secrets from the environment or from a file, never from both."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from makegood.kit.errors import BadInput
from makegood.kit.home import ROOT_HOME, home, secret


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("MAKEGOOD_HOME", "SHOP_PASSWORD", "SHOP_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)
    home.cache_clear()
    yield
    home.cache_clear()


def test_the_home_that_is_named_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAKEGOOD_HOME", "my data")
    assert home() == tmp_path / "my data"


def test_a_tilde_is_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    monkeypatch.setenv("MAKEGOOD_HOME", "~/mg")
    assert home() == Path("/somewhere/mg")


@pytest.mark.parametrize(("user", "place"), [(0, ROOT_HOME), (1000, "/somewhere/.local/share/makegood")])
def test_without_a_name(monkeypatch: pytest.MonkeyPatch, user: int, place: str) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert home() == Path(place)


def test_a_secret_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert secret("SHOP_PASSWORD") is None
    monkeypatch.setenv("SHOP_PASSWORD", "open sesame ")
    assert secret("SHOP_PASSWORD") == "open sesame "


def test_a_secret_from_a_file_loses_the_line_end_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(" open sesame \r\n", encoding="utf-8")
    monkeypatch.setenv("SHOP_PASSWORD_FILE", str(tmp_path / "password"))
    assert secret("SHOP_PASSWORD") == " open sesame "


def test_both_are_one_too_many(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "a")
    monkeypatch.setenv("SHOP_PASSWORD_FILE", str(tmp_path / "b"))
    with pytest.raises(BadInput) as refused:
        secret("SHOP_PASSWORD")
    assert refused.value.code == "two-secrets"


def test_a_file_that_cannot_be_read_is_named_but_no_secret_is_shown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHOP_PASSWORD_FILE", str(tmp_path / "gone"))
    with pytest.raises(BadInput) as refused:
        secret("SHOP_PASSWORD")
    assert refused.value.code == "secret-file"
    assert str(tmp_path / "gone") in refused.value.what
