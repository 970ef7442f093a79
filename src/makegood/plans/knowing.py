"""What the plan knows that its messages must agree with: dates, the cause, what is given and who is to be told."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from makegood.core.expressions_sql import quoted
from makegood.core.playbook import Playbook, Stage, Step
from makegood.core.render import Message
from makegood.kit.columns import Columns
from makegood.kit.counting import counted
from makegood.kit.errors import Finding
from makegood.plans.inputs import Inputs
from makegood.plans.lettercheck import Known
from makegood.plans.literals import list_days
from makegood.plans.promised import Ahead
from makegood.plans.wording import Manner

GIVING = ("fix", "make good")
CAUSE = "cause"  # the fact of mistake.yaml that says why


def known_of(inputs: Inputs, step: Step, message: Message) -> Known:
    """What holds for every letter of a step."""
    mistake = inputs.checked.mistake
    facts = mistake.facts if mistake else ()
    fault = mistake.fault if mistake else "clear"
    first, last = (mistake.happened_from, mistake.happened_to) if mistake else (None, None)
    return Known(
        manner=Manner.of(
            message.checked_as,
            kind="" if inputs.scope.desk else stage_kind(inputs.playbook, inputs.stage, step),
            fault=fault,
            attempt=inputs.stage.attempt,
        ),
        days=_days(inputs),
        told_days=tuple(day for fact in facts if fact.confirmed for day in list_days(fact.text)),
        happened=(first or last, last or first) if (first or last) else None,  # type: ignore[arg-type]  # one is there
        cause_open=any(fact.id == CAUSE and not fact.confirmed for fact in facts),
        gives=_gives(inputs.stage) or not any(_gives(stage) for stage in _later(inputs)),
        tells=_tells(inputs.stage, step, message),
        asks=step.do == "ask",
        locale=mistake.locale if mistake else "",
        ahead=Ahead(inputs.as_of, ZoneInfo(inputs.mistake.zone)),
    )


def untold(columns: Columns, inputs: Inputs) -> list[Finding]:
    """A plan that pays customers whom no message of its playbook tells, now or later."""
    paying = [step.id for step in inputs.stage.steps if step.remedy]
    if not paying or any(step.do == "tell" for stage in (inputs.stage, *_later(inputs)) for step in stage.steps):
        return []
    listed = ", ".join(quoted(step) for step in paying)
    count = int(str(columns.fetch(f"SELECT count(DISTINCT customer_id) FROM act WHERE step IN ({listed})")[0][0]))
    if not count:
        return []
    what = f"{counted(count, 'customer is', 'customers are')} paid, and no message of the playbook tells them."
    remedy = "Add a step: {do: tell, message: …, after: [" + ", ".join(paying) + "]}."
    return [Finding("MG503", what, remedy, level="advice", count=count)]


def stage_kind(playbook: Playbook, stage: Stage, step: Step) -> str:
    """What a message is for, by where it stands: one of `checks.rules.KINDS`, where the message itself says nothing.

    What the step does goes before the name of its stage. Who is told after a fix, or in a stage that gives something,
    reads of a remedy; the first tell of all says that it happened.
    """
    if step.do == "ask":
        return "ask"
    plain = (("prevention", step.prevention), ("progress", step.every), ("advance", step.before))
    for kind, is_one in plain:
        if is_one:
            return kind
    if stage.name in ("advance", "acknowledge", "explain", "progress", "prevention"):
        return stage.name
    giving = {one.id for one in playbook.steps() if one.do in GIVING}
    if set(step.after) & giving or _gives(stage):
        return "remedy"
    first = next((one.id for one in playbook.steps() if one.do == "tell" and not (one.before or one.every)), "")
    return "acknowledge" if step.id == first else "general"


def _days(inputs: Inputs) -> frozenset[date]:
    """As people in the mistake's zone read them."""
    zone = ZoneInfo(inputs.mistake.zone)
    moments = [inputs.as_of, inputs.mistake.noticed_at, *inputs.due.values()]
    return frozenset(moment.astimezone(zone).date() for moment in moments)


def _tells(stage: Stage, step: Step, message: Message) -> frozenset[str]:
    """The remedies of its stage that a tell is about: those it comes after, and those whose amounts it names."""
    named = {word.partition(".")[2] for word in message.placeholders if word.startswith("amounts.")}
    paid = {one.id: one.remedy for one in stage.steps if one.remedy}
    after = {paid[word] for word in step.after if word in paid}
    return frozenset((named & set(paid.values())) | after) if step.do == "tell" else frozenset()


def _gives(stage: Stage) -> bool:
    return any(step.do in GIVING for step in stage.steps)


def _later(inputs: Inputs) -> list[Stage]:
    stages = list(inputs.playbook.stages.values())
    return stages[[stage.name for stage in stages].index(inputs.stage.name) + 1 :]
