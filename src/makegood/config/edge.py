"""What holds for every request and every answer: the name it is addressed to, and headers that bind browsers.

A page may load its style and its pictures from here and nothing from anywhere else; it may not be framed, and nothing
in it runs but the scripts that carry the nonce of this answer. Everything that is not a page may do nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from makegood.config.refusals import refusal

_CLOSED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_PAGE = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action {targets}; frame-ancestors 'none'; base-uri 'none'"
)
# Also for what is refused before Django's own middleware would say so.
_ALWAYS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_PAGE_HEADERS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Whoever asks for health addresses a container, not a name.
_ANY_NAME = ("/livez", "/readyz")


def edge(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """The middleware, set in the settings."""

    def guarded(request: HttpRequest) -> HttpResponseBase:
        nonce = secrets.token_urlsafe(16)
        request.nonce = nonce  # type: ignore[attr-defined]  # for templates
        response = _addressed_to_us(request) or answer(request)
        page = response.headers.get("Content-Type", "").startswith("text/html")
        policy = _PAGE.format(nonce=nonce, targets=" ".join(settings.FORM_TARGETS)) if page else _CLOSED
        wanted = {"Content-Security-Policy": policy, **_ALWAYS, **(_PAGE_HEADERS if page else {})}
        for name, value in wanted.items():
            response.headers.setdefault(name, value)
        if isinstance(response, HttpResponse) and response.status_code != 204:
            response.headers["Content-Length"] = str(len(response.content))
        return response

    return guarded


def _addressed_to_us(request: HttpRequest) -> HttpResponse | None:
    if request.path in _ANY_NAME:
        return None
    try:
        host = request.get_host()
    except DisallowedHost:
        remedy = "The operator sets it with MAKEGOOD_URL."
        return refusal(request, 400, "wrong-host", "This name is not served here.", remedy)
    if settings.SECURE_HOST and host == settings.SECURE_HOST:
        # The operator says that this name is reached by TLS only; which proxy ends it is then no question of trust.
        request.META["wsgi.url_scheme"] = "https"
    return None
