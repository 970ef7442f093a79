"""Writing verbs of the channels: what people say about tasks and letters, each a settlement for the acts."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from makegood.channels.models import Letter, Settlement, Task
from makegood.channels.queries import page_of
from makegood.journal.actions import record
from makegood.kit.clock import iso, now
from makegood.kit.errors import BadInput, NotFound, Refused, Unavailable
from makegood.kit.ids import new_public_id
from makegood.kit.letterpaper import address_list_csv, letter_pdf
from makegood.kit.letterpaper.letter import Paper

PER_BATCH = 1_000


@dataclass(frozen=True)
class Batch:
    """A print run: its name, how many letters, the two files, and how many letters still wait."""

    name: str
    letters: int
    pdf: Path
    addresses: Path
    waiting: int


@transaction.atomic
def finish_task(key: str, *, staff: int, proof: str) -> None:
    """The person did it; `proof` is one sentence or a reference. Once.

    Raises `NotFound`, `BadInput` without proof, `Refused` when the task has already ended.
    """
    if not proof.strip():
        raise BadInput("A finished task needs a proof.", remedy="Say in one sentence what was done.", code="no-proof")
    task = _open_task(key)
    _end_task(task, "done", staff=staff, proof=proof)
    record("task.finished", f"task:{task.id}", actor=staff, facts={"key": key})


@transaction.atomic
def give_up_task(key: str, *, staff: int, why: str) -> None:
    """It cannot be done; `why` is one sentence. The act fails and a person decides what comes instead.

    Raises `NotFound`, `BadInput` without a reason, `Refused` when the task has already ended.
    """
    if not why.strip():
        raise BadInput(
            "Giving a task up needs a reason.", remedy="Say in one sentence why it cannot be done.", code="no-reason"
        )
    task = _open_task(key)
    _end_task(task, "cannot", staff=staff, proof=why)
    record("task.given-up", f"task:{task.id}", actor=staff, facts={"key": key})


def print_batch(mistake: str, folder: Path, *, staff: int, limit: int = PER_BATCH, paper: Paper = "A4") -> Batch:
    """Writes one PDF with the oldest unprinted letters of a mistake and the list of their addresses.

    Either both files exist and the letters are marked printed, or nothing changed. Two people printing at once get
    different letters. Raises `Refused` when none wait, `Unavailable` when the files cannot be written.
    """
    with ExitStack() as undo:
        with transaction.atomic():
            waiting = Letter.objects.filter(mistake=mistake, state="to print")
            letters = list(waiting.select_for_update(skip_locked=True).order_by("id")[:limit])
            if not letters:
                raise Refused(
                    "No letter waits to be printed.",
                    remedy="Apply a stage that sends letters.",
                    code="nothing-to-print",
                )
            name = new_public_id("b")
            pdf, addresses = _write_files(letters, folder, name, paper, undo)
            Letter.objects.filter(id__in=[letter.id for letter in letters]).update(state="printed", batch=name)
            left = waiting.count()
            record("letters.printed", f"batch:{name}", actor=staff, facts={"letters": len(letters), "mistake": mistake})
        undo.pop_all()
    return Batch(name, len(letters), pdf, addresses, left)


@transaction.atomic
def mark_posted(batch: str, *, staff: int, at: datetime) -> int:
    """The batch is in the post since `at` (aware); its acts become done. Returns how many; 0 the second time.

    Raises `NotFound` for a batch that was never printed, `BadInput` for a moment to come.
    """
    if at > now():
        raise BadInput(
            "The batch cannot have been posted in the future.",
            remedy="Give the moment it was posted.",
            code="posted-in-the-future",
        )
    letters = Letter.objects.select_for_update().filter(batch=batch).order_by("id")
    posted = [letter for letter in letters if letter.state == "printed"]
    if not letters:
        raise NotFound(
            f"There is no batch called '{batch}'.", remedy="Use the name that printing gave.", code="no-batch"
        )
    if not posted:
        return 0
    Letter.objects.filter(id__in=[letter.id for letter in posted]).update(state="posted", posted_at=at)
    Settlement.objects.bulk_create(
        Settlement(key=letter.key, status="done", code="posted", staff=staff) for letter in posted
    )
    record("letters.posted", f"batch:{batch}", actor=staff, facts={"letters": len(posted), "at": iso(at)})
    return len(posted)


@transaction.atomic
def mark_returned(key: str, *, staff: int) -> None:
    """The post brought the letter back: nobody was told. Raises `NotFound`, `Refused` unless it was posted."""
    letter = Letter.objects.select_for_update().filter(key=key).first()
    if letter is None:
        raise NotFound("There is no such letter.", remedy="Use the key shown with the letter.", code="no-letter")
    if letter.state != "posted":
        raise Refused(
            f"The letter is '{letter.state}', not posted.", remedy="Mark its batch as posted first.", code="not-posted"
        )
    letter.state = "returned"
    letter.save(update_fields=["state"])
    Settlement.objects.create(key=key, status="failed", code="returned", staff=staff)
    record("letter.returned", f"letter:{letter.id}", actor=staff, facts={"key": key})


def _open_task(key: str) -> Task:
    task = Task.objects.select_for_update().filter(key=key).first()
    if task is None:
        raise NotFound("There is no such task.", remedy="Use the key shown with the task.", code="no-task")
    if task.state != "open":
        raise Refused(
            f"The task has already ended as '{task.state}'.",
            remedy="Look at its proof; nothing is to do.",
            code="task-ended",
        )
    return task


def _end_task(task: Task, state: str, *, staff: int, proof: str) -> None:
    task.state, task.done_by, task.done_at, task.proof = state, staff, now(), proof.strip()
    task.save(update_fields=["state", "done_by", "done_at", "proof"])
    status = "done" if state == "done" else "failed"
    Settlement.objects.create(key=task.key, status=status, code=state, staff=staff)


def _write_files(letters: list[Letter], folder: Path, name: str, paper: Paper, undo: ExitStack) -> tuple[Path, Path]:
    pages = [page_of(letter) for letter in letters]
    pdf, addresses = folder / f"letters-{name}.pdf", folder / f"addresses-{name}.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in (
            (pdf, letter_pdf(pages, created=now(), paper=paper)),
            (addresses, address_list_csv(pages)),
        ):
            part = path.with_suffix(".part")
            undo.callback(part.unlink, missing_ok=True)
            undo.callback(path.unlink, missing_ok=True)
            # Personal values: for the person who prints, nobody else on this machine.
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
    except OSError as error:
        raise Unavailable(
            f"The letters cannot be written to '{folder}': {error.strerror}.",
            remedy="Choose another folder or make room; no letter was marked as printed.",
            code="cannot-write",
        ) from error
    return pdf, addresses
