"""From a plug-in's answer to what is stored: the act's next state and one attempt row."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from makegood.kit.plugins import UNDELIVERABLE, Answer, NotSent, OutcomeUnknown, ProviderError, Receipt, scrub

MAX_TRIES = 12  # reliability rules, section 3.2: at most 12 tries over 72 hours, then a person
LONGEST_WAIT = timedelta(hours=12)
RESEND_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one act in one window. `attempt` is empty when nothing was tried (so no attempt row is written).
    `settles_after`: what was taken may come back for so long; after that it is done."""

    ordinal: int
    was: str
    state: str
    code: str
    tries: int
    next_at: datetime | None = None
    settles_after: timedelta | None = None
    attempt: str = ""
    key: str = ""
    reference: str = ""
    words: str = ""
    words_digest: str = ""
    commitment: str = ""
    minor: int | None = None
    currency: str | None = None
    stop: str = ""  # why the whole plan stops, where it is about the connection and not about this act


@dataclass(frozen=True, slots=True)
class Tried:
    """What the engine knows about an act it is trying. `doubt`: an earlier try may have taken effect, and nobody has
    proved otherwise. `since`: when the provider may have seen its key first; None: never."""

    ordinal: int
    state: str
    tries: int
    key: str
    words_digest: str
    commitment: str
    minor: int | None
    currency: str | None
    doubt: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """How doubt and waiting are treated for one provider of one plan. `now` is the database's clock; `can_ask` says
    that an unknown act can be looked up, or repeated with the same key without harm; a yes is only *taken* for
    `settles_after`, where words may still come back."""

    now: datetime
    can_ask: bool
    doubtful: str  # resend or hold, for what can neither be repeated nor looked up
    settles_after: timedelta | None = None


def outcome_of(tried: Tried, answer: Answer, rules: Rules) -> Outcome:
    """The one place where answers become states."""
    if isinstance(answer, Receipt):
        return _taken(tried, answer, rules)
    if isinstance(answer, NotSent):
        # It stays what it was and is gathered again at once; an act of unknown outcome stays unknown.
        state = "unknown" if tried.state == "unknown" or tried.doubt else "waiting"
        return Outcome(tried.ordinal, tried.state, state, "not-sent", tried.tries, next_at=rules.now)
    if isinstance(answer, OutcomeUnknown):
        return _unknown(tried, answer, rules)
    return _refused(tried, answer, rules)


def _taken(tried: Tried, answer: Receipt, rules: Rules) -> Outcome:
    """The provider's yes. Where words may come back, even a final yes is one until further notice."""
    if answer.status == "waiting" or rules.settles_after is None:
        return _outcome(tried, answer.status, answer.code, attempt=answer.status, answer=answer)
    outcome = _outcome(tried, "accepted", answer.code, attempt="accepted", answer=answer)
    return replace(outcome, settles_after=rules.settles_after)


def _unknown(tried: Tried, answer: OutcomeUnknown, rules: Rules) -> Outcome:
    again = None
    if tried.tries + 1 < MAX_TRIES:
        if rules.can_ask:
            again = rules.now + 3 * backoff(tried.tries)
        elif rules.doubtful == "resend" and tried.state != "unknown":
            again = rules.now + RESEND_AFTER  # once: in doubt a second time, a person looks
    return _outcome(tried, "unknown", answer.code, attempt="unknown", answer=answer, next_at=again)


def _refused(tried: Tried, answer: ProviderError, rules: Rules) -> Outcome:
    if answer.stops:
        # Nobody's recipient is to blame: it counts as no try, and goes on when a person has put the connection right.
        state = "unknown" if tried.state == "unknown" or tried.doubt else "waiting"
        kept = _outcome(tried, state, answer.code, attempt="retry", answer=answer, next_at=rules.now)
        return replace(kept, tries=tried.tries, stop=scrub(answer.words))
    last = answer.permanent or tried.tries + 1 >= MAX_TRIES
    wait = timedelta(seconds=answer.retry_after) if answer.retry_after is not None else backoff(tried.tries)
    if tried.doubt:
        # The earlier try may have worked: a no to this one says nothing about it.
        later = None if last and not rules.can_ask else rules.now + wait
        attempt = "failed" if answer.permanent else "retry"
        return _outcome(tried, "unknown", answer.code, attempt=attempt, answer=answer, next_at=later)
    if last:
        code = answer.code if answer.permanent else f"gave-up:{answer.code}"
        # Due at once: the sweeper looks whether there is a next route.
        next_at = rules.now if code in UNDELIVERABLE else None
        return _outcome(tried, "failed", code, attempt="failed", answer=answer, next_at=next_at)
    return _outcome(tried, "waiting", answer.code, attempt="retry", answer=answer, next_at=rules.now + wait)


def backoff(tries: int) -> timedelta:
    """5 s, 10 s, 20 s … at most 12 h, each with up to 20 % of jitter so that a recovered provider is not stormed."""
    base = min(timedelta(seconds=5 * 2 ** min(tries, 20)), LONGEST_WAIT)
    jitter = timedelta(seconds=base.total_seconds() * 0.2 * random.random())  # noqa: S311 - not a secret
    return base + jitter


def _outcome(
    tried: Tried, state: str, code: str, *, attempt: str, answer: Answer, next_at: datetime | None = None
) -> Outcome:
    return Outcome(
        ordinal=tried.ordinal,
        was=tried.state,
        state=state,
        code=code[:60],
        tries=tried.tries + 1,
        next_at=next_at,
        attempt=attempt,
        key=tried.key,
        reference=answer.reference if isinstance(answer, Receipt) else "",
        words=scrub(words) if (words := getattr(answer, "words", "")) else "",
        words_digest=tried.words_digest,
        commitment=tried.commitment,
        minor=tried.minor,
        currency=tried.currency,
    )
