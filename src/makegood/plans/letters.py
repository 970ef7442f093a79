"""Every message of a plan, one after the other, as its customer would get it: read by windows, never held."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from makegood.core.expressions_sql import quoted
from makegood.core.facts import FactColumn, read_columns, typed_values
from makegood.core.messagefacts import for_customer, standard_facts
from makegood.core.render import Value
from makegood.kit.columns import Columns
from makegood.kit.money import Money
from makegood.plans.inputs import Inputs

_FIELD, _ROW = "\x1f", "\x1e"
_LARGEST = 2**30  # letters of one customer's facts: a list holds a value for each of their rows
_LETTERS = """
SELECT t.customer_id, l.customer_key, t.sequence, l.facts, l.contact, coalesce(m.told, ''),
       h.customer_id IS NOT NULL, g.customer_id IS NOT NULL
FROM act t JOIN loaded l USING (customer_id)
LEFT JOIN (SELECT customer_id, string_agg(remedy || chr(31) || currency || chr(31) || minor, chr(30)) AS told
           FROM told_amount WHERE remedy <> '' GROUP BY 1) m USING (customer_id)
LEFT JOIN (SELECT DISTINCT customer_id FROM act WHERE minor IS NOT NULL) h USING (customer_id)
LEFT JOIN (SELECT customer_id FROM act WHERE kind IN ('fix', 'make good')
           UNION SELECT customer_id FROM existing WHERE acts > 0 AND step IN ({giving})) g USING (customer_id)
WHERE t.step = {step} {only}
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """One customer's message before it is written. `amounts` by remedy is what it may name; `paid` says that this plan
    pays them, `given` that they get or got any fix or make-good at all."""

    customer: int
    key: str
    sequence: int
    facts: Mapping[str, Value]
    known: Mapping[str, Value]
    locale: str
    amounts: Mapping[str, Money]
    paid: bool
    given: bool


@dataclass(frozen=True)
class Post:
    """What is the same for every letter of one step."""

    step: str
    standard: Mapping[str, Value]
    columns: tuple[FactColumn, ...]
    zone: ZoneInfo
    locale: str
    giving: tuple[str, ...]

    @classmethod
    def of(cls, inputs: Inputs, settings: Mapping[str, Any], step: str) -> Post:
        return cls(
            step=step,
            standard=standard_facts(settings, step=step),
            columns=tuple(read_columns(inputs.scope.columns)),
            zone=ZoneInfo(settings["zone"]),
            locale=str(settings["mistake"]["locale"]),
            giving=tuple(one.id for one in inputs.playbook.steps() if one.do in ("fix", "make good")),
        )


def list_letters(columns: Columns, post: Post, only: Iterable[int] = ()) -> Iterator[Letter]:
    """Every letter of the step, or those of some customers. Needs `act`, `loaded`, `told_amount` and `existing`; the
    engine can be asked nothing else meanwhile."""
    chosen = ", ".join(str(customer) for customer in only)
    some = f"AND t.customer_id IN ({chosen})" if chosen else ""
    giving = ", ".join(quoted(step) for step in post.giving) or "''"
    stream = columns.stream(_LETTERS.format(step=quoted(post.step), giving=giving, only=some))
    csv.field_size_limit(_LARGEST)
    for row in csv.reader(_lines(stream)):
        yield _letter(row, post)


def _letter(row: list[str], post: Post) -> Letter:
    contact: dict[str, Any] = json.loads(row[4])
    facts = typed_values(json.loads(row[3]), post.columns, post.zone)
    amounts: dict[str, Money] = {}
    if row[5]:
        for one in row[5].split(_ROW):
            remedy, currency, minor = one.split(_FIELD)
            amounts[remedy] = Money(int(minor), currency)
    return Letter(
        customer=int(row[0]),
        key=row[1],
        sequence=int(row[2]),
        facts=facts,
        known=for_customer(post.standard, facts, contact, amounts),
        locale=contact.get("language") or post.locale,
        amounts=amounts,
        paid=row[6] == "true",
        given=row[7] == "true",
    )


def _lines(blocks: Iterable[bytes]) -> Iterator[str]:
    """Lines of text, each with its end: a value may hold one, and the reader of CSV joins them."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    rest = ""
    for block in blocks:
        text = rest + decoder.decode(block)
        end = text.rfind("\n") + 1
        rest = text[end:]
        yield from io.StringIO(text[:end], newline="\n")
    if rest:
        yield rest
