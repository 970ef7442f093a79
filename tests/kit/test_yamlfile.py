"""YAML with places, nothing ever a float, and schema findings that say what to do."""

from __future__ import annotations

import pytest

from makegood.kit.errors import BadInput, Place
from makegood.kit.yamlfile import MAX_BYTES, check_schema, parse

TEXT = """# a comment
rate: 12.50
day: 2026-01-31
count: 7
on: yes
none:
list:
  - first
  - {key: value, "quoted": 'text'}
block: |
  one
  two
"""


def test_numbers_with_a_point_and_dates_stay_text() -> None:
    value = parse(TEXT, "a.yaml").value
    assert value["rate"] == "12.50"
    assert value["day"] == "2026-01-31"
    assert value["count"] == 7
    assert value["on"] == "yes"
    assert value["none"] is None
    assert value["block"] == "one\ntwo\n"
    assert type(value["list"][1]) is dict


@pytest.mark.parametrize("text", ["x: .inf", "x: 1e5", "x: 1_000.5", "x: 2026-01-31T09:00:00+01:00"])
def test_nothing_is_a_float_or_a_date(text: str) -> None:
    assert isinstance(parse(text, "a").value["x"], str)


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("rate",), 2, 1),
        (("list", 0), 8, 5),
        (("list", 1), 9, 5),
        (("list", 1, "quoted"), 9, 18),
        (("missing",), 1, 1),
        (("list", 1, "missing"), 9, 5),
        ((), 1, 1),
    ],
)
def test_place_of_keys(path: tuple[str | int, ...], line: int, column: int) -> None:
    assert parse(TEXT, "a.yaml").place(path) == Place("a.yaml", line, column)


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        (("rate",), 2, 7),
        (("list", 1, "key"), 9, 11),
        (("list", 1, "quoted"), 9, 29),
        (("block",), 11, 3),
        (("list", 0), 8, 5),
    ],
)
def test_place_of_values(path: tuple[str | int, ...], line: int, column: int) -> None:
    assert parse(TEXT, "a.yaml").value_place(path) == Place("a.yaml", line, column)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\na: 2\n", "bad-yaml", 2),
        ("a: [1, 2\nb: 3", "bad-yaml", 2),
        ("a: 'open", "bad-yaml", 1),
        ("\tb: 1", "bad-yaml", 1),
        ("a: &x [1]\nb: *x\n", "yaml-alias", 2),
        ("a: &x [*x]", "yaml-alias", 1),
        ("a: 1\n---\nb: 2\n", "bad-yaml", 2),
        ("a: \x00", "bad-yaml", None),
    ],
)
def test_refused(text: str, code: str, line: int | None) -> None:
    with pytest.raises(BadInput) as caught:
        parse(text, "a.yaml")
    assert caught.value.code == code
    assert caught.value.place is not None
    assert caught.value.place.line == line
    assert caught.value.remedy


def test_a_number_without_end_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        parse("a: " + "9" * 5_000, "a.yaml")
    assert caught.value.code == "bad-yaml"


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(BadInput) as caught:
        parse("[" * 20_000, "a.yaml")
    assert caught.value.code == "too-deep"
    assert caught.value.place == Place("a.yaml", 1, 51)
    assert parse("[" * 50 + "]" * 50, "a.yaml").value


def test_two_megabytes_are_enough() -> None:
    with pytest.raises(BadInput) as caught:
        parse("#" * (MAX_BYTES + 1), "a.yaml")
    assert caught.value.code == "too-large"


SCHEMA = {
    "type": "object",
    "description": "Give name.",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "description": "Write a name."},
        "n": {"enum": [1], "description": "One."},
    },
}


@pytest.mark.parametrize(
    ("text", "code", "place", "remedy"),
    [
        ("n: 1", "schema-required", (1, 1), "Give name."),
        ("name: x\nn: 2", "schema-enum", (2, 1), "One."),
        ("name: 3", "schema-type", (1, 1), 'Put it in quotes: "3". Write a name.'),
        ("name: x\nother: 1", "schema-additionalproperties", (2, 1), "Known here: n, name."),
        ("", "schema-type", (1, 1), "Give name."),
        ("- a", "schema-type", (1, 1), "Give name."),
    ],
)
def test_schema_findings(text: str, code: str, place: tuple[int, int], remedy: str) -> None:
    (finding,) = check_schema(parse(text, "a.yaml"), SCHEMA)
    assert (finding.code, finding.place, finding.remedy) == (code, Place("a.yaml", *place), remedy)


def test_schema_without_description_still_says_where_to_look() -> None:
    (finding,) = check_schema(parse("a: 1", "a.yaml"), {"type": "array"})
    assert finding.remedy
    assert finding.blocking


def test_a_number_where_a_text_belongs_is_to_be_quoted() -> None:
    schema = {"properties": {"name": {"type": "string", "description": "Say what is tested."}}}
    (finding,) = check_schema(parse("name: 99", "a.yaml"), schema)
    assert finding.remedy == 'Put it in quotes: "99". Say what is tested.'
    assert check_schema(parse('name: "99"', "a.yaml"), schema) == []
