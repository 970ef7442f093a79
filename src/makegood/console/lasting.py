"""How long a sign-in lasts: twelve hours from its start, two hours without a page; then the person signs in again."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponseBase

from makegood.kit.clock import now

LONGEST = 12 * 60 * 60  # seconds since signing in
IDLE = 2 * 60 * 60  # seconds without a request
_NOTED_EVERY = 5 * 60  # seconds: a row is not written for every page
BEGAN, SEEN = "began", "seen"


def lasting(answer: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """The middleware, set in the settings; who has no session costs nothing here."""

    def timed(request: HttpRequest) -> HttpResponseBase:
        if request.session.session_key and BEGAN in request.session:
            moment = int(now().timestamp())
            began, seen = request.session[BEGAN], request.session.get(SEEN, 0)
            if moment - began > LONGEST or moment - seen > IDLE:
                logout(request)
            elif moment - seen > _NOTED_EVERY:
                request.session[SEEN] = moment
        return answer(request)

    return timed


def begin(request: HttpRequest) -> None:
    """Starts the clocks of the session that has just been signed in."""
    request.session[BEGAN] = request.session[SEEN] = int(now().timestamp())
