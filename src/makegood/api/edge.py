"""What holds for every request and every answer: the name it is addressed to, and headers that keep browsers out."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from makegood.api.problems import problem

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Whoever asks for health addresses a container, not a name.
_ANY_NAME = ("/livez", "/readyz")


def edge(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The middleware, set in the settings."""

    def guarded(request: HttpRequest) -> HttpResponse:
        response = _addressed_to_us(request) or answer(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if response.status_code != HTTPStatus.NO_CONTENT:
            response.headers["Content-Length"] = str(len(response.content))
        return response

    return guarded


def _addressed_to_us(request: HttpRequest) -> HttpResponse | None:
    if request.path in _ANY_NAME:
        return None
    try:
        request.get_host()
    except DisallowedHost:
        return problem(400, "wrong-host", "This name is not served here. The operator sets it with MAKEGOOD_URL.")
    return None
