"""A whole installation copied with `cp -a`, its own PostgreSQL with it, and started beside the original."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from makegood.acts.lift import lift_fence
from makegood.acts.reconcile import Found
from makegood.config.databases import point_at
from makegood.config.embedded import EmbeddedServer
from makegood.kit.home import home
from makegood.plans.models import Plan
from makegood.testing.http_provider import HttpProvider
from makegood.testing.smtp_server import SmtpServer
from tests.engine.fencing import fenced, quiet, start
from tests.engine.paying import given_paying
from tests.engine.recovery import live, run, states
from tests.engine.restoring import backed_up, live_at, restored
from tests.engine.test_fence_restore import WAVES, assert_sound, find_out
from tests.engine.test_fence_workers import look_around, sent

FAST = {"fsync": "off"}


@pytest.mark.timeout(240)
def test_two_servers_side_by_side_and_only_the_original_sends(database, tmp_path, monkeypatch):
    """A backup becomes an installation of its own; a copy of that one sends nothing, not even the mail that is due."""
    elsewhere = Path(tempfile.mkdtemp(prefix="makegood-clone-"))
    elsewhere.chmod(0o755)
    with SmtpServer() as mail, HttpProvider() as pay:
        made = given_paying(tmp_path, pay, count=5, playbook=WAVES.replace("DOUBTFUL", "resend"))
        live(made.people, "email", mail.settings)
        plan = made.start("remedy")
        start()
        backup = backed_up(tmp_path / "backups", monkeypatch)
        with restored(backup.path, monkeypatch):
            original = home()
            assert find_out() == Found(found=0, absent=10, doubtful=0, plans=1)
            lift_fence(actor=1, reason="The first one is gone")
            assert start().free
            _copy(original, elsewhere / "home")
            with EmbeddedServer(elsewhere / "home", settings=FAST) as copy:
                before = _point(copy, elsewhere / "home", monkeypatch)
                look_around()
                assert fenced() == "", "the original was heard of a moment ago: it is left alone"
                assert not start().free
                quiet()
                look_around()
                assert fenced() == "home-moved"
                assert (len(mail.messages), pay.effects) == (0, {})
                assert states(plan) == {"planned": 10}
                _back(before, original, monkeypatch)
                assert start().free
                assert run(Plan.objects.get(id=plan.id)).state == "done"
                everybody = {f"c{n}@example.com": 1 for n in range(1, 6)}
                assert sent(mail) == everybody
                # And the copy, asked by somebody who lets it go on, finds what the original has done.
                _point(copy, elsewhere / "home", monkeypatch)
                assert find_out() == Found(found=5, absent=5, doubtful=0, plans=1)
                assert sent(mail) == everybody
                assert set(pay.effects.values()) == {1} and len(pay.effects) == 5
                assert_sound()
                _back(before, original, monkeypatch)
    shutil.rmtree(elsewhere)


def _copy(source: Path, target: Path) -> None:
    """The server goes on meanwhile, as under a snapshot; what it has in memory is on the disk first."""
    connections.close_all()
    server = EmbeddedServer(source)
    server.start()
    with psycopg.connect(server.url("admin"), autocommit=True) as db:
        db.execute("CHECKPOINT")
    subprocess.run(["cp", "-a", source, target], check=True)
    server.release()


def _point(server: EmbeddedServer, place: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    from makegood.acts.connections import conninfo

    before = (conninfo("default"), conninfo("owner"))
    connections.close_all()
    point_at(server.url("app"), server.url("owner"))
    live_at(place, monkeypatch)
    return before


def _back(urls: tuple[str, str], place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connections.close_all()
    point_at(*urls)
    live_at(place, monkeypatch)
