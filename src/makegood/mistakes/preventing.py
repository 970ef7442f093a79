"""Writing verbs of prevention: what is done so that the mistake does not happen again, and that it is finished."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from makegood.journal.actions import record
from makegood.kit.clock import now
from makegood.kit.digest import sha256
from makegood.kit.errors import BadInput, NotFound, Refused
from makegood.mistakes.models import Mistake, Prevention

MAX_TEXT = 2_000
_NAME = re.compile(r"^[a-z][a-z0-9_-]{0,62}$")


@dataclass(frozen=True, slots=True)
class Wanted:
    """`name` is a short word for the playbook, `text` one sentence that customers may read, `owner` who sees to it."""

    name: str
    text: str
    owner: str
    due: date


@transaction.atomic
def add_prevention(mistake: Mistake, wanted: Wanted, *, actor: int) -> Prevention:
    """Records what will be done. Raises `BadInput` for what cannot be read, `Refused` where the name is taken.

    A closed mistake may have one more: what prevents it is often found afterwards.
    """
    text, owner = " ".join(wanted.text.split()), " ".join(wanted.owner.split())
    if not _NAME.match(wanted.name):
        what = f"'{wanted.name}' cannot be the name of a prevention."
        raise BadInput(what, remedy="Use small letters, digits and hyphens, such as second-key.", code="bad-name")
    if not text or len(text) > MAX_TEXT or not owner:
        what = "A prevention is a sentence of what will be done, and somebody who sees to it."
        raise BadInput(what, remedy=f"Give --what (at most {MAX_TEXT} letters) and --owner.", code="bad-prevention")
    Mistake.objects.select_for_update(of=("self",)).get(id=mistake.id)
    if Prevention.objects.filter(mistake=mistake, name=wanted.name).exists():
        what = f"'{mistake.title}' has a prevention '{wanted.name}' already."
        raise Refused(what, remedy="Give this one a name of its own.", code="double-prevention")
    added = Prevention.objects.create(mistake=mistake, name=wanted.name, text=text, owner=owner, due=wanted.due)
    facts = {"name": added.name, "digest": sha256(text), "due": added.due.isoformat()}
    _record("prevention.added", mistake, added, actor, facts)
    return added


@transaction.atomic
def finish_prevention(mistake: Mistake, name: str, *, actor: int, finished: bool = True) -> Prevention:
    """It is done; or (`finished` False) it turned out that it is not. Raises `NotFound`, or `Refused` where that is
    recorded already."""
    found = Prevention.objects.select_for_update().filter(mistake=mistake, name=name).first()
    if found is None:
        known = ", ".join(Prevention.objects.filter(mistake=mistake).order_by("id").values_list("name", flat=True))
        what = f"'{mistake.title}' has no prevention '{name}'."
        raise NotFound(what, remedy=f"There are: {known or 'none yet'}.", code="no-prevention")
    if (found.done_at is not None) == finished:
        what = f"The prevention '{name}' is recorded as {'' if finished else 'not '}finished already."
        raise Refused(what, remedy="There is nothing to do.", code="finished-already")
    found.done_at = now() if finished else None
    found.save(update_fields=["done_at"])
    _record("prevention.finished" if finished else "prevention.open", mistake, found, actor, {"name": name})
    return found


def _record(verb: str, mistake: Mistake, one: Prevention, actor: int, facts: Mapping[str, str]) -> None:
    record(verb, f"prevention:{one.id}", actor=actor, brand=mistake.brand_id, mistake=mistake.id, facts=dict(facts))
