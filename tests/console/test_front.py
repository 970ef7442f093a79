"""The list of mistakes: whose they are, how far each is, page by page, at the same cost however many there are."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.console.asking import signed_in
from tests.console.browsing import given_people

from makegood.balance.listing import list_mistakes
from makegood.kit.clock import now
from makegood.kit.ids import new_public_id
from makegood.mistakes.models import Mistake
from makegood.people.models import Brand, Membership
from makegood.plans.models import Plan
from makegood.scopes.models import Scope

pytestmark = pytest.mark.usefixtures("database")


def given_mistake(title: str, brand: str = "default", **more: Any) -> Mistake:
    place = Brand.objects.get(slug=brand)
    public = new_public_id("m")
    return Mistake.objects.create(brand=place, public_id=public, slug=public, title=title, noticed_at=now(), **more)


def given_scope(mistake: Mistake, affected: int, *, version: int = 1, desk: bool = False) -> Scope:
    counts = {"affected": affected}
    return Scope.objects.create(mistake=mistake, version=version, desk=desk, state="ready", counts=counts, made_by=1)


def given_plan(scope: Scope, tallied: dict[tuple[str, bool], int], *, number: int = 1, state: str = "applying") -> Plan:
    """A plan with its tally as the tables keep it; the tally of approving is written by a trigger from acts."""
    plan = Plan.objects.create(
        mistake=scope.mistake,
        scope=scope,
        stage=f"stage{number}",
        number=number,
        state=state,
        as_of=now(),
        requested_by=1,
    )
    with connection.cursor() as cursor:
        for (act, later), count in tallied.items():
            for part in (count - 1, 1):  # as several movements of the same kind
                cursor.execute(
                    "INSERT INTO act_tally VALUES (%s, 'tell', %s, %s, false, '', '', %s, 0)",
                    [plan.id, act, later, part],
                )
    return plan


def listed(page: str) -> list[str]:
    return re.findall(r'<th scope="row">(.*?)<br>', page)


def test_counts_are_those_of_the_tallies() -> None:
    given_people()
    mistake = given_mistake("Charged twice")
    given_scope(mistake, 40)
    scope = given_scope(mistake, 1_234, version=2)
    given_plan(scope, {("done", False): 1_000, ("failed", False): 3, ("failed", True): 4, ("unknown", False): 2})
    given_plan(scope, {("done", False): 5, ("waiting", False): 20, ("accepted", True): 7}, number=2, state="stopped")
    given_plan(scope, {}, number=3, state="superseded")
    (one,) = list_mistakes([Brand.objects.get(slug="default")])
    assert (one.affected, one.stage, one.plan) == (1_234, "stage2", "stopped")
    assert (one.done, one.open, one.unknown, one.failed) == (1_005, 31, 2, 3)
    page = signed_in("maya@shop.example").get("/").content.decode()
    for said in (
        "1,234",
        "1,005",
        "stage2: stopped",
        '<strong class="bad">2</strong>',
        '<strong class="bad">3</strong>',
    ):
        assert said in page


def test_what_is_known_of_a_mistake_at_its_beginning() -> None:
    given_people()
    given_mistake("Only reported")
    scoped = given_mistake("With a scope")
    given_scope(scoped, 7)
    desk = given_mistake("At the desk")
    given_scope(desk, 1, desk=True)
    given_scope(desk, 1, version=2, desk=True)
    given_mistake("Closed", state="closed")
    found = {one.title: one.affected for one in list_mistakes([Brand.objects.get(slug="default")])}
    assert found == {"Closed": None, "At the desk": 2, "With a scope": 7, "Only reported": None}
    page = signed_in("maya@shop.example").get("/").content.decode()
    assert ("reported</span>" in page, "scope known</span>" in page, "closed</span>" in page) == (True, True, True)
    only = signed_in("maya@shop.example").get("/?state=closed").content.decode()
    assert listed(only) == ["Closed"]


def test_everyone_sees_the_mistakes_of_their_own_brands() -> None:
    people = given_people()
    given_mistake("Ours")
    given_mistake("Theirs <script>alert(1)</script>", brand="north")
    assert listed(signed_in("omar@shop.example").get("/").content.decode()) == ["Ours"]
    assert listed(signed_in("omar@shop.example").get("/?brand=north").content.decode()) == ["Ours"]
    iris = signed_in("iris@north.example")
    assert listed(iris.get("/").content.decode()) == ["Theirs &lt;script&gt;alert(1)&lt;/script&gt;"]
    Membership.objects.create(staff=people["iris"], brand=Brand.objects.get(slug="default"), role="auditor")
    assert len(listed(iris.get("/").content.decode())) == 2
    assert listed(iris.get("/?brand=default").content.decode()) == ["Ours"]
    rosa = signed_in("rosa@shop.example").get("/").content.decode()
    assert listed(rosa) == [] and "let you report mistakes" in rosa


def test_pages_hold_25_and_lead_on() -> None:
    given_people()
    for number in range(60):
        given_mistake(f"Mistake {number}")
    client = signed_in("maya@shop.example")
    seen, path = [], "/?state=open"
    while path:
        page = client.get(path).content.decode()
        seen.append(listed(page))
        older = re.search(r'href="(\?[^"]*before=[^"]*)"', page)
        path = "/" + older[1].replace("&amp;", "&") if older else ""
    assert [len(one) for one in seen] == [25, 25, 10]
    assert [title for one in seen for title in one] == [f"Mistake {number}" for number in range(59, -1, -1)]


@pytest.mark.parametrize("wrong", ["?before=x", "?before=-1", "?before=" + "9" * 40, "?state=nonsense", "?before=١"])
def test_an_address_that_means_nothing_shows_the_newest(wrong: str) -> None:
    given_people()
    given_mistake("Ours")
    assert listed(signed_in("maya@shop.example").get("/" + wrong).content.decode()) == ["Ours"]


def test_the_number_of_queries_does_not_grow() -> None:
    given_people()
    client = signed_in("maya@shop.example")

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/").status_code == 200
        return len(seen)

    given_plan(given_scope(given_mistake("One"), 1), {("done", False): 2})
    few = queries()
    for number in range(40):
        given_plan(given_scope(given_mistake(f"More {number}", noticed_how="staff"), 9), {("done", False): 5})
    assert queries() == few
    assert few <= 6, "session, person, brands to read, brands to administer, the list"
