"""Is this process alive, and may it be given work? For load balancers and probes; no secrets, no counts."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from makegood.acts.queries import is_fenced
from makegood.config.tables import missing_migrations
from makegood.kit.errors import Refused
from makegood.kit.home import home

_LITTLE = 256 * 1024 * 1024  # bytes of free disk; below, the embedded database is about to stop


def livez(_request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers at all."""
    return JsonResponse({"alive": True})


def readyz(_request: HttpRequest) -> HttpResponse:
    """200 when all is there that a request may need, else 503 and which of it is not."""
    seen = {name: look() for name, look in _LOOKS.items()}
    ready = all(one == "ok" for one in seen.values())
    return JsonResponse({"ready": ready, "checks": seen}, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return "gone"
    return "ok"


def _migrations() -> str:
    try:
        return "missing" if missing_migrations() else "ok"
    except Refused:
        return "newer"
    except (DatabaseError, InterfaceError):
        return "not known"


def _disk() -> str:
    try:
        return "ok" if shutil.disk_usage(home()).free >= _LITTLE else "nearly full"
    except OSError:
        return "gone"


def _fence() -> str:
    try:
        return "fenced" if is_fenced() else "ok"
    except (DatabaseError, InterfaceError):
        return "not known"


_LOOKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "disk": _disk,
    "fence": _fence,
}
