"""How long one message and one mail take, after warm-up: `python benchmarks/render.py`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime

from makegood.core.render import Frame, Message, Value, compile_message
from makegood.kit.mime import build
from makegood.kit.money import Money
from makegood.kit.plugins import Words

COUNT = 20_000
SHOP = Frame("Corner Shop Ltd", ("12 Market Street", "Leeds LS1 4DT"), "answers@firm.example")

SHORT = """---
subject: "{{ name }}, we charged you twice"
---
Dear {{ name }},

We took **{{ refund }}** too much for {{ purchases }} {{ purchases | plural: "purchase", "purchases" }} on
{{ first_on }}. The fault was ours, and I am sorry.

{% if late %}
This took us far too long.
{% endif %}

You can see everything on [your page]({{ link }}).
"""
LOOP = SHORT + "\n{% for p in lines %}\n- {{ p.day }}: {{ p.amount }}\n{% endfor %}\n"


def facts(number: int) -> dict[str, Value]:
    lines = [{"day": date(1998, 1, 1 + n), "amount": Money(1_000 + number % 500 + n, "USD")} for n in range(3)]
    return {
        "name": f"Customer {number}",
        "refund": Money(100 + number % 1_000, "USD"),
        "purchases": 1 + number % 3,
        "first_on": date(1998, 1 + number % 6, 1 + number % 28),
        "late": number % 2 == 0,
        "link": f"https://firm.example/p/{number}",
        "lines": lines,
    }


def timed(label: str, one: Callable[[int], object]) -> None:
    for number in range(2_000):
        one(number)
    start = time.perf_counter()
    for number in range(COUNT):
        one(number)
    each = (time.perf_counter() - start) / COUNT
    sys.stdout.write(f"{label:<28}{each * 1e6:8.1f} µs   {1 / each:10,.0f} a second\n")


def compiled(source: str) -> Message:
    message, findings = compile_message(source, "benchmark.md")
    if message is None:
        raise SystemExit(str(findings))
    return message


def main() -> None:
    short, loop = compiled(SHORT), compiled(LOOP)
    known = [facts(number) for number in range(COUNT)]
    words: list[Words] = [short.render(one, locale="en", frame=SHOP) for one in known]
    when = datetime(1998, 7, 2, tzinfo=UTC)

    def mail(number: int) -> bytes:
        return build(
            words[number],
            sender=("Corner Shop", "shop@firm.example"),
            reply_to="answers@firm.example",
            to=(f"Customer {number}", f"c{number}@customer.example"),
            message_id=f"<act-{number}@firm.example>",
            date=when,
        )

    timed("message, one condition", lambda number: short.render(known[number], locale="en", frame=SHOP))
    timed("message, a loop of three", lambda number: loop.render(known[number], locale="en", frame=SHOP))
    timed("mail as bytes", mail)


if __name__ == "__main__":
    main()
