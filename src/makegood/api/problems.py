"""Refusals as problem details (RFC 9457): one form for every answer that is not a yes."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse


def problem(status: int, code: str, detail: str, **headers: str) -> HttpResponse:
    """`detail` is a sentence for people, `code` the stable word for programs; neither holds anything of the request."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code, "detail": detail}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(json.dumps(body), status=status, content_type="application/problem+json", headers=named)


def bad_request(_request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001  Django names it
    return problem(400, "bad-request", "The request cannot be understood.")


def not_found(_request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001  Django names it
    return problem(404, "not-found", "There is nothing here.")


def broken(_request: HttpRequest) -> HttpResponse:
    return problem(500, "broken", "Something is wrong here, and was written down. Try again later.")
