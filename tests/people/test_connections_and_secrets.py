"""Connections are switched live by a named person and journalled without a value; secrets never lie in the database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection as db

from makegood.journal.models import Entry
from makegood.kit.errors import BadInput, NotFound
from makegood.kit.home import home, secret
from makegood.people.actions import (
    Limits,
    add_brand,
    add_connection,
    add_first_person,
    change_connection,
    parse_limits,
    switch_connection,
)
from makegood.people.lists import get_connection, list_connections, list_entries
from makegood.people.models import Brand
from makegood.people.queries import OpenConnection, access_connection
from makegood.people.secrets import KEY_FILE, resolve_secrets, seal_secret

CLEAR = "hunter2-clear"


def test_from_added_to_live_to_off(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    maya, _ = add_first_person("Maya", "maya@example.com")
    brand, other = Brand.objects.get(slug="default"), add_brand("other", legal_name="Other Ltd", actor=maya.id)
    sealed = {"host": "mx.example", "password": seal_secret(CLEAR)}
    made = add_connection(brand, "mail", plugin="email", settings=sealed, actor=maya.id)
    assert not made.live, "nothing leaves before a person says so"
    assert access_connection(brand.id, "mail") == OpenConnection(
        made.id, "email", {"host": "mx.example", "password": CLEAR}, live=False
    )
    assert CLEAR not in repr(access_connection(brand.id, "mail")), "nor in a log that shows the object"
    for live in (True, False, True):
        switch_connection(made, live=live, actor=maya.id)
        assert access_connection(brand.id, "mail").live is live
    monkeypatch.setenv("MAIL_PASSWORD", "from-the-environment")
    change_connection(made, settings={"host": "mx2.example", "password": {"env": "MAIL_PASSWORD"}}, actor=maya.id)
    opened = access_connection(brand.id, "mail")
    assert (opened.settings, opened.live) == ({"host": "mx2.example", "password": "from-the-environment"}, True)

    entries = [entry for entry in Entry.objects.order_by("id") if entry.verb.startswith("connection.")]
    assert [entry.verb.removeprefix("connection.") for entry in entries] == ["added", *["switched"] * 3, "changed"]
    facts = [json.loads(entry.facts) for entry in entries]
    assert [fact.get("live") for fact in facts] == [None, True, False, True, None]
    assert {tuple(fact["settings"]) for fact in facts} == {("host", "password")}
    assert {(entry.actor, entry.brand) for entry in entries} == {(maya.id, brand.id)}
    assert len({fact["digest"] for fact in facts}) == 2, "the digest changes with the settings, not with the switch"
    for table in ("connection", "entry"):
        with db.cursor() as cursor:
            cursor.execute(f"SELECT string_agg(t::text, '') FROM {table} t")
            assert CLEAR not in cursor.fetchone()[0]

    with pytest.raises(NotFound) as no:
        access_connection(other.id, "mail")
    assert "none yet" in no.value.remedy, "another brand's connections are not named"
    with pytest.raises(NotFound) as no:
        get_connection(brand, "post")
    assert "There are: mail." in no.value.remedy
    assert [one.name for one in list_connections(brand)] == ["mail"]
    assert get_connection(brand, "mail").settings["password"] == {"env": "MAIL_PASSWORD"}, "shown as stored"
    with pytest.raises(BadInput) as no:
        add_connection(brand, "mail", plugin="letter", settings={}, actor=maya.id)
    assert no.value.code == "connection-exists"
    assert add_connection(other, "mail", plugin="letter", settings={}, actor=maya.id).id != made.id
    for bad in ("", "Mail", "a b", "../x", "m" * 51):
        with pytest.raises(BadInput) as no:
            add_connection(brand, bad, plugin="email", settings={}, actor=maya.id)
        assert no.value.code == "bad-name"

    ours = list_entries([brand], mistakes=[], only_these=False, limit=100)
    assert {line.brand for line in ours} <= {brand.id, None}
    assert {line.actor for line in ours} == {None, "maya@example.com"}
    assert [line.id for line in ours] == sorted(line.id for line in ours)
    assert [line.id for line in list_entries([brand], mistakes=[], only_these=False, limit=2)] == [
        line.id for line in ours[-2:]
    ]
    assert list_entries([], mistakes=[], only_these=False, limit=100) == []
    assert list_entries([brand], mistakes=[], only_these=True, limit=100) == []


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("MAKEGOOD_HOME", str(tmp_path))
    home.cache_clear()
    yield tmp_path
    home.cache_clear()


@pytest.mark.parametrize("value", [CLEAR, "", " blanks ", "Grüße 🙂", "line\nbreak", '{"sealed": "x"}', "x" * 10_000])
def test_a_secret_comes_back_as_it_was(place: Path, value: str) -> None:
    sealed = seal_secret(value)
    assert set(sealed) == {"sealed"}
    assert not value.strip() or value not in sealed["sealed"]
    assert seal_secret(value) != sealed, "the same secret twice looks different"
    assert resolve_secrets({"a": {"b": {"c": sealed}}}) == {"a": {"b": {"c": value}}}


@pytest.mark.parametrize("broken", ["", "not sealed", "gAAAAA" + "x" * 90])
def test_what_does_not_open_is_a_sentence_without_the_text(place: Path, broken: str) -> None:
    seal_secret("so that there is a key")
    with pytest.raises(BadInput) as no:
        resolve_secrets({"password": {"sealed": broken}})
    assert no.value.code == "secret-sealed"
    assert KEY_FILE in no.value.remedy and "'password'" in no.value.what
    assert not broken or broken not in str(no.value)


def test_another_installations_key_opens_nothing(place: Path) -> None:
    sealed = seal_secret(CLEAR)
    (place / KEY_FILE).unlink()
    seal_secret("another key is made")
    with pytest.raises(BadInput) as no:
        resolve_secrets({"password": sealed})
    assert no.value.code == "secret-sealed"
    assert CLEAR not in str(no.value) and sealed["sealed"] not in str(no.value)


def test_secrets_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "password"
    for content, value in (("hunter2\n", "hunter2"), ("hunter2", "hunter2"), (" a b \n\n", " a b "), ("", "")):
        file.write_text(content)
        monkeypatch.setenv("SHOP_PASSWORD_FILE", str(file))
        assert secret("SHOP_PASSWORD") == value
        assert resolve_secrets({"p": {"env": "SHOP_PASSWORD"}}) == {"p": value}
    monkeypatch.setenv("SHOP_PASSWORD", CLEAR)
    with pytest.raises(BadInput) as no:
        secret("SHOP_PASSWORD")
    assert no.value.code == "two-secrets" and CLEAR not in str(no.value)
    monkeypatch.delenv("SHOP_PASSWORD")
    for gone in (tmp_path / "none", tmp_path):
        monkeypatch.setenv("SHOP_PASSWORD_FILE", str(gone))
        with pytest.raises(BadInput) as no:
            secret("SHOP_PASSWORD")
        assert no.value.code == "secret-file" and str(gone) in no.value.what
    monkeypatch.delenv("SHOP_PASSWORD_FILE")
    assert secret("SHOP_PASSWORD") is None


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("USD 1000", Limits("USD", per_mistake=100_000)),
        ("USD 0", Limits("USD", per_mistake=0)),
        ("JPY 1000", Limits("JPY", per_mistake=1000)),
        ("KWD act=1.5", Limits("KWD", per_act=1500)),
        ("EUR day=250", Limits("EUR", per_day=25_000)),
        ("EUR month=0.01", Limits("EUR", per_30_days=1)),
        ("EUR mistake=7 act=7", Limits("EUR", per_act=700, per_mistake=700)),
        ("  USD   act=5   day=6  ", Limits("USD", per_act=500, per_day=600)),
    ],
)
def test_limits_as_people_write_them(text: str, limits: Limits) -> None:
    assert parse_limits([text]) == [limits]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "USD",
        "1000",
        "USD act",
        "USD 5 6",
        "USD act=-5",
        "USD -5",
        "USD act=5 act=6",
        "usd 5",
        "USD five",
        "USD 99999999999999999999",
        "USD act=1e3",
    ],
)
def test_what_is_no_limit_is_a_sentence(text: str) -> None:
    with pytest.raises(BadInput) as no:
        parse_limits([text])
    assert no.value.what and no.value.remedy
