"""Style, scripts and icon: a few small files of this package, each under an address that changes with its content."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from makegood.kit.digest import sha256

KINDS = {
    "console.css": "text/css; charset=utf-8",
    "htmx.min.js": "text/javascript; charset=utf-8",
    "hx-csp.min.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_A_YEAR = 31_536_000


@cache
def _read(name: str) -> str:
    return (files("makegood.console") / "static" / name).read_text(encoding="utf-8")


@cache
def address(name: str) -> str:
    """Where a page finds the file as it is now."""
    return reverse("file", args=[sha256(_read(name))[:16], name])


def file(_request: HttpRequest, mark: str, name: str) -> HttpResponse:
    """The file, to be kept for a year. An address of another version is none: its answer must not be kept under it."""
    if name not in KINDS or mark != sha256(_read(name))[:16]:
        raise Http404
    answer = HttpResponse(_read(name), content_type=KINDS[name])
    answer.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable"
    return answer
