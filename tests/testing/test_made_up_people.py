"""Nobody real, everybody the same again: made-up people and the packages that examples read."""

from __future__ import annotations

import csv
import io
import re
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from makegood.kit.errors import BadInput, NotFound
from makegood.kit.letterpaper import unprintable
from makegood.kit.mime import wire_address
from makegood.testing.packages import FOLDER_VARIABLE, packaged_file
from makegood.testing.people import Gaps, MadeUpPerson, draw, people, person, pick, shuffled, with_gaps, write_contacts
from makegood.testing.people_names import CULTURES, HOMES, STREETS, TOWNS

KEYS = [f"c{n}" for n in range(3_000)]
DRAWN = (390, 856, 73)  # seed s, another question, another seed
FICTION = re.compile(r"\+1 202 555 01\d\d|\+44 1632 960\d{3}")


def test_the_same_key_and_seed_are_the_same_person_in_any_order() -> None:
    forward, backward = dict(people(KEYS, seed="s")), dict(people(KEYS[::-1], seed="s"))
    assert forward == backward
    assert person("c7", seed="s") == forward["c7"]
    assert sum(person(key, seed="other") != forward[key] for key in KEYS[:100]) > 90, "another seed, other people"


def test_one_person_is_written_down_here_so_that_no_version_changes_them() -> None:
    """Figures in examples and docs rest on it."""
    assert (draw("c1", 1000, seed="s"), draw("c1", 1000, seed="s", what="x"), draw("c1", 1000, seed="t")) == DRAWN
    assert len({draw(key, 10**9, seed="s") for key in KEYS}) == len(KEYS)


def test_nobody_can_be_reached() -> None:
    for key, one in people(KEYS, seed="nobody"):
        assert re.fullmatch(r"[a-z0-9.]+@example\.(com|org|net)", one.email), one.email
        assert wire_address(one.email) == one.email
        assert FICTION.fullmatch(one.phone), one.phone
        assert re.match(r"00|ZZ", one.postcode), one.postcode
        assert any(street in one.street for street in STREETS)
        assert one.town in TOWNS
        assert not unprintable(f"{one.name}{one.street}{one.town}{one.postcode}{one.country}"), key
        assert one.language in {culture.language for culture in CULTURES}


def test_addresses_are_unique_and_carry_no_odd_letter_of_a_key() -> None:
    odd = ["Ä", "a b", "x" * 50, "", "a@b", "-", "C1", "c1", "../..", "\n"]
    emails = [person(key, seed="s").email for key in (*odd, *KEYS)]
    assert len(set(emails)) >= len(KEYS) + len(odd) - 1  # "c1" is in both
    assert all(re.fullmatch(r"[a-z0-9.]+@example\.(com|org|net)", email) for email in emails)


@pytest.mark.parametrize("home", sorted(HOMES))
def test_a_home_is_kept(home: str) -> None:
    some = [person(key, seed="s", home=home) for key in KEYS[:200]]
    assert {one.country for one in some} == {HOMES[home].country}
    number_first = [one.street[0].isdigit() for one in some]
    assert all(number_first) if HOMES[home].number_first else not any(number_first)
    with pytest.raises(KeyError):
        person("c1", seed="s", home="XX")


def test_cultures_homes_and_languages_are_all_there() -> None:
    everyone = [one for _, one in people(KEYS, seed="mixed")]
    countries = Counter(one.country for one in everyone)
    assert set(countries) == {home.country for home in HOMES.values()}
    assert all(600 < count < 900 for count in countries.values()), countries
    languages = Counter(one.language for one in everyone)
    assert set(languages) == {culture.language for culture in CULTURES}
    assert 1_500 < languages["en"] < 2_600
    assert any("Nguyễn" in one.name and one.name.startswith("Nguyễn") for one in everyone), "family name first"
    assert any("ł" in one.name.lower() for one in everyone)


def test_gaps_are_as_many_as_asked() -> None:
    gaps = Gaps(email=100, phone=250, post=50, contact=20)
    lacking: Counter[str] = Counter()
    for key, one in people(KEYS, seed="gaps", gaps=gaps):
        whole = person(key, seed="gaps")
        for fact in ("email", "phone", "street"):
            lacking[fact] += not getattr(one, fact)
            assert getattr(one, fact) in ("", getattr(whole, fact)), "what is there is what was there"
        lacking["everything"] += not (one.email or one.phone or one.street)
        assert bool(one.street) == bool(one.town) == bool(one.postcode) == bool(one.country)
        assert one.name == whole.name and one.language == whole.language
    # 118, 265 and 69 of a thousand (each gap or nothing at all), 20 and a few: within four standard deviations.
    assert 284 < lacking["email"] < 425
    assert 698 < lacking["phone"] < 892
    assert 151 < lacking["street"] < 263
    assert 33 < lacking["everything"] < 102
    one = person("c1", seed="s")
    assert with_gaps(one, "c1", Gaps(), seed="s") == one
    bare = with_gaps(one, "c1", Gaps(contact=1000), seed="s")
    assert (bare.name, bare.email, bare.phone, bare.street, bare.country) == (one.name, "", "", "", "")


def test_drawing_is_even_and_questions_are_apart() -> None:
    counts = Counter(draw(key, 10, seed="s") for key in KEYS)
    assert all(220 < counts[number] < 380 for number in range(10)), counts
    same = sum(draw(key, 10, seed="s", what="a") == draw(key, 10, seed="s", what="b") for key in KEYS)
    assert 200 < same < 400, "two questions about one key have independent answers"
    assert {pick(key, ("a", "b"), seed="s") for key in KEYS[:50]} == {"a", "b"}
    assert draw("a", 1, seed="s") == 0


def test_shuffling_depends_on_the_keys_only() -> None:
    once = shuffled(KEYS, seed="s")
    assert once == shuffled([*KEYS[::-1], *KEYS], seed="s")
    assert sorted(once) == sorted(KEYS) and once != sorted(KEYS)
    assert shuffled(KEYS, seed="t") != once != shuffled(KEYS, seed="s", what="other")
    assert shuffled([], seed="s") == []


def test_a_contact_file_reads_back_as_the_same_people() -> None:
    out = io.StringIO(newline="")
    assert write_contacts(out, people(KEYS[:50], seed="s"), key="customer_id") == 50
    assert "\r" not in out.getvalue()
    rows = list(csv.DictReader(io.StringIO(out.getvalue(), newline="")))
    assert {row.pop("customer_id"): MadeUpPerson(**row) for row in rows} == dict(people(KEYS[:50], seed="s"))


INSIDE = "data/rows.csv"


def given_wheel(folder: Path) -> None:
    with zipfile.ZipFile(folder / "shopdata-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"shopdata/{INSIDE}", "from the wheel")


def given_source(folder: Path) -> None:
    with tarfile.open(folder / "ShopData-1.0.tar.gz", "w:gz") as source:
        entry = tarfile.TarInfo(f"shopdata-1.0/shopdata/{INSIDE}")
        entry.size = 15
        source.addfile(entry, io.BytesIO(b"from the source"))


def given_folder(folder: Path) -> None:
    (folder / "shopdata" / "data").mkdir(parents=True)
    (folder / "shopdata" / INSIDE).write_bytes(b"from the folder")


@pytest.mark.parametrize(
    ("given", "said"),
    [(given_wheel, b"from the wheel"), (given_source, b"from the source"), (given_folder, b"from the folder")],
)
def test_a_packaged_file_is_found_unpacked_in_a_wheel_and_in_a_source_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: Callable[[Path], None], said: bytes
) -> None:
    (tmp_path / "unrelated-1.0.tar.gz").write_bytes(b"not read")
    given(tmp_path)
    assert packaged_file("shopdata", INSIDE, tmp_path) == said
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert packaged_file("shopdata", INSIDE) == said
    with pytest.raises(NotFound):
        packaged_file("shopdata", "data/other.csv")


def test_an_installed_package_needs_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    assert b"Fakes and contract suites" in packaged_file("makegood", "testing/__init__.py")
    assert b"Fakes and contract suites" in packaged_file("makegood", "testing/__init__.py", tmp_path)


def test_a_missing_package_is_a_sentence_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    with pytest.raises(NotFound) as no:
        packaged_file("no_such_shop", INSIDE)
    assert no.value.code == "no-demo-package"
    assert no.value.what == f"This example needs {INSIDE} of the package no_such_shop, which is not installed."
    assert "pip install --no-deps no_such_shop" in no.value.remedy and FOLDER_VARIABLE in no.value.remedy
    with pytest.raises(NotFound) as there:
        packaged_file("no_such_shop", INSIDE, tmp_path)
    assert str(tmp_path) in there.value.what


@pytest.mark.parametrize("name", ["shopdata-1.0-py3-none-any.whl", "shopdata-1.0.tar.gz"])
@pytest.mark.parametrize("content", [b"", b"not an archive", b"\x1f\x8b\x08\x00cut"])
def test_a_damaged_archive_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput) as no:
        packaged_file("shopdata", INSIDE, tmp_path)
    assert (no.value.code, str(no.value.place)) == ("bad-archive", str(tmp_path / name))
