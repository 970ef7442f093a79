"""What the commands of a recovery share: which mistake and plan is meant, and a folder brought in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.output import tell
from makegood.kit.errors import BadInput, NotFound

if TYPE_CHECKING:
    from makegood.cli.who import Session
    from makegood.documents.folder import CheckedFolder
    from makegood.documents.models import Revision
    from makegood.mistakes.models import Mistake
    from makegood.plans.models import Plan

MistakeName = Annotated[
    str, typer.Argument(help="The mistake: its slug or id, or the folder of its recovery.", metavar="MISTAKE")
]
PlanNumber = Annotated[int, typer.Argument(help="The plan's number.", metavar="PLAN")]
BrandSlug = Annotated[str, typer.Option("--brand", help="The brand it belongs to.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
FolderPath = Annotated[Path, typer.Argument(help="The folder of a recovery.", metavar="FOLDER")]


@dataclass(frozen=True)
class Pushed:
    """A folder whose texts are revisions now."""

    mistake: Mistake
    checked: CheckedFolder
    revisions: dict[str, Revision]
    path: Path


def find_mistake(session: Session, name: str, brand: str = "default") -> Mistake:
    """By slug, id or folder. Raises `NotFound` with what there is."""
    from makegood.mistakes.queries import access_mistake

    path = Path(name)
    if (path / "mistake.yaml").is_file():
        from makegood.documents.folder import read_mistake

        file = read_mistake(path)
        name, brand = file.slug, file.brand
    return access_mistake(name, brand=session.brand(brand))


def find_plan(mistake: Mistake, number: int) -> Plan:
    from makegood.plans.models import Plan

    plan = Plan.objects.select_related("mistake__brand", "scope").filter(mistake=mistake, number=number).first()
    if plan is None:
        numbers = Plan.objects.filter(mistake=mistake).order_by("number").values_list("number", flat=True)
        known = ", ".join(str(n) for n in numbers[:20])
        raise NotFound(f"There is no plan {number}.", remedy=f"There are: {known or 'none yet'}.", code="no-plan")
    return plan


def push(session: Session, folder: Path) -> Pushed:
    """Brings a folder in: its mistake aligned, its texts as revisions, its base written. Findings stay findings."""
    from django.db import transaction

    from makegood.cli.folders import check
    from makegood.documents.actions import push_folder, read_base, write_base
    from makegood.mistakes.actions import align_mistake

    checked, findings = check(folder)
    if checked.mistake is None:
        blocking = tuple(finding for finding in findings if finding.blocking)
        what = "The mistake itself cannot be read."
        raise BadInput(what, remedy="Solve what stands below.", findings=blocking, code="documents-blocked")
    brand = session.brand(checked.mistake.brand)
    with transaction.atomic():  # a folder that is refused changes nothing
        mistake = align_mistake(checked.mistake, brand=brand, actor=session.person.id)
        base = read_base(folder, mistake.slug)
        revisions = push_folder(mistake, checked.folder, actor=session.person.id, base=base)
    write_base(folder, mistake, revisions)
    return Pushed(mistake, checked, revisions, folder)


def read_moment(text: str) -> datetime | None:
    """An instant with its zone as UTC; None for "". Raises `BadInput`."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        what = f"'{text}' is not a moment."
        raise BadInput(what, remedy="Write 2026-01-31T09:00:00+01:00.", code="bad-instant") from error
    if moment.tzinfo is None:
        raise BadInput(f"'{text}' has no zone.", remedy="Write 2026-01-31T09:00:00+01:00.", code="bad-instant")
    return moment.astimezone(UTC)


def step_by_step(what: str) -> None:
    """A sentence of progress on stderr: what goes on now."""
    tell(f"{what} …", to_stderr=True)


def settle_now() -> None:
    """What a person has just finished is settled at once, not at the next round of a worker."""
    from makegood.acts.sweep import sweep

    sweep()
