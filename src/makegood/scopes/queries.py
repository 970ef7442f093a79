"""Reading scopes."""

from __future__ import annotations

from makegood.mistakes.models import Mistake
from makegood.scopes.models import Scope


def newest_scope(mistake: Mistake) -> Scope | None:
    """The version of who is affected that stands; scopes of one customer made at the desk are not versions."""
    return Scope.objects.filter(mistake=mistake, state="ready", desk=False).order_by("-version").first()


def standing_scopes(mistake: Mistake) -> list[Scope]:
    """The scopes that the balance counts: the newest version, or, where there never was one, all made at the desk."""
    newest = newest_scope(mistake)
    if newest is not None:
        return [newest]
    return list(Scope.objects.filter(mistake=mistake, state="ready", desk=True).order_by("version"))
