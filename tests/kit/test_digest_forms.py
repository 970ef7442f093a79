"""What the canonical text looks like, byte for byte: approvals and seals made with it must stay valid for years."""

from __future__ import annotations

import pytest

from makegood.kit.digest import canonical, chain, digest_of, sha256


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        (None, "null"),
        (True, "true"),
        (0, "0"),
        (-1, "-1"),
        (10**40, "1" + "0" * 40),
        ("", '""'),
        ('a"b\\c', r'"a\"b\\c"'),
        ("a/b", '"a/b"'),
        ("a\nb\tc\x01", r'"a\nb\tc\u0001"'),
        ("é", '"é"'),
        ("e\u0301", '"e\u0301"'),
        ("\u2028", '"\u2028"'),
        ([], "[]"),
        ({}, "{}"),
        ((1, (2,)), "[1,[2]]"),
        ([None, False, "x"], '[null,false,"x"]'),
        ({"B": 1, "a": 2, "_": 3, "1": 4}, '{"1":4,"B":1,"_":3,"a":2}'),
        ({"ä": 1, "z": 2}, '{"z":2,"ä":1}'),
        ({"a": [{"d": 1, "c": 2}]}, '{"a":[{"c":2,"d":1}]}'),
    ],
)
def test_the_text_of_facts(facts: object, text: str) -> None:
    assert canonical(facts) == text
    assert digest_of(facts) == sha256(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True), (1, "1"), (0, False), (None, "null"), ("", None), ([], {}), ([1, 2], [2, 1]), ("é", "e\u0301"),
        ({"a": None}, {}), ([[1], 2], [1, [2]]), ({"a": {"b": 1}}, {"b": {"a": 1}}), ("a ", "a"),
    ],
)  # fmt: skip
def test_what_differs_at_all_has_another_digest(one: object, other: object) -> None:
    assert digest_of(one) != digest_of(other)


@pytest.mark.parametrize("facts", [{1.5: "a"}, [{"a": {0.1: 1}}], {float("inf"): 1}])
def test_a_float_is_refused_as_a_key_too(facts: object) -> None:
    with pytest.raises(TypeError, match="float has no canonical form"):
        canonical(facts)


@pytest.mark.parametrize("facts", [b"bytes", {"a": {1, 2}}, object(), {("a", 1): 2}])
def test_what_json_does_not_know_is_refused(facts: object) -> None:
    with pytest.raises(TypeError):
        canonical(facts)


def test_a_chain_is_the_digest_of_its_lines() -> None:
    leaves = [digest_of(number) for number in range(3)]
    assert chain(leaves) == sha256("".join(f"{leaf}\n" for leaf in leaves))
    assert len({chain(leaves[:count]) for count in range(4)}) == 4, "each prefix has its own"
    assert chain([]) == sha256(b"")
