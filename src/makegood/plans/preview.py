"""One message as one real customer would get it, before there is a plan: computed as a plan is, and nothing stored.

Whom it shows is chosen in the engine among those who would get the step, by SQL: nobody else is ever held here. To be
quick, the first of a large scope and the longest name are looked for among a thousand before everybody is computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.db import connection

from makegood.core.expressions_sql import quoted
from makegood.core.facts import FactColumn, read_columns
from makegood.core.playbook import Step
from makegood.core.render import MissingFact, Spoken, Unrenderable, compile_spoken
from makegood.kit.columns import Columns
from makegood.kit.errors import BadInput, Finding, NotFound, Place, Refused
from makegood.kit.money import Money
from makegood.plans.computing import Part, decide_all, lay_out, read_rows
from makegood.plans.draft import WALL_SECONDS, Wanted, read_inputs
from makegood.plans.inputs import Inputs, find_providers, plan_settings, step_lines
from makegood.plans.knowing import known_of
from makegood.plans.lettercheck import LetterCheck, Tally
from makegood.plans.letters import Letter, Post, list_letters
from makegood.plans.unknowns import list_unknowns

By = Literal["key", "first", "longest", "smallest"]
A_FEW = 1_000
_BYTES = 'customer_key COLLATE "C"'
_FEW = {
    "first": Part(f"ORDER BY {_BYTES} LIMIT {A_FEW}"),
    "longest": Part(f"ORDER BY length(contact::json ->> 'name') DESC NULLS LAST, {_BYTES} LIMIT {A_FEW}"),
}
_ORDER = {
    "key": "l.customer_key",
    "first": "l.customer_key",
    "longest": "length(json_extract_string(l.contact, '$.name')) DESC NULLS LAST, l.customer_key",
    "smallest": "m.currency, m.total, l.customer_key",
}
_PICK = """
SELECT t.customer_id, l.customer_key, t.ordinal, t.sequence, t.kind, t.provider, t.route, t.remedy, t.basis,
       l.facts, l.contact
FROM act t JOIN loaded l USING (customer_id)
{join} (SELECT customer_id, min(currency) AS currency, sum(minor) AS total FROM told_amount GROUP BY 1) m
    USING (customer_id)
WHERE t.step = {step} ORDER BY {order} LIMIT 1
"""
_NAMES = ("customer_id", "key", "ordinal", "sequence", "kind", "provider", "route", "remedy", "basis", "facts",
          "contact")  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """Which customer: the one with this `key`, the first, the longest name, the smallest amount."""

    by: By = "first"
    key: str = ""

    @property
    def why(self) -> str:
        return {
            "key": "the one you named",
            "first": "the first who gets it",
            "longest": "the longest name",
            "smallest": "the smallest amount",
        }[self.by]


@dataclass(frozen=True)
class Previewed:
    """What sending needs of one act, before it exists. `row` is as a worker reads an act; `settings` are a plan's.

    `texts` are the message's files by name. `findings` are about this message to this customer; `unknown` says what
    only a plan will know. `written` is False where a fact is missing: then a finding names it."""

    mistake: int
    scope: int
    version: int
    stage: str
    step: str
    key: str
    row: Mapping[str, Any]
    settings: Mapping[str, Any]
    columns: list[FactColumn]
    texts: Mapping[str, str]
    message: Spoken
    file: str
    amounts: Mapping[str, Money]
    choice: Choice
    findings: list[Finding] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    written: bool = True


def preview(wanted: Wanted, step: Step, choice: Choice, progress: Callable[[str], None] = lambda _: None) -> Previewed:
    """The step's message to the chosen customer of the newest scope. `wanted` names the step's stage.

    Raises `BadInput` for a message that cannot be read, `NotFound` for a key that the scope does not have, `Refused`
    where nobody would get the message."""
    read, _ = read_inputs(wanted)
    folder = read.checked.folder
    texts = {file: folder.texts[file] for file in folder.messages[step.message].values()}
    message, advice = compile_spoken(step.message, texts, read.checked.mistake.locale if read.checked.mistake else "en")
    if message is None:
        blocking = tuple(one for one in advice if one.blocking)
        what = f"The message '{step.message}' cannot be read."
        raise BadInput(what, remedy="Solve what stands below.", findings=blocking, code="bad-message")
    why = ""
    for inputs, part, assumed in _attempts(read, step, choice):
        with Columns(wall_seconds=WALL_SECONDS) as columns:
            _compute(columns, inputs, part, progress)
            row = _pick(columns, step, choice)
            if row is None:
                why = why or (_decided(columns) if choice.by == "key" else "")
                continue
            settings = plan_settings(inputs)
            (letter,) = list_letters(columns, Post.of(inputs, settings, step.id), [row["customer_id"]])
        found, written = _look(inputs, step, (message, texts), letter)
        file = message.of(letter.locale).name
        return Previewed(
            mistake=inputs.mistake.id,
            scope=inputs.scope.id,
            version=inputs.scope.version,
            stage=inputs.stage.name,
            step=step.id,
            key=row["key"],
            row=row,
            settings=settings,
            columns=read_columns(inputs.scope.columns),
            texts=texts,
            message=message,
            file=file,
            amounts=letter.amounts,
            choice=choice,
            findings=[*(one for one in advice if one.place is None or one.place.file == file), *found],
            unknown=[*assumed, *list_unknowns(inputs, step, message)],
            written=written,
        )
    raise _nobody(read, step, choice, why)


def _attempts(inputs: Inputs, step: Step, choice: Choice) -> Iterator[tuple[Inputs, Part, list[str]]]:
    """From the few who could be it to everybody, who would get it if a plan were made now. Then what is assumed so that
    the words can be seen all the same: that what the step comes after has been done, or that nothing has been."""
    whole = Part()
    if choice.by == "key":
        _require_key(inputs, choice.key)
        whole = Part("AND customer_key = %s", (choice.key,))
    elif choice.by in _FEW and int(inputs.scope.counts["affected"]) > A_FEW:
        yield inputs, _FEW[choice.by], []
    yield inputs, whole, []
    after = _with_earlier(inputs, step)
    if after is not inputs:
        steps = " and ".join(f"'{one}'" for one in step.after)
        yield after, whole, [f"It comes after {steps}: shown as if that had been done."]
    yield after, replace(whole, anew=True), ["It has been sent: shown as if nobody had been told or paid yet."]


def _with_earlier(inputs: Inputs, step: Step) -> Inputs:
    """The stage with the steps of earlier ones that the step comes after, as if all were planned together."""
    known = {one.id: one for one in inputs.playbook.steps()}
    own = {one.id for one in inputs.stage.steps}
    wanted, open_ = set[str](), list(step.after)
    while open_:
        name = open_.pop()
        if name in known and name not in wanted:
            wanted.add(name)
            open_ += known[name].after
    earlier = tuple(one for one in known.values() if one.id in wanted - own)
    if not earlier:
        return inputs
    stage = replace(inputs.stage, steps=(*earlier, *inputs.stage.steps))
    return replace(inputs, stage=stage, providers=find_providers(stage, inputs.mistake))


def _require_key(inputs: Inputs, key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM affected WHERE scope_id = %s AND customer_key = %s", [inputs.scope.id, key])
        if cursor.fetchone() is None:
            raise NotFound(
                f"Version {inputs.scope.version} of the scope has no customer '{key}'.",
                remedy="Give the key as the source has it, or leave --customer out for the first.",
                code="no-customer",
            )


def _compute(columns: Columns, inputs: Inputs, part: Part, progress: Callable[[str], None]) -> None:
    if not part.only and int(inputs.scope.counts["affected"]) > A_FEW:
        progress(f"computing for {inputs.scope.counts['affected']} customers")
    read_rows(columns, inputs, part)
    columns.seal()
    decide_all(columns, inputs)
    lay_out(columns, inputs, step_lines(inputs))


def _pick(columns: Columns, step: Step, choice: Choice) -> dict[str, Any] | None:
    join = "JOIN" if choice.by == "smallest" else "LEFT JOIN"
    rows = columns.fetch(_PICK.format(step=quoted(step.id), join=join, order=_ORDER[choice.by]))
    if not rows:
        return None
    row: dict[str, Any] = dict(zip(_NAMES, rows[0], strict=True))
    planned = {"step": step.id, "state": "planned", "tries": 0, "via": 0, "since": None, "salt": None}
    return row | planned | {"minor": None, "currency": "", "reason": ""}


def _look(
    inputs: Inputs, step: Step, written: tuple[Spoken, Mapping[str, str]], letter: Letter
) -> tuple[list[Finding], bool]:
    """What the check of a plan says of this one message, and whether it can be written at all."""
    spoken, texts = written
    message = spoken.of(letter.locale)
    tally = Tally()
    check = LetterCheck(message, texts[message.name], known_of(inputs, step, message), tally)
    try:
        parts = message.parts(letter.known, locale=letter.locale)
        message.fill(parts)
    except (MissingFact, Unrenderable) as error:
        remedy = "Add the fact, or guard it: {% if fact %} … {% endif %}."
        return [Finding("message-incomplete", error.what, remedy, place=error.place or Place(message.name))], False
    check.look(letter, parts)
    check.finish()
    return tally.findings(), True


def _decided(columns: Columns) -> str:
    """What the policy says of the one customer who was read, where it gives nothing."""
    found = columns.fetch("SELECT remedy, status, reason FROM final WHERE status <> 'owed' ORDER BY remedy")
    return "".join(f" {remedy}: {status}. {reason}" for remedy, status, reason in found)


def _nobody(inputs: Inputs, step: Step, choice: Choice, why: str) -> Refused:
    if choice.by == "smallest":
        return Refused(
            f"Nobody who gets '{step.id}' gets an amount in the stage {inputs.stage.name}, so there is no smallest.",
            remedy="Preview a step of a stage that pays, or leave --smallest out.",
            code="no-amount",
        )
    nobody = f"Nobody of version {inputs.scope.version} of the scope would get '{step.id}'."
    return Refused(
        f"Customer '{choice.key}' would not get '{step.id}'.{why}" if choice.by == "key" else nobody,
        remedy=f"See who gets what, and why: makegood plan … --stage {inputs.stage.name}.",
        code="nobody-gets-it",
    )
