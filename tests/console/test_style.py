"""The colours of the style can be read, by day and by night: contrast as WCAG 2.2 computes it, at level AA."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

STYLE = (files("makegood.console") / "static" / "console.css").read_text(encoding="utf-8")
TEXT, PART = 4.5, 3.0
# (in front, behind, at least)
PAIRS = [
    *(("--ink", ground, TEXT) for ground in ("--ground", "--paper", "--accent-soft")),
    *(("--soft", ground, TEXT) for ground in ("--ground", "--paper")),
    *(("--accent", ground, TEXT) for ground in ("--ground", "--paper")),
    *(("--bad", ground, TEXT) for ground in ("--ground", "--paper")),
    ("--on-accent", "--accent", TEXT),
    ("--on-bad", "--bad", TEXT),
    *((f"--{tone}", f"--{tone}-soft", TEXT) for tone in ("good", "warn", "bad", "info")),
    *(("--edge", ground, PART) for ground in ("--ground", "--paper")),
]


def tokens(night: bool) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    assert len(blocks) == 2
    found = dict(re.findall(r"(--[\w-]+): (#\w{6})", blocks[0]))
    return found | (dict(re.findall(r"(--[\w-]+): (#\w{6})", blocks[1])) if night else {})


def light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
@pytest.mark.parametrize(("front", "behind", "least"), PAIRS)
def test_contrast(front: str, behind: str, least: float, night: bool) -> None:
    found = tokens(night)
    assert contrast(found[front], found[behind]) >= least, (found[front], found[behind])


def test_the_measure_is_wcags() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_every_colour_is_a_token() -> None:
    rules = re.sub(r":root \{.*?\}", "", STYLE, flags=re.DOTALL)
    rules = re.sub(r"@media print.*", "", rules)
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rules)) <= {"#fff"}, "white behind a picture to be scanned"
    used = set(re.findall(r"var\((--[\w-]+)\)", STYLE))
    defined = set(re.findall(r"(--[\w-]+):", STYLE))
    assert used - defined == set()
    assert defined - used == set(), "a token that nothing uses"


def test_it_is_small_and_loads_nothing() -> None:
    assert len(STYLE) < 12_000
    assert "url(" not in STYLE and "@import" not in STYLE
