"""Updates by the clock: the next one is planned when it is due, and goes out by itself where people approved it before.

The plan that was carried out last says when (`plan.update_at`). A job makes the next plan from the newest documents. It
is approved by the schedule's rule, and applied, where it differs from what people approved in its number and times
alone. News is new words: such a plan waits for a person until the moment that was promised; then an update without the
news goes out on time. Whatever else is new waits for a person, and `makegood status` says that it is overdue.
"""

from __future__ import annotations

import logging
from datetime import datetime

from asgiref.sync import sync_to_async
from django.db import connection, connections, transaction
from procrastinate.contrib.django import app

from makegood.acts.actions import apply_plan
from makegood.acts.fence import remembered
from makegood.acts.jobs import QUEUE
from makegood.documents.folder import Folder, check_folder
from makegood.documents.queries import newest_revisions
from makegood.journal.actions import record
from makegood.kit.errors import MakegoodError
from makegood.kit.plugins import scrub
from makegood.plans.approve import approve_by_schedule
from makegood.plans.draft import Wanted, draft_plan
from makegood.plans.inputs import all_plugins
from makegood.plans.models import LIVE, Plan
from makegood.plans.updates import why_not_by_schedule

log = logging.getLogger(__name__)
AGAIN = 300  # seconds until the same update is asked for again, should its job have died
_DUE = """
UPDATE plan SET update_at = clock_timestamp() + make_interval(secs => %s) WHERE id IN (
    SELECT id FROM plan WHERE update_at <= clock_timestamp() ORDER BY update_at LIMIT 100 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


@app.task(queue=QUEUE, name="makegood.acts.make_update")
async def make_update(plan: int) -> None:
    """Whatever becomes of this job, the update is asked for again until it is made or left to a person."""
    await sync_to_async(_make_apart, thread_sensitive=False)(plan)


def call_updates() -> int:
    """Asks for each update that is due, in the sweeper's transaction; returns how many."""
    standing = remembered()
    if standing is not None and not standing.free:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [AGAIN])
        due = [plan for (plan,) in cursor.fetchall()]
    for plan in due:
        make_update.configure(lock=f"update:{plan}").defer(plan=plan)
    return len(due)


def make_next(plan_id: int) -> Plan | None:
    """The update after this plan: applied, or left as a draft for a person, or None where there is none to make."""
    before = Plan.objects.select_related("mistake__brand", "scope").get(id=plan_id)
    if before.update_at is None or before.mistake.state != "open" or before.mistake.fixed_at is not None:
        _ask_again(before, None)
        return None
    if Plan.objects.filter(mistake=before.mistake, stage=before.stage, state__in=LIVE).exists():
        return None  # the one before is still on its way
    moment = _moment()
    draft = _draft(before, moment)
    if reason := why_not_by_schedule(draft):
        return _left(before, draft, reason, until=None)
    if draft.settings["update"]["news"]:
        promised = datetime.fromisoformat(before.settings["update"]["next"])
        if moment < promised:
            return _left(before, draft, "its news has not been approved", until=promised)
        draft = _draft(before, moment, with_news=False)
    with transaction.atomic():
        approve_by_schedule(draft.id, draft.digest)
        return apply_plan(draft.id, actor=None)


def _draft(before: Plan, moment: datetime, *, with_news: bool = True) -> Plan:
    revisions = newest_revisions(before.mistake)
    texts = {name: revision.text for name, revision in revisions.items()}
    return draft_plan(
        Wanted(
            mistake=before.mistake,
            checked=check_folder(Folder("", texts), all_plugins()),
            revisions=revisions,
            stage=before.stage,
            actor=before.requested_by,
            as_of=moment,
            with_news=with_news,
        )
    )


@transaction.atomic
def _left(before: Plan, draft: Plan, reason: str, *, until: datetime | None) -> Plan:
    """The draft stays for a person; `until` is when it is looked at again."""
    _ask_again(before, until)
    facts = {"reason": scrub(reason)}
    record("update.waits", f"plan:{draft.id}", actor=None, mistake=before.mistake_id, facts=facts)
    return draft


def _ask_again(before: Plan, moment: datetime | None) -> None:
    Plan.objects.filter(id=before.id).update(update_at=moment)


def _moment() -> datetime:
    """The database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT date_trunc('second', clock_timestamp())")
        moment: datetime = cursor.fetchone()[0]
    return moment


def _make_apart(plan: int) -> None:
    """In a thread of its own, whose connections end with it."""
    try:
        make_next(plan)
    except MakegoodError as no:
        log.warning("The update after plan %s could not be made: %s", plan, no)
    finally:
        connections.close_all()
