"""Promises on the command line: one's own word, the list, and what stands in `status`."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from tests.cli.inprocess import Here, Office, _fresh_home, here, office
from tests.conftest import Database
from tests.customers.traces import traces

from makegood.acts.sweep import sweep
from makegood.kit.clock import now
from makegood.mistakes.models import Mistake
from makegood.scopes.models import Scope

__all__ = ["_fresh_home", "here", "office"]


def reported(here: Here) -> str:
    return here("report", "We broke the lift.", "--json").json["mistake"]


def given(here: Here, mistake: str, *more: object, by: str = "2 hours", what: str = "I will call you.") -> dict:
    return here("promise", "add", mistake, "--what", what, "--by", by, *more, "--json").json


def listed(here: Here, *words: object) -> list[dict]:
    return here("promises", *words, "--json").json["promises"]


def overdue(promise: int, *, by: str = "1 hour") -> None:
    connection.execute_wrappers.clear()  # from here to the next command it is this test that asks
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE promise SET due_at = now() - %s::interval, margin = interval '15 minutes', "
            "next_at = now() - interval '1 hour' WHERE id = %s", [by, promise],
        )  # fmt: skip


def test_a_word_is_given_listed_in_its_zone_and_kept(here: Here) -> None:
    mistake = reported(here)
    assert here("promises", mistake).out == "Nothing is promised that waits for anything.\n"
    day = (now() + timedelta(days=400)).strftime("%Y-%m-%d")
    said = here("promise", "add", mistake, "--what", "I will call you.", "--by", f"{day} 14:00", "--zone", "Asia/Tokyo")
    assert said.out.startswith("Promise 1 is yours to keep, by ") and said.out.endswith(f"{day} 14:00 (Asia/Tokyo).\n")
    (one,) = listed(here, mistake)
    assert one["due"] == f"{day}T05:00:00.000000Z" and one["standing"] == "open" and one["what"] == "I will call you."
    shown = here("promises").out
    assert f"{day} 14:00" in shown and mistake in shown and "I will" in shown
    assert here("promise", "kept", 1, "--how", "I called.").out == "Promise 1 is kept.\n"
    assert listed(here, mistake) == []
    assert [one["standing"] for one in listed(here, mistake, "--ended")] == ["kept"]


def test_late_and_missed_stand_in_status_until_somebody_answers(here: Here) -> None:
    mistake = reported(here)
    first, second = (given(here, mistake, what=what)["promise"] for what in ("I will call you.", "I will write."))
    overdue(first)
    with_customers(mistake)
    overdue(second, by="5 minutes")
    sweep()
    assert [(one["id"], one["standing"]) for one in listed(here, mistake, "--late")] == [
        (first, "missed"),
        (second, "late"),
    ]
    assert "missed" in here("promises", "--late").out
    status = here("status", mistake).out
    assert "Promises: 1 missed, 1 late. See: makegood promises." in status
    assert f"MISSED: promise {first} of " in status and "LATE: promise" in status
    assert here("status", mistake, "--json").json["promises"] == {"missed": 1, "late": 1}
    assert here("promise", "answer", first, "--because", "I said sorry.").out.startswith("Promise 1 is answered.")
    assert here("promise", "kept", second).out == f"Promise {second} is kept, late.\n"
    assert listed(here, "--late") == []
    assert "Promises: 1 answered, 1 kept late." in here("status", mistake).out


def with_customers(mistake: str) -> None:
    """A scope of nobody: the balance needs one to say anything."""
    found = Mistake.objects.get(public_id=mistake)
    counts = {"affected": 0, "nobody": 0, "rejected": 0}
    Scope.objects.create(mistake=found, version=1, state="ready", counts=counts, made_by=1)


def test_a_pause_is_shown_with_its_reason_and_ends(here: Here) -> None:
    mistake = reported(here)
    one = given(here, mistake, by="3 business days at close")
    because = ("--because", "They are on holiday.")
    assert here("promise", "pause", 1, *because).out.startswith("Promise 1 is paused.")
    assert "[They are on" in " ".join(here("promises", mistake).out.split())
    on = here("promise", "resume", 1, "--json").json
    assert on["due"] >= one["due"]
    local = datetime.fromisoformat(on["local"]).astimezone(ZoneInfo(on["zone"]))
    assert local.strftime("%H:%M") == "17:00" and local.isoweekday() < 6
    assert here("promise", "release", 1, *because).out == "Promise 1 is released.\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--by", "soon", "--what", "I will call."], "bad-by"),
        (["--by", "2020-01-01", "--what", "I will call."], "promise-passed"),
        (["--by", "2 hours", "--what", " "], "no-words"),
        (["--by", "2 hours", "--what", "x" * 1001], "no-words"),
        (["--by", "2 business days in mars", "--what", "I will call."], "unknown-calendar"),
        (["--by", "2 hours", "--what", "I will call.", "--owner", "no@body.example"], "unknown-owner"),
        (["--by", "2 hours", "--what", "I will call.", "--customer", "nobody"], "no-customer"),
        (["--by", "2 hours", "--what", "I will call.", "--zone", "Mars/Base"], "unknown-zone"),
    ],
)
def test_what_cannot_be_promised_is_refused(here: Here, words: list[str], code: str) -> None:
    mistake = reported(here)
    assert here.refused("promise", "add", mistake, *words)["code"] == code
    assert listed(here) == []


def test_promises_have_their_order_their_pages_and_their_limits(here: Here) -> None:
    mistake = reported(here)
    numbers = [given(here, mistake, by=f"{hours} hours")["promise"] for hours in (3, 1, 2)]
    first = here("promises", mistake, "--limit", 2)
    assert first.out.splitlines()[-1] == "There are more: --page 2"
    assert [one["id"] for one in listed(here, mistake, "--limit", 2)] == [numbers[1], numbers[2]]
    assert [one["id"] for one in listed(here, mistake, "--limit", 2, "--page", 2)] == [numbers[0]]
    for verb in ("kept", "resume"):
        assert here.refused("promise", verb, 99)["code"] == "no-promise"
    assert here.refused("promise", "resume", numbers[0])["code"] == "promise-state"
    assert here.refused("promise", "answer", numbers[0], "--because", "Too early.")["code"] == "not-late"
    assert here.refused("promise", "pause", numbers[0], "--because", "")["code"] == "no-words"


def test_who_only_audits_reads_promises_and_gives_none(office: Office) -> None:
    root = office.is_("root")
    mistake = reported(root)
    given(root, mistake)
    auditing = office.is_("Ada")
    assert [one["id"] for one in listed(auditing, mistake)] == [1]
    assert auditing.refused("promise", "kept", 1)["code"] == "not-allowed"
    word = ("--what", "I will call.", "--by", "1 hour")
    assert auditing.refused("promise", "add", mistake, *word)["code"] == "not-allowed"


def test_no_entry_holds_a_word_of_it(here: Here, database: Database) -> None:
    mistake = reported(here)
    given(here, mistake, what="I will call Mrs Kanary at home.")
    here("promise", "release", 1, "--because", "Kanary wrote to us.")
    assert traces(database.admin_url, "kanary") == {"promise.what", "promise.reason"}
