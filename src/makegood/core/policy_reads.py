"""Which expressions each part of a remedy works with, and so which names it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from makegood.core.expressions import Expression
from makegood.core.policy_rules import Accrual, Amount, Op, Payable, Remedy


def of_payable(*payables: Payable | None) -> Iterator[Expression]:
    for one in payables:
        if isinstance(one, Expression):
            yield one


def of_amount(amount: Amount | None) -> Iterator[Expression]:
    if amount is None:
        return
    for one in (amount.of, amount.percent):
        if one is not None:
            yield one
    yield from of_payable(amount.floor, amount.cap)
    if amount.accrual is not None:
        yield from _of_accrual(amount.accrual)


def _of_accrual(accrual: Accrual) -> Iterator[Expression]:
    yield accrual.count
    yield from of_payable(accrual.first, accrual.each, accrual.cap, *(rate.each for rate in accrual.rates))


def of_conditions(remedy: Remedy) -> Iterator[Expression]:
    for exclusion in remedy.exclude:
        yield exclusion.when
        if exclusion.unless is not None:
            yield exclusion.unless
    for rule in remedy.rules:
        if rule.when is not None:
            yield rule.when


def of_op(remedy: Remedy, op: Op) -> Iterator[Expression]:
    """What an operation works with besides the amount itself."""
    if op == "add":
        for addition in remedy.add:
            yield from ([addition.when] if addition.when is not None else [])
            yield from of_payable(addition.amount)
    elif op == "reduce":
        for reduction in remedy.reduce:
            yield from ([reduction.when] if reduction.when is not None else [])
            yield reduction.percent
    elif op == "excess":
        yield from of_payable(remedy.excess)
    elif op == "set_off":
        yield from of_payable(*remedy.set_off)
    elif op == "cap":
        yield from of_payable(remedy.cap)
    elif op == "minimum" and remedy.minimum is not None:
        yield from of_payable(remedy.minimum.amount)


def of_end(remedy: Remedy) -> Iterator[Expression]:
    """What comes after all operations: approval, shares and further results."""
    if remedy.approval is not None:
        yield from of_payable(remedy.approval.above)
    yield from (share.weight for share in remedy.split if isinstance(share.weight, Expression))
    yield from remedy.also.values()


def of_limits(remedy: Remedy) -> Iterator[Expression]:
    """What is used up over the customer's rows."""
    yield from of_payable(*(most.amount for most in remedy.most))


def names_of(expressions: Iterable[Expression]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in expressions for name in one.names))


def all_names(remedy: Remedy) -> tuple[str, ...]:
    """Every name the remedy reads itself, its currency's column included."""
    parts = [*of_conditions(remedy)]
    for rule in remedy.rules:
        parts += of_amount(rule.amount)
    for op in remedy.order:
        parts += of_op(remedy, op)
    parts += [*of_end(remedy), *of_limits(remedy)]
    keys = (*remedy.once_per, *(key for most in remedy.most for key in most.per))
    currency = (remedy.currency[1:],) if remedy.currency.startswith("@") else ()
    return tuple(dict.fromkeys((*names_of(parts), *keys, *currency)))
