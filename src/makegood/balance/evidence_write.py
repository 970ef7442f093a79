"""Writing a pack: everything of one mistake as it was at one moment, streamed from the database to the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import makegood
from makegood.balance.evidence_files import PackWriter
from makegood.balance.evidence_rows import (
    ACTS,
    CUSTOMERS,
    DECISIONS,
    FILES,
    Ours,
    SealedRows,
    copied,
    key_sql,
    seal_lines,
)
from makegood.balance.evidence_words import Summary, money_lines, readme, told_line
from makegood.balance.queries import get_balance
from makegood.documents.models import Revision
from makegood.journal.actions import record, seal
from makegood.journal.models import Seal
from makegood.journal.queries import Verified, one_moment, verify
from makegood.journal.streams import list_streams
from makegood.kit.clock import iso, now
from makegood.kit.errors import Refused
from makegood.mistakes.models import Mistake
from makegood.mistakes.queries import list_facts
from makegood.people.models import Limit
from makegood.plans.accept import with_reasons
from makegood.plans.models import Approval, Part, Plan
from makegood.scopes.models import Scope

Progress = Callable[[str], None]
FORMAT = 1
DROPPED = ("drafting", "failed", "superseded")  # plans whose acts are not there (any more)


@dataclass
class _Writing:
    """`balance` is None when no scope was ever loaded."""

    mistake: Mistake
    pack: PackWriter
    plans: list[Plan]
    progress: Progress
    verified: Verified
    personal: bool
    balance: dict[str, Any] | None = None


def write(
    mistake: Mistake, target: Path, *, actor: int, anchor: Path | None, personal: bool, progress: Progress
) -> tuple[str, PackWriter, Verified, dict[str, int]]:
    """See `makegood.balance.evidence.write_pack`."""
    with PackWriter(target) as pack:
        progress("sealing")
        seal(anchor)
        progress("reading every sealed row again")
        verified = verify(anchor)
        with one_moment():
            mistake = Mistake.objects.select_related("brand").get(id=mistake.id)
            plans = list(Plan.objects.filter(mistake=mistake).select_related("scope").order_by("number"))
            writing = _Writing(mistake, pack, plans, progress, verified, personal)
            _documents(writing)
            _scopes(writing)
            for plan in plans:
                _plan(writing, plan)
            unsealed = _sealed(writing)
            _balance(writing)
            _people(writing)
            _pages(writing, unsealed)
            last = Seal.objects.order_by("-number").first()
        about = {
            "format": FORMAT,
            "makegood": makegood.__version__,
            "written_at": iso(now()),
            "by": actor,
            "mistake": mistake.public_id,
            "personal": personal,
            "last_seal": {"number": last.number, "digest": last.digest} if last else None,
            "unsealed": unsealed,
        }
        digest = pack.add_manifest(about)
    facts = {"digest": digest, "personal": personal, "seal": last.number if last else 0}
    subject = f"mistake:{mistake.id}"
    record("evidence.written", subject, actor=actor, brand=mistake.brand_id, mistake=mistake.id, facts=facts)
    return digest, pack, verified, unsealed


def _documents(writing: _Writing) -> None:
    mistake = writing.mistake
    wanted = {
        revision
        for plan in writing.plans
        for name, (revision, _) in plan.revisions.items()
        if writing.personal or not _withheld(plan, name)
    }
    for revision in Revision.objects.filter(mistake=mistake, id__in=wanted).order_by("name", "number").iterator():
        writing.pack.add_text(f"documents/{revision.name}@{revision.number}", revision.text)
    writing.pack.add_json(
        "mistake.json",
        {
            "mistake": mistake.public_id,
            "slug": mistake.slug,
            "title": mistake.title,
            "brand": {"slug": mistake.brand.slug, "legal_name": mistake.brand.legal_name},
            "kind": mistake.kind,
            "fault": mistake.fault,
            "severity": mistake.severity,
            "zone": mistake.zone,
            "currency": mistake.currency,
            "happened": [_iso(mistake.happened_from), _iso(mistake.happened_to)],
            "noticed": {"at": iso(mistake.noticed_at), "how": mistake.noticed_how},
            "reported_at": iso(mistake.reported_at),
            "state": mistake.state,
            "closed_at": _iso(mistake.closed_at),
            "facts": [
                {"name": fact.name, "text": fact.text, "confirmed_at": _iso(fact.confirmed_at)}
                for fact in list_facts(mistake)
            ],
        },
    )


def _withheld(plan: Plan, name: str) -> bool:
    """A message that was written at the desk is to one person, in words that may name them."""
    return plan.scope.desk and name.startswith("messages/")


def _scopes(writing: _Writing) -> None:
    """Counts only: an example of a rejected row names a customer's key."""
    scopes = [
        {
            "version": scope.version,
            "desk": scope.desk,
            "state": scope.state,
            "counts": {word: count for word, count in scope.counts.items() if isinstance(count, int)},
            "columns": scope.columns,
            "digest": scope.digest,
            "made_by": scope.made_by,
            "made_at": iso(scope.made_at),
        }
        for scope in Scope.objects.filter(mistake=writing.mistake).order_by("desk", "version")
    ]
    writing.pack.add_json("scopes.json", scopes)


def _plan(writing: _Writing, plan: Plan) -> None:
    writing.progress(f"plan {plan.number}")
    writing.pack.add_json(f"plans/{plan.number}.json", _about(plan, personal=writing.personal))
    if plan.state in DROPPED:
        return
    key = key_sql(writing.mistake.public_id)
    acts = ACTS.format(plan=int(plan.id), key=key)
    writing.pack.add(f"plans/{plan.number}/acts.csv", copied(acts), heads=1)
    decisions = DECISIONS.format(plan=int(plan.id))
    writing.pack.add(f"plans/{plan.number}/decisions.csv", copied(decisions), heads=1)


def _about(plan: Plan, *, personal: bool) -> dict[str, Any]:
    numbers = dict(
        Revision.objects.filter(id__in=[one for one, _ in plan.revisions.values()]).values_list("id", "number")
    )
    parts = Part.objects.filter(plan=plan).order_by("number")
    kept = ("code", "level", "what", "count", *(["because"] if personal else []))
    return {
        "id": plan.id,
        "number": plan.number,
        "stage": plan.stage,
        "state": plan.state,
        "as_of": iso(plan.as_of),
        "digest": plan.digest,
        "scope": {"desk": plan.scope.desk, "version": plan.scope.version, "digest": plan.scope.digest},
        "documents": {
            name: {
                "number": numbers.get(revision),
                "digest": digest,
                "withheld": not personal and _withheld(plan, name),
            }
            for name, (revision, digest) in plan.revisions.items()
        },
        "settings": plan.settings,
        "summary": plan.summary,
        # Examples are customer keys: left out. Reasons are what people typed.
        "findings": [{word: one[word] for word in kept if word in one} for one in with_reasons(plan)],
        "acts": plan.acts,
        "parts": [[part.number, part.lo, part.hi, part.digest] for part in parts.iterator()],
        "requested_by": plan.requested_by,
        "made_at": iso(plan.made_at),
        "approved_at": _iso(plan.approved_at),
        "applied_at": _iso(plan.applied_at),
        "finished_at": _iso(plan.finished_at),
        "approvals": [_approval(one, plan) for one in Approval.objects.filter(plan=plan).order_by("id")],
    }


def _approval(approval: Approval, plan: Plan) -> dict[str, Any]:
    """With the approver's limits as they are now, by currency, in minor units; None means no limit."""
    limits = Limit.objects.filter(staff_id=approval.approver, brand_id=plan.mistake.brand_id).order_by("currency")
    return {
        "digest": approval.digest,
        "by": approval.approver,
        "rule": approval.rule,
        "at": iso(approval.at),
        "sums": approval.sums,
        "running": approval.running,
        "limits_now": {
            limit.currency: {
                "act": limit.per_act,
                "day": limit.per_day,
                "30 days": limit.per_30_days,
                "mistake": limit.per_mistake,
            }
            for limit in limits
        },
    }


def _sealed(writing: _Writing) -> dict[str, int]:
    """The sealed rows and the seals. Returns how many rows of each stream were not sealed yet."""
    ours = Ours(
        writing.mistake.id,
        writing.mistake.public_id,
        [plan.id for plan in writing.plans if plan.approved_at is not None],
    )
    streams = [SealedRows(stream, ours) for stream in list_streams()[0] if stream.name in FILES]
    for rows in streams:
        writing.progress(FILES[rows.stream.name])
        writing.pack.add(FILES[rows.stream.name], rows.leaves())
    writing.progress("seals")
    writing.pack.add("seals.jsonl", seal_lines(streams))
    return {rows.stream.name: rows.unsealed for rows in streams if rows.unsealed}


def _balance(writing: _Writing) -> None:
    try:
        balance = get_balance(writing.mistake)
    except Refused as error:
        if error.code != "no-scope":
            raise
    else:
        writing.balance = {
            "affected": balance.whole,
            "accounted": balance.accounted,
            "balanced": balance.balanced,
            "steps": [
                {"step": one.step, "kind": one.kind, "stage": one.stage, "counts": dict(one.counts)}
                for one in balance.steps
            ],
            "money": [asdict(one) for one in balance.money],
            "told": dict(balance.told),
        }
    writing.pack.add_json("balance.json", writing.balance)


def _people(writing: _Writing) -> None:
    if not writing.personal:
        return
    scopes = Scope.objects.filter(mistake=writing.mistake, state="ready").values_list("id", flat=True)
    sql = CUSTOMERS.format(scopes=", ".join(str(int(scope)) for scope in scopes))
    writing.pack.add("customers.csv", copied(sql), heads=1)


def _pages(writing: _Writing, unsealed: dict[str, int]) -> None:
    mistake, verified, balance = writing.mistake, writing.verified, writing.balance
    page = Summary(mistake.title, f"{mistake.slug} ({mistake.public_id}), {mistake.brand.legal_name}".rstrip(", "))
    page.add("Noticed", f"{iso(mistake.noticed_at)[:16]}Z by {mistake.noticed_how}; now {mistake.state}")
    for fact in list_facts(mistake):
        page.add("Fact", f"{fact.text} ({'confirmed' if fact.confirmed_at else 'not confirmed'})")
    if balance is None:
        page.add("Affected", "nobody known yet")
    else:
        page.add("Affected", f"{balance['affected']} customers, {balance['accounted']} of them accounted for")
        page.add("Told", told_line(balance["told"]))
        for line in money_lines(balance["money"]):
            page.add("Money", line)
    for plan in writing.plans:
        if plan.state not in DROPPED:
            page.add(f"Plan {plan.number}", _plan_line(plan))
    found = len(verified.findings)
    again = f"{verified.rows} rows in {verified.seals} seals were read again"
    page.add("Verified", f"{again}; {found} findings" if found else f"{again}; all are as they were sealed")
    for finding in verified.findings[:5]:
        page.add("", finding.what)
    if late := sum(unsealed.values()):
        page.add("Not in here", f"{late} rows that were not sealed yet when this was written")
    writing.pack.add_text("summary.txt", page.page())
    writing.pack.add_text("README.txt", readme(personal=writing.personal))


def _plan_line(plan: Plan) -> str:
    approvals = ", ".join(f"staff {one.approver} ({one.rule})" for one in Approval.objects.filter(plan=plan))
    return f"{plan.stage}: {plan.acts} acts, {plan.state}; approved by {approvals or 'nobody'}; {plan.digest[:12]}"


def _iso(moment: Any) -> str | None:
    return iso(moment) if moment is not None else None
