"""What a plan checks of each message it would send: the words once a skeleton, the values one message after the other.

Pure. Held are the skeletons, of which there are few, and what was found, with a count and three customers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from makegood.core.render import Message, TracedMessage
from makegood.core.render.message import Parts
from makegood.core.render.values import money_text
from makegood.kit.errors import Finding, Place
from makegood.kit.money import Money
from makegood.plans.letters import Letter
from makegood.plans.literals import Amount, Day, list_amounts, list_days, own_words
from makegood.plans.promised import Ahead, Moment, Promised, list_promised, own_moment
from makegood.plans.wording import Manner, Read, Said, Template, is_read, read_words, rule_said

MOST_SKELETONS = 1_000
_ODD = re.compile(
    r"(?:^|\0)\s*(null|none|nan|undefined|n/a|tbd|todo|xxx+|\[[\w ]+\]|<[\w ]+>)\s*(?=\0|$)|\{\{|\{%|%\}|\}\}",
    re.IGNORECASE,
)


@dataclass
class Found:
    """What was found: `said` of `count` messages, such as those of three customers."""

    said: Said
    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, count: int, keys: Sequence[str]) -> None:
        self.count += count
        self.examples += keys[: 3 - len(self.examples)]

    def as_finding(self) -> Finding:
        said = self.said
        return Finding(
            said.code, said.what, said.remedy, said.level, said.place, self.count, tuple(self.examples), said.because
        )


class Tally:
    """Findings by what they say and where: one fault of a template is one of them, however many get it."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Found] = {}

    def add(self, said: Said, count: int, keys: Sequence[str]) -> None:
        at = (said.code, str(said.place), said.what)
        found = self._found.get(at)
        if found is None:
            found = self._found[at] = Found(said)
        found.add(count, keys)

    def findings(self) -> list[Finding]:
        """By place in the file, what concerns the whole message last."""
        found = [one.as_finding() for one in self._found.values()]
        return sorted(found, key=lambda one: (_file(one.place), _line(one.place), one.code))


def _file(place: Place | None) -> str:
    return place.file if place else ""


def _line(place: Place | None) -> tuple[bool, int, int]:
    return (place is None or place.line is None, place.line or 0 if place else 0, place.column or 0 if place else 0)


@dataclass(frozen=True)
class Known:
    """What the plan knows and no customer has: its dates, whether the cause is open, what this step is about.

    `gives`: this stage gives something, or none that follows does. `tells`: the remedies whose amounts this step's
    message is to name. `locale` is the mistake's language. `ahead`: what of the time promises count from; None where
    none are looked for."""

    manner: Manner
    days: frozenset[date] = frozenset()
    told_days: tuple[Day, ...] = ()
    happened: tuple[date, date] | None = None
    cause_open: bool = False
    gives: bool = False
    tells: frozenset[str] = frozenset()
    asks: bool = False
    locale: str = ""
    ahead: Ahead | None = None

    def has(self, day: Day) -> bool:
        if day.is_one_of(set(self.days)) or (self.happened and day.is_within(*self.happened)):
            return True
        same = [one for one in self.told_days if (one.month, one.day) == (day.month, day.day)]
        return any(0 in (one.year, day.year) or one.year == day.year for one in same)


@dataclass
class _Skeleton:
    """Everybody who gets the same words around their own values."""

    read: Read
    makegood: Place | None
    money_slots: tuple[tuple[Place, tuple[int, ...]], ...]
    amounts: tuple[tuple[Amount, bool], ...]
    days: tuple[Day, ...]
    promised: tuple[Promised, ...] = ()
    count: int = 0
    keys: list[str] = field(default_factory=list)


class LetterCheck:
    """The check of one step's messages: `look` at each, then `finish`."""

    def __init__(self, message: Message, text: str, known: Known, tally: Tally) -> None:
        self.template = Template(message.name, text)
        self._traced = TracedMessage(text, message.name)
        self._message, self._known, self._tally = message, known, tally
        self._skeletons: dict[tuple[str, str, str, bool], _Skeleton] = {}
        self.unread = 0

    def look(self, letter: Letter, parts: Parts) -> None:
        """One customer's message, as `Message.parts` made it."""
        key = (parts[0], parts[2], parts[4], letter.sequence > 1)
        skeleton = self._skeletons.get(key)
        if skeleton is None:
            if len(self._skeletons) >= MOST_SKELETONS:
                self.unread += 1
                return
            skeleton = self._skeletons[key] = self._new(letter, parts[4])
        skeleton.count += 1
        if len(skeleton.keys) < 3:
            skeleton.keys.append(letter.key)
        values = [*parts[1], *parts[3]]
        odd = _ODD.search("\0".join(values))
        if odd:
            self._odd(skeleton, values, letter)
        if letter.amounts:
            self._money(skeleton, values, letter, parts[4])
        if skeleton.makegood and not letter.given and self._known.gives and not self._known.asks:
            self._one("MG502", "", skeleton.makegood, letter)
        if skeleton.amounts or skeleton.days:
            self._literals(skeleton, letter)
        if skeleton.promised and self._known.ahead:
            _hear(skeleton, letter, self._known.ahead)

    def finish(self) -> list[Read]:
        """Puts what the words say into the tally; gives each reading."""
        for one in self._skeletons.values():
            for said in one.read.said:
                self._tally.add(said, 1 if said.own else one.count, one.keys[:1] if said.own else one.keys)
            if self._known.cause_open:
                self._cause(one)
        return [one.read for one in self._skeletons.values()]

    def promised(self) -> list[Promised]:
        """What was promised so far, each sentence and moment of the file once."""
        found: dict[tuple[str, str, Moment], Promised] = {}
        for one in (promised for skeleton in self._skeletons.values() for promised in skeleton.promised):
            same = found.setdefault((str(one.place), one.what, one.moment), Promised(one.what, one.place, one.moment))
            same.add(one)
        return [one for one in found.values() if one.count]

    def typed(self) -> dict[str, tuple[Place, int, str]]:
        """Words with a digit or an @ in the author's own text: place, how many get them, one of these customers."""
        found: dict[str, tuple[Place, int, str]] = {}
        for one in self._skeletons.values():
            for start, words in own_words(one.read.traced):
                for match in re.finditer(r"[^\s,;()<>\"“”*]+", words):
                    token = match[0].rstrip(".:!?").lower()
                    if len(token) >= 4 and re.search(r"[\d@]", token):
                        place = one.read.traced.place(start + match.start())
                        count = found[token][1] if token in found else 0
                        found[token] = (place, count + one.count, one.keys[0])
        return found

    def _new(self, letter: Letter, spoken: str) -> _Skeleton:
        traced = self._traced.write(letter.known, locale=spoken)
        own = spoken if self._message.locale else "" if is_read(self._known.locale) else self._known.locale
        read = read_words(self.template, traced, self._known.manner, spoken=own, attempt=letter.sequence)
        spans = read.spans("MG109")
        amounts, days = [], []
        for start, words in own_words(traced):
            for one in list_amounts(words):
                at = start + one.at
                amounts.append((Amount(at, one.words, one.number, one.currencies), _within(at, spans)))
            for day in list_days(words):
                if not self._known.has(day):
                    days.append(Day(start + day.at, day.words, day.month, day.day, day.year))
        return _Skeleton(
            read=read,
            makegood=traced.place(spans[0][0]) if spans else None,
            money_slots=_money_slots(read, spans, letter),
            amounts=tuple(amounts),
            days=tuple(days),
            promised=tuple(list_promised(read, letter, self._known.ahead)) if self._known.ahead else (),
        )

    def _one(self, code: str, detail: str, place: Place, letter: Letter) -> None:
        self._tally.add(rule_said(self.template, code, detail, place), 1, [letter.key])

    def _odd(self, skeleton: _Skeleton, values: Sequence[str], letter: Letter) -> None:
        traced = skeleton.read.traced
        slots = [piece for piece in traced.pieces if piece.slot]
        for value, piece in zip(values, slots, strict=True):
            if _ODD.search(value):
                place = traced.place(piece.start)
                self._one("MG216", f"{{{{ {piece.slot} }}}} is shown as “{value[:20]}”.", place, letter)

    def _money(self, skeleton: _Skeleton, values: Sequence[str], letter: Letter, spoken: str) -> None:
        shown = {remedy: money_text(amount, spoken) for remedy, amount in letter.amounts.items()}
        for place, slots in skeleton.money_slots:
            if not any(values[slot] in shown.values() for slot in slots):
                detail = "A make-good is told with an amount that this plan does not pay."
                self._one("MG217", detail, place, letter)
        if not letter.paid or not self._known.tells or self._known.asks:
            return
        for remedy, text in shown.items():
            told = any(text in value for value in values) or self._typed(skeleton, letter.amounts[remedy])
            if remedy in self._known.tells and not told:
                self._one("MG503", f"The message does not name '{remedy}'.", Place(self.template.name), letter)

    def _typed(self, skeleton: _Skeleton, amount: Money) -> bool:
        return any(one.is_one_of({amount}) for one, _ in skeleton.amounts)

    def _literals(self, skeleton: _Skeleton, letter: Letter) -> None:
        traced = skeleton.read.traced
        own = {one for one in letter.facts.values() if isinstance(one, Money)} | set(letter.amounts.values())
        for amount, given in skeleton.amounts:
            right = set(letter.amounts.values()) if given and letter.amounts else own
            if not amount.is_one_of(right):
                about = "what this plan pays" if given and letter.amounts else "an amount of these customers"
                said = rule_said(
                    self.template,
                    "MG217",
                    f"“{amount.words}” is typed into the text and is not {about}.",
                    traced.place(amount.at),
                    level="blocking" if given else "warning",
                )
                self._tally.add(said, 1, [letter.key])
        for day in skeleton.days:
            if not day.is_one_of(_days(letter.facts)):
                detail = f"“{day.words}” is typed into the text and is no date of this plan."
                said = rule_said(self.template, "MG217", detail, traced.place(day.at), level="warning")
                self._tally.add(said, 1, [letter.key])

    def _cause(self, skeleton: _Skeleton) -> None:
        read = skeleton.read
        for one in read.reading.elements if read.reading else ():
            if one.id == "MG106" and not any(
                piece.slot.startswith("facts.") for piece in read.traced.slots(one.span.start, one.span.end)
            ):
                said = rule_said(self.template, "MG504", "", read.traced.place(one.span.start))
                self._tally.add(said, skeleton.count, skeleton.keys)


def _hear(skeleton: _Skeleton, letter: Letter, ahead: Ahead) -> None:
    for one in skeleton.promised:
        at = own_moment(one.moment.source, letter, ahead) if one.moment.own else one.moment.at
        if at is not None or not one.moment.own:
            one.hear(at)


def _within(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)


def _money_slots(
    read: Read, spans: Sequence[tuple[int, int]], letter: Letter
) -> tuple[tuple[Place, tuple[int, ...]], ...]:
    """For each sentence that gives something and shows money: its place, and which values are money."""
    slots = [piece for piece in read.traced.pieces if piece.slot]
    found = []
    for start, end in spans:
        money = tuple(
            number
            for number, piece in enumerate(slots)
            if start <= piece.start < end and _is_money(piece.slot, letter.facts)
        )
        if money:
            found.append((read.traced.place(start), money))
    return tuple(found)


def _is_money(slot: str, facts: Mapping[str, object]) -> bool:
    return slot.startswith("amounts.") or isinstance(facts.get(slot), Money)


def _days(facts: Mapping[str, object]) -> set[date]:
    return {one.date() if isinstance(one, datetime) else one for one in facts.values() if isinstance(one, date)}
