"""Drafting: everything computed, nothing done. A failed or interrupted draft leaves no rows, only the reason.

Equal input gives an equal digest, in one database: the customers' numbers are part of every leaf, and another database
gives them in another order. The scope's digest, over keys, is the same everywhere.

A new draft takes the place of the stage's earlier ones. Before their rows are dropped, what changed against the newest
of them is kept in the new plan's summary (`changed_from`), because afterwards nothing could show it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from django.db import connection, transaction

from makegood.core.deciding import same_types
from makegood.core.duetimes import resolve
from makegood.core.expressions_sql import quoted
from makegood.core.facts import read_columns
from makegood.core.layout import ACT_COLUMNS
from makegood.core.playbook import Playbook, Stage
from makegood.documents.folder import CheckedFolder
from makegood.documents.models import Revision
from makegood.journal.actions import record
from makegood.kit.clock import iso, now
from makegood.kit.columns import Columns, copy_to_postgres
from makegood.kit.digest import chain, digest_of
from makegood.kit.errors import BadInput, Finding, NotFound, Refused
from makegood.kit.killpoints import kp
from makegood.mistakes.models import Mistake
from makegood.mistakes.queries import require_open
from makegood.plans.accept import marked
from makegood.plans.again import newest_again
from makegood.plans.computing import decide_all, forget, lay_out, read_rows
from makegood.plans.findings import plan_findings
from makegood.plans.inputs import Inputs, find_providers, newest_override, plan_settings, step_lines
from makegood.plans.looking import look_before_money, seconds_to_look
from makegood.plans.messages import read_messages
from makegood.plans.models import Plan
from makegood.plans.prevented import finished_preventions
from makegood.plans.promising import keep_promises
from makegood.plans.summary import plan_summary
from makegood.plans.supersede import drop_superseded, keep_what_changed, supersede
from makegood.plans.updates import find_update
from makegood.scopes.failing import noting_failure
from makegood.scopes.models import Scope
from makegood.scopes.queries import newest_scope

Progress = Callable[[str], None]
WALL_SECONDS = 600  # for everything that is computed; looking at payments comes on top, at the provider's pace
SLICE = 250_000  # acts a COPY: the engine gathers what it writes, and must not gather all
_DECISION = (
    "COPY {} (plan_id, customer_id, remedy, status, rule, minor, currency, basis, reason) FROM STDIN (FORMAT csv)"
)
_ACT = "COPY {} (plan_id, mistake_id, stage, " + ACT_COLUMNS + ") FROM STDIN (FORMAT csv)"
_PART = "COPY plan_part (plan_id, number, wave, step, provider, due_at, lo, hi, digest) FROM STDIN (FORMAT csv)"


@dataclass(frozen=True)
class Wanted:
    """What to plan: a stage of a checked folder whose texts are revisions already. `as_of` is aware, UTC. `with_news`
    False leaves what is new to a later update."""

    mistake: Mistake
    checked: CheckedFolder
    revisions: dict[str, Revision]
    stage: str
    actor: int
    as_of: datetime | None = None
    scope: Scope | None = None
    with_news: bool = True


def draft_plan(wanted: Wanted, *, progress: Progress = lambda _: None) -> Plan:
    """A new draft of a stage; the stage's earlier drafts are dropped. Raises `BadInput` when it cannot be computed."""
    inputs, advice = read_inputs(wanted)
    plan = _begin(inputs)
    with (
        noting_failure(lambda reason: Plan.objects.filter(id=plan.id).update(state="failed", reason=reason)),
        Columns(wall_seconds=WALL_SECONDS + seconds_to_look(inputs)) as columns,
    ):
        replaced = _draft(columns, plan, inputs, advice, progress)
    kp("plan.stored")
    keep_what_changed(plan, replaced)
    kp("plan.before_drop")
    drop_superseded(plan.mistake_id)
    plan.refresh_from_db()
    return plan


def read_inputs(wanted: Wanted) -> tuple[Inputs, list[Finding]]:
    """What the plan is computed from, and what its documents leave to say. Raises `BadInput` where one cannot be read,
    `Refused` without a scope that fits, `NotFound` for an unknown stage."""
    checked = wanted.checked
    require_open(wanted.mistake)
    if checked.playbook is None or checked.scope is None or checked.mistake is None:
        raise _blocked(checked.findings)
    stage = _stage(checked.playbook, wanted.stage)
    pays = any(step.remedy for step in stage.steps)
    findings = [f for f in checked.findings if pays or not _of_policy(f)]
    if pays and checked.policy is None:
        raise _blocked(checked.findings)
    scope = wanted.scope or _newest_scope(wanted.mistake)
    if not same_types(read_columns(scope.columns), checked.scope.types()):
        raise Refused(
            f"Scope version {scope.version} was loaded with other columns than scope.yaml has now.",
            remedy="Load it again: makegood scope.",
            code="scope-columns-changed",
        )
    as_of = wanted.as_of or now().replace(microsecond=0)
    moments = {**checked.mistake.moments(), "approved": as_of, "as_of": as_of}
    zone = ZoneInfo(wanted.mistake.zone)
    inputs = Inputs(
        mistake=wanted.mistake,
        scope=scope,
        checked=checked,
        playbook=checked.playbook,
        policy=checked.policy,
        stage=stage,
        revisions=wanted.revisions,
        as_of=as_of,
        actor=wanted.actor,
        due=_dues(checked.playbook, stage, moments, zone),
        providers=find_providers(stage, wanted.mistake),
        decided_upto=newest_override(wanted.mistake.id),
        again_upto=newest_again(wanted.mistake.id),
        preventions=finished_preventions(wanted.mistake, stage),
        update=find_update(wanted.mistake, stage, as_of, with_news=wanted.with_news),
    )
    return inputs, findings


def _dues(playbook: Playbook, stage: Stage, moments: Mapping[str, datetime], zone: ZoneInfo) -> dict[str, datetime]:
    """Due times by step. A moment that is not known yet is refused for this stage and left out for the others."""
    dues = {}
    for step in playbook.steps():
        if step.due is None:
            continue
        try:
            dues[step.id] = resolve(step.due, moments, zone)
        except BadInput:
            if step in stage.steps:
                raise
    return dues


def _of_policy(finding: Finding) -> bool:
    """An unfinished policy never holds up saying so."""
    return finding.place is not None and finding.place.file.endswith("policy.yaml")


def _blocked(findings: tuple[Finding, ...]) -> BadInput:
    blocking = tuple(finding for finding in findings if finding.blocking)
    return BadInput(
        f"The recovery's documents have {len(blocking)} problems that must be solved first.",
        remedy="Solve them; check with 'makegood validate'.",
        findings=blocking,
        code="documents-blocked",
    )


def _stage(playbook: Playbook, name: str) -> Stage:
    if name not in playbook.stages:
        raise NotFound(
            f"The playbook has no stage '{name}'.", remedy=f"It has: {', '.join(playbook.stages)}.", code="no-stage"
        )
    return playbook.stages[name]


def _newest_scope(mistake: Mistake) -> Scope:
    scope = newest_scope(mistake)
    if scope is None:
        raise Refused("Nobody is known to be affected yet.", remedy="Load the scope: makegood scope.", code="no-scope")
    return scope


@transaction.atomic
def _begin(inputs: Inputs) -> Plan:
    Mistake.objects.select_for_update(of=("self",)).get(id=inputs.mistake.id)
    last = Plan.objects.filter(mistake=inputs.mistake).order_by("-number").first()
    return Plan.objects.create(
        mistake=inputs.mistake,
        scope=inputs.scope,
        stage=inputs.stage.name,
        number=last.number + 1 if last else 1,
        as_of=inputs.as_of,
        requested_by=inputs.actor,
    )


def _draft(columns: Columns, plan: Plan, inputs: Inputs, advice: list[Finding], progress: Progress) -> list[Plan]:
    steps = step_lines(inputs)
    facts = read_columns(inputs.scope.columns)
    progress(f"reading {inputs.scope.counts['affected']} customers")
    read_rows(columns, inputs)
    columns.seal()
    columns.allow(600 + int(inputs.scope.counts["affected"]) // 1_000)
    progress("deciding")
    decide_all(columns, inputs)
    looked = look_before_money(columns, inputs, progress)
    progress("laying out steps")
    lay_out(columns, inputs, steps)
    findings = [*advice, *looked.findings, *plan_findings(columns, inputs, steps)]
    progress("reading the messages")
    read = read_messages(columns, inputs, progress)
    promises, unowned = keep_promises(inputs, read.promises)
    findings += [*read.findings, *unowned]
    summary = plan_summary(columns, inputs, steps, facts) | {"looked": looked.counts, "promises": promises}
    progress(f"storing {summary['acts']} acts")
    forget(columns, "loaded", "affected", "decided", "existing", "told_amount")
    return _store(columns, plan, inputs, (findings, summary))


@transaction.atomic
def _store(columns: Columns, plan: Plan, inputs: Inputs, result: tuple[list[Finding], dict[str, Any]]) -> list[Plan]:
    """Returns the drafts whose place the plan took, newest first."""
    findings, summary = result
    kp("plan.before_copy")
    _copy(columns, plan, summary["acts"])
    settings = plan_settings(inputs)
    if summary["looked"]:
        settings["looked"] = summary["looked"]  # what the provider showed is part of what is approved
    revisions = {name: [revision.id, revision.digest] for name, revision in sorted(inputs.revisions.items())}
    parts = [str(row[0]) for row in columns.fetch("SELECT digest FROM part ORDER BY number", limit=10_000_000)]
    digest = plan_digest(plan, settings, revisions, parts)
    kp("plan.copied")
    # From here approvals and other drafts of this mistake wait: a draft that is being approved is not replaced.
    Mistake.objects.select_for_update(of=("self",)).get(id=plan.mistake_id)
    Plan.objects.filter(id=plan.id).update(
        state="draft",
        digest=digest,
        revisions=revisions,
        settings=settings,
        summary=summary,
        findings=marked(findings, inputs.revisions),
        acts=summary["acts"],
    )
    kp("plan.before_supersede")
    replaced = supersede(plan)
    plan.refresh_from_db()
    record(
        "plan.drafted",
        f"plan:{plan.id}",
        actor=inputs.actor,
        brand=inputs.mistake.brand_id,
        mistake=inputs.mistake.id,
        facts={
            "stage": plan.stage,
            "number": plan.number,
            "digest": digest,
            "acts": plan.acts,
            "sums": summary["sums"],
        },
    )
    return replaced


def plan_digest(plan: Plan, settings: dict[str, Any], revisions: dict[str, Any], parts: list[str]) -> str:
    """The root: parts in order, the scope, documents, settings and the moment. Not the plan's own number."""
    texts = {name: digest for name, (_, digest) in revisions.items()}
    return digest_of(
        {
            "mistake": plan.mistake.public_id,
            "stage": plan.stage,
            "scope": plan.scope.digest,
            "as_of": iso(plan.as_of),
            "documents": texts,
            "settings": settings,
            "parts": chain(parts),
        }
    )


def _copy(columns: Columns, plan: Plan, acts: int) -> None:
    with connection.cursor() as cursor:
        raw: psycopg.Connection[Any] = cursor.connection
        cursor.execute("SELECT mg_new_part('decision', %s), mg_new_part('act', %s)", [plan.id, plan.id])
        decision = f"SELECT {plan.id}, customer_id, remedy, status, rule, minor, currency, basis, reason FROM final"
        copy_to_postgres(columns, decision, raw, _DECISION.format(f"decision_{plan.id}"))
        stage, columns_ = quoted(plan.stage), _as_utc(ACT_COLUMNS)
        kp("plan.in_copy")
        for lo in range(0, acts, SLICE):
            # In the order of their ordinals, as the numbering left them: sorting again would cost half the copy.
            act = f"SELECT {plan.id}, {plan.mistake_id}, {stage}, {columns_} FROM act WHERE ordinal > {lo}"
            copy_to_postgres(columns, f"{act} AND ordinal <= {lo + SLICE}", raw, _ACT.format(f"act_{plan.id}"))
        part = (
            f"SELECT {plan.id}, number, wave, step, provider, due_at || 'Z', lo, hi, digest FROM part ORDER BY number"
        )
        copy_to_postgres(columns, part, raw, _PART)
        cursor.execute("SELECT mg_attach_part('decision', %s), mg_attach_part('act', %s)", [plan.id, plan.id])


def _as_utc(names: str) -> str:
    return names.replace("due_at", "due_at || 'Z'")
