"""Policies decided one customer at a time: reads the YAML itself and shares no code with the program under test.

`Reference(text).decide(rows)` takes one customer's rows (one, unless facts have `each`): facts by name as `Fraction`,
`Money`, text, date, instant, `Many` or None. It gives one `Result` for each remedy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor
from typing import Any

from reference_expressions import Amounts, Money, Quoted, amount, both, compared, like, nearest, size, turned
from reference_file import PolicyFile, fits, is_amount
from reference_names import Names

ORDER = ("add", "reduce", "excess", "set_off", "round", "sum", "cap", "minimum")
WORST = ("undefined", "hold", "owed", "nothing")
ENDINGS = ("amount", "nothing", "hold", "undefined")


@dataclass(frozen=True)
class Result:
    """`minor` is set where something is owed, or held because it is above the approval limit."""

    status: str
    rule: str | None = None
    minor: int | None = None
    also: Mapping[str, Any] = field(default_factory=dict)
    shares: Mapping[str, int] = field(default_factory=dict)


class Undefined(Exception):
    """There is no decision."""


class Ended(Exception):
    """A decision without an amount: nothing or hold."""


class Reference:
    """A policy, as the text of its file."""

    def __init__(self, text: str) -> None:
        self.file = PolicyFile(text)

    def decide(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Result]:
        results = {word: self.remedy(one, rows) for word, one in self.file.part("remedies").items()}
        for choice in self.file.body.get("choose") or ():
            results |= chosen(choice, results, Names(self.file, rows[0]))
        return results

    def remedy(self, body: dict[str, Any], rows: Sequence[Mapping[str, Any]]) -> Result:
        customers = [_Customer(self.file, body, {**row, "rows_count()": Fraction(len(rows))}) for row in rows]
        if any(fact.get("each") == "true" for fact in self.file.facts.values()):
            return summed(body, customers)
        return customers[0].result()


class _Customer:
    """One row of one customer, for one remedy: what follows from its names."""

    def __init__(self, file: PolicyFile, body: dict[str, Any], facts: Mapping[str, Any]) -> None:
        self.file, self.body = file, body
        self.is_bad = not all(fits(file.facts[word], facts.get(word)) for word in file.reads(body))
        facts = {word: one if usable(file, word, one) else None for word, one in facts.items()}
        self.rounding: dict[str, Any] = body.get("rounding") or {}
        self.mode: str = self.rounding.get("mode", "half-up")
        self.names = Names(file, facts, self.mode)
        self.unit: dict[str, Any] = body.get("unit") or {}
        code = facts.get(body["currency_column"]) if "currency_column" in body else body.get("currency")
        self.currency: str = code.strip().upper() if code else self.unit.get("name", "")
        self.is_rounded = False
        self.within: dict[str, Any] = {}

    # amounts

    def money(self, part: Any) -> Money:
        """An amount, a list by currency, or an expression; undefined where there is none."""
        found: Any
        if isinstance(part, list):
            found = next((one for one in map(amount, part) if one.currency == self.currency), None)
        else:
            found = amount(part) if is_amount(part) else self.names.work(part)
        if isinstance(found, Quoted):
            found = amount(found, self.currency)
        if isinstance(found, Amounts):
            found = next((one for one in found.each if one.currency == self.currency), None)
        if isinstance(found, Fraction):
            found = self.in_unit(found)
        if found is None or found.currency != self.currency:
            raise Undefined
        return found

    def in_unit(self, number: Fraction) -> Money:
        return Money(number * 10 ** int(self.unit.get("digits", 0)), self.currency)

    def operand(self, part: Any) -> Money:
        """What an operation works with: below zero it says nothing, and after rounding it is whole."""
        money = self.money(part)
        if money.minor < 0:
            raise Undefined
        return like(money, nearest(money.minor, self.mode)) if self.is_rounded else money

    def number(self, text: str) -> Fraction:
        found = self.names.work(text)
        if found is None:
            raise Undefined
        return found

    def holds(self, body: dict[str, Any]) -> bool:
        """`when`, and not `unless`; where there is no `when`, always."""
        if "when" not in body:
            return True
        found = self.names.work(body["when"])
        if "unless" in body:
            found = both(found, turned(self.names.work(body["unless"])))
        if found is None:
            raise Undefined
        return bool(found)

    def amount_of(self, body: Any) -> Money:
        if not isinstance(body, dict):
            return self.money(body)
        if "accrue" in body:
            return self.accrued(body["accrue"])
        share = self.money(body["of"])
        share = like(share, share.minor * self.number(body["percent"]) / 100)
        if share.minor < 0:
            raise Undefined
        if self.is_rounded_first():
            self.within = body
            return share
        if "floor" in body:
            share = max(share, self.money(body["floor"]), key=size)
        return min(share, self.money(body["cap"]), key=size) if "cap" in body else share

    def is_rounded_first(self) -> bool:
        """Whether nothing works on a rule's amount before it is rounded: then its floor and cap hold what is paid."""
        before = self.order()[: self.order().index("round")]
        rows = any(fact.get("each") == "true" for fact in self.file.facts.values())
        return not any(word in self.body or (word == "sum" and rows) for word in before)

    def accrued(self, body: dict[str, Any]) -> Money:
        count = max(Fraction(0), self.number(body["count"]))
        total = self.money(body["first"]) if "first" in body else Money(Fraction(0), self.currency)
        before = Fraction(0)
        for rate in body.get("rates") or [{"each": body["each"]}]:
            to = min(count, Fraction(rate["to"])) if "to" in rate else count
            total = like(total, total.minor + self.money(rate["each"]).minor * max(Fraction(0), to - before))
            before = max(before, to)
        return min(total, self.money(body["cap"]), key=size) if "cap" in body else total

    # the decision

    def result(self) -> Result:
        try:
            rule, money = self.ruled()
            result = self.finished(rule, self.worked(money, self.order()))
        except Undefined as why:
            result = Result("undefined", *why.args)
        except Ended as end:
            result = Result(*end.args)
        return replace(result, also=self.also())

    def ruled(self) -> tuple[str, Money]:
        """The rule that decides and its amount; raises where there is none."""
        if self.is_bad:
            raise Undefined
        for one in self.body.get("exclude") or ():
            if self.holds(one):
                raise Ended("nothing", one["id"])
        rule = next(rule for rule in self.body["rules"] if rule.get("default") == "true" or self.holds(rule))
        ending = next(word for word in ENDINGS if word in rule)
        if ending == "undefined":
            raise Undefined(rule["id"])
        if ending != "amount":
            raise Ended(ending, rule["id"])
        money = self.amount_of(rule["amount"])
        if money.minor < 0 or not self.currency:
            raise Undefined
        return rule["id"], money

    def order(self) -> list[str]:
        """All eight: what is left out works after all that stand before it in the default order."""
        order = list(self.body.get("order") or ())
        for index, word in enumerate(ORDER):
            if word not in order:
                earlier = [order.index(one) for one in ORDER[:index]]
                order.insert(max(earlier, default=-1) + 1, word)
        return order

    def worked(self, money: Money, order: Sequence[str]) -> Money:
        for word in order:
            money = getattr(self, f"_{word}")(money)
            if money.minor < 0:
                raise Undefined
        return money

    def _add(self, money: Money) -> Money:
        for one in self.body.get("add") or ():
            if self.holds(one):
                money = like(money, money.minor + self.operand(one["amount"]).minor)
        return money

    def _reduce(self, money: Money) -> Money:
        for one in self.body.get("reduce") or ():
            if self.holds(one):
                percent = self.number(one["percent"])
                if not 0 <= percent <= 100:
                    raise Undefined
                left = money.minor * (100 - percent) / 100
                money = like(money, nearest(left, self.mode) if self.is_rounded else left)
        return money

    def _excess(self, money: Money) -> Money:
        return self.less(money, self.body["excess"]) if "excess" in self.body else money

    def _set_off(self, money: Money) -> Money:
        for one in self.body.get("set_off") or ():
            money = self.less(money, one)
        return money

    def less(self, money: Money, part: Any) -> Money:
        return like(money, max(Fraction(0), money.minor - self.operand(part).minor))

    def _round(self, money: Money) -> Money:
        unit = self.rounding.get("unit")
        step = amount(unit, self.currency).minor if unit else Fraction(1)
        minor = Fraction(nearest(money.minor / step, self.mode)) * step
        if "floor" in self.within:
            minor = max(minor, Fraction(ceil(self.money(self.within["floor"]).minor)))
        if "cap" in self.within:
            minor = min(minor, Fraction(floor(self.money(self.within["cap"]).minor)))
        self.is_rounded = True
        return like(money, minor)

    def _sum(self, money: Money) -> Money:
        return money

    def _cap(self, money: Money) -> Money:
        if "cap" not in self.body:
            return money
        cap = self.money(self.body["cap"])
        if cap.minor < 0:
            raise Undefined
        return min(money, like(cap, floor(cap.minor)) if self.is_rounded else cap, key=size)

    def _minimum(self, money: Money) -> Money:
        body = self.body.get("minimum")
        if body is None:
            return money
        least = self.money(body["amount"] if isinstance(body, dict) else body)
        if least.minor < 0:
            raise Undefined
        strict = isinstance(body, dict) and body.get("strict") == "true"
        return like(money, Fraction(0)) if compared("<=" if strict else "<", money, least) else money

    def finished(self, rule: str, money: Money) -> Result:
        if money.minor > 2**63 - 1:
            raise Undefined(rule)
        minor = floor(money.minor)
        if minor == 0:
            return Result("nothing", rule)
        shares = self.shares(minor)
        approval = self.body.get("approval")
        above = approval is not None and minor > self.money(approval["above"]).minor
        return Result("hold" if above else "owed", rule, minor, shares=shares)

    def also(self) -> dict[str, Any]:
        """Further results, whatever was decided; amounts in whole smallest units."""
        found = {word: self.names.work(text) for word, text in (self.body.get("also") or {}).items()}
        return {
            word: like(one, nearest(one.minor, self.mode)) if isinstance(one, Money) else one
            for word, one in found.items()
        }

    def shares(self, minor: int) -> dict[str, int]:
        """Whole parts; what is left over goes to the largest remainders, the first of equals."""
        parts = {one["payer"]: self.names.work(one["share"]) for one in self.body.get("split") or ()}
        if any(part is None or not 0 <= part <= 10**9 for part in parts.values()) or (
            parts and not sum(parts.values())
        ):
            raise Undefined
        whole = sum(parts.values())
        exact = {payer: minor * share / whole for payer, share in parts.items()}
        shares = {payer: floor(part) for payer, part in exact.items()}
        left = minor - sum(shares.values())
        for payer in sorted(exact, key=lambda payer: shares[payer] - exact[payer])[:left] if parts else ():
            shares[payer] += 1
        return shares


def usable(file: PolicyFile, word: str, value: Any) -> bool:
    """What is outside of its limits is read nowhere."""
    return value is None or word not in file.facts or fits(file.facts[word], value)


@dataclass
class _Row:
    """What became of one row: its status, the rule, and what it is worth before the sum."""

    customer: _Customer
    status: str
    rule: str | None
    money: Money

    def become(self, minor: Fraction) -> None:
        self.money = like(self.money, minor)
        self.status = "owed" if minor > 0 else "nothing"


def summed(body: dict[str, Any], customers: Sequence[_Customer]) -> Result:
    """A customer with several rows: each is worked out up to the sum, the rest is done with the total. The customer is
    as the worst of their rows, the first of equals."""
    limits, order = body.get("rows") or {}, customers[0].order()
    upto = order.index("sum")
    seen: set[tuple[Any, ...]] = set()
    rows = [_row(customer, limits.get("once_per") or (), seen, order[:upto]) for customer in customers]
    for most in limits.get("most") or ():
        limited(most, rows)
    worst = next(row for status in WORST for row in rows if row.status == status)
    if worst.status != "owed":
        return Result(worst.status, worst.rule)
    total = sum((row.money.minor for row in rows if row.status == "owed"), Fraction(0))
    last = worst.customer
    try:
        return last.finished(worst.rule or "", last.worked(Money(total, last.currency), order[upto:]))
    except Undefined:
        return Result("undefined")


def _row(customer: _Customer, keys: Sequence[str], seen: set[tuple[Any, ...]], order: Sequence[str]) -> _Row:
    found = _Row(customer, "undefined", None, Money(Fraction(0), customer.currency))
    try:
        found.rule, money = customer.ruled()
        found.become(customer.worked(money, order).minor)
    except Undefined as why:
        found.rule = why.args[0] if why.args else found.rule
    except Ended as end:
        found.status, found.rule = end.args
    key = tuple(customer.names.value(name) for name in keys)
    if None in key:
        found.status = "undefined"
    elif key and key in seen:
        found.status = "nothing"
    seen.add(key)
    return found


def limited(most: dict[str, Any], rows: Sequence[_Row]) -> None:
    """The rows of each group in order, until its amount, or the number of rows that are owed, is used up."""
    used: dict[tuple[Any, ...], Fraction] = {}
    limits: dict[tuple[Any, ...], Money | None] = {}
    for row in rows:
        if row.status != "owed":
            continue
        key = tuple(row.customer.names.value(name) for name in most["per"])
        before = used.get(key, Fraction(0))
        if "amount" in most and key not in limits:
            limits[key] = limit_of(row.customer, most["amount"])
        limit = limits.get(key)
        if None in key or ("amount" in most and limit is None):
            row.status = "undefined"
        elif limit is None:
            row.become(row.money.minor if before < int(most["times"]) else Fraction(0))
            used[key] = before + 1
        else:
            row.become(max(Fraction(0), min(row.money.minor, floor(limit.minor) - before)))
            used[key] = before + row.money.minor


def limit_of(customer: _Customer, part: Any) -> Money | None:
    """What the first row of a group that is owed says of the group; below zero it says nothing."""
    try:
        money = customer.money(part)
    except Undefined:
        return None
    return money if money.minor >= 0 else None


def chosen(choice: dict[str, Any], results: Mapping[str, Result], names: Names) -> dict[str, Result]:
    """Of the remedies named one at most stays payable; the others that would be become nothing."""
    of, take = choice["of"], choice["take"]
    payable = [word for word in of if results[word].minor is not None]
    unsure = [of.index(word) for word in of if results[word].status == "undefined"]
    if take == "first":
        taken = payable[0] if payable else None
        known = not unsure or taken is None or min(unsure) > of.index(taken)
    elif take == "greatest":
        taken = max(payable, key=lambda word: results[word].minor or 0) if payable else None
        known = not unsure
    else:
        taken = names.value(take)
        known = taken in of
    changed = Result("nothing" if known else "undefined", choice["id"])
    stays = [word for word in of if word not in payable or (known and word == taken)]
    return {word: results[word] if word in stays else replace(changed, also=results[word].also) for word in of}
