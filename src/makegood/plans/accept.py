"""Warnings of a plan, and the recorded reasons why it may be approved all the same.

A warning is known by its mark: a digest of its rule, its place, its words and the text of the message it is about. A
reason belongs to a stage of a mistake and a mark. So a re-plan keeps it exactly where the same warning stands in the
same revision, and a changed text needs it anew. It is never part of a plan's digest: it changes nothing that is carried
out. Instead every approval records the marks and the digests of the reasons that stood when it was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from makegood.journal.actions import record
from makegood.kit.digest import digest_of
from makegood.kit.errors import BadInput, Finding, NotFound, Refused
from makegood.mistakes.models import Mistake
from makegood.people.queries import Person, access_brand
from makegood.plans.models import Accepted, Plan

LONGEST = 500  # characters of a reason


def marked(findings: Iterable[Finding], revisions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Findings as a plan keeps them, each warning with its mark. `revisions` by document name have a `digest`."""
    kept = []
    for finding in findings:
        one: dict[str, Any] = finding.as_json()
        if finding.level == "warning":
            name = finding.place.file if finding.place else ""
            text = revisions[name].digest if name in revisions else ""
            # Who is concerned belongs to what is not about words: a reason for three is none for three thousand.
            count = finding.count if finding.code.startswith("MG5") else 0
            one["mark"] = digest_of([finding.code, str(finding.place or ""), finding.what, text, count])[:16]
        kept.append(one)
    return kept


def reasons(plan: Plan) -> dict[str, str]:
    """By mark: the newest recorded reason for each warning of the plan that has one, in its template or by a person."""
    marks = {one["mark"]: one.get("because", "") for one in plan.findings if "mark" in one}
    found = {mark: because for mark, because in marks.items() if because}
    rows = Accepted.objects.filter(mistake_id=plan.mistake_id, stage=plan.stage, mark__in=list(marks)).order_by("id")
    return found | dict(rows.values_list("mark", "because"))


def with_reasons(plan: Plan) -> list[dict[str, Any]]:
    """The plan's findings, each warning with its reason where one is recorded."""
    known = reasons(plan)
    return [one | {"because": known[one["mark"]]} if one.get("mark") in known else one for one in plan.findings]


def check_reasons(plan: Plan) -> None:
    """Raises `Refused` for a warning without a recorded reason."""
    known = reasons(plan)
    open_ = [one for one in plan.findings if "mark" in one and one["mark"] not in known]
    if open_:
        raise Refused(
            f"Plan {plan.number} has {len(open_)} warnings without a recorded reason.",
            remedy=f"Mend the message, or say why it is right: makegood accept {plan.mistake.slug} {plan.number}"
            f' {open_[0]["code"]} --because "…".',
            findings=tuple(
                Finding(one["code"], one["what"], one["remedy"], "warning", count=one["count"]) for one in open_
            ),
            code="warnings-open",
        )


@transaction.atomic
def accept_findings(plan: Plan, rule: str, because: str, person: Person, *, where: str = "") -> int:
    """Records why every warning of this rule (those at `where`, if given) is right; returns how many.

    Raises `NotAllowed` without the right to draft, `Refused` when it is no draft or the finding blocks, `NotFound` when
    the plan has no such finding, `BadInput` for a reason that is none.
    """
    access_brand(person, plan.mistake.brand.slug, "draft")
    Mistake.objects.select_for_update(of=("self",)).get(id=plan.mistake_id)
    plan.refresh_from_db()
    because = " ".join(because.split())
    if len(because) < 3 or len(because) > LONGEST:
        what = f"A reason has 3 to {LONGEST} characters."
        raise BadInput(what, remedy='Say it in a sentence: --because "The regulator prescribes it."', code="no-reason")
    if plan.state != "draft":
        what = f"Plan {plan.number} is {plan.state}."
        raise Refused(what, remedy="Reasons are given for a draft, before it is approved.", code="not-a-draft")
    chosen = _chosen(plan, rule.upper(), where)
    Accepted.objects.bulk_create(
        Accepted(
            mistake_id=plan.mistake_id,
            stage=plan.stage,
            mark=one["mark"],
            rule=one["code"],
            because=because,
            by=person.id,
        )
        for one in chosen
    )
    record(
        "plan.accepted",
        f"plan:{plan.id}",
        actor=person.id,
        brand=plan.mistake.brand_id,
        mistake=plan.mistake_id,
        facts={"rule": rule.upper(), "marks": [one["mark"] for one in chosen], "because": digest_of(because)},
    )
    return len(chosen)


def _chosen(plan: Plan, rule: str, where: str) -> list[dict[str, Any]]:
    named = [one for one in plan.findings if one["code"] == rule and (not where or one["where"] == where)]
    if not named:
        codes = sorted({one["code"] for one in plan.findings if "mark" in one})
        what = f"Plan {plan.number} has no finding {rule}{f' at {where}' if where else ''}."
        raise NotFound(what, remedy=f"Its warnings: {', '.join(codes) or 'none'}.", code="no-finding")
    chosen = [one for one in named if "mark" in one]
    if not chosen:
        level = named[0]["level"]
        what = f"{rule} is no warning in this plan, but {'an error' if level == 'blocking' else 'a suggestion'}."
        remedy = "Errors are mended, not accepted." if level == "blocking" else "It needs no reason."
        raise Refused(what, remedy=remedy, code="not-a-warning")
    return chosen
