"""The list of addresses that no mail goes to, from the command line: asked about, never read out."""

from __future__ import annotations

import psycopg
import pytest
from tests.cli.conftest import Cli
from tests.conftest import Database

ADDRESS = "wilhelmina@canary.example"


def test_an_address_is_added_asked_about_listed_and_taken_off(cli: Cli, database: Database) -> None:
    assert "Mail goes to this address." in cli("suppress", "check", ADDRESS).out
    assert "1 of 1 addresses are new" in cli("suppress", "add", ADDRESS).out
    assert "0 of 1 addresses are new" in cli("suppress", "add", ADDRESS.upper()).out
    said = " ".join(cli("suppress", "check", ADDRESS.title()).out.split())
    assert "the customer asked to be left alone" in said
    asked = cli("suppress", "check", ADDRESS, "--json").json
    assert (asked["suppressed"], asked["reason"]) == (True, "asked")
    listed = cli("suppress", "--json").json
    assert listed["counts"] == {"bounced": 0, "complained": 0, "asked": 1, "by-hand": 0}
    assert "canary" not in cli("suppress", "list").out
    assert cli("suppress", "remove", ADDRESS).out.startswith("It is off the list")
    assert cli("suppress", "check", ADDRESS, "--json").json == {"suppressed": False}
    with psycopg.connect(database.app_url) as db:
        rows = db.execute("SELECT verb, facts FROM entry WHERE verb LIKE 'address%' ORDER BY id").fetchall()
    assert [verb for verb, _ in rows] == ["addresses.suppressed", "address.released"]
    assert "canary" not in str(rows)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "nobody"], "1 of the lines hold no e-mail address."),
        (["add", ADDRESS, "--reason", "whim"], "'whim' is not a reason. Say one of: bounced, complained, asked"),
        (["remove", ADDRESS], "This address is not on the list."),
        (["check", ADDRESS, "--brand", "other"], "other"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_changed(cli: Cli, words: list[str], said: str) -> None:
    assert said in cli("suppress", *words, code=1).said
    assert sum(cli("suppress", "--json").json["counts"].values()) == 0
