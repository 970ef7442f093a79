"""A backup is whole or not there; put back into a cluster of its own it is what it was, and acts are fenced."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from tests.engine.fencing import fenced, seen, start
from tests.engine.recovery import given_people, recovery, rows
from tests.engine.restoring import PASSPHRASE, backed_up, live_at, nothing, restored

from makegood.acts import fence
from makegood.config.backup import list_backups, make_backup, read_manifest
from makegood.config.restore import find_source, restore_backup
from makegood.customers.actions import erase_customer, keep_erasures
from makegood.journal.actions import record, seal
from makegood.journal.models import Entry
from makegood.journal.queries import verify
from makegood.kit.errors import BadInput, MakegoodError, Refused, Unavailable
from makegood.kit.home import home
from makegood.people.models import Connection
from makegood.people.secrets import resolve_secrets, seal_secret


@pytest.fixture
def carried(database, tmp_path):
    """A recovery that was carried out, sealed and anchored, with a connection that has a secret."""
    people = given_people()
    made = recovery(tmp_path, people, count=5)
    made.load()
    assert made.carry_out("acknowledge").state == "done"
    Connection.objects.create(
        brand=people.brand, name="pay", plugin="http", settings={"headers": {"A": seal_secret("s3cret")}}
    )
    seal(home() / "anchors" / "seals.log")
    return made


def test_put_back_into_a_new_cluster_it_is_what_it_was_and_goes_on(carried, tmp_path, monkeypatch):
    before = {table: rows(f"SELECT count(*) FROM {table}")[0][0] for table in ("act", "attempt", "affected", "seal")}
    backup = backed_up(tmp_path / "backups", monkeypatch)
    raw = b"".join(path.read_bytes() for path in backup.path.iterdir())
    for value in (b"c1@example.com", b"s3cret", b"Customer 1", PASSPHRASE.encode()):
        assert value not in raw
    (key_before,) = (home() / "secrets" / "connections.key",)
    key = key_before.read_bytes()
    with restored(tmp_path / "backups", monkeypatch) as done:
        assert done.findings == []
        assert {table: rows(f"SELECT count(*) FROM {table}")[0][0] for table in before} == before
        assert (home() / "secrets" / "connections.key").read_bytes() == key
        settings = Connection.objects.get(name="pay").settings
        assert resolve_secrets(settings) == {"headers": {"A": "s3cret"}}
        # Fenced, before anybody has looked, and with nothing of the home that was.
        assert fenced() == "restored"
        assert start().reason == "restored"
        assert not (home() / "epochs").exists()
        # The journal goes on behind what the other server wrote.
        assert Entry.objects.filter(verb="backup.restored").count() == 1
        record("plan.made", "plan:1", actor=None)
        assert seal(home() / "anchors" / "seals.log") > 0
        found = verify(home() / "anchors" / "seals.log")
        assert (found.findings, found.unsealed) == ([], 0)
        _assert_rights()
    assert start().free, "the original was never disturbed"


def _assert_rights() -> None:
    """What may only be added to may only be added to here as well."""
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM entry")
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("UPDATE sealed_stream SET leaf = ''")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE mine (a int)")


def test_who_was_erased_after_the_backup_is_erased_again(carried, tmp_path, monkeypatch):
    backup = backed_up(tmp_path / "backups", monkeypatch, plain=True)
    ((customer,),) = rows("SELECT customer_id FROM customer_alias WHERE value = 'c2'")
    erase_customer(customer, actor=1)
    erasures = home() / "anchors" / "erasures.log"
    assert keep_erasures(erasures) == 1
    assert keep_erasures(erasures) == 0
    erasures.write_text(erasures.read_text() + "12 ent")  # cut off by a full disk
    erase_customer(rows("SELECT customer_id FROM customer_alias WHERE value = 'c3'")[0][0], actor=1)
    erasures.write_text(erasures.read_text().removesuffix("12 ent"))
    assert keep_erasures(erasures) == 1
    with restored(backup.path, monkeypatch, erasures=erasures) as done:
        assert (done.erased, done.findings) == (2, [])
        assert rows("SELECT value FROM customer_alias ORDER BY value") == [("c1",), ("c4",), ("c5",)]
    assert b"c2@example.com" not in b"".join(path.read_bytes() for path in home().rglob("*") if path.is_file())


def test_the_backup_is_always_older_than_its_home(carried, tmp_path, monkeypatch):
    before = start().epoch
    manifest = backed_up(tmp_path / "backups", monkeypatch).manifest
    assert manifest["epoch"] == before
    assert seen() > before
    assert manifest["database"] == rows("SELECT id FROM fence")[0][0]
    assert manifest["counts"]["act"] == rows("SELECT count(*) FROM act")[0][0]
    assert manifest["last_seal"][0] == rows("SELECT max(number) FROM seal")[0][0]
    assert "example.com" not in json.dumps(manifest)


def test_only_the_newest_are_kept_and_those_of_others_are_left_alone(carried, tmp_path, monkeypatch):
    target = tmp_path / "backups"
    start()
    first = backed_up(target, monkeypatch)
    other = shutil.copytree(first.path, target / "makegood-20000101T000000000000Z")
    manifest = json.loads((other / "manifest.json").read_text())
    (other / "manifest.json").write_text(json.dumps(manifest | {"database": "of somebody else"}))
    (target / "makegood-notes").mkdir()
    second = backed_up(target, monkeypatch, plain=True, keep=2)
    third = backed_up(target, monkeypatch, plain=True, keep=2)
    assert (second.dropped, third.dropped) == ((), (first.path.name,))
    assert list_backups(target) == [other, second.path, third.path]
    assert find_source(target) == third.path
    assert (target / "makegood-notes").is_dir()


def test_a_disk_that_is_full_leaves_nothing_under_the_name_of_a_backup(database, tmp_path, monkeypatch):
    from makegood.config import backup_tools

    def full(_self: object, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup_tools.Writer, "write", full)
    with pytest.raises(OSError, match="No space"):
        backed_up(tmp_path / "backups", monkeypatch)
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_dump_that_fails_says_why(database, tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "pg_dump"
    program.write_text("#!/bin/sh\necho 'pg_dump: error: out of luck' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("MAKEGOOD_POSTGRES_BIN", str(tmp_path / "bin"))
    with pytest.raises(Unavailable, match="out of luck"):
        backed_up(tmp_path / "backups", monkeypatch)
    assert list((tmp_path / "backups").iterdir()) == []
    monkeypatch.setenv("MAKEGOOD_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(Unavailable, match="no pg_dump that can speak"):
        backed_up(tmp_path / "backups", monkeypatch)


def test_without_a_passphrase_nothing_is_written_unless_somebody_says_so(database, tmp_path, monkeypatch):
    monkeypatch.delenv("MAKEGOOD_BACKUP_PASSPHRASE", raising=False)
    for words, code in ((None, "no-passphrase"), ("short", "short-passphrase")):
        if words:
            monkeypatch.setenv("MAKEGOOD_BACKUP_PASSPHRASE", words)
        with pytest.raises(BadInput) as refused:
            make_backup(tmp_path / "b", home(), advance=nothing, say=nothing)
        assert refused.value.code == code
    assert not (tmp_path / "b").exists()


@pytest.fixture
def kept(database, tmp_path, monkeypatch) -> Path:
    given_people()
    return backed_up(tmp_path / "backups", monkeypatch).path


def refusal(source: Path, place: Path, monkeypatch) -> str:
    live_at(place, monkeypatch)
    with pytest.raises(MakegoodError) as refused:
        restore_backup(source, advance=nothing, say=nothing)
    return refused.value.code


def test_what_is_wrong_with_a_backup_is_said_before_anything_is_written(kept, tmp_path, monkeypatch):
    place = tmp_path / "new"
    monkeypatch.setenv("MAKEGOOD_BACKUP_PASSPHRASE", PASSPHRASE + "!")
    assert refusal(kept, place, monkeypatch) == "wrong-passphrase"
    monkeypatch.delenv("MAKEGOOD_BACKUP_PASSPHRASE")
    assert refusal(kept, place, monkeypatch) == "no-passphrase"
    monkeypatch.setenv("MAKEGOOD_BACKUP_PASSPHRASE", PASSPHRASE)
    assert refusal(tmp_path / "nowhere", place, monkeypatch) == "no-backup"
    manifest = (kept / "manifest.json").read_text()
    (kept / "manifest.json").write_text(json.dumps(json.loads(manifest) | {"format": 2}))
    assert refusal(kept, place, monkeypatch) == "newer-backup"
    (kept / "manifest.json").write_text(manifest)
    raw = (kept / "database.dump").read_bytes()
    (kept / "database.dump").write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    assert refusal(kept, place, monkeypatch) == "backup-damaged"
    (kept / "database.dump").unlink()
    assert refusal(kept, place, monkeypatch) == "backup-damaged"
    assert not place.exists()


def test_a_home_or_a_database_that_is_not_empty_is_never_written_over(kept, database, tmp_path, monkeypatch):
    place = tmp_path / "new"
    place.mkdir()
    (place / "notes").write_text("mine")
    assert refusal(kept, place, monkeypatch) == "home-not-empty"
    monkeypatch.setenv("DATABASE_URL", database.app_url)
    monkeypatch.setenv("MAKEGOOD_OWNER_URL", database.owner_url)
    assert refusal(kept, tmp_path / "other", monkeypatch) == "database-not-empty"


def test_a_list_that_is_no_list_of_erasures_is_refused(kept, tmp_path, monkeypatch):
    (tmp_path / "list").write_text("7 entry 3\nPrimrose\n")
    live_at(tmp_path / "new", monkeypatch)
    with pytest.raises(BadInput, match=r"Line 2 of .* is no erasure"):
        restore_backup(kept, erasures=tmp_path / "list", advance=nothing, say=nothing)


def test_a_restore_that_was_not_finished_is_not_used(tmp_path, monkeypatch):
    from makegood.config.start import start as begin

    live_at(tmp_path / "new", monkeypatch)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "restore.unfinished").write_text("x\n")
    with pytest.raises(Refused, match="was not finished"):
        begin()


def test_the_manifest_of_something_else_is_no_backup(tmp_path):
    for text in ("", "[]", "{}", '{"format": "x"}'):
        (tmp_path / "manifest.json").write_text(text)
        with pytest.raises(BadInput, match="is no backup"):
            read_manifest(tmp_path)


def test_a_password_is_in_no_argument(database, tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/said\necho "$PGPASSWORD" >> {tmp_path}/said\nexit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("MAKEGOOD_POSTGRES_BIN", str(tmp_path / "bin"))
    with pytest.raises(Unavailable):
        backed_up(tmp_path / "backups", monkeypatch)
    arguments, password = (tmp_path / "said").read_text().splitlines()
    assert password and password not in arguments
    with psycopg.connect(database.owner_url) as db:
        assert db.info.password == password
    assert os.environ.get("PGPASSWORD") is None
    assert fence.remembered() is None or fence.remembered().free
