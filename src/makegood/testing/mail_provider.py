"""A strict model of two mail providers on loopback, Postmark's and Mailgun's API, and every way to lose an answer.

    with MailProvider() as provider:
        provider.next("422", "lost-answer")        # the next two messages
        Surroundings(provider.settings("postmark"), ...)
        provider.messages                          # what it took responsibility for
        provider.notice("postmark", key, "bounced")   # headers and body of what it says later

`POST /email` (JSON, `X-Postmark-Server-Token`) and `POST /v3/<domain>/messages` (a form, basic authentication). Exactly
one recipient, a sender of the account's domain, both bodies and a key in the metadata, or it is refused.

Behaviours (`next`, or `always`): accept; 401, 403, 422 (an inactive recipient), 400, 429 (with Retry-After), 500 and
503 (nothing taken), 500-after (taken), redirect; lost-answer, hang, half-body, html, error-body (200 with an error),
odd-status: all after the message was taken, except error-body; drop (before it), slow.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import hashlib
import hmac
import json
import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from aiohttp import web

TOKEN, API_KEY, SIGNING_KEY, WEBHOOK = "pm-token", "mailgun-key", "mailgun-signing-key", "hook:secret-word"
DOMAIN = "shop.example"
LONG = 3600
PLAIN: dict[str, tuple[int, dict[str, str]]] = {
    "400": (400, {}),
    "401": (401, {}),
    "403": (403, {}),
    "429": (429, {"Retry-After": "7"}),
    "500": (500, {}),
    "503": (503, {"Retry-After": "9"}),
    "redirect": (302, {"Location": "http://169.254.169.254/latest/"}),
}


@dataclass(frozen=True)
class Taken:
    """A message the provider answers for, in one shape for both APIs; `words` are subject, text and HTML."""

    id: str
    key: str
    sender: str
    recipient: str
    words: tuple[str, str, str]
    message_id: str
    api: str
    reply_to: str = ""


class MailProvider:
    """Runs in a thread of its own."""

    def __init__(self) -> None:
        self.port = 0
        self.always = "accept"
        self.messages: list[Taken] = []
        self.requests = 0
        self.most_at_once = 0
        self._at_once = 0
        self._next: deque[str] = deque()
        self._stopping = asyncio.Event()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mail-provider-model", daemon=True)

    def next(self, *behaviours: str) -> None:
        """How the next messages are met, in order; afterwards `always`."""
        self._next.extend(behaviours)

    def settings(self, api: str = "postmark") -> dict[str, Any]:
        """Connection settings of the channel `anymail` that reach this provider."""
        base = {"provider": api, "sender_email": f"help@{DOMAIN}", "timeout": 1}
        url = f"http://127.0.0.1:{self.port}/"
        if api == "postmark":
            return {**base, "server_token": TOKEN, "api_url": url, "webhook_secret": WEBHOOK}
        own = {"api_key": API_KEY, "sender_domain": DOMAIN, "signing_key": SIGNING_KEY}
        return {**base, **own, "api_url": f"{url}v3/"}

    def taken(self, key: str) -> list[Taken]:
        return [message for message in self.messages if message.key == key]

    def __enter__(self) -> MailProvider:
        self._loop = asyncio.new_event_loop()
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        app = web.Application()
        app.add_routes([web.post("/email", self._postmark), web.post("/v3/{domain}/messages", self._mailgun)])
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        self._started.set()
        await self._stopping.wait()
        await runner.cleanup()

    async def _postmark(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("X-Postmark-Server-Token") != TOKEN:
            return _postmark_no(401, 10, "Bad or missing Server API token.")
        try:
            body = await request.json()
        except ValueError:
            return _postmark_no(422, 402, "Received invalid JSON input.")
        headers = {one["Name"].lower(): one["Value"] for one in body.get("Headers", [])}
        found = Taken(
            f"pm-{len(self.messages) + 1:08d}",
            str(body.get("Metadata", {}).get("makegood_key", "")),
            str(body.get("From", "")),
            str(body.get("To", "")),
            (str(body.get("Subject", "")), str(body.get("TextBody", "")), str(body.get("HtmlBody", ""))),
            headers.get("message-id", "") if headers.get("x-pm-keepid") == "true" else "",
            "postmark",
            str(body.get("ReplyTo", "")),
        )
        if problem := _problem(found):
            return _postmark_no(422, 300, problem)
        inactive = (
            "You tried to send to a recipient that has been marked as inactive.\n Found inactive addresses:"
            f" {_address(found.recipient)}.\n Inactive recipients are ones that have generated a hard bounce or a spam"
            " complaint."
        )
        said = {"To": found.recipient, "SubmittedAt": "2026-03-02T10:00:00Z", "MessageID": found.id}
        yes = {**said, "ErrorCode": 0, "Message": "OK"}
        no = {"ErrorCode": 406, "Message": inactive}
        return await self._meet(request, found, yes, no)

    async def _mailgun(self, request: web.Request) -> web.StreamResponse:
        if _password(request) != f"api:{API_KEY}":
            return web.Response(status=401, text="Forbidden")
        if request.match_info["domain"] != DOMAIN:
            return web.json_response({"message": f"Domain not found: {request.match_info['domain']}"}, status=404)
        form = await request.post()
        named = {name.lower(): str(value) for name, value in form.items()}
        found = Taken(
            f"<{len(self.messages) + 1:08d}@{DOMAIN}>",
            named.get("v:makegood_key", ""),
            named.get("from", ""),
            named.get("to", ""),
            (named.get("subject", ""), named.get("text", ""), named.get("html", "")),
            named.get("h:message-id", ""),
            "mailgun",
            named.get("h:reply-to", ""),
        )
        if problem := _problem(found):
            return web.json_response({"message": problem}, status=400)
        yes = {"id": found.id, "message": "Queued. Thank you."}
        return await self._meet(request, found, yes, {"message": f"'to' parameter is not valid: {found.recipient}"})

    async def _meet(
        self, request: web.Request, found: Taken, yes: dict[str, Any], no: dict[str, Any]
    ) -> web.StreamResponse:
        behaviour = self._next.popleft() if self._next else self.always
        self.requests += 1
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            if behaviour == "drop":
                return _hang_up(request)
            if behaviour in PLAIN:
                status, headers = PLAIN[behaviour]
                return web.json_response({"Message": f"No, {behaviour}."}, status=status, headers=headers)
            if behaviour in ("422", "error-body"):
                status = 200 if behaviour == "error-body" else 422 if found.api == "postmark" else 400
                no = {"ErrorCode": 100, "Message": "The account is closed."} if behaviour == "error-body" else no
                return web.json_response(no, status=status)
            self.messages.append(found)
            return await _say(request, behaviour, yes)
        finally:
            self._at_once -= 1

    def notice(self, api: str, key: str, says: str, *, at: datetime | None = None) -> tuple[dict[str, str], bytes]:
        """Header names in lower case and the body of what the provider posts to the webhook about a message it took:
        delivered, bounced, soft, deferred, complained or unsubscribed."""
        message = self.taken(key)[0]
        moment = at or datetime(2026, 3, 2, 10, 0, 5, tzinfo=UTC)
        if api == "postmark":
            headers = {"authorization": f"Basic {base64.b64encode(WEBHOOK.encode()).decode()}"}
            return {**headers, "content-type": "application/json"}, _body(_postmark_event(message, says, moment))
        return {"content-type": "application/json"}, _body(_mailgun_event(message, says, moment))


async def _say(request: web.Request, behaviour: str, yes: dict[str, Any]) -> web.StreamResponse:
    """The answer to a message that was taken."""
    if behaviour == "lost-answer":
        return _hang_up(request)
    await asyncio.sleep({"hang": LONG, "slow": 0.1}.get(behaviour, 0))
    if behaviour == "500-after":
        return web.json_response({"Message": "Internal error."}, status=500)
    if behaviour == "half-body":
        whole = json.dumps(yes).encode()
        response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(whole))})
        await response.prepare(request)
        await response.write(whole[: len(whole) // 2])
        return _hang_up(request)
    bodies = {"html": "<html>It worked</html>", "odd-status": json.dumps({"state": "weighing"})}
    return web.Response(text=bodies.get(behaviour, json.dumps(yes)), content_type="application/json")


def _problem(found: Taken) -> str:
    """In Postmark's words, which name the address that is not right."""
    if not _address(found.sender).endswith(f"@{DOMAIN}"):
        return f"Invalid 'From' address: '{found.sender}'."
    if "," in found.recipient or _address(found.recipient).count("@") != 1:
        return f"Invalid 'To' address: '{found.recipient}'."
    if not (all(found.words) and found.key):
        return "Provide subject, both bodies and metadata."
    return ""


def _address(text: str) -> str:
    return text.rpartition("<")[2].rstrip(">").strip()


def _postmark_no(status: int, code: int, message: str) -> web.Response:
    return web.json_response({"ErrorCode": code, "Message": message}, status=status)


def _password(request: web.Request) -> str:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    with contextlib.suppress(binascii.Error, UnicodeDecodeError):
        return base64.b64decode(given).decode() if kind == "Basic" else ""
    return ""


def _hang_up(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _postmark_event(message: Taken, says: str, at: datetime) -> dict[str, Any]:
    moment, address = at.isoformat().replace("+00:00", "Z"), _address(message.recipient)
    common = {"MessageID": message.id, "Metadata": {"makegood_key": message.key}, "ServerID": 23, "Tag": ""}
    if says == "delivered":
        return {**common, "RecordType": "Delivery", "Recipient": address, "DeliveredAt": moment, "Details": "250 ok"}
    if says == "unsubscribed":
        asked = {"SuppressSending": True, "SuppressionReason": "ManualSuppression", "Origin": "Recipient"}
        return {**common, **asked, "RecordType": "SubscriptionChange", "Recipient": address, "ChangedAt": moment}
    kind = {"bounced": "HardBounce", "soft": "SoftBounce", "deferred": "Transient", "complained": "SpamComplaint"}[says]
    return {
        **common,
        "RecordType": "SpamComplaint" if says == "complained" else "Bounce",
        "ID": int(hashlib.sha256(f"{message.id}/{says}".encode()).hexdigest()[:12], 16),
        "Type": kind,
        "Email": address,
        "BouncedAt": moment,
        "Description": "The server was unable to deliver your message.",
        "Details": f"smtp;550 5.1.1 {address} unknown",
    }


def _mailgun_event(message: Taken, says: str, at: datetime) -> dict[str, Any]:
    stamp, token = str(int(at.timestamp())), hashlib.sha256(f"{message.id}/{says}".encode()).hexdigest()[:50]
    signature = hmac.new(SIGNING_KEY.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    event = {"bounced": "failed", "soft": "failed", "deferred": "failed"}.get(says, says)
    data: dict[str, Any] = {
        "event": event,
        "id": token[:20],
        "timestamp": int(at.timestamp()),
        "recipient": _address(message.recipient),
        "message": {"headers": {"message-id": message.id.strip("<>")}},
        "user-variables": {"makegood_key": message.key},
        "delivery-status": {"code": 550, "message": f"no such user {_address(message.recipient)}"},
    }
    if event == "failed":
        data |= {"severity": "permanent" if says == "bounced" else "temporary", "reason": "bounce"}
    return {"signature": {"timestamp": stamp, "token": token, "signature": signature}, "event-data": data}


def _body(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode()
