"""Where the embedded PostgreSQL keeps its files.

home/postgres/data          the database cluster, 0700, the server user's
home/postgres/socket        the only door, 0700, the server user's; under the system's temporary folder if too deep
home/postgres/log           postgresql.log
home/postgres/*.lock        see embedded.py
home/postgres/ballast       64 MB to delete when the disk is full
home/postgres/moved-to      names the folder used instead when root's home is closed to the server user
home/secrets/postgres.json  passwords, 0600, ours
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from makegood.config.postgres.account import Account, find_account, user_name
from makegood.kit.errors import Refused

PORT = 5432
SOCKET_LIMIT = 107  # bytes: sun_path of Linux, less its closing zero
SYSTEM_ROOT = Path("/var/lib/makegood")

# Root's folders can be entered but not listed, so that the server user reaches its two subfolders.
FOLDER_MODE = 0o711 if os.geteuid() == 0 else 0o700


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths for one home and who owns the database. `base` is `home/postgres`, or what its `moved-to` names."""

    home: Path
    base: Path
    account: Account

    @property
    def cluster(self) -> Path:
        return self.base / "data"

    @property
    def unfinished(self) -> Path:
        return self.base / "data.unfinished"

    @property
    def log(self) -> Path:
        return self.base / "log" / "postgresql.log"

    @property
    def users(self) -> Path:
        return self.base / "users.lock"

    @property
    def starting(self) -> Path:
        return self.base / "start.lock"

    @property
    def living(self) -> Path:
        return self.base / "server.lock"

    @property
    def ballast(self) -> Path:
        return self.base / "ballast"

    @property
    def passwords(self) -> Path:
        return self.home / "secrets" / "postgres.json"

    @property
    def socket(self) -> Path:
        """The socket folder a server started now would use: a short one if the path is too long for the kernel.

        Or if it holds a comma or a quote, which PostgreSQL takes for the end of a name in a list.
        """
        inside = self.base / "socket"
        if len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= SOCKET_LIMIT and not set(str(inside)) & set(',"\n'):
            return inside
        mark = hashlib.sha256(os.fsencode(self.base)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"makegood-{mark}"


def open_home(home: Path) -> tuple[Layout, str | None]:
    """Make the folders of `home` (absolute) that are missing; a note in one sentence when the files live elsewhere.

    Raises Refused when the database files belong to another user, OSError when a folder cannot be made.
    """
    own_base = home / "postgres"
    make_folder(home, FOLDER_MODE)
    make_folder(own_base, FOLDER_MODE)
    make_folder(home / "secrets", 0o700)
    base = _base(own_base)
    account = find_account(base / "data")
    if base == own_base and not (base / "data").exists() and not account.can_enter(own_base):
        base = _move(own_base)
    layout = Layout(home, base, account)
    make_folder(layout.log.parent, 0o700)
    _check_owner(layout.cluster, account)
    if base == own_base:
        return layout, None
    return layout, f"{home} is closed to user {account.name}, so its database files are in {base}."


def make_folder(folder: Path, mode: int) -> None:
    """Make `folder` and its missing parents (0755) whatever our umask is; one that exists keeps its mode."""
    if folder.is_dir():
        return
    if not folder.parent.is_dir():
        make_folder(folder.parent, 0o755 if os.geteuid() == 0 else 0o700)
    try:
        folder.mkdir(mode=mode)
    except FileExistsError:
        if not folder.is_dir():
            raise
        return
    folder.chmod(mode)


def open_private(folder: Path, account: Account) -> None:
    """Make `folder` with mode 0700 for `account`, or accept it if it is just that.

    Raises Refused when something else has the name: in a shared temporary folder anybody may have put it there.
    """
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {account.uid, os.geteuid()}:
        raise Refused(
            f"{folder} should be a private folder of user {account.name}, but is not.",
            remedy="Find out who made it, remove it and start again, or use a home with a shorter path.",
            code="socket-folder-not-ours",
        )
    if found.st_uid != account.uid:
        account.own(folder)
    if stat.S_IMODE(found.st_mode) != 0o700:
        folder.chmod(0o700)


def open_beside(path: Path, flags: int) -> int:
    """A descriptor on `path`, created 0600 and owned like its folder, so that root leaves nothing its owner cannot use.

    A symlink is refused.
    """
    fd = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    if os.geteuid() == 0:
        folder = path.parent.stat()
        os.fchown(fd, folder.st_uid, folder.st_gid)
    return fd


def write_durably(path: Path, text: str) -> None:
    """Replace `path` (0600) by `text` so that a power cut leaves the old or the new content, never half of it."""
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    fd = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _base(own_base: Path) -> Path:
    try:
        return Path((own_base / "moved-to").read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return own_base


def _move(own_base: Path) -> Path:
    # The random end keeps a home that was deleted and made again apart from the files of its predecessor.
    mark = hashlib.sha256(os.fsencode(own_base)).hexdigest()[:12]
    base = SYSTEM_ROOT / f"{mark}-{secrets.token_hex(4)}"
    make_folder(SYSTEM_ROOT, 0o755)
    make_folder(base, 0o711)
    write_durably(own_base / "moved-to", f"{base}\n")
    return base


def _check_owner(cluster: Path, account: Account) -> None:
    try:
        owner = cluster.stat().st_uid
    except FileNotFoundError:
        return
    if owner != account.uid:
        raise Refused(
            f"The database files in {cluster} belong to user {user_name(owner)}, and this is user {account.name}.",
            remedy=f"Run Makegood as user {user_name(owner)}, or give the files to {account.name} with chown.",
            code="home-of-another-user",
        )
