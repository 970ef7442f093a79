"""billed-twice: 951 customers, 5,192 extra lines, GBP 24,199.01. Skipped where the records are not there."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest
from tests.examples.recovery_folder import EXAMPLES, checked, example, gathered, retail_or_skip

from makegood.kit.errors import NotFound

EXAMPLE = example("billed-twice")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("billed") / "billed-twice"
    EXAMPLE.prepare(target, retail_or_skip())
    return target


@pytest.fixture(scope="module")
def loaded(folder):
    with gathered(folder) as one:
        yield one


@pytest.fixture(scope="module")
def published():
    """The records themselves, for queries that are not the example's."""
    with duckdb.connect() as db:
        db.execute("CREATE TABLE r AS SELECT * FROM read_parquet(?)", [str(retail_or_skip())])
        yield db


def test_the_documents_are_sound(folder):
    assert checked(folder).findings == ()


def test_exactly_the_published_candidates(loaded):
    people = [facts for facts, _ in loaded.customers().values()]
    assert len(people) == 951
    assert sum(facts["lines"] for facts in people) == 5_192
    assert sum(facts["extra"] for facts in people) == 24_199_01


def test_the_published_query_agrees(published, loaded):
    query = """
        WITH g AS (
          SELECT InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country, count(*) n
          FROM r WHERE Quantity > 0 AND UnitPrice > 0 AND CustomerID IS NOT NULL AND InvoiceNo NOT LIKE 'C%'
          GROUP BY ALL HAVING count(*) > 1)
        SELECT count(*), sum(n - 1), count(DISTINCT CustomerID), count(DISTINCT InvoiceNo),
               round(sum((n - 1) * Quantity * UnitPrice), 2) FROM g"""
    groups, lines, customers, invoices, pounds = published.execute(query).fetchone()
    assert (groups, lines, customers, invoices, str(pounds)) == (4_809, 5_192, 951, 1_884, "24199.01")
    named = {number for facts, _ in loaded.customers().values() for number in facts["invoices"].split("; ")}
    assert len(named) == invoices


def test_each_row_read_is_in_one_place(loaded):
    counts = loaded.counts
    assert (counts.read, counts.affected, counts.merged) == (5_226, 951, 4_241)
    assert (counts.rejected, counts.nobody) == (0, 34)


def test_lines_of_nobody_are_counted_with_their_money(loaded):
    assert loaded.nobody_sums()["extra"] == 374_73


def test_54_lines_are_perhaps_already_refunded(loaded):
    ((lines, pounds),) = loaded.fetch("SELECT count(*), sum(perhaps) FROM raw WHERE perhaps > 0")
    assert (lines, str(pounds)) == (54, "607.54")
    doubtful = [facts for facts, _ in loaded.customers().values() if facts["perhaps"] > 0]
    assert len(doubtful) == 31
    assert sum(facts["perhaps"] for facts in doubtful) == 607_54


def test_counted_by_hand_one_cancellation_makes_two_lines_doubtful(published):
    """Paired one to one over all invoices it would be 53 lines: one cancellation fits lines of two invoices."""
    extra = published.execute(
        """SELECT CustomerID, StockCode, Quantity, UnitPrice, InvoiceDate, InvoiceNo, count(*) - 1 FROM r
           WHERE Quantity > 0 AND UnitPrice > 0 AND CustomerID IS NOT NULL AND InvoiceNo NOT LIKE 'C%'
           GROUP BY CustomerID, StockCode, Quantity, UnitPrice, InvoiceDate, InvoiceNo, Description, Country
           HAVING count(*) > 1 ORDER BY InvoiceDate"""
    ).fetchall()
    cancelled: dict[tuple, list] = {}
    for *key, when in published.execute(
        "SELECT CustomerID, StockCode, -Quantity, UnitPrice, InvoiceDate FROM r WHERE InvoiceNo LIKE 'C%'"
    ).fetchall():
        cancelled.setdefault(tuple(key), []).append(when)
    within_invoice = one_to_one = 0
    free = {key: list(moments) for key, moments in cancelled.items()}
    for *key, when, _, times in extra:
        later = [one for one in cancelled.get(tuple(key), []) if one > when]
        within_invoice += min(times, len(later))
        for one in sorted(one for one in free.get(tuple(key), []) if one > when)[:times]:
            free[tuple(key)].remove(one)
            one_to_one += 1
    assert (within_invoice, one_to_one) == (54, 53)


def test_what_is_doubtful_is_held_and_the_rest_is_paid(loaded):
    assert loaded.by_rule("refund") == {
        "extra": (920, 21_184_67), "partly": (28, 2_406_80), "all-doubtful": (3, 0),
    }  # fmt: skip
    assert loaded.by_rule("perhaps_refunded") == {"nothing-doubtful": (920, 0), "cancelled-later": (31, 0)}
    assert loaded.by_rule("sorry") == {"twentieth": (921, 1_500_20), "pennies": (30, 0)}
    paid = sum(minor for (_, remedy), (_, _, minor) in loaded.decisions().items() if remedy == "refund")
    assert paid + 607_54 == 24_199_01
    held = {key for (key, _), (status, *_) in loaded.decisions().items() if status == "hold"}
    assert held == {key for key, (facts, _) in loaded.customers().items() if facts["perhaps"] > 0}


def test_the_budget_is_enough_and_nobody_reaches_the_cap(loaded, folder):
    playbook = checked(folder).playbook
    assert playbook is not None
    each: dict[str, int] = {}
    for (key, _), (_, _, minor) in loaded.decisions().items():
        each[key] = each.get(key, 0) + minor
    assert sum(each.values()) + 607_54 <= playbook.budget["GBP"].minor
    assert max(each.values()) <= playbook.caps["GBP"].minor


def test_the_contact_file_reaches_948_and_the_other_three_are_named(loaded):
    people = loaded.customers()
    assert loaded.unreachable("email", "post", "phone") == list(EXAMPLE.NO_CONTACT)
    assert sum(bool(contact.get("email") or contact.get("post")) for _, contact in people.values()) == 948
    assert any(contact.get("post") and not contact.get("email") for _, contact in people.values())


def test_keys_are_whole_numbers(loaded, folder):
    assert all(key.isdigit() and len(key) == 5 for key in loaded.customers())
    with (folder / "contacts.csv").open(encoding="utf-8", newline="") as text:
        assert len(list(csv.DictReader(text))) == 4_372 - 3


def test_everyone_with_a_name_can_be_written_to(loaded):
    people = loaded.customers()
    for message in ("acknowledge", "remedy", "ask"):
        texts = loaded.render(message)
        assert len(texts) == 948
    told = loaded.render("remedy")
    for key, text in told.items():
        assert ("may have given the money back" in text) == (people[key][0]["perhaps"] > 0)
    first = loaded.render("acknowledge")
    assert all("we are sorry" in text and "a hand scanner" in text for text in first.values())


def test_missing_records_are_a_sentence_and_leave_nothing(tmp_path):
    with pytest.raises(NotFound, match="UCI Machine Learning Repository"):
        EXAMPLE.prepare(tmp_path / "target", tmp_path / "nowhere.parquet")
    assert not (tmp_path / "target").exists()


def test_the_command_line_says_how_it_is_used():
    said: list[str] = []
    assert EXAMPLE.main(["one"], said.append) == 64
    assert "online_retail.parquet" in said[0]


def test_nothing_of_the_records_is_in_the_repository():
    assert not list((EXAMPLES / "billed-twice").rglob("*.parquet"))
    assert not list((EXAMPLES / "billed-twice").rglob("*.csv"))
