"""Reporting asks for one sentence and nobody's name; closing is written once, with what it was based on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.engine.recovery import given_people, rows

from makegood.kit.errors import BadInput, NotFound, Refused
from makegood.mistakes.actions import MAX_TITLE, close_mistake, reopen_mistake, report_mistake, slug_of
from makegood.mistakes.queries import access_mistake, list_facts, require_open


def test_from_reported_to_closed(database: Any) -> None:
    people = given_people()
    brand, actor = people.brand, people.maya.id
    first = report_mistake("We lost parcel 7.", brand=brand, actor=actor, how="customer", currency="EUR")
    again = report_mistake("We lost parcel 7.", brand=brand, actor=actor)
    assert first.id != again.id and first.public_id != again.public_id, "the same sentence is not the same mistake"
    assert (first.noticed_how, first.currency, again.noticed_how, again.currency) == ("customer", "EUR", "staff", "USD")
    longest = report_mistake("x" * MAX_TITLE, brand=brand, actor=actor)
    assert len(longest.title) == MAX_TITLE
    for bad in ("", "\n", "x" * (MAX_TITLE + 1)):
        with pytest.raises(BadInput):
            report_mistake(bad, brand=brand, actor=actor)
    assert rows("SELECT count(*) FROM mistake") == [(3,)]
    assert list_facts(first) == []

    close_mistake(first, actor=actor, facts={"affected": 3, "told": 3})
    closed = access_mistake(first.public_id, brand=brand)
    assert closed.state == "closed" and closed.closed_at is not None
    assert access_mistake(again.slug, brand=brand).state == "open"
    entries = rows("SELECT verb, actor, brand, mistake, facts FROM entry WHERE mistake = %s ORDER BY id", first.id)
    assert [entry[:4] for entry in entries] == [
        ("mistake.reported", actor, brand.id, first.id),
        ("mistake.closed", actor, brand.id, first.id),
    ]
    assert json.loads(entries[1][4]) == {"affected": 3, "told": 3}
    assert "parcel" not in str(entries), "the journal keeps no words of a report"
    for unknown in ("", "m-none", first.public_id.upper()):
        with pytest.raises(NotFound) as no:
            access_mistake(unknown, brand=brand)
        assert no.value.code == "no-mistake" and first.slug in no.value.remedy


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("We charged 3,412 people twice", "we-charged-3-412-people"),
        ("   Spaces   everywhere  ", "spaces-everywhere"),
        ("UPPER case", "upper-case"),
        ("../../etc/passwd", "etc-passwd"),
        ("Straße & Ñandú", "strae-nandu"),
        ("王小明", "mistake"),
        ("", "mistake"),
        ("a" * 400, "a" * 60),
        ("a" * 59 + " b c", "a" * 59),
    ],
)
def test_a_folders_name_is_safe_whatever_the_sentence(title: str, slug: str) -> None:
    assert slug_of(title) == slug
    assert not set(slug) - set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_a_closed_mistake_is_opened_again_with_a_reason(database: Any) -> None:
    people = given_people()
    brand, actor = people.brand, people.maya.id
    mistake = report_mistake("We lost parcel 7.", brand=brand, actor=actor)
    require_open(mistake)
    with pytest.raises(Refused, match="is open"):
        reopen_mistake(mistake, actor=actor, reason="A transfer came back.")
    close_mistake(mistake, actor=actor, facts={})
    with pytest.raises(Refused, match="is closed") as no:
        require_open(mistake)
    assert no.value.code == "mistake-closed" and f"makegood reopen {mistake.slug}" in no.value.remedy
    with pytest.raises(BadInput):
        reopen_mistake(mistake, actor=actor, reason=" ")
    reopen_mistake(mistake, actor=actor, reason="ana@shop.example says a transfer came back.")
    opened = access_mistake(mistake.slug, brand=brand)
    assert (opened.state, opened.closed_at) == ("open", None)
    require_open(opened)
    ((facts,),) = rows("SELECT facts FROM entry WHERE verb = 'mistake.reopened'")
    assert json.loads(facts) == {"reason": "[address] says a transfer came back."}
