"""Keys of acts: what providers remember for years, so their text is pinned and no two acts may share one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kit.digest import sha256
from makegood.kit.ids import act_key, new_public_id, new_token

ACTS = st.tuples(
    st.from_regex(r"m-[2-9a-z]{8}", fullmatch=True),
    st.integers(1, 10**9),
    st.text(st.sampled_from("ab/-01"), min_size=1, max_size=6),
    st.integers(0, 99),
)


@given(ACTS, ACTS)
def test_two_acts_never_share_a_key_whatever_their_steps_are_called(
    one: tuple[str, int, str, int], other: tuple[str, int, str, int]
) -> None:
    """A step with a slash in its name must not slide into the customer or the sequence beside it."""
    assert (act_key(*one) == act_key(*other)) == (one == other)


@pytest.mark.parametrize("act", [("m-2345abcd", 1, "refund", 0), ("m-2345abcd", 10, "Erstattung ü", 3)])
def test_a_key_can_be_made_again_by_hand(act: tuple[str, int, str, int]) -> None:
    assert act_key(*act) == "mg-" + sha256("/".join(map(str, act)))[:40]
    assert re.fullmatch(r"mg-[0-9a-f]{40}", act_key(*act)), "providers allow letters, digits and hyphens"


@pytest.mark.parametrize("prefix", ["m", "b", "pl"])
def test_a_public_id_says_what_it_names(prefix: str) -> None:
    made = [new_public_id(prefix) for _ in range(200)]
    assert len(set(made)) == 200
    assert all(re.fullmatch(prefix + r"-[2-9a-hjkmnp-z]{8}", one) for one in made)
    assert not set("ilo01") & set("".join(one.removeprefix(f"{prefix}-") for one in made))


def test_a_token_needs_no_quoting_in_a_link() -> None:
    assert all(re.fullmatch(r"[\w-]{32}", new_token(), re.ASCII) for _ in range(200))
