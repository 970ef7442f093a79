"""The head of a policy: who says so, which facts it reads, with their limits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from makegood.core.expressions_sql import Type
from makegood.core.findings import Findings, Path
from makegood.core.names import check_plain_name
from makegood.core.policy_rules import Fact, Header, Limit
from makegood.kit.errors import BadInput
from makegood.kit.money import Money, exponent

_LIMITED = frozenset({"integer", "number", "money", "date", "instant"})


def read_header(at: Findings) -> Header:
    body = at.file.value.get("policy") or {}
    texts = {word: str(body.get(word, "")) for word in ("name", "version", "source", "date", "confidence")}
    place = at.file.place(("policy",)) if body else None
    return Header(**texts, unverified=tuple(body.get("unverified", ())), place=place)


def read_facts(at: Findings, columns: Mapping[str, Type] | None) -> dict[str, Fact]:
    """The declared facts, then the other columns of the scope. With `columns` each declared one must be there and be of
    the same type; without, the declared ones are all there is."""
    declared: Mapping[str, dict[str, Any]] = at.file.value.get("facts") or {}
    facts = {}
    for word, body in declared.items():
        fact = _fact(at, word, body, declared, columns)
        if columns is not None:
            _check_column(at, fact, columns)
        facts[word] = fact
    for word, kind in (columns or {}).items():
        if word not in facts:
            scalar = Type(kind.kind, kind.currency, kind.unit)
            facts[word] = Fact(word, scalar, spoken(word), at.file.place(()), each=kind.many, declared=False)
    return facts


def spoken(word: str) -> str:
    return word.replace("_", " ")


def _fact(
    at: Findings, word: str, body: dict[str, Any], declared: Mapping[str, Any], columns: Mapping[str, Type] | None
) -> Fact:
    path: Path = ("facts", word)
    check_plain_name(at, path, word, "fact")
    kind = Type(
        body["type"], _currency(at, path, body, declared, columns), body.get("unit", ""), bool(body.get("list"))
    )
    _check_fit(at, path, body)
    low, high = _end(at, path, body, kind, ("from", "above")), _end(at, path, body, kind, ("to", "below"))
    _check_ends(at, path, low, high)
    return Fact(
        name=word,
        type=kind,
        words=body.get("words", spoken(word)),
        place=at.file.place(path),
        one_of=tuple(str(one) for one in body.get("one_of", ())),
        low=low,
        high=high,
        optional=bool(body.get("optional")),
        each=bool(body.get("each")),
    )


def _currency(
    at: Findings, path: Path, body: dict[str, Any], declared: Mapping[str, Any], columns: Mapping[str, Type] | None
) -> str:
    given = str(body.get("currency", ""))
    if body["type"] != "money":
        if given:
            at.add(path, "needless-currency", f"A fact of type {body['type']} has no currency.", "Remove it.")
        return ""
    if not given:
        what = "A fact of money needs a currency."
        at.add(path, "no-currency", what, "Add currency: USD, or currency: '@column', the text fact that names it.")
    elif given.startswith("@"):
        texts = [word for word, one in declared.items() if one.get("type") == "text"]
        texts += [word for word, kind in (columns or {}).items() if kind == Type("text") and word not in declared]
        if given[1:] not in texts:
            at.unknown((*path, "currency"), "unknown-column", "text fact", given[1:], texts)
    else:
        try:
            exponent(given)
        except BadInput as no:
            at.refused((*path, "currency"), no)
    return given


def _check_fit(at: Findings, path: Path, body: dict[str, Any]) -> None:
    """What is said of a fact must fit its type."""
    kind = body["type"]
    if "one_of" in body and kind != "text":
        at.add((*path, "one_of"), "bad-limit", f"A fact of type {kind} has no list of values.", "Give limits instead.")
    if "unit" in body and kind not in {"integer", "number"}:
        at.add((*path, "unit"), "bad-limit", f"A fact of type {kind} has no unit.", "Remove it.")
    for word in ("from", "above", "to", "below"):
        if word in body and kind not in _LIMITED:
            at.add((*path, word), "bad-limit", f"A fact of type {kind} has no limits.", "Use one_of, or remove it.")


def _end(at: Findings, path: Path, body: dict[str, Any], kind: Type, words: tuple[str, str]) -> Limit | None:
    given = [word for word in words if word in body]
    if len(given) == 2:
        at.add((*path, given[1]), "bad-limit", f"'{given[0]}' and '{given[1]}' exclude each other.", "Keep one.")
    if not given or kind.kind not in _LIMITED:
        return None
    value = _limit_value(at, (*path, given[0]), body[given[0]], kind)
    return None if value is None else Limit(value, given[0] == words[1])


def _limit_value(at: Findings, path: Path, text: object, kind: Type) -> Fraction | date | datetime | None:
    try:
        match kind.kind:
            case "money" if kind.currency.startswith("@"):
                if Fraction(str(text)) != 0:
                    raise ValueError("only zero is the same in each currency")
                return Fraction(0)
            case "money":
                return Fraction(Money.parse(str(text), currency=kind.currency).minor)
            case "date":
                return date.fromisoformat(str(text))
            case "instant":
                moment = datetime.fromisoformat(str(text))
                if moment.tzinfo is None:
                    raise ValueError("no zone")
                return moment.astimezone(UTC).replace(tzinfo=None)
            case _:
                return Fraction(str(text))
    except BadInput as no:
        at.refused(path, no)
    except (ValueError, ZeroDivisionError, OverflowError):
        shapes = {"date": "2026-01-31", "instant": "2026-01-31T09:00:00Z", "money": "0, the same in each currency,"}
        what = f"'{text}' cannot be a limit of a fact of type {kind.kind}."
        at.add(path, "bad-limit", what, f"Write for example {shapes.get(kind.kind, '0 or 12.5')}.")
    return None


def _check_ends(at: Findings, path: Path, low: Limit | None, high: Limit | None) -> None:
    if low is None or high is None:
        return
    empty = low.value > high.value  # type: ignore[operator] # both are of the fact's own type
    if empty or (low.value == high.value and (low.is_open or high.is_open)):
        at.add(path, "bad-limit", "No value is within these limits.", "The lower one must be below the upper one.")


def _check_column(at: Findings, fact: Fact, columns: Mapping[str, Type]) -> None:
    """A declared fact against the scope: there, and of the same type. The scope knows no units."""
    path: Path = ("facts", fact.name)
    column = columns.get(fact.name)
    if column is None:
        at.unknown(path, "unknown-column", "column in scope.yaml called", fact.name, list(columns))
        return
    if (column.kind, column.currency) != (fact.type.kind, fact.type.currency):
        what = f"The policy needs {fact.name} as {fact.type}, but scope.yaml says {Type(column.kind, column.currency)}."
        at.add((*path, "type"), "column-type", what, "Make both say the same.")
    elif fact.each and fact.type.many:
        what = f"Column {fact.name} of scope.yaml has one value in each row, but the policy reads a list."
        at.add(path, "column-type", what, "Lists in rows are read from files only: makegood policy run.")
    elif column.many != (fact.each or fact.type.many):
        now = "several values" if column.many else "one value"
        want = "one value" if column.many else "several"
        what = f"Column {fact.name} of scope.yaml has {now} a customer, but the policy reads {want}."
        at.add(path, "column-type", what, "Merge the column by `each`, and give the fact each: true or list: true.")


def read_date(at: Findings, path: Path, text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        at.add(path, "bad-date", f"'{text}' is not a date.", "Write it as year-month-day: 2026-01-31.")
        return None
