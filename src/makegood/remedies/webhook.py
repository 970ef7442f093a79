"""The firm's own systems by Standard Webhooks (standardwebhooks.com): signed messages with the act's key as their id.

One message for an act, as a channel (tell, ask) and as a remedy (fix, make good). A receiver de-duplicates on
`webhook-id`, so silence is repeated with the same id. What it took in and did later (202) it may say by a signed
message of its own to the connection's hook: `act.done`, `act.failed`, `act.reversed` and the other words of a notice.
"""

from __future__ import annotations

import binascii
import hmac
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self, get_args

from aiohttp import ClientSession

from makegood.kit.clock import iso, now
from makegood.kit.errors import BadInput, Finding
from makegood.kit.kept import schema_findings
from makegood.kit.notices import Notice, NotTheirs, Says
from makegood.kit.plugins import Answer, Envelope, OutcomeUnknown, ProviderError, Receipt, Surroundings, each
from makegood.remedies.amounts import refuse_amount
from makegood.remedies.answers import Reply, refuse, seconds
from makegood.remedies.calling import ask, session, why_unsafe
from makegood.remedies.templates import values_of

TOLERANCE = timedelta(minutes=5)  # between a message's moment and ours, as the standard has it
_SAYS = {f"act.{says}": says for says in get_args(Says)}
_SECRET = {"type": "string", "pattern": "^whsec_[A-Za-z0-9+/=]{32,}$|^secret$"}


class Webhook:
    name: ClassVar[str] = "webhook"
    label: ClassVar[str] = "Your own system by a signed webhook"
    kinds: ClassVar[frozenset[str]] = frozenset({"fix", "make good"})
    route: ClassVar[str] = ""
    needs_money: ClassVar[bool] = False
    repeatable: ClassVar[bool] = True
    can_look_up: ClassVar[bool] = False
    can_reverse: ClassVar[bool] = False
    settings_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["url", "secret"],
        "properties": {
            "url": {"type": "string", "pattern": "^https?://[^/]+", "description": "Where messages are posted."},
            "secret": {**_SECRET, "description": "whsec_…, shared with the receiver."},
            "previous_secret": {**_SECRET, "description": "The one before, while it is replaced: both sign."},
            "timeout": {"type": "integer", "minimum": 1, "maximum": 300, "default": 30},
            "allow_http": {"type": "boolean"},
            "allow_loopback": {"type": "boolean"},
        },
    }
    instructions_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "facts": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Columns of the scope that the receiver needs; no others are sent.",
            }
        },
    }

    def __init__(self, surroundings: Surroundings, http: ClientSession) -> None:
        self._surroundings = surroundings
        self._settings = surroundings.settings
        self._http = http
        self._gone = False

    @classmethod
    async def open(cls, surroundings: Surroundings) -> Self:
        """Raises `ProviderError` for a URL that must not be called or a secret that is none."""
        _keys(surroundings.settings)
        return cls(surroundings, session(surroundings, {"Content-Type": "application/json"}))

    async def close(self) -> None:
        await self._http.close()

    async def perform(self, window: Sequence[Envelope]) -> AsyncIterator[tuple[int, Answer]]:
        async for index, answer in each(window, self._post, surroundings=self._surroundings):
            yield index, answer

    async def look_up(self, _key: str) -> Receipt | None:
        raise OutcomeUnknown("A webhook cannot be asked; it is repeated with the same id.", code="no-look-up")

    async def reverse(self, _key: str) -> Receipt:
        raise ProviderError("A message cannot be taken back.", permanent=True, code="cannot-reverse")

    @classmethod
    def check(cls, settings: Mapping[str, Any], instructions: Mapping[str, Any]) -> list[Finding]:
        findings = schema_findings(cls, settings, instructions)
        if not findings and (unsafe := why_unsafe(settings)):
            findings.append(Finding("plain-refused", unsafe, "Write https:// in the connection's url."))
        return findings

    @classmethod
    def read_notices(
        cls, settings: Mapping[str, Any], headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> Sequence[Notice]:
        """What the receiver says later of an act that it took in. See `makegood.kit.notices.Hears`."""
        event, moment = _proved(settings, headers, body, now)
        try:
            said = json.loads(body)
            says, about = _SAYS[said["type"]], said["data"]
            words = {name: str(about.get(name, "")) for name in ("key", "reference", "code", "words")}
            order = int(about.get("version", int(moment.timestamp() * 1000)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise BadInput(
                "The message is no notice of an act.",
                remedy=f'Send {{"type", "data": {{"key"}}}} with a type of: {", ".join(_SAYS)}.',
                code="no-notice",
            ) from error
        return [Notice(event=event, says=says, at=moment, order=order, **words)]

    def refusal(self, envelope: Envelope) -> ProviderError | None:
        """Why this envelope is never posted, or None."""
        return refuse_amount(envelope.amount, needed=False)

    async def _post(self, envelope: Envelope) -> Receipt:
        if refused := self.refusal(envelope):
            raise refused
        if self._gone:
            raise _gone()
        moment = now()
        message = {"type": _type(envelope.kind), "timestamp": iso(moment), "data": contents(envelope)}
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
        reply = await ask(
            self._http,
            "POST",
            self._settings["url"],
            headers=signed(self._settings, envelope.key, moment, text),
            data=text.encode(),
        )
        if reply.status == 410:
            self._gone = True
            raise _gone()
        return _judged(reply, envelope.key)


class TellWebhook(Webhook):
    """The firm's own system tells the customer, with these words."""

    label: ClassVar[str] = "Your own system tells them, by a signed webhook"
    kinds: ClassVar[frozenset[str]] = frozenset({"tell", "ask"})

    def refusal(self, envelope: Envelope) -> ProviderError | None:
        if envelope.words is None:
            return ProviderError("There is no message to tell.", permanent=True, code="no-words")
        return None


def contents(envelope: Envelope) -> dict[str, Any]:
    """The `data` of an act's message: who and how much; words and address only where somebody is told."""
    values = values_of(envelope)
    names = ("key", "brand", "mistake", "customer", "customer_key", "kind", "reason", "amount", "minor", "currency")
    found = {name: values[name] for name in names}
    found["basis"] = envelope.instructions.get("basis", "")
    wanted = envelope.instructions.get("facts", [])
    found["facts"] = {name: values.get(f"facts.{name}") for name in wanted}
    if envelope.words is not None:
        words = envelope.words
        found["words"] = {"subject": words.subject, "text": words.text, "html": words.html, "locale": words.locale}
        found["contact"] = dict(envelope.destination)
    return found


def signed(settings: Mapping[str, Any], event: str, moment: datetime, text: str) -> dict[str, str]:
    """The three headers of the standard; one signature for each secret, so that a secret can be replaced."""
    signatures = [key.sign(event, moment, text) for key in _keys(settings)]
    return {
        "webhook-id": event,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _type(kind: str) -> str:
    return f"act.{kind.replace(' ', '_')}"


def _gone() -> ProviderError:
    return ProviderError("The receiver says that this address is no longer in use.", permanent=True, code="gone")


def _judged(reply: Reply, key: str) -> Receipt:
    """2xx is a yes whatever the body says; 503 says not now, other 5xx may have taken effect."""
    value = reply.json()
    if 200 <= reply.status < 300:
        named = value.get("id", "") if isinstance(value, dict) else ""
        reference = named[:100] if isinstance(named, str) and named and "@" not in named else key
        return Receipt("accepted" if reply.status == 202 else "done", reference, str(reply.status))
    if reply.status == 503:
        wait = seconds(reply.retry_after)
        raise ProviderError("The receiver says 503.", permanent=False, code="503", retry_after=wait)
    return refuse(reply, value)


def _keys(settings: Mapping[str, Any]) -> list[Any]:
    """The secrets that sign, the newest first. Raises `ProviderError` for what is no secret."""
    from standardwebhooks.webhooks import EmptyWebhookSecretError
    from standardwebhooks.webhooks import Webhook as Key

    given = [settings[name] for name in ("secret", "previous_secret") if settings.get(name)]
    try:
        return [Key(secret) for secret in given]
    except (EmptyWebhookSecretError, binascii.Error, ValueError) as error:
        words = "The connection's secret is none: whsec_ and base64 are expected."
        raise ProviderError(words, permanent=False, code="bad-secret") from error


def _proved(
    settings: Mapping[str, Any], headers: Mapping[str, str], body: bytes, now: datetime
) -> tuple[str, datetime]:
    """The message's id and moment. Raises `NotTheirs` unless one of our secrets signed exactly this, just now."""
    event, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not event or not stamp.isdecimal() or len(stamp) > 11:
        raise NotTheirs("The message has no id or no moment.", code="no-signature")
    moment = datetime.fromtimestamp(int(stamp), UTC)
    given = [one.removeprefix("v1,") for one in headers.get("webhook-signature", "").split() if one.startswith("v1,")]
    try:
        text = body.decode()
        right = [key.sign(event, moment, text).removeprefix("v1,") for key in _keys(settings)]
    except UnicodeDecodeError as error:
        raise NotTheirs("The message is no text.", code="bad-signature") from error
    except ProviderError as error:
        raise NotTheirs(error.words, code=error.code) from error
    # Every pair is compared, and each in constant time: nothing is learned from how long the no took.
    same = [hmac.compare_digest(mine.encode(), theirs.encode()) for mine in right for theirs in given]
    if not any(same):
        raise NotTheirs("No secret of ours made this signature.", code="bad-signature")
    if abs(now - moment) > TOLERANCE:
        raise NotTheirs("The message is too old, or from another time.", code="too-old")
    return event, moment
