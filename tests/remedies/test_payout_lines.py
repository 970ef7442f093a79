"""A line is kept when the bank could carry it out; what it never could is refused with words."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from tests.remedies.payouts import IBANS, OURS, SETTINGS, STEP, pay, payout

from makegood.kit.money import Money
from makegood.kit.plugins import Envelope, ProviderError, Receipt, Surroundings
from makegood.remedies.models import Payout
from makegood.remedies.payout import PayoutFile, reference_of
from makegood.testing.contract import CANARIES, PluginContract

CSV = {"holder": "Shop Ltd", "format": "csv", "account": "main"}


class TestPayout(PluginContract):
    plugin = PayoutFile

    @pytest.fixture(autouse=True)
    def _database(self, database: Any) -> None:
        self.url = database.app_url

    def surroundings(self) -> Surroundings:
        return Surroundings(SETTINGS, lambda: psycopg.AsyncConnection.connect(self.url))

    def envelope(self, **changes: Any) -> Envelope:
        return payout(**changes)

    def refused(self) -> Envelope:
        return payout(facts={"iban": "FR1420041010050500013M02607"})

    def effects(self, key: str) -> int:
        with psycopg.connect(self.url) as db:
            return db.execute("SELECT count(*) FROM payout WHERE key = %s", [key]).fetchone()[0]


def test_what_a_line_holds(database: Any) -> None:
    one = payout(facts={"iban": "fr14 2004 1010 0505 0001 3m02 606", "name": "Zoë Müller-Łukasz & Söhne"})
    (answer,) = pay(database, one)
    kept = Payout.objects.get()
    assert answer == Receipt("accepted", f"payout-{kept.id}", "waiting")
    assert (kept.account, kept.holder) == (IBANS[0], "Zoe Muller-Lukasz Sohne"), "in letters that every bank takes"
    assert (kept.minor, kept.currency, kept.purpose) == (1250, "EUR", "Refund for order A-1")
    assert kept.payer == OURS.replace(" ", "")
    assert kept.reference == reference_of(one.key) == one.key[:35]


def test_references_are_short_and_differ() -> None:
    ours = "mg-" + "a" * 40
    assert reference_of(ours) == ours[:35]
    strange = [reference_of(f"{'x' * 60}{n}") for n in range(3)]
    assert {len(one) for one in strange} == {35}
    assert len(set(strange)) == 3


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": Money(1250, "USD")}, "wrong-currency"),
        ({"amount": Money(100_000_000_000, "EUR")}, "bad-amount"),
        ({"amount": Money(0, "EUR")}, "bad-amount"),
        ({"amount": None}, "no-amount"),
        ({"facts": {"iban": ""}}, "no-account"),
        ({"facts": {"iban": "DE88370400440532013000"}}, "bad-iban"),
        ({"facts": {"iban": "DE8937040044053201300"}}, "bad-iban"),
        ({"facts": {"iban": "XX89370400440532013000"}}, "bad-iban"),
        ({"facts": {"iban": "12345678"}}, "bad-iban"),
        ({"facts": {"iban": "TR330006100519786457841326"}}, "not-sepa"),
        ({"facts": {"bic": "COBADEFF"}, "instructions": {"bic": "bic"}}, "bad-bic"),
        ({"facts": {"bic": "nonsense"}, "instructions": {"bic": "bic"}}, "bad-bic"),
        ({"instructions": {"holder": "nobody"}}, "no-holder"),
        ({"facts": {"name": "/&%$ "}}, "no-holder"),
    ],
    ids=str,
)
def test_what_no_bank_could_carry_out(database: Any, changes: dict[str, Any], code: str) -> None:
    good, bad = payout(1), payout(4, **changes)
    answers = pay(database, good, bad)
    assert isinstance(answers[0], Receipt)
    no = answers[1]
    assert isinstance(no, ProviderError)
    assert (no.permanent, no.code) == (True, code)
    said = f"{no.words} {no!r}"
    account = str(bad.facts.get("iban"))
    assert not account or account not in said
    assert not [canary for canary in CANARIES if canary in said]
    assert [row.key for row in Payout.objects.all()] == [good.key]


def test_other_banks_take_other_accounts_and_currencies(database: Any) -> None:
    step = {"iban": "", "account": "number", "bank": "sort"}
    yen = payout(
        amount=Money(900, "JPY"), instructions=step, facts={"number": "12-345 678", "sort": "0001", "name": "山田 花子"}
    )
    wrong = payout(instructions=step, facts={"number": "=1+1", "sort": ""})
    iban = payout(facts={"iban": "TR330006100519786457841326"}, amount=Money(500, "USD"))
    answers = pay(database, yen, wrong, iban, settings=CSV)
    assert [getattr(one, "code", "") for one in answers] == ["waiting", "bad-account", "waiting"]
    kept = Payout.objects.get(key=yen.key)
    assert (kept.account, kept.bank, kept.holder, kept.payer) == ("12-345 678", "0001", "山田 花子", "main")


def test_the_same_key_with_another_account_or_amount_is_refused(database: Any) -> None:
    one = payout(key="mg-" + "1" * 40)
    others = [
        payout(key=one.key, amount=Money(1251, "EUR")),
        payout(key=one.key, facts={"iban": IBANS[2]}),
    ]
    assert isinstance(pay(database, one)[0], Receipt)
    for other in others:
        (no,) = pay(database, other)
        assert isinstance(no, ProviderError) and no.code == "key-used-for-other"
    assert Payout.objects.get().minor == 1250


@pytest.mark.parametrize(
    ("settings", "step", "codes"),
    [
        (SETTINGS, STEP, []),
        (CSV, {"account": "number", "holder": "name"}, []),
        (SETTINGS, {"holder": "name"}, ["no-account-column"]),
        (SETTINGS, {"iban": "iban"}, ["bad-step"]),
        ({"holder": "Shop Ltd"}, STEP, ["bad-payer"]),
        ({**SETTINGS, "iban": "DE88370400440532013000"}, STEP, ["bad-payer"]),
        ({**SETTINGS, "bic": "nonsense"}, STEP, ["bad-payer"]),
        ({"holder": "Shop Ltd", "format": "csv"}, STEP, ["no-payer"]),
        ({**CSV, "columns": "holder,IBAN=iban"}, STEP, ["bad-columns"]),
        ({**SETTINGS, "format": "pain.001.001.02"}, STEP, ["bad-connection"]),
    ],
    ids=str,
)
def test_findings_before_anything_is_planned(settings: dict[str, Any], step: dict[str, Any], codes: list[str]) -> None:
    findings = PayoutFile.check(settings, step)
    assert [one.code for one in findings] == codes
    assert all(one.blocking and one.remedy for one in findings)
