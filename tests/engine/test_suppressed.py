"""Nobody on the list is written to: not planned, and not sent when they came on it after the plan was approved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from makegood.channels.suppression import KEY_FILE, lift, suppress
from makegood.customers.actions import erase_customer
from makegood.kit.home import home
from makegood.plans.models import Plan
from makegood.testing.smtp_server import SmtpServer
from tests.engine.recovery import Recovery, given_people, live, recovery, rows, turn

CONTACTS = "customer,name,email,address\n" + "".join(
    f"c{n},Customer {n},c{n}@example.com,{'Street 1' if n == 1 else ''}\n" for n in range(1, 6)
)


@pytest.fixture
def post() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def made(database: Any, tmp_path: Path, post: SmtpServer) -> Recovery:
    people = given_people()
    people.brand.postal = "The Shop\n1 Road"
    people.brand.save()
    live(people, "email", {**post.settings, "bounce_window": 0})
    found = recovery(tmp_path, people, contacts=CONTACTS)
    found.load()
    return found


def stop(made: Recovery, *numbers: int) -> None:
    addresses = [f"C{n}@Example.com" for n in numbers]
    suppress(made.people.brand, addresses, reason="asked", actor=made.people.maya.id)


def providers(plan: Plan) -> dict[str, str]:
    return dict(
        rows(
            "SELECT a.value, t.provider FROM act t JOIN customer_alias a ON a.customer_id = t.customer_id AND"
            " a.kind = 'key' WHERE t.plan_id = %s",
            plan.id,
        )
    )


def finding(plan: Plan, code: str) -> dict[str, Any] | None:
    return next((one for one in plan.findings if one["code"] == code), None)


def recipients(post: SmtpServer) -> set[str]:
    return {message.recipient for message in post.messages}


def test_a_plan_gives_them_the_next_channel_or_says_that_they_cannot_be_reached(made: Recovery) -> None:
    stop(made, 1, 2)
    plan = made.plan("acknowledge")
    assert providers(plan) == {"c1": "letter", "c3": "email", "c4": "email", "c5": "email"}
    said = finding(plan, "suppressed")
    assert said is not None
    assert (said["count"], said["examples"], said["level"]) == (2, ["c1", "c2"], "advice")
    assert said["what"].endswith("1 have the next channel, 1 cannot be reached.")
    left = finding(plan, "unreachable")
    assert left is not None
    assert left["examples"] == ["c2"]


def test_a_plan_without_a_list_says_nothing_and_asks_nobody(made: Recovery) -> None:
    plan = made.plan("acknowledge")
    assert finding(plan, "suppressed") is None
    assert set(providers(plan).values()) == {"email"}


def test_the_same_list_gives_the_same_plan(made: Recovery) -> None:
    stop(made, 1, 2)
    first = made.plan("acknowledge")
    again = made.plan("acknowledge")
    assert first.digest == again.digest
    lift(made.people.brand, "c2@example.com", actor=made.people.maya.id)
    assert made.plan("acknowledge").digest != first.digest


def test_who_comes_on_the_list_after_the_approval_is_not_written_to(made: Recovery, post: SmtpServer) -> None:
    plan = made.start("acknowledge")
    stop(made, 2, 4)
    turn(plan)
    assert recipients(post) == {"c1@example.com", "c3@example.com", "c5@example.com"}
    acts = rows("SELECT state, code, count(*) FROM act WHERE plan_id = %s GROUP BY 1, 2 ORDER BY 1", plan.id)
    assert ("failed", "suppressed", 2) in acts
    assert rows("SELECT count(*) FROM attempt WHERE code = 'suppressed'") == [(0,)], "nothing was tried"


def test_who_is_suppressed_may_still_get_a_letter(made: Recovery, post: SmtpServer) -> None:
    stop(made, 1)
    turn(made.start("acknowledge"))
    assert "c1@example.com" not in recipients(post)
    assert rows("SELECT count(*) FROM letter") == [(1,)]


def test_who_comes_on_the_list_late_gets_the_next_route(made: Recovery, post: SmtpServer) -> None:
    plan = made.start("acknowledge")
    stop(made, 1, 2)
    for _ in range(3):
        turn(plan)
    assert recipients(post) == {"c3@example.com", "c4@example.com", "c5@example.com"}
    letters = rows("SELECT a.value FROM letter l JOIN customer_alias a ON a.customer_id = l.customer")
    assert letters == [("c1",)], "who has a postal address is written to there"
    left = rows("SELECT state, code FROM act WHERE plan_id = %s AND state = 'failed'", plan.id)
    assert left == [("failed", "suppressed")], "who has none is left for a person"


def test_erasing_a_customer_keeps_the_digest(made: Recovery, post: SmtpServer) -> None:
    stop(made, 2)
    customer = rows("SELECT customer_id FROM customer_alias WHERE value = 'c2'")[0][0]
    erase_customer(customer, actor=made.people.maya.id)
    assert rows("SELECT count(*) FROM suppression WHERE brand > 0") == [(1,)]
    made.load()  # the source still knows them, under the same address
    turn(made.start("acknowledge"))
    assert "c2@example.com" not in recipients(post)
    assert len(recipients(post)) == 4


def test_a_worker_without_the_key_sends_nothing_and_says_so(made: Recovery, post: SmtpServer) -> None:
    plan = made.start("acknowledge")
    stop(made, 2)
    (home() / KEY_FILE).write_bytes(b"the key of another installation")
    from makegood.channels import suppression

    suppression._kept.cache_clear()
    plan = turn(plan)
    assert post.messages == []
    assert plan.state == "stopped"
    assert "another key" in plan.reason
