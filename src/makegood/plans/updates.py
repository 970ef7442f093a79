"""Updates until a mistake is fixed: which occurrence a plan of a repeating step is, what it says, and what it may not.

Everything an occurrence says beside its message stands in the plan's settings (`update`): its number, the news since
the last one, and when the next one comes. So the digest covers it, and what was approved is what is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import connection

from makegood.core.playbook import Stage, Step
from makegood.core.playbook_updates import Promised, promise_next
from makegood.core.render import compile_message
from makegood.kit.clock import iso
from makegood.kit.errors import Finding, Place
from makegood.mistakes.models import Mistake, News
from makegood.mistakes.queries import list_news, require_not_fixed
from makegood.plans.accept import reasons
from makegood.plans.models import Approval, Plan

if TYPE_CHECKING:
    from makegood.plans.inputs import Inputs

BY_SCHEDULE = "schedule"  # the rule of an approval


@dataclass(frozen=True, slots=True)
class Update:
    """`last` is what the one before promised, None at the first. `news` are the words, "" where there are none; `upto`
    is the newest news that was ever told or is told now. `without`: news is left to a later one."""

    step: str
    number: int
    last: Promised | None
    next: Promised
    news: str
    upto: int
    without: bool = False

    def settings(self) -> dict[str, Any]:
        return {
            "step": self.step,
            "number": self.number,
            "promised": iso(self.last.by) if self.last else None,
            "news": self.news,
            "upto": self.upto,
            "next": iso(self.next.by),
            "since": iso(self.next.since),
            **({"without": True} if self.without else {}),
        }


def find_update(mistake: Mistake, stage: Stage, as_of: datetime, *, with_news: bool = True) -> Update | None:
    """The occurrence that a plan of this stage is; None where nothing repeats. Raises `Refused` once the mistake is
    fixed, `BadInput` where the next time cannot be told. `with_news` False leaves news for a later one."""
    step = repeating(stage)
    if step is None or step.every is None:
        return None
    require_not_fixed(mistake)
    before = last_update(mistake, stage.name)
    told = before.settings["update"] if before else None
    last = Promised(_moment(told["since"]), _moment(told["next"])) if told else None
    upto = int(told["upto"]) if told else 0
    news = list_news(mistake, after=upto) if with_news else []
    return Update(
        step=step.id,
        number=(int(told["number"]) if told else 0) + 1,
        last=last,
        next=promise_next(step.every, as_of, last, ZoneInfo(mistake.zone)),
        news=" ".join(one.text for one in news),
        upto=max([upto, *(one.id for one in news)]),
        without=not with_news,
    )


def repeating(stage: Stage) -> Step | None:
    return next((step for step in stage.steps if step.every is not None), None)


def last_update(mistake: Mistake, stage: str) -> Plan | None:
    """The newest plan of the stage that was carried out, or is."""
    plans = Plan.objects.filter(mistake=mistake, stage=stage, applied_at__isnull=False, settings__has_key="update")
    return plans.order_by("-number").first()


def update_findings(inputs: Inputs) -> list[Finding]:
    """Never without news or the next time, and never without either before it is due."""
    update, step = inputs.update, repeating(inputs.stage)
    if update is None or step is None:
        return []
    found = []
    if update.last is not None and not update.news and inputs.as_of < update.last.since:
        what = f"The next update was promised for {_spoken(update.last.by)}, and there is no news yet."
        found.append(Finding("update-too-early", what, "Wait, or record what is new: makegood news."))
    for file in inputs.checked.folder.messages[step.message].values():
        found += _not_told(file, inputs.checked.folder.texts[file], news=bool(update.news))
    return found


def _not_told(file: str, text: str, *, news: bool) -> list[Finding]:
    """In each language: the news, or else when the next update comes."""
    message, _ = compile_message(text, file)
    says = set(message.placeholders) if message is not None else set()
    if news and "update.news" not in says:
        what = "There is news, but the message of this update does not tell it."
        return [Finding("news-not-told", what, "Write {{ update.news }} into it.", place=Place(file))]
    if not news and "update.next" not in says:
        what = "This update has no news, and its message does not say when the next one comes."
        remedy = "Write {{ update.next }} into it, or record what is new: makegood news."
        return [Finding("no-news-no-time", what, remedy, place=Place(file))]
    return []


def newer_news(plan: Plan) -> list[str]:
    """Why a plan of an update is not current any more: as parts of a sentence."""
    update = plan.settings.get("update")
    if update is None:
        return []
    if Mistake.objects.filter(id=plan.mistake_id, fixed_at__isnull=False).exists():
        return ["the mistake is recorded as fixed"]
    if _passed(update["next"]):
        return ["the next time it tells has passed"]
    newer = News.objects.filter(mistake=plan.mistake_id, id__gt=update["upto"]).exists()
    return ["news was recorded after it was made"] if newer and not update.get("without") else []


def why_not_by_schedule(plan: Plan) -> str:
    """Why people have to look at this update themselves, as part of a sentence; "" where it differs from what they
    approved in its number and times alone. News is not asked about here."""
    before = last_update(plan.mistake, plan.stage)
    if before is None:
        return "nobody has approved the first one"
    if any(finding["level"] == "blocking" for finding in plan.findings):
        return "it has blocking findings"
    known = reasons(plan)
    if any("mark" in one and one["mark"] not in known for one in plan.findings):
        return "its words have warnings without a recorded reason"
    if plan.acts == 0:
        return "it reaches nobody"
    if {name: kept[1] for name, kept in plan.revisions.items()} != {
        name: kept[1] for name, kept in before.revisions.items()
    }:
        return "the documents were changed"
    if plan.scope_id != before.scope_id:
        return "the scope was loaded again"
    if _apart(plan.settings) != _apart(before.settings):
        return "facts or connections were changed"
    covered = int(plan.settings["steps"][plan.settings["update"]["step"]]["most"])
    if _by_schedule(before) + 1 >= covered:
        return f"one approval covers {covered} updates"
    return ""


def _apart(settings: dict[str, Any]) -> dict[str, Any]:
    """What must not differ: everything but the update itself and due times that count from `as_of`."""
    steps = {
        word: {key: value for key, value in step.items() if key not in ("due", "next_due")}
        for word, step in settings["steps"].items()
    }
    return {**settings, "steps": steps, "update": None}


def _by_schedule(newest: Plan) -> int:
    """How many updates in a row, this one the last, no person has approved."""
    plans = Plan.objects.filter(mistake=newest.mistake_id, stage=newest.stage, applied_at__isnull=False)
    count = 0
    for plan in plans.filter(number__lte=newest.number).order_by("-number"):
        if not Approval.objects.filter(plan=plan, rule=BY_SCHEDULE).exists():
            break
        count += 1
    return count


def promised_updates(mistake: Mistake) -> list[tuple[str, datetime]]:
    """(stage, moment) of each update that customers were promised and that was not made yet; none once it is fixed."""
    if mistake.fixed_at is not None or mistake.state != "open":
        return []
    plans = Plan.objects.filter(mistake=mistake, applied_at__isnull=False, settings__has_key="update")
    newest = {plan.stage: plan for plan in plans.order_by("number")}
    return [(stage, _moment(plan.settings["update"]["next"])) for stage, plan in newest.items()]


def _passed(moment: str) -> bool:
    """By the database's clock, as for whatever is sent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz <= clock_timestamp()", [moment])
        return bool(cursor.fetchone()[0])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _spoken(moment: datetime) -> str:
    return f"{iso(moment)[:16].replace('T', ' ')} UTC"
