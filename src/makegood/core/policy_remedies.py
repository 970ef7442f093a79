"""Reading remedies: exclusions, ordered rules, what is added and taken off, limits, and the order of it all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from makegood.core.expressions import Expression
from makegood.core.expressions_sql import Type
from makegood.core.findings import Findings, Path, mode_of
from makegood.core.policy_amounts import Amounts
from makegood.core.policy_names import ROWS_COUNT, Names
from makegood.core.policy_reads import all_names, of_end, of_op, of_payable
from makegood.core.policy_rules import (
    ENDINGS,
    ORDER,
    Addition,
    Approval,
    Exclusion,
    Minimum,
    Most,
    Op,
    Payable,
    Reduction,
    Remedy,
    Rule,
    Share,
    Unit,
)
from makegood.kit.errors import BadInput
from makegood.kit.money import exponent


def read_remedy(names: Names, word: str, body: Mapping[str, Any]) -> Remedy | None:
    """None when its currency cannot be read; other findings are noted."""
    path: Path = ("remedies", word)
    unit = Unit(body["unit"]["name"], int(body["unit"].get("digits", 0))) if "unit" in body else None
    currency = "" if unit else _currency(names, path, body)
    if currency is None:
        return None
    return _Reader(names, path, body, Amounts(names, currency, unit, _mode(body))).remedy(word)


def _mode(body: Mapping[str, Any]) -> Any:
    return mode_of((body.get("rounding") or {}).get("mode"))


def _currency(names: Names, path: Path, body: Mapping[str, Any]) -> str | None:
    column = body.get("currency_column")
    if column is None:
        try:
            exponent(body["currency"])
        except BadInput as no:
            names.at.refused((*path, "currency"), no)
            return None
        return str(body["currency"])
    fact = names.facts.get(column)
    if fact is None or fact.type != Type("text") or fact.each:
        known = [word for word, one in names.facts.items() if one.type == Type("text") and not one.each]
        names.at.unknown((*path, "currency_column"), "unknown-column", "text column", column, known)
        return None
    return f"@{column}"


class _Reader:
    """Reads one remedy."""

    def __init__(self, names: Names, path: Path, body: Mapping[str, Any], amounts: Amounts) -> None:
        self.names, self.path, self.body, self.amounts = names, path, body, amounts
        self.read: dict[str, None] = {}

    @property
    def at(self) -> Findings:
        return self.names.at

    def remedy(self, word: str) -> Remedy:
        exclude = tuple(no for i, body in self._list("exclude") if (no := self._exclusion(i, body)))
        rules = tuple(rule for i, body in self._list("rules") if (rule := self._rule(i, body)))
        self._order_of_rules(rules)
        once_per, most = self._rows()
        remedy = Remedy(
            id=word,
            kind=self.body["kind"],
            basis=self.body["basis"],
            currency=self.amounts.currency,
            rules=rules,
            cap=self._payable("cap"),
            minimum=self._minimum(),
            mode=self.amounts.mode,
            unit=self._unit(),
            place=self.at.file.place(self.path),
            in_unit=self.amounts.unit,
            exclude=exclude,
            add=tuple(more for i, body in self._list("add") if (more := self._addition(i, body))),
            reduce=tuple(less for i, body in self._list("reduce") if (less := self._reduction(i, body))),
            excess=self._payable("excess"),
            set_off=self._set_off(),
            order=_full_order(self.body.get("order", ())),
            approval=self._approval(),
            once_per=once_per,
            most=most,
            also=self._also(),
            split=self._split(),
            rows=False,
        )
        return self._checked(remedy)

    def _list(self, word: str) -> Iterable[tuple[int, Any]]:
        return enumerate(self.body.get(word) or ())

    def _payable(self, word: str) -> Payable | None:
        return self.amounts.payable((*self.path, word), self.body.get(word))

    def _set_off(self) -> tuple[Payable, ...]:
        found = [self.amounts.payable((*self.path, "set_off", i), body) for i, body in self._list("set_off")]
        return tuple(one for one in found if one is not None)

    def _condition(self, path: Path, body: Mapping[str, Any], word: str = "when") -> Expression | None:
        return self.names.compile((*path, word), body[word], "boolean", self.amounts.mode) if word in body else None

    def _exclusion(self, index: int, body: Mapping[str, Any]) -> Exclusion | None:
        path, before = (*self.path, "exclude", index), len(self.at.found)
        when, unless = self._condition(path, body), self._condition(path, body, "unless")
        if when is None or len(self.at.found) > before:
            return None
        return Exclusion(body["id"], when, unless, body["says"], self.at.file.place(path))

    def _rule(self, index: int, body: Mapping[str, Any]) -> Rule | None:
        path, before = (*self.path, "rules", index), len(self.at.found)
        when = self._condition(path, body)
        ending = next(word for word in ENDINGS if word in body)
        amount = self.amounts.amount((*path, "amount"), body["amount"]) if ending == "amount" else None
        words = body.get("reason", "") if ending == "amount" else body[ending]
        if len(self.at.found) > before:
            return None
        return Rule(body["id"], when, ending, words, amount, self.at.file.place(path))

    def _addition(self, index: int, body: Mapping[str, Any]) -> Addition | None:
        path, before = (*self.path, "add", index), len(self.at.found)
        when = self._condition(path, body)
        amount = self.amounts.payable((*path, "amount"), body["amount"])
        if amount is None or len(self.at.found) > before:
            return None
        return Addition(body["id"], when, amount, body.get("says", ""), self.at.file.place(path))

    def _reduction(self, index: int, body: Mapping[str, Any]) -> Reduction | None:
        path, before = (*self.path, "reduce", index), len(self.at.found)
        when = self._condition(path, body)
        percent = self.amounts.percent((*path, "percent"), body["percent"], most=100)
        if percent is None or len(self.at.found) > before:
            return None
        return Reduction(
            body["id"], when, percent, body.get("says", ""), bool(body.get("may")), self.at.file.place(path)
        )

    def _minimum(self) -> Minimum | None:
        body = self.body.get("minimum")
        if isinstance(body, dict):
            amount = self.amounts.payable((*self.path, "minimum", "amount"), body["amount"])
            return None if amount is None else Minimum(amount, bool(body.get("strict")))
        amount = self._payable("minimum")
        return None if amount is None else Minimum(amount, strict=False)

    def _approval(self) -> Approval | None:
        body = self.body.get("approval")
        if body is None:
            return None
        above = self.amounts.payable((*self.path, "approval", "above"), body["above"])
        return None if above is None else Approval(above, body["says"])

    def _split(self) -> tuple[Share, ...]:
        found: list[Share] = []
        for index, one in self._list("split"):
            path: Path = (*self.path, "split", index)
            payer, share = str(one["payer"]), one["share"]
            if payer in {other.payer for other in found}:
                what = f"The payer '{payer}' has two shares."
                self.at.add(path, "double-payer", what, "Put them together: CASE WHEN ... THEN 2 ELSE 1 END.")
            weight = share if isinstance(share, int) else self._weight((*path, "share"), share)
            if weight is not None:
                found.append(Share(payer, weight))
        return tuple(found)

    def _weight(self, path: Path, text: object) -> Expression | None:
        found = self.names.compile(path, text, "integer", self.amounts.mode)
        if found is not None and found.value.high < 0:
            self.at.add(path, "bad-share", f"'{found.text}' is below zero.", "Give a whole number from 0.")
        return found

    def _also(self) -> dict[str, Expression]:
        found = {}
        for word, text in (self.body.get("also") or {}).items():
            expression = self.names.compile((*self.path, "also", word), text, "", self.amounts.mode)
            if expression is not None:
                found[word] = expression
        return found

    def _rows(self) -> tuple[tuple[str, ...], tuple[Most, ...]]:
        body = self.body.get("rows")
        if body is None:
            return (), ()
        path: Path = (*self.path, "rows")
        if not any(fact.each for fact in self.names.facts.values()):
            what = "No fact has each: true, so a customer has one row only."
            self.at.add(path, "no-rows", what, "Give the facts of a row each: true.")
        once_per = self._keys((*path, "once_per"), body.get("once_per", ()))
        most = []
        for index, one in enumerate(body.get("most", ())):
            here: Path = (*path, "most", index)
            amount = self.amounts.payable((*here, "amount"), one.get("amount"))
            per = self._keys((*here, "per"), one.get("per", ()))
            most.append(Most(per, amount, one.get("times"), self.at.file.place(here)))
        return once_per, tuple(most)

    def _keys(self, path: Path, words: Iterable[str]) -> tuple[str, ...]:
        known = [*self.names.facts, *self.names.values]
        for index, word in enumerate(words):
            if word not in known and word not in self.names.failed:
                self.at.unknown((*path, index), "unknown-column", "fact or value", word, known)
        return tuple(words)

    def _unit(self) -> int:
        path, text = (*self.path, "rounding", "unit"), (self.body.get("rounding") or {}).get("unit")
        if text is None:
            return 1
        if self.amounts.currency.startswith("@"):
            what = "A rounding unit needs one currency."
            self.at.add(path, "bad-unit", what, "Leave it out; each currency is rounded to its smallest unit.")
            return 1
        unit = next(iter(self.amounts.fixed(path, text).values()), None)
        if unit == 0:
            self.at.add(path, "bad-unit", "The rounding unit is zero.", "Write the smallest step, such as 0.01.")
        return max(unit, 1) if unit is not None else 1

    def _order_of_rules(self, rules: tuple[Rule, ...]) -> None:
        """Exactly one default, last; no id twice; no rule that can never be reached."""
        bodies, seen_ids, conditions = self.body["rules"], set[str](), dict[str, str]()
        for word, one in (("exclude", self.body.get("exclude") or ()), ("rules", bodies)):
            for index, body in enumerate(one):
                if body["id"] in seen_ids:
                    what = f"Two rules are called '{body['id']}'."
                    self.at.add((*self.path, word, index), "double-rule", what, "Give each rule its own id.")
                seen_ids.add(body["id"])
        defaults = [i for i, body in enumerate(bodies) if body.get("default")]
        by_id = {rule.id: rule for rule in rules}
        for index, body in enumerate(bodies):
            path, word = (*self.path, "rules", index), body["id"]
            if defaults and index > defaults[0]:
                what = f"The rule '{word}' comes after the default and is never reached."
                self.at.add(path, "unreachable-rule", what, "Put the default last, and only one.")
            when = by_id[word].when if word in by_id else None
            if when is None:
                continue
            if not when.names:
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

    @staticmethod
    def _word(remedy: Remedy, expression: Expression) -> str:
        if remedy.approval is not None and expression in of_payable(remedy.approval.above):
            return "approval"
        return "split" if any(share.weight is expression for share in remedy.split) else "also"

    def _checked(self, remedy: Remedy) -> Remedy:
        """With the word whether it has rows. What comes after the sum sees the customer only, no single row."""
        each = {word for word, fact in self.names.facts.items() if fact.each}
        has_rows = bool(self.names.closure(all_names(remedy)) & each) or ROWS_COUNT in all_names(remedy)
        after = remedy.order[remedy.order.index("sum") + 1 :]
        late: list[tuple[str, Expression]] = [(op, expression) for op in after for expression in of_op(remedy, op)]
        late += [(self._word(remedy, one), one) for one in of_end(remedy)]
        for word, expression in late if has_rows else ():
            seen = sorted(self.names.closure(expression.names) & each)
            if seen:
                what = f"'{word}' works on the sum of the rows, but '{expression.text}' reads {seen[0]}, of one row."
                remedy_text = "Read facts of the customer there, or put the operation before sum in `order`."
                self.at.add((*self.path, word), "row-after-sum", what, remedy_text)
        if any(one.amount is not None for one in remedy.most) and "round" in after:
            what = "Amounts over several rows are used up in rounded amounts, but `round` comes after `sum`."
            self.at.add(
                (*self.path, "rows", "most"),
                "most-needs-round",
                what,
                "Put round before sum in `order`, or limit a number of `times`.",
            )
        return replace(remedy, rows=has_rows)


def _full_order(given: Iterable[str]) -> tuple[Op, ...]:
    """All eight: what is left out comes after all that stand before it in the default order."""
    order: list[Op] = [op for word in given for op in ORDER if op == word]
    for place, op in enumerate(ORDER):
        if op not in order:
            order.insert(max((order.index(one) for one in ORDER[:place]), default=-1) + 1, op)
    return tuple(order)
