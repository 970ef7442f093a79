"""Providers speak to the real web server: what is proved is kept once, everything else is a problem that says why."""

from __future__ import annotations

import http.client
import signal
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from tests.api.serving import SECRET, Answer, Serving, given_connection, serving

from makegood.kit.clock import iso, now
from makegood.notices.models import Notice
from makegood.people.models import Connection
from makegood.testing.webhook_receiver import WebhookReceiver

DONE = {"event": "evt_1", "says": "done", "key": "mg-1", "at": "2026-03-04T05:06:07Z"}
PATH = "/hooks/shop/pay/"


@pytest.fixture
def web(database: Any, tmp_path: Any) -> Iterator[Serving]:
    given_connection()
    with serving(database, tmp_path) as running:
        yield running


def test_what_a_provider_says_is_kept_before_it_is_answered(web: Serving) -> None:
    answer = web.say(DONE, {**DONE, "event": "evt_2"})
    assert (answer.status, answer.body) == (204, b"")
    assert sorted(Notice.objects.values_list("event", "key")) == [("evt_1", "mg-1"), ("evt_2", "mg-1")]
    assert web.say(DONE).status == 204, "a repeat is as good as the first"
    assert Notice.objects.count() == 2
    late = {**DONE, "event": "evt_3", "at": iso(now() - timedelta(days=5))}
    assert web.say(late).status == 204
    Connection.objects.update(live=False)
    assert web.say({**DONE, "event": "evt_4"}).status == 204, "what it did while it was live may still come to nothing"
    assert Notice.objects.count() == 4


def test_the_firms_own_system_says_what_became_of_an_act(web: Serving) -> None:
    receiver = WebhookReceiver()
    Connection.objects.filter(name="pay").update(plugin="webhook", settings=receiver.settings)
    headers, body = receiver.notice("act.reversed", key="mg-1", code="AC04")
    for _ in range(2):
        assert web.ask("POST", PATH, body, **headers).status == 204
    kept = Notice.objects.get()
    assert (kept.event, kept.says, kept.key, kept.code) == ("msg_1", "reversed", "mg-1", "AC04")
    headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) - 5 * 86_400)
    old = web.ask("POST", PATH, body, **headers)
    assert (old.status, old.problem["code"]) == (401, "bad-signature"), "a moment that was not signed"


def test_every_refusal_is_a_problem_that_says_why_and_nothing_else(web: Serving) -> None:
    refusals: dict[str, tuple[Answer, int, str]] = {
        "no proof": (web.say(DONE, proof=""), 401, "bad-signature"),
        "wrong proof": (web.say(DONE, proof="hunter3"), 401, "bad-signature"),
        "no event": (web.ask("POST", PATH, b"KANARY not json", Proof=SECRET), 400, "no-event"),
        "another brand": (web.say(DONE, path="/hooks/other/pay/"), 404, "no-hook"),
        "no connection": (web.say(DONE, path="/hooks/shop/nothing/"), 404, "no-hook"),
        "a deaf one": (web.say(DONE, path="/hooks/shop/deaf/"), 404, "no-hook"),
        "by GET": (web.ask("GET", PATH), 405, "post-only"),
        "by PUT": (web.ask("PUT", "/hooks/shop/nothing/", b""), 405, "post-only"),
        "no length": (web.ask("POST", PATH, iter([b"KANARY"]), Transfer_Encoding="chunked"), 411, "length-required"),
        "too long": (web.ask("POST", PATH, b"KANARY" * 350_000, Proof=SECRET), 413, "too-long"),
        "no slash": (web.ask("POST", PATH.rstrip("/"), b""), 404, "not-found"),
        "elsewhere": (web.ask("POST", "/hooks/KANARY", b""), 404, "not-found"),
        "no name": (web.ask("POST", "/hooks/Not%20a%20name/pay/", b""), 404, "not-found"),
    }
    for why, (answer, status, code) in refusals.items():
        said = answer.problem
        assert (answer.status, said["status"], said["code"]) == (status, status, code), why
        assert set(said) == {"type", "title", "status", "code", "detail"} and said["detail"].endswith(".")
        assert SECRET.encode() not in answer.body and b"KANARY" not in answer.body
        assert answer.headers["cache-control"] == "no-store"
    assert refusals["by GET"][0].headers["allow"] == "POST"
    unknown = [refusals[one][0].body for one in ("another brand", "no connection", "a deaf one")]
    assert len(set(unknown)) == 1, "nobody learns which names exist"
    assert not Notice.objects.exists()


def test_a_body_of_the_largest_size_is_read_whole(web: Serving) -> None:
    event = b'{"event": "evt_1", "says": "noted", "at": "2026-03-04T05:06:07Z"}'
    for spare, status in ((0, 204), (1, 413)):
        answer = web.ask("POST", PATH, event + b" " * (1024 * 1024 - len(event) + spare), Proof=SECRET)
        assert answer.status == status
    assert Notice.objects.count() == 1


def test_a_body_that_ends_too_soon_leaves_nothing(web: Serving) -> None:
    with socket.create_connection(("127.0.0.1", web.port)) as plain:
        head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nProof: {SECRET}\r\nContent-Length: 500\r\n\r\n"
        plain.sendall(head.encode() + b'{"event": "evt_1"}')
        plain.shutdown(socket.SHUT_WR)
        assert plain.recv(4096).startswith(b"HTTP/1.1 400")
    assert web.say(DONE).status == 204, "and the server goes on"
    assert Notice.objects.count() == 1


def test_a_thousand_repeats_from_eight_threads_are_one_row(web: Serving) -> None:
    seen: Counter[int] = Counter()
    body = b'{"event": "evt_1", "says": "done", "key": "mg-1", "at": "2026-03-04T05:06:07Z"}'

    def repeat() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
        for _ in range(125):
            connection.request("POST", PATH, body=body, headers={"Proof": SECRET})
            answer = connection.getresponse()
            answer.read()
            seen[answer.status] += 1
        connection.close()

    threads = [threading.Thread(target=repeat) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {204: 1000}
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(("point", "kept"), [("hook.before_take_in", 0), ("hook.before_answer", 1)])
def test_killed_before_the_answer_the_repeat_is_one_row(database: Any, tmp_path: Any, point: str, kept: int) -> None:
    given_connection()
    with (
        serving(database, tmp_path, MAKEGOOD_KP=point) as web,
        pytest.raises((ConnectionError, http.client.HTTPException)),
    ):
        web.say(DONE)
    assert Notice.objects.count() == kept
    with serving(database, tmp_path) as web:
        assert web.say(DONE).status == 204
        assert web.say(DONE).status == 204
    assert Notice.objects.count() == 1


def test_a_secret_that_cannot_be_had_is_ours_to_solve(database: Any, tmp_path: Any) -> None:
    given_connection()
    with serving(database, tmp_path, SAYING="") as web:
        Connection.objects.filter(name="pay").update(settings={"secret": {"env": "NOT_SET"}})
        answer = web.say(DONE)
        assert (answer.status, answer.problem["code"], answer.headers["retry-after"]) == (503, "secret-missing", "60")
        _, said = web.stop()
    assert "cannot be judged" in said and "NOT_SET" in said, "the operator reads which"
    assert "NOT_SET" not in answer.body.decode(), "the caller does not"


def test_a_database_that_is_gone_is_not_now_and_then_well_again(web: Serving, database: Any) -> None:
    assert web.say(DONE).status == 204
    name = database.app_url.rpartition("/")[2].partition("?")[0]
    with psycopg.connect(database.admin_url.replace(f"/{name}", "/postgres"), autocommit=True) as admin:
        from django.db import connections

        connections.close_all()
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        answer = web.say({**DONE, "event": "evt_2"})
        assert (answer.status, answer.problem["code"], answer.headers["retry-after"]) == (503, "database-gone", "30")
        ready = web.ask("GET", "/readyz")
        assert ready.status == 503
        assert b'"database": "gone"' in ready.body
        assert web.ask("GET", "/livez").status == 200
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert web.say({**DONE, "event": "evt_2"}).status == 204
    assert web.ask("GET", "/readyz").status == 200
    assert Notice.objects.count() == 2
    code, said = web.stop()
    assert code == 0
    assert "Traceback" not in said
    assert "the database is gone" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_asked(web: Serving, number: int) -> None:
    assert web.ask("GET", "/livez").status == 200
    code, said = web.stop(number)
    assert (code, "Traceback" in said) == (0, False)
