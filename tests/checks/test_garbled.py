"""Spun or broken prose is reported and not believed; plain prose with an unusual word in it is."""

from __future__ import annotations

import textwrap

import pytest

from makegood.checks.reading import read_message

SPUN = {
    "en": """
        We atone for the postponement of your bundle and will send it on Monday.
        Kindly acknowledge our statements of regret: your card was energized twofold on the 3rd of May.
        We profoundly lament the vexation; the cash has been sent back on Tuesday.
        Sad for the burden: your buy was lost and a new one leaves today.
        Our client administration squad is sorry for the burden caused by the outage.
        We bewail the botheration and the late bundle; your discount is on its way.
        Much obliged for your persistence and comprehension; conveyance time was missed by us.
        The transporting organization mislaid your bundle, and we are grieved for the delay.
        Your account was accused two times; we recompense you for your harm by Friday.
        Our earnest expressions of remorse for the deferral of your solicitation.
        We we are sorry that the the parcel is is late, and and we send it on Monday.
        Pay back discount was given at the soonest; we fathom your anger about the broken lamp.
    """,
    "de": """
        Wir sühnen die Verschiebung Ihres Bündels und senden es am Montag.
        Wir beweinen die Plage; Ihr Bündel kommt am Freitag.
        Ihre Karte wurde angeklagt zweifach, die Unbill tut uns leid.
        Wir wir bedauern, dass das Paket ist ist zu zu spät.
    """,
}
PLAIN = {
    "en": """
        Your TV bundle was cancelled by mistake; we switched it on again today.
        The squad list on the ticket was wrong, and we are sorry.
        We regret the postponement of the concert; your money is on its way.
        It was no bother to you that we were late, you said; it was to us.
        We cannot fathom how this slipped through, and we are checking every order.
        The delay was brought about by our own new software.
        Please do not bother to send the lamp back.
        The deferral of your payment was our mistake.
        Your phone bundle now includes the minutes we took away.
        The conveyance of your house was delayed because we mislaid the deed.
        We feel contrition, and we feel it should cost us something: here is the refund.
        He laments the loss of his photos, and so do we; we have restored them.
        Your letter, which was for your perusal only, went to a neighbour. We are sorry.
        We told you that that train was running. It was not.
        The card you had had was blocked by us on Monday.
        Your charge card was charged twice; the second charge is gone.
        Our squad of drivers was two short, and your bundle of papers came late.
        We apologise for the wrong bundle; the right one leaves today.
        We send the missing part forthwith, by courier, to arrive tomorrow.
        We are grieved at the death in your family and have stopped all letters.
        The circumstances do not matter: we forgot your booking.
        We lament nothing but our own slowness; the answer is below.
        Your missive of 3 May reached us; we had not answered it, and we are sorry.
        We are in no quandary: the fault is ours.
        You get a discount of 20 % on the next order, because this one came late.
        We thank you for the persistence with which you rang us until we understood.
        The buy button failed on Monday; your order was not placed.
        A regrettable mistake: we printed the the wrong way round on your sign.
        We atone with a free night for the room that was not ready.
        The bank says the money was sent back on Friday.
    """,
    "de": """
        Das Bündel mit Ihren Zeitungen lag im falschen Hof; es tut uns leid.
        Ihr Tarifbündel wurde falsch abgerechnet, wir haben es berichtigt.
        Die die Rechnung betreffende Frage haben wir zu spät beantwortet.
        Die Unbill des Wetters ist keine Entschuldigung: Wir hatten nicht geplant.
    """,
}
CASES = [
    (language, garbled, text)
    for garbled, languages in ((True, SPUN), (False, PLAIN))
    for language, block in languages.items()
    for text in textwrap.dedent(block).strip().splitlines()
]


@pytest.mark.parametrize(("language", "garbled", "text"), CASES)
def test_garbled_or_plain(language: str, garbled: bool, text: str) -> None:
    reading = read_message(text, kind="late-order", language=language)
    assert bool(reading.garbled) is garbled
    if garbled:
        assert reading.elements == ()
        assert {one.id for one in reading.garbled} == {"MG301"}
        assert len(reading.missing) == len(read_message("", kind="late-order", language=language).missing)


def test_each_odd_wording_is_shown_where_it_stands() -> None:
    text = "We atone for the late bundle."
    (first, second) = read_message(text, kind="late-order").garbled
    assert (first.match, second.match) == ("atone for the", "bundle")
    assert (first.span.column, second.span.column) == (4, 23)
