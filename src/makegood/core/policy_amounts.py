"""Reading amounts of a remedy: fixed ones, one for each currency, expressions, shares of them, accruals."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from makegood.core.expressions import Expression
from makegood.core.expressions_sql import Mode
from makegood.core.findings import Findings, Path
from makegood.core.policy_names import Names
from makegood.core.policy_rules import Accrual, Amount, Payable, Rate, Unit

MOST_PERCENT = 10_000
_FIXED = re.compile(r"^\s*(?:[A-Z]{3}\s*)?[+-]?[\d.,]+(?:\s*[A-Z]{3})?\s*$", re.ASCII)


@dataclass(slots=True)
class Amounts:
    """Reads what one remedy pays. `currency` is a code, `@column`, or "" with `unit`."""

    names: Names
    currency: str
    unit: Unit | None
    mode: Mode

    @property
    def at(self) -> Findings:
        return self.names.at

    def payable(self, path: Path, body: Any) -> Payable | None:
        """An amount, a list with one for each currency, or an expression."""
        if body is None:
            return None
        if isinstance(body, list) or _FIXED.match(str(body)):
            return self.fixed(path, body)
        return self.expression(path, body)

    def fixed(self, path: Path, body: Any) -> dict[str, int]:
        """Minor units by currency."""
        if self.unit is not None:
            number = self._in_unit(path, body)
            return {} if number is None else {self.unit.name: number}
        amounts: dict[str, int] = {}
        one = None if self.currency.startswith("@") else self.currency
        many = isinstance(body, list)
        for index, text in enumerate(body if many else [body]):
            here = (*path, index) if many else path
            money = self.at.money(here, text, one)
            if money is None:
                continue
            if money.currency in amounts:
                what = f"{money.currency} is given twice."
                self.at.add(here, "double-currency", what, "Give one amount for each currency.")
            amounts[money.currency] = money.minor
        return amounts

    def _in_unit(self, path: Path, body: Any) -> int | None:
        assert self.unit is not None  # noqa: S101 # asked by the caller
        try:
            number = Fraction(str(body)) * 10**self.unit.digits
        except (ValueError, ZeroDivisionError):
            number = Fraction(-1)
        if number < 0 or number.denominator != 1 or number >= 10**18:
            what = (
                f"'{body}' is not a number of {self.unit.name} with at most {self.unit.digits} digits after the point."
            )
            self.at.add(path, "bad-amount", what, "Write for example 500; this remedy is not paid in money.")
            return None
        return int(number)

    def expression(self, path: Path, text: Any) -> Expression | None:
        """Worked out, in what the remedy is paid in."""
        own = self.currency if self.currency.startswith("@") else ""
        found = self.names.compile(path, text, "" if self.unit is not None else "money", self.mode, own)
        if found is None:
            return None
        if self.unit is not None:
            if found.type.kind in {"integer", "number"}:
                return found
            what = f"'{found.text}' is {found.type}, but this remedy is paid in {self.unit.name}."
            self.at.add(path, "expression-type", what, "Use numbers; a remedy with a unit is not money.")
            return None
        if found.type.currency != self.currency:
            what = f"'{found.text}' is {found.type}, but this remedy is paid in {self.currency.lstrip('@')}."
            remedy = "Use columns and amounts of the remedy's currency; only convert() makes one of another."
            self.at.add(path, "mixed-currency", what, remedy)
            return None
        return found

    def amount(self, path: Path, body: Any) -> Amount | None:
        """What a rule pays; None when it was refused."""
        before = len(self.at.found)
        if isinstance(body, list):
            amount = Amount(fixed=self.fixed(path, body))
        elif not isinstance(body, dict):
            amount = self._plain(path, body)
        elif "accrue" in body:
            amount = Amount(accrual=self._accrual((*path, "accrue"), body["accrue"]))
        else:
            amount = self._share(path, body)
        return amount if len(self.at.found) == before else None

    def _plain(self, path: Path, body: Any) -> Amount:
        if self.unit is not None and _FIXED.match(str(body)):
            return Amount(fixed=self.fixed(path, body))
        found = self.expression(path, body)
        if found is not None and found.value.literal and self.unit is None:
            return Amount(fixed=self.fixed(path, body))
        return Amount(of=found)

    def _share(self, path: Path, body: Mapping[str, Any]) -> Amount:
        of = self.expression((*path, "of"), body["of"])
        floor = self.payable((*path, "floor"), body.get("floor"))
        cap = self.payable((*path, "cap"), body.get("cap"))
        most = cap if isinstance(cap, Mapping) else {}
        if isinstance(floor, Mapping) and any(least > most.get(word, least) for word, least in floor.items()):
            what = "The floor is above the cap."
            self.at.add((*path, "floor"), "floor-above-cap", what, "Lower the floor or raise the cap.")
        return Amount(of=of, percent=self.percent((*path, "percent"), body["percent"]), floor=floor, cap=cap)

    def percent(self, path: Path, text: Any, most: int = MOST_PERCENT) -> Expression | None:
        """A rate, or an expression that gives one; a written one must be from 0 to `most`."""
        plain = _plain_number(str(text))
        if plain is not None and not _is_rate(plain, most):
            what = f"'{text}' is not a percentage from 0 to {most} with at most 6 digits after the point."
            self.at.add(path, "bad-percent", what, 'Write for example "50" or "12.5", or name a number.')
            return None
        found = self.names.compile(path, text, "", self.mode)
        if found is not None and found.type.kind not in {"integer", "number"}:
            what = f"'{found.text}' is {found.type}, but a percentage is a number."
            self.at.add(path, "expression-type", what, 'Write for example "50", or name a number.')
            return None
        return found

    def _accrual(self, path: Path, body: Mapping[str, Any]) -> Accrual | None:
        count = self.names.compile((*path, "count"), body["count"], "integer", self.mode)
        rates = []
        last = 0
        for index, rate in enumerate(body.get("rates", ())):
            here = (*path, "rates", index)
            each = self.payable((*here, "each"), rate["each"])
            upto = rate.get("to")
            if upto is None and index + 1 < len(body["rates"]):
                self.at.add(
                    here, "rate-without-end", "Only the last rate may go on for ever.", "Add to: its last period."
                )
            if upto is not None and upto <= last:
                self.at.add((*here, "to"), "rate-without-end", "The rates are not in order.", "Let `to` grow.")
            last = upto or last
            if each is not None:
                rates.append(Rate(upto, each))
        parts = {word: self.payable((*path, word), body.get(word)) for word in ("first", "each", "cap")}
        return None if count is None else Accrual(count, rates=tuple(rates), **parts)


def _plain_number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _is_rate(plain: Decimal, most: int) -> bool:
    return plain.is_finite() and 0 <= plain <= most and -int(plain.as_tuple().exponent) <= 6
