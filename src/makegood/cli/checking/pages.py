"""The page of a rule, made of the registry: for `docs/rules`, for SARIF viewers, and plain for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from makegood.checks.planned import PLANNED
from makegood.checks.rules import KINDS, get_needs
from makegood.cli.checking.catalogue import ALL

if TYPE_CHECKING:
    from makegood.checks.rule import Rule

HEAD = """# Rules for messages

What [`makegood check`](../reference/check.md) looks for. An *element* is reported when a message that needs it does not
have it, a *fault* when it is there. From MG501 on only a [plan](../reference/messages.md#what-a-plan-checks) can judge.
Each id stays what it is; the name means the same.

These pages are written by `make format` from the rules themselves; a test compares the two.
"""


def help_page(rule: Rule) -> str:
    """The rule with its examples, as Markdown."""
    parts = [f"# {rule.id} {rule.name}", f"*{describe(rule)}*", rule.definition]
    parts.append(f"**When it is reported:** {rule.message} {rule.suggestion}")
    needed = describe_needs(rule)
    if needed:
        parts.append(f"**Which messages need it:** {needed}")
    first, second = ("Says it", "Does not") if rule.is_element else ("Reported", "Better")
    pairs = (rule.good, rule.bad) if rule.is_element else (rule.bad, rule.good)
    for head, examples in zip((first, second), pairs, strict=True):
        parts.append(f"## {head}")
        parts.append("\n".join(f"- {_escaped(one)}" for one in examples))
    parts.append("## To silence it")
    silenced = f"In the message, with the reason: `<!-- makegood-disable {rule.id}: the reason -->`"
    if rule in PLANNED:
        parts.append(f"{silenced}. The plan shows the reason to whoever approves it.")
    else:
        parts.append(f"{silenced}; for all messages, in `makegood.toml`:")
        parts.append(f'```toml\n[rules.{rule.id}]\nlevel = "off"\n```')
    return "\n\n".join(parts) + "\n"


def list_page() -> str:
    """The list of all rules, as Markdown."""
    lines = [HEAD, "| rule | name | | level | what it is about |", "|---|---|---|---|---|"]
    for rule in ALL:
        lines.append(
            f"| [{rule.id}]({rule.id}.md) | {rule.name} | {sort(rule)} | {rule.severity} | {rule.definition} |"
        )
    lines += ["", "## What each kind of message needs", "", _needs_table()]
    return "\n".join(lines) + "\n"


def sort(rule: Rule) -> str:
    return "element" if rule.is_element else "fault"


def describe(rule: Rule) -> str:
    when = "reported when a message needs it and lacks it" if rule.is_element else "reported when present"
    return f"{sort(rule).capitalize()}, {rule.severity}; {when}"


def describe_needs(rule: Rule) -> str:
    """Which kinds of messages need this element, and how badly; "" for a fault."""
    if not rule.is_element:
        return ""
    said = []
    for level in ("error", "warning"):
        kinds = [kind for kind in KINDS if get_needs(kind).get(rule.id) == level]
        if kinds:
            said.append(f"{level} when missing in {', '.join(kinds)}")
    return "; ".join([*said, "error in every second apology"]) + "."


def _needs_table() -> str:
    elements = [rule for rule in ALL if rule.is_element]
    heads = [f"| kind | {' | '.join(rule.name for rule in elements)} |", "|---" * (len(elements) + 1) + "|"]
    for kind in KINDS:
        needs = get_needs(kind)
        heads.append(f"| {kind} | {' | '.join(needs.get(rule.id, '') for rule in elements)} |")
    return "\n".join(heads)


def _escaped(example: str) -> str:
    return example.replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_").replace("[", "\\[")
