"""A second apology, to those whom the first attempt did not put right: it brings something new, and somebody answers.

Words alone are refused here, for each customer: whoever is told has an act that fixes or makes good in the same stage.
"""

from __future__ import annotations

from collections.abc import Mapping

from makegood.core.findings import Findings, Path
from makegood.core.playbook_rules import Stage, Step

SECOND = 2
_DEEDS = ("fix", "make good")


def check_second(at: Findings, stages: Mapping[str, Stage]) -> None:
    first = [step for stage in stages.values() if stage.attempt != SECOND for step in stage.steps]
    for stage in stages.values():
        path: Path = ("stages", stage.name)
        if stage.attempt != SECOND:
            if stage.person:
                what = f"The stage '{stage.name}' names a person and is no second attempt."
                at.add((*path, "person"), "needless-setting", what, "Add attempt: 2, or remove it.")
            continue
        if not stage.person:
            what = f"The stage '{stage.name}' is a second apology, and nobody answers for it."
            at.add(path, "no-person", what, "Add person: name and role, such as Ann Smith, head of service.")
        _check_deeds(at, path, stage, first)


def _check_deeds(at: Findings, path: Path, stage: Stage, first: list[Step]) -> None:
    deeds = {step.id for step in stage.steps if step.do in _DEEDS}
    remedy = "Fix it another way or make good more, then tell with after: that step."
    if not deeds:
        what = f"The stage '{stage.name}' is a second apology of words only."
        at.add(path, "words-only-again", what, remedy)
    for index, step in enumerate(stage.steps):
        here = (*path, "steps", index)
        if step.do == "tell" and deeds and (step.everyone or not set(step.after) & deeds):
            what = f"'{step.id}' would bring a second apology to customers who get nothing new."
            at.add(here, "words-only-again", what, f"Give it after: [{', '.join(sorted(deeds))}], without everyone.")
        for earlier in first if step.do in _DEEDS and not step.remedy else ():
            if _alike(step, earlier):
                what = f"'{step.id}' does what '{earlier.id}' did, and that did not put them right."
                at.add(here, "same-remedy", what, "Change what is done: its provider, or its 'with'.")


def _alike(one: Step, other: Step) -> bool:
    return (one.do, one.provider, one.remedy, dict(one.instructions)) == (
        other.do,
        other.provider,
        other.remedy,
        dict(other.instructions),
    )
