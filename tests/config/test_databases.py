"""From an address to settings: what each part becomes, what is refused without showing a password."""

from __future__ import annotations

import pytest

from makegood.config.databases import databases
from makegood.config.supervisor import _ending, worker_command
from makegood.kit.errors import BadInput

PARTS = ("NAME", "USER", "PASSWORD", "HOST", "PORT")


@pytest.mark.parametrize(
    ("url", "parts", "options"),
    [
        ("postgresql://mg:pw@db.example:5433/shop", ("shop", "mg", "pw", "db.example", "5433"), {}),
        ("postgres://mg:pw@db.example/shop", ("shop", "mg", "pw", "db.example", ""), {}),
        ("postgresql:///shop", ("shop", "", "", "", ""), {}),
        ("postgresql://mg@/shop?host=/run/pg", ("shop", "mg", "", "/run/pg", ""), {}),
        ("postgresql://mg:p%40ss%2Fw%25@h/shop", ("shop", "mg", "p@ss/w%", "h", ""), {}),
        ("postgresql://mg@[::1]:5432/shop", ("shop", "mg", "", "::1", "5432"), {}),
        ("postgresql://mg@h/shop?sslmode=verify-full", ("shop", "mg", "", "h", ""), {"sslmode": "verify-full"}),
        ("postgresql://a:1,b:2/shop?target_session_attrs=read-write", ("shop", "", "", "a,b", "1,2"),
         {"target_session_attrs": "read-write"}),
        ("host=h dbname=shop user=mg password='a b'", ("shop", "mg", "a b", "h", ""), {}),
        ("postgresql://h/sh%C3%B6p", ("shöp", "", "", "h", ""), {}),
        ("", ("", "", "", "", ""), {}),
    ],
)  # fmt: skip
def test_an_address_in_its_parts(url: str, parts: tuple[str, ...], options: dict[str, str]) -> None:
    entry = databases({"DATABASE_URL": url})["default"]
    assert tuple(entry[part] for part in PARTS) == parts
    assert entry["OPTIONS"] == {**options, "application_name": "makegood"}
    assert entry["ENGINE"] == "django.db.backends.postgresql"
    assert entry["CONN_MAX_AGE"] is None, "a worker keeps its connection"


def test_one_address_is_for_both_roles() -> None:
    found = databases({"DATABASE_URL": "postgresql://mg@h/shop"})
    assert found["default"] == found["owner"]


def test_the_owner_may_have_an_address_of_its_own() -> None:
    found = databases({"DATABASE_URL": "postgresql://app@h/shop", "MAKEGOOD_OWNER_URL": "postgresql://owner@h/shop"})
    assert (found["default"]["USER"], found["owner"]["USER"]) == ("app", "owner")


def test_without_any_address_nothing_is_named_yet() -> None:
    assert {name: entry["NAME"] for name, entry in databases({}).items()} == {"default": "", "owner": ""}


@pytest.mark.parametrize(
    "url", ["mysql://root@h/shop", "shop", "postgresql://h:port/shop?x", "postgresql://h/shop?nonsense=1", "host='h"]
)
@pytest.mark.parametrize("name", ["DATABASE_URL", "MAKEGOOD_OWNER_URL"])
def test_what_is_no_address_is_refused_by_the_name_of_its_setting(url: str, name: str) -> None:
    with pytest.raises(BadInput) as refused:
        databases({"DATABASE_URL": "postgresql://h/shop", name: url})
    assert refused.value.code == "bad-database-url"
    assert refused.value.what.startswith(f"{name} is not a PostgreSQL address")
    assert "postgresql://user:password@host" in refused.value.remedy


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://mg:hunter2@h/shop?nonsense=1",
        "postgresql://mg:hunter2%zz@h/shop",
        'postgresql://mg:"hunter2%zz@h/shop',
        "hunter2",
        "password=hunter2 host",
        "postgresql://h/shop?password=hunter2&hunter2",
    ],
)
def test_a_refused_address_does_not_show_its_password(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        databases({"DATABASE_URL": url})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "ended with exit code 0"),
        (1, "ended with exit code 1"),
        (-9, "was killed by signal 9 (SIGKILL)"),
        (-15, "was killed by signal 15 (SIGTERM)"),
        (-11, "was killed by signal 11 (SIGSEGV)"),
        (-34, "was killed by signal 34 (SIGRTMIN)"),
        (-40, "was killed by signal 40"),
    ],
)
def test_how_a_worker_ended(code: int, words: str) -> None:
    assert _ending(code) == words


def test_a_worker_is_this_program() -> None:
    command = worker_command()
    assert command[1:] == ["-m", "makegood.cli", "work"]
