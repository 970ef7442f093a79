"""Carry out what was approved; pause, resume, cancel; settle what is unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.output import Advance, as_json, money, progress, show_table, tell, tell_as_is
from makegood.cli.recovery import BrandSlug, Json, MistakeName, PlanNumber, find_mistake, find_plan
from makegood.cli.who import acting
from makegood.kit.counting import counted
from makegood.kit.errors import UsageError

if TYPE_CHECKING:
    from makegood.plans.models import Plan

Reason = Annotated[str, typer.Option(help="Why, in one sentence.")]


def register(app: typer.Typer) -> None:
    app.command()(apply)
    app.command()(pause)
    app.command()(resume)
    app.command()(cancel)
    app.command()(unknown)
    app.command()(settle)


def apply(
    mistake: MistakeName,
    number: PlanNumber,
    brand: BrandSlug = "default",
    detach: Annotated[bool, typer.Option(help="Only start it; workers of 'makegood up' carry it out.")] = False,
    in_json: Json = False,
) -> int:
    """Carry out exactly what was approved, once. Interrupted, the same command goes on."""
    with acting("apply") as session:
        from makegood.acts.actions import apply_plan
        from makegood.acts.fence import check_free
        from makegood.acts.queries import waits_for_people

        found = find_plan(find_mistake(session, mistake, brand), number)
        if found.state != "applying":
            apply_plan(found.id, actor=session.person.id)
        if not detach:
            check_free()
        if detach:
            tell(f"Plan {number} is being carried out by the workers.")
            return 0
        ended = carry_out(found)
        figures, waiting = _figures(ended), waits_for_people(ended.id)
    if in_json:
        as_json({"plan": number, "state": ended.state, "reason": ended.reason, "acts": figures})
    else:
        _report(ended, figures, mistake, waiting)
    return 0 if ended.state == "done" else 1


def pause(mistake: MistakeName, number: PlanNumber, reason: Reason = "", brand: BrandSlug = "default") -> None:
    """Claim nothing more; what is under way is still recorded."""
    with acting("apply") as session:
        from makegood.acts.actions import pause_plan

        pause_plan(find_plan(find_mistake(session, mistake, brand), number).id, actor=session.person.id, reason=reason)
    tell(f"Plan {number} is paused. Go on: makegood resume {mistake} {number}")


def resume(mistake: MistakeName, number: PlanNumber, brand: BrandSlug = "default") -> None:
    """Let a paused or stopped plan go on.

    Workers of 'makegood up', or 'makegood apply', carry it out.
    """
    with acting("apply") as session:
        from makegood.acts.actions import resume_plan

        resume_plan(find_plan(find_mistake(session, mistake, brand), number).id, actor=session.person.id)
    tell(f"Plan {number} goes on. Carry it out here: makegood apply {mistake} {number}")


def cancel(mistake: MistakeName, number: PlanNumber, reason: Reason, brand: BrandSlug = "default") -> None:
    """Cancel everything that has not started. What was done stays done."""
    with acting("apply") as session:
        from makegood.acts.actions import cancel_plan

        plan = find_plan(find_mistake(session, mistake, brand), number)
        count = cancel_plan(plan.id, actor=session.person.id, reason=reason)
    tell(f"{counted(count, 'act')} of plan {number} cancelled; what was done stays done.")


def unknown(mistake: MistakeName, brand: BrandSlug = "default", limit: int = 50, in_json: Json = False) -> None:
    """List acts whose outcome nobody knows yet.

    A person looks at the provider and settles each.
    """
    with acting("read") as session:
        from makegood.acts.queries import list_unknown

        rows = list_unknown(find_mistake(session, mistake, brand), limit=limit)
    if in_json:
        as_json([vars(row) for row in rows])
        return
    heads = ["plan", "act", "step", "customer", "amount", "since", "key"]
    shown = ([r.plan, r.ordinal, r.step, r.customer_key, money(r.minor, r.currency), r.since, r.key] for r in rows)
    show_table(heads, shown, right=["amount"], empty="Nothing is unknown.")


def settle(
    mistake: MistakeName,
    number: PlanNumber,
    act: Annotated[int, typer.Argument(help="The act's number in the plan.", metavar="ACT")],
    outcome: Annotated[str, typer.Option(help="'done' or 'not-done', as you saw it at the provider.")],
    proof: Annotated[str, typer.Option(help="What you saw: a reference, no names.")],
    brand: BrandSlug = "default",
) -> None:
    """Say what became of an act whose outcome was unknown."""
    if outcome not in ("done", "not-done"):
        raise UsageError(
            f"'{outcome}' is not an outcome.",
            remedy="Say --outcome done or --outcome not-done.",
            code="unknown-outcome",
        )
    with acting("apply") as session:
        from makegood.acts.actions import settle_unknown

        plan = find_plan(find_mistake(session, mistake, brand), number)
        settle_unknown(plan.id, act, took_effect=outcome == "done", actor=session.person.id, proof=proof)
    tell(f"Act {act} of plan {number} is settled: {outcome}.")


def carry_out(plan: Plan) -> Plan:
    """Works in this process until the plan is at rest, with a bar; Ctrl-C ends windows in order."""
    import asyncio

    from makegood.acts.worker import work
    from makegood.plans.models import Plan as Plans

    with progress(f"Plan {plan.number}") as advance:
        asyncio.run(work(until=_at_rest(plan, advance), sweep_seconds=0.3))
    return Plans.objects.select_related("mistake", "scope").get(id=plan.id)


def _at_rest(plan: Plan, advance: Advance) -> Callable[[], bool]:
    def at_rest() -> bool:
        from makegood.acts.fence import remembered
        from makegood.acts.queries import count_settled, waits_for_people
        from makegood.plans.models import Plan as Plans

        advance(count_settled(plan.id), plan.acts)
        standing = remembered()
        if standing is not None and not standing.free:
            return True
        if Plans.objects.filter(id=plan.id).exclude(state="applying").exists():
            return True
        return waits_for_people(plan.id) > 0

    return at_rest


def _figures(plan: Plan) -> dict[str, int]:
    from makegood.plans.tally import tallied_states

    return tallied_states(plan.id)


def _report(plan: Plan, figures: dict[str, int], mistake: str, waiting: int) -> None:
    told = ", ".join(f"{count:,} {state}" for state, count in figures.items())
    tell(f"Plan {plan.number} is {plan.state}: {told}.")
    if plan.reason:
        tell(f"Why: {plan.reason}.")
    if plan.state in ("stopped", "paused"):
        tell(f"Look, then: makegood resume {mistake} {plan.number}, or makegood cancel.")
    elif plan.state == "applying" and waiting:
        tell(f"{counted(waiting, 'act waits', 'acts wait')} for a task of a person: makegood tasks list. Then go on:")
        tell_as_is(f"    makegood apply {mistake} {plan.number}")
    elif plan.state == "applying":
        tell("It was interrupted; nothing is half-done. See 'makegood fence', or go on:")
        tell_as_is(f"    makegood apply {mistake} {plan.number}")
    else:
        tell_as_is(f"Next: makegood status {mistake}")
