"""Writing verbs of documents: bring a folder's texts in as revisions; a plan names revisions.

A folder is a working copy that knows its base: `.makegood.json` beside the documents holds the revision each text came
from. Pushing over a revision that somebody else added since is refused with what differs three ways.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from pathlib import Path

from django.db import transaction

from makegood.documents.folder import Folder
from makegood.documents.models import Revision
from makegood.journal.actions import record
from makegood.kit.digest import sha256
from makegood.kit.errors import Place, Refused
from makegood.mistakes.models import Mistake

BASE = ".makegood.json"


@transaction.atomic
def push_folder(mistake: Mistake, folder: Folder, *, actor: int, base: Mapping[str, int] | None) -> dict[str, Revision]:
    """New revisions for texts that changed; returns the revision of every document of the folder.

    `base` maps names to the revision number the folder started from (None: a folder that was never pushed). Raises
    `Refused` when a newer revision with another text exists, or the mistake came from another folder.
    """
    Mistake.objects.select_for_update(of=("self",)).get(id=mistake.id)
    found = {}
    for name, text in sorted(folder.texts.items()):
        found[name] = _push(mistake, folder, name, text, actor=actor, base=base)
    return found


def read_base(path: Path, mistake_slug: str) -> dict[str, int] | None:
    """What the folder knows of its base; None when it was never pushed or belongs to another mistake."""
    try:
        kept = json.loads((path / BASE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(kept, dict) or kept.get("mistake") != mistake_slug:
        return None
    numbers = kept.get("revisions")
    if not isinstance(numbers, dict):
        return None
    return {str(name): number for name, number in numbers.items() if isinstance(number, int)}


def write_base(path: Path, mistake: Mistake, revisions: Mapping[str, Revision]) -> None:
    numbers = {name: revision.number for name, revision in sorted(revisions.items())}
    content = json.dumps({"mistake": mistake.slug, "revisions": numbers}, indent=1)
    (path / BASE).write_text(content + "\n", encoding="utf-8")


def _push(
    mistake: Mistake, folder: Folder, name: str, text: str, *, actor: int, base: Mapping[str, int] | None
) -> Revision:
    newest = Revision.objects.filter(mistake=mistake, name=name).order_by("-number").first()
    digest = sha256(text)
    if newest is not None and newest.digest == digest:
        return newest
    if newest is not None and base is None:
        raise _another(mistake, folder)
    if newest is not None and (base or {}).get(name) != newest.number:
        raise _moved(mistake, folder, name, text, newest=newest, base=(base or {}).get(name))
    revision = Revision.objects.create(
        mistake=mistake, name=name, number=newest.number + 1 if newest else 1, text=text, digest=digest, author=actor
    )
    record(
        "document.pushed",
        f"revision:{revision.id}",
        actor=actor,
        brand=mistake.brand_id,
        mistake=mistake.id,
        facts={"name": name, "number": revision.number, "digest": digest},
    )
    return revision


def _another(mistake: Mistake, folder: Folder) -> Refused:
    """Two folders begun from one kit have one name, and so would two mistakes."""
    return Refused(
        f"There is a mistake '{mistake.slug}' already, and this folder was never part of it.",
        remedy="If it is another mistake, give it a name of its own: mistake: in mistake.yaml. If it is the same one,"
        " work in the folder that it came from.",
        place=Place(folder.shown("mistake.yaml")),
        code="other-folder",
    )


def _moved(mistake: Mistake, folder: Folder, name: str, text: str, *, newest: Revision, base: int | None) -> Refused:
    was = Revision.objects.filter(mistake=mistake, name=name, number=base or 0).first()
    before = was.text if was else ""
    theirs = _diff(before, newest.text, f"{name} @{base or 0}", f"{name} @{newest.number}")
    ours = _diff(before, text, f"{name} @{base or 0}", f"{name} (this folder)")
    return Refused(
        f"'{name}' was changed by someone else since this folder was made.\nTheirs:\n{theirs}\nYours:\n{ours}",
        remedy="Take their change into your file, and set its number in .makegood.json to theirs.",
        place=Place(folder.shown(name)),
        code="base-moved",
    )


def _diff(before: str, after: str, one: str, other: str) -> str:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), one, other, lineterm="", n=1)
    return "\n".join(list(lines)[:60])
