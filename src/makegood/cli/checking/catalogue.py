"""All rules that people meet: those for messages, two about the comments that silence them, those only plans judge."""

from __future__ import annotations

from makegood.checks.planned import PLANNED
from makegood.checks.rule import Rule
from makegood.checks.rules import KINDS, list_rules
from makegood.cli.checking.results import LEVELS
from makegood.cli.checking.settings import Vocabulary

UNUSED = Rule(
    id="MG401",
    name="unused_disable",
    severity="warning",
    definition="A comment or the front matter silences a rule that finds nothing there.",
    message="Nothing is silenced here.",
    suggestion="Take it out, so that it does not hide a later fault.",
    good=("<!-- makegood-disable-next-line MG218: the product is called SNOW -->",),
    bad=("<!-- makegood-disable MG202 --> above a message without any stock phrase",),
)
UNKNOWN = Rule(
    id="MG402",
    name="unknown_disable",
    severity="warning",
    definition="A comment silences something that is no rule.",
    message="This is no rule.",
    suggestion="Name rules by id or name, then a colon and the reason; see all rules with 'makegood explain'.",
    good=("<!-- makegood-disable MG202: the regulator prescribes it -->",),
    bad=("<!-- makegood-disable MG999 -->", "<!-- makegood-disable MG202 the regulator prescribes it -->"),
)
ALL = (*list_rules(), UNUSED, UNKNOWN, *PLANNED)
WORDS = Vocabulary(
    kinds=KINDS,
    faults=("clear", "unclear", "none"),
    languages=("en", "de"),
    audiences=("consumer", "business", "developer"),
    levels=("off", *LEVELS),
    rules={word: rule.id for rule in ALL for word in (rule.id, rule.name)},
)


def find_rule(word: str) -> Rule | None:
    """The rule with this id or name, in any case."""
    plain = word.strip().lower()
    return next((rule for rule in ALL if plain in (rule.id.lower(), rule.name)), None)
