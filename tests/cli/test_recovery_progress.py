"""News, and that the mistake is fixed, as people say it."""

from __future__ import annotations

from datetime import timedelta

from tests.cli.inprocess import Here, Office, _fresh_home, here, office

from makegood.cli.mistakes import _promised
from makegood.kit.clock import now

__all__ = ["_fresh_home", "here", "office"]


def reported(here: Here) -> str:
    return here("report", "We broke the lift.", "--json").json["mistake"]


def test_news_is_recorded_listed_and_over_once_it_is_fixed(here: Here) -> None:
    mistake = reported(here)
    assert here("news", mistake).out == "No news yet.\n"
    assert here("news", mistake, "A part is on its way.").out.startswith("Recorded. The next update tells it")
    (added,) = here("news", mistake, "It is here.", "--json").json
    listed = here("news", mistake, "--json").json
    assert [one["text"] for one in listed] == ["A part is on its way.", "It is here."]
    assert listed[1]["news"] == added["news"]
    assert "A part is on its way." in here("news", mistake).out
    assert here("fixed", mistake).out == "Fixed: We broke the lift. Its updates have ended.\n"
    assert here.refused("news", mistake, "Late.")["code"] == "mistake-fixed"
    assert "recorded as fixed already" in here("fixed", mistake, code=1).said
    assert here("fixed", mistake, "--not-yet").out == "Not fixed yet: We broke the lift.\n"
    assert here("news", mistake, "It broke again.").out


def test_news_says_something(here: Here) -> None:
    mistake = reported(here)
    assert here.refused("news", mistake, " ")["code"] == "bad-news"
    assert here.refused("news", "m-none", "New.")["code"] == "no-mistake"
    assert here.refused("fixed", "m-none")["code"] == "no-mistake"


def test_who_only_audits_reads_news_and_records_none(office: Office) -> None:
    mistake = reported(office.is_("root"))
    auditing = office.is_("Ada")
    assert auditing("news", mistake).out == "No news yet.\n"
    assert auditing.refused("news", mistake, "New.")["code"] == "not-allowed"
    assert auditing.refused("fixed", mistake)["code"] == "not-allowed"


def test_status_says_until_when_an_update_was_promised_and_that_it_is_overdue() -> None:
    ahead, past = (now() + timedelta(days=sign) for sign in (1, -1))
    assert _promised("progress", ahead) == f"The next update (progress) was promised by {ahead:%Y-%m-%d %H:%M} UTC."
    assert _promised("progress", past).startswith(f"OVERDUE: an update (progress) was promised by {past:%Y-%m-%d}")


def test_what_prevents_it_is_recorded_finished_and_listed(here: Here) -> None:
    mistake = reported(here)
    words = ("--what", "A second rope.", "--owner", "Workshop", "--due", "2030-01-31")
    assert here("prevention", "list", mistake).out == "None recorded yet.\n"
    assert here("prevention", "add", mistake, "rope", *words).out == "Recorded: rope, Workshop, due 2030-01-31.\n"
    (listed,) = here("prevention", "list", mistake, "--json").json
    assert (listed["name"], listed["owner"], listed["due"], listed["done_at"]) == (
        "rope",
        "Workshop",
        "2030-01-31",
        None,
    )
    assert "open" in here("prevention", "list", mistake).out
    assert here("prevention", "done", mistake, "rope").out.startswith("Finished: rope.")
    assert "recorded as finished already" in here("prevention", "done", mistake, "rope", code=1).said
    assert here("prevention", "done", mistake, "rope", "--not-yet").out == "Not finished yet: rope.\n"
    assert "no prevention 'rope-2'" in here("prevention", "done", mistake, "rope-2", code=1).said
    late = (*words[:-1], "next month")
    assert "'next month' is not a day" in here("prevention", "add", mistake, "two", *late, code=1).said


def test_who_was_not_put_right_is_said_with_a_reason(here: Here) -> None:
    mistake = reported(here)
    assert "Missing option" in here("again", mistake, "c1", code=64).said
    said = here("again", mistake, "c1", "--because", "Not yet.", code=1).said
    assert "Nobody with the key 'c1' is affected" in said
