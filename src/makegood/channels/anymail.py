"""E-mail through a provider's HTTP API, by django-anymail: one message a recipient, one answer each.

Not connected is *not sent*. Silence after the request was written, a 5xx and an answer that cannot be read are
*unknown*: the message may be on its way. What the provider says of a recipient is for good; what it says of our account
(a revoked key, a quota) blames no recipient and is tried again. Nothing is repeated here: the libraries' own retries
are off, and calls that wait have a limit.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives

from makegood.channels.anymail_answers import answer_of
from makegood.channels.anymail_notices import KEY, notices_of
from makegood.channels.anymail_providers import PROVIDER_SETTINGS, PROVIDERS, Provider, per_provider
from makegood.channels.mail import BOUNCE_WINDOW, SENDER_SETTINGS, message_id, recipient, shown_sender
from makegood.kit.errors import BadInput, Finding
from makegood.kit.kept import schema_findings
from makegood.kit.notices import Notice
from makegood.kit.plugins import Answer, Envelope, OutcomeUnknown, ProviderError, Receipt, Surroundings, each

CONNECT = 10  # seconds: not connected is *not sent*, so connecting has a limit of its own


class Anymail:
    name: ClassVar[str] = "anymail"
    label: ClassVar[str] = "E-mail through a provider"
    kinds: ClassVar[frozenset[str]] = frozenset({"tell", "ask"})
    route: ClassVar[str] = "email"
    needs_money: ClassVar[bool] = False
    repeatable: ClassVar[bool] = False
    can_look_up: ClassVar[bool] = False
    can_reverse: ClassVar[bool] = False
    settles_after: ClassVar[timedelta | None] = timedelta(days=3)
    settings_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["provider", "sender_email"],
        "properties": {**PROVIDER_SETTINGS, **SENDER_SETTINGS, "bounce_window": BOUNCE_WINDOW},
        "allOf": per_provider((*SENDER_SETTINGS, "bounce_window")),
    }
    instructions_schema: ClassVar[dict[str, Any]] = {"type": "object", "additionalProperties": False, "properties": {}}

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._settings = surroundings.settings
        self._provider = PROVIDERS[self._settings["provider"]]
        # anymail blocks: one thread for each call that may be open, and one backend (with its connection) for each.
        self._threads = ThreadPoolExecutor(surroundings.connections, thread_name_prefix="mail-provider")
        self._made: list[Any] = []
        self._idle: list[Any] = []

    @classmethod
    async def open(cls, surroundings: Surroundings) -> Self:
        """Connects at the first call. Raises `ProviderError` (not permanent) for settings that cannot be."""
        if refused := _plain_refused(surroundings.settings):
            raise ProviderError(refused, permanent=False, code="plain-refused")
        made = cls(surroundings)
        made._idle.append(made._backend())
        return made

    async def close(self) -> None:
        """Waits for calls that are under way, at most their time-out: afterwards nothing leaves any more."""
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        for backend in self._made:
            backend.close()

    async def perform(self, window: Sequence[Envelope]) -> AsyncIterator[tuple[int, Answer]]:
        async for index, answer in each(window, self._send, surroundings=self._surroundings):
            yield index, answer

    async def look_up(self, key: str) -> Receipt | None:
        """Raises `OutcomeUnknown`: providers have no question for it; their notices and their log have the key."""
        raise OutcomeUnknown(f"Search the provider's log for {key}.", code="no-look-up")

    async def reverse(self, _key: str) -> Receipt:
        raise ProviderError("A sent mail cannot be taken back.", permanent=True, code="cannot-reverse")

    @classmethod
    def read_notices(
        cls, settings: Mapping[str, Any], headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> Sequence[Notice]:
        return notices_of(settings, headers, body, now=now)

    @classmethod
    def check(cls, settings: Mapping[str, Any], instructions: Mapping[str, Any]) -> list[Finding]:
        findings = schema_findings(cls, settings, instructions)
        if refused := _plain_refused(settings):
            findings.append(Finding("plain-refused", refused, "Write https:// in the connection's api_url."))
        provider = PROVIDERS.get(str(settings.get("provider")))
        if provider and (missing := _missing(provider.library)):
            findings.append(missing)
        if provider and settings.get("signing_key") and (missing := _missing(provider.webhook_library)):
            findings.append(missing)
        return findings

    async def _send(self, envelope: Envelope) -> Receipt:
        message = _message(envelope, self._settings, self._provider)
        backend = self._idle.pop() if self._idle else self._backend()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._hand_over, backend, message, envelope)

    def _hand_over(self, backend: Any, message: EmailMultiAlternatives, envelope: Envelope) -> Receipt:
        """In a thread. It ends what it began even when nobody waits any more; only then is the backend free again."""
        try:
            return answer_of(backend, message, envelope)
        finally:
            self._idle.append(backend)

    def _backend(self) -> Any:
        try:
            backend = _made(self._provider, self._settings)
            backend.open()
        except (ImproperlyConfigured, ImportError) as error:
            if missing := _missing(self._provider.library):
                raise ProviderError(missing.what, permanent=False, code="library-missing") from error
            words = "The provider's settings are not complete."
            raise ProviderError(words, permanent=False, code="provider-settings") from error
        if hasattr(backend, "session"):
            backend.session.max_redirects = 0  # an API that answers with another address is not the API we know
        self._made.append(backend)
        return backend


def _message(envelope: Envelope, settings: Mapping[str, Any], provider: Provider) -> EmailMultiAlternatives:
    """Raises `ProviderError` (permanent) for an address or a setting that cannot stand in a mail."""
    from anymail.utils import EmailAddress

    if envelope.words is None:
        raise ProviderError("There is no message to send.", permanent=True, code="no-words")
    to = recipient(envelope)
    try:
        (name, address), reply_to = shown_sender(envelope.words, settings)
    except BadInput as error:
        raise ProviderError(error.what, permanent=True, code="bad-mail") from error
    try:
        people = [EmailAddress(_one_line(n), a).address for n, a in ((name, address), (_name(envelope), to))]
    except ValueError as error:
        raise ProviderError("A name cannot stand beside its address.", permanent=True, code="bad-mail") from error
    message = EmailMultiAlternatives(
        subject=_one_line(envelope.words.subject),
        body=envelope.words.text + envelope.words.closing,
        from_email=people[0],
        to=people[1:],
        reply_to=[reply_to] if reply_to else [],
    )
    message.attach_alternative(envelope.words.html, "text/html")
    if provider.keeps_message_id:
        message.extra_headers = {"Message-ID": message_id(envelope.key, settings), **provider.headers}
    if provider.key_in == "metadata":
        message.metadata = {KEY: envelope.key}  # type: ignore[attr-defined]  # anymail reads it from any message
    else:
        message.tags = [envelope.key]  # type: ignore[attr-defined]  # anymail reads it from any message
    return message


def _name(envelope: Envelope) -> str:
    return envelope.destination.get("name", "")


def _one_line(text: str) -> str:
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _arguments(provider: Provider, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What the backend is made with: everything is given, so that nothing is looked for in the environment."""
    wait = settings.get("timeout", 30)
    if provider.library == "boto3":
        client = {
            "region_name": settings["region"],
            "config": {"connect_timeout": CONNECT, "read_timeout": wait, "retries": {"total_max_attempts": 1}},
        }
        names = {"access_key_id": "aws_access_key_id", "secret_access_key": "aws_secret_access_key"}
        client |= {theirs: settings[ours] for ours, theirs in names.items() if ours in settings}
        client |= {"endpoint_url": settings["api_url"]} if "api_url" in settings else {}
        return {"client_params": client, "configuration_set_name": settings.get("configuration_set")}
    own = {*provider.needs, *provider.may, "api_url"} - {"webhook_url"}
    given = {provider.renamed.get(name, name): settings[name] for name in own if name in settings}
    return {**given, "timeout": (CONNECT, wait)}


def _made(provider: Provider, settings: Mapping[str, Any]) -> Any:
    module, _, name = provider.backend.partition(":")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # anymail warns of providers that it cannot test any more
        return getattr(import_module(module), name)(**_arguments(provider, settings))


def _missing(library: str) -> Finding | None:
    if not library or find_spec(library) is not None:
        return None
    what = f"This provider needs the library '{library}', which is not installed."
    return Finding("library-missing", what, f"Install it beside Makegood: pip install {library}.")


def _plain_refused(settings: Mapping[str, Any]) -> str:
    """Why these settings would send words and keys readable by anyone on the way, or ""."""
    url = urlsplit(str(settings.get("api_url") or "https://"))
    if url.scheme == "https":
        return ""
    try:
        nearby = url.scheme == "http" and (url.hostname == "localhost" or ip_address(url.hostname or "").is_loopback)
    except ValueError:
        nearby = False
    return "" if nearby else "A provider is reached by https only; plain HTTP may only go to this machine."
