"""An event counts once however often it is delivered, and keeps no personal value."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection as db
from django.db import connections
from django.db.utils import Error
from tests.engine.recovery import as_owner, rows
from tests.notices.saying import MOMENT, Saying, notice

from makegood.journal.actions import seal
from makegood.journal.queries import verify
from makegood.kit.errors import BadInput, Refused
from makegood.kit.notices import NotTheirs
from makegood.notices.actions import hear, take_in
from makegood.notices.models import Notice as Row
from makegood.people.actions import add_brand, add_connection, add_first_person
from makegood.people.models import Connection
from makegood.remedies import REMEDIES


@pytest.fixture
def said(database: Any, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """A connection whose plug-in hears; its secret is in the environment."""
    monkeypatch.setitem(REMEDIES._table, "saying", f"{Saying.__module__}:Saying")
    monkeypatch.setenv("SAYING_SECRET", "right")
    maya, _ = add_first_person("Maya", "maya@shop.example")
    brand = add_brand("shop", legal_name="Shop Ltd", actor=maya.id)
    return add_connection(brand, "pay", plugin="saying", settings={"secret": {"env": "SAYING_SECRET"}}, actor=maya.id)


def lines(*events: dict[str, Any]) -> bytes:
    return b"\n".join(json.dumps(event).encode() for event in events)


def test_what_is_heard_is_kept_as_it_was_said(said: Connection) -> None:
    body = lines({"event": "evt_1", "says": "reversed", "order": 7, "key": "mg-1", "reference": "re_1", "code": "AC04"})
    assert hear(said, {"Proof": "right"}, body) == 1
    kept = Row.objects.get()
    assert (kept.brand, kept.connection) == (said.brand_id, said.id)
    assert (kept.event, kept.says, kept.position) == ("evt_1", "reversed", 7)
    assert (kept.key, kept.reference, kept.code, kept.words) == ("mg-1", "re_1", "AC04", "")


def test_who_cannot_prove_it_is_not_heard(said: Connection) -> None:
    for headers in ({}, {"proof": ""}, {"proof": "Right"}):
        with pytest.raises(NotTheirs):
            hear(said, headers, lines({"event": "evt_1"}))
    with pytest.raises(BadInput):
        hear(said, {"proof": "right"}, b"no json")
    assert not Row.objects.exists()


def test_a_plugin_that_hears_nothing_says_so(said: Connection) -> None:
    for plugin in ("store-credit", "letter", "csv"):
        Connection.objects.filter(id=said.id).update(plugin=plugin)
        with pytest.raises(Refused, match="hears nothing"):
            hear(Connection.objects.get(), {}, b"")


def test_an_event_counts_once(said: Connection) -> None:
    first = [notice("evt_1"), notice("evt_2", says="failed")]
    assert take_in(said, first) == 2
    assert take_in(said, [notice("evt_2", says="done"), notice("evt_3"), notice("evt_3", says="failed")]) == 1
    assert take_in(said, []) == 0
    kept = Row.objects.order_by("event").values_list("event", "says")
    assert list(kept) == [("evt_1", "done"), ("evt_2", "failed"), ("evt_3", "done")], "the first word stands"
    other = Connection.objects.create(brand=said.brand, name="pay-2", plugin="saying", settings={})
    assert take_in(other, first) == 2, "two accounts may use one name for different events"


def test_many_deliveries_at_once_are_one_row(said: Connection) -> None:
    start, counts = threading.Barrier(8), []

    def deliver(turn: int) -> None:
        start.wait()
        try:
            for n in range(25):
                events = [notice("evt_1"), notice(f"evt_{turn}_{n}"), notice("evt_2")]
                counts.append(take_in(said, events if turn % 2 else events[::-1]))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=deliver, args=[turn]) for turn in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(counts) == 200, "no delivery failed, and none waited for another in a circle"
    assert sum(counts) == Row.objects.count() == 202


def test_no_personal_value_stays(said: Connection) -> None:
    words = "Mailbox of kanary@example.com, phone +49 170 1234567, is full.\x00\nSorry"
    given = notice(
        "<kanary@example.com>",
        "bounced",
        key="kanary@example.com",
        address="kanary@example.com",
        words=words,
        code=words,
    )
    heard: list[Any] = []
    assert take_in(said, [given], suppress=lambda where, what: heard.append((where.id, list(what)))) == 1
    assert heard == [(said.id, [given])], "whoever suppresses addresses gets it"
    everything = str(rows("SELECT string_agg(n::text, '') FROM notice n"))
    assert "kanary" not in everything
    assert "1234567" not in everything
    kept = Row.objects.get()
    assert kept.event.startswith("sha256:")
    assert (kept.key, kept.words) == ("", "Mailbox of [address], phone [number], is full. Sorry")
    assert take_in(said, [given], suppress=lambda *_: heard.append("again")) == 0, "the same event, the same name"
    assert len(heard) == 1, "who was suppressed and let in again by a person stays in"


def test_an_address_that_cannot_be_suppressed_leaves_nothing(said: Connection) -> None:
    def gone(*_: Any) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        take_in(said, [notice(says="bounced", address="a@example.com")], suppress=gone)
    assert not Row.objects.exists(), "the provider repeats it, and then both happen"


def test_names_that_do_not_fit_are_shortened_or_left_out(said: Connection) -> None:
    take_in(said, [notice("e" * 5000, reference="r" * 201), notice("e" * 4999, reference="r" * 200, key="k" * 81)])
    kept = list(Row.objects.order_by("reference"))
    assert [one.reference for one in kept] == ["", "r" * 200], "half of an id would be another one"
    assert len({one.event for one in kept}) == 2
    assert kept[1].key == ""


def test_a_kind_that_does_not_exist_is_refused(said: Connection) -> None:
    with pytest.raises(Error):
        take_in(said, [notice(says="paid")])


@pytest.mark.parametrize(
    "change", ["UPDATE notice SET says = 'done'", "DELETE FROM notice", "TRUNCATE notice"], ids=lambda sql: sql[:6]
)
def test_notices_are_only_ever_added(said: Connection, database: Any, change: str) -> None:
    take_in(said, [notice()])
    for url in (database.app_url, database.owner_url):
        with psycopg.connect(url, autocommit=True) as plain, pytest.raises(psycopg.Error):
            plain.execute(change)


def test_notices_are_sealed_and_a_change_is_found(said: Connection, database: Any) -> None:
    """The provider's moment may be years ago or to come: how late a seal is goes by ours."""
    take_in(said, [notice("old", at=MOMENT - timedelta(days=900)), notice("new", at=MOMENT + timedelta(days=9000))])
    assert not [one for one in verify(None).findings if "unsealed" in one.code]
    while not seal() and not rows("SELECT 1 FROM seal WHERE stream = 'notice'"):
        pass  # a transaction in any database of the server may hold the seal back for a moment
    assert rows("SELECT sum(array_length(ids, 1)) FROM seal WHERE stream = 'notice'") == [(2,)]
    assert verify(None).findings == []
    as_owner(
        database,
        "ALTER TABLE notice DISABLE TRIGGER USER; UPDATE notice SET says = 'failed' WHERE event = 'old'",
    )
    assert [one.what for one in verify(None).findings] == ["Row 2 of what providers said was changed."]


def test_the_cursor_can_follow_late_transactions(said: Connection, database: Any) -> None:
    """`xid` is that of the writer, so that a reader by (xid, id) never skips who commits late."""
    with psycopg.connect(database.app_url) as slow:
        slow.execute(
            "INSERT INTO notice (brand, connection, event, says, said_at, position, key, reference, code, words) "
            "VALUES (1, 1, 'slow', 'done', now(), 1, '', '', '', '')"
        )
        take_in(said, [notice("quick")])
        slow.commit()
    assert [one[0] for one in rows("SELECT event FROM notice ORDER BY xid, id")] == ["slow", "quick"]
    with db.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")  # of a few rows an index is never worth it
        cursor.execute("EXPLAIN SELECT * FROM notice WHERE (xid, id) > ('0', 0) ORDER BY xid, id LIMIT 5000")
        assert "notice_xid" in str(cursor.fetchall())
