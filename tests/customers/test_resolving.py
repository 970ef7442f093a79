"""Keys become customers, set-wise: known ones are found again, new ones made once, brands never meet."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Barrier, Event
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from makegood.customers.actions import erase_customer, resolve_customers
from makegood.customers.models import Alias, ContactPoint, Customer, Salt
from makegood.kit.errors import NotFound
from makegood.people.actions import add_brand

pytestmark = pytest.mark.usefixtures("database")
Row = tuple[str, dict[str, str | None]]


def resolve(brand: int, stage: Sequence[Row]) -> dict[str, tuple[int, bool]]:
    """What a load does: stages its rows, then resolves. Key -> (customer, new)."""
    with transaction.atomic(), connection.cursor() as cursor:
        return resolve_in(cursor, brand, stage)


def resolve_in(cursor: Any, brand: int, stage: Sequence[Row]) -> dict[str, tuple[int, bool]]:
    cursor.execute("CREATE TEMP TABLE stage (customer_key text, contact text) ON COMMIT DROP")
    cursor.executemany("INSERT INTO stage VALUES (%s, %s)", [(key, json.dumps(contact)) for key, contact in stage])
    resolve_customers(cursor, brand)
    cursor.execute("SELECT customer_key, customer_id, is_new FROM resolved")
    return {key: (number, new) for key, number, new in cursor.fetchall()}


def given_brand(slug: str = "north") -> int:
    return add_brand(slug, legal_name=slug.title(), actor=None).id


def points(customer: int) -> list[tuple[str, str]]:
    return sorted(ContactPoint.objects.filter(customer=customer).values_list("kind", "value"))


def test_new_ones_are_made_and_known_ones_found_again() -> None:
    brand = given_brand()
    first = resolve(brand, [("a", {"email": "a@example.com", "phone": None}), ("b", {}), ("ünï-✓", {"name": "Ü"})])
    assert [new for _, new in first.values()] == [True] * 3
    assert len({number for number, _ in first.values()}) == 3
    again = resolve(brand, [("a", {"email": "new@example.com"}), ("c", {}), ("ünï-✓", {"name": "Ü"})])
    assert again["a"] == (first["a"][0], False)
    assert again["ünï-✓"] == (first["ünï-✓"][0], False)
    assert again["c"][1] is True
    assert points(first["a"][0]) == [("email", "a@example.com"), ("email", "new@example.com")]
    assert points(first["b"][0]) == []
    assert points(first["ünï-✓"][0]) == [("name", "Ü")], "the same again is kept once"
    assert (Customer.objects.count(), Alias.objects.count(), Salt.objects.count()) == (4, 4, 4)
    salts = {bytes(salt) for salt in Salt.objects.values_list("salt", flat=True)}
    assert {len(salt) for salt in salts} == {32}
    assert len(salts) == 4, "no two customers share a salt"


def test_a_salt_is_made_once_and_stays() -> None:
    """What was committed to with a salt could otherwise never be compared again."""
    brand = given_brand()
    ((number, _),) = resolve(brand, [("a", {})]).values()
    before = bytes(Salt.objects.get(customer=number).salt)
    resolve(brand, [("a", {"email": "a@example.com"})])
    assert bytes(Salt.objects.get(customer=number).salt) == before


def test_the_same_key_in_two_brands_is_two_people() -> None:
    north, south = given_brand("north"), given_brand("south")
    ours = resolve(north, [("17", {"email": "ours@example.com"})])["17"]
    theirs = resolve(south, [("17", {"email": "theirs@example.com"})])["17"]
    assert ours[0] != theirs[0] and theirs[1] is True
    assert points(ours[0]) == [("email", "ours@example.com")]
    assert points(theirs[0]) == [("email", "theirs@example.com")]
    assert resolve(north, [("17", {})])["17"] == (ours[0], False)
    assert dict(Customer.objects.values_list("id", "brand")) == {ours[0]: north, theirs[0]: south}


def test_keys_are_compared_exactly() -> None:
    brand = given_brand()
    keys = ["7", "07", "7 ", "a", "A", "á", "a\u0301", "'; DROP TABLE customer; --", '"', "\\N"]
    found = resolve(brand, [(key, {}) for key in keys])
    assert len({number for number, _ in found.values()}) == len(keys)
    assert {key: number for key, (number, _) in resolve(brand, [(key, {}) for key in keys[::-1]]).items()} == {
        key: number for key, (number, _) in found.items()
    }


def test_a_key_staged_twice_is_refused_rather_than_made_two_people() -> None:
    brand = given_brand()
    with pytest.raises(IntegrityError):
        resolve(brand, [("a", {"email": "a@example.com"}), ("a", {"email": "b@example.com"})])
    assert resolve(brand, []) == {}
    assert Customer.objects.count() == 0


def test_a_brand_that_is_not_there_gets_no_customers() -> None:
    """No foreign key would say so any more."""
    with pytest.raises(NotFound) as refused:
        resolve(given_brand() + 99, [("a", {})])
    assert refused.value.code == "no-brand"
    assert Customer.objects.count() == 0


@pytest.mark.parametrize("seed", range(4))
def test_many_at_once_are_what_one_by_one_would_be(seed: int) -> None:
    """The same loads into two brands, whole and a key at a time: the same people with the same contacts."""
    draw = random.Random(seed)
    at_once, one_by_one = given_brand("north"), given_brand("south")
    numbers: dict[int, dict[str, int]] = {at_once: {}, one_by_one: {}}
    for _ in range(4):
        keys = draw.sample([f"k{n}" for n in range(40)] + ["", "'", "ü ✓"], draw.randrange(25))
        stage: list[Row] = [(key, drawn_contact(draw)) for key in keys]
        for brand, loads in ((at_once, [stage]), (one_by_one, [[row] for row in stage])):
            for load in loads:
                for key, (number, new) in resolve(brand, load).items():
                    assert new == (key not in numbers[brand]), key
                    assert numbers[brand].setdefault(key, number) == number, key
    assert known(numbers[at_once]) == known(numbers[one_by_one])
    everyone = {number for found in numbers.values() for number in found.values()}
    assert everyone == set(Customer.objects.values_list("id", flat=True))
    assert everyone == set(Salt.objects.values_list("customer_id", flat=True))
    assert sorted(everyone) == sorted(Alias.objects.values_list("customer_id", flat=True))


def drawn_contact(draw: random.Random) -> dict[str, str | None]:
    return {kind: draw.choice([None, f"{kind}-{draw.randrange(3)}"]) for kind in ("email", "name", "phone")}


def known(numbers: dict[str, int]) -> dict[str, list[tuple[str, str]]]:
    return {key: points(number) for key, number in numbers.items()}


def test_salts_of_one_load_tell_nothing_of_each_other() -> None:
    """One draw serves a whole load, but no two loads share it, and a salt is not a hash of the number alone."""
    first, second = (resolve(given_brand(slug), [("a", {}), ("b", {})]) for slug in ("north", "south"))
    salts = [bytes(Salt.objects.get(customer=number).salt) for found in (first, second) for number, _ in found.values()]
    assert len(set(salts)) == 4
    for number, _ in first.values():
        assert sha256(number.to_bytes(8, "big")).digest() not in salts


def test_the_models_are_what_the_migrations_made() -> None:
    call_command("makemigrations", "customers", check_changes=True, dry_run=True, verbosity=0)


def test_a_load_that_fails_leaves_nobody() -> None:
    brand = given_brand()
    with pytest.raises(ZeroDivisionError), transaction.atomic(), connection.cursor() as cursor:
        assert resolve_in(cursor, brand, [("a", {"email": "a@example.com"})])["a"][1]
        raise ZeroDivisionError
    for table in (Customer, Alias, Salt, ContactPoint):
        assert table.objects.count() == 0
    assert resolve(brand, [("a", {})])["a"][1] is True


def test_loads_at_the_same_moment_make_nobody_twice() -> None:
    """Four loads of one brand and one of another start together: the same key is one customer in each brand."""
    brands = [given_brand("north")] * 4 + [given_brand("south")]
    together = Barrier(len(brands))

    def load(number: int) -> dict[str, tuple[int, bool]]:
        keys = [f"k{n}" for n in range(number * 10, number * 10 + 50)] if number < 4 else ["k30", "k31"]
        together.wait()
        try:
            return resolve(brands[number], [(key, {"email": f"{key}@example.com"}) for key in keys])
        finally:
            connection.close()

    with ThreadPoolExecutor(len(brands)) as pool:
        *north, south = pool.map(load, range(len(brands)))
    numbers: dict[str, set[int]] = {}
    for found in north:
        for key, (number, _) in found.items():
            numbers.setdefault(key, set()).add(number)
    assert len(numbers) == 80
    assert {len(same) for same in numbers.values()} == {1}, "two loads saw two customers under one key"
    assert sum(new for found in north for _, new in found.values()) == 80, "each was new in exactly one load"
    assert not {number for number, _ in south.values()} & set().union(*numbers.values())
    assert (Customer.objects.count(), Salt.objects.count(), ContactPoint.objects.count()) == (82, 82, 82)


def test_erasing_waits_for_a_load_that_knows_the_customer() -> None:
    """Looked for too early, the rows that the load is about to commit would stay for ever."""
    brand = given_brand()
    ((number, _),) = resolve(brand, [("a", {})]).values()
    loaded, erasing = Event(), Event()

    def load() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                resolve_in(cursor, brand, [("a", {"email": "late@example.com"})])
                loaded.set()
                assert erasing.wait(10)
                # Until the other connection stands in the queue for the lock: seen by the server, not guessed by time.
                while not waiting(cursor):
                    pass
        finally:
            connection.close()

    def erase() -> None:
        try:
            assert loaded.wait(10)
            erasing.set()
            erase_customer(number, actor=1)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(load), pool.submit(erase)]:
            done.result(timeout=30)
    assert points(number) == []
    assert not Alias.objects.exists() and not Salt.objects.exists()


def waiting(cursor: Any) -> bool:
    cursor.execute(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    return bool(cursor.fetchone()[0])
