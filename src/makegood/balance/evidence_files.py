"""A pack on disk: a folder or a zip, written whole or not at all, read without trust. No database, no Django."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from makegood.kit.digest import canonical, sha256
from makegood.kit.errors import BadInput, Refused, Unavailable

MANIFEST = "manifest.json"
_MOMENT = (1980, 1, 1, 0, 0, 0)  # every file of a zip: equal content, equal zip
_BROKEN = (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass
class Written:
    """One file of the pack; `rows` counts its lines (of a CSV file without the heads)."""

    sha256: str = ""
    bytes: int = 0
    rows: int = 0


@dataclass
class PackWriter:
    """Writes beside the target and moves it there at the end. Raises `Refused` when the target exists."""

    target: Path
    files: dict[str, Written] = field(default_factory=dict)

    @property
    def zipped(self) -> bool:
        return self.target.suffix.lower() == ".zip"

    def __enter__(self) -> PackWriter:
        if self.target.exists():
            raise Refused(
                f"'{self.target}' exists already.", remedy="Name a new folder or zip file.", code="pack-exists"
            )
        self._beside = self.target.with_name(f".{self.target.name}.{os.getpid()}")
        with _telling(self.target):
            self.target.parent.mkdir(parents=True, exist_ok=True)
            if self.zipped:
                descriptor = os.open(self._beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
                self._zip = zipfile.ZipFile(os.fdopen(descriptor, "w+b"), "w", zipfile.ZIP_DEFLATED)
            else:
                self._beside.mkdir(mode=0o700)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            with _telling(self.target):
                self._end()
                self._beside.rename(self.target)
            return
        with contextlib.suppress(OSError):
            self._end()
        if self.zipped:
            self._beside.unlink(missing_ok=True)
        else:
            shutil.rmtree(self._beside, ignore_errors=True)

    def _end(self) -> None:
        if self.zipped:
            file = self._zip.fp
            self._zip.close()
            if file is not None:
                file.close()

    def add(self, name: str, portions: Iterable[bytes], *, heads: int = 0) -> None:
        """One file, portion by portion; `heads` lines at its start are not counted as rows."""
        written, whole = Written(rows=-heads), hashlib.sha256()
        with _telling(self.target), self._open(name) as file:
            for portion in portions:
                file.write(portion)
                whole.update(portion)
                written.bytes += len(portion)
                written.rows += portion.count(b"\n")
        written.sha256 = whole.hexdigest()
        self.files[name] = written

    def add_text(self, name: str, text: str) -> None:
        self.add(name, [text.encode()])

    def add_json(self, name: str, value: object) -> None:
        self.add_text(name, pretty(value))

    def _open(self, name: str) -> contextlib.AbstractContextManager[Any]:
        if self.zipped:
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            return self._zip.open(entry, "w", force_zip64=True)
        path = self._beside.joinpath(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return path.open("xb")

    def add_manifest(self, about: Mapping[str, Any]) -> str:
        """The last file: every other with its hash. Returns the digest of the pack."""
        files = {name: vars(written) for name, written in sorted(self.files.items())}
        manifest = {**about, "files": files}
        digest = manifest_digest(manifest)
        self.add_json(MANIFEST, {**manifest, "digest": digest})
        return digest


@contextlib.contextmanager
def _telling(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"The pack '{target}' cannot be written: {error.strerror or error}.",
            remedy="Make room or name another place; nothing half-written was left.",
            code="pack-not-written",
        ) from error


def pretty(value: object) -> str:
    """JSON for people and for programs: one value, one text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def manifest_digest(manifest: Mapping[str, Any]) -> str:
    return sha256(canonical({name: value for name, value in manifest.items() if name != "digest"}))


class Unreadable(Exception):
    """A file of the pack is missing or cannot be read; `str` is the reason as part of a sentence."""


class PackReader:
    """Reads a pack line by line. Raises `BadInput` when there is no pack at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._zip: zipfile.ZipFile | None = None
        try:
            if path.is_dir():
                found = (one for one in path.rglob("*") if not one.is_dir())
                self.names = sorted(one.relative_to(path).as_posix() for one in found)
            else:
                self._zip = zipfile.ZipFile(path)
                self.names = sorted(self._zip.namelist())
        except _BROKEN as error:
            raise BadInput(
                f"'{path}' is not an evidence pack: {error}.",
                remedy="Name the folder or the zip file that 'makegood evidence' wrote.",
                code="no-pack",
            ) from error

    def __enter__(self) -> PackReader:
        return self

    def __exit__(self, *_: object) -> None:
        if self._zip is not None:
            self._zip.close()

    def lines(self, name: str) -> Iterator[bytes]:
        """Lines with their end. Raises `Unreadable`."""
        if name not in self.names:
            raise Unreadable("is missing")
        try:
            with self._open(name) as file:
                yield from file
        except _BROKEN as error:
            raise Unreadable(f"cannot be read ({type(error).__name__})") from error

    def whole(self, name: str) -> bytes:
        return b"".join(self.lines(name))

    def json(self, name: str) -> Any:
        """Raises `Unreadable` for anything that is not JSON."""
        try:
            return json.loads(self.whole(name))
        except ValueError as error:
            raise Unreadable("is not JSON") from error

    def _open(self, name: str) -> BinaryIO:
        if self._zip is not None:
            return self._zip.open(name)  # type: ignore[return-value]  # an IO[bytes] that is read only
        return self.path.joinpath(name).open("rb")
