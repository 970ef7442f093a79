"""What a policy is made of, from top to bottom: facts, calendars, parameters, tables, values, remedies, choices, tests.

Figures are exact: a number is a Fraction, money a Fraction of minor units, and nothing is a float. Every part knows its
place in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Literal

from makegood.core.expressions import Expression
from makegood.core.expressions_sql import Mode, Type
from makegood.kit.errors import Place

Ending = Literal["amount", "nothing", "hold", "undefined"]
Basis = Literal["redress", "goodwill"]
Op = Literal["add", "reduce", "excess", "set_off", "round", "sum", "cap", "minimum"]
Figure = Fraction | str | date | bool
ENDINGS: tuple[Ending, ...] = ("amount", "nothing", "hold", "undefined")
ORDER: tuple[Op, ...] = ("add", "reduce", "excess", "set_off", "round", "sum", "cap", "minimum")

# An amount to be worked out, or minor units by currency.
Payable = Expression | Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Header:
    """Who says so. `confidence` is primary, secondary, mixed, memory or "" where the policy does not say."""

    name: str = ""
    version: str = ""
    source: str = ""
    date: str = ""
    confidence: str = ""
    unverified: tuple[str, ...] = ()
    place: Place | None = None

    @property
    def spoken(self) -> str:
        """`Late parcels, version 2026-11`; "" without a name."""
        return f"{self.name}, version {self.version}" if self.name and self.version else self.name


@dataclass(frozen=True, slots=True)
class Limit:
    """One end of what a fact may be: a number, minor units, a date, or an instant in UTC without its zone."""

    value: Fraction | date | datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """What the rules read. `type.many` for a list; `each` for one value a row of the customer. `declared` is False for
    a column of the scope that the policy says nothing about: it has no limits and may be missing."""

    name: str
    type: Type
    words: str
    place: Place
    one_of: tuple[str, ...] = ()
    low: Limit | None = None
    high: Limit | None = None
    optional: bool = False
    each: bool = False
    declared: bool = True


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named figure. `value` where there is one only; else `points` in the order of their dates, `before` the first of
    them (or `undefined`, a sentence), and `by`, the expression of the date that selects (None: only `at()` and
    `interest_over()` read it)."""

    name: str
    type: Type
    place: Place
    value: Figure | None = None
    by: Expression | None = None
    points: tuple[tuple[date, Figure], ...] = ()
    before: Figure | None = None
    words: str = ""
    undefined: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table. `cells` by the name they test; `give` by field ("" where the table gives one figure), None
    where the row ends in the sentence `undefined`. `words` is how a sentence calls it."""

    id: str
    cells: Mapping[str, Any]
    give: Mapping[str, Figure] | None
    undefined: str
    words: str
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in order; `otherwise` has no cells. `fields` are the types of what it gives, "" for a single figure;
    `keys` the names that cells test."""

    name: str
    rows: tuple[Row, ...]
    otherwise: Row
    fields: Mapping[str, Type]
    keys: tuple[str, ...]
    words: str
    place: Place

    def names(self) -> tuple[str, ...]:
        """What expressions call its figures: `share`, or `restoration.first`."""
        return tuple(f"{self.name}.{field}" if field else self.name for field in self.fields)


@dataclass(frozen=True, slots=True)
class Named:
    """A value: an expression with a name; `words` "" where sentences do not speak of it."""

    name: str
    expression: Expression
    words: str
    place: Place


@dataclass(frozen=True, slots=True)
class Rate:
    """What one period gives, up to and with the period `to` (None: all the rest)."""

    to: int | None
    each: Payable


@dataclass(frozen=True, slots=True)
class Accrual:
    """`first` at once; then `each` times `count`, or by the index of each period in `rates`; at most `cap`."""

    count: Expression
    first: Payable | None = None
    each: Payable | None = None
    rates: tuple[Rate, ...] = ()
    cap: Payable | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """One of: `of`, money worked out, with `percent` that share of it; `fixed` minor units by currency; `accrual`."""

    of: Expression | None = None
    fixed: Mapping[str, int] = field(default_factory=dict)
    percent: Expression | None = None
    floor: Payable | None = None
    cap: Payable | None = None
    accrual: Accrual | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the ordered list. `when` is None for the default. `words` is the sentence of nothing, hold and
    undefined, or the rule's own reason for an amount ("" means a generated one)."""

    id: str
    when: Expression | None
    ending: Ending
    words: str
    amount: Amount | None
    place: Place


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Gives nothing where `when` holds and `unless` does not."""

    id: str
    when: Expression
    unless: Expression | None
    says: str
    place: Place


@dataclass(frozen=True, slots=True)
class Addition:
    """An amount on top of the rule's, where `when` holds (None: always)."""

    id: str
    when: Expression | None
    amount: Payable
    says: str
    place: Place


@dataclass(frozen=True, slots=True)
class Reduction:
    """Takes `percent` off what there is, where `when` holds. `may`: the payer may, and does."""

    id: str
    when: Expression | None
    percent: Expression
    says: str
    may: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Minimum:
    """Below it nothing is paid; `strict`: nor exactly that."""

    amount: Payable
    strict: bool


@dataclass(frozen=True, slots=True)
class Approval:
    """What is more than `above` waits for a person, with its amount."""

    above: Payable
    says: str


@dataclass(frozen=True, slots=True)
class Most:
    """Over the customer's rows in order, for each group with the same `per`: at most `amount`, or `times` rows owed."""

    per: tuple[str, ...]
    amount: Payable | None
    times: int | None
    place: Place


@dataclass(frozen=True, slots=True)
class Share:
    """One payer's part of what is owed: `weight` parts of all, a figure or a whole number that the facts give."""

    payer: str
    weight: int | Expression


@dataclass(frozen=True, slots=True)
class Unit:
    """What a remedy is paid in that is not money; `digits` after the point."""

    name: str
    digits: int


@dataclass(frozen=True, slots=True)
class Remedy:
    """`currency` is an ISO code, `@column` where each customer's own applies, or "" with `in_unit`. Amounts are minor
    units (the smallest step of a unit); `unit` is what amounts are rounded to, in minor units. `order` names all eight
    operations. `rows` is True where facts of rows are read: then `sum` adds them up."""

    id: str
    kind: Literal["fix", "make good"]
    basis: Basis
    currency: str
    rules: tuple[Rule, ...]
    cap: Payable | None
    minimum: Minimum | None
    mode: Mode
    unit: int
    place: Place
    in_unit: Unit | None = None
    exclude: tuple[Exclusion, ...] = ()
    add: tuple[Addition, ...] = ()
    reduce: tuple[Reduction, ...] = ()
    excess: Payable | None = None
    set_off: tuple[Payable, ...] = ()
    order: tuple[Op, ...] = ORDER
    approval: Approval | None = None
    once_per: tuple[str, ...] = ()
    most: tuple[Most, ...] = ()
    also: Mapping[str, Expression] = field(default_factory=dict)
    split: tuple[Share, ...] = ()
    rows: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Of these remedies one at most is owed. `take` is greatest, first, or the text fact that names it."""

    id: str
    of: tuple[str, ...]
    take: str
    place: Place


@dataclass(frozen=True, slots=True)
class Case:
    """A test beside the rules, as written: `facts` of the customer, `rows` where facts have `each`, and what each
    remedy is expected to give."""

    name: str
    facts: Mapping[str, Any]
    rows: tuple[Mapping[str, Any], ...]
    expect: Mapping[str, Any]
    place: Place
