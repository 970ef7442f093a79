"""Carrying out one chunk: take the lease, prove it is what was approved, then window after window.

The order is the promise: the intent (`claimed_to`) and the results of the window before are committed together, and
only then is anything sent. What was claimed and has no result when a worker dies is sorted out by the next holder.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from makegood.acts.answers import Outcome, Rules, Tried, outcome_of
from makegood.acts.connections import Db, connect
from makegood.acts.envelopes import PlanView, Window, load_plan, load_rows, sort_out
from makegood.acts.leases import Lease, keep, now_there, release, take
from makegood.acts.pace import draw
from makegood.acts.providers import find_plugin, open_plugin
from makegood.acts.sendlog import Earlier, SendLog, forget
from makegood.acts.stops import check_stop, stop_plan
from makegood.acts.windows import Fenced, commit_window, finish
from makegood.core.layout import act_leaf
from makegood.kit.digest import chain
from makegood.kit.plugins import Answer, Envelope, Guard, OutcomeUnknown, Plugin, ProviderError

WINDOW = 128
WINDOW_ONCE = 64  # for what cannot be repeated: a smaller window bounds what can be doubtful
Pair = tuple[Envelope, Tried]


class LeaseGuard(Guard):
    """Refuses to start a send once the lease may be over; logs begin and end of what cannot be repeated."""

    def __init__(self, lease: Lease, log: SendLog | None) -> None:
        self._lease = lease
        self._log = log

    def begin(self, envelope: Envelope) -> bool:
        if not self._lease.may_send():
            return False
        if self._log is not None:
            self._log.begin(envelope.ordinal)
        return True

    def end(self, envelope: Envelope, answer: Answer) -> None:
        if self._log is not None:
            self._log.end(envelope.ordinal, answer)


@dataclass
class Carrier:
    """One chunk while it is carried out."""

    db: Db
    lease: Lease
    plan: PlanView
    plugin: Plugin
    rules_doubtful: str

    @property
    def window(self) -> int:
        return WINDOW if self.plugin.repeatable else WINDOW_ONCE

    async def rules(self) -> Rules:
        return Rules(await now_there(self.db), self.plugin.can_look_up, self.rules_doubtful)

    async def run(self) -> None:
        """Windows until the chunk is finished, paused or lost."""
        outcomes = await self._interrupted()
        while True:
            size = await draw(self.db, self._pace_name(), self.window, self.lease)
            rows = await load_rows(
                self.db, self.plan, self.lease, after=self.lease.claimed_to, upto=self.lease.hi, limit=max(size, 1)
            )
            claim_to = rows[-1]["ordinal"] if size and len(rows) == size else self.lease.hi
            if not size or self.lease.stopping:
                claim_to = self.lease.claimed_to
            going = await commit_window(self.db, self.lease, outcomes, claim_to=claim_to)
            await check_stop(self.db, self.lease, outcomes)
            if not going or not size or self.lease.stopping or not rows:
                break
            outcomes = await self._send(await sort_out(self.db, self.plan, rows, now=(await self.rules()).now))

    async def _send(self, window: Window) -> list[Outcome]:
        """Looks up what was unknown, performs the rest; every act of the window gets exactly one outcome."""
        rules = await self.rules()
        outcomes = list(window.settled)
        fresh: list[Pair] = []
        for envelope, tried in window.ready:
            if tried.state == "unknown" and self.plugin.can_look_up:
                found = await self._look_up(envelope, tried, rules)
                if found is not None:
                    outcomes.append(found)
                    continue
            fresh.append((envelope, tried))
        return outcomes + await self._perform(fresh, rules)

    async def _perform(self, pairs: Sequence[Pair], rules: Rules) -> list[Outcome]:
        answers: dict[int, Answer] = {}
        async for index, answer in self.plugin.perform([envelope for envelope, _ in pairs]):
            answers[index] = answer
        silent = OutcomeUnknown("the plug-in gave no answer")
        return [outcome_of(tried, answers.get(index, silent), rules) for index, (_, tried) in enumerate(pairs)]

    async def _look_up(self, envelope: Envelope, tried: Tried, rules: Rules) -> Outcome | None:
        """The earlier effect by key; None when there is provably none, so that it may be sent."""
        try:
            receipt = await self.plugin.look_up(envelope.key)
        except (ProviderError, OutcomeUnknown) as no:
            return outcome_of(tried, OutcomeUnknown(no.words, code="look-up-failed"), rules)
        return outcome_of(tried, receipt, rules) if receipt is not None else None

    async def _interrupted(self) -> list[Outcome]:
        """Acts an earlier holder had claimed and left without a result: ended, never begun, or doubtful."""
        lease = self.lease
        if lease.claimed_to <= lease.settled_to:
            return []
        rows = await load_rows(self.db, self.plan, lease, after=lease.settled_to, upto=lease.claimed_to, limit=lease.hi)
        rules = await self.rules()
        window = await sort_out(self.db, self.plan, rows, now=rules.now)
        earlier = Earlier(self.plan.id, lease.id, lease.epoch)
        outcomes, again = list(window.settled), []
        for envelope, tried in window.ready:
            if tried.ordinal in earlier.answers:
                outcomes.append(outcome_of(tried, earlier.answers[tried.ordinal], rules))
            elif self._doubtful(tried, earlier):
                verdict = await self._resolve(envelope, tried, rules)
                outcomes += [verdict] if verdict else []
                again += [] if verdict else [(envelope, tried)]
            else:
                again.append((envelope, tried))
        return outcomes + await self._perform(again, rules)

    def _doubtful(self, tried: Tried, earlier: Earlier) -> bool:
        if self.plugin.repeatable:
            return False
        return earlier.was_begun(tried.ordinal) or not earlier.epochs

    async def _resolve(self, envelope: Envelope, tried: Tried, rules: Rules) -> Outcome | None:
        """None: send it (again). Otherwise its outcome."""
        if self.plugin.can_look_up:
            return await self._look_up(envelope, tried, rules)
        if rules.doubtful == "resend":
            return None
        return outcome_of(tried, OutcomeUnknown("the worker died in mid-send", code="worker-died"), rules)

    def _pace_name(self) -> str:
        return f"{self.plan.settings['mistake']['brand']}/{self.lease.provider}"


async def carry_out(chunk: int, *, worker: str, running: set[Lease]) -> None:
    """Carries out a chunk as far as it goes now. Does nothing when someone else holds it or it is not due.

    `running` collects leases so that a stopping worker can tell them (`lease.stopping = True`): the window in flight
    ends, its results are committed, and the chunk is given back.
    """
    db = await connect()
    try:
        lease = await take(db, chunk, worker)
        if lease is None:
            return
        running.add(lease)
        heartbeat = asyncio.create_task(keep(lease))
        try:
            await _carry(db, lease)
        except Fenced:
            return
        finally:
            running.discard(lease)
            heartbeat.cancel()
            with suppress(asyncio.CancelledError):
                await heartbeat
        await release(db, lease)
    finally:
        await db.close()


async def _carry(db: Db, lease: Lease) -> None:
    plan = await load_plan(db, lease.plan_id)
    changed = await _changed(db, plan, lease)
    if changed:
        await stop_plan(db, lease, reason=changed)
        return
    log: SendLog | None = None
    if not find_plugin(plan, lease.provider).repeatable:
        log = SendLog(plan.id, lease.id, lease.epoch)
    try:
        plugin = await open_plugin(db, plan, lease.provider, LeaseGuard(lease, log))
        try:
            await Carrier(db, lease, plan, plugin, plan.settings["doubtful"]).run()
        finally:
            await plugin.close()
    finally:
        if log is not None:
            log.close()
    await finish(db, lease)
    if lease.settled_to >= lease.hi:
        forget(plan.id, lease.id)


async def _changed(db: Db, plan: PlanView, lease: Lease) -> str:
    """Re-hashes the chunk's acts, before its first send: a sentence when they are not what was approved."""
    rows = await _leaf_rows(db, plan, lease)
    for row in rows:
        if act_leaf(row) != row["leaf"]:
            return f"act {row['ordinal']} of plan {plan.id} is not what was approved"
    if not lease.again and chain(row["leaf"] for row in rows) != lease.digest:
        return f"acts {lease.lo} to {lease.hi} of plan {plan.id} are not the ones that were approved"
    return ""


async def _leaf_rows(db: Db, plan: PlanView, lease: Lease) -> list[Mapping[str, Any]]:
    sql = """
        SELECT ordinal, customer_id, step, sequence, kind, provider, route, remedy, wave, due_at, minor, currency,
               basis, facts_digest, leaf
        FROM act WHERE plan_id = %(plan)s AND ordinal BETWEEN %(lo)s AND %(hi)s
    """
    sql += " AND again = %(chunk)s" if lease.again else ""
    cursor = await db.execute(
        sql + " ORDER BY ordinal", {"plan": plan.id, "lo": lease.lo, "hi": lease.hi, "chunk": lease.id}
    )
    return list(await cursor.fetchall())
