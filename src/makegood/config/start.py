"""Everything a command needs before its first query: home, database, secret key, Django, tables, a first person.

Fast when there is nothing to do: one connection and two small queries. Two commands that start at the same moment
do not race: tables are changed, and the first person is added, under a lock of the database.
"""

from __future__ import annotations

import getpass
import os
import pwd
import secrets
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from makegood.config.tables import bring_up_to_date
from makegood.kit.errors import Refused
from makegood.kit.home import home, secret

if TYPE_CHECKING:
    from makegood.config.embedded import EmbeddedServer

TOKEN_FILE = "secrets/token"  # noqa: S105 # a file's name
KEY_FILE = "secrets/django.key"
_FIRST_PERSON = 0x6D67_6670  # advisory lock: one command adds the first person


def _silent(_sentence: str) -> None:
    pass


@dataclass(frozen=True)
class Started:
    """What runs now. `server` is None when DATABASE_URL names a database; `notes` are sentences for the person."""

    home: Path
    server: EmbeddedServer | None
    notes: tuple[str, ...] = ()

    def release(self) -> None:
        """Closes this thread's connections and stops using the embedded server; its last user stops it."""
        from django.db import connections

        connections.close_all()
        if self.server is not None:
            self.server.release()


def start(progress: Callable[[str], None] = _silent) -> Started:
    """Sets up environment and Django, brings tables up to date; `progress` hears a sentence before what takes long.

    Raises `Refused` (home not writable, tables of a newer Makegood, a role that may not make tables), `BadInput`
    (settings), `Unavailable`, and Django's `OperationalError` when the named database does not answer.
    """
    place = find_home()
    _check_whole(place)
    make_home(place)
    _set_secret_key(place)
    with ExitStack() as undo:
        server = None
        if not named_database():
            server = _own_server(place, progress)
            undo.callback(server.release)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "makegood.config.settings")
        import django

        django.setup()
        bring_up_to_date(progress)
        _follow_on()
        notes = _first_person(place)
        undo.pop_all()
    return Started(place, server, notes)


def _follow_on() -> None:
    """A database that was brought to another server goes on with its transaction numbers where they ended."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT mg_follow_xids() FROM fence WHERE place <> mg_place()")


def set_up(place: Path) -> Callable[[], None]:
    """Django for a database that has no tables yet (restoring); returns what closes its connections."""
    _set_secret_key(place)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "makegood.config.settings")
    import django

    django.setup()
    from django.db import connections

    from makegood.config.databases import point_at

    # Where Django was set up before (a test, a long-lived program) its settings name another database.
    point_at(os.environ["DATABASE_URL"], os.environ.get("MAKEGOOD_OWNER_URL") or os.environ["DATABASE_URL"])
    return connections.close_all


def _check_whole(place: Path) -> None:
    unfinished = place / "restore.unfinished"
    if unfinished.exists():
        raise Refused(
            f"A restore into {place} was not finished.",
            remedy="Remove that home (and empty the database that DATABASE_URL names), then restore again.",
            code="restore-unfinished",
        )


def find_home() -> Path:
    """The data directory. Raises `Refused` when there is neither MAKEGOOD_HOME nor a home of this user."""
    try:
        return home()
    except RuntimeError as error:
        raise Refused(
            "This user has no home directory.", remedy="Name a data directory with MAKEGOOD_HOME.", code="no-home"
        ) from error


def make_home(place: Path) -> None:
    """The data directory and its folder for secrets, closed to others. Raises `Refused` or `Unavailable`."""
    from makegood.config.postgres.layout import FOLDER_MODE, make_folder
    from makegood.config.postgres.sentences import file_errors

    with file_errors(place):
        make_folder(place, FOLDER_MODE)
        make_folder(place / "secrets", 0o700)


def named_database() -> bool:
    """True when DATABASE_URL (or DATABASE_URL_FILE) names one; both settings are then in the environment itself."""
    for name in ("DATABASE_URL", "MAKEGOOD_OWNER_URL"):
        value = secret(name)
        if value:
            os.environ.pop(f"{name}_FILE", None)
            os.environ[name] = value
    return bool(os.environ.get("DATABASE_URL"))


def _own_server(place: Path, progress: Callable[[str], None]) -> EmbeddedServer:
    from makegood.config.embedded import EmbeddedServer

    server = EmbeddedServer(place, progress=progress)
    server.start()
    os.environ["DATABASE_URL"] = server.url("app")
    os.environ["MAKEGOOD_OWNER_URL"] = server.url("owner")
    return server


def _set_secret_key(place: Path) -> None:
    from makegood.config.postgres.sentences import file_errors

    if os.environ.get("MAKEGOOD_SECRET_KEY") or os.environ.get("MAKEGOOD_SECRET_KEY_FILE"):
        return
    path = place / KEY_FILE
    with file_errors(place):
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        os.environ["MAKEGOOD_SECRET_KEY"] = path.read_text(encoding="utf-8").strip()


def _write_once(path: Path, text: str) -> None:
    """Of two commands that write at the same moment, one text stays, whole: a hard link never replaces a file."""
    from makegood.config.postgres.layout import write_durably

    mine = path.with_name(f"{path.name}.{os.getpid()}")
    write_durably(mine, text + "\n")
    with suppress(FileExistsError):
        os.link(mine, path)
    mine.unlink()


def _first_person(place: Path) -> tuple[str, ...]:
    """Adds who set this installation up when nobody exists. The token is on disk before the person is committed:
    killed in between, the next command makes another; the other way round nobody could ever act."""
    from django.db import connection, transaction

    from makegood.config.postgres.layout import write_durably
    from makegood.config.postgres.sentences import file_errors
    from makegood.people.actions import add_first_person
    from makegood.people.models import Staff

    if Staff.objects.exists():
        return ()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST_PERSON])
        if Staff.objects.exists():
            return ()
        name, email = _who_runs_this()
        staff, token = add_first_person(name, email)
        with file_errors(place):
            write_durably(place / TOKEN_FILE, token + "\n")
    known = f"{staff.name} ({staff.email}) is the first person here; the token is in {place / TOKEN_FILE}."
    return (f"{known} Say your own address once: makegood people address you@example.com.",)


def _who_runs_this() -> tuple[str, str]:
    try:
        login = getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        login = f"user{os.geteuid()}"
    try:
        spoken = pwd.getpwnam(login).pw_gecos.partition(",")[0].strip()
    except KeyError:
        spoken = ""
    return spoken or login, f"{login}@localhost"
