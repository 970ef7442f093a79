"""One is one, everything else is many; thousands are told apart."""

import pytest

from makegood.kit.counting import counted


@pytest.mark.parametrize(
    ("count", "words", "said"),
    [
        (0, ("customer",), "0 customers"),
        (1, ("customer",), "1 customer"),
        (1234567, ("act",), "1,234,567 acts"),
        (1, ("customer is", "customers are"), "1 customer is"),
        (2, ("entry", "entries"), "2 entries"),
    ],
)
def test_counted(count: int, words: tuple[str, ...], said: str) -> None:
    assert counted(count, *words) == said
