"""What people say about letters and tasks: printed once, posted once, settled in an order no reader can miss."""

from __future__ import annotations

import asyncio
import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pypdf
import pytest
from django.db import connection

from makegood.channels.actions import finish_task, give_up_task, mark_posted, mark_returned, print_batch
from makegood.channels.letter import Letter
from makegood.channels.outbox import Outbox
from makegood.channels.queries import Mark, Settled, get_letter_pdf, list_open_tasks, list_outbox, list_settled
from makegood.channels.task import FixTask, Task
from makegood.journal.models import Entry
from makegood.kit.clock import now
from makegood.kit.errors import BadInput, NotFound, Refused, Unavailable
from makegood.kit.money import Money
from makegood.kit.plugins import Answer, Envelope, Plugin, ProviderError, Receipt, Surroundings
from makegood.testing.contract import EMAIL, NAME, PHONE, answers, made_up


def act(database: Any, plugin: type[Plugin], *window: Envelope, **settings: Any) -> list[Answer]:
    if plugin is Letter:
        settings = {"letterhead": "The Shop\nMain Street 1"}

    async def whole() -> list[Answer]:
        opened = await plugin.open(Surroundings(settings, lambda: psycopg.AsyncConnection.connect(database.app_url)))
        try:
            found = await answers(opened, window)
        finally:
            await opened.close()
        return [found[index] for index in range(len(window))]

    return asyncio.run(whole())


def settled(count: int, since: Mark = Mark()) -> list[Settled]:
    """At least so many settlements: a transaction running in any database of the server holds them back for a while."""
    while len(found := list_settled(since)) < count:
        time.sleep(0.05)
    return found


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def test_from_stored_to_posted_to_returned(database: Any, tmp_path: Path) -> None:
    window = [made_up(Letter, key=f"mg-{n}") for n in range(3)]
    act(database, Letter, *window)
    batch = print_batch("m-contract", tmp_path / "out", staff=7, limit=2)
    assert (batch.letters, batch.waiting) == (2, 1)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        f"addresses-{batch.name}.csv",
        f"letters-{batch.name}.pdf",
    ]
    assert (batch.pdf.stat().st_mode & 0o777) == 0o600
    said = text_of(batch.pdf.read_bytes())
    assert said.count(NAME) >= 2
    assert "Main Street 1" in said
    assert batch.addresses.read_text(encoding="utf-8-sig").count("Aviary Lane 77") == 2
    assert list_settled(Mark()) == []
    assert mark_posted(batch.name, staff=7, at=now()) == 2
    assert mark_posted(batch.name, staff=7, at=now()) == 0
    assert [(s.key, s.status, s.code, s.staff) for s in settled(2)] == [
        ("mg-0", "done", "posted", 7), ("mg-1", "done", "posted", 7),
    ]  # fmt: skip
    mark_returned("mg-1", staff=8)
    assert [(s.key, s.status, s.code) for s in settled(1, settled(3)[1].mark)][-1] == (
        "mg-1", "failed", "returned",
    )  # fmt: skip
    first, second, third = act(database, Letter, *window)
    assert isinstance(first, Receipt) and isinstance(third, Receipt)
    assert (first.status, first.code, third.code) == ("done", "posted", "to-print")
    assert isinstance(second, ProviderError) and second.code == "returned"


def test_one_letter_on_demand_is_the_same_bytes_each_time(database: Any) -> None:
    act(database, Letter, made_up(Letter, key="mg-1"))
    assert get_letter_pdf("mg-1") == get_letter_pdf("mg-1")
    assert "About your order" in text_of(get_letter_pdf("mg-1"))
    with pytest.raises(NotFound):
        get_letter_pdf("mg-2")


def test_a_letter_that_cannot_be_printed_never_reaches_a_batch(database: Any) -> None:
    good = made_up(Letter)
    strange = made_up(Letter, destination={"name": "王小明", "post": "1 Road\nTown"})
    long = made_up(Letter, destination={"name": "A", "post": "\n".join(f"line {n}" for n in range(9))})
    answered = act(database, Letter, strange, good, long)
    assert [getattr(answer, "code", "") for answer in answered] == ["unprintable", "to-print", "address-too-long"]


def test_two_people_printing_at_once_get_different_letters(database: Any, tmp_path: Path) -> None:
    act(database, Letter, *(made_up(Letter) for _ in range(20)))

    def one(number: int) -> int:
        try:
            return print_batch("m-contract", tmp_path / str(number), staff=number, limit=20).letters
        except Refused:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(one, range(3))) == 20


def test_a_folder_that_cannot_be_written_leaves_the_letters_waiting(database: Any, tmp_path: Path) -> None:
    act(database, Letter, made_up(Letter))
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable):
        print_batch("m-contract", tmp_path / "file", staff=1)
    assert print_batch("m-contract", tmp_path, staff=1).letters == 1


def test_a_commit_that_fails_leaves_no_file(database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    act(database, Letter, made_up(Letter))

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the journal is gone")

    monkeypatch.setattr("makegood.channels.actions.record", broken)
    with pytest.raises(RuntimeError):
        print_batch("m-contract", tmp_path, staff=1)
    assert list(tmp_path.iterdir()) == []


def test_wrong_orders_are_refused(database: Any, tmp_path: Path) -> None:
    act(database, Letter, made_up(Letter, key="mg-1"))
    with pytest.raises(Refused):
        print_batch("m-other", tmp_path, staff=1)
    with pytest.raises(NotFound):
        mark_posted("b-none", staff=1, at=now())
    with pytest.raises(BadInput):
        mark_posted("b-none", staff=1, at=now() + timedelta(hours=1))
    with pytest.raises(Refused):
        mark_returned("mg-1", staff=1)
    with pytest.raises(NotFound):
        mark_returned("mg-2", staff=1)


def test_a_task_ends_once_and_only_with_a_proof(database: Any) -> None:
    envelope = made_up(FixTask, key="mg-1", instructions={"what": "Send parcel 7 again."}, amount=Money(500, "USD"))
    waiting = act(database, FixTask, envelope)[0]
    assert isinstance(waiting, Receipt) and waiting.status == "waiting"
    task = list_open_tasks("contract").get()
    assert task.what == "Send parcel 7 again.\n\nUSD 5.00\n\nYou were charged twice."
    assert task.contact["phone"] == PHONE
    with pytest.raises(BadInput):
        finish_task("mg-1", staff=5, proof=" ")
    finish_task("mg-1", staff=5, proof="Tracking number 4711")
    for end in (finish_task, lambda key, *, staff, proof: give_up_task(key, staff=staff, why=proof)):
        with pytest.raises(Refused):
            end("mg-1", staff=5, proof="again")
    with pytest.raises(NotFound):
        finish_task("mg-2", staff=5, proof="x")
    done = act(database, FixTask, envelope)[0]
    assert isinstance(done, Receipt) and (done.status, done.reference) == ("done", waiting.reference)
    assert [(s.key, s.status, s.code, s.staff) for s in settled(1)] == [("mg-1", "done", "done", 5)]


def test_a_task_given_up_has_failed(database: Any) -> None:
    envelope = made_up(Task, key="mg-1")
    act(database, Task, envelope)
    with pytest.raises(BadInput):
        give_up_task("mg-1", staff=5, why="")
    give_up_task("mg-1", staff=5, why="The number is dead.")
    answer = act(database, Task, envelope)[0]
    assert isinstance(answer, ProviderError) and (answer.permanent, answer.code) == (True, "cannot")
    assert [(s.status, s.code) for s in settled(1)] == [("failed", "cannot")]
    facts = [json.loads(entry.facts) for entry in Entry.objects.all()]
    assert facts == [{"key": "mg-1"}], "the journal keeps no words of people"


def test_a_settlement_that_commits_late_is_not_overtaken(database: Any) -> None:
    add = "INSERT INTO settlement (key, status, code) VALUES (%s, 'done', 'done')"
    with psycopg.connect(database.app_url) as slow, psycopg.connect(database.app_url, autocommit=True) as quick:
        slow.execute(add, ["slow"])
        quick.execute(add, ["quick"])
        seen = list_settled(Mark())
        assert seen == [], "what a running transaction may still precede is left for the next reading"
        slow.commit()
        assert [one.key for one in settled(2)] == ["slow", "quick"]
        assert [one.key for one in list_settled(list_settled(Mark(), limit=1)[0].mark)] == ["quick"]


@pytest.mark.parametrize("change", ["UPDATE settlement SET status = 'done'", "DELETE FROM settlement"])
def test_settlements_are_only_ever_added(database: Any, change: str) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as db:
        db.execute("INSERT INTO settlement (key, status, code) VALUES ('k', 'failed', 'cannot')")
        with pytest.raises(psycopg.Error):
            db.execute(change)


def test_the_outbox_holds_what_would_have_gone_out(database: Any) -> None:
    mail, letter = made_up(Outbox, key="mg-1"), made_up(Outbox, key="mg-2")
    fix = made_up(Outbox, key="mg-3", kind="fix", words=None, amount=Money(500, "USD"))
    act(database, Outbox, mail, sender_email="shop@shop.example")
    act(database, Outbox, letter, channel="letter")
    act(database, Outbox, fix, channel="http")
    kept = {message.key: message for message in list_outbox("m-contract")}
    assert kept["mg-1"].recipient == EMAIL
    assert b"Message-ID: <mg-1@shop.example>" in bytes(kept["mg-1"].mime)
    assert (kept["mg-2"].channel, kept["mg-2"].mime) == ("letter", None)
    assert kept["mg-2"].recipient.startswith("Aviary Lane 77")
    assert kept["mg-3"].text == "Not sent, the connection is not live: fix USD 5.00. You were charged twice."


def test_other_words_under_one_key_are_refused(database: Any) -> None:
    envelope = made_up(Outbox, key="mg-1")
    assert envelope.words is not None
    act(database, Outbox, envelope)
    other = made_up(Outbox, key="mg-1", words=type(envelope.words)("S", "t", "h", "e" * 64))
    answer = act(database, Outbox, other)[0]
    assert isinstance(answer, ProviderError) and (answer.permanent, answer.code) == (True, "key-used-for-other")


def test_check_says_what_a_step_lacks() -> None:
    assert [f.code for f in FixTask.check({}, {})] == ["no-task-text"]
    assert FixTask.check({}, {"what": "Call."}) == Task.check({}, {}) == []
    assert [f.code for f in Letter.check({}, {})] == ["no-letterhead"]
    assert [f.code for f in Letter.check({"letterhead": "x"}, {"colour": "red"})] == ["bad-step"]
