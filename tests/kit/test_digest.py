"""Equal facts have one text and one hash, whatever order they came in; a float has neither."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kit.digest import canonical, chain, digest_of, sha256

FACTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_keys_are_sorted_at_every_depth_and_lists_keep_their_order() -> None:
    assert canonical({"b": 1, "a": {"d": [2, 1], "c": None}}) == '{"a":{"c":null,"d":[2,1]},"b":1}'


def test_text_stays_text() -> None:
    assert canonical({"name": "Zoë €5 <b>"}) == '{"name":"Zoë €5 <b>"}'


@given(FACTS)
def test_the_canonical_text_reads_back_as_the_same_facts(facts: object) -> None:
    assert json.loads(canonical(facts)) == facts
    assert canonical(json.loads(canonical(facts))) == canonical(facts)


@given(st.dictionaries(st.text(), st.integers(), min_size=2))
def test_the_order_of_keys_does_not_count(facts: dict[str, int]) -> None:
    assert digest_of(dict(reversed(facts.items()))) == digest_of(facts)


@pytest.mark.parametrize("value", [1.0, {"a": 1.5}, [[0.1]], {"a": [{"b": (2.0,)}]}, float("nan")])
def test_a_float_is_refused_at_any_depth(value: object) -> None:
    with pytest.raises(TypeError, match="float has no canonical form"):
        canonical(value)


def test_a_decimal_must_be_made_text_first() -> None:
    with pytest.raises(TypeError):
        canonical({"amount": Decimal("1.10")})


def test_hashes_are_those_of_everybody_elses_tools() -> None:
    assert sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256("Zoë") == sha256("Zoë".encode()) == hashlib.sha256(b"Zo\xc3\xab").hexdigest()
    assert chain(["a", "b"]) == hashlib.sha256(b"a\nb\n").hexdigest()


def test_a_chain_depends_on_order_and_on_where_one_ends() -> None:
    assert chain(["a", "b"]) != chain(["b", "a"])
    assert chain(["ab"]) != chain(["a", "b"])
    assert chain([]) != chain([""])


@given(st.lists(st.text("0123456789abcdef", min_size=1, max_size=8)))
def test_a_chain_may_be_given_one_by_one(leaves: list[str]) -> None:
    assert chain(iter(leaves)) == chain(leaves)
