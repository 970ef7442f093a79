"""A plan as people read it at 80 columns: steps, money, who gets nothing and why, findings, samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from makegood.cli.output import clean, money, show_findings, show_table, tell, tell_as_is
from makegood.kit.clock import spoken
from makegood.kit.counting import counted
from makegood.kit.errors import Finding, Level, Place
from makegood.kit.money import Money

if TYPE_CHECKING:
    from makegood.plans.messages import Sample
    from makegood.plans.models import Plan

MOST_EXCLUSIONS = 12
MOST_PROMISES = 8


def show_plan(plan: Plan, keys: Mapping[int, str], *, folder: str) -> None:
    """`keys` are the firm's numbers of the customers in `largest`; `folder` is how the person named the mistake. The
    plan's findings have their recorded reasons with them."""
    summary = plan.summary
    size = f"{counted(plan.acts, 'act')} for {counted(summary['customers'], 'customer')}"
    tell(f"Plan {plan.number}, stage {plan.stage}: {size} of scope version {plan.scope.version}. State: {plan.state}.")
    tell_as_is(f"Digest {plan.digest}")
    tell()
    _steps(summary)
    _money(summary)
    _promises(plan)
    _exclusions(summary)
    if any(rule.startswith("provider:") for _, _, rule, _ in summary["exclusions"]):
        tell("Each with the reason:")
        tell_as_is(f"    makegood excluded {folder} {plan.number} --rule provider")
        tell()
    _largest(summary, keys)
    if summary.get("wishes"):
        wishes = summary["wishes"]
        tell(f"Against what they asked for: {wishes['below']} below, {wishes['meets']} meets, {wishes['above']} above.")
    if len(summary["waves"]) > 1:
        sizes = ", then ".join(f"{customers:,}" for _, customers, _ in summary["waves"])
        tell(f"Waves of customers: {sizes}.")
    if summary["seconds"]:
        tell(f"At its pace it takes at least {spoken(timedelta(seconds=summary['seconds']))}.")
    if summary["gone"]:
        tell(f"Not affected any more: {counted(summary['gone'], 'customer')}; approval cancels their open acts.")
    if plan.findings:
        tell()
        show_findings([_finding(kept) for kept in plan.findings])
    _next(plan, folder)


def show_samples(samples: Sequence[Sample]) -> None:
    for sample in samples:
        tell()
        tell(f"-- {sample.step} by {sample.provider} to {sample.customer_key} ({sample.chosen})")
        tell_as_is(f"Subject: {sample.words.subject}")
        for line in sample.words.text.splitlines():
            tell(line)


def _steps(summary: Mapping[str, Any]) -> None:
    rows = []
    for step in summary["steps"]:
        currency = step["currency"]
        amounts = [money(step[word], currency) if currency else "" for word in ("sum", "smallest", "largest")]
        rows.append([step["step"], step["kind"], step["acts"], *amounts])
    show_table(["step", "do", "acts", "sum", "smallest", "largest"], rows, right=["sum", "smallest", "largest"])
    for step, words, number, whole in summary.get("only", []):
        tell(f"{step} is for those whose {words}: {number:,} of {counted(whole, 'customer')}.")
    routes = ", ".join(f"{count:,} by {provider}" for provider, _, count in summary["routes"])
    if routes:
        tell(f"Carried out: {routes}.")
    tell()


def _money(summary: Mapping[str, Any]) -> None:
    for currency, minor in summary["sums"].items():
        before = summary["spent_before"].get(currency, 0)
        budget = summary["budget"].get(currency)
        limit = f"; the budget is {Money(budget, currency)}" if budget is not None else ""
        tell(
            f"Cost: {Money(minor, currency)} with this plan, {Money(before + minor, currency)} for the mistake so"
            f" far{limit}."
        )
    if summary["distribution"]:
        rows = [
            [_band(currency, low, high), count, money(total, currency)]
            for currency, low, high, count, total in summary["distribution"]
        ]
        show_table(["each gets", "customers", "together"], rows, right=["together"])
        tell()


def _band(currency: str, low: int, high: int | None) -> str:
    if high is None:
        return f"{Money(low, currency)} or more"
    return f"{Money(low, currency)} to below {Money(high, currency).amount}"


def _promises(plan: Plan) -> None:
    """What the messages promise by when, as customers read it; kept by acts, or by a person's word."""
    kept = plan.summary.get("promises")
    lines = kept["lines"] if kept else []
    zone = ZoneInfo(plan.settings["zone"]) if lines else None
    for line in lines[:MOST_PROMISES]:
        at = datetime.fromisoformat(line["at"]).astimezone(zone) if line["at"] else None
        by = f"by {at:%Y-%m-%d %H:%M}" if at else f"(“{line['by']}”, counted from the sending)"
        last = datetime.fromisoformat(line["last"]).astimezone(zone) if line["last"] != line["at"] else None
        until = f", the last one {last:%Y-%m-%d}" if last else ""
        carried = f", kept by {', '.join(line['carried'])}" if line["carried"] else ""
        tell(f"Promised to {counted(line['customers'], 'customer')} {by}{until}{carried}: {line['what']}")
    if len(lines) > MOST_PROMISES:
        tell(f"and {len(lines) - MOST_PROMISES:,} more promises.")
    if lines:
        tell()


def _exclusions(summary: Mapping[str, Any]) -> None:
    rows = summary["exclusions"]
    if not rows:
        return
    tell("Who gets no act, and why:")
    show_table(["remedy", "decision", "rule", "customers"], rows[:MOST_EXCLUSIONS])
    tell()


def _largest(summary: Mapping[str, Any], keys: Mapping[int, str]) -> None:
    if summary["largest"]:
        named = ", ".join(
            f"{clean(keys.get(customer, customer))} {Money(minor, currency)}"
            for customer, currency, minor in summary["largest"]
        )
        tell(f"Largest: {named}.")


def _finding(kept: Mapping[str, Any]) -> Finding:
    level: Level = kept["level"]
    place = Place(kept["where"]) if kept["where"] else None
    return Finding(
        kept["code"],
        kept["what"],
        kept["remedy"],
        level=level,
        place=place,
        count=kept["count"],
        examples=tuple(kept["examples"]),
        because=kept.get("because", ""),
    )


def _next(plan: Plan, folder: str) -> None:
    tell()
    unexplained = [kept["code"] for kept in plan.findings if kept["level"] == "warning" and not kept.get("because")]
    if any(kept["level"] == "blocking" for kept in plan.findings):
        tell("This plan is blocked: solve what stands above and plan again.")
    elif plan.acts == 0:
        tell("There is nothing to do.")
    elif plan.state == "draft" and unexplained:
        number = counted(len(unexplained), "warning needs", "warnings need")
        tell(f"{number} a recorded reason before anybody can approve: mend the message and plan again, or say why:")
        tell_as_is(f'    makegood accept {folder} {plan.number} {unexplained[0]} --because "…"')
    elif plan.state == "draft":
        tell("Next, by another person:")
        tell_as_is(f"    makegood approve {folder} {plan.number} --digest {plan.digest[:12]}")
