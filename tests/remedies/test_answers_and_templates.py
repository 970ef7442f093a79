"""Rules for answers and placeholders, without a network."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import pytest

from makegood.kit.clock import now
from makegood.kit.money import Money
from makegood.kit.plugins import OutcomeUnknown, ProviderError, Receipt
from makegood.remedies.answers import Reply, at, judge, seconds
from makegood.remedies.http import Http
from makegood.remedies.templates import filled, filled_path, placeholders, values_of
from makegood.testing.contract import made_up

RULES: list[dict[str, Any]] = [
    {"status": "200", "pointer": "/ok", "equals": False, "means": "permanent", "code": "said-no"},
    {"status": "4xx", "pointer": "/busy", "means": "retry", "code": "busy"},
    {"status": "202", "means": "waiting"},
    {"status": "503", "means": "retry"},
    {"status": "2xx", "pointer": "/ok", "equals": True, "means": "done"},
]


def verdict(status: int, body: bytes, rules: list[dict[str, Any]] = RULES, retry_after: str = "") -> str:
    try:
        receipt = judge(Reply(status, body, retry_after), rules, reference="/id")
    except ProviderError as no:
        return f"{'never' if no.permanent else 'later'} {no.code} {no.retry_after}"
    except OutcomeUnknown as unknown:
        return f"unknown {unknown.code}"
    return f"{receipt.status} {receipt.reference}"


@pytest.mark.parametrize(
    ("status", "body", "means"),
    [
        (200, b'{"ok": true, "id": 12345678901234}', "done 12345678901234"),
        (201, b'{"ok": true, "id": "a@b.example"}', "done "),
        (200, b'{"ok": false}', "never said-no None"),
        (200, b'{"ok": 1}', "unknown unexpected-answer"),
        (200, b'{"ok": tru', "unknown unreadable-answer"),
        (200, b"", "unknown unexpected-answer"),
        (202, b"", "waiting "),
        (202, b"<html>", "unknown unreadable-answer"),
        (400, b'{"busy": null}', "later busy None"),
        (400, b"{}", "never 400 None"),
        (503, b"", "later 503 None"),
        (500, b"", "unknown 500"),
        (408, b"", "unknown 408"),
        (425, b"", "later 425 None"),
        (302, b"", "never 302 None"),
        (100, b"", "never 100 None"),
        (200, b"[" * 100_000, "unknown unreadable-answer"),
    ],
)
def test_rules_first_then_http(status: int, body: bytes, means: str) -> None:
    assert verdict(status, body) == means


def test_without_rules_a_readable_yes_is_done() -> None:
    assert verdict(200, b"", []) == "done "
    assert verdict(204, b"", []) == "done "
    assert verdict(200, b'{"id": "x"}', []) == "done x"
    assert verdict(200, b"nonsense", []) == "unknown unreadable-answer"


def test_an_answer_that_was_cut_is_never_a_yes() -> None:
    with pytest.raises(OutcomeUnknown):
        judge(Reply(200, b'{"ok": true}', cut=True), [], reference="")


def test_a_no_never_repeats_the_customer() -> None:
    with pytest.raises(ProviderError) as caught:
        judge(Reply(400, b'{"error": "jane@mail.example", "message": "Jane Doe is blocked"}'), [], reference="")
    assert caught.value.words == "The provider says 400: [address]"


def test_retry_after_in_every_spelling() -> None:
    assert [seconds(text) for text in ("7", "0", "9" * 30, "", "soon", "-3")] == [7, 0, 86_400, None, None, None]
    assert seconds(format_datetime(now() - timedelta(hours=1), usegmt=True)) == 0
    assert seconds(format_datetime(now() + timedelta(days=30), usegmt=True)) == 86_400


def test_pointers() -> None:
    value = {"a": [{"b/c": 1, "d~e": None}], "": 2}
    assert at(value, "/a/0/b~1c") == 1
    assert at(value, "/a/0/d~0e") is None
    assert at(value, "/") == 2
    missing = at(value, "/nowhere")
    for pointer in ("/a/1", "/a/x", "/a/-1", "/a/0/b~1c/d"):
        assert at(value, pointer) is missing


def test_placeholders_are_filled_by_value_and_never_twice() -> None:
    envelope = made_up(
        Http,
        customer=17,
        amount=Money(1250, "USD"),
        facts={"note": "{key}", "paid": Decimal("1.10"), "on": date(2026, 1, 2), "ok": True},
    )
    template = {
        "n": "{minor}",
        "s": "{amount} {currency}",
        "list": ["{customer}", 7, None, True],
        "note": "{facts.note}",
        "paid": "{facts.paid}",
        "on": "{facts.on}",
        "ok": "{facts.ok}",
        "braces": "{ not one } {}",
    }
    assert filled(template, values_of(envelope)) == {
        "n": 1250,
        "s": "12.50 USD",
        "list": [17, 7, None, True],
        "note": "{key}",
        "paid": "1.10",
        "on": "2026-01-02",
        "ok": True,
        "braces": "{ not one } {}",
    }
    assert sorted(set(placeholders(template))) == [
        "amount", "currency", "customer", "facts.note", "facts.ok", "facts.on", "facts.paid", "minor",
    ]  # fmt: skip


@pytest.mark.parametrize(("currency", "said"), [("JPY", "1250"), ("USD", "12.50"), ("KWD", "1.250")])
def test_the_amount_has_the_currencys_digits(currency: str, said: str) -> None:
    assert values_of(made_up(Http, amount=Money(1250, currency)))["amount"] == said


def test_a_value_in_a_path_adds_no_segment_and_no_query() -> None:
    values = {"key": "a/b?c=d&e#f", "facts.order": "ü %"}
    assert filled_path("x/{key}/{facts.order}", values) == "x/a%2Fb%3Fc%3Dd%26e%23f/%C3%BC%20%25"


@pytest.mark.parametrize("name", ["amount", "facts.none", "with.none", "customer_key"])
def test_a_missing_value_is_a_permanent_no(name: str) -> None:
    with pytest.raises(ProviderError) as caught:
        filled({"a": f"{{{name}}}"}, values_of(made_up(Http, facts={})))
    assert (caught.value.permanent, caught.value.code) == (True, "no-value")
    assert name in caught.value.words


def test_a_receipt_names_its_status() -> None:
    assert judge(Reply(201, b'{"id": "r1"}'), [], reference="/id") == Receipt("done", "r1", "201")
