"""Who is asking: a command acts with a personal token and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from makegood.cli.output import patiently, tell
from makegood.kit.errors import NotAllowed
from makegood.kit.home import home, secret

if TYPE_CHECKING:
    from makegood.config.start import Started
    from makegood.people.models import Brand
    from makegood.people.queries import Person


@dataclass(frozen=True)
class Session:
    """One command of one person, who came to `verb` (read, report, draft, approve, apply, admin)."""

    person: Person
    verb: str
    home: Path

    def brand(self, slug: str = "default", verb: str | None = None) -> Brand:
        """The brand, when this person may `verb` there. Raises `NotFound` or `NotAllowed`."""
        from makegood.people.queries import access_brand

        return access_brand(self.person, slug, verb or self.verb)

    def brands(self) -> list[Brand]:
        """All brands where this person may do what they came for; may be empty."""
        from makegood.people.lists import list_brands

        return list_brands(self.person, self.verb)


@contextmanager
def acting(verb: str) -> Iterator[Session]:
    """Starts what is needed, finds the person behind the token, stops at the end."""
    with using_database() as started:
        # Not before: the tables' classes need Django set up.
        from makegood.people.queries import access_person

        yield Session(access_person(find_token()), verb, started.home)


@contextmanager
def using_database() -> Iterator[Started]:
    """For commands about the installation itself, which no person's rights decide (doctor, verify, work)."""
    from makegood.config.start import start

    with patiently() as say:
        started = start(say)
    try:
        for note in started.notes:
            tell(note, to_stderr=True)
        yield started
    finally:
        _release(started.release)


def _release(release: Callable[[], None]) -> None:
    # Ctrl-C here only stops the waiting: the server was asked to stop and does so by itself.
    try:
        release()
    except KeyboardInterrupt:
        tell("The embedded PostgreSQL is still stopping, by itself.", to_stderr=True)


def find_token() -> str:
    """From MAKEGOOD_TOKEN, MAKEGOOD_TOKEN_FILE or the home directory. Raises `NotAllowed` when there is none."""
    given = secret("MAKEGOOD_TOKEN")
    if given:
        return given.strip()
    path = home() / "secrets" / "token"
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise NotAllowed(
            "There is no token that says who you are.",
            remedy="Set MAKEGOOD_TOKEN, or MAKEGOOD_TOKEN_FILE to a file with it; an admin makes one: "
            "makegood people add.",
            code="no-token",
        ) from error


def keep_token(old: str, new: str) -> Path | None:
    """Puts `new` where `old` is kept in the home directory, and returns the file; None when `old` is not there."""
    from makegood.config.postgres.layout import write_durably

    path = home() / "secrets" / "token"
    if not path.exists() or path.read_text(encoding="utf-8").strip() != old:
        return None
    write_durably(path, new + "\n")
    return path
