"""Connections from the command line: nothing is live by itself, no secret is shown or taken in the open."""

from __future__ import annotations

import os
import pty
import subprocess
import time

import psycopg
import pytest
from tests.cli.conftest import COMMAND, Cli
from tests.conftest import Database

from makegood.testing.smtp_server import SmtpServer

MAIL = ["--plugin", "email", "--set", "host=127.0.0.1", "--set", "tls=none", "--set", "sender_email=help@example.com"]


def test_a_connection_is_added_changed_and_switched(cli: Cli, database: Database) -> None:
    cli("connections", "add", "mail", *MAIL, "--set", "port=2525", "--secret", "password=ENV:SMTP_PASSWORD")
    (made,) = cli("connections", "--json").json
    assert made["live"] is False
    assert made["settings"]["port"] == 2525
    assert made["settings"]["password"] == "from SMTP_PASSWORD"
    cli("connections", "set", "mail", "--set", "port=25", "--remove", "tls")
    assert cli("connections", "live", "mail", "on").out.startswith("'mail' is live")
    (changed,) = cli("connections", "list", "--json").json
    assert changed["live"] is True
    assert changed["settings"]["port"] == 25 and "tls" not in changed["settings"]
    assert cli("connections", "live", "mail", "off").out.startswith("'mail' is off")
    with psycopg.connect(database.app_url) as db:
        rows = db.execute("SELECT verb, facts FROM entry WHERE verb LIKE 'connection.%' ORDER BY id").fetchall()
    assert [verb for verb, _ in rows] == [
        "connection.added",
        "connection.changed",
        "connection.switched",
        "connection.switched",
    ]
    assert "127.0.0.1" not in str(rows), "the journal keeps names of settings, not values"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "m", "--plugin", "pigeon"], "There is no plug-in called 'pigeon'. Use one of: adbc, "),
        (["add", "m", "--plugin", "email", "--set", "host=h"], "'email' needs sender_email"),
        (["add", "email"], "'email' needs host and sender_email. Add --set host=… --set sender_email=…."),
        (["add", "m"], "There is no plug-in called 'm'. Use one of: adbc, "),
        (["add", "m", *MAIL, "--set", "port=25x"], "port is '25x'. Give a whole number."),
        (["add", "m", *MAIL, "--set", "prot=25"], "'prot' was unexpected"),
        (["add", "m", *MAIL, "--set", "port"], "'port' is not a setting. Write name=value."),
        (["add", "m", *MAIL, "--secret", "password=abc"], "may not stand on the command line"),
        (["add", "M!", *MAIL], "'M!' is not a name for a connection."),
        (["live", "m", "on"], "There is no connection 'm'. There are: none yet."),
        (["live", "m", "maybe"], "'maybe' is neither on nor off."),
        (["set", "m", "--set", "a=b"], "There is no connection 'm'."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(cli: Cli, words: list[str], said: str) -> None:
    assert said in cli("connections", *words, code=1).said
    assert cli("connections", "--json").json == []


def test_the_same_name_twice_is_refused(cli: Cli) -> None:
    cli("connections", "add", "mail", *MAIL)
    assert "already a connection 'mail'" in cli("connections", "add", "mail", *MAIL, code=1).said


def test_a_secret_that_is_asked_for_is_sealed_and_not_echoed(cli: Cli, database: Database) -> None:
    cli("people")
    ours, theirs = pty.openpty()
    asked = subprocess.Popen(
        [*COMMAND, "connections", "add", "mail", *MAIL, "--secret", "password"],
        env=cli.environment, cwd=cli.folder, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    while b"not shown" not in seen:
        seen += os.read(ours, 1000)
    time.sleep(0.2)  # the prompt is written just before echoing is switched off
    os.write(ours, b"hush-hush\n")
    assert asked.wait(60) == 0
    while b"is there" not in seen:
        seen += os.read(ours, 1000)
    os.close(ours)
    assert b"hush" not in seen
    with psycopg.connect(database.app_url) as db:
        ((stored,),) = db.execute("SELECT settings->'password' FROM connection").fetchall()
    assert list(stored) == ["sealed"] and "hush" not in str(stored)
    assert cli("connections", "--json").json[0]["settings"]["password"] == "(secret)"
    assert "hush" not in cli("connections").out


def test_testing_connects_and_signs_in(cli: Cli) -> None:
    with SmtpServer() as server:
        cli("connections", "add", "mail", *MAIL, "--set", f"port={server.port}")
        assert cli("connections", "test", "mail").out == "'mail' answers.\n"
    refused = cli("connections", "test", "mail", code=1)
    assert refused.said.startswith("The connection does not work: ")


def test_a_secret_that_is_not_set_is_named(cli: Cli) -> None:
    cli("connections", "add", "mail", *MAIL, "--secret", "password=ENV:SMTP_PASSWORD")
    assert "Set SMTP_PASSWORD" in cli("connections", "test", "mail", code=1).said
