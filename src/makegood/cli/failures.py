"""From whatever went wrong to a sentence: what, where, remedy. A traceback is for files and for MAKEGOOD_DEBUG=1."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import traceback
from pathlib import Path

from makegood import __version__
from makegood.cli.output import as_json, complain, tell
from makegood.kit.clock import now
from makegood.kit.errors import Finding, MakegoodError, Place, Refused, Unavailable, UsageError

EXIT_ERROR, EXIT_INTERRUPTED = 1, 130
STOPPED = "Stopped. Nothing is half-done: what was finished is kept, and the same command goes on from there."


class Bug(MakegoodError):
    """Something nobody foresaw; its traceback is in a file."""


def explain(error: BaseException) -> MakegoodError:
    """The error a person reads for `error`; a `Bug` (with its traceback written to a file) when it is none we know."""
    if isinstance(error, MakegoodError):
        return error
    found = _of_database(error)
    if found is None and isinstance(error, OSError):
        found = _of_files(error)
    return found or _of_command_line(error) or _bug(error)


def show_failure(error: MakegoodError, *, in_json: bool) -> int:
    """Shows it on stderr, or as an object on stdout; returns the exit code."""
    findings: tuple[Finding, ...] = getattr(error, "findings", ())
    where = str(error.place) if error.place else None
    if in_json:
        shown = {"code": error.code, "what": error.what, "where": where, "remedy": error.remedy, "findings": findings}
        as_json({"error": shown})
    else:
        complain(error.what, where=where, remedy=error.remedy, findings=findings)
    return error.exit_code


def show_interrupted(*, in_json: bool) -> int:
    if in_json:
        as_json(
            {"error": {"code": "interrupted", "what": "Stopped.", "where": None, "remedy": STOPPED, "findings": []}}
        )
    else:
        tell(STOPPED, to_stderr=True)
    return EXIT_INTERRUPTED


def debugging() -> bool:
    return os.environ.get("MAKEGOOD_DEBUG") == "1"


def _of_command_line(error: BaseException) -> MakegoodError | None:
    import typer

    if not isinstance(error, typer.TyperException):
        return None
    path = getattr(getattr(error, "ctx", None), "command_path", "makegood")
    what = " ".join(error.format_message().split())
    return UsageError(what if what.endswith((".", "?")) else f"{what}.", remedy=f"See: {path} --help", code="usage")


def _of_database(error: BaseException) -> MakegoodError | None:
    """Django wraps psycopg's error; both may arrive. Looked up, not imported: `--help` needs neither."""
    loaded = [sys.modules[module] for module in ("django.db.utils", "psycopg") if module in sys.modules]
    kinds = tuple(getattr(module, name) for module in loaded for name in ("OperationalError", "InterfaceError"))
    queue = sys.modules.get("procrastinate.exceptions")
    if queue is not None and isinstance(error, queue.ConnectorException) and error.__cause__ is not None:
        error = error.__cause__  # what the queue makes of it says nothing
    if not isinstance(error, kinds):
        return None
    cause = error.__cause__ if error.__cause__ is not None else error
    state = str(getattr(cause, "sqlstate", None) or "")
    where = Place(_address())
    if state == "53100":
        remedy = "Free space on that disk and run the command again; nothing is half-written."
        return Unavailable("The database's disk is full.", remedy=remedy, place=where, code="disk-full")
    # libpq ends with a question of its own ("Is the server running …?"), which says less than the line before.
    lines = [line for line in str(error).strip().splitlines() if not line.strip().endswith("?")] or ["it is gone"]
    words = lines[-1].rpartition("FATAL:")[2].rpartition("failed: ")[2].strip().rstrip(".")
    if state == "57014":
        return Unavailable(f"The database gave up: {words}.", remedy="Run the command again.", code="gave-up")
    remedy = "Start it or correct DATABASE_URL, then run the command again; nothing is half-written."
    return Unavailable(f"The database does not answer: {words}.", remedy=remedy, place=where, code="database-gone")


def _address() -> str:
    """Host, port and name, never the password."""
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(os.environ.get("DATABASE_URL", ""))
    host, port = parts.get("host") or "localhost", parts.get("port") or 5432
    return f"{host} port {port}, database {parts.get('dbname') or '(default)'}"


def _of_files(error: OSError) -> MakegoodError | None:
    place = Place(str(error.filename)) if error.filename else None
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        remedy = "Free space and run the command again; nothing is half-written."
        return Unavailable("The disk is full.", remedy=remedy, place=place, code="disk-full")
    if isinstance(error, BrokenPipeError):
        what = "A program that this command talked to has stopped listening."
        return Unavailable(what, remedy="Run the command again; what it did before is kept.", code="broken-pipe")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        remedy = "Give this user the right, or name another place."
        return Refused(
            f"This user may not do that here: {error.strerror}.", remedy=remedy, place=place, code="no-right"
        )
    if place is not None:
        return Unavailable(f"{error.strerror}.", remedy="Check the name.", place=place, code="file-error")
    return None


def _bug(error: BaseException) -> Bug:
    return Bug(
        f"This is a bug in Makegood ({type(error).__name__}).",
        remedy=f"Send the file {_write_down(error)} to whoever maintains Makegood; it names no customer on purpose.",
        code="bug",
    )


def _write_down(error: BaseException) -> Path:
    """The traceback without the message and the arguments: both may hold a customer's name or a secret."""
    stack = "".join(traceback.format_list(traceback.extract_tb(error.__traceback__)))
    words = sys.argv[1] if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else ""
    text = f"makegood {__version__} {words}\npython {sys.version}\n{stack}{type(error).__qualname__}\n"
    name = f"bug-{now():%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    for folder in _log_folders():
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            return folder / name
        except OSError:
            continue
    return Path(os.devnull)


def _log_folders() -> list[Path]:
    from makegood.kit.home import home

    try:
        return [home() / "logs", Path(tempfile.gettempdir())]
    except RuntimeError:
        return [Path(tempfile.gettempdir())]
