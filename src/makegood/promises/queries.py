"""Reading promises: what is owed by when, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from makegood.customers.models import Alias
from makegood.kit.errors import NotFound
from makegood.mistakes.models import Mistake
from makegood.people.models import Brand
from makegood.promises.models import Promise

STANDINGS = ("missed", "late", "coming due", "open", "paused", "answered", "kept", "kept late", "released")
OPEN = STANDINGS[:6]
# The clock is asked once for all rows: beside each of them it would keep the index from being searched.
_STANDING = """CASE
    WHEN p.state = 'kept' THEN CASE WHEN p.ended_at > p.due_at THEN 'kept late' ELSE 'kept' END
    WHEN p.state <> 'open' THEN p.state
    WHEN p.answered_at IS NOT NULL THEN 'answered'
    WHEN p.due_at + p.margin <= (SELECT clock_timestamp()) THEN 'missed'
    WHEN p.due_at <= (SELECT clock_timestamp()) THEN 'late'
    WHEN p.due_at - p.margin <= (SELECT clock_timestamp()) THEN 'coming due'
    ELSE 'open' END"""
_LIST = f"""
SELECT p.id, m.slug, {_STANDING} AS standing, p.due_at, p.last_at, p.zone, p.what, p.by, o.name, o.email, t.name,
       p.customers, a.value, p.plan, p.step, p.place, p.carried, p.reason
FROM promise p JOIN mistake m ON m.id = p.mistake_id JOIN staff o ON o.id = p.owner_id
LEFT JOIN staff t ON t.id = p.told_id
LEFT JOIN LATERAL (SELECT min(value) AS value FROM customer_alias
                   WHERE customer_id = p.customer AND kind = 'key') a ON true
WHERE {{where}} ORDER BY p.due_at, p.id LIMIT %(limit)s OFFSET %(offset)s
"""
_COUNT = f"""
SELECT standing, count(*) FROM (SELECT {_STANDING} AS standing FROM promise p WHERE p.mistake_id = %s) s GROUP BY 1
"""
_LATE = "p.state = 'open' AND p.answered_at IS NULL AND p.due_at <= (SELECT clock_timestamp())"


@dataclass(frozen=True, slots=True)
class Listed:
    """A promise as it stands at this moment, one of `STANDINGS`. `customer` is the firm's key, "" where it was made to
    the readers of a message, of whom there are `customers`. `told` hears of it once it is missed."""

    id: int
    mistake: str
    standing: str
    due: datetime
    last: datetime | None
    zone: str
    what: str
    by: str
    owner: str
    owner_email: str
    told: str
    customers: int
    customer: str
    plan: int | None
    step: str
    place: str
    carried: tuple[str, ...]
    reason: str

    @property
    def local(self) -> datetime:
        """Its moment as whoever was promised reads it."""
        return self.due.astimezone(ZoneInfo(self.zone))


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Listed]
    more: bool


def list_promises(
    brand: Brand,
    mistake: Mistake | None = None,
    *,
    late: bool = False,
    ended: bool = False,
    limit: int = 50,
    page: int = 1,
) -> Page:
    """By their moments, the earliest first: those that are open or paused; only what is late or missed and waits for a
    word (`late`); ended ones as well (`ended`). Of one mistake, or all of the brand's. Pages count from 1."""
    where = ["p.mistake_id = %(mistake)s" if mistake else "m.brand_id = %(brand)s"]
    where += [_LATE] if late else [] if ended else ["p.state IN ('open', 'paused')"]
    asked = {"mistake": mistake.id if mistake else None, "brand": brand.id}
    with connection.cursor() as cursor:
        sql = _LIST.replace("{where}", " AND ".join(where))
        cursor.execute(sql, {**asked, "limit": limit + 1, "offset": limit * (page - 1)})
        rows = [_listed(row) for row in cursor.fetchall()]
    return Page(rows[:limit], len(rows) > limit)


def count_promises(mistake: Mistake) -> dict[str, int]:
    """How many of the mistake's stand how, in the order of `STANDINGS`."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [mistake.id])
        counts = dict(cursor.fetchall())
    return {word: counts[word] for word in STANDINGS if word in counts}


def list_late(mistake: Mistake, *, limit: int = 5) -> list[Listed]:
    """Those whose moment has passed and of which nobody has said what became of them."""
    return list_promises(mistake.brand, mistake, late=True, limit=limit).rows


def find_by_key(brand: Brand, key: str) -> int:
    """The number of a customer of the brand by the firm's own key. Raises `NotFound`."""
    found = Alias.objects.filter(brand=brand, kind="key", value=key).values_list("customer_id", flat=True).first()
    if found is None:
        what = f"No customer with the key '{key}' is known."
        raise NotFound(what, remedy="Check the key; it is the one of the scope's source.", code="no-customer")
    return int(found)


def mistake_of(promise: int, brand: Brand) -> Mistake:
    """Raises `NotFound`."""
    found = Promise.objects.select_related("mistake__brand").filter(id=promise, mistake__brand=brand).first()
    if found is None:
        raise NotFound(f"There is no promise {promise}.", remedy="List them: makegood promises.", code="no-promise")
    return found.mistake


def _listed(row: tuple[object, ...]) -> Listed:
    values = ["" if value is None and place not in (4, 13) else value for place, value in enumerate(row)]
    values[16] = tuple(values[16])  # type: ignore[arg-type]  # an array of the database
    return Listed(*values)  # type: ignore[arg-type]  # in the order of _LIST
