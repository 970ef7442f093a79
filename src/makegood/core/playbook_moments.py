"""Steps for those about to be hit, and for those who have been: what must be true of `before` and `since`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from makegood.core.expressions_sql import Type
from makegood.core.findings import Findings, Path
from makegood.core.moments import KINDS
from makegood.core.playbook_rules import Step
from makegood.kit.errors import Finding


def check_moments(at: Findings, path: Path, step: Step, columns: Mapping[str, Type] | None) -> None:
    """Both name a column with one instant or date a customer; `columns` None: not known, so not checked."""
    for word, column in (("before", step.before), ("since", step.since)):
        if not column or columns is None:
            continue
        type_ = columns.get(column)
        known = [one for one, other in columns.items() if other.kind in KINDS and not other.many]
        if type_ is None:
            at.unknown((*path, word), "unknown-column", "column with a moment", column, known)
        elif type_.kind not in KINDS or type_.many:
            what = f"The column '{column}' is {type_}, no moment."
            named = f"There are: {', '.join(known)}." if known else "Add one to scope.yaml."
            at.add((*path, word), "not-a-moment", what, f"Name a column of type instant or date. {named}")
    if step.before and step.before == step.since:
        what = f"The step '{step.id}' is for nobody: '{step.before}' is never ahead and come at once."
        at.add((*path, "since"), "never-meant", what, "Keep one of before and since.")


def check_told_once(at: Findings, steps: Sequence[Step]) -> None:
    """Who is told in advance is not to be told again as if it were news, by a step that is for everybody. What was
    changed since is news to all, and an update tells nothing in advance: its `before` says until when it goes on."""
    advance = [step for step in steps if step.before and step.do == "tell" and step.every is None]
    for step in steps:
        if step.do != "tell" or step.before or step.after or step.prevention:
            continue
        twice = [one for one in advance if one.id not in step.unless]
        if not twice:
            continue
        what = f"'{step.id}' also goes to those whom '{twice[0].id}' tells in advance."
        remedy = (
            f"Give it unless: [{twice[0].id}], and since: {twice[0].before} so that it waits for those not hit yet."
        )
        at.found.append(Finding("told-again", what, remedy, level="advice", place=step.place))
