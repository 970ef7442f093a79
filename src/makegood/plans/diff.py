"""What changed between two plans of a stage, or between a draft and what approved plans already did.

Set-wise in the database: one pass over two parts, whatever the number of customers; only counts, sums and a few
examples leave it. Plain JSON; money in minor units by currency; examples are the firm's own customer keys.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection

from makegood.documents.models import Revision
from makegood.kit.errors import Refused
from makegood.kit.money import Money
from makegood.plans.inputs import approved_plans, still_counts
from makegood.plans.models import Plan

EXAMPLES = 5
MOST_LINES = 200  # of one document's difference
WHATS = ("new", "gone", "changed")

_OF_PLAN = """
SELECT customer_id, step, minor, coalesce(currency, '') AS currency, provider || ' ' || route AS mark
FROM act WHERE plan_id = %({plan})s
"""
_DONE = f"""
SELECT customer_id, step, sum(minor)::bigint AS minor, coalesce(min(currency), '') AS currency, count(*)::text AS mark
FROM act WHERE plan_id = ANY(%(plans)s) AND stage = %(stage)s AND {still_counts()}
GROUP BY customer_id, step
"""
# With the draft: what is done for those still affected, and the draft's acts on top.
_THEN = """
SELECT customer_id, step, sum(minor)::bigint AS minor, max(currency) AS currency, sum(acts)::text AS mark FROM (
    SELECT customer_id, step, minor, currency, mark::bigint AS acts FROM before
    WHERE customer_id IN (SELECT customer_id FROM affected WHERE scope_id = %(scope)s)
    UNION ALL
    SELECT customer_id, step, minor, coalesce(currency, ''), 1 FROM act WHERE plan_id = %(new)s) t
GROUP BY customer_id, step
"""
_COMPARED = """
WITH before AS MATERIALIZED ({before}), after AS MATERIALIZED ({after}), pair AS MATERIALIZED (
    SELECT customer_id, step, b.minor AS was, b.currency AS was_in, a.minor AS now, a.currency AS now_in,
           CASE WHEN b.mark IS NULL THEN 'new' WHEN a.mark IS NULL THEN 'gone'
                WHEN (b.minor, b.currency, b.mark) IS DISTINCT FROM (a.minor, a.currency, a.mark) THEN 'changed'
                ELSE 'same' END AS what
    FROM before b FULL JOIN after a USING (customer_id, step)
), placed AS (
    SELECT step, what, customer_id, row_number() OVER (PARTITION BY step, what ORDER BY customer_id) AS place
    FROM pair WHERE what <> 'same'
)
SELECT 'count' AS kind, step, what, '' AS currency, count(*) AS one, 0 AS two FROM pair GROUP BY step, what
UNION ALL
SELECT 'sum', step, what, currency, sum(was)::bigint, sum(now)::bigint FROM (
    SELECT step, what, was_in AS currency, was, 0 AS now FROM pair WHERE was IS NOT NULL
    UNION ALL SELECT step, what, now_in, 0, now FROM pair WHERE now IS NOT NULL) money GROUP BY step, what, currency
UNION ALL
SELECT 'example', step, what, '', customer_id, place FROM placed WHERE place <= %(examples)s
ORDER BY kind, step, what, currency, two
"""
_KEYS = """
SELECT DISTINCT ON (customer_id) customer_id, customer_key FROM affected
WHERE scope_id = ANY(%s) AND customer_id = ANY(%s) ORDER BY customer_id, scope_id DESC
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Customers of one step that are new, gone or changed; `sums` maps a currency to minor units before and after."""

    count: int
    examples: tuple[str, ...]
    sums: dict[str, tuple[int, int]]

    def lines(self, what: str) -> list[str]:
        if not self.count:
            return []
        sums = [f"{Money(was, currency)} became {Money(now, currency)}" for currency, (was, now) in self.sums.items()]
        more = ", …" if self.count > len(self.examples) else ""
        return [f"  {what}: {', '.join(self.examples)}{more}{'; ' if sums else ''}{'; '.join(sums)}"]


@dataclass(frozen=True, slots=True)
class StepDiff:
    """`changed` means another amount, another way, or (against what was done) a further act."""

    step: str
    same: int
    new: Group
    gone: Group
    changed: Group


@dataclass(frozen=True, slots=True)
class DocumentDiff:
    """Revision numbers (None: not there) and a unified difference, cut with a line that says how much was left out."""

    name: str
    before: int | None
    after: int | None
    text: str


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """`before` is the number of the older plan, None when the draft is set against everything that was done.

    `settings` are (dotted name, before, after) as JSON values; `scopes` are the versions.
    """

    stage: str
    before: int | None
    after: int
    scopes: tuple[int | None, int]
    steps: tuple[StepDiff, ...]
    documents: tuple[DocumentDiff, ...]
    settings: tuple[tuple[str, Any, Any], ...]

    @property
    def empty(self) -> bool:
        counts = [group.count for step in self.steps for group in (step.new, step.gone, step.changed)]
        return not (any(counts) or self.documents or self.settings or self.scopes[0] != self.scopes[1])

    def lines(self) -> list[str]:
        """For people, one sentence or one line of a document's difference each."""
        was = f"plan {self.before}" if self.before is not None else "what was done"
        told = [f"Plan {self.after} against {was}, stage '{self.stage}':"]
        if self.scopes[0] not in (None, self.scopes[1]):
            told.append(f"Scope version {self.scopes[0]} became {self.scopes[1]}.")
        for step in self.steps:
            counts = f"{step.new.count:,} new, {step.gone.count:,} gone, {step.changed.count:,} changed"
            told.append(f"{step.step}: {counts}, {step.same:,} as before.")
            for what, group in zip(WHATS, (step.new, step.gone, step.changed), strict=True):
                told += group.lines(what)
        told += [f"Setting {name}: {before} became {after}." for name, before, after in self.settings]
        for document in self.documents:
            told += [f"{document.name} changed:", *document.text.splitlines()]
        return told if not self.empty else [*told[:1], "Nothing differs."]

    def as_json(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return loaded


def diff_plans(old: Plan, new: Plan) -> PlanDiff:
    """Two plans of one stage of one mistake. Raises `Refused` for plans of different stages or without rows."""
    if (old.mistake_id, old.stage) != (new.mistake_id, new.stage):
        raise Refused(
            f"Plan {old.number} is of stage '{old.stage}', plan {new.number} of '{new.stage}'.",
            remedy="Compare two plans of one stage of one mistake.",
            code="other-stage",
        )
    _check_rows(old, new)
    statement = _COMPARED.format(before=_OF_PLAN.format(plan="old"), after=_OF_PLAN.format(plan="new"))
    steps = _steps(statement, {"old": old.id, "new": new.id}, scopes=[old.scope_id, new.scope_id])
    return _diff(old, new, before=old.number, steps=steps)


def diff_done(draft: Plan) -> PlanDiff:
    """A draft against what the stage's approved plans did or are doing: whom it adds, whose amount it raises, who is
    no longer affected. Documents and settings are compared with the newest approved plan.

    Raises `Refused` when the draft's rows are not kept any more.
    """
    _check_rows(draft)
    plans = [plan for plan in approved_plans(draft.mistake_id) if plan != draft.id]
    newest = Plan.objects.filter(id__in=plans, stage=draft.stage).order_by("-number").first()
    parameters = {"plans": plans, "stage": draft.stage, "scope": draft.scope_id, "new": draft.id}
    scopes = [draft.scope_id, *Plan.objects.filter(id__in=plans).values_list("scope_id", flat=True)]
    steps = _steps(_COMPARED.format(before=_DONE, after=_THEN), parameters, scopes=scopes)
    return _diff(newest, draft, before=None, steps=steps)


def _diff(old: Plan | None, new: Plan, *, before: int | None, steps: tuple[StepDiff, ...]) -> PlanDiff:
    return PlanDiff(
        stage=new.stage,
        before=before,
        after=new.number,
        scopes=(old.scope.version if old else None, new.scope.version),
        steps=steps,
        documents=_documents(old.revisions if old else new.revisions, new.revisions),
        settings=_settings(old.settings if old else new.settings, new.settings),
    )


def _check_rows(*plans: Plan) -> None:
    for plan in plans:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s) IS NULL", [f"act_{plan.id}"])
            (dropped,) = cursor.fetchone()
        if dropped:
            raise Refused(
                f"Plan {plan.number} is {plan.state}; its rows are not kept.",
                remedy="What changed when it was replaced is shown with the plan that took its place.",
                code="no-rows",
            )


def _steps(statement: str, parameters: Mapping[str, Any], *, scopes: list[int]) -> tuple[StepDiff, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {**parameters, "examples": EXAMPLES})
        rows = cursor.fetchall()
        cursor.execute(_KEYS, [scopes, [one for kind, _, _, _, one, _ in rows if kind == "example"]])
        keys: dict[int, str] = dict(cursor.fetchall())
    counts = {(step, what): one for kind, step, what, _, one, _ in rows if kind == "count"}
    groups = {pair: Group(count, (), {}) for pair, count in counts.items()}
    for kind, step, what, currency, one, two in rows:
        group = groups[step, what]
        if kind == "sum":
            group.sums[currency] = (int(one), int(two))
        elif kind == "example":
            shown = (*group.examples, keys.get(one, f"customer {one}"))
            groups[step, what] = Group(group.count, shown, group.sums)
    return tuple(
        StepDiff(step, counts.get((step, "same"), 0), *(groups.get((step, what), Group(0, (), {})) for what in WHATS))
        for step in sorted({step for step, _ in counts})
    )


def _documents(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[DocumentDiff, ...]:
    changed = [
        name for name in sorted({*before, *after}) if before.get(name, (0, ""))[1] != after.get(name, (0, ""))[1]
    ]
    wanted = [side[name][0] for side in (before, after) for name in changed if name in side]
    revisions = {revision.id: revision for revision in Revision.objects.filter(id__in=wanted)}
    return tuple(
        _document(name, *(revisions.get(side.get(name, (0, ""))[0]) for side in (before, after))) for name in changed
    )


def _document(name: str, before: Revision | None, after: Revision | None) -> DocumentDiff:
    numbers = [revision.number if revision else None for revision in (before, after)]
    old, new = (revision.text.splitlines() if revision else [] for revision in (before, after))
    was, now = (f"{name} @{number}" if number else "(not there)" for number in numbers)
    lines = list(difflib.unified_diff(old, new, was, now, lineterm="", n=2))
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"… {len(lines) - MOST_LINES} more lines"]
    return DocumentDiff(name, numbers[0], numbers[1], "\n".join(lines))


def _settings(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    one, other = _flat(before), _flat(after)
    names = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
    return tuple((name, one.get(name), other.get(name)) for name in names)


def _flat(value: Any, path: str = "") -> dict[str, Any]:
    if not isinstance(value, Mapping) or not value:
        return {path: value}
    found: dict[str, Any] = {}
    for word, inner in value.items():
        found |= _flat(inner, f"{path}.{word}" if path else str(word))
    return found
