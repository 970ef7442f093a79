"""Ids are hard to guess and easy to read out; the key of an act is the same for ever."""

from __future__ import annotations

from itertools import product

from makegood.kit.ids import act_key, new_public_id, new_token


def test_public_ids_have_no_look_alike_letters() -> None:
    ids = {new_public_id("m") for _ in range(500)}
    assert len(ids) == 500
    assert all(one.startswith("m-") and len(one) == 10 for one in ids)
    assert not set("01oil") & {letter for one in ids for letter in one[2:]}


def test_tokens_are_long_and_differ() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(one) for one in tokens} == {32}


def test_the_key_of_an_act_never_changes() -> None:
    """Providers remember it: another form would pay everybody again after an upgrade."""
    assert act_key("m-7k2p9xwq", 12, "refund", 1) == "mg-7a43b4a4de82bb8facc3e799c6de40342c6bdc4a"


def test_each_part_of_the_identity_counts() -> None:
    parts = product(["m-1", "m-2"], [1, 12], ["refund", "refund-2"], [1, 2])
    keys = [act_key(mistake, customer, step, sequence) for mistake, customer, step, sequence in parts]
    assert len(set(keys)) == len(keys) == 16
