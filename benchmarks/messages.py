"""What a plan spends on reading its messages, piece by piece, on one core: `python -m benchmarks.messages [customers]`.

Each line adds one piece to the one before, so the last is the whole. Memory is this process's largest, after a tenth of
the customers and after all of them.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "makegood.config.settings")
django.setup()

from makegood.core.deciding import affected_sql  # noqa: E402
from makegood.core.facts import FactColumn  # noqa: E402
from makegood.core.messagefacts import standard_facts  # noqa: E402
from makegood.core.render import Message, compile_message  # noqa: E402
from makegood.kit.columns import Columns  # noqa: E402
from makegood.plans.lettercheck import Known, LetterCheck, Tally  # noqa: E402
from makegood.plans.letters import Letter, Post, list_letters  # noqa: E402
from makegood.plans.others import find_identifiers, find_others  # noqa: E402
from makegood.plans.wording import Manner  # noqa: E402

CUSTOMERS = 100_000
COLUMNS = (
    FactColumn("extra", "money", "USD"),
    FactColumn("refunded", "money", "USD"),
    FactColumn("first_on", "date"),
    FactColumn("disputed", "boolean"),
    FactColumn("order_no", "text"),
    FactColumn("card", "text"),
)
SETTINGS = {
    "zone": "America/New_York",
    "mistake": {
        "brand_name": "Corner Shop",
        "title": "We charged twice",
        "noticed": "2026-03-02T08:00:00+00:00",
        "locale": "en",
        "facts": {"cause": "A terminal sent its batch twice.", "next": "By 6 May 2026 we write again."},
    },
}
TEXT = """---
subject: "{{ name }}, we charged you twice"
---
Dear {{ name }},

we charged you twice for your order {{ order_no }} on {{ first_on }}, and took {{ extra }} too much from you.

{% if amounts.refund %}
We have paid you back **{{ amounts.refund }}**.
{% if refunded > 0 %}
{{ refunded }} had gone back to you before; together that is all of it.
{% endif %}
{% elsif disputed %}
Your bank is looking at this charge. One of us is speaking with it.
{% else %}
The {{ refunded }} that went back to you before was all of it.
{% endif %}

How it happened: {{ facts.cause }} We should have seen it the same day and did not. {{ facts.next }}

We are sorry that you had to do without your money. If anything is missing or wrong, answer this message: a person reads
every answer and writes back within two working days.

{{ brand }}
"""
_LOADED = """
CREATE TABLE loaded AS SELECT n AS customer_id, 'K-' || n AS customer_key, '' AS facts_digest,
    '{"card":"ending ' || (n % 10000) || '","disputed":' || (n % 50 = 0)::VARCHAR || ',"extra":' || (100 + n % 9000)
    || ',"first_on":"2026-0' || (1 + n % 9) || '-1' || (n % 10) || '","order_no":"A-' || (1000000 + n)
    || '","refunded":' || CASE WHEN n % 7 = 0 THEN 50 ELSE 0 END || '}' AS facts,
    '{"name":"Customer ' || n || '","email":"c' || n || '@customer.example"}' AS contact
FROM range(1, CUSTOMERS + 1) t(n)
"""
_ACTS = """
CREATE TABLE act AS
SELECT customer_id, 'tell' AS step, 1 AS sequence, 'tell' AS kind, NULL::BIGINT AS minor FROM loaded
UNION ALL SELECT customer_id, 'refund', 1, 'fix', 100 + customer_id % 9000 FROM loaded WHERE customer_id % 20 <> 0
"""
_TABLES = (
    _ACTS,
    "CREATE TABLE told_amount AS SELECT customer_id, 'refund' AS remedy, 'USD' AS currency, minor FROM act"
    " WHERE minor IS NOT NULL",
    "CREATE TABLE existing (customer_id BIGINT, step VARCHAR, acts INTEGER)",
)


def main() -> int:
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS
    message, findings = compile_message(TEXT, "messages/remedy.md")
    if message is None:
        raise SystemExit(str(findings))
    _measure(message, customers // 10, quiet=True)
    before = _memory()
    _measure(message, customers, quiet=False)
    sys.stdout.write(
        f"memory: {before:,} MB after {customers // 10:,}, {_memory():,} MB after {customers:,} messages\n"
    )
    return 0


def _measure(message: Message, customers: int, *, quiet: bool) -> None:
    zone = ZoneInfo(SETTINGS["zone"])
    post = Post("tell", standard_facts(SETTINGS), COLUMNS, zone, "en", ("refund",))
    known = Known(Manner(), cause_open=True, gives=True, tells=frozenset({"refund"}))
    check = LetterCheck(message, TEXT, known, Tally())

    def write(letter: Letter) -> None:
        message.fill(message.parts(letter.known, locale=letter.locale))

    def read(letter: Letter) -> None:
        parts = message.parts(letter.known, locale=letter.locale)
        message.fill(parts)
        check.look(letter, parts)

    with Columns(wall_seconds=3600) as columns:
        columns.run(_LOADED.replace("CUSTOMERS", str(customers)))
        columns.run(affected_sql(COLUMNS))
        for statement in _TABLES:
            columns.run(statement)
        pieces: list[tuple[str, Callable[[], object]]] = [
            ("rows to facts", lambda: _each(list_letters(columns, post), lambda _: None)),
            ("and written", lambda: _each(list_letters(columns, post), write)),
            ("and checked", lambda: _each(list_letters(columns, post), read)),
            ("words, once a skeleton", check.finish),
            ("whose identifiers", lambda: _others(columns, message)),
        ]
        total = 0.0
        for label, piece in pieces:
            start = time.perf_counter()
            piece()
            seconds = time.perf_counter() - start
            total += seconds if label not in ("rows to facts", "and written") else 0
            if not quiet:
                sys.stdout.write(f"{label:<24}{seconds / customers * 1e6:8.1f} µs a message\n")
        if not quiet:
            sys.stdout.write(f"{'the whole':<24}{total / customers * 1e6:8.1f} µs, {customers / total:,.0f} a second\n")


def _each(letters: Iterable[Letter], one: Callable[[Letter], None]) -> None:
    for letter in letters:
        one(letter)


def _others(columns: Columns, message: Message) -> None:
    find_identifiers(columns, COLUMNS)
    pairs = find_others(columns, "tell", COLUMNS, {word.split(".")[0] for word in message.placeholders})
    if pairs:
        raise SystemExit(f"nobody shares anything here: {pairs[0]}")


def _memory() -> int:
    """The largest this process has been, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    sys.exit(main())
