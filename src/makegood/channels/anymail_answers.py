"""What a provider's reply to one message means: taken, refused, not sent, or not known."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from makegood.kit.plugins import Envelope, OutcomeUnknown, ProviderError, Receipt, scrub

if TYPE_CHECKING:
    from django.core.mail import EmailMultiAlternatives

# Statuses that speak of our account, our settings or the moment, never of a recipient.
OURS = frozenset({401, 402, 403, 404, 405, 407})
LATER = frozenset({408, 409, 423, 425, 429})
WAIT = 60  # seconds before an account that was refused is asked again
# Errors of the transport (requests, urllib3, botocore) that come before a single byte of the request was written.
_BEFORE = frozenset(
    {
        *("ConnectTimeout", "ConnectTimeoutError", "NewConnectionError", "NameResolutionError", "ProxyError"),
        *("EndpointConnectionError", "NoCredentialsError", "PartialCredentialsError", "ProxyConnectionError"),
        *("InvalidURL", "InvalidSchema", "LocationParseError", "InvalidProxyURL"),
    }
)
_HANDSHAKE = ("CERTIFICATE", "HANDSHAKE", "WRONG_VERSION", "PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "UNKNOWN_CA")
_SHAPES = (KeyError, TypeError, ValueError, AttributeError, IndexError)
_SAYS = ("Message", "message", "error", "ErrorMessage", "detail", "name")


def answer_of(backend: Any, message: EmailMultiAlternatives, envelope: Envelope) -> Receipt:
    """Sends it, waits for the reply. Raises `ProviderError` or `OutcomeUnknown`."""
    from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused

    try:
        backend.send_messages([message])
    except AnymailRecipientsRefused as error:
        # Which of several recipients is answered below; here there is one.
        response = error.response
        return _by_status(message, _words(response, envelope))
    except AnymailAPIError as error:
        raise _refusal(error, envelope) from error
    except (AnymailError, *_SHAPES) as error:
        if getattr(getattr(message, "anymail_status", None), "esp_response", None) is not None:
            words = "The provider's answer cannot be read."
            raise OutcomeUnknown(words, code="unreadable-answer") from error
        words = "The message cannot be said in this provider's terms."
        raise ProviderError(words, permanent=True, code="not-supported") from error
    return _by_status(message, "")


def _by_status(message: EmailMultiAlternatives, words: str) -> Receipt:
    found = list(message.anymail_status.recipients.values())  # type: ignore[attr-defined]  # anymail adds it
    status = str(found[0].status) if found else "unknown"
    if status in ("sent", "queued"):
        return Receipt("done", _reference(found[0].message_id), status)
    if status in ("invalid", "rejected", "failed"):
        raise ProviderError(words or "The provider refuses the recipient.", permanent=True, code=status)
    raise OutcomeUnknown("The provider does not say what became of the message.", code="unknown-status")


def _reference(found: Any) -> str:
    return str(found or "")[:200]


def _refusal(error: Any, envelope: Envelope) -> ProviderError | OutcomeUnknown:
    status, words = _status(error.response), _words(error.response, envelope)
    if status == 0:
        return _transport(error)
    said = f"The provider says {status}: {words}".rstrip(": ")
    if 200 <= status < 300:
        # A yes with an error in it, half a body, a page of some other server.
        return OutcomeUnknown(said, code="unreadable-answer")
    if status in OURS or status in LATER or 300 <= status < 400:
        wait = _retry_after(error.response) or WAIT
        return ProviderError(said, permanent=False, code=str(status), retry_after=wait)
    if 400 <= status < 500:
        return ProviderError(said, permanent=True, code=str(status))
    return OutcomeUnknown(said, code=str(status))


def _transport(error: BaseException) -> ProviderError | OutcomeUnknown:
    causes = list(_causes(error))
    if any(_is_handshake(cause) for cause in causes):
        words = "The provider's certificate or TLS is not right."
        return ProviderError(words, permanent=False, code="tls", retry_after=WAIT)
    if any(type(cause).__name__ in _BEFORE for cause in causes):
        words = "The provider cannot be reached."
        return ProviderError(words, permanent=False, code="unreachable", retry_after=WAIT)
    if any(type(cause).__name__ == "TooManyRedirects" for cause in causes):
        words = "The provider's address answers with another address."
        return ProviderError(words, permanent=False, code="redirected", retry_after=WAIT)
    return OutcomeUnknown("The provider did not answer.", code="no-answer")


def _is_handshake(cause: BaseException) -> bool:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return True
    return isinstance(cause, ssl.SSLError) and any(word in str(cause.reason or "") for word in _HANDSHAKE)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error, what caused it and what it carries, however the libraries packed it."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
            yield one


def _status(response: Any) -> int:
    if isinstance(response, Mapping):  # botocore's parsed error
        return int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return int(getattr(response, "status_code", 0) or 0)


def _retry_after(response: Any) -> int:
    said = str(getattr(response, "headers", {}).get("Retry-After", ""))
    return min(int(said[:9]), 86_400) if said.isdigit() else 0


def _words(response: Any, envelope: Envelope) -> str:
    """The provider's own sentence without what it quotes: it may quote the customer."""
    body: Any = response if isinstance(response, Mapping) else None
    if body is None and response is not None:
        with suppress(ValueError, RecursionError):
            body = response.json()
    words = _sentence(body)
    for value in sorted(envelope.destination.values(), key=len, reverse=True):
        words = words.replace(value, "[customer]") if len(value) > 2 else words
    return scrub(re.sub(r"'[^']*'|\"[^\"]*\"", "[…]", words))


def _sentence(body: Any) -> str:
    if isinstance(body, list):
        return _sentence(body[0]) if body else ""
    if isinstance(body, str):
        return body
    if not isinstance(body, Mapping):
        return ""
    inner = body.get("errors") or body.get("Error") or body.get("data")
    return next((str(body[name]) for name in _SAYS if isinstance(body.get(name), str)), "") or _sentence(inner)
