"""Made-up people: always the same, never real, always printable."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys

import pytest
from email_validator import validate_email

from makegood.kit.letterpaper import unprintable
from makegood.testing.people import Gaps, draw, people, person, pick, shuffled, with_gaps, write_contacts
from makegood.testing.people_names import CULTURES, HOMES, STREETS, TOWNS

KEYS = [f"{number:05d}" for number in range(3_000)]
MANY = list(people(KEYS, seed="test"))
US_PHONE = re.compile(r"^\+1 \d{3} 555 01\d{2}$")
UK_PHONE = re.compile(r"^\+44 1632 960\d{3}$")


def test_the_same_key_and_seed_give_the_same_person_in_another_run():
    code = "from makegood.testing.people import person; print(ascii(person('42', seed='s')))"
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env={"PYTHONHASHSEED": one}
        ).stdout
        for one in ("1", "2")
    }
    assert runs == {ascii(person("42", seed="s")).encode() + b"\n"}


def test_another_seed_gives_other_people():
    same = sum(person(key, seed="one") == person(key, seed="two") for key in KEYS[:300])
    assert same < 5


def test_a_person_does_not_depend_on_who_came_before():
    assert list(people(reversed(KEYS[:50]), seed="test")) == list(reversed(MANY[:50]))


def test_nobody_has_an_address_that_could_be_real():
    for _, one in MANY:
        assert one.email.partition("@")[2] in {"example.com", "example.org", "example.net"}
        assert US_PHONE.match(one.phone) or UK_PHONE.match(one.phone)
        assert one.town in TOWNS
        assert any(street in one.street for street in STREETS)
        assert one.postcode.startswith(("000", "ZZ"))


@pytest.mark.parametrize(("home", "phone"), [("US", US_PHONE), ("GB", UK_PHONE), ("DE", UK_PHONE), ("ES", UK_PHONE)])
def test_the_home_decides_country_and_telephone(home, phone):
    found = [person(key, seed="test", home=home) for key in KEYS[:200]]
    assert {one.country for one in found} == {HOMES[home].country}
    assert all(phone.match(one.phone) for one in found)


def test_without_a_home_people_live_everywhere():
    assert {one.country for _, one in MANY} == {home.country for home in HOMES.values()}


def test_mail_addresses_are_unique_and_can_be_written_to():
    addresses = [one.email for _, one in MANY]
    assert len(set(addresses)) == len(addresses)
    for address in addresses[:300]:
        validate_email(address, check_deliverability=False, test_environment=True)


@pytest.mark.parametrize("key", ["C-1001", "Ä 7", "x" * 400, "a@b", "", "UPPER"])
def test_a_key_of_any_form_gives_an_address(key):
    address = person(key, seed="test").email
    validate_email(address, check_deliverability=False, test_environment=True)
    assert address != person(key + "0", seed="test").email


def test_keys_that_differ_in_case_have_different_addresses():
    assert person("ab", seed="t").email.split(".")[-2] != person("AB", seed="t").email.split(".")[-2]


def test_a_letter_can_be_printed_for_everybody():
    for _, one in MANY:
        assert unprintable("".join((one.name, one.street, one.town, one.postcode, one.country))) == set()


def test_names_are_of_several_cultures():
    names = " ".join(one.name for _, one in MANY)
    for word in ("Łukasz", "Nguyễn", "María", "Grace", "Dmitri", "Ñúñez", "O'Brien", "Þóra"):
        assert word in names
    assert person("00002", seed="test").name.isprintable()
    assert {one.language for _, one in MANY} == {culture.language for culture in CULTURES}


def test_family_names_stand_first_where_they_do():
    vietnamese = [one.name for _, one in MANY if "Nguyễn" in one.name]
    assert vietnamese and all(name.startswith("Nguyễn ") for name in vietnamese)


def test_without_gaps_everybody_is_reachable():
    assert all(one.email and one.street and one.phone for _, one in MANY)


def test_gaps_are_shares_of_a_thousand():
    gaps = Gaps(email=100, phone=500, post=200, contact=50)
    found = [one for _, one in people(KEYS, seed="test", gaps=gaps)]
    assert 350 <= sum(not one.email for one in found) <= 520  # 100 + 50 of 1,000, less those who lack both
    assert 1_400 <= sum(not one.phone for one in found) <= 1_750
    assert 620 <= sum(not one.street for one in found) <= 820
    nothing = [one for one in found if not (one.email or one.phone or one.street)]
    assert 110 <= len(nothing) <= 220
    assert all(one.name for one in found)


def test_nobody_without_an_address_has_a_part_of_one():
    for _, one in people(KEYS[:500], seed="test", gaps=Gaps(post=500)):
        assert len({bool(one.street), bool(one.town), bool(one.postcode), bool(one.country)}) == 1


@pytest.mark.parametrize("what", ["email", "phone", "street"])
def test_everybody_lacks_what_all_lack(what):
    gaps = Gaps(**{"post" if what == "street" else what: 1000})
    bare = with_gaps(person("7", seed="t"), "7", gaps, seed="t")
    assert getattr(bare, what) == ""


def test_gaps_leave_the_rest_of_the_person_as_it_is():
    whole = person("7", seed="t")
    bare = with_gaps(whole, "7", Gaps(email=1000), seed="t")
    assert (bare.name, bare.phone, bare.street) == (whole.name, whole.phone, whole.street)


def test_contacts_are_written_as_they_come():
    taken: list[str] = []

    def keys():
        for key in KEYS[:5]:
            taken.append(key)
            yield key

    class Out(io.StringIO):
        def write(self, text: str) -> int:
            seen.append((len(taken), text))
            return super().write(text)

    seen: list[tuple[int, str]] = []
    out = Out(newline="")
    assert write_contacts(out, people(keys(), seed="test"), key="id") == 5
    assert [count for count, _ in seen] == [0, 1, 2, 3, 4, 5]  # each row before the next person is asked for
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert list(rows[0]) == ["id", "name", "email", "street", "town", "postcode", "country", "phone", "language"]
    assert [row["id"] for row in rows] == KEYS[:5]
    assert rows[3]["name"] == MANY[3][1].name


def test_draws_are_even_and_kept_apart():
    counts = [0] * 10
    for key in KEYS:
        counts[draw(key, 10, seed="test")] += 1
    assert min(counts) > 240
    assert [draw(key, 1000, seed="t", what="a") for key in KEYS[:9]] != [draw(key, 1000, seed="t") for key in KEYS[:9]]
    assert {pick(key, "xyz", seed="test") for key in KEYS[:50]} == {"x", "y", "z"}


def test_shuffling_knows_no_order_of_its_own():
    assert shuffled(KEYS, seed="a") == shuffled(reversed(KEYS), seed="a") != shuffled(KEYS, seed="b")
    assert sorted(shuffled(["b", "a", "b"], seed="a")) == ["a", "b"]
