"""Real records that PyPI packages carry: read where they are, never imported, never copied into this project."""

from __future__ import annotations

import importlib.util
import os
import tarfile
import zipfile
from pathlib import Path

from makegood.kit.errors import BadInput, NotFound, Place

FOLDER_VARIABLE = "MAKEGOOD_DEMO_PACKAGES"


def packaged_file(package: str, inside: str, folder: Path | None = None) -> bytes:
    """The content of the file `inside` (path below the package) of a package that is installed or only downloaded.

    Looks in `folder` (without one: in the folder that MAKEGOOD_DEMO_PACKAGES names), which may hold the package
    unpacked, as a wheel or as a source archive; then among the installed packages. Raises `NotFound` with what to
    install, `BadInput` for an archive that is damaged.
    """
    named = os.environ.get(FOLDER_VARIABLE, "")
    folder = folder if folder is not None else Path(named) if named else None
    path = f"{package}/{inside}"
    found = _below(folder, package, path) if folder is not None else None
    found = found if found is not None else _installed(package, inside)
    if found is None:
        where = f" The folder {folder} does not hold it either." if folder is not None else ""
        raise NotFound(
            f"This example needs {inside} of the package {package}, which is not installed.{where}",
            remedy=f"Install it: pip install --no-deps {package}. Or put its wheel or source archive into a folder "
            f"and name that in {FOLDER_VARIABLE}.",
            code="no-demo-package",
        )
    return found


def _installed(package: str, inside: str) -> bytes | None:
    spec = importlib.util.find_spec(package)
    for root in (spec.submodule_search_locations or ()) if spec else ():
        if (path := Path(root) / inside).is_file():
            return path.read_bytes()
    return None


def _below(folder: Path, package: str, path: str) -> bytes | None:
    if (folder / path).is_file():
        return (folder / path).read_bytes()
    for archive in sorted(folder.glob("*")):
        if not archive.name.lower().startswith(f"{package.lower()}-"):
            continue
        try:
            found = _packed(archive, path)
        except (zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
            what = "The archive is damaged."
            raise BadInput(what, remedy="Download it again.", place=Place(str(archive)), code="bad-archive") from error
        if found is not None:
            return found
    return None


def _packed(archive: Path, path: str) -> bytes | None:
    """A wheel has the package at its top; a source archive one folder below."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(path) if path in wheel.namelist() else None
    if archive.name.endswith(".tar.gz"):
        with tarfile.open(archive) as source:
            names = [name for name in source.getnames() if name.partition("/")[2] == path]
            member = source.extractfile(names[0]) if names else None
            return member.read() if member else None
    return None
