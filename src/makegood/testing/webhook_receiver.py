"""A receiver of Standard Webhooks on loopback: verifies with the standard's own library, de-duplicates on webhook-id.

`POST /hook`. Behaviours (`next`, or `always`) are those of `HttpProvider` that fit, and: text (200 with words), empty
(204), gone (410), teapot (418).
"""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from pathlib import Path
from typing import Any

from aiohttp import web
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from makegood.kit.clock import now
from makegood.testing.http_provider import REFUSALS, HttpProvider

_PLAIN = {"gone": 410, "teapot": 418, "401": 401}


def new_secret() -> str:
    """`whsec_…` with 192 random bits."""
    return "whsec_" + b64encode(secrets.token_bytes(24)).decode()


class WebhookReceiver(HttpProvider):
    """`effects` counts what happened, by webhook-id; `messages` are those that were proved, repeats included."""

    def __init__(self, *, secret: str = "", port: int = 0, log: Path | None = None) -> None:
        super().__init__(port=port, log=log)
        self.secret = secret or new_secret()
        self.messages: list[dict[str, Any]] = []

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "url": f"http://127.0.0.1:{self.port}/hook",
            "secret": self.secret,
            "timeout": 2,
            "allow_loopback": True,
        }

    def notice(self, says: str, *, event: str = "msg_1", **about: Any) -> tuple[dict[str, str], bytes]:
        """Headers and body of what this receiver says later of an act: `says` is `act.done`, `about` its data."""
        moment = now()
        text = json.dumps({"type": says, "data": about})
        headers = {
            "webhook-id": event,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(event, moment, text),
        }
        return headers, text.encode()

    def _routes(self) -> list[web.RouteDef]:
        return [web.post("/hook", self._hear)]

    async def _hear(self, request: web.Request) -> web.StreamResponse:
        behaviour = self._next.popleft() if self._next else self.always
        self.requests.append((request.method, request.path, dict(request.headers)))
        if behaviour in REFUSALS and behaviour not in _PLAIN:
            status, headers = REFUSALS[behaviour]
            return web.json_response({"error": behaviour}, status=status, headers=headers)
        if behaviour in _PLAIN:
            return web.Response(status=_PLAIN[behaviour])
        if behaviour == "drop":
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        try:
            message = Webhook(self.secret).verify(await request.read(), dict(request.headers))
        except WebhookVerificationError:
            return web.json_response({"error": "bad_signature"}, status=401)
        self.messages.append(message)
        key = request.headers["webhook-id"]
        if key not in self._bodies:
            self._take_effect(key, message["data"])
        if behaviour == "text":
            return web.Response(text="thank you")
        if behaviour == "empty":
            return web.Response(status=204)
        return await self._answer(request, behaviour, self._answers[key])
