"""Settings from the environment: which of several places counts, and what a secret's file may hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from makegood.kit.errors import BadInput
from makegood.kit.home import home, secret

NAME = "MAKEGOOD_TEST_SECRET"


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """`home` remembers; what a test told it must not reach the next one."""
    home.cache_clear()
    yield
    home.cache_clear()


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"s3cret", "s3cret"),
        (b"s3cret\n", "s3cret"),
        (b"s3cret\r\n", "s3cret"),
        (b"s3cret\n\n", "s3cret"),
        (b" s3cret ", " s3cret "),
        (b"one\ntwo\n", "one\ntwo"),
        ("schlüssel\n".encode(), "schlüssel"),
        (b"", ""),
        (b"\n", ""),
    ],
)
def test_what_a_secrets_file_means(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes, value: str) -> None:
    (tmp_path / "secret").write_bytes(content)
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert secret(NAME) == value


@pytest.mark.parametrize(
    ("direct", "named", "value"),
    [
        (None, False, None),
        ("", False, ""),
        ("direct", False, "direct"),
        ("", True, "filed"),
        (None, True, "filed"),
    ],
)
def test_which_of_the_two_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, direct: str | None, named: bool, value: str | None
) -> None:
    """An empty variable is what compose files leave behind: it is no second secret."""
    (tmp_path / "secret").write_text("filed\n", encoding="utf-8")
    if direct is not None:
        monkeypatch.setenv(NAME, direct)
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret") if named else "")
    assert secret(NAME) == value


@pytest.mark.parametrize(("kind", "says"), [("folder", "Is a directory"), ("latin-1", "it is not text in UTF-8")])
def test_a_file_that_holds_no_text_is_named_without_its_content(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str, says: str
) -> None:
    place = tmp_path / "secret"
    place.mkdir() if kind == "folder" else place.write_bytes(b"hunter2\xff")
    monkeypatch.setenv(f"{NAME}_FILE", str(place))
    with pytest.raises(BadInput) as refused:
        secret(NAME)
    assert refused.value.code == "secret-file"
    assert refused.value.what == f"{NAME}_FILE names '{place}', which cannot be read: {says}."
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("named", "user", "place"),
    [
        ("/srv/mg", 0, "/srv/mg"),
        ("/srv/mg/", 1000, "/srv/mg"),
        ("./mg", 1000, "{here}/mg"),
        ("mg", 0, "{here}/mg"),
        ("~/mg", 1000, "{here}/home/mg"),
        ("", 0, "/var/lib/makegood/home"),
        ("", 1000, "{here}/home/.local/share/makegood"),
    ],
)
def test_where_the_home_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, named: str, user: int, place: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAKEGOOD_HOME", named)
    monkeypatch.setattr("os.geteuid", lambda: user)
    assert home() == Path(place.format(here=tmp_path))


def test_the_home_stays_the_same_when_the_program_changes_its_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MAKEGOOD_HOME", "mg")
    monkeypatch.chdir(tmp_path)
    first = home()
    monkeypatch.chdir("/")
    assert home() == first == tmp_path / "mg"
