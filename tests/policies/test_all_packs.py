"""What is said of the policies that come with Makegood: nothing that is not so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.policies.written import policy_of

from makegood.kit.columns import Columns
from makegood.policies.check import check_policy
from makegood.policies.coverage import coverage, unlooked
from makegood.policies.edges import edges_of
from makegood.policies.opening import list_packs, open_policy
from makegood.policies.trials import run_tests

PACKS = [pack.name for pack in list_packs()]
# The tables as they were published have these holes; the packs say so as well.
PUBLISHED = {"jetblue-2007": ["table-hole"], "sla-credits": ["table-hole"]}
SCHEMES = sorted((Path(__file__).parents[1] / "core" / "schemes").glob("*.yaml"))
# What no customer can be, though no range proves it: nobody's excess is above what was taken from them.
NOBODY = {"us-reg-z-card": ["refund excess below"]}


@pytest.fixture(scope="module")
def engine() -> Iterator[Columns]:
    with Columns(wall_seconds=900) as columns:
        yield columns


def test_there_are_packs_and_each_says_what_it_is() -> None:
    assert len(PACKS) >= 30
    assert all(pack.title and pack.version for pack in list_packs())


@pytest.mark.parametrize("name", PACKS)
def test_a_check_finds_no_mistake_in_a_pack(engine: Columns, name: str) -> None:
    opened = open_policy(f"pack:{name}")
    found = [one.finding.code for one in check_policy(engine, opened.policy)]
    assert found == PUBLISHED.get(name, [])


@pytest.mark.parametrize("name", PACKS)
def test_the_tests_of_a_pack_pass_and_touch_everything(engine: Columns, name: str) -> None:
    """Every rule, row and dated figure, and each edge below, at and above."""
    policy = open_policy(f"pack:{name}").policy
    trials = run_tests(engine, policy)
    misses = [(trial.case.name, miss.remedy, miss.expected, miss.got) for trial in trials for miss in trial.misses]
    assert misses == []
    assert len({trial.case.name for trial in trials}) == len(trials) > 0
    missed = [one for one in coverage(engine, policy, trials) if not one.touched]
    assert [f"{one.kind} {one.name}" for one in missed if not one.nobody] == []
    assert [one.name for one in missed] == NOBODY.get(name, [])


@pytest.mark.parametrize("path", SCHEMES, ids=lambda path: path.stem)
def test_schemes_that_are_no_packs_are_touched_too(engine: Columns, path: Path) -> None:
    policy = policy_of(path.read_text(encoding="utf-8"))
    trials = run_tests(engine, policy)
    assert [(trial.case.name, miss.expected, miss.got) for trial in trials for miss in trial.misses] == []
    assert [one.name for one in coverage(engine, policy, trials) if not one.touched] == []
    assert [one.what for one in unlooked(policy)] == ["waits against guaranteed"]


@pytest.mark.parametrize("name", ["eu261", "jetblue-2007", "us-denied-boarding", "sla-credits", "uk-delay-repay"])
def test_the_edges_of_a_pack_lie_where_they_are_said_to(engine: Columns, name: str) -> None:
    edges = edges_of(engine, open_policy(f"pack:{name}").policy)
    assert edges
    for edge in edges:
        assert len({side.where for side in edge.sides}) == len(edge.sides) >= 2
        if edge.edge:
            assert [side.where for side in edge.sides] == [
                where for where in ("below", "at", "above") if where in {side.where for side in edge.sides}
            ]
            (at,) = [side.value for side in edge.sides if side.where == "at"] or [edge.edge]
            assert at == edge.edge


def test_the_hole_of_the_published_table_has_its_customer(engine: Columns) -> None:
    (found,) = check_policy(engine, open_policy("pack:jetblue-2007").policy)
    assert found.customer == {"kind": "arrival_ground", "delay_min": "180"}
    assert "from 180, up to 240 of delay_min" in found.finding.what


def test_the_open_point_of_a_published_table_has_its_customer(engine: Columns) -> None:
    """GitHub's table says nothing of exactly 99.0; the uptime is worked out, and the customer has rows."""
    (found,) = check_policy(engine, open_policy("pack:sla-credits").policy)
    assert found.customer == {"product": "github_ghec_quarter", "uptime_percent": "99"}
    assert "at exactly 99 of uptime" in found.finding.what
