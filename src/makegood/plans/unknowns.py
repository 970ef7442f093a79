"""What a preview cannot know, because only a plan settles it: said beside the message, never left to be assumed."""

from __future__ import annotations

from makegood.core.playbook import Step
from makegood.core.render import Spoken
from makegood.kit.looking import looks
from makegood.people.actions import FIRST_NAME, FIRST_SENDER
from makegood.plans.inputs import Inputs
from makegood.remedies import REMEDIES

_MOVING = ("approved", "as_of")  # moments that a due time may count from and that the plan gives


def list_unknowns(inputs: Inputs, step: Step, message: Spoken) -> list[str]:
    """One sentence each."""
    named = {word.partition(".")[0] for word in message.placeholders}
    found = []
    if "due" in named and _moves(inputs, step):
        found.append("The date `due` counts from now; a plan counts from the moment when it is made.")
    if "update" in named:
        found.append("`update` is counted from now, with the news there is now.")
    asked = sorted({one.provider for one in inputs.stage.steps if one.provider and _looks(inputs, one.provider)})
    if asked and "amounts" in named:
        found.append(f"A plan asks {' and '.join(asked)} about each payment first: amounts may be lower then.")
    caught = [name for name in step.channels if inputs.providers[name].get("caught")]
    if caught:
        found.append(f"No connection for {' and '.join(caught)} is live: the local outbox would keep it.")
    brand = inputs.mistake.brand
    if brand.legal_name == FIRST_NAME or brand.sender_email == FIRST_SENDER:
        found.append(
            f"Name and sender are of the first start: makegood brand set {brand.slug} --legal-name … --sender …"
        )
    return found


def _moves(inputs: Inputs, step: Step) -> bool:
    """Whether the date that the customer may count on next depends on the plan's own moment."""
    stages = list(inputs.playbook.stages.values())
    place = [stage.name for stage in stages].index(inputs.stage.name)
    later = [one for stage in stages[place + 1 :] for one in stage.steps if one.id in inputs.due]
    first = min((inputs.due[one.id] for one in later), default=None)
    counting = [one for one in later if inputs.due[one.id] == first] or [step]
    return any(one.due is not None and one.due.moment in _MOVING for one in counting)


def _looks(inputs: Inputs, provider: str) -> bool:
    return looks(REMEDIES.get(inputs.providers[provider]["plugin"]))
