"""The model of Stripe behind a real socket on loopback, in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import threading
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from makegood.testing.stripe_model import KEY, Request, StripeModel
from makegood.testing.stripe_model_keys import Answer

_SLOWLY = 0.3  # seconds: longer than a moment, shorter than any patience


class StripeServer:
    """`settings` are a connection's that reach it."""

    def __init__(self, model: StripeModel | None = None, *, port: int = 0) -> None:
        self.model = model or StripeModel()
        self.port = port
        self._stopping = asyncio.Event()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stripe-model", daemon=True)

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "secret_key": KEY,
            "api_base": f"http://127.0.0.1:{self.port}",
            "allow_loopback": True,
            "webhook_secret": self.model.events.secret,
            "per_second": 1000,
            "timeout": 2,
        }

    def __enter__(self) -> StripeServer:
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
        app.router.add_route("*", "/{path:.*}", self._meet)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        self._started.set()
        await self._stopping.wait()
        await runner.cleanup()

    async def _meet(self, request: web.Request) -> web.StreamResponse:
        form = (await request.read()).decode() if request.method == "POST" else request.query_string
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Request(request.method, request.path, dict(parse_qsl(form, keep_blank_values=True)), headers)
        answer = self.model.answer(asked)
        key = headers.get("idempotency-key", "")
        if answer.transport in ("slow-headers", "slow-body", "hang"):
            # Until the answer is out, another request with the key is told that this one is in progress.
            self.model.keys.in_progress.add(key)
            try:
                if answer.transport == "hang":
                    await self._stopping.wait()
                return await _send(request, answer)
            finally:
                self.model.keys.in_progress.discard(key)
        return await _send(request, answer)


async def _send(request: web.Request, answer: Answer) -> web.StreamResponse:
    if answer.transport in ("drop", "lost", "hang"):
        return _hang_up(request)
    if answer.transport == "slow-headers":
        await asyncio.sleep(_SLOWLY)
    body = body_of(answer)
    headers = {"Content-Type": "application/json", "Request-Id": "req_model", **answer.headers}
    if answer.transport not in ("slow-body", "truncated"):
        return web.Response(body=body, status=answer.status, headers=headers)
    response = web.StreamResponse(status=answer.status, headers={**headers, "Content-Length": str(len(body))})
    await response.prepare(request)
    half = len(body) // 2
    await response.write(body[:half])
    if answer.transport == "truncated":
        return _hang_up(request)
    await asyncio.sleep(_SLOWLY)
    await response.write(body[half:])
    return response


def body_of(answer: Answer) -> bytes:
    return (answer.body if isinstance(answer.body, str) else json.dumps(answer.body)).encode()


def _hang_up(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
