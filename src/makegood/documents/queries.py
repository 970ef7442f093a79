"""Reading documents."""

from __future__ import annotations

from makegood.documents.models import Revision
from makegood.mistakes.models import Mistake


def newest_revisions(mistake: Mistake) -> dict[str, Revision]:
    """The newest revision of each document, by name."""
    found = Revision.objects.filter(mistake=mistake).order_by("name", "-number").distinct("name")
    return {revision.name: revision for revision in found}
