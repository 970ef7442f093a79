"""What people read and may do at the fence."""

from __future__ import annotations

from django.db import connection
from tests.cli.inprocess import Here, Office, _fresh_home, here, office  # noqa: F401 - fixtures
from tests.engine.fencing import quiet, set_epoch, start


def given_older() -> None:
    """The database was put back behind what its home has seen."""
    connection.execute_wrappers.clear()
    start(), start(), quiet(), set_epoch(1), start()


def test_acts_that_may_leave_are_one_sentence(here: Here) -> None:  # noqa: F811
    said = here("fence").out
    assert said.startswith("Acts may leave from here (epoch ")
    assert "this one" in said
    assert here("fence", "--json").json["free"] is True


def test_a_fenced_installation_says_why_and_what_to_do_everywhere(here: Here, office: Office) -> None:  # noqa: F811
    given_older()
    said = " ".join(here("fence").out.split())
    assert "this database is older than what its home has seen" in said
    assert "makegood reconcile, then: makegood fence lift" in said
    shown = here("fence", "show", "--json").json
    assert (shown["free"], shown["reason"]) == (False, "older")
    doctor = here("doctor", "--json", code=1).json
    (look,) = [one for one in doctor["looks"] if one["what"] == "acts"]
    assert look["seen"] == "fenced" and look["findings"][0]["code"] == "acts-are-fenced"
    here("people")  # reading goes on


def test_only_an_admin_lifts_it_and_only_after_asking(here: Here, office: Office) -> None:  # noqa: F811
    given_older()
    assert "may not do that" in office.is_("Omar")("fence", "lift", "--reason", "Because", code=1).said
    office.is_("root")
    assert "What was sent has not been found out yet." in here("fence", "lift", "--reason", "Because", code=1).said
    assert "Acts may leave again" in here("fence", "lift", "--reason", "The clone is gone", "--as-it-is").out
    assert here("fence", "--json").json["free"] is True


def test_admitting_a_home_that_may_act_or_a_fenced_database_is_refused(here: Here, office: Office) -> None:  # noqa: F811
    assert "This home may act already." in here("fence", "admit", code=1).said
    given_older()
    assert "Acts are fenced: this database is older" in here("fence", "admit", code=1).said


def test_room_that_was_kept_aside_is_set_free_before_the_database_is_asked(here: Here) -> None:  # noqa: F811
    from makegood.kit.home import home

    home().mkdir(exist_ok=True)
    (home() / "ballast").write_bytes(b"x" * 3_000_000)
    assert "3 MB are free now." in here("doctor", "--free-space").err
    assert not (home() / "ballast").exists()
    assert "There was nothing kept aside." in here("doctor", "--free-space").err


def test_reconciling_by_hand_says_what_was_found(here: Here, office: Office) -> None:  # noqa: F811
    given_older()
    assert "needs a reason" in here("reconcile", "--release", code=64).said
    assert "may not do that" in office.is_("Omar")("reconcile", code=1).said
    office.is_("root")
    said = " ".join(here("reconcile").out.split())
    assert said.startswith("0 acts had been done and are recorded.")
    assert "makegood fence lift" in said
    assert here("reconcile", "--release", "--reason", "A drill", "--json").json["released"] is True
    assert here("fence", "--json").json["free"] is True
    assert "Acts are not fenced." in here("reconcile", code=1).said
