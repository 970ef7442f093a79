"""Exports with the header that was looked up, unchanged; the rows are made up. Loaded as any scope is."""

from __future__ import annotations

import csv
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from tests.imports.loading import EXPORTS, taken

from makegood.imports.presets import find_preset, presets

NAMES = sorted(presets())
ROOT = Path(__file__).parents[2]


def header_of(name: str) -> list[str]:
    with (EXPORTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


@pytest.mark.parametrize("name", NAMES)
def test_an_export_with_its_header_is_recognised(name: str) -> None:
    header = header_of(name)
    assert tuple(header) == presets()[name].header
    found = find_preset(header)
    assert found is not None and found.name == name


@pytest.mark.parametrize("name", NAMES)
def test_a_header_that_lacks_what_is_needed_is_not_recognised(name: str) -> None:
    preset = presets()[name]
    for needed in preset.needs:
        assert find_preset([one for one in preset.header if one not in needed]) is None or len(needed) > 1


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_says_where_it_is_known_from(name: str) -> None:
    preset = presets()[name]
    assert preset.looked_up >= "2026-11-30" and preset.header_from and preset.where
    assert all(url.startswith("https://") and says.endswith(".") for url, says in preset.sources)
    assert all(one.endswith(".") for one in (*preset.traps, *(says for _, says in preset.unknown)))
    used = {name for column in preset.columns for name in column.origin.names} | set(preset.key.names)
    used |= {name for one in (*preset.contacts.values(), *preset.post, *preset.keep) for name in one.names}
    # Newer exports call a column differently, or leave one out: such a name stands beside the published one.
    assert used - set(preset.header) <= {"Created (UTC)", "Created date (UTC)", "N. Revenue", "ID", "Requester ID"}


@pytest.mark.parametrize(
    ("name", "header"),
    [
        (
            "stripe-payments",
            "id,Description,Seller Message,Created (UTC),Amount,Amount Refunded,Currency,Status,Customer Email",
        ),
        (
            "stripe-payments",
            "id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Status,Customer ID,Customer Email",
        ),
        (
            "stripe-customers",
            "id,Description,Email,Name,Created (UTC),Delinquent,Plan,Status,Total Spend,Payment Count",
        ),
        (
            "zendesk-tickets",
            "ID,Requester,Requester ID,Requester external id,Requester email,Subject,Status,Created at",
        ),
    ],
)
def test_older_and_shorter_headers_are_recognised(name: str, header: str) -> None:
    found = find_preset(header.split(","))
    assert found is not None and found.name == name


def test_shopify_orders(database, tmp_path: Path) -> None:
    found = taken(tmp_path, "shopify-orders.csv")
    assert found.counts == (6, 2, 1, 2, 1)  # of eight lines two are further articles of order 1001
    ana = found.facts["ana.pena@example.com"]
    assert (ana["order_number"], ana["amount"], ana["refunded"], ana["shipping"]) == ("#1001; #1002", 6490, 500, 490)
    assert (ana["currency"], ana["cancelled"]) == ("EUR", False)
    assert (ana["paid_at"], ana["fulfilled_at"]) == ("2026-05-01T08:00:00.000000Z", "2026-05-02T06:30:00.000000Z")
    assert found.facts["bo@example.com"]["cancelled"] is True
    assert found.facts["bo@example.com"]["paid_at"] is None
    assert found.contacts["ana.pena@example.com"] == {
        "name": "Ana Peña",
        "email": "ana.pena@example.com",
        "phone": "+34600111222",
        "post": "Calle Mayor 7\n08002 Barcelona\nES",
    }
    assert found.contacts["bo@example.com"]["post"] == "Markt 2\n5211 's-Hertogenbosch"
    assert {(line, reason) for _, line, _, reason in found.rejected} == {
        (8, "The rows of this customer do not agree about currency."),
        (9, "The rows of this customer do not agree about currency."),
    }


def test_shopify_customers(database, tmp_path: Path) -> None:
    found = taken(tmp_path, "shopify-customers.csv", currency="EUR")
    assert found.counts == (4, 2, 0, 1, 1)
    ana = found.facts["ana.pena@example.com"]
    assert (ana["customer_number"], ana["orders"], ana["spent"]) == ("7210448301122", 2, 6490)
    assert found.contacts["ana.pena@example.com"]["post"] == "Calle Mayor 1\n08001 Barcelona\nES"
    assert found.contacts["bo@example.com"]["name"] == "Bo"
    assert [(line, column) for _, line, column, _ in found.rejected] == [(5, "spent")]


def test_stripe_payments(database, tmp_path: Path) -> None:
    found = taken(tmp_path, "stripe-payments.csv")
    assert found.counts == (5, 3, 1, 1, 0)  # the one that failed is not read
    ana = found.facts["ana.pena@example.com"]
    assert (ana["payment"], ana["amount"], ana["refunded"]) == ("ch_1; ch_2", 249_800, 4900)
    assert (ana["paid_at"], ana["disputed"], ana["currency"]) == ("2026-03-02T23:30:00.000000Z", True, "EUR")
    assert (found.facts["bo@example.com"]["payment"], found.facts["bo@example.com"]["disputed"]) == ("ch_4", False)
    assert found.contacts["ana.pena@example.com"]["name"] == "Ana Peña"
    assert found.contacts["ana.pena@example.com"]["post"] == "Calle Mayor 1\n08001 Barcelona\nES"
    assert "+34600111222" in {one.get("phone") for one in found.contacts.values()}
    assert "email" not in found.contacts["cus_5"]
    assert [(line, column) for _, line, column, _ in found.rejected] == [(7, "paid_at")]
    assert "this file writes 1,000.00" in found.texts["scope.sql"]


def test_stripe_payments_as_they_are_exported_now(database, tmp_path: Path) -> None:
    """Fewer columns, and another name for the time; amounts of a German dashboard."""
    lines = (
        "id,Created date (UTC),Amount,Amount Refunded,Currency,Status,Customer Email\n"
        'py_1,2026-07-10 18:37:41,"1.061,86","0,00",eur,Paid,ana@example.com\n'
    )
    (tmp_path / "now.csv").write_text(lines, encoding="utf-8")
    found = taken(tmp_path, tmp_path / "now.csv")
    assert found.facts["ana@example.com"] == {
        "payment": "py_1", "amount": 106_186, "refunded": 0, "currency": "EUR",
        "paid_at": "2026-07-10T18:37:41.000000Z",
    }  # fmt: skip
    assert any("no column Invoice ID or Description, Dispute Status" in one for one in found.suggested.unknown)


def test_stripe_customers(database, tmp_path: Path) -> None:
    found = taken(tmp_path, "stripe-customers.csv", currency="EUR")
    assert found.counts == (3, 2, 0, 1, 0)
    ana = found.facts["ana.pena@example.com"]
    assert (ana["spent"], ana["refunded"], ana["payments"]) == (124_900, 4900, 1)
    assert found.contacts["bo@example.com"]["name"] == "Bo Ek"
    assert found.contacts["bo@example.com"]["post"] == "Markt 2\n5211 's-Hertogenbosch\nNL"
    assert {(source, column) for source, _, column, _ in found.rejected} == {
        ("scope", "payments"),
        ("contacts", "email"),
    }


def test_woocommerce_orders_with_the_customers_beside_them(database, tmp_path: Path) -> None:
    found = taken(
        tmp_path, "woocommerce-orders.csv", contacts="woocommerce-customers.csv", zone="Europe/Madrid", currency="EUR"
    )
    assert found.counts == (4, 2, 1, 1, 0)  # the refund is not read
    ana = found.facts["Ana Peña"]
    assert (ana["order_number"], ana["amount"], ana["items"]) == ("1042; 1043", 5050, 2)
    assert ana["ordered_at"] == "2026-03-29T01:30:00.000000Z"  # an hour that the clocks skipped
    assert found.contacts["Ana Peña"] == {"name": "Ana Peña", "email": "Ana.Pena@example.com"}
    assert found.contacts["Bo Ek"] == {}  # two customers have this name: neither is written to by chance
    assert [(line, column) for _, line, column, _ in found.rejected] == [(6, "items")]


def test_woocommerce_customers(database, tmp_path: Path) -> None:
    found = taken(tmp_path, "woocommerce-customers.csv", currency="EUR")
    assert found.counts == (4, 3, 0, 1, 0)
    assert found.facts["ana.pena@example.com"] == {"orders": 2, "spent": 5050}
    assert found.contacts["another.bo@example.com"]["name"] == "Bo Ek"


def test_zendesk_tickets(database, tmp_path: Path) -> None:
    found = taken(tmp_path, "zendesk-tickets.csv", zone="Europe/Berlin")
    assert found.counts == (4, 2, 1, 1, 0)
    ana = found.facts["k-1"]
    assert (ana["ticket"], ana["reopened"], ana["first_reply_minutes"]) == ("501; 502", 2, 35)
    assert ana["asked_at"] == "2026-07-01T07:12:00.000000Z"
    assert found.facts["bo@example.com"]["asked_at"] == "2026-12-03T22:59:00.000000Z"
    assert found.contacts["k-1"] == {"name": "Ana Peña", "email": "Ana.Pena@example.com"}
    assert [(line, column) for _, line, column, _ in found.rejected] == [(5, "asked_at")]


def test_freshdesk_tickets(database, tmp_path: Path) -> None:
    found = taken(tmp_path, "freshdesk-tickets.csv", zone="UTC")
    assert found.counts == (4, 2, 1, 1, 0)
    assert found.facts["ana.pena@example.com"]["ticket"] == "77; 78"
    assert found.contacts["ana.pena@example.com"]["language"] == "es"
    assert found.contacts["4002"] == {"name": "Bo Ek", "phone": "+46 8 123"}  # no code of a language, no guess
    assert [(line, column) for _, line, column, _ in found.rejected] == [(5, "asked_at")]


def test_the_page_of_exports_is_current() -> None:
    spec = spec_from_file_location("imports_page", ROOT / "tools" / "imports_page.py")
    assert spec and spec.loader
    tool = module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert (ROOT / "docs/reference/imports.md").read_text(encoding="utf-8") == tool.page(), "run: make format"


def test_what_the_export_does_not_say_is_not_made_up(database, tmp_path: Path) -> None:
    """Without a zone no time is read: each row says why, instead of being some hours wrong."""
    from makegood.imports.suggest import suggest
    from makegood.imports.writing import written

    texts = written(suggest(EXPORTS / "zendesk-tickets.csv"))
    assert "NOT KNOWN: its zone, write zone: here" in texts["scope.yaml"]
    assert any("--zone" in one for one in suggest(EXPORTS / "zendesk-tickets.csv").unknown)
    assert not any("--zone" in one for one in suggest(EXPORTS / "zendesk-tickets.csv", zone="UTC").unknown)
    money = written(suggest(EXPORTS / "woocommerce-orders.csv"))["scope.yaml"]
    assert "amount: {type: money, merge: sum}" in money and "NOT KNOWN: its currency" in money
    assert "# NOT KNOWN: how these customers are reached." in money


def test_an_export_that_knows_names_alone_says_so_first() -> None:
    from makegood.imports.suggest import suggest

    assert suggest(EXPORTS / "woocommerce-orders.csv").unknown[0] == (
        "Customers are told apart by their names alone: two people of one name are one here, told and paid together."
    )
