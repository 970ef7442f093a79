"""What a policy is made of: remedies, their ordered rules, exact amounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from makegood.core.expressions import Expression
from makegood.core.expressions_sql import Mode
from makegood.kit.errors import Place

Ending = Literal["amount", "nothing", "hold", "undefined"]
Basis = Literal["redress", "goodwill"]
ENDINGS: tuple[Ending, ...] = ("amount", "nothing", "hold", "undefined")


@dataclass(frozen=True, slots=True)
class Amount:
    """`of` is money; with `percent` that share of it. `fixed` holds minor units by currency instead of `of`."""

    of: Expression | None
    fixed: Mapping[str, int]
    percent: Decimal | None = None
    floor: Mapping[str, int] | None = None
    cap: Mapping[str, int] | None = None


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
class Remedy:
    """`currency` is an ISO code, or `@column` where each customer's own applies. Amounts are minor units by currency;
    `unit` is what amounts are rounded to, in minor units."""

    id: str
    kind: Literal["fix", "make good"]
    basis: Basis
    currency: str
    rules: tuple[Rule, ...]
    cap: Mapping[str, int] | None
    minimum: Mapping[str, int] | None
    mode: Mode
    unit: int
    place: Place
