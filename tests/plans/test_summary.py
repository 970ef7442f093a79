"""The figures of a plan: bands, the ten largest, wishes, the time it takes. Over the real column engine alone."""

from types import SimpleNamespace

import pytest

from makegood.core.facts import FactColumn
from makegood.core.playbook import Pace
from makegood.kit.columns import Columns
from makegood.plans.summary import _distribution, _largest_act, _rows, _seconds, _step, _wishes

WISH = [FactColumn("wish_amount", "money", "EUR")]


@pytest.fixture(scope="module")
def columns():
    with Columns() as opened:
        yield opened


def acts(columns, *rows) -> None:
    """(customer, step, provider, minor, currency)"""
    values = ", ".join(
        f"({c}, '{s}', '{p}', {'NULL' if m is None else m}::BIGINT, {'NULL' if k is None else repr(k)}::VARCHAR)"
        for c, s, p, m, k in rows
    )
    columns.run(
        "CREATE OR REPLACE TABLE act AS SELECT * FROM"
        f" (VALUES {values}) t(customer_id, step, provider, minor, currency)"
    )


def paid(columns, *amounts: int, currency: str = "EUR") -> None:
    acts(columns, *((n, "refund", "store-credit", minor, currency) for n, minor in enumerate(amounts, start=1)))


@pytest.mark.parametrize(
    ("minor", "low", "high"),
    [
        (0, 0, 500), (1, 0, 500), (499, 0, 500), (500, 500, 1_000), (999, 500, 1_000), (1_000, 1_000, 2_500),
        (2_499, 1_000, 2_500), (2_500, 2_500, 5_000), (5_000, 5_000, 10_000), (9_999, 5_000, 10_000),
        (10_000, 10_000, 25_000), (25_000, 25_000, 50_000), (49_999, 25_000, 50_000), (50_000, 50_000, None),
        (10**12, 50_000, None),
    ],
)  # fmt: skip
def test_an_amount_is_in_one_band_whose_lower_edge_is_its_own(columns, minor, low, high):
    paid(columns, minor)
    assert _distribution(columns) == [["EUR", low, high, 1, minor]]


def test_bands_count_customers_by_what_they_get_together_and_lose_no_cent(columns):
    acts(
        columns,
        (1, "refund", "store-credit", 400, "EUR"),
        (1, "gift", "store-credit", 400, "EUR"),  # together 8.00: one customer, one band up
        (2, "refund", "store-credit", 400, "EUR"),
        (3, "refund", "store-credit", 400, "USD"),  # another currency is never in one band with it
        (3, "tell", "email", None, None),
    )
    bands = _distribution(columns)
    assert bands == [["EUR", 0, 500, 1, 400], ["EUR", 500, 1000, 1, 800], ["USD", 0, 500, 1, 400]]
    assert sum(total for *_, total in bands) == 1600
    assert _largest_act(columns) == {"EUR": 400, "USD": 400}


def test_a_plan_that_only_tells_has_no_bands_and_no_largest(columns):
    acts(columns, (1, "tell", "email", None, None), (2, "tell", "email", None, None))
    assert (_distribution(columns), _largest_act(columns)) == ([], {})
    (row,) = _step(columns, SimpleNamespace(id="tell", kind="tell"))
    assert (row["acts"], row["customers"], row["sum"], row["currency"], row["median"]) == (2, 2, 0, None, None)


def test_a_steps_row_has_its_own_acts_alone(columns):
    paid(columns, 100, 300, 200, 900)
    (row,) = _step(columns, SimpleNamespace(id="refund", kind="fix"))
    assert (row["smallest"], row["median"], row["largest"], row["sum"]) == (100, 200, 900, 1500)
    (none,) = _step(columns, SimpleNamespace(id="other", kind="fix"))
    assert (none["step"], none["acts"], none["sum"], none["largest"]) == ("other", 0, 0, None)


def test_a_figure_is_a_list_of_plain_lists(columns):
    paid(columns, 100, 100)
    sql = "SELECT currency, minor, count(*) FROM act GROUP BY ALL"
    assert _rows(columns, sql) == [["EUR", 100, 2]]


@pytest.mark.parametrize(
    ("owed", "wishes"),
    [
        ([("owed", 999)], (1, 0, 0)),
        ([("owed", 1000)], (0, 1, 0)),
        ([("owed", 1001)], (0, 0, 1)),
        ([("owed", 600), ("owed", 400)], (0, 1, 0)),  # the refund and the gesture together
        ([("owed", 600), ("hold", 400)], (1, 0, 0)),  # what is held is not promised
        ([("nothing", None)], (1, 0, 0)),
        ([], (1, 0, 0)),  # the policy does not know them at all
    ],
)
def test_what_is_given_is_set_against_what_was_asked_for(columns, owed, wishes):
    columns.run("CREATE OR REPLACE TABLE affected AS SELECT 1 AS customer_id, 1000::BIGINT AS wish_amount")
    columns.run("CREATE OR REPLACE TABLE final (customer_id INT, status VARCHAR, minor BIGINT)")
    for status, minor in owed:
        columns.run(f"INSERT INTO final VALUES (1, '{status}', {'NULL' if minor is None else minor})")
    assert _wishes(columns, WISH) == dict(zip(("below", "meets", "above"), wishes, strict=True))


def test_who_asked_for_nothing_is_in_no_heap_and_without_the_column_there_is_none(columns):
    columns.run(
        "CREATE OR REPLACE TABLE affected AS SELECT * FROM"
        " (VALUES (1, NULL::BIGINT), (2, 0::BIGINT)) t(customer_id, wish_amount)"
    )
    columns.run("CREATE OR REPLACE TABLE final AS SELECT 1 AS customer_id, 'owed' AS status, 500::BIGINT AS minor")
    assert _wishes(columns, WISH) == {"below": 0, "meets": 1, "above": 0}
    assert _wishes(columns, []) is None
    assert _wishes(columns, [FactColumn("wish_amount", "text")]) is None


@pytest.mark.parametrize(
    ("pace", "seconds"),
    [
        ({}, None),
        ({"email": Pace(20, 1)}, 1),  # 7 mails at 20 a second: not none, one
        ({"email": Pace(1, 1)}, 7),
        ({"email": Pace(100, 3600)}, 252),
        ({"email": Pace(3, 60)}, 140),
        ({"email": Pace(1, 1), "store-credit": Pace(1, 10)}, 20),  # the slowest, not the sum
        ({"letter": Pace(1, 60)}, None),  # nobody gets a letter
    ],
)
def test_the_slowest_paced_provider_says_how_long_it_takes(columns, pace, seconds):
    acts(
        columns,
        *((n, "tell", "email", None, None) for n in range(1, 8)),
        *((n, "refund", "store-credit", 100, "EUR") for n in range(1, 3)),
    )
    assert _seconds(columns, SimpleNamespace(playbook=SimpleNamespace(pace=pace))) == seconds
