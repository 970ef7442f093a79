"""Made-up people: the same key and seed give the same person, on any machine, in any order.

Nobody here exists. Mail goes only to domains kept for examples (RFC 2606), telephones are in ranges kept for fiction
(555-0100 to 555-0199; 01632 960000 to 960999), streets and towns are evidently invented and no post office has the
postcodes. Names are of several cultures on purpose: letters, sorting and mail must stand them.
"""

from __future__ import annotations

import csv
import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import TextIO, TypeVar

from makegood.testing.people_names import CULTURES, HOMES, STREETS, TOWNS, Home

_FOLDED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "ß": "ss", "ı": "i"})
_DOMAINS = ("example.com", "example.org", "example.net")
_OFTEN_ENGLISH = 40  # of a hundred people whose name is not English
_One = TypeVar("_One")


@dataclass(frozen=True, slots=True)
class MadeUpPerson:
    """`language` is a language tag (`en`, `es`); a contact that is missing is an empty text."""

    name: str
    email: str
    street: str
    town: str
    postcode: str
    country: str
    phone: str
    language: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """How many of a thousand people lack what. `contact`: nothing at all is known but the name."""

    email: int = 0
    phone: int = 0
    post: int = 0
    contact: int = 0


def draw(key: str, of: int, *, seed: str, what: str = "") -> int:
    """A number from 0 to `of` - 1 that depends on the three texts only; `what` keeps questions apart."""
    digest = hashlib.sha256("\0".join((seed, what, key)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % of


def pick(key: str, options: Sequence[_One], *, seed: str, what: str = "") -> _One:
    return options[draw(key, len(options), seed=seed, what=what)]


def shuffled(keys: Iterable[str], *, seed: str, what: str = "") -> list[str]:
    """The distinct keys in an order that depends on the texts only, not on the order they came in."""
    return sorted(set(keys), key=lambda key: hashlib.sha256("\0".join((seed, what, key)).encode()).digest())


def person(key: str, *, seed: str, home: str = "") -> MadeUpPerson:
    """The complete person with this key. `home` is US, GB, DE or ES; without it one is drawn."""
    culture = pick(key, CULTURES, seed=seed, what="culture")
    given = pick(key, culture.given, seed=seed, what="given")
    family = pick(key, culture.family, seed=seed, what="family")
    place = HOMES[home or pick(key, tuple(HOMES), seed=seed, what="home")]
    english = draw(key, 100, seed=seed, what="language") < _OFTEN_ENGLISH
    number = 1 + draw(key, 98, seed=seed, what="number")
    street = pick(key, STREETS, seed=seed, what="street")
    return MadeUpPerson(
        name=f"{family} {given}" if culture.family_first else f"{given} {family}",
        email=_email(key, given, family, pick(key, _DOMAINS, seed=seed, what="domain")),
        street=f"{number} {street}" if place.number_first else f"{street} {number}",
        town=pick(key, TOWNS, seed=seed, what="town"),
        postcode=place.postcode.format(number),
        country=place.country,
        phone=_phone(key, place, seed),
        language="en" if english else culture.language,
    )


def with_gaps(one: MadeUpPerson, key: str, gaps: Gaps, *, seed: str) -> MadeUpPerson:
    """The person as a firm's contact file has them: what the file lacks is empty."""

    def lacks(what: str, share: int) -> bool:
        return draw(key, 1000, seed=seed, what=f"no {what}") < share

    nothing = lacks("contact", gaps.contact)
    if nothing or lacks("email", gaps.email):
        one = replace(one, email="")
    if nothing or lacks("phone", gaps.phone):
        one = replace(one, phone="")
    if nothing or lacks("post", gaps.post):
        one = replace(one, street="", town="", postcode="", country="")
    return one


def people(
    keys: Iterable[str], *, seed: str, home: str = "", gaps: Gaps = Gaps()
) -> Iterator[tuple[str, MadeUpPerson]]:
    """Key and person, one at a time: a million need no memory."""
    for key in keys:
        yield key, with_gaps(person(key, seed=seed, home=home), key, gaps, seed=seed)


def write_contacts(out: TextIO, rows: Iterable[tuple[str, MadeUpPerson]], *, key: str = "customer") -> int:
    """Writes a contact file as it is read by scopes: the key, then the person's columns. Returns how many rows."""
    return write_rows(out, (key, *(one.name for one in fields(MadeUpPerson))), ((k, *astuple(p)) for k, p in rows))


def write_rows(out: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """CSV with line feeds, row by row as they come. Open `out` with newline=''. Returns how many rows."""
    writer, count = csv.writer(out, lineterminator="\n"), 0
    writer.writerow(header)
    for row in rows:
        writer.writerow(row)
        count += 1
    return count


def _email(key: str, given: str, family: str, domain: str) -> str:
    """The key makes it unique; one that is no plain word stands as its digest."""
    plain = key if key.isascii() and key.isalnum() and key == key.lower() and len(key) <= 20 else ""
    word = plain or hashlib.sha256(key.encode()).hexdigest()[:16]
    return f"{_folded(given)}.{_folded(family)}.{word}@{domain}"


def _folded(name: str) -> str:
    spelt = unicodedata.normalize("NFKD", name.lower().translate(_FOLDED))
    return "".join(char for char in spelt if char.isascii() and char.isalnum()) or "customer"


def _phone(key: str, place: Home, seed: str) -> str:
    return place.phone.format(draw(key, place.phones, seed=seed, what="phone"))
