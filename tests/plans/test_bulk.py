"""Too many mails to one mailbox provider in a day are said before they go out, and only when they go out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.engine.recovery import PLAYBOOK, Recovery, given_people, live, recovery

from makegood.plans import bulk
from makegood.plans.models import Plan

# 6 at Gmail under two names, 5 at Outlook, 2 at an address of their own, 1 who gets a letter.
DOMAINS = ["gmail.com"] * 4 + ["GoogleMail.com"] * 2 + ["outlook.com"] * 5 + ["shop.example"] * 2
CONTACTS = "customer,name,email,address\n" + "".join(
    f"c{n},Customer {n},c{n}@{domain},\n" for n, domain in enumerate(DOMAINS, start=1)
)
MAIL = {"host": "127.0.0.1", "tls": "none", "sender_email": "help@shop.example"}


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MANY", 5)


def made(path: Path, *, sends: bool = True, playbook: str = PLAYBOOK) -> Recovery:
    people = given_people()
    if sends:
        live(people, "email", MAIL)
    found = recovery(path, people, count=14, playbook=playbook, contacts=CONTACTS + "c14,Customer 14,,Street 1\n")
    found.load()
    return found


def said(plan: Plan) -> list[tuple[str, int]]:
    return [(one["what"], one["count"]) for one in plan.findings if one["code"] == "bulk-sender"]


def test_many_to_one_provider_are_advice(database: Any, tmp_path: Path) -> None:
    plan = made(tmp_path).plan("acknowledge")
    assert said(plan) == [("'email' sends 6 mails to Gmail within 24 hours.", 6)]
    (finding,) = (one for one in plan.findings if one["code"] == "bulk-sender")
    assert finding["level"] == "advice"
    assert "SPF, DKIM and DMARC" in finding["remedy"]


def test_mail_that_stays_on_this_machine_bothers_nobody(database: Any, tmp_path: Path) -> None:
    assert said(made(tmp_path, sends=False).plan("acknowledge")) == []


def test_a_slow_pace_spreads_them_over_days(database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = made(tmp_path, playbook=PLAYBOOK + "pace: {email: 1/h}\n")
    assert said(found.plan("acknowledge")) == [("'email' sends 6 mails to Gmail within 24 hours.", 6)]
    monkeypatch.setattr(bulk, "_DAY", 5 * 3_600)
    assert said(found.plan("acknowledge")) == []
    monkeypatch.setattr(bulk, "MANY", 4)
    assert [count for _, count in said(found.plan("acknowledge"))] == [5, 5]


def test_a_plan_of_few_is_not_looked_through(database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MANY", 13)
    assert said(made(tmp_path).plan("acknowledge")) == []


def test_no_domain_belongs_to_two_providers() -> None:
    domains = [domain for named in bulk._DOMAINS.values() for domain in named]
    assert len(domains) == len(set(domains))
    assert all(domain == domain.lower() for domain in domains)
