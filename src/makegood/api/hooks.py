"""`POST /hooks/<brand>/<connection>/`: what a provider says by itself.

No session and no person: the provider's proof is all there is, and its plug-in judges it over the raw body. Answered
only once the words are kept: who gets no 2xx says it again.
"""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from makegood.channels.suppression import suppress_said
from makegood.config.refusals import problem
from makegood.kit.errors import BadInput, Unavailable
from makegood.kit.killpoints import kp
from makegood.kit.notices import NotTheirs
from makegood.notices.actions import hear
from makegood.notices.queries import find_hook

log = logging.getLogger(__name__)
MOST = 1024 * 1024  # bytes of a body
_DRAINED = 8 * MOST  # read and thrown away, so that who sends too much gets to read why
_PORTION = 64 * 1024


@csrf_exempt  # there is no cookie and no session here whose power another page could borrow
def hook(request: HttpRequest, brand: str, connection: str) -> HttpResponse:
    """204 taken in, also when it was before; 400, 401, 404, 405, 411, 413 no; 503 not now."""
    if request.method != "POST":
        return problem(405, "post-only", "Only POST is answered here.", Allow="POST")
    if (refused := _refuse_size(request)) is not None:
        return refused
    try:
        found = find_hook(brand, connection)
        if found is None:
            return problem(404, "no-hook", "Nobody listens here.")
        if len(request.body) != int(request.headers["Content-Length"]):
            return problem(400, "cut-off", "The body ended before its length.")
        hear(found, request.headers, request.body, suppress=suppress_said)
    except NotTheirs as no:
        log.warning("Words for %s/%s are not proved to be the provider's: %s.", brand, connection, no.code)
        return problem(401, no.code, "The words are not proved to be the provider's.")
    except BadInput as no:
        log.warning("Words for %s/%s cannot be understood: %s.", brand, connection, no.code)
        return problem(400, no.code, "The words are the provider's and cannot be understood.")
    except UnreadablePostError:
        return problem(400, "cut-off", "The body ended before its length.")
    except Unavailable as no:
        log.error("Words for %s/%s cannot be judged: %s", brand, connection, no)
        return problem(503, no.code, "Not now. Say it again later.", Retry_After="60")
    except (OperationalError, InterfaceError):
        log.error("Words for %s/%s cannot be kept: the database is gone.", brand, connection)
        return problem(503, "database-gone", "Not now. Say it again later.", Retry_After="30")
    kp("hook.before_answer")
    return HttpResponse(status=204)


def _refuse_size(request: HttpRequest) -> HttpResponse | None:
    """A body must say how long it is, and must not be long."""
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal():
        return problem(411, "length-required", "The request must say how long its body is.")
    if int(length) <= MOST:
        return None
    left = min(int(length), _DRAINED)
    while left > 0 and (read := request.read(min(_PORTION, left))):
        left -= len(read)
    return problem(413, "too-long", f"A body has at most {MOST} bytes.")
