"""What a sweep costs that finds nothing due, and one that finds a thousand, among open promises by the million.

python -m benchmarks.promises 1000000
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from benchmarks.bench import figures, installation, machine, one, say

from django.db import connection, connections, transaction  # isort: skip - Django is set up by the line before

from makegood.acts.promised import follow_promises
from makegood.mistakes.actions import report_mistake
from makegood.people.actions import add_first_person
from makegood.people.models import Brand
from makegood.promises.actions import Word, add_promise
from makegood.promises.models import Promise
from makegood.promises.queries import list_promises

# Nine hours and a quarter from now on, one a second: the first of them are coming due soon, and none is.
_COPIED = """
INSERT INTO promise (mistake_id, step, mark, place, customers, what, by, owner_id, zone, calendar, due_at, margin,
                     carried, state, reason, round, made_at, next_at)
SELECT mistake_id, step, mark, place, customers, what, by, owner_id, zone, calendar, due_at + n * interval '1 second',
       margin, '{}', 'open', '', 0, made_at, next_at + n * interval '1 second'
FROM promise, generate_series(%s, %s) n WHERE id = %s
"""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    say(machine())
    with installation():
        staff, _ = add_first_person("Maya", "maya@shop.example")
        brand = Brand.objects.get(slug="default")
        mistake = report_mistake("We broke the lift.", brand=brand, actor=staff.id)
        first = add_promise(mistake, Word("I will call you.", "10 hours", staff.id), actor=staff.id)
        few = _fill(first, 1, 10_000)
        say(f"10,000 open, none due: {few:.2f} ms a sweep")
        many = _fill(first, 10_001, count)
        say(f"{count:,} open, none due: {many:.2f} ms a sweep")
        say(figures("a sweep over all against one over 10,000", [many / few], aim="one that does not grow"))
        one("UPDATE promise SET next_at = clock_timestamp() WHERE id <= 1000 RETURNING 1")
        Promise.objects.filter(id__lte=1000).update(due_at=first.made_at)
        say(f"a thousand of them late and missed: {_timed(_sweep):.0f} ms")
        page, late = (_timed(lambda late=late: list_promises(brand, mistake, late=late)) for late in (False, True))
        say(f"the first page: {page:.1f} ms; the first page of what is late: {late:.1f} ms")


def _fill(first: Promise, lo: int, hi: int) -> float:
    with connection.cursor() as cursor:
        cursor.execute(_COPIED, [lo, hi, first.id])
    with connections["owner"].cursor() as owner:  # as the server does by itself, within minutes
        owner.execute("VACUUM ANALYZE promise")
    return statistics.median(_timed(_sweep) for _ in range(50))


def _sweep() -> None:
    with transaction.atomic():
        follow_promises()


def _timed(verb: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    verb()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
