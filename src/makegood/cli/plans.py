"""Plan a stage, look at it, compare, approve exactly that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.output import as_json, show_table, tell, tell_as_is
from makegood.cli.planview import show_plan, show_samples
from makegood.cli.recovery import (
    BrandSlug,
    FolderPath,
    Json,
    MistakeName,
    PlanNumber,
    Pushed,
    find_mistake,
    find_plan,
    push,
    read_moment,
    step_by_step,
)
from makegood.cli.who import Session, acting
from makegood.kit.counting import counted
from makegood.kit.errors import BadInput

if TYPE_CHECKING:
    from makegood.plans.models import Plan

STEPS = 2  # exit code: the plan has something to do
SHORTEST_DIGEST = 8


def register(app: typer.Typer) -> None:
    app.command()(plan)
    app.command()(plans)
    app.command()(show)
    app.command()(diff)
    app.command()(accept)
    app.command()(approve)


def plan(
    folder: FolderPath,
    stage: Annotated[str, typer.Option(help="The stage of the playbook.")],
    as_of: Annotated[str, typer.Option(help="The moment to plan for, ISO 8601 with zone; now if absent.")] = "",
    samples: Annotated[bool, typer.Option(help="Show messages as real customers would get them.")] = False,
    in_json: Json = False,
) -> int:
    """Compute everything for one stage; do nothing.

    Exit code 2 when there are steps, 0 when there are none, 1 when it is blocked.
    """
    with acting("draft") as session:
        from makegood.plans.accept import with_reasons
        from makegood.plans.draft import Wanted, draft_plan
        from makegood.plans.messages import list_samples

        pushed = push(session, folder)
        _load_first(session, pushed)
        drafted = draft_plan(
            Wanted(
                mistake=pushed.mistake,
                checked=pushed.checked,
                revisions=pushed.revisions,
                stage=stage,
                actor=session.person.id,
                as_of=read_moment(as_of),
            ),
            progress=step_by_step,
        )
        drafted = find_plan(pushed.mistake, drafted.number)  # whole: nothing is asked of the database when it is shown
        shown = list_samples(drafted) if samples and not in_json else []
        keys = _keys(drafted)
        drafted.findings = with_reasons(drafted)
    if in_json:
        as_json(_json(drafted))
    else:
        show_plan(drafted, keys, folder=str(folder))
        show_samples(shown)
    if any(finding["level"] == "blocking" for finding in drafted.findings):
        return 1
    return STEPS if drafted.acts else 0


def plans(mistake: MistakeName, brand: BrandSlug = "default", in_json: Json = False) -> None:
    """List the plans of a mistake."""
    with acting("read") as session:
        from makegood.plans.models import Plan

        plans_of = Plan.objects.select_related("scope").filter(mistake=find_mistake(session, mistake, brand))
        found = list(plans_of.order_by("number"))
    if in_json:
        as_json([_json(one) for one in found])
        return
    heads = ["plan", "stage", "state", "acts", "digest", "as of"]
    rows = ([p.number, p.stage, p.state, p.acts, p.digest[:12], p.as_of] for p in found)
    show_table(heads, rows, whole=["digest", "as of"], empty="No plan yet.")


def show(
    mistake: MistakeName,
    number: PlanNumber,
    brand: BrandSlug = "default",
    samples: Annotated[bool, typer.Option(help="Show messages as real customers would get them.")] = False,
    in_json: Json = False,
) -> None:
    """Show one plan: who gets what, why, at what cost."""
    with acting("read") as session:
        from makegood.plans.accept import with_reasons
        from makegood.plans.messages import list_samples

        found = find_plan(find_mistake(session, mistake, brand), number)
        shown = list_samples(found) if samples and not in_json else []
        keys = _keys(found)
        found.findings = with_reasons(found)
    if in_json:
        as_json(_json(found))
        return
    show_plan(found, keys, folder=mistake)
    show_samples(shown)


def diff(mistake: MistakeName, old: int, new: int, brand: BrandSlug = "default", in_json: Json = False) -> None:
    """Show what differs between two plans of a stage.

    Customers, amounts, documents.
    """
    with acting("read") as session:
        from makegood.plans.diff import diff_plans

        found = find_mistake(session, mistake, brand)
        difference = diff_plans(find_plan(found, old), find_plan(found, new))
    if in_json:
        as_json(difference)
        return
    for line in difference.lines():
        tell(line)


def accept(
    mistake: MistakeName,
    number: PlanNumber,
    rule: Annotated[str, typer.Argument(help="The rule of the warning, such as MG205.", metavar="RULE")],
    because: Annotated[str, typer.Option(help="Why it is right all the same, in a sentence.")],
    at: Annotated[str, typer.Option(help="Only the one at this place: messages/remedy.md:12:3.")] = "",
    brand: BrandSlug = "default",
    in_json: Json = False,
) -> None:
    """Record why a warning of a draft may stay.

    Whoever approves sees it. It holds as long as the same warning stands in the same text.
    """
    with acting("draft") as session:
        from makegood.plans.accept import accept_findings

        found = find_plan(find_mistake(session, mistake, brand), number)
        count = accept_findings(found, rule, because, session.person, where=at)
    if in_json:
        as_json({"plan": number, "rule": rule.upper(), "accepted": count})
        return
    tell(f"Recorded for {counted(count, 'warning')} {rule.upper()} of plan {number}.")


def approve(
    mistake: MistakeName,
    number: PlanNumber,
    digest: Annotated[str, typer.Option(help="The digest you looked at; its first 8 letters are enough.")],
    brand: BrandSlug = "default",
    in_json: Json = False,
) -> None:
    """Approve exactly one plan, by its digest.

    Within your own limits, and never one that you planned.
    """
    with acting("read") as session:
        from makegood.plans.approve import approve_plan

        found = find_plan(find_mistake(session, mistake, brand), number)
        if len(digest) < SHORTEST_DIGEST or not found.digest.startswith(digest.lower()):
            what = f"'{digest}' is not the digest of plan {number}."
            remedy = f"Look at the plan (makegood show {mistake} {number}) and give the digest it shows."
            raise BadInput(what, remedy=remedy, code="other-digest")
        approved = approve_plan(found.id, found.digest, session.person)
    if in_json:
        as_json({"plan": number, "digest": found.digest, "rule": approved.rule, "missing": approved.missing})
        return
    tell(f"Plan {number} is approved by {session.person.name} ({approved.rule}).")
    if approved.missing:
        tell(f"{approved.missing} more must approve it.")
        return
    tell("Next:")
    tell_as_is(f"    makegood apply {mistake} {number}")


def _load_first(session: Session, pushed: Pushed) -> None:
    """The first plan of a mistake loads its scope; afterwards only `makegood scope` makes a new version."""
    from makegood.scopes.load import Request, load_scope
    from makegood.scopes.queries import newest_scope

    if newest_scope(pushed.mistake) is not None or pushed.checked.scope is None:
        return
    load_scope(
        Request(
            mistake=pushed.mistake,
            mapping=pushed.checked.scope,
            folder=pushed.checked.folder,
            root=pushed.path,
            revisions={name: revision.id for name, revision in pushed.revisions.items()},
            actor=session.person.id,
        ),
        progress=step_by_step,
    )


def _keys(plan: Plan) -> dict[int, str]:
    """The firm's own numbers of the ten largest, for people who may read them."""
    from makegood.scopes.models import Affected

    wanted = [row[0] for row in plan.summary.get("largest", [])]
    found = Affected.objects.filter(scope_id=plan.scope_id, customer_id__in=wanted)
    return dict(found.values_list("customer_id", "customer_key"))


def _json(plan: Plan) -> dict[str, object]:
    return {
        "plan": plan.number,
        "stage": plan.stage,
        "state": plan.state,
        "reason": plan.reason,
        "as_of": plan.as_of,
        "digest": plan.digest,
        "scope": plan.scope.version,
        "acts": plan.acts,
        "summary": plan.summary,
        "findings": plan.findings,
        "documents": {name: kept[1] for name, kept in plan.revisions.items()},
    }
