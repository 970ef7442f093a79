"""Return mailboxes, over a real IMAP conversation and in a Maildir: reports are taken in once, letters left alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.channels.test_returned import ANSWER, KEY, OUT_OF_OFFICE, QMAIL, TO, mail, report
from tests.conftest import Database
from tests.engine.recovery import People, given_people, live, rows

from makegood.acts.worker import work
from makegood.channels.mailboxes import SEEN, has_mailbox
from makegood.channels.returned import LARGEST
from makegood.channels.suppression import suppressed_among
from makegood.kit.errors import BadInput, MakegoodError, Unavailable
from makegood.kit.killpoints import Crashed, listening
from makegood.notices import returns
from makegood.notices.returns import list_mailboxes, read_mailbox, read_mailboxes
from makegood.people.models import Brand, Connection
from makegood.testing.imap_server import ImapServer


@pytest.fixture
def people(database: Database) -> People:
    return given_people()


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    with ImapServer() as running:
        yield running


def over_imap(people: People, imap: ImapServer, **more: Any) -> Connection:
    return live(people, "email", {"host": "h", "sender_email": "help@shop.example", **imap.settings, **more})


def in_maildir(people: People, folder: Path, *letters: bytes) -> Connection:
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    for number, letter in enumerate(letters):
        (folder / "new" / f"{number:03d}.host").write_bytes(letter)
    return live(people, "email", {"host": "h", "sender_email": "s@shop.example", "returns_maildir": str(folder)})


def notices() -> list[tuple[Any, ...]]:
    return rows("SELECT says, key, code FROM notice ORDER BY id")


def test_reports_are_taken_in_and_marked_and_letters_are_left_as_they_were(people: People, imap: ImapServer) -> None:
    place = over_imap(people, imap)
    imap.deliver(report("failed", "5.1.1"), mail(ANSWER), report("delayed", "4.4.1"), mail(OUT_OF_OFFICE), mail(QMAIL))
    looked = read_mailbox(place)
    assert (looked.said, looked.new, looked.others) == ({"bounced": 2, "noted": 1}, 3, 2)
    assert notices() == [("bounced", KEY, "5.1.1"), ("noted", KEY, "4.4.1"), ("bounced", KEY, "5.1.1")]
    read = {SEEN, r"\Seen"}
    assert imap.flags == [read, {SEEN}, read, {SEEN}, read], "a person's letter is still unread"
    assert suppressed_among(people.brand.id, [TO]) == {TO}
    again = read_mailbox(place)
    assert (again.said, again.new, again.others) == ({}, 0, 0)
    assert imap.fetched == [1, 2, 3, 4, 5], "nothing is fetched twice"


def test_a_report_that_comes_twice_is_kept_once(people: People, imap: ImapServer) -> None:
    place = over_imap(people, imap)
    imap.deliver(report("failed", "5.1.1"), report("failed", "5.1.1"))
    looked = read_mailbox(place)
    assert (looked.said, looked.new) == ({"bounced": 2}, 1)
    assert len(notices()) == 1


def test_a_crash_before_the_mark_reads_it_again_and_keeps_it_once(people: People, imap: ImapServer) -> None:
    place = over_imap(people, imap)
    imap.deliver(report("failed", "5.1.1"))

    def crash(name: str) -> None:
        if name == "returns.taken_in":
            raise Crashed(name)

    with listening(crash), pytest.raises(Crashed):
        read_mailbox(place)
    assert imap.flags == [set()]
    assert len(notices()) == 1
    assert read_mailbox(place).new == 0
    assert imap.flags == [{SEEN, r"\Seen"}]
    assert len(notices()) == 1


def test_a_limit_and_a_large_letter(people: People, imap: ImapServer) -> None:
    place = over_imap(people, imap)
    imap.deliver(b"x" * (LARGEST + 1), *(report("failed", f"5.1.{n}") for n in (1, 2, 3)))
    assert read_mailbox(place, limit=2).new == 2
    assert read_mailbox(place, limit=2).new == 1
    assert imap.fetched == [2, 3, 4]
    assert imap.flags[0] == set()


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ("wrong-password", "mailbox-refuses"),
        ("no-folder", "mailbox-refuses"),
        ("no-keywords", "mailbox-refuses"),
        ("drop-greeting", "mailbox-unreachable"),
        ("drop-at-fetch", "mailbox-unreachable"),
    ],
)
def test_a_mailbox_that_lets_us_down_is_a_sentence(people: People, imap: ImapServer, behaviour: str, code: str) -> None:
    place = over_imap(people, imap)
    imap.deliver(report("failed", "5.1.1"))
    imap.next(behaviour)
    with pytest.raises(Unavailable) as caught:
        read_mailbox(place)
    assert caught.value.code == code
    assert "return-word" not in str(caught.value)
    assert read_mailbox(place).said == {"bounced": 1}, "the next time reads what waits"
    assert len(notices()) == 1


def test_nobody_listens_and_plain_text_stays_on_this_machine(people: People) -> None:
    with ImapServer() as gone:
        place = over_imap(people, gone)
    with pytest.raises(Unavailable) as caught:
        read_mailbox(place)
    assert caught.value.code == "mailbox-unreachable"
    place.settings |= {"returns_host": "imap.shop.example"}
    with pytest.raises(BadInput) as refused:
        read_mailbox(place)
    assert refused.value.code == "plain-refused"


def test_a_server_without_tls_gets_no_password(people: People, imap: ImapServer) -> None:
    for tls in ("implicit", "starttls"):
        imap.next("drop-greeting" if tls == "implicit" else "accept")
        place = Connection(id=1, brand=people.brand, settings={**imap.settings, "returns_tls": tls})
        with pytest.raises(Unavailable):
            read_mailbox(place)
    assert imap.fetched == []


def test_a_maildir(people: People, tmp_path: Path) -> None:
    folder = tmp_path / "Maildir"
    place = in_maildir(people, folder, report("failed", "5.1.1"), mail(ANSWER), b"x" * (LARGEST + 1))
    looked = read_mailbox(place)
    assert (looked.said, looked.new, looked.others) == ({"bounced": 1}, 1, 1)
    assert sorted(path.name for path in (folder / "cur").iterdir()) == ["000.host:2,S", "001.host:2,"]
    assert [path.name for path in (folder / "new").iterdir()] == ["002.host"]
    assert read_mailbox(place).new == 0


def test_a_folder_that_is_no_maildir(people: People, tmp_path: Path) -> None:
    place = live(people, "email", {"returns_maildir": str(tmp_path)})
    with pytest.raises(Unavailable) as caught:
        read_mailbox(place)
    assert caught.value.code == "no-maildir"


def test_which_mailboxes_there_are(people: People, imap: ImapServer) -> None:
    place = over_imap(people, imap)
    off = Connection.objects.create(brand=people.brand, name="off", plugin="email", settings=imap.settings)
    without = live(people, "without", {"host": "h"}, plugin="email")
    other = Connection.objects.create(
        brand=Brand.objects.get(slug="other"), name="email", plugin="email", settings=imap.settings, live=True
    )
    assert [one.id for one in list_mailboxes()] == [place.id, other.id]
    assert [one.id for one in list_mailboxes(brand=people.brand.id)] == [place.id]
    assert (has_mailbox(off.settings), has_mailbox(without.settings)) == (True, False)


def test_a_worker_reads_all_and_one_that_is_down_holds_up_no_other(
    people: People, imap: ImapServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with ImapServer() as gone:
        live(people, "down", gone.settings, plugin="email")
    over_imap(people, imap)
    imap.deliver(report("failed", "5.1.1"))
    assert read_mailboxes() == 1
    assert "was not read: The return mailbox cannot be reached" in caplog.text
    imap.deliver(report("failed", "5.1.2"))
    assert read_mailboxes(stopping=lambda: True) == 0, "a worker that stops begins nothing"
    assert read_mailboxes() == 1


def test_two_workers_do_not_read_one_mailbox_at_the_same_time(
    people: People, imap: ImapServer, database: Database
) -> None:
    place = over_imap(people, imap)
    imap.deliver(report("failed", "5.1.1"))
    with psycopg.connect(database.app_url) as another:
        another.execute("SELECT pg_advisory_lock(%s, %s)", [returns._READER, place.id])
        assert read_mailboxes() == 0
        assert imap.fetched == []
        another.execute("SELECT pg_advisory_unlock(%s, %s)", [returns._READER, place.id])
    assert read_mailboxes() == 1


def test_a_worker_reads_by_itself(people: People, imap: ImapServer) -> None:
    over_imap(people, imap)
    imap.deliver(report("failed", "5.1.1"))
    deadline = time.monotonic() + 30
    asyncio.run(work(until=lambda: bool(notices()) or time.monotonic() > deadline, sweep_seconds=0.05))
    assert notices() == [("bounced", KEY, "5.1.1")]


def test_a_secret_that_is_missing_is_said(people: People, imap: ImapServer) -> None:
    place = over_imap(people, imap, returns_password={"env": "NOT_SET_ANYWHERE"})
    with pytest.raises(MakegoodError) as caught:
        read_mailbox(place)
    assert caught.value.code == "secret-missing"
