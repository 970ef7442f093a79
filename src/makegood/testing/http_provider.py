"""A strict model of a payment provider on loopback: keys, look-up, reverse, and every way to lose an answer.

`POST /credits` with `Idempotency-Key`: the same key and body give the stored answer, another body 400.
`GET /credits/{key}`, `POST /credits/{key}/reverse`. `python -m makegood.testing.http_provider --port 0 --log FILE`
prints its port and appends one line of JSON for each effect, written before the answer.

Behaviours (`next`, or `always`): accept, pending (202), lost-answer and hang (after the effect), drop (before it),
429 503 (with Retry-After, before the key layer), 409, 500-with-effect, 500-without-effect, 401, truncated, huge, html,
redirect, error-body (200 with an error), slow.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import threading
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Any

from aiohttp import web

CURRENCIES = {"USD", "EUR", "GBP", "JPY"}
REFUSALS: dict[str, tuple[int, dict[str, str]]] = {
    "429": (429, {"Retry-After": "3"}),
    "503": (503, {"Retry-After": "7"}),
    "409": (409, {}),
    "500-without-effect": (500, {}),
    "401": (401, {}),
    "redirect": (302, {"Location": "http://169.254.169.254/latest/"}),
}


class HttpProvider:
    """Runs in a thread of its own. `effects` counts what happened, by key; `reversed` what was taken back."""

    def __init__(self, *, port: int = 0, log: Path | None = None) -> None:
        self.port = port
        self.always = "accept"
        self.effects: dict[str, int] = {}
        self.reversed: dict[str, int] = {}
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self._bodies: dict[str, Any] = {}
        self._answers: dict[str, dict[str, Any]] = {}
        self._next: deque[str] = deque()
        self._log = log
        self._stopping = asyncio.Event()
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="http-provider", daemon=True)

    def next(self, *behaviours: str) -> None:
        """How the next calls are met, in order; afterwards `always`."""
        self._next.extend(behaviours)

    @property
    def settings(self) -> dict[str, Any]:
        """Connection settings of the remedy `http` that reach this provider."""
        body = {
            "customer": "{customer}",
            "amount": "{amount}",
            "currency": "{currency}",
            "order": "{facts.order}",
            "note": "For act {key}: {reason}",
        }
        return {
            "url": f"http://127.0.0.1:{self.port}/",
            "headers": {"Authorization": "Bearer secret-token"},
            "perform": {
                "path": "credits",
                "body": body,
                "reference": "/id",
                "answers": [
                    {"status": "200", "pointer": "/error", "means": "permanent"},
                    {"status": "200", "pointer": "/state", "equals": "done", "means": "done"},
                    {"status": "202", "means": "accepted"},
                ],
            },
            "look_up": {"path": "credits/{key}"},
            "reverse": {"path": "credits/{key}/reverse"},
            "honours_key": True,
            "timeout": 2,
            "allow_loopback": True,
        }

    def __enter__(self) -> HttpProvider:
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
        app.add_routes(self._routes())
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        self._started.set()
        await self._stopping.wait()
        await runner.cleanup()

    def _routes(self) -> list[web.RouteDef]:
        return [
            web.post("/credits", self._credit),
            web.get("/credits/{key}", self._look_up),
            web.post("/credits/{key}/reverse", self._reverse),
        ]

    async def _credit(self, request: web.Request) -> web.StreamResponse:
        behaviour = self._next.popleft() if self._next else self.always
        key = request.headers.get("Idempotency-Key", "")
        self.requests.append((request.method, request.path, dict(request.headers)))
        if behaviour in REFUSALS:
            status, headers = REFUSALS[behaviour]
            return web.json_response({"error": behaviour}, status=status, headers=headers)
        if behaviour == "drop":
            return _hang_up(request)
        if not key:
            return web.json_response({"error": "no_key"}, status=400)
        body = await request.json()
        if behaviour == "error-body":
            return web.json_response({"error": "account_closed"})
        if key in self._bodies:
            if self._bodies[key] != body:
                return web.json_response({"error": "idempotency_mismatch"}, status=400)
            return web.json_response(self._answers[key])
        if problem := _problem(body):
            return web.json_response({"error": problem}, status=422)
        self._take_effect(key, body)
        return await self._answer(request, behaviour, self._answers[key])

    def _take_effect(self, key: str, body: Any) -> None:
        self.effects[key] = self.effects.get(key, 0) + 1
        self._bodies[key] = body
        self._answers[key] = {"id": f"cr_{len(self._answers) + 1}", "state": "done"}
        if self._log is not None:
            with self._log.open("a", encoding="utf-8") as log:
                log.write(json.dumps({"key": key, **body}) + "\n")

    async def _answer(self, request: web.Request, behaviour: str, answer: dict[str, Any]) -> web.StreamResponse:
        if behaviour == "lost-answer":
            return _hang_up(request)
        if behaviour in ("hang", "slow"):
            await asyncio.sleep(3600 if behaviour == "hang" else 0.3)
        if behaviour == "500-with-effect":
            return web.json_response({"error": "internal"}, status=500)
        if behaviour == "pending":
            return web.json_response(answer, status=202)
        bodies = {
            "truncated": json.dumps(answer)[:-4],
            "huge": json.dumps({**answer, "padding": "x" * 100_000}),
            "html": "<html>It worked</html>",
        }
        return web.Response(text=bodies.get(behaviour, json.dumps(answer)), content_type="application/json")

    async def _look_up(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        self.requests.append((request.method, request.path, dict(request.headers)))
        behaviour = self._next.popleft() if self._next else "accept"
        if behaviour in REFUSALS:
            return web.json_response({}, status=REFUSALS[behaviour][0])
        if key not in self._answers:
            return web.json_response({"error": "not_found"}, status=404)
        return web.json_response(self._answers[key])

    async def _reverse(self, request: web.Request) -> web.StreamResponse:
        key = request.match_info["key"]
        if key not in self._answers:
            return web.json_response({"error": "not_found"}, status=404)
        self.reversed[key] = 1
        self._answers[key]["error"] = "reversed"
        return web.json_response({"id": self._answers[key]["id"], "state": "reversed"})


def _problem(body: dict[str, Any]) -> str:
    if body.get("currency") not in CURRENCIES:
        return "unknown_currency"
    return "" if str(body.get("amount", "")).replace(".", "").isdigit() else "bad_amount"


def _hang_up(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def main() -> None:
    parser = argparse.ArgumentParser(description="A strict payment provider on 127.0.0.1 that logs its effects.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--always", default="accept", help="how every call is met")
    asked = parser.parse_args()
    with HttpProvider(port=asked.port, log=asked.log) as provider:
        provider.always = asked.always
        print(provider.port, flush=True)  # noqa: T201  the one line a parent reads
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
