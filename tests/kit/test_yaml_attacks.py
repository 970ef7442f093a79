"""YAML from strangers: small files that unfold, types that surprise, names that make objects."""

from __future__ import annotations

import pytest

from makegood.kit.errors import BadInput
from makegood.kit.yamlfile import parse


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "yaml-alias"),
        ("a: &a {<<: *a}", "yaml-alias"),
        ("base: &b {x: 1}\nuse: {<<: *b}\n", "yaml-alias"),
        ("? {a: *x}\n: 1", "yaml-alias"),
        ("{" * 60, "too-deep"),
        ("- " * 60 + "x", "too-deep"),
        ("a: 1\n...\nb: 2\n", "bad-yaml"),
        ("%YAML 9.9\n---\na: 1", "bad-yaml"),
        ("a: \x07", "bad-yaml"),
        ("a: 1\n b: 2", "bad-yaml"),
        ("{a: 1, a: 2}", "bad-yaml"),
        ("key: [unclosed", "bad-yaml"),
        ("@a: 1", "bad-yaml"),
        ("a: `x`", "bad-yaml"),
    ],
)
def test_refused(text: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(text, "a.yaml")
    assert refused.value.code == code
    assert refused.value.place is not None
    assert refused.value.place.file == "a.yaml"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"), ("off", "off"), ("yes", "yes"), ("no", "no"), ("y", "y"), ("NO", "NO"),
        ("true", True), ("false", False), ("null", None), ("~", None),
        ("12.50", "12.50"), ("1e3", "1e3"), (".5", ".5"), (".nan", ".nan"), ("-.inf", "-.inf"),
        ("1:30", "1:30"), ("2026-01-31", "2026-01-31"), ("2026-01-31 09:00:00", "2026-01-31 09:00:00"),
        ("007", 7), ("0x1F", 31), ("-7", -7), ("'7'", "7"), ("\"12.50\"", "12.50"), ("1_000", 1000),
        ("5%", "5%"), ("USD 5.00", "USD 5.00"), ("noticed + 24 hours", "noticed + 24 hours"),
    ],
)  # fmt: skip
def test_what_a_word_means(text: str, value: object) -> None:
    found = parse(f"x: {text}\n", "a.yaml").value["x"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    "text", ["x: !!python/object/apply:os.system [ls]", "x: !!binary aGVsbG8=", "x: !ours 1", "x: !!set {a, b}"]
)
def test_a_tag_never_makes_anything_but_plain_values(text: str) -> None:
    try:
        value = parse(text, "a.yaml").value
    except BadInput as refused:
        assert refused.code == "bad-yaml"
        return
    assert isinstance(value["x"], str | int | list | dict | None)
    assert type(value) is dict


def test_keys_are_always_text() -> None:
    assert parse("7: a\ntrue: b\n2026-01-31: c\n", "a").value == {"7": "a", "True": "b", "2026-01-31": "c"}


@pytest.mark.parametrize("depth", [1, 25, 49, 50])
def test_as_deep_as_anyone_needs(depth: int) -> None:
    value = parse("[" * depth + "]" * depth, "a").value
    for _ in range(depth - 1):
        (value,) = value
    assert value == []
