"""A message, read whole."""

from __future__ import annotations

import pytest

from makegood.checks.reading import read_message

FAMOUS = "We apologise for any inconvenience this may have caused due to our payment provider."


def test_the_famous_sentence() -> None:
    reading = read_message(FAMOUS, kind="general")
    assert [(one.id, one.span.column, one.span.end_column, one.match) for one in reading.faults] == [
        ("MG202", 18, 35, "any inconvenience"),
        ("MG201", 36, 56, "this may have caused"),
        ("MG205", 57, 84, "due to our payment provider"),
    ]
    assert [one.severity for one in reading.faults] == ["warning", "error", "warning"]
    assert {one.id for one in reading.missing} >= {"MG101", "MG107", "MG111"}
    assert reading.language == "en"


def test_places_count_in_the_given_text() -> None:
    reading = read_message(f"# Notice\n\n<p>Hello.</p>\n<p>{FAMOUS}</p>", kind="general")
    (fault,) = (one for one in reading.faults if one.id == "MG202")
    assert (fault.span.line, fault.span.column) == (4, 21)


def test_the_language_is_told_from_the_words() -> None:
    assert read_message("Es tut uns leid, dass Ihre Rechnung falsch war.", kind="billing").language == "de"
    assert read_message("We are sorry that your bill was wrong.", kind="billing").language == "en"
    assert read_message("", kind="billing").language == "en"


def test_unknown_words_are_refused() -> None:
    with pytest.raises(KeyError):
        read_message("Sorry.", kind="sonnet")
    with pytest.raises(KeyError):
        read_message("Sorry.", kind="billing", language="tlh")
