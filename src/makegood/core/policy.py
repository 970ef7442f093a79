"""Who is owed what: ordered rules on typed columns, read from policy.yaml.

Parsing needs a file that passed its JSON Schema. What the rules decide is written as one SQL query by
`core.policy_sql`; `Policy.decision_sql` is its door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from makegood.core.expressions import Expression, expected, parse_expression
from makegood.core.expressions_sql import Type
from makegood.core.findings import Findings, Path, mode_of
from makegood.core.policy_rules import ENDINGS, Amount, Basis, Ending, Remedy, Rule
from makegood.core.policy_sql import decision_sql
from makegood.kit.errors import BadInput, Finding
from makegood.kit.money import exponent
from makegood.kit.yamlfile import YamlFile

__all__ = ["Amount", "Basis", "Ending", "Policy", "Remedy", "Rule", "parse_policy"]


@dataclass(frozen=True, slots=True)
class Policy:
    remedies: Mapping[str, Remedy]

    def decision_sql(self, affected: str) -> str:
        """A SELECT with one row per customer and remedy: customer_id, remedy, status, rule, minor, currency, basis,
        reason. `affected` is a table name or a bracketed query with `customer_id` and the typed scope columns."""
        return decision_sql(self.remedies, affected)


def parse_policy(file: YamlFile, columns: Mapping[str, Type]) -> tuple[Policy | None, list[Finding]]:
    """The policy, or None when anything blocks; findings have places. `file` must have passed its schema."""
    at = Findings(file)
    remedies = {}
    for word, body in (file.value.get("remedies") or {}).items():
        remedy = _Reader(at, columns, ("remedies", word), body).remedy(word)
        if remedy is not None:
            remedies[word] = remedy
    return (None if at.blocking else Policy(remedies)), at.found


class _Reader:
    """Reads one remedy."""

    def __init__(self, at: Findings, columns: Mapping[str, Type], path: Path, body: dict[str, Any]) -> None:
        self.at, self.columns, self.path, self.body = at, columns, path, body
        self.mode = mode_of((body.get("rounding") or {}).get("mode"))
        self.currency = ""

    def remedy(self, word: str) -> Remedy | None:
        if not self._currency():
            return None
        rules = tuple(rule for i, body in enumerate(self.body["rules"]) if (rule := self._rule(i, body)))
        self._order(rules)
        return Remedy(
            id=word,
            kind=self.body["kind"],
            basis=self.body["basis"],
            currency=self.currency,
            rules=rules,
            cap=self._amounts((*self.path, "cap"), self.body.get("cap")),
            minimum=self._amounts((*self.path, "minimum"), self.body.get("minimum")),
            mode=self.mode,
            unit=self._unit(),
            place=self.at.file.place(self.path),
        )

    def _currency(self) -> bool:
        column = self.body.get("currency_column")
        if column is None:
            try:
                exponent(self.body["currency"])
            except BadInput as no:
                self.at.refused((*self.path, "currency"), no)
                return False
            self.currency = self.body["currency"]
            return True
        if self.columns.get(column) != Type("text"):
            known = [word for word, kind in self.columns.items() if kind == Type("text")]
            self.at.unknown((*self.path, "currency_column"), "unknown-column", "text column", column, known)
            return False
        self.currency = f"@{column}"
        return True

    def _rule(self, index: int, body: dict[str, Any]) -> Rule | None:
        path = (*self.path, "rules", index)
        before = len(self.at.found)
        when = self._expression((*path, "when"), body["when"], "boolean") if "when" in body else None
        ending = next(word for word in ENDINGS if word in body)
        amount = self._amount((*path, "amount"), body["amount"]) if ending == "amount" else None
        words = body.get("reason", "") if ending == "amount" else body[ending]
        if len(self.at.found) > before:
            return None
        return Rule(body["id"], when, ending, words, amount, self.at.file.place(path))

    def _order(self, rules: tuple[Rule, ...]) -> None:
        """Exactly one default, last; no id twice; no rule that can never be reached."""
        bodies, seen_ids, conditions = self.body["rules"], set[str](), dict[str, str]()
        defaults = [i for i, body in enumerate(bodies) if body.get("default")]
        by_id = {rule.id: rule for rule in rules}
        for index, body in enumerate(bodies):
            path, word = (*self.path, "rules", index), body["id"]
            if word in seen_ids:
                self.at.add(path, "double-rule", f"Two rules are called '{word}'.", "Give each rule its own id.")
            seen_ids.add(word)
            if defaults and index > defaults[0]:
                what = f"The rule '{word}' comes after the default and is never reached."
                self.at.add(path, "unreachable-rule", what, "Put the default last, and only one.")
            when = by_id[word].when if word in by_id else None
            if when is None:
                continue
            if not when.columns:
                what = f"The condition of '{word}' reads no column: it is the same for every customer."
                remedy = "Compare a column, or make it the default rule; rules after it are never reached."
                self.at.add((*path, "when"), "unreachable-rule", what, remedy)
            elif when.sql in conditions:
                what = f"The rule '{word}' has the condition of '{conditions[when.sql]}' and is never reached."
                self.at.add((*path, "when"), "unreachable-rule", what, "Remove it or change its condition.")
            conditions.setdefault(when.sql, word)
        if not defaults:
            what = "No rule is the default: some customers would get no decision."
            self.at.add((*self.path, "rules"), "no-default", what, "End with {id: other, default: true, ...}.")

    def _expression(self, path: Path, text: Any, kind: str) -> Expression | None:
        place = self.at.file.value_place(path)
        found = expected(parse_expression(str(text), self.columns, place, mode=self.mode), kind, place)
        if isinstance(found, Expression):
            return found
        self.at.found.append(found)
        return None

    def _money_expression(self, path: Path, text: Any) -> Expression | None:
        found = self._expression(path, text, "money")
        if found is not None and found.type.currency != self.currency:
            what = f"'{found.text}' is {found.type}, but this remedy is paid in {self.currency.lstrip('@')}."
            remedy = "Use columns and amounts of the remedy's currency; Makegood never converts."
            self.at.add(path, "mixed-currency", what, remedy)
            return None
        return found

    def _amount(self, path: Path, body: Any) -> Amount | None:
        if isinstance(body, list):
            return Amount(None, self._amounts(path, body) or {})
        if not isinstance(body, dict):
            found = self._money_expression(path, body)
            if found is None:
                return None
            literal = found.value.literal
            return Amount(None, self._amounts(path, body) or {}) if literal else Amount(found, {})
        of = self._money_expression((*path, "of"), body["of"])
        floor = self._amounts((*path, "floor"), body.get("floor"))
        cap = self._amounts((*path, "cap"), body.get("cap"))
        for currency, least in (floor or {}).items():
            if least > (cap or {}).get(currency, least):
                what = "The floor is above the cap."
                self.at.add((*path, "floor"), "floor-above-cap", what, "Lower the floor or raise the cap.")
        percent = self._percent((*path, "percent"), body["percent"])
        return Amount(of, {}, percent, floor, cap) if of and percent is not None else None

    def _percent(self, path: Path, text: Any) -> Decimal | None:
        try:
            percent = Decimal(str(text))
        except InvalidOperation:
            percent = Decimal(-1)
        if not percent.is_finite() or not 0 <= percent <= 10_000 or -int(percent.as_tuple().exponent) > 6:
            what = f"'{text}' is not a percentage from 0 to 10000 with at most 6 digits after the point."
            self.at.add(path, "bad-percent", what, 'Write for example "50" or "12.5".')
            return None
        return percent

    def _amounts(self, path: Path, body: Any) -> dict[str, int] | None:
        """Minor units by currency: one amount, or a list with one for each currency."""
        if body is None:
            return None
        amounts: dict[str, int] = {}
        fixed = None if self.currency.startswith("@") else self.currency
        many = isinstance(body, list)
        for index, text in enumerate(body if many else [body]):
            here = (*path, index) if many else path
            money = self.at.money(here, text, fixed)
            if money is None:
                continue
            if money.currency in amounts:
                what = f"{money.currency} is given twice."
                self.at.add(here, "double-currency", what, "Give one amount for each currency.")
            amounts[money.currency] = money.minor
        return amounts

    def _unit(self) -> int:
        path, text = (*self.path, "rounding", "unit"), (self.body.get("rounding") or {}).get("unit")
        if text is None:
            return 1
        if self.currency.startswith("@"):
            what = "A rounding unit needs one currency."
            self.at.add(path, "bad-unit", what, "Leave it out; each currency is rounded to its smallest unit.")
            return 1
        unit = self.at.money(path, text, self.currency)
        if unit is not None and unit.minor == 0:
            self.at.add(path, "bad-unit", "The rounding unit is zero.", "Write the smallest step, such as 0.01.")
        return max(unit.minor, 1) if unit is not None else 1
