"""What a plan is computed from: the order of channels, who carries out what, what may be promised next."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from tests.engine.recovery import AS_OF, PLAYBOOK, given_people, live, recovery, rows
from tests.plans.doing import approved, done

from makegood.core.playbook import Stage, Step
from makegood.core.playbook_rules import Share
from makegood.kit.digest import digest_of
from makegood.kit.errors import BadInput, NotFound, Place
from makegood.kit.money import Money
from makegood.people.models import Brand
from makegood.plans.amounts import amounts_of
from makegood.plans.decide import decide_for
from makegood.plans.inputs import _next_due, approved_plans, find_providers, newest_override, step_lines, wave_lines
from makegood.plans.models import Override

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROUTES = {"email": "email", "letter": "post", "task": "phone"}


def a_step(name: str, do="tell", channels=("email", "letter", "task"), provider="") -> Step:
    return Step(name, do, "", provider, "say-so", tuple(channels), None, (), False, {}, Place("playbook.yaml"))


def inputs(*steps, prefer=None, due=None, stages=None, stage="s", whole=10, waves=()):
    contacts_of = SimpleNamespace(prefer=prefer) if prefer is not None else None
    stages = stages or {stage: Stage(stage, (), steps)}
    return SimpleNamespace(
        remedies_in_units=list,
        meant=lambda step: "",
        checked=SimpleNamespace(scope=SimpleNamespace(contacts=contacts_of)),
        stage=stages[stage],
        playbook=SimpleNamespace(stages=stages, waves=waves),
        providers={name: {"route": route} for name, route in ROUTES.items()},
        due=due or {},
        as_of=MONDAY,
        scope=SimpleNamespace(counts={"affected": whole}),
    )


@pytest.mark.parametrize(
    ("prefer", "order"),
    [
        (None, ["email", "letter", "task"]),
        ([], ["email", "letter", "task"]),
        (["post"], ["letter", "email", "task"]),
        (["phone", "post", "email"], ["task", "letter", "email"]),
        (["post", "email"], ["letter", "email", "task"]),
        (["fax"], ["email", "letter", "task"]),
    ],
)
def test_channels_go_by_what_customers_prefer_and_then_by_the_steps_own_order(prefer, order):
    (line,) = step_lines(inputs(a_step("say"), prefer=prefer))
    assert [provider for provider, _ in line.channels] == order
    assert dict(line.channels) == ROUTES


def test_a_channel_the_step_does_not_name_is_not_used_however_much_it_is_preferred():
    (line,) = step_lines(inputs(a_step("say", channels=["letter"]), prefer=["email", "post"]))
    assert line.channels == (("letter", "post"),)


def test_only_an_ask_waits_for_its_time_and_steps_are_counted_from_one():
    later = MONDAY + timedelta(days=14)
    steps = [a_step("say"), a_step("pay", "fix", (), "store-credit"), a_step("ask", "ask"), a_step("ask-now", "ask")]
    lines = step_lines(inputs(*steps, due={"say": later, "pay": later, "ask": later}))
    assert [(line.index, line.id, line.due_at) for line in lines] == [
        (1, "say", MONDAY), (2, "pay", MONDAY), (3, "ask", later), (4, "ask-now", MONDAY)]  # fmt: skip


def test_waves_are_numbers_of_customers_and_without_any_there_is_one_for_all():
    assert [line.size for line in wave_lines(inputs(a_step("s")))] == [None]
    waves = (Share(count=3), Share(basis_points=500), Share(count=99), Share())
    assert [line.size for line in wave_lines(inputs(a_step("s"), whole=30, waves=waves))] == [3, 2, 30, None]


@pytest.mark.parametrize(
    ("stage", "days"), [("acknowledge", 2), ("remedy", 9), ("sorry", 20), ("follow-up", None)]
)  # fmt: skip
def test_what_may_be_counted_on_next_is_the_earliest_time_of_all_later_stages(stage, days):
    stages = {
        "acknowledge": Stage("acknowledge", (), (a_step("say"),)),
        "remedy": Stage("remedy", (), (a_step("refund"), a_step("tell"))),
        "sorry": Stage("sorry", (), (a_step("gift"), a_step("no-time"))),
        "follow-up": Stage("follow-up", (), (a_step("ask"),)),
    }
    due = {
        name: MONDAY + timedelta(days=n) for name, n in {"say": 1, "refund": 5, "tell": 2, "gift": 9, "ask": 20}.items()
    }
    found = _next_due(inputs(stages=stages, stage=stage, due=due))
    assert found == (None if days is None else MONDAY + timedelta(days=days))


def a_stage() -> Stage:
    steps = (a_step("say", channels=("email", "letter")), a_step("pay", "fix", (), "http"))
    return Stage("s", (), steps)


def test_what_would_leave_the_machine_is_caught_until_it_is_live(database, tmp_path):
    made = recovery(tmp_path, given_people())
    made.push()
    found = find_providers(a_stage(), made.mistake)
    assert list(found) == ["email", "http", "letter"]
    assert (found["email"]["plugin"], found["email"]["caught"], found["email"]["route"]) == ("outbox", True, "email")
    assert found["email"]["settings"]["channel"] == "email"
    assert (found["http"]["plugin"], found["http"]["caught"]) == ("http", True), "nobody is put right by an outbox"
    assert (found["letter"]["plugin"], "caught" in found["letter"]) == ("letter", False)
    assert "letterhead" in found["letter"]["settings"]
    row = live(made.people, "email", {"host": "mail.example", "sender_email": "a@shop.example"})
    found = find_providers(a_stage(), made.mistake)
    assert (found["email"]["plugin"], found["email"]["connection"], "caught" in found["email"]) == (
        "email", row.id, False)  # fmt: skip
    assert found["email"]["digest"] == digest_of([row.plugin, row.settings])
    assert "mail.example" not in str(found["email"]), "settings may hold secrets; the plan has only their digest"
    row.live = False
    row.save()
    assert find_providers(a_stage(), made.mistake)["email"]["caught"] is True
    row.brand = Brand.objects.get(slug="other")
    row.live = True
    row.save()
    assert find_providers(a_stage(), made.mistake)["email"]["connection"] is None, "another brand's is not ours"


def test_a_message_names_what_this_plan_pays_and_else_what_was_paid_before(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=2)
    made.load()
    first = done(approved(made, "remedy"))
    one, two = [number for (number,) in rows("SELECT customer_id FROM affected ORDER BY customer_key")]
    assert amounts_of(first, one) == {"refund": Money(150, "EUR")}
    made.write(affected="customer,extra\nc1,4.50\nc2,2.50\n")
    made.load()
    second = made.plan("remedy")
    assert amounts_of(second, one) == {"refund": Money(300, "EUR")}, "only what is added is told this time"
    assert amounts_of(second, two) == {"refund": Money(250, "EUR")}, "nothing now: what was given before"
    assert amounts_of(second, 0) == {}
    rows("UPDATE act SET state = 'failed' WHERE plan_id = %s AND customer_id = %s RETURNING 1", first.id, two)
    assert amounts_of(second, two) == {}, "what failed was not given"
    assert approved_plans(made.mistake.id) == [first.id], "a draft's acts count for nobody else"


def test_a_decision_needs_a_reason_an_amount_and_somebody_who_is_affected(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=2)
    made.push()

    def refused(error, key="c1", amount=Money(100, "EUR"), reason="Seen."):
        with pytest.raises(error) as no:
            decide_for(made.mistake, key, remedy="refund", amount=amount, reason=reason, actor=made.people.maya.id)
        return no.value.code

    assert refused(NotFound) == "no-customer", "nobody was loaded yet"
    made.load()
    assert refused(BadInput, reason="  \n") == "no-reason"
    assert refused(BadInput, amount=Money(0, "EUR")) == "bad-amount"
    assert refused(BadInput, amount=Money(-1, "EUR")) == "bad-amount"
    assert refused(NotFound, key="c3") == "no-customer"
    assert refused(NotFound, key="c1' OR '1'='1") == "no-customer"
    assert (Override.objects.count(), newest_override(made.mistake.id)) == (0, 0)
    kept = decide_for(
        made.mistake, "c1", remedy="refund", amount=None, reason=" The bank paid. ", actor=made.people.maya.id
    )
    assert (kept.minor, kept.reason, newest_override(made.mistake.id)) == (None, "The bank paid.", kept.id)
    assert rows("SELECT facts::json ->> 'minor', actor FROM entry WHERE verb = 'customer.decided'") == [
        (None, made.people.maya.id)
    ]


def test_settings_promise_the_next_stage_and_keep_unconfirmed_facts_back(database, tmp_path):
    playbook = PLAYBOOK.replace("provider: store-credit}", 'provider: store-credit, due: "noticed + 5 days"}')
    made = recovery(tmp_path, given_people(), count=1, playbook=playbook)
    made.load()
    acknowledge, remedy = made.plan("acknowledge"), made.plan("remedy")
    said, refund = acknowledge.settings["steps"]["say-so"], remedy.settings["steps"]["refund"]
    assert datetime.fromisoformat(said["due"]) == AS_OF - timedelta(hours=2) + timedelta(hours=24)
    assert said["next_due"] == refund["due"] == refund["next_due"], "the last stage promises its own time"
    assert acknowledge.settings["mistake"]["facts"] == {"what": "We took the money for one order twice."}
