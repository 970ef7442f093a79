"""What is kept of accounts, who may read it, and what a restore does to who is signed in."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from tests.conftest import Database
from tests.console.asking import entries, signed_in
from tests.console.browsing import given_people
from tests.engine.restoring import backed_up, restored

from makegood.kit.errors import BadInput, NotFound
from makegood.people.actions import Limits, parse_limits, write_limit
from makegood.people.joining import check_password_of
from makegood.people.models import Staff
from makegood.people.sessions import end_session, list_sessions


def test_the_role_that_only_reads_does_not_read_what_opens_doors(database: Database, server: Any) -> None:
    given_people()
    with psycopg.connect(server.url("ro", dbname=database.app_url.split("@/")[1].split("?")[0]), autocommit=True) as ro:
        names = ro.execute("SELECT name, email, active FROM staff ORDER BY id").fetchall()
        assert names[0] == ("Maya Lind", "maya@shop.example", True)
        for closed in (
            "SELECT password FROM staff",
            "SELECT * FROM staff",
            "SELECT digest FROM invitation",
            "SELECT session_key FROM django_session",
            "SELECT session_key FROM usersessions_usersession",
            "SELECT data FROM mfa_authenticator",
            "SELECT value FROM tried",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                ro.execute(closed)


def test_who_was_signed_in_signs_in_anew_after_a_restore(database: Database, tmp_path: Any, monkeypatch: Any) -> None:
    given_people()
    client = signed_in("maya@shop.example")
    source = backed_up(tmp_path / "backups", monkeypatch).path
    with restored(source, monkeypatch) as done:
        assert [one.code for one in done.findings if one.code == "rows-missing"] == []
        assert client.get("/profile").status_code == 302
        assert list_sessions(Staff.objects.get(email="maya@shop.example"), None) == []
        assert signed_in("maya@shop.example").get("/profile").status_code == 200


def test_ending_a_sign_in_that_is_over(database: Database) -> None:
    people = given_people()
    with pytest.raises(NotFound) as no:
        end_session(people["omar"], 999)
    assert no.value.code == "no-session"
    assert entries("person.session-ended") == []


def test_a_limit_is_read_as_it_was_written() -> None:
    for limit in (
        Limits("EUR", per_act=50_00, per_day=250_00, per_30_days=1_000_00, per_mistake=5_000_00),
        Limits("JPY", per_act=5_000),
        Limits("KWD", per_mistake=1_234),
        Limits("USD", per_day=0),
    ):
        assert parse_limits([write_limit(limit)]) == [limit]


def test_why_a_password_is_none_is_said_without_saying_it() -> None:
    staff = Staff(name="Maya Lind", email="maya@shop.example")
    check_password_of(staff, "seven quiet herons at dawn")
    for password in ("short", "maya@shop.example", "123456789qwerty"):
        with pytest.raises(BadInput) as no:
            check_password_of(staff, password)
        assert no.value.code == "weak-password"
        assert no.value.__cause__ is None
