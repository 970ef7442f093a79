"""Addresses that no mail goes to: digests with a key outside the database, added once, taken off by a person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import Database
from tests.engine.recovery import People, given_people, rows

from makegood.channels.suppression import (
    KEY_FILE,
    digests_of,
    find_suppression,
    is_empty,
    lift,
    list_suppressions,
    normalised,
    suppress,
    suppress_said,
    suppressed_among,
)
from makegood.kit.errors import BadInput, NotFound, Refused
from makegood.kit.home import home
from makegood.kit.notices import Notice
from makegood.notices.actions import take_in
from makegood.people.models import Brand, Connection

MOMENT = datetime(2026, 3, 2, 10, tzinfo=UTC)
ADDRESS = "Wilhelmina.Canary@Mail.Example"
SPELLINGS = [" wilhelmina.canary@mail.example ", "<WILHELMINA.CANARY@MAIL.EXAMPLE>", ADDRESS]


@pytest.fixture
def people(database: Database) -> People:
    return given_people()


def said(says: Any, address: str = ADDRESS, **more: Any) -> Notice:
    return Notice(**{"event": f"{says}-{address}", "says": says, "at": MOMENT, "order": 1, "address": address, **more})


def mailing(brand: Brand) -> Connection:
    return Connection.objects.create(brand=brand, name="email", plugin="email", settings={}, live=True)


def test_an_address_is_known_in_every_spelling(people: People) -> None:
    assert suppress(people.brand, [ADDRESS], reason="asked", actor=people.maya.id) == 1
    assert suppress(people.brand, SPELLINGS, reason="by-hand", actor=people.maya.id) == 0
    asked = [*SPELLINGS, "other@mail.example"]
    assert suppressed_among(people.brand.id, asked) == set(SPELLINGS)
    found = find_suppression(people.brand, SPELLINGS[0])
    assert found is not None
    assert (found.reason, found.source) == ("asked", f"staff:{people.maya.id}"), "the first word stays"


def test_an_international_domain_is_one_address_in_both_its_forms(people: People) -> None:
    suppress(people.brand, ["info@bücher.example"], reason="asked", actor=people.maya.id)
    assert suppressed_among(people.brand.id, ["INFO@xn--bcher-kva.example"]) == {"INFO@xn--bcher-kva.example"}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.emails())
def test_what_is_normalised_stays_as_it_is(address: str) -> None:
    assert normalised(normalised(address)) == normalised(address) == normalised(f" <{address.upper()}> ".lower())


def test_neither_table_nor_journal_holds_the_address(people: People) -> None:
    suppress(people.brand, [ADDRESS, "second@mail.example"], reason="asked", actor=people.maya.id)
    take_in(mailing(people.brand), [said("bounced", "third@mail.example")], suppress=suppress_said)
    lift(people.brand, "second@mail.example", actor=people.maya.id)
    everything = str([rows(f"SELECT t::text FROM {table} t") for table in ("suppression", "entry", "notice")]).lower()
    assert "mail.example" not in everything
    assert "canary" not in everything
    journal = rows("SELECT verb, facts FROM entry WHERE verb LIKE 'address%%' ORDER BY id")
    assert [verb for verb, _ in journal] == ["addresses.suppressed", "addresses.suppressed", "address.released"]
    assert "asked" in str(journal[0][1])
    assert "bounced" in str(journal[1][1])


def test_a_brand_has_a_list_of_its_own(people: People) -> None:
    other = Brand.objects.get(slug="other")
    suppress(people.brand, [ADDRESS], reason="asked", actor=people.maya.id)
    assert (is_empty(people.brand.id), is_empty(other.id)) == (False, True)
    assert suppressed_among(other.id, [ADDRESS]) == set()
    assert find_suppression(other, ADDRESS) is None
    suppress(other, [ADDRESS], reason="by-hand", actor=people.maya.id)
    lift(people.brand, ADDRESS, actor=people.maya.id)
    assert suppressed_among(other.id, [ADDRESS]) == {ADDRESS}
    assert suppressed_among(people.brand.id, [ADDRESS]) == set()


def test_taking_off_what_is_not_on_it(people: People) -> None:
    with pytest.raises(NotFound):
        lift(people.brand, ADDRESS, actor=people.maya.id)
    suppress(people.brand, [ADDRESS], reason="asked", actor=people.maya.id)
    lift(people.brand, ADDRESS, actor=people.maya.id)
    with pytest.raises(NotFound) as caught:
        lift(people.brand, ADDRESS, actor=people.maya.id)
    assert caught.value.code == "not-suppressed"


@pytest.mark.parametrize("bad", ["", "nobody", "@", "a@", "@b"])
def test_a_line_that_is_no_address_adds_nobody(people: People, bad: str) -> None:
    with pytest.raises(BadInput):
        suppress(people.brand, [ADDRESS, bad], reason="asked", actor=people.maya.id)
    assert is_empty(people.brand.id)


def test_what_providers_say_against_an_address(people: People) -> None:
    place = mailing(people.brand)
    notices = [
        said("bounced", "bounced@mail.example"),
        said("complained", "complained@mail.example"),
        said("noted", "left@mail.example", code="unsubscribed"),
        said("noted", "late@mail.example", code="deferred"),
        said("done", "read@mail.example"),
        said("failed", "refused@mail.example"),
        said("bounced", "", event="full"),
    ]
    assert take_in(place, notices, suppress=suppress_said) == 7
    counts, newest = list_suppressions(people.brand)
    assert counts == {"bounced": 1, "complained": 1, "asked": 1, "by-hand": 0}
    assert {row.source for row in newest} == {f"connection:{place.id}"}
    assert suppressed_among(people.brand.id, [n.address for n in notices if n.address]) == {
        "bounced@mail.example",
        "complained@mail.example",
        "left@mail.example",
    }
    take_in(place, notices, suppress=suppress_said)
    assert list_suppressions(people.brand)[0] == counts, "a notice that is heard again adds nothing"


def test_a_person_who_took_an_address_off_is_not_overruled_by_a_repeat(people: People) -> None:
    place = mailing(people.brand)
    take_in(place, [said("bounced")], suppress=suppress_said)
    lift(people.brand, ADDRESS, actor=people.maya.id)
    take_in(place, [said("bounced")], suppress=suppress_said)
    assert suppressed_among(people.brand.id, [ADDRESS]) == set()


def test_nobody_is_asked_and_no_key_is_made_while_the_list_is_empty(people: People) -> None:
    assert suppressed_among(people.brand.id, [ADDRESS]) == set()
    assert digests_of([ADDRESS]) == {}
    assert not (home() / KEY_FILE).exists()


def test_without_its_key_nothing_is_answered(people: People) -> None:
    suppress(people.brand, [ADDRESS], reason="asked", actor=people.maya.id)
    path = home() / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    kept = path.read_bytes()
    path.unlink()
    # What this process read before is still in its memory; a worker that starts has nothing.
    from makegood.channels import suppression

    suppression._kept.cache_clear()
    with pytest.raises(Refused) as caught:
        suppressed_among(people.brand.id, [ADDRESS])
    assert caught.value.code == "suppression-key"
    path.write_bytes(b"another key")
    suppression._kept.cache_clear()
    for verb in (
        lambda: suppressed_among(people.brand.id, [ADDRESS]),
        lambda: suppress(people.brand, ["new@mail.example"], reason="asked", actor=people.maya.id),
        lambda: take_in(mailing(people.brand), [said("bounced")], suppress=suppress_said),
    ):
        with pytest.raises(Refused):
            verb()
    path.write_bytes(kept)
    suppression._kept.cache_clear()
    assert suppressed_among(people.brand.id, [ADDRESS]) == {ADDRESS}


def test_hosts_may_share_a_key_by_their_surroundings(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAKEGOOD_SUPPRESSION_KEY", "one-key-for-all-hosts")
    suppress(people.brand, [ADDRESS], reason="asked", actor=people.maya.id)
    assert not (home() / KEY_FILE).exists()
    assert suppressed_among(people.brand.id, [ADDRESS]) == {ADDRESS}
    monkeypatch.setenv("MAKEGOOD_SUPPRESSION_KEY", "another")
    with pytest.raises(Refused):
        suppressed_among(people.brand.id, [ADDRESS])
