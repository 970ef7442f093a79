"""Put one customer right: draft, show, act. Within one's own limits by the standing rule; above, it waits."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from makegood.acts.actions import apply_plan
from makegood.channels.actions import finish_task
from makegood.desk.case import Case, case_documents, case_files
from makegood.documents.actions import push_folder
from makegood.documents.folder import CheckedFolder, Folder, check_folder
from makegood.documents.models import Revision
from makegood.journal.actions import record
from makegood.kit.clock import now
from makegood.kit.errors import Finding, Level, Refused
from makegood.kit.ids import act_key
from makegood.kit.plugins import Words
from makegood.mistakes.actions import report_mistake
from makegood.mistakes.models import Mistake
from makegood.people.models import Brand
from makegood.people.queries import Person
from makegood.plans.accept import accept_findings
from makegood.plans.approve import Approved, approve_standing
from makegood.plans.draft import Wanted, draft_plan
from makegood.plans.inputs import all_plugins
from makegood.plans.messages import list_samples
from makegood.plans.models import Act, Plan
from makegood.scopes.load import Request, load_scope
from makegood.scopes.models import Scope


@dataclass(frozen=True)
class Drafted:
    """The plan of one and the message as the customer would get it."""

    case: Case
    plan: Plan
    words: Words | None

    @property
    def blocking(self) -> list[Finding]:
        return [_finding(one) for one in self.plan.findings if one["level"] == "blocking"]

    @property
    def warnings(self) -> list[Finding]:
        """What the words need a reason for before anybody can approve."""
        return [_finding(one) for one in self.plan.findings if one["level"] == "warning" and not one.get("because")]


def draft_one(case: Case, *, brand: Brand, person: Person, mistake: Mistake | None = None) -> Drafted:
    """Everything computed, nothing done. Opens a mistake from the answers when none is given.

    Raises `BadInput` for answers that do not make a recovery: nothing but words, or a gesture without a fix.
    """
    case.check()
    currency = next((money.currency for money in (case.refund, case.credit) if money), "USD")
    if mistake is None:
        # Refused answers open nothing: checked as if the mistake were there, before it is.
        _checked(case_documents(case, stage="one-1", mistake_text=_mistake_text(_imagined(case, brand, currency))))
        mistake = report_mistake(case.what, brand=brand, actor=person.id, how="customer", currency=currency)
    stage = f"one-{Scope.objects.filter(mistake=mistake, desk=True).count() + 1}"
    documents = case_documents(case, stage=stage, mistake_text=_mistake_text(mistake))
    checked = _checked(documents)
    revisions = _push(mistake, documents, stage, person)
    with tempfile.TemporaryDirectory(prefix="makegood-one-") as folder:
        for name, text in case_files(case).items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        assert checked.scope is not None  # noqa: S101 - not blocked
        scope = load_scope(
            Request(
                mistake=mistake,
                mapping=checked.scope,
                folder=checked.folder,
                root=Path(folder),
                revisions={name: revision.id for name, revision in revisions.items()},
                actor=person.id,
                desk=True,
            )
        )
    plan = draft_plan(
        Wanted(mistake=mistake, checked=checked, revisions=revisions, stage=stage, actor=person.id, scope=scope)
    )
    samples = list_samples(plan, most=1)
    return Drafted(case, plan, samples[0].words if samples else None)


def explain_one(drafted: Drafted, because: str, person: Person) -> None:
    """Records one reason for all warnings about the words of this one message."""
    for rule in sorted({one.code for one in drafted.warnings}):
        accept_findings(drafted.plan, rule, because, person)


def approve_one(drafted: Drafted, person: Person) -> Approved | None:
    """By the standing rule; None when it is above the person's own limits and waits for another person."""
    approved = approve_standing(drafted.plan.id, drafted.plan.digest, person)
    if approved is not None:
        apply_plan(drafted.plan.id, actor=person.id)
    return approved


def finish_fixed(drafted: Drafted, person: Person) -> None:
    """What was put right before the message was written is recorded as done, with the agent's own words as proof."""
    if not drafted.case.fixed:
        return
    for act in Act.objects.filter(plan_id=drafted.plan.id, step="fix", state="waiting"):
        key = act_key(drafted.plan.mistake.public_id, act.customer_id, act.step, act.sequence)
        finish_task(key, staff=person.id, proof=drafted.case.fixed)


def drop_one(drafted: Drafted, person: Person) -> None:
    """The person said no: the draft is kept as superseded, nothing happens."""
    Plan.objects.filter(id=drafted.plan.id, state="draft").update(state="superseded", reason="not wanted")
    record("plan.dropped", f"plan:{drafted.plan.id}", actor=person.id, mistake=drafted.plan.mistake_id)


def _checked(documents: dict[str, str]) -> CheckedFolder:
    """Raises `Refused` with the first finding that blocks, and the flag of `makegood one` that solves it."""
    checked = check_folder(Folder("", documents), all_plugins())
    if checked.blocked:
        first = next(finding for finding in checked.findings if finding.blocking)
        raise Refused(first.what, remedy=_REMEDIES.get(first.code, first.remedy), code=first.code)
    return checked


def _imagined(case: Case, brand: Brand, currency: str) -> Mistake:
    return Mistake(
        brand=brand,
        slug="m-new",
        title=" ".join(case.what.split()),
        zone=brand.zone,
        currency=currency,
        noticed_at=now(),
        noticed_how="customer",
    )


def _push(mistake: Mistake, documents: dict[str, str], stage: str, person: Person) -> dict[str, Revision]:
    """The documents of one customer have names of their own: they never become the newest of the mistake's folder."""
    named = {name if name.startswith("messages/") else f"{stage}/{name}": text for name, text in documents.items()}
    return push_folder(mistake, Folder("", named), actor=person.id, base=None)


def _mistake_text(mistake: Mistake) -> str:
    return json.dumps(
        {
            "mistake": mistake.slug,
            "title": mistake.title,
            "brand": mistake.brand.slug,
            "kind": mistake.kind,
            "fault": mistake.fault,
            "zone": mistake.zone,
            "currency": mistake.currency,
            "noticed": {"at": mistake.noticed_at.isoformat(), "how": mistake.noticed_how},
        },
        indent=1,
    )


def _finding(kept: dict[str, object]) -> Finding:
    level: Level = "warning" if kept["level"] == "warning" else "blocking"
    return Finding(str(kept["code"]), str(kept["what"]), str(kept["remedy"]), level)


_REMEDIES = {
    "words-only": "Give something back (--refund), put it right (--fixed, or --do with --by), or both.",
    "gesture-only": "Say what puts the mistake itself right: --refund, --fixed, or --do with --by.",
}
