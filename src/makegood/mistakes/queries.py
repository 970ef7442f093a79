"""Reading mistakes."""

from __future__ import annotations

from makegood.kit.errors import NotFound, Refused
from makegood.mistakes.models import Fact, Mistake, News, Prevention
from makegood.people.models import Brand


def access_mistake(name: str, *, brand: Brand) -> Mistake:
    """By public id or slug, within the brand. Raises `NotFound` with what there is."""
    mistakes = Mistake.objects.filter(brand=brand)
    found = mistakes.filter(public_id=name).first() or mistakes.filter(slug=name).first()
    if found is None:
        known = ", ".join(mistakes.order_by("-id").values_list("slug", flat=True)[:5]) or "none yet"
        raise NotFound(
            f"There is no mistake '{name}'.",
            remedy=f"There are: {known}. List them: makegood status.",
            code="no-mistake",
        )
    return found


def require_open(mistake: Mistake) -> None:
    """Raises `Refused` for a closed mistake: nothing is planned or approved behind a closed door."""
    if Mistake.objects.filter(id=mistake.id, state="closed").exists():
        raise Refused(
            f"'{mistake.title}' is closed.",
            remedy=f"Open it again first: makegood reopen {mistake.slug} --reason …",
            code="mistake-closed",
        )


def list_facts(mistake: Mistake) -> list[Fact]:
    return list(Fact.objects.filter(mistake=mistake).order_by("id"))


def require_not_fixed(mistake: Mistake) -> None:
    """Raises `Refused` once the mistake is recorded as fixed: there is nothing to say of its progress any more."""
    if Mistake.objects.filter(id=mistake.id, fixed_at__isnull=False).exists():
        raise Refused(
            f"'{mistake.title}' is recorded as fixed: its updates have ended.",
            remedy=f"If it is not: makegood fixed {mistake.slug} --not-yet.",
            code="mistake-fixed",
        )


def list_news(mistake: Mistake, *, after: int = 0) -> list[News]:
    """In the order in which they were recorded; those after the news with the id `after`."""
    return list(News.objects.filter(mistake=mistake, id__gt=after).order_by("id"))


def list_preventions(mistake: Mistake) -> list[Prevention]:
    """What is done so that it does not happen again, finished or not, in the order in which it was recorded."""
    return list(Prevention.objects.filter(mistake=mistake).order_by("id"))
