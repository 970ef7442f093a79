"""Every answer that is not a yes: a page with a sentence for a browser, a problem (RFC 9457) for everyone else."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def problem(status: int, code: str, detail: str, **headers: str) -> HttpResponse:
    """`detail` is a sentence for people, `code` the stable word for programs; neither holds anything of the request."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code, "detail": detail}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(json.dumps(body), status=status, content_type="application/problem+json", headers=named)


def refusal(request: HttpRequest, status: int, code: str, what: str, remedy: str = "") -> HttpResponse:
    """A page where the request says that it takes one, else a problem."""
    if "text/html" not in request.headers.get("Accept", ""):
        return problem(status, code, f"{what} {remedy}".strip())
    # Without the context processors: they may need what has just been refused, such as a session or a host name.
    words = {"status": status, "code": code, "what": what, "remedy": remedy}
    return HttpResponse(render_to_string("console/refused.html", words), status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001  Django names it
    return refusal(request, 400, "bad-request", "The request cannot be understood.", "Go back and try it again.")


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001  Django names it
    return refusal(request, 403, "forbidden", "This is not for you.", "If it should be, ask an admin of your brand.")


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001  Django names it
    return refusal(
        request, 404, "not-found", "There is nothing here.", "Check the address, or start at the front page."
    )


def too_many(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001  allauth names it
    what = "There were too many tries in a short time."
    return refusal(request, 429, "too-many-tries", what, "Wait a few minutes, then try again.")


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django names it
    """A form without its proof that it comes from one of our pages."""
    what = "This form was not accepted, because it does not prove that it came from this page."
    remedy = "Allow cookies for this address, open the page anew and send the form again."
    return refusal(request, 403, "form-not-proved", what, remedy)


def broken(request: HttpRequest) -> HttpResponse:
    return refusal(request, 500, "broken", "Something is wrong here, and was written down.", "Try again later.")
