"""A room says no with a sentence; here it becomes a page with the status that fits."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from makegood.config.refusals import refusal
from makegood.kit.errors import BadInput, MakegoodError, NotAllowed, NotFound, Refused, Unavailable

_STATUS: dict[type[MakegoodError], int] = {
    NotFound: 404,
    NotAllowed: 403,
    BadInput: 400,
    Refused: 409,
    Unavailable: 503,
}


def refused(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """The middleware, set in the settings."""

    def guarded(request: HttpRequest) -> HttpResponseBase:
        return answer(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not isinstance(exception, MakegoodError):
            return None
        status = next((status for kind, status in _STATUS.items() if isinstance(exception, kind)), 400)
        return refusal(request, status, exception.code, exception.what, exception.remedy)

    guarded.process_exception = process_exception  # type: ignore[attr-defined]  # where Django looks for it
    return guarded
