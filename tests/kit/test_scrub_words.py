"""Words of mail servers and payment providers as they really are: kept where they help, without who they name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kit.plugins import scrub


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("550 5.1.1 User unknown", "550 5.1.1 User unknown"),
        ("452 4.2.2 <ada@x.example> mailbox full", "452 4.2.2 <[address]> mailbox full"),
        ("RCPT TO:<ada+tag@x.example> SIZE=5", "RCPT TO:<[address]> SIZE=5"),
        ('"ada@x.example" is blocked', '"[address]" is blocked'),
        ("ada@x.example, bob@y.example; eve@z.example", "[address], [address]; [address]"),
        ("card_declined: 4000 0000 0000 0002", "card_declined: [number]"),
        ("account 0532013000 is closed", "account [number] is closed"),
        ("call +1 (617) 555-0100.", "call [number]."),
        ("amount 1250 over limit 1000", "amount 1250 over limit 1000"),
        ("retry after 3600", "retry after 3600"),
        ("12345678", "12345678"),
        ("123456789", "[number]"),
        ("req_123456789", "req_123456789"),
        ("id-123456789", "id-123456789"),
        ("at 10:15:30 o'clock", "at 10:15:30 o'clock"),
        ("@ada on this network", "@ada on this network"),
        ("\n\n", "  "),
    ],
)
def test_what_is_kept_of_an_answer(words: str, kept: str) -> None:
    assert scrub(words) == kept


@pytest.mark.parametrize("before", [0, 190, 195, 199, 200])
def test_an_address_at_the_cut_leaves_no_half_of_itself(before: int) -> None:
    assert "zoe" not in scrub("." * before + " zoe.lang@example.com")


@given(st.text(), st.integers(0, 300))
def test_it_never_gets_longer_than_asked_or_over_a_line(words: str, limit: int) -> None:
    kept = scrub(words, limit=limit)
    assert len(kept) <= limit
    assert "\n" not in kept


@given(st.text(alphabet="ab1 @.<>,;\n", max_size=60))
def test_scrubbed_words_hold_nothing_more_to_scrub(words: str) -> None:
    once = scrub(words, limit=1000)
    assert scrub(once, limit=1000) == once
