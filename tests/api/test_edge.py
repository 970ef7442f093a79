"""What holds for every answer: headers, health, the names that are served, where the server listens."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from tests.api.serving import given_connection, serving
from tests.engine.recovery import as_owner

from makegood.config.address import LOCAL_HOSTS, allowed_hosts, listen
from makegood.kit.errors import BadInput, Unavailable
from makegood.notices.models import Notice


def test_headers_health_and_names(database: Any, tmp_path: Any) -> None:
    with serving(database, tmp_path, MAKEGOOD_URL="https://care.shop.example:8443/") as web:
        for path in ("/livez", "/readyz", "/nothing", "/hooks/a/b/"):
            headers = web.ask("GET", path).headers
            assert headers["content-security-policy"].startswith("default-src 'none'; frame-ancestors 'none'")
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["cache-control"] == "no-store"
            assert "set-cookie" not in headers
            assert "strict-transport-security" not in headers, "nobody came by TLS"
        secure = web.ask("GET", "/livez", X_Forwarded_Proto="https").headers
        assert secure["strict-transport-security"] == "max-age=31536000", "a proxy on this machine says so"
        ready = web.ask("GET", "/readyz", Host="10.0.0.7")
        checks = {"database": "ok", "migrations": "ok", "disk": "ok", "fence": "ok"}
        assert (ready.status, json.loads(ready.body)) == (200, {"ready": True, "checks": checks})
        for name, code in (
            ("care.shop.example", "not-found"),
            ("care.shop.example:8443", "not-found"),
            ("localhost", "not-found"),
            ("evil.example", "wrong-host"),
            ("care.shop.example.evil.example", "wrong-host"),
        ):
            assert web.ask("GET", "/nothing", Host=name).problem["code"] == code, name


def test_a_missing_migration_is_not_ready(database: Any, tmp_path: Any) -> None:
    with serving(database, tmp_path) as web:
        as_owner(database, "DELETE FROM django_migrations WHERE app = 'notices'")
        assert b'"migrations": "missing"' in web.ask("GET", "/readyz").body
        as_owner(database, "INSERT INTO django_migrations (app, name, applied) VALUES ('acts', '9999_later', now())")
        answer = web.ask("GET", "/readyz")
        assert (answer.status, b'"migrations": "newer"' in answer.body) == (503, True)


def test_fenced_acts_are_not_ready_and_hooks_are_heard(database: Any, tmp_path: Any) -> None:
    given_connection()
    with serving(database, tmp_path) as web:
        as_owner(database, "INSERT INTO fence (id, place, fenced_at, reason) VALUES ('x', 'y', now(), 'restored')")
        answer = web.ask("GET", "/readyz")
        assert (answer.status, json.loads(answer.body)["checks"]["fence"]) == (503, "fenced")
        assert web.say({"event": "evt_1", "says": "done", "at": "2026-03-04T05:06:07Z"}).status == 204
        assert Notice.objects.count() == 1


def test_names_that_are_served() -> None:
    assert allowed_hosts({}) == list(LOCAL_HOSTS)
    assert allowed_hosts({"MAKEGOOD_URL": "https://care.example/x"}) == ["care.example", *LOCAL_HOSTS]
    assert allowed_hosts({"MAKEGOOD_URL": "http://[2001:db8::1]:80"})[0] == "[2001:db8::1]"
    for wrong in ("care.example", "ftp://care.example", "https://", "https://user@care.example", "https://[::1"):
        with pytest.raises(BadInput) as no:
            allowed_hosts({"MAKEGOOD_URL": wrong})
        assert no.value.code == "bad-url"


def test_places_to_listen() -> None:
    for text, family in (("127.0.0.1:0", socket.AF_INET), ("[::1]:0", socket.AF_INET6), ("0", socket.AF_INET)):
        with listen(text) as found:
            assert found.family == family
            port = found.getsockname()[1]
            with pytest.raises(Unavailable) as taken:
                listen(f"{text.rpartition(':')[0] or '127.0.0.1'}:{port}")
            assert taken.value.code == "cannot-listen"
    for wrong in ("", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:70000"):
        with pytest.raises(BadInput) as no:
            listen(wrong)
        assert no.value.code == "bad-bind"
    with pytest.raises(Unavailable):
        listen("no-such-host.invalid:80")
