"""Window after window of one chunk that is held: draw from the pace, claim, send, record.

The order is the promise: the intent (`claimed_to`) and the results of the window before are committed together, and
only then is anything sent. What was claimed and has no result when a worker dies is sorted out by the next holder.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from makegood.acts.absence import TOO_EARLY, believed_from, still_doubtful
from makegood.acts.answers import Outcome, Rules, Tried, outcome_of
from makegood.acts.connections import Db
from makegood.acts.envelopes import AT_REST, PlanView, load_rows, sort_out, tried_of
from makegood.acts.guards import LeaseGuard
from makegood.acts.leases import Lease, now_there
from makegood.acts.looking import look_first
from makegood.acts.pace import draw
from makegood.acts.sendlog import Earlier, home_name
from makegood.acts.stops import check_stop
from makegood.acts.windows import commit_window, join_senders
from makegood.kit.killpoints import kp
from makegood.kit.looking import FindsByAct
from makegood.kit.plugins import Answer, Envelope, OutcomeUnknown, Plugin, ProviderError

log = logging.getLogger(__name__)
WINDOW = 128
WINDOW_ONCE = 64  # for what cannot be repeated: a smaller window bounds what can be doubtful
Pair = tuple[Envelope, Tried]
Row = Mapping[str, Any]


@dataclass
class Carrier:
    """One chunk while it is carried out."""

    db: Db
    lease: Lease
    plan: PlanView
    plugin: Plugin
    guard: LeaseGuard
    settles_after: timedelta | None = None
    _paced: bool = True
    _reach: int = WINDOW  # rows worth loading: not many more than the pace lets start at once
    _cannot_ask: bool = field(default=False)  # the connection turned out to have no look-up

    @property
    def window(self) -> int:
        return WINDOW if self.plugin.repeatable else WINDOW_ONCE

    async def run(self) -> None:
        """Windows until the chunk is finished, paused or lost, or the log cannot be written (`guard.fault`)."""
        lease = self.lease
        outcomes = await self._interrupted()
        while True:
            rows, wait = await self._next_rows()
            if outcomes or wait is None or lease.settled_to < lease.claimed_to:
                claim_to = lease.claimed_to if wait is not None else rows[-1]["ordinal"] if rows else lease.hi
                going = await commit_window(self.db, lease, outcomes, claim_to=claim_to)
                if await check_stop(self.db, lease, outcomes):
                    lease.stopping = True  # what was claimed just now is refused by the guard and waits
                if not going:
                    return
            outcomes = []
            kp("act.claimed")
            if rows:
                rules = await self._rules()
                sorted_out = await sort_out(self.db, self.plan, rows, now=rules.now)
                outcomes = sorted_out.settled + await self._send(sorted_out.ready, rules)
            elif wait:
                await asyncio.sleep(wait)
            else:
                return

    async def _next_rows(self) -> tuple[list[dict[str, Any]], float | None]:
        """The next window's rows, as many as the pace lets start now, and None; or no rows, and for how many seconds
        nothing may be claimed (0: not at all by this worker)."""
        lease = self.lease
        if lease.closing or self.guard.fault or not lease.may_send():
            return [], 0.0
        limit = min(self.window, self._reach)
        rows = await load_rows(self.db, self.plan, lease, after=lease.claimed_to, upto=lease.hi, limit=limit)
        if not rows:
            return [], None
        if not self._paced:
            return rows, None
        drawn, wait = await draw(self.db, f"{self.plan.settings['mistake']['brand']}/{lease.provider}", len(rows))
        self._paced = wait > 0  # an account without a bucket gets none before the next chunk
        self._reach = 2 * max(drawn, 1)
        return (rows[:drawn], None) if drawn else ([], wait)

    async def _rules(self) -> Rules:
        can_ask = self.plugin.can_look_up or self.plugin.repeatable
        words = self.plan.step(self.lease.step)["kind"] in ("tell", "ask")
        settles_after = self.settles_after if words else None
        now = self.lease.seen_at or await now_there(self.db)
        return Rules(now, can_ask, self.plan.settings["doubtful"], settles_after)

    async def _send(self, pairs: Sequence[Pair], rules: Rules) -> list[Outcome]:
        """Looks up what was unknown, performs the rest; every act gets exactly one outcome."""
        outcomes: list[Outcome] = []
        fresh: list[Pair] = []
        for envelope, tried in pairs:
            found: Outcome | None = None
            asked = tried
            if tried.state == "unknown":
                found, asked = await self._ask(tried, rules, envelope)
                if found is None and not asked.doubt and not getattr(self.plugin, "exact_look_up", False):
                    doubt = await still_doubtful(self.db, self.plan.id, tried.ordinal, rules.now)
                    asked = replace(asked, doubt=doubt)
            if found is None:
                fresh.append((envelope, asked))
            else:
                outcomes.append(found)
        return outcomes + await self._perform(fresh, rules)

    async def _perform(self, pairs: Sequence[Pair], rules: Rules) -> list[Outcome]:
        remedy = str(self.plan.step(self.lease.step)["remedy"] or "")
        looked = await look_first(self.db, self.plan, self.plugin, pairs, remedy)
        settled = [outcome_of(tried, looked[tried.ordinal], rules) for _, tried in pairs if tried.ordinal in looked]
        return settled + await self._perform_now([pair for pair in pairs if pair[1].ordinal not in looked], rules)

    async def _perform_now(self, pairs: Sequence[Pair], rules: Rules) -> list[Outcome]:
        kp("act.before_send")
        self.guard.new_window()
        answers: dict[int, Answer] = {}

        async def collect() -> None:
            async for index, answer in self.plugin.perform([envelope for envelope, _ in pairs]):
                answers[index] = answer
                kp("act.after_http")

        # Gathered, not caught: whatever a plug-in raises, what it had begun is unknown and the window is recorded.
        (broken,) = await asyncio.gather(collect(), return_exceptions=True) if pairs else (None,)
        if broken is not None:
            log.error("The plug-in %s broke in chunk %s.", self.plugin.name, self.lease.id, exc_info=broken)
        return [
            outcome_of(tried, answers.get(index) or self._unsaid(tried.ordinal, broken), rules)
            for index, (_, tried) in enumerate(pairs)
        ]

    def _unsaid(self, ordinal: int, broken: BaseException | None) -> Answer:
        """The answer for an act of which the plug-in said nothing."""
        if ordinal in self.guard.answers:
            return self.guard.answers[ordinal]
        if broken is None:
            return OutcomeUnknown("the plug-in gave no answer")
        words = f"the plug-in broke ({type(broken).__name__})"
        if ordinal in self.guard.begun:
            return OutcomeUnknown(words, code="plug-in-broke")
        return ProviderError(words, permanent=False, code="plug-in-broke")

    async def _ask(self, tried: Tried, rules: Rules, envelope: Envelope | None = None) -> tuple[Outcome | None, Tried]:
        """The earlier effect by key. No outcome: it may be sent (again), without doubt when absence was proved."""
        if not self.plugin.can_look_up or self._cannot_ask:
            return self._again(tried, rules)
        try:
            kp("act.before_look_up")
            if envelope is not None and isinstance(self.plugin, FindsByAct):
                receipt = await self.plugin.look_up_for(envelope)
            else:
                receipt = await self.plugin.look_up(tried.key)
        except OutcomeUnknown as no:
            if no.code == "no-look-up" and self.plugin.repeatable:
                self._cannot_ask = True
                return self._again(tried, rules)
            return outcome_of(tried, no, rules), tried
        except ProviderError as no:
            if not no.permanent and not no.stops:
                return outcome_of(tried, OutcomeUnknown(no.words, code=no.code), rules), tried
            return outcome_of(tried, no, rules), tried
        return (outcome_of(tried, receipt, rules), tried) if receipt is not None else (None, tried)

    def _again(self, tried: Tried, rules: Rules) -> tuple[Outcome | None, Tried]:
        """In doubt and nobody to ask: it is repeated with its key while the provider knows that again, else a person
        looks."""
        if not self._forgotten(tried, rules):
            return None, replace(tried, doubt=True)
        old = OutcomeUnknown("the provider may not know this key any more", code="key-too-old")
        return outcome_of(tried, old, replace(rules, can_ask=False, doubtful="hold")), tried

    def _forgotten(self, tried: Tried, rules: Rules) -> bool:
        """The same key could take effect a second time. Counted from the first try, which a repeat does not renew."""
        life: timedelta | None = getattr(self.plugin, "key_life", None)
        return life is not None and tried.since is not None and rules.now - tried.since >= life

    async def _interrupted(self) -> list[Outcome]:
        """Acts an earlier holder had claimed and left without a result: ended, never begun, or doubtful."""
        lease = self.lease
        if lease.claimed_to <= lease.settled_to:
            return []
        loaded = await load_rows(
            self.db, self.plan, lease, after=lease.settled_to, upto=lease.claimed_to, limit=lease.hi
        )
        rows = [row for row in loaded if row["state"] not in AT_REST]
        rules = await self._rules()
        window = await sort_out(self.db, self.plan, rows, now=rules.now)
        earlier = Earlier(self.plan.id, lease.id, lease.epoch)
        exact = getattr(self.plugin, "exact_look_up", False)
        believed = {} if exact else await believed_from(self.db, lease, [row["ordinal"] for row in rows])
        ready = {tried.ordinal: (envelope, tried) for envelope, tried in window.ready}
        unready = {outcome.ordinal: outcome for outcome in window.settled}
        outcomes: list[Outcome] = []
        again: list[Pair] = []
        for row in rows:
            pair = ready.get(row["ordinal"])
            tried = pair[1] if pair else tried_of(self.plan, row)
            tried = replace(tried, since=tried.since or lease.claimed_at)
            verdict, tried = await self._verdict(tried, earlier, rules, pair[0] if pair else None)
            if verdict is not None:
                outcomes.append(verdict)
            elif pair is not None and not lease.closing:
                again.append((pair[0], tried))
            elif believed.get(tried.ordinal, rules.now) > rules.now and self._maybe_begun(tried, earlier):
                early = OutcomeUnknown("the provider was asked too soon after the send", code=TOO_EARLY)
                outcomes.append(replace(outcome_of(tried, early, rules), next_at=believed[tried.ordinal]))
            elif lease.closing:
                outcomes.append(Outcome(tried.ordinal, tried.state, "cancelled", "plan-cancelled", tried.tries))
            else:
                outcomes.append(unready[tried.ordinal])
        if again and not self.plugin.repeatable:
            await join_senders(self.db, lease)
        return outcomes + await self._perform(again, rules)

    async def _verdict(
        self, tried: Tried, earlier: Earlier, rules: Rules, envelope: Envelope | None
    ) -> tuple[Outcome | None, Tried]:
        """What became of an act of an interrupted window; no outcome: it is free to be sent (again). Without an
        envelope it cannot be sent."""
        if tried.ordinal in earlier.answers:
            # A no to the last try says nothing about an earlier one that may have worked.
            doubt = tried.state == "unknown" or tried.ordinal in earlier.hanging
            return outcome_of(replace(tried, doubt=doubt), earlier.answers[tried.ordinal], rules), tried
        if not self._maybe_begun(tried, earlier):
            return None, tried
        may_send = envelope is not None and not self.lease.closing
        if may_send and self.plugin.repeatable and tried.state != "unknown" and not self._forgotten(tried, rules):
            return None, replace(tried, doubt=True)  # the same key again takes effect once
        outcome, tried = await self._ask(tried, rules, envelope)
        if outcome is not None or not tried.doubt:
            return outcome, tried
        if may_send and (self.plugin.repeatable or rules.doubtful == "resend"):
            return None, tried
        died = OutcomeUnknown("the worker died in mid-send", code="worker-died")
        return outcome_of(tried, died, replace(rules, can_ask=False, doubtful="hold")), tried

    def _maybe_begun(self, tried: Tried, earlier: Earlier) -> bool:
        if tried.state == "unknown" or self.plugin.repeatable:
            return True
        complete = self.lease.home == home_name() and earlier.tells_all(self.lease.senders)
        return not complete or earlier.was_begun(tried.ordinal)
