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


SPUN = "We atone for the postponement of your bundle. Kindly pardon the vexation. Your cash was sent back on Monday."


def test_garbled_prose_is_reported_and_not_believed() -> None:
    reading = read_message(SPUN, kind="billing")
    assert {one.id for one in reading.garbled} == {"MG301"}
    assert reading.elements == ()
    assert len(reading.missing) == len(read_message("", kind="billing").missing)


def test_one_odd_word_is_style() -> None:
    reading = read_message("We are sorry that your bundle of three books came late.", kind="billing")
    assert reading.garbled == ()
    assert {one.name for one in reading.elements} >= {"ack", "regret"}


def test_responsibility_says_which_of_its_two_parts_was_found() -> None:
    owned = read_message("We sent the wrong key.", kind="billing")
    accepted = read_message("The fault is ours.", kind="billing")
    parts = [[one.parts for one in reading.elements if one.name == "responsibility"] for reading in (owned, accepted)]
    assert parts == [[("cause_owned",)], [("blame_accepted",)]]


def test_a_condition_counts_in_the_apology_and_not_in_the_remedy() -> None:
    text = "We are sorry that your tent tore. If you would rather have your money back, answer this mail."
    assert [one.id for one in read_message(text, kind="billing").faults] == []
    text = "We are sorry if your tent tore. You get your money back on Friday."
    assert [one.id for one in read_message(text, kind="billing").faults] == ["MG201"]


def test_jargon_is_none_to_a_developer() -> None:
    text = "A failover left two shards without a replica."
    assert [one.name for one in read_message(text, kind="outage").faults] == ["jargon"]
    assert read_message(text, kind="outage", audience="developer").faults == ()


GOOD = {
    "en": """Dear Ms Okafor,

On 3 May we took your monthly payment twice. That was our mistake. Your rent could not be paid for two days, and
having to call your landlord is embarrassing. A clerk had sent the day's batch a second time because the screen
did not say that it was done. We have returned the second payment and will refund your bank's fee by Friday.
The screen now checks for a batch that was sent before. I am sorry.

Call me on 020 7946 0991 or answer this mail; it reaches me.
Daniel Reyes
""",
    "de": """Sehr geehrte Frau Okafor,

am 3. Mai haben wir Ihren Beitrag zweimal abgebucht. Das war unser Fehler, und es tut uns leid. Sie konnten
deshalb Ihre Miete nicht bezahlen, und das war sicher sehr ärgerlich. Ein Mitarbeiter hat zwei Listen
vertauscht, weil sie gleich hießen. Die zweite Abbuchung wurde zurückgebucht. Die Gebühr Ihrer Bank erstatten
wir Ihnen bis zum 12. Mai. Ab Montag prüft eine zweite Person jede Liste.

Rufen Sie mich an: 0800 555 010.
Daniel Reyes
""",
}


@pytest.mark.parametrize("language", GOOD)
def test_a_letter_that_owns_its_mistake_has_everything_and_no_fault(language: str) -> None:
    reading = read_message(GOOD[language], kind="billing", attempt=2)
    assert reading.language == language
    assert [one.name for one in reading.missing] == []
    assert [(one.id, one.match) for one in reading.faults] == []
