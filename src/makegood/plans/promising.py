"""From what a plan's messages promise to promises with an owner: found when drafted, owed from when it is applied.

A line of the plan's summary is one sentence and one moment, for however many customers. A date that is a step's due
time, or that of the next update, is carried by that step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from makegood.core.playbook import Step
from makegood.core.promising import Spoken, resolve_spoken
from makegood.core.render import Message
from makegood.kit.clock import iso
from makegood.kit.counting import counted
from makegood.kit.digest import digest_of
from makegood.kit.errors import Finding, Place
from makegood.people.queries import find_staff
from makegood.plans.inputs import Inputs
from makegood.plans.models import Plan
from makegood.plans.promised import Promised
from makegood.promises.actions import Said, Source, add_promises
from makegood.scopes.models import Affected

_GIVING = ("fix", "make good")
_NEXT = "update.next"


def promise_lines(inputs: Inputs, step: Step, message: Message, promised: Iterable[Promised]) -> list[dict[str, Any]]:
    """What the step's message promises, with the name it is sent under; times that cannot be told are left out."""
    return [_line(inputs, step, one) | {"sender": message.sender_name} for one in promised if not one.moment.untold]


def untold_findings(promised: Iterable[Promised]) -> list[Finding]:
    return [
        Finding(
            "promise-untold",
            f"“{one.what}” promises something by a time that cannot be told.",
            "Write a date, a weekday or a length such as within 24 hours; or keep it by hand: makegood promise add.",
            level="advice",
            place=one.place,
            count=one.count,
        )
        for one in promised
        if one.moment.untold
    ]


def keep_promises(inputs: Inputs, lines: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], list[Finding]]:
    """The lines with who answers for them, as the plan's summary holds them, and what is to be said about that."""
    found = [
        _stranger(word, email)
        for word, email in (("owner", inputs.playbook.owner), ("missed", inputs.playbook.missed))
        if email and find_staff(inputs.mistake.brand_id, email=email) is None
    ]
    owner = _owner(inputs, lines)
    if owner is None and lines and not found and not inputs.scope.desk:
        found.append(_unowned(len(lines)))
    missed = find_staff(inputs.mistake.brand_id, email=inputs.playbook.missed) if inputs.playbook.missed else None
    told = [{name: value for name, value in line.items() if name != "sender"} for line in lines]
    return {"owner": owner or inputs.actor, "missed": missed, "lines": told}, found


def _stranger(word: str, email: str) -> Finding:
    what = f"'{email}' is named under promises, and is no member of staff in this brand."
    remedy = f"Correct {word}: in playbook.yaml, or add the person: makegood people add."
    return Finding("unknown-owner", what, remedy, place=Place("playbook.yaml"))


def _unowned(count: int) -> Finding:
    what = f"{counted(count, 'date is', 'dates are')} promised, and nobody is named who keeps them."
    remedy = "They are yours until playbook.yaml names somebody: promises: {owner: ann@shop.example}."
    return Finding("promise-without-owner", what, remedy, level="advice", place=Place("playbook.yaml"), count=count)


def make_promises(plan: Plan, moment: datetime, *, actor: int | None) -> int:
    """The plan's lines become promises, in the transaction that applies it; returns how many. `moment` is the
    database's, from which lengths and weekdays count."""
    kept = plan.summary.get("promises")
    if not kept or not kept["lines"]:
        return 0
    zone = ZoneInfo(plan.settings["zone"])
    said = [
        Said(
            step=line["step"],
            mark=line["mark"],
            place=line["place"],
            what=line["what"],
            by=line["by"],
            due=_due(line, moment, zone),
            last=datetime.fromisoformat(line["last"]) if line["last"] not in (None, line["at"]) else None,
            customers=line["customers"],
            carried=tuple(line["carried"]),
        )
        for line in kept["lines"]
    ]
    desk = Affected.objects.filter(scope_id=plan.scope_id) if plan.scope.desk else Affected.objects.none()
    customer = desk.values_list("customer_id", flat=True).first()
    source = Source(plan.mistake, plan.id, kept["owner"], kept["missed"], customer)
    return add_promises(source, said, moment=moment, actor=actor)


def _line(inputs: Inputs, step: Step, one: Promised) -> dict[str, Any]:
    moment = one.moment
    spoken = moment.spoken.as_json() if moment.spoken else None
    known = [str(one.place), one.what, moment.source, iso(moment.at) if moment.at else None, spoken]
    return {
        "step": step.id,
        "mark": digest_of(known)[:16],
        "place": str(one.place),
        "what": one.what,
        "by": moment.source,
        "at": iso(one.first) if one.first else None,
        "last": iso(one.last) if one.last else None,
        "spoken": spoken,
        "customers": one.count,
        "carried": list(_carried(inputs, step, one)),
    }


def _due(line: dict[str, Any], moment: datetime, zone: ZoneInfo) -> datetime:
    if line["spoken"] is not None:
        return resolve_spoken(Spoken.from_json(line["spoken"]), moment, zone)
    return datetime.fromisoformat(line["at"])


def _carried(inputs: Inputs, step: Step, one: Promised) -> tuple[str, ...]:
    """The steps whose acts keep it; none where a person's word does."""
    if one.moment.source == _NEXT:
        return (step.id,)
    at = one.moment.at
    if at is None:  # at the desk it is the day by which a person does their task
        tasks = [other.id for other in inputs.stage.steps if other.provider == "task"]
        return tuple(tasks) if inputs.scope.desk and one.moment.own else ()
    stages = list(inputs.playbook.stages.values())
    zone = ZoneInfo(inputs.mistake.zone)
    for stage in stages[[stage.name for stage in stages].index(inputs.stage.name) :]:
        others = [other for other in stage.steps if other.id != step.id and other.id in inputs.due]
        exact = [other.id for other in others if inputs.due[other.id] == at]
        same_day = [other.id for other in others if _day(inputs.due[other.id], zone) == _day(at, zone)]
        if exact or same_day:
            return tuple(exact or same_day)
    paid = {other.id for other in inputs.stage.steps if other.do in _GIVING}
    own = inputs.due.get(step.id)
    return tuple(word for word in step.after if word in paid) if own == at else ()


def _day(moment: datetime, zone: ZoneInfo) -> object:
    return moment.astimezone(zone).date()


def _owner(inputs: Inputs, lines: Sequence[dict[str, Any]]) -> int | None:
    """The playbook's, else a member of staff with the name that the stage or the message gives its reader."""
    brand = inputs.mistake.brand_id
    if inputs.playbook.owner:
        return find_staff(brand, email=inputs.playbook.owner)
    # Ana Ruiz, Corner Shop Ltd: the name before what follows it.
    names = [name.partition(",")[0].strip() for name in (inputs.stage.person, *(line["sender"] for line in lines))]
    found = (find_staff(brand, name=name) for name in dict.fromkeys(names) if name)
    return next((staff for staff in found if staff is not None), None)


@dataclass(frozen=True, slots=True)
class DueStep:
    """How many acts of a plan's step are still to be settled, of how many, and by when the step is due (UTC)."""

    plan: int
    stage: str
    step: str
    due: datetime
    open: int
    acts: int


_DUE_STEPS = """
SELECT l.number, l.stage, s.key, (s.value ->> 'due')::timestamptz AS due,
       sum(t.acts) FILTER (WHERE t.state IN ('planned', 'waiting', 'unknown')
                              OR t.state = 'accepted' AND s.value ->> 'kind' IN ('fix', 'make good'))::bigint AS open,
       sum(t.acts)::bigint
FROM plan l CROSS JOIN LATERAL jsonb_each(l.settings -> 'steps') s
JOIN act_tally t ON t.plan_id = l.id AND t.step = s.key
WHERE l.mistake_id = %s AND l.approved_at IS NOT NULL AND s.value ->> 'due' IS NOT NULL
GROUP BY 1, 2, 3, 4 HAVING sum(t.acts) FILTER (WHERE t.state IN ('planned', 'waiting', 'unknown')
    OR t.state = 'accepted' AND s.value ->> 'kind' IN ('fix', 'make good')) > 0
ORDER BY due, l.number, s.key
"""


def list_due_steps(mistake: int) -> list[DueStep]:
    """What the acts themselves are due by: a line a step, whatever the number of customers, the earliest first."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE_STEPS, [mistake])
        return [DueStep(*row) for row in cursor.fetchall()]
