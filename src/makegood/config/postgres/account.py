"""The user PostgreSQL runs as: ourselves, or, because `postgres` refuses root, a system user without rights."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from makegood.kit.errors import Unavailable

SYSTEM_USER = "makegood"
MAKING = 10.0  # seconds another start may take to make the user; useradd holds the lock on /etc/passwd meanwhile

# Instead of our own environment: PGPORT or PGDATA would move the server, and our secrets are not its business.
_ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Account:
    """Who owns the database files. `switch` is true when we are root and must become that user first."""

    name: str
    uid: int
    gid: int
    switch: bool

    def run(
        self, argv: Sequence[str | Path], *, keep: tuple[int, ...] = (), output: int = subprocess.PIPE
    ) -> subprocess.CompletedProcess[str]:
        """Run `argv` as this user in a session of its own and wait; `keep` are descriptors the child inherits.

        Raises PermissionError when this user cannot reach the program.
        """
        return subprocess.run(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            env=_ENVIRONMENT,
            umask=0o077,
            pass_fds=keep,
            # Ctrl-C belongs to us: the server must outlive it long enough to be stopped in order.
            start_new_session=True,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
        )

    def own(self, path: Path) -> None:
        """Give `path`, made by us, to this user; a symlink is not followed."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_enter(self, folder: Path) -> bool:
        """True when this user really gets into `folder`; asked by trying, since modes, ACLs and mounts all decide."""
        if not self.switch:
            return True
        return self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", folder]).returncode == 0


def find_account(cluster: Path) -> Account:
    """The user for the database files in `cluster`: their owner, or for a new one ourselves, or as root `makegood`.

    Raises Unavailable when root can neither find nor create the system user.
    """
    if os.geteuid() != 0:
        return Account(user_name(os.geteuid()), os.geteuid(), os.getegid(), switch=False)
    try:
        owner = pwd.getpwuid(cluster.stat().st_uid)
    except (FileNotFoundError, KeyError):
        owner = _system_user()
    if owner.pw_uid == 0:
        owner = _system_user()
    return Account(owner.pw_name, owner.pw_uid, owner.pw_gid, switch=True)


def user_name(uid: int) -> str:
    """The login name of `uid`, or the number where it has none (common in containers)."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if useradd is None:
        return pwd.getpwnam("nobody")
    made = subprocess.run(
        [
            useradd,
            "--system",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
            SYSTEM_USER,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    user = _appearing(SYSTEM_USER)
    if user is not None:
        return user
    raise Unavailable(
        f"PostgreSQL does not run as root, and user {SYSTEM_USER} could not be created: {made.stderr.strip()}.",
        remedy="Create it with `useradd --system makegood`, run Makegood as a normal user, or set DATABASE_URL.",
        code="no-system-user",
    )


def _appearing(name: str) -> pwd.struct_passwd | None:
    """Looked up again rather than trusting the exit code: another start may be making the user at this moment, and ours
    was then refused because /etc/passwd is locked."""
    until = time.monotonic() + MAKING
    while True:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            if time.monotonic() >= until:
                return None
        time.sleep(0.05)
