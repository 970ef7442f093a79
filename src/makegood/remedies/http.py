"""The firm's own system over HTTP: our key, look-up by key, reverse. Settings say what requests and answers look like.

Not connected is *not sent*; silence after the request was written, and every 5xx, is *unknown* and asked about by key.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, ClassVar, Self

from aiohttp import ClientSession

from makegood.kit.errors import Finding
from makegood.kit.kept import schema_findings
from makegood.kit.plugins import Answer, Envelope, OutcomeUnknown, ProviderError, Receipt, Surroundings, each
from makegood.remedies.amounts import refuse_amount
from makegood.remedies.answers import RULE_SCHEMA, Reply, is_ruled, judge
from makegood.remedies.calling import ask, session, why_unsafe
from makegood.remedies.templates import PLAIN, filled, filled_path, known, placeholders, values_of

_CALL: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["path"],
    "properties": {
        "method": {"enum": ["POST", "PUT", "PATCH", "DELETE", "GET"]},
        "path": {"type": "string", "pattern": "^[^/?#].*$", "description": "Joined to url; placeholders allowed."},
        "body": {"description": "JSON with placeholders such as {key}, {minor}, {facts.order}."},
        "answers": {"type": "array", "items": RULE_SCHEMA},
        "reference": {"type": "string", "pattern": "^/", "description": "Where the answer has the provider's id."},
        "absent": {"type": "array", "items": {"type": "integer"}, "description": "Statuses that prove: no such act."},
    },
}


class Http:
    name: ClassVar[str] = "http"
    label: ClassVar[str] = "Your own system over HTTP"
    kinds: ClassVar[frozenset[str]] = frozenset({"fix", "make good"})
    route: ClassVar[str] = ""
    needs_money: ClassVar[bool] = False
    repeatable: ClassVar[bool] = True
    can_look_up: ClassVar[bool] = True
    can_reverse: ClassVar[bool] = True
    settings_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["url", "perform"],
        "properties": {
            "url": {"type": "string", "pattern": "^https?://[^/]+/(.*/)?$", "description": "Base, ends with a slash."},
            "headers": {"type": "object", "additionalProperties": {"type": "string"}},
            "perform": _CALL,
            "look_up": _CALL,
            "reverse": _CALL,
            "honours_key": {"type": "boolean", "description": "The same Idempotency-Key takes effect once."},
            "timeout": {"type": "integer", "minimum": 1, "maximum": 300, "default": 30},
            "allow_http": {"type": "boolean"},
            "allow_loopback": {"type": "boolean"},
        },
    }
    instructions_schema: ClassVar[dict[str, Any]] = {
        "type": "object",
        "description": "Values for the placeholders {with.…}.",
        "additionalProperties": {"type": ["string", "integer", "boolean"]},
    }

    def __init__(self, surroundings: Surroundings, http: ClientSession) -> None:
        self._surroundings = surroundings
        self._settings = surroundings.settings
        self._http = http

    @classmethod
    async def open(cls, surroundings: Surroundings) -> Self:
        """Connects at the first call. Raises `ProviderError` for a URL that must not be called."""
        http = session(surroundings, surroundings.settings.get("headers", {}))
        return cls(surroundings, http)

    async def close(self) -> None:
        await self._http.close()

    def lasts(self) -> bool:
        return not self._http.closed

    async def perform(self, window: Sequence[Envelope]) -> AsyncIterator[tuple[int, Answer]]:
        async for index, answer in each(window, self._act, surroundings=self._surroundings):
            yield index, answer

    async def look_up(self, key: str) -> Receipt | None:
        """Raises `OutcomeUnknown` when the provider does not say, or the connection has no look-up."""
        call = self._settings.get("look_up")
        if call is None:
            raise OutcomeUnknown("The connection has no look-up.", code="no-look-up")
        try:
            reply = await self._call({"method": "GET", **call}, {"key": key}, key)
        except ProviderError as error:
            raise OutcomeUnknown(error.words, code=error.code) from error
        if reply.status in call.get("absent", [404]):
            return None
        rules = call.get("answers", [])
        try:
            return judge(reply, rules, reference=self._reference(call))
        except ProviderError as error:
            # Only a rule can say that the act failed there; "not authorised" says nothing about the act.
            if error.permanent and is_ruled(reply, rules):
                raise
            raise OutcomeUnknown(error.words, code=error.code) from error

    async def reverse(self, key: str) -> Receipt:
        """Raises `ProviderError` where it cannot be taken back, `OutcomeUnknown` where that is not known."""
        call = self._settings.get("reverse")
        if call is None:
            raise ProviderError("The connection has no reverse.", permanent=True, code="cannot-reverse")
        reply = await self._call({"method": "POST", **call}, {"key": key}, f"{key}-reverse")
        return judge(reply, call.get("answers", []), reference=self._reference(call))

    @classmethod
    def check(cls, settings: Mapping[str, Any], instructions: Mapping[str, Any]) -> list[Finding]:
        findings = schema_findings(cls, settings, instructions)
        if findings:
            return findings
        if unsafe := why_unsafe(settings):
            findings.append(Finding("plain-refused", unsafe, "Write https:// in the connection's url."))
        if not settings.get("honours_key"):
            what = "The provider does not promise that the same key takes effect once."
            remedy = "Set honours_key once it does; a lost answer could otherwise be paid twice."
            findings.append(Finding("key-not-honoured", what, remedy))
        if "look_up" not in settings:
            what = "A call without an answer can only be repeated: the connection has no look-up."
            findings.append(Finding("no-look-up", what, "Add look_up to the connection.", level="advice"))
        return findings + _unknown_placeholders(settings, instructions)

    async def _act(self, envelope: Envelope) -> Receipt:
        if refused := refuse_amount(envelope.amount, needed=False):
            raise refused
        call = self._settings["perform"]
        reply = await self._call({"method": "POST", **call}, values_of(envelope), envelope.key)
        return judge(reply, call.get("answers", []), reference=self._reference(call))

    def _reference(self, call: Mapping[str, Any]) -> str:
        return str(call.get("reference") or self._settings["perform"].get("reference", ""))

    async def _call(self, call: Mapping[str, Any], values: Mapping[str, Any], key: str) -> Reply:
        url = self._settings["url"] + filled_path(call["path"], values)
        body = filled(call["body"], values) if "body" in call else None
        return await ask(self._http, call["method"], url, headers={"Idempotency-Key": key}, json=body)


def _unknown_placeholders(settings: Mapping[str, Any], instructions: Mapping[str, Any]) -> list[Finding]:
    """Placeholders that can never have a value; facts are known only once there is a scope."""
    findings = []
    for call in ("perform", "look_up", "reverse"):
        for name in sorted(set(placeholders(settings.get(call, {})))):
            family, _, member = name.partition(".")
            if not known(name) or (call != "perform" and name != "key"):
                what = f"The placeholder '{{{name}}}' in {call} can have no value."
                remedy = (
                    f"Use one of: {', '.join(sorted(PLAIN))}, facts.…, with.…, contact.…; only key outside perform."
                )
                findings.append(Finding("unknown-placeholder", what, remedy))
            elif family == "with" and member not in instructions:
                what = f"The connection asks for '{member}', which the step does not give."
                findings.append(Finding("no-value", what, f"Add  with: {{{member}: …}}  to the step."))
    return findings
