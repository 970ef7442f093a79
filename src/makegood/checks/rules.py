"""The registry of message rules, and which elements each kind of message needs.

Elements (MG101 to MG111) are reported when missing, faults (MG201 to MG219) when present, MG301 says that the prose
itself is broken. Ids are stable and never used again for something else; the name is an alias of the id.
"""

from __future__ import annotations

from typing import Literal

from makegood.checks.elements import ELEMENTS
from makegood.checks.faults import FAULTS
from makegood.checks.rule import Rule

Need = Literal["error", "warning"]


# Columns: MG101 to MG111. R: an error when missing, W: a warning, -: not needed.
# Source: the table "Required elements by message kind" of the research behind this checker (docs/checker-quality.md).
_NEEDS = {
    "general": "W W - - - - W - - - W",
    "late-order": "R R R W W W R - W R R",
    "billing": "R R R - R W R W W R R",
    "outage": "R - - - R - R - - R W",
    "outage-resolved": "R R R - R R R R W - W",
    "breach": "R R W - R R R R W - R",
    "complaint": "R R R R R W R W W R R",
    "public-reply": "R R - W - - W - - - R",
    "cancelled": "R R W W W R R - R R R",
    # By the stage that a message is sent in, where nothing says what kind of mistake it is about. One apology is
    # enough: updates, questions and what was changed since need none (Halperin et al. 2022: repeated ones do harm).
    # Warnings only: what was not said but inferred does not block a plan.
    "advance": "W W W - - - W - - - W",
    "acknowledge": "W W W - W - W - - W W",
    "explain": "W W W - W W W W - - W",
    "progress": "W - - - - - W - - W W",
    "remedy": "W W W - W - W - - - W",
    "ask": "W - - - - - - - - - W",
    "prevention": "W - - - - - - W - - W",
}
_NOT_AN_APOLOGY = ("progress", "ask", "prevention")
_SECOND_APOLOGY = "R R R R R R R R R R R"
_LEVELS: dict[str, Need] = {"R": "error", "W": "warning"}

KINDS: tuple[str, ...] = tuple(_NEEDS)


def get_needs(kind: str, *, attempt: int = 1, fault: str = "clear") -> dict[str, Need]:
    """Elements a message of this kind needs: rule id to how bad it is when missing.

    `attempt` 2 or more is a second apology: words alone no longer do, so everything is needed. Where the fault is
    `unclear` or not ours (`none`) nobody is made to own it; empathy and help are asked for instead (Brooks, Dai and
    Schweitzer 2013). Raises `KeyError` for an unknown kind.
    """
    row = _SECOND_APOLOGY if attempt >= 2 else _NEEDS[kind]
    needs = {f"MG{101 + column}": _LEVELS[mark] for column, mark in enumerate(row.split()) if mark != "-"}
    if fault != "clear" and (attempt >= 2 or kind not in _NOT_AN_APOLOGY):
        needs.pop("MG103", None)
        needs.setdefault("MG104", "warning")
        needs.setdefault("MG107", "warning")
    return needs


def get_rule(word: str) -> Rule:
    """The rule with this id or name, in any case. Raises `KeyError` when there is none."""
    return _BY_WORD[word.strip().lower()]


def list_rules() -> tuple[Rule, ...]:
    """All rules in the order of their ids."""
    return _RULES


_RULES = ELEMENTS + FAULTS
_BY_WORD = {word.lower(): rule for rule in _RULES for word in (rule.id, rule.name)}
