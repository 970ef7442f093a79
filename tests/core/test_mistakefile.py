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
