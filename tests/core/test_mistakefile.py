"""mistake.yaml: what it says, what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from makegood.core.mistakefile import MistakeFile, parse_mistake
from makegood.documents.folder import read_document
from makegood.kit.errors import Finding

GOOD = """mistake: charged-twice
title: We charged some purchases twice
kind: outcome
fault: clear
zone: America/New_York
currency: USD
happened: {from: 1997-01-01, to: 1998-06-30}
noticed: {at: 1998-07-01T09:12:00-04:00, how: customer}
facts:
  - {id: what, text: "We took the money twice.", confirmed: true}
  - {id: cause, text: "A terminal sent its batch twice.", confirmed: false}
"""


def read(text: str) -> tuple[MistakeFile | None, list[Finding]]:
    file, found = read_document(text, "mistake", "mistake.yaml")
    return (None, found) if file is None else parse_mistake(file)


def test_everything_it_says() -> None:
    mistake, found = read(GOOD)
    assert found == []
    assert mistake is not None
    assert (mistake.slug, mistake.brand, mistake.noticed_how) == ("charged-twice", "default", "customer")
    assert mistake.happened_from == date(1997, 1, 1)
    assert mistake.noticed_at == datetime(1998, 7, 1, 13, 12, tzinfo=UTC)
    assert [(fact.id, fact.confirmed) for fact in mistake.facts] == [("what", True), ("cause", False)]


def test_moments_are_local_days() -> None:
    mistake, _ = read(GOOD)
    assert mistake is not None
    assert mistake.moments() == {
        "noticed": datetime(1998, 7, 1, 13, 12, tzinfo=UTC),
        "happened.from": datetime(1997, 1, 1, 5, tzinfo=UTC),
        "happened.to": datetime(1998, 7, 1, 4, tzinfo=UTC),
    }


def test_what_is_not_known_is_left_out() -> None:
    mistake, found = read(GOOD.replace("happened: {from: 1997-01-01, to: 1998-06-30}\n", "").split("facts:")[0])
    assert found == []
    assert mistake is not None
    assert set(mistake.moments()) == {"noticed"}
    assert mistake.facts == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("America/New_York", "Mars/Base", "unknown-zone", 5),
        ("America/New_York", "../etc/passwd", "unknown-zone", 5),
        ("currency: USD", "currency: XQQ", "unknown-currency", 6),
        ("from: 1997-01-01", "from: 1998-12-31", "dates-reversed", 7),
        ("from: 1997-01-01", "from: 1997-02-30", "bad-date", 7),
        ("from: 1997-01-01", "from: 0001-01-01", "bad-date", 7),
        ("to: 1998-06-30", "to: 9999-12-31", "bad-date", 7),
        ("-04:00, how", ", how", "bad-instant", 8),
        ("1998-07-01T09:12:00-04:00", "yesterday", "bad-instant", 8),
        ("id: cause", "id: what", "double-fact", 11),
        ("fault: clear", "fault: ours", "schema-enum", 4),
        ("kind: outcome", "kind: outcome\nowner: me", "schema-additionalproperties", 4),
        ("title: We charged some purchases twice\n", "", "schema-required", 1),
        ("mistake: charged-twice", "mistake: Charged Twice", "schema-pattern", 1),
        ("confirmed: true", "confirmed: perhaps", "schema-type", 10),
    ],
)
def test_refused(old: str, new: str, code: str, line: int) -> None:
    assert old in GOOD
    mistake, found = read(GOOD.replace(old, new, 1))
    assert mistake is None
    assert [finding.code for finding in found] == [code]
    assert found[0].place is not None
    assert found[0].place.line == line
    assert found[0].remedy


def test_a_mistake_may_have_been_opened_before() -> None:
    mistake, found = read(f"opened_as: m-7k2p9xwq\n{GOOD}")
    assert found == []
    assert mistake is not None
    assert mistake.opened_as == "m-7k2p9xwq"
    plain, _ = read(GOOD)
    assert plain is not None
    assert plain.opened_as == ""


@pytest.mark.parametrize(
    "word", ["7k2p9xwq", "m-7k2p9xw", "m-7k2p9xwqq", "M-7K2P9XWQ", "charged-twice", '""', "m-7k2p 9xw"]
)
def test_what_is_no_id_of_a_mistake(word: str) -> None:
    mistake, found = read(f"opened_as: {word}\n{GOOD}")
    assert mistake is None
    assert [(finding.code, finding.place and finding.place.line) for finding in found] == [("schema-pattern", 1)]
    assert "makegood report" in found[0].remedy


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        ("UTC", "1997-01-01T00:00:00+00:00", "1998-07-01T00:00:00+00:00"),
        ("Pacific/Kiritimati", "1996-12-31T10:00:00+00:00", "1998-06-30T10:00:00+00:00"),
        ("Etc/GMT+12", "1997-01-01T12:00:00+00:00", "1998-07-01T12:00:00+00:00"),
        ("Europe/Berlin", "1996-12-31T23:00:00+00:00", "1998-06-30T22:00:00+00:00"),
    ],
)
def test_a_day_begins_and_ends_where_the_mistake_was(zone: str, start: str, end: str) -> None:
    mistake, _ = read(GOOD.replace("America/New_York", zone))
    assert mistake is not None
    moments = mistake.moments()
    assert (moments["happened.from"].isoformat(), moments["happened.to"].isoformat()) == (start, end)


def test_all_that_is_wrong_is_said_at_once() -> None:
    text = GOOD.replace("USD", "XQQ").replace("America/New_York", "Mars/Base").replace("1998-06-30", "1996-01-01")
    _, found = read(text)
    assert [finding.code for finding in found] == ["unknown-zone", "unknown-currency", "dates-reversed"]


def test_one_day_is_a_period() -> None:
    mistake, found = read(GOOD.replace("from: 1997-01-01, to: 1998-06-30", "from: 1998-06-30, to: 1998-06-30"))
    assert found == []
    assert mistake is not None
    assert mistake.happened_from == mistake.happened_to == date(1998, 6, 30)
