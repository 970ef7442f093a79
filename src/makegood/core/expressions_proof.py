"""What a condition proves about zero, so that a division behind it is known to be safe.

`x > 0` proves that x is not zero where it is true; `x = 0` where it is false. A proof is the SQL of a numerator.
"""

from __future__ import annotations

from makegood.core.expressions_exact import MIRROR, Sign
from makegood.core.expressions_sql import Value

Proof = tuple[frozenset[str], frozenset[str]]

_OPPOSITE: dict[Sign, Sign] = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def proves(left: Value, sign: Sign, right: Value) -> Proof:
    """What `left sign right` says of either side, when true and when false."""
    if not (left.numeric and right.numeric):
        return frozenset(), frozenset()
    pairs = [(left, sign, right), (right, MIRROR[sign], left)]
    true = frozenset(one.sql for one, word, other in pairs if not one.fixed and _keeps_off(word, other))
    false = frozenset(one.sql for one, word, other in pairs if not one.fixed and _keeps_off(_OPPOSITE[word], other))
    return true, false


def _keeps_off(sign: Sign, other: Value) -> bool:
    """Whether `x sign other` leaves out zero. Denominators are positive, so numerators tell."""
    return {
        ">": other.low >= 0,
        ">=": other.low > 0,
        "<": other.high <= 0,
        "<=": other.high < 0,
        "=": other.is_nonzero,
        "<>": other.low == other.high == 0,
    }[sign]


def both(left: Value, right: Value) -> Proof:
    """Of `left AND right`."""
    return left.proves[0] | right.proves[0], left.proves[1] & right.proves[1]


def either(left: Value, right: Value) -> Proof:
    """Of `left OR right`."""
    return left.proves[0] & right.proves[0], left.proves[1] | right.proves[1]
