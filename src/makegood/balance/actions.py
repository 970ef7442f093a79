"""Closing a mistake: refused while anyone is unaccounted for."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from makegood.balance.queries import ACCOUNTED, Balance, StepBalance, get_balance
from makegood.kit.clock import iso
from makegood.kit.counting import counted
from makegood.kit.errors import Finding, Refused
from makegood.mistakes.actions import close_mistake
from makegood.mistakes.models import Mistake
from makegood.plans.again import count_listed
from makegood.plans.models import Plan
from makegood.promises.queries import Listed, list_late

REASONS = ("unreachable", "nobody", "rejected", "twice")


@transaction.atomic
def close(mistake: Mistake, *, actor: int, reasons: Mapping[str, str]) -> Balance:
    """Closes the mistake. `reasons` says why nothing more can be done for the *unreachable*, for rows with *nobody*
    known, for *rejected* rows. Raises `Refused` with every reason why not.
    """
    mistake = Mistake.objects.select_for_update(of=("self",)).get(id=mistake.id)
    if mistake.state == "closed":
        raise Refused(f"'{mistake.title}' is closed already.", remedy="There is nothing to do.", code="closed")
    balance = get_balance(mistake)
    if findings := closing_findings(balance, reasons):
        raise Refused(
            f"{balance.unaccounted:,} of {counted(balance.whole, 'customer')} not accounted for."
            if balance.unaccounted
            else "The mistake cannot be closed yet.",
            remedy="See whom: makegood status --who.",
            findings=tuple(findings),
            code="not-accounted-for",
        )
    facts: dict[str, object] = {
        "affected": balance.whole,
        "accounted": balance.accounted,
        "reasons": sorted(word for word in reasons if reasons[word]),
    }
    close_mistake(mistake, actor=actor, facts=facts)
    return balance


def closing_findings(balance: Balance, reasons: Mapping[str, str]) -> list[Finding]:
    """Everything that stands between the mistake and its end."""
    found = []
    for step in balance.steps:
        for category, count in step.counts.items():
            if category in ACCOUNTED or (category == "unreachable" and reasons.get("unreachable")):
                continue
            who = counted(count, "customer is", "customers are")
            what = f"{who} {category} at '{step.step}'{_until(balance, step, category)}."
            found.append(Finding(f"not-{step.kind.replace(' ', '-')}", what, _REMEDIES[category], count=count))
    if balance.mistake.fixed_at is None and any(step.repeats for step in balance.steps):
        what = "Customers are told how the fix goes on, and the mistake is not recorded as fixed."
        found.append(Finding("not-fixed", what, "Once it is: makegood fixed."))
    listed = 0 if any(step.second for step in balance.steps) else count_listed(balance.mistake.id)
    if listed:
        what = (
            f"{counted(listed, 'customer was', 'customers were')} not put right at first, and no stage takes them up."
        )
        remedy = "Add a stage with attempt: 2 to the playbook, then plan and apply it."
        found.append(Finding("not-put-right", what, remedy, count=listed))
    for later in balance.later:
        if later.what == "twice" and not reasons.get("twice"):
            what = f"{counted(later.count, 'act')} at '{later.step}' may have been paid on two ways."
            remedy = "Ask for one back at the provider, or say how it ended: --twice REASON."
            found.append(Finding("paid-twice", what, remedy, count=later.count))
    counts = balance.scope.counts
    if counts["nobody"] and not reasons.get("nobody"):
        what = f"{counted(counts['nobody'], 'row has', 'rows have')} no customer."
        found.append(Finding("nobody-known", what, "Say why they cannot be found: --nobody REASON.", count=1))
    if counts["rejected"] and not reasons.get("rejected"):
        what = f"{counted(counts['rejected'], 'row')} of the scope could not be used."
        found.append(Finding("rejected-rows", what, "Correct them, or say why not: --rejected REASON.", count=1))
    found += [_unanswered(promise) for promise in list_late(balance.mistake)]
    live = Plan.objects.filter(mistake=balance.mistake, state__in=["approved", "applying", "paused", "stopped"])
    for plan in live:
        what = f"Plan {plan.number} is {plan.state}."
        found.append(Finding("plan-open", what, "Let it end, or cancel it: makegood cancel."))
    if not balance.balanced:
        what = "The sums do not come out."
        found.append(Finding("not-balanced", what, "This is a bug in Makegood: run makegood verify and report it."))
    return found


def _unanswered(promise: Listed) -> Finding:
    due = f"{promise.local:%Y-%m-%d %H:%M}"
    what = f"{promise.owner} promised by {due}, and it is {promise.standing}: {promise.what}"
    remedy = f"Keep it: makegood promise kept {promise.id}. Or say what became of it: makegood promise answer."
    return Finding("promise-unanswered", what, remedy)


def _until(balance: Balance, step: StepBalance, category: str) -> str:
    """Until when what was sent at the step may come back, as part of a sentence."""
    moments = [one.until for one in balance.later if category == "sent" and one.step == step.step and one.until]
    return f" and it may still come back until {iso(max(moments))[:16]}Z" if moments else ""


_REMEDIES = {
    "unreachable": "Find a contact, or say why not: --unreachable REASON.",
    "held": "Decide for each: makegood decide.",
    "undefined": "Decide for each: makegood decide.",
    "open": "Wait for it, or finish the task: makegood tasks.",
    "sent": "Wait until then: what has not come back by then is told.",
    "unknown": "Settle each: makegood unknown.",
    "failed": "Plan the stage again; it takes the next route.",
    "not planned": "Plan the stage again over the newest scope.",
    "to come": "Plan, approve and apply the stage.",
}
