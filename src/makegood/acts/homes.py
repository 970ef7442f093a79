"""What this home is, so that a copy of it is told from the original; and the epoch it has seen, outside the database.

A home is known by traits that a copy cannot have all alike: the machine, the path, the inode of a file that never
changes, the network cards (a cloned machine gets new ones), the address of the database. The epoch file also names its
own inode: put back from a copy of the home, it tells.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from makegood.acts.sendlog import home_name
from makegood.kit.digest import canonical, sha256
from makegood.kit.home import home

_CARDS = Path("/sys/class/net")
_MACHINE = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


@dataclass(frozen=True, slots=True)
class Traits:
    """`machine` and `cards` are digests, empty where the system tells nothing; `server` is the database's address as
    this home names it: host:port/name, or socket/name."""

    machine: str
    path: str
    inode: int
    cards: tuple[str, ...]
    server: str

    def as_text(self) -> str:
        return canonical(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Traits:
        kept = json.loads(text)
        return cls(kept["machine"], kept["path"], kept["inode"], tuple(kept["cards"]), kept["server"])


@dataclass(frozen=True, slots=True)
class Kept:
    """What the epoch file says; `copied` when the file is not the one that was written."""

    epoch: int
    copied: bool


def traits() -> Traits:
    """Raises `OSError` when the home cannot be written: its name lives there."""
    home_name()
    place = home()
    inode = (place / "acts" / "name").stat().st_ino
    return Traits(_machine(), str(place.resolve()), inode, _cards(), _server())


def differences(kept: Traits, now: Traits) -> list[str]:
    """What speaks against this being the home that was admitted, in words; empty when nothing does."""
    found = []
    if kept.machine and now.machine and kept.machine != now.machine:
        found.append("it is on another machine")
    elif kept.cards and now.cards and not set(kept.cards) & set(now.cards):
        found.append("the machine has other network cards")
    if kept.path != now.path:
        found.append(f"it was at {kept.path}")
    if kept.inode != now.inode:
        found.append("its files were copied")
    if kept.server != now.server:
        found.append(f"its database was at {kept.server}")
    return found


def host_label() -> str:
    return socket.gethostname()[:100]


def read_kept(database: str) -> Kept | None:
    """The epoch this home has seen of a database; None when there is no file or none that can be read."""
    try:
        # One file for both: another worker of this home may put a new one in its place at any moment.
        with _epoch_file(database).open(encoding="ascii") as file:
            content = json.load(file)
            return Kept(int(content["epoch"]), int(content["inode"]) != os.fstat(file.fileno()).st_ino)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write_kept(database: str, epoch: int) -> None:
    """Replaces the epoch file, durably and whole; called after the database has committed the epoch."""
    path = _epoch_file(database)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        # The inode survives the rename; whoever copies the file gets another one.
        file.write(json.dumps({"epoch": epoch, "inode": os.fstat(file.fileno()).st_ino}) + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(folder)
    os.close(folder)


def _epoch_file(database: str) -> Path:
    return home() / "epochs" / f"{database}.json"


def _machine() -> str:
    for path in _MACHINE:
        try:
            if text := path.read_text(encoding="ascii").strip():
                return sha256(text)[:16]
        except (OSError, ValueError):
            continue
    return ""


def _cards() -> tuple[str, ...]:
    """Digests of the permanent addresses of cards with hardware behind them: virtual ones change with every start."""
    found = []
    for card in sorted(_CARDS.glob("*")):
        try:
            if (card / "device").exists() and (card / "addr_assign_type").read_text().strip() == "0":
                found.append(sha256((card / "address").read_text().strip())[:16])
        except OSError:
            continue
    return tuple(found)


def _server() -> str:
    entry = settings.DATABASES["default"]
    host = str(entry.get("HOST") or "")
    if host.startswith("/"):
        return f"socket/{entry.get('NAME') or ''}"
    return f"{host or 'localhost'}:{entry.get('PORT') or 5432}/{entry.get('NAME') or ''}"
