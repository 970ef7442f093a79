"""Telling that what prevents the mistake is done: only once it is, and with what was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from makegood.core.playbook import Stage
from makegood.kit.clock import iso
from makegood.kit.errors import Finding
from makegood.mistakes.models import Mistake
from makegood.mistakes.queries import list_preventions

if TYPE_CHECKING:
    from makegood.plans.inputs import Inputs


def finished_preventions(mistake: Mistake, stage: Stage) -> dict[str, dict[str, Any]]:
    """Of those that steps of the stage name: what a message may say of them, as the plan keeps it."""
    named = {step.prevention for step in stage.steps if step.prevention}
    return {
        one.name: {"name": one.name, "text": one.text, "done": iso(one.done_at)}
        for one in list_preventions(mistake)
        if one.name in named and one.done_at is not None
    }


def prevention_findings(inputs: Inputs) -> list[Finding]:
    """A step says that something is done: it must be recorded, and finished."""
    found = []
    recorded = {one.name: one for one in list_preventions(inputs.mistake)}
    for step in inputs.stage.steps:
        if not step.prevention or step.prevention in inputs.preventions:
            continue
        one = recorded.get(step.prevention)
        if one is None:
            what = f"'{step.id}' tells of the prevention '{step.prevention}', and none of that name is recorded."
            remedy = f"There are: {', '.join(recorded) or 'none yet'}. Record it: makegood prevention add."
            found.append(Finding("no-prevention", what, remedy, place=step.place))
        else:
            what = f"'{step.id}' says that '{one.name}' is done, and it is not: {one.owner}, due {one.due:%Y-%m-%d}."
            found.append(Finding("prevention-open", what, "Once it is: makegood prevention done.", place=step.place))
    return found


def reopened_preventions(settings: dict[str, Any], mistake: int) -> list[str]:
    """Why a plan is not current any more, as parts of a sentence: what it says is done turned out not to be."""
    kept = [step["prevention"] for step in settings["steps"].values() if step.get("prevention")]
    done = {one.name: iso(one.done_at) for one in list_preventions(Mistake(id=mistake)) if one.done_at is not None}
    return [
        f"the prevention '{one['name']}' is not what it was" for one in kept if done.get(one["name"]) != one["done"]
    ]
