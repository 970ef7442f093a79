"""Are the database's tables those of this Makegood? If not, one command at a time changes them, as their owner."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from makegood.kit.errors import Refused
from makegood.kit.killpoints import kp

_ONE_AT_A_TIME = 0x6D67_7462  # advisory lock
_OURS = "makegood."


def bring_up_to_date(progress: Callable[[str], None]) -> None:
    """Applies migrations that are missing, on the connection `owner`.

    Raises `Refused` when the tables are those of a newer Makegood, or when the role may not make tables.
    """
    if not missing_migrations():
        return
    from django.core.management import call_command
    from django.db import ProgrammingError, connections

    kp("migrate.before_lock")
    owner = connections["owner"]
    progress("Preparing the tables; this happens once for each version.")
    with owner.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
    try:
        kp("migrate.locked")
        if missing_migrations():
            call_command("migrate", database="owner", verbosity=0, interactive=False)
            kp("migrate.done")
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") != "42501":  # insufficient_privilege
            raise
        raise Refused(
            f"The database role may not make Makegood's tables: {str(error).strip().splitlines()[0]}.",
            remedy="Name a role that owns the database with MAKEGOOD_OWNER_URL, once for each version.",
            code="owner-needed",
        ) from error
    finally:
        kp("migrate.before_unlock")
        # Its session ends with it, and so does the lock, also where a failed statement would refuse an unlock.
        owner.close()


def missing_migrations() -> list[str]:
    """`room.0001_initial` for each migration that is not applied, read from file names: nothing is imported.

    Raises `Refused` when the database has migrations that this Makegood does not know.
    """
    wanted, ours = _on_disk()
    applied = _applied()
    unknown = sorted(one for one in applied - wanted if one[0] in ours)
    if unknown:
        raise Refused(
            f"This database belongs to a newer Makegood (it has {'.'.join(unknown[0])}).",
            remedy="Install that version here, or restore the backup that was made before it.",
            code="newer-database",
        )
    return sorted(".".join(one) for one in wanted - applied)


def _on_disk() -> tuple[set[tuple[str, str]], set[str]]:
    from django.apps import apps

    wanted, ours = set(), set()
    for config in apps.get_app_configs():
        if config.name.startswith(_OURS):
            ours.add(config.label)
        wanted |= {(config.label, one.stem) for one in (Path(config.path) / "migrations").glob("[0-9]*.py")}
    return wanted, ours


def _applied() -> set[tuple[str, str]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        row = cursor.fetchone()
        if row is None or not row[0]:
            return set()
        cursor.execute("SELECT app, name FROM django_migrations")
        return {(str(app), str(name)) for app, name in cursor.fetchall()}
