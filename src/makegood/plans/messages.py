"""Messages before anything is sent: each is written once and read, samples are shown to people."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from makegood.core.facts import read_columns, typed_facts
from makegood.core.messagefacts import frame_of, message_facts
from makegood.core.playbook import Step
from makegood.core.render import MissingFact, Spoken, Unrenderable, compile_spoken
from makegood.core.render.spoken import by_message
from makegood.documents.models import Revision
from makegood.kit.columns import Columns
from makegood.kit.counting import counted
from makegood.kit.errors import BadInput, Finding, Place
from makegood.kit.money import Money
from makegood.kit.plugins import Words
from makegood.plans.amounts import amounts_of
from makegood.plans.apologies import apology_days, count_again
from makegood.plans.inputs import Inputs, plan_settings
from makegood.plans.knowing import known_of, untold
from makegood.plans.lettercheck import LetterCheck, Tally
from makegood.plans.letters import Letter, Post, list_letters
from makegood.plans.models import Plan
from makegood.plans.others import find_identifiers, find_others, whose
from makegood.plans.promising import promise_lines, untold_findings
from makegood.plans.wording import rule_said

PROGRESS = 50_000
A_SECOND = 500  # letters that are read in one, at the very least


@dataclass(frozen=True)
class Sample:
    """A message as one real customer would get it, and why this one was chosen."""

    step: str
    chosen: str
    customer_key: str
    provider: str
    words: Words


@dataclass(frozen=True)
class Writing:
    """One step's message over one scope; `settings` are the plan's."""

    scope: int
    step: str
    settings: Mapping[str, Any]
    message: Spoken


@dataclass(frozen=True)
class MessagesRead:
    """What is wrong with the messages, and what they promise: a line for each sentence and moment."""

    findings: list[Finding]
    promises: list[dict[str, Any]]


def read_messages(columns: Columns, inputs: Inputs, progress: Callable[[str], None] = lambda _: None) -> MessagesRead:
    """Writes every message of the plan and says what is wrong with it, each thing once, with a count and examples."""
    found: list[Finding] = untold(columns, inputs)
    settings = plan_settings(inputs)
    tally = Tally()
    messages = []
    for step in inputs.stage.steps:
        if not step.message:
            continue
        texts = {
            file: inputs.checked.folder.texts[file] for file in inputs.checked.folder.messages[step.message].values()
        }
        message, findings = compile_spoken(step.message, texts, settings["mistake"]["locale"])
        found += findings
        if message is not None:
            checks = {
                file.name: LetterCheck(file, texts[file.name], known_of(inputs, step, file), tally)
                for file in message.by_language.values()
            }
            messages.append(_Step(step, message, checks))
    if messages:
        find_identifiers(columns, read_columns(inputs.scope.columns))
    for one in messages:
        found += _of_step(columns, inputs, one, settings, progress)
        _apologies(columns, one, tally)
        _others(columns, inputs, one, settings, tally)
    if messages:
        columns.run("DROP TABLE identifier")
    lines, unclear = _promises(inputs, messages)
    return MessagesRead([*found, *tally.findings(), *unclear], lines)


@dataclass(frozen=True)
class _Step:
    """A step's message, and the check of each of its files."""

    step: Step
    message: Spoken
    checks: Mapping[str, LetterCheck]

    @property
    def id(self) -> str:
        return self.step.id

    @property
    def any(self) -> LetterCheck:
        """Where the message of the mistake's language stands: what concerns no one file is said there."""
        return self.checks[self.message.of("").name]


def _promises(inputs: Inputs, messages: Sequence[_Step]) -> tuple[list[dict[str, Any]], list[Finding]]:
    lines, unclear = [], []
    for one in messages:
        for file in one.message.by_language.values():
            promised = one.checks[file.name].promised()
            lines += promise_lines(inputs, one.step, file, promised)
            unclear += untold_findings(promised)
    return lines, unclear


def _of_step(
    columns: Columns, inputs: Inputs, one: _Step, settings: Mapping[str, Any], progress: Callable[[str], None]
) -> list[Finding]:
    """A message that cannot be written for somebody is one finding with a count and three examples."""
    post = Post.of(inputs, settings, one.id)
    unwritable: dict[tuple[str, str], tuple[int, list[str]]] = {}
    columns.allow(600 + int(inputs.scope.counts["affected"]) // A_SECOND)
    for number, letter in enumerate(list_letters(columns, post), start=1):
        if number % PROGRESS == 0:
            progress(f"reading the messages of {one.id}: {number:,}")
        message = one.message.of(letter.locale)
        try:
            parts = message.parts(letter.known, locale=letter.locale)
            message.fill(parts)
        except (MissingFact, Unrenderable) as error:
            count, keys = unwritable.get((message.name, error.what), (0, []))
            unwritable[message.name, error.what] = (count + 1, keys if len(keys) == 3 else [*keys, letter.key])
            continue
        one.checks[message.name].look(letter, parts)
    return [*_unwritable(unwritable), *_unread(one)]


def _unwritable(unwritable: Mapping[tuple[str, str], tuple[int, list[str]]]) -> list[Finding]:
    return [
        Finding(
            "message-incomplete",
            f"Message '{file}' cannot be written for {counted(count, 'customer')}: {words}",
            "Add the fact, or guard it: {% if fact %} … {% endif %}.",
            place=Place(file),
            count=count,
            examples=tuple(keys),
        )
        for (file, words), (count, keys) in unwritable.items()
    ]


def _unread(one: _Step) -> list[Finding]:
    unread = sum(check.unread for check in one.checks.values())
    if not unread:
        return []
    what = f"{counted(unread, 'message')} of '{one.id}' were written, not read: too many wordings."
    remedy = "Use fewer conditions and loops, or read samples of them: --samples."
    return [Finding("messages-unread", what, remedy, level="advice", place=Place(one.any.template.name))]


def _apologies(columns: Columns, one: _Step, tally: Tally) -> None:
    """Finishes the reading of a step; who hears an apology a second time is counted where it apologises."""
    reads = [read for check in one.checks.values() for read in check.finish()]
    if not any(read.apologises for read in reads):
        return
    count, keys = count_again(columns, one.id)
    if count:
        template = one.any.template
        detail = f"Within the last {apology_days()} days."
        tally.add(rule_said(template, "MG505", detail, Place(template.name)), count, keys)


def _others(columns: Columns, inputs: Inputs, one: _Step, settings: Mapping[str, Any], tally: Tally) -> None:
    """What belongs to another customer: in the values, and typed into the text. Values are named by their columns."""
    facts = read_columns(inputs.scope.columns)
    pairs = find_others(columns, one.id, facts, {word.split(".")[0] for word in one.message.placeholders})
    post = Post.of(inputs, settings, one.id)
    carried = _carried(columns, post, one.message, {pair.customer: pair.value for pair in pairs})
    for pair in pairs:
        if pair.customer in carried:
            template = one.checks[carried[pair.customer]].template
            detail = f"'{pair.column}' of these shows what is '{pair.theirs}' of another."
            said = rule_said(template, "MG501", detail, template.place_of(pair.column))
            tally.add(said, 1, [_of_other(pair.key, pair.other)])
    for check in one.checks.values():
        typed = check.typed()
        for token, owner in whose(columns, list(typed)).items():
            place, count, key = typed[token]
            if count > 1 or key != owner:
                said = rule_said(check.template, "MG501", "It is typed into the text.", place)
                tally.add(said, count, [_of_other(key, owner)])


def _of_other(key: str, other: str) -> str:
    """Both customers, by their keys alone."""
    return f"{key} (what is of {other})"


def _carried(columns: Columns, post: Post, message: Spoken, values: Mapping[int, str]) -> dict[int, str]:
    """Whose message really shows the value, and by which file: a condition may leave it out."""
    if not values:
        return {}
    return {
        letter.customer: message.of(letter.locale).name
        for letter in list_letters(columns, post, values)
        if values[letter.customer] in _written(message, letter).lower()
    }


def _written(message: Spoken, letter: Letter) -> str:
    try:
        words = message.render(letter.known, locale=letter.locale)
    except (MissingFact, Unrenderable):
        return ""
    return f"{words.subject}\n{words.text}"


def paying_steps(inputs: Inputs) -> dict[str, str]:
    """Every step of the playbook that pays, with its remedy."""
    return {step.id: step.remedy for step in inputs.playbook.steps() if step.remedy}


def render_for(writing: Writing, customer: int, amounts: Mapping[str, Money]) -> Words:
    """The words one customer of a scope would get. Raises `MissingFact`, `Unrenderable`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.facts, f.contact, s.columns FROM affected f JOIN scope s ON s.id = f.scope_id"
            " WHERE f.scope_id = %s AND f.customer_id = %s",
            [writing.scope, customer],
        )
        facts, contact, stored = cursor.fetchone()
    columns = read_columns(json.loads(stored) if isinstance(stored, str) else stored)
    known = json.loads(contact)
    values = typed_facts(facts, columns, ZoneInfo(writing.settings["zone"]))
    return writing.message.render(
        message_facts(writing.settings, values, known, amounts, step=writing.step),
        locale=known.get("language") or "",
        frame=frame_of(writing.settings, step=writing.step),
    )


def list_samples(plan: Plan, *, most: int = 3) -> list[Sample]:
    """Real customers: the longest name, the smallest and the largest amount (or simply the first ones)."""
    samples = []
    for step, settings in plan.settings["steps"].items():
        if not settings["message"]:
            continue
        message = _message(plan, settings["message"])
        writing = Writing(plan.scope_id, step, plan.settings, message)
        for customer, provider, key, chosen in _chosen(plan, step)[:most]:
            words = render_for(writing, customer, amounts_of(plan, customer))
            samples.append(Sample(step, chosen, key, provider, words))
    return samples


_CHOSEN = """
WITH t AS (
    SELECT t.customer_id, t.provider, f.customer_key, length(f.contact::json ->> 'name') AS long,
           (SELECT sum(m.minor) FROM act m WHERE m.plan_id = t.plan_id AND m.customer_id = t.customer_id) AS total
    FROM act t JOIN affected f ON f.scope_id = %(scope)s AND f.customer_id = t.customer_id
    WHERE t.plan_id = %(plan)s AND t.step = %(step)s
)
(SELECT customer_id, provider, customer_key, 'smallest amount' FROM t ORDER BY total, customer_id LIMIT 1)
UNION ALL (SELECT customer_id, provider, customer_key, 'largest amount' FROM t
           ORDER BY total DESC NULLS LAST, customer_id LIMIT 1)
UNION ALL (SELECT customer_id, provider, customer_key, 'longest name' FROM t
           ORDER BY long DESC NULLS LAST, customer_id LIMIT 1)
"""


def _chosen(plan: Plan, step: str) -> list[tuple[int, str, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_CHOSEN, {"scope": plan.scope_id, "plan": plan.id, "step": step})
        rows = cursor.fetchall()
    seen: dict[int, tuple[int, str, str, str]] = {}
    for row in rows:
        seen.setdefault(row[0], row)
    return list(seen.values())


def _message(plan: Plan, name: str) -> Spoken:
    revisions = {file: plan.revisions[file][0] for file in by_message(plan.revisions)[name].values()}
    found = dict(Revision.objects.filter(id__in=revisions.values()).values_list("id", "text"))
    texts = {file: found[revision] for file, revision in revisions.items()}
    message, findings = compile_spoken(name, texts, plan.settings["mistake"]["locale"])
    if message is None:
        raise BadInput(findings[0].what, remedy=findings[0].remedy, place=findings[0].place, code="bad-message")
    return message
