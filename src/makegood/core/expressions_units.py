"""What numbers count: minutes never meet kilometres; minutes over minutes are a plain ratio."""

from __future__ import annotations

from collections import Counter

_SAME = {
    "minute": "min", "minutes": "min", "mins": "min", "hour": "hours", "h": "hours", "day": "days",
    "month": "months", "year": "years", "second": "seconds", "s": "seconds", "%": "percent",
}  # fmt: skip


def unit_of(word: str) -> str:
    """One word for a unit that is written in several ways."""
    return _SAME.get(word.strip().lower(), word.strip())


def multiplied_unit(left: str, right: str) -> str:
    return _spelled(_powers(left), _powers(right), 1)


def divided_unit(left: str, right: str) -> str:
    return _spelled(_powers(left), _powers(right), -1)


def _powers(unit: str) -> Counter[str]:
    top, _, bottom = unit.partition("/")
    powers: Counter[str] = Counter(word for word in top.split("*") if word not in {"", "1"})
    powers.subtract(word for word in bottom.split("*") if word)
    return powers


def _spelled(left: Counter[str], right: Counter[str], sign: int) -> str:
    words = sorted({*left, *right})
    powers = {word: left[word] + sign * right[word] for word in words}
    top = "*".join(word for word in words for _ in range(powers[word]))
    bottom = "*".join(word for word in words for _ in range(-powers[word]))
    return f"{top or '1'}/{bottom}" if bottom else top
