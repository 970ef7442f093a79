"""Finding a file of a package that is installed, unpacked, or only downloaded."""

from __future__ import annotations

import io
import sys
import tarfile
import zipfile

import pytest

from makegood.kit.errors import BadInput, NotFound
from makegood.testing.packages import FOLDER_VARIABLE, packaged_file


@pytest.fixture(autouse=True)
def no_variable(monkeypatch):
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)


def wheel(folder, name="Made_up_pack-1.0-py3-none-any.whl", inside="made_up_pack/sets/a.txt"):
    with zipfile.ZipFile(folder / name, "w") as archive:
        archive.writestr(inside, "from the wheel")


def source_archive(folder, path="made_up_pack-1.0/made_up_pack/sets/a.txt"):
    with tarfile.open(folder / "made_up_pack-1.0.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo(path)
        member.size = len(b"from the source")
        archive.addfile(member, io.BytesIO(b"from the source"))


def test_in_a_wheel(tmp_path):
    wheel(tmp_path)
    assert packaged_file("made_up_pack", "sets/a.txt", tmp_path) == b"from the wheel"


def test_in_a_source_archive(tmp_path):
    source_archive(tmp_path)
    assert packaged_file("made_up_pack", "sets/a.txt", tmp_path) == b"from the source"


def test_in_an_unpacked_folder_before_any_archive(tmp_path):
    wheel(tmp_path)
    (tmp_path / "made_up_pack" / "sets").mkdir(parents=True)
    (tmp_path / "made_up_pack" / "sets" / "a.txt").write_text("unpacked")
    assert packaged_file("made_up_pack", "sets/a.txt", tmp_path) == b"unpacked"


def test_in_the_folder_that_the_environment_names(tmp_path, monkeypatch):
    wheel(tmp_path)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert packaged_file("made_up_pack", "sets/a.txt") == b"from the wheel"


def test_an_installed_package_is_read_but_not_imported(tmp_path, monkeypatch):
    root = tmp_path / "made_up_pack"
    (root / "sets").mkdir(parents=True)
    (root / "__init__.py").write_text("raise ImportError('needs much')")
    (root / "sets" / "a.txt").write_text("installed")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert packaged_file("made_up_pack", "sets/a.txt") == b"installed"
    assert "made_up_pack" not in sys.modules


def test_another_packages_archive_is_not_opened(tmp_path):
    (tmp_path / "made_up_package-1.0.whl").write_text("not even a wheel")
    with pytest.raises(NotFound):
        packaged_file("made_up_pack", "sets/a.txt", tmp_path)


def test_missing_says_what_to_install(tmp_path):
    wheel(tmp_path, inside="made_up_pack/other.txt")
    with pytest.raises(NotFound) as caught:
        packaged_file("made_up_pack", "sets/a.txt", tmp_path)
    assert "needs sets/a.txt of the package made_up_pack, which is not installed" in caught.value.what
    assert str(tmp_path) in caught.value.what
    assert "pip install --no-deps made_up_pack" in caught.value.remedy
    assert FOLDER_VARIABLE in caught.value.remedy


def test_a_folder_that_does_not_exist_holds_nothing(tmp_path):
    with pytest.raises(NotFound):
        packaged_file("made_up_pack", "sets/a.txt", tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["made_up_pack-1.0-py3-none-any.whl", "made_up_pack-1.0.tar.gz"])
def test_a_damaged_archive_is_named(tmp_path, name):
    (tmp_path / name).write_bytes(b"half of it")
    with pytest.raises(BadInput, match="damaged") as caught:
        packaged_file("made_up_pack", "sets/a.txt", tmp_path)
    assert name in str(caught.value)
