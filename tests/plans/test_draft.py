"""Drafting: equal input, equal digest; only what is not done yet; a sentence for whatever stands in the way."""

import threading

import pytest
from django.db import DatabaseError, connections, transaction
from tests.engine.recovery import AS_OF, PLAYBOOK, POLICY, SCOPE, contacts, customers, given_people, recovery, rows
from tests.plans.doing import approved, done

from makegood.kit.errors import BadInput, MakegoodError, NotFound, Refused
from makegood.plans.draft import Wanted, draft_plan
from makegood.plans.models import Plan
from makegood.plans.stale import stale_reasons
from makegood.plans.supersede import keep_what_changed


def given(tmp_path, count=5, **texts):
    made = recovery(tmp_path, given_people(), count=count, **texts)
    made.load()
    return made


def findings(plan, level="blocking"):
    return {one["code"]: one["what"] for one in plan.findings if one["level"] == level}


def acts(plan):
    return rows("SELECT step, count(*), sum(minor)::int FROM act WHERE plan_id = %s GROUP BY 1 ORDER BY 1", plan.id)


# --- an unfinished policy


HALF = POLICY.replace('amount: "extra"', 'amount: "extra +"')
NO_DEFAULT = POLICY.replace("default: true", "when: \"extra > 'EUR 1.00'\"")
NOT_YET = POLICY.replace('amount: "extra"', 'undefined: "The board decides on Friday."')


@pytest.mark.parametrize("policy", [HALF, NO_DEFAULT, NOT_YET])
def test_with_an_unfinished_policy_a_thousand_are_acknowledged_and_the_money_waits(database, tmp_path, policy):
    made = given(tmp_path, count=1000, policy=policy)
    plan = made.plan("acknowledge")
    assert (plan.acts, findings(plan)) == (1000, {})
    assert made.approve(plan).plan.state == "approved"
    if policy is NOT_YET:
        remedy = made.plan("remedy")
        assert findings(remedy)["undefined"] == (
            "The policy does not say what 1,000 customers are owed as 'refund': The board decides on Friday."
        )
        with pytest.raises(Refused) as refused:
            made.approve(remedy)
        assert (refused.value.code, refused.value.findings[0].count) == ("plan-blocked", 1000)
        return
    with pytest.raises(BadInput) as no:
        made.plan("remedy")
    assert no.value.findings[0].place.file.endswith("policy.yaml")
    assert no.value.findings[0].place.line is not None


# --- once, and only the difference


def test_planned_and_done_twice_makes_no_second_act(database, tmp_path):
    made = given(tmp_path)
    for stage in ("acknowledge", "remedy"):
        done(approved(made, stage))
        assert made.plan(stage).acts == 0


def test_a_scope_grown_by_seven_with_three_higher_amounts_pays_seven_and_three(database, tmp_path):
    made = given(tmp_path, count=20)
    done(approved(made, "remedy"))
    grown = customers(27).replace("c2,2.50", "c2,3.00").replace("c5,5.50", "c5,9.50").replace("c9,9.50", "c9,10.00")
    made.write(affected="customer,extra\n" + grown, contacts="customer,name,email,address\n" + contacts(27))
    made.load()
    plan = made.plan("remedy")
    new = sum(n * 100 + 50 for n in range(21, 28))
    assert acts(plan) == [("refund", 10, new + 50 + 400 + 50), ("tell-refund", 10, None)]
    again = rows(
        "SELECT f.customer_key, t.step, t.sequence, t.minor FROM act t JOIN affected f ON f.scope_id = %s"
        " AND f.customer_id = t.customer_id WHERE t.plan_id = %s AND t.sequence > 1 ORDER BY 2, 1",
        plan.scope_id,
        plan.id,
    )
    assert again == [
        ("c2", "refund", 2, 50), ("c5", "refund", 2, 400), ("c9", "refund", 2, 50),
        ("c2", "tell-refund", 2, None), ("c5", "tell-refund", 2, None), ("c9", "tell-refund", 2, None),
    ]  # fmt: skip
    made.approve(plan)
    assert rows("SELECT count(*) FROM act_key WHERE step = 'refund'") == [(30,)]


def test_a_lower_amount_is_a_finding_and_nothing_is_taken_back(database, tmp_path):
    made = given(tmp_path)
    done(approved(made, "remedy"))
    made.write(affected="customer,extra\n" + customers(5).replace("c4,4.50", "c4,1.00"))
    made.load()
    plan = made.plan("remedy")
    assert plan.acts == 0
    assert "1 customer already got more by 'refund'" in findings(plan, "advice")["lower-than-paid"]


def test_what_failed_is_planned_again_with_the_next_number(database, tmp_path):
    made = given(tmp_path)
    done(approved(made, "remedy"), "failed", only="refund")
    plan = made.plan("remedy")
    assert acts(plan)[0] == ("refund", 5, 1750)
    assert rows("SELECT DISTINCT sequence FROM act WHERE plan_id = %s AND step = 'refund'", plan.id) == [(2,)]


@pytest.mark.parametrize("state", ["unknown", "waiting", "planned", "accepted"])
def test_what_is_open_or_unknown_counts_as_done(database, tmp_path, state):
    made = given(tmp_path)
    done(approved(made, "remedy"), state)
    assert made.plan("remedy").acts == 0


def test_another_currency_than_was_paid_stops_the_plan(database, tmp_path):
    made = given(tmp_path)
    done(approved(made, "remedy"))
    scope = SCOPE.replace("currency: EUR", "currency: USD")
    made.write(scope=scope, policy=POLICY.replace("currency: EUR", "currency: USD"))
    made.load()
    assert findings(made.plan("remedy")) == {
        "other-currency": "5 customers were paid by 'refund' in another currency than they are owed now."
    }


# --- words only, gesture only


ONLY_SORRY = "stages:\n  acknowledge:\n" + PLAYBOOK.split("acknowledge:\n")[1].split("  remedy:")[0]
VOUCHER = """\
stages:
  sorry:
    steps:
      - {id: gift, do: make good, remedy: gift, provider: voucher, with: {pool: sorry-5}}
"""
GIFT = """\
remedies:
  gift:
    kind: make good
    basis: goodwill
    currency: EUR
    rules:
      - {id: all, default: true, amount: "EUR 5.00"}
"""


@pytest.mark.parametrize(
    ("playbook", "policy", "stage", "code"),
    [(ONLY_SORRY, "remedies: {}\n", "acknowledge", "words-only"), (VOUCHER, GIFT, "sorry", "gesture-only")],
)
def test_a_playbook_that_only_apologises_or_only_gives_is_not_even_planned(
    database, tmp_path, playbook, policy, stage, code
):
    made = given(tmp_path, playbook=playbook, policy=policy)
    with pytest.raises(BadInput) as refused:
        made.plan(stage)
    (finding,) = refused.value.findings
    assert (finding.code, finding.place.file.endswith("playbook.yaml")) == (code, True)
    assert not Plan.objects.exists()


# --- the digest


def test_equal_input_gives_an_equal_digest_whatever_the_clock_says(database, tmp_path, time_machine):
    made = given(tmp_path, count=700)
    first = made.plan("remedy")
    time_machine.move_to("2031-01-01T00:00:00Z", tick=True)
    second = made.plan("remedy")
    assert first.digest == second.digest
    assert len(second.digest) == 64
    assert made.plan("remedy", as_of=AS_OF.replace(hour=10)).digest != second.digest
    assert made.plan("acknowledge").digest != second.digest


@pytest.mark.parametrize(
    "change",
    [
        {"told": "---\nsubject: Your money\n---\n{{ amounts.refund }} is back.\n"},
        {"playbook": PLAYBOOK + "stop: {failed: 5%}\n"},
        {"affected": "customer,extra\n" + customers(5).replace("c5,5.50", "c5,5.51")},
        {"contacts": "customer,name,email,address\n" + contacts(5).replace("c5@", "five@")},
    ],
)
def test_whatever_would_be_done_otherwise_changes_the_digest(database, tmp_path, change):
    made = given(tmp_path)
    before = made.plan("remedy").digest
    made.write(**change)
    made.load()
    assert made.plan("remedy").digest != before


# --- what stands in the way


def test_an_unknown_stage_an_unknown_provider_and_no_scope_are_sentences(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=2)
    with pytest.raises(Refused) as nobody:
        made.plan("remedy")
    assert nobody.value.what == "Nobody is known to be affected yet."
    made.load()
    with pytest.raises(NotFound) as stage:
        made.plan("refunds'; DROP TABLE act; --")
    assert stage.value.remedy == "It has: acknowledge, remedy."
    made.write(playbook=PLAYBOOK.replace("store-credit", "paypal"))
    with pytest.raises(BadInput) as provider:
        made.plan("remedy")
    assert provider.value.findings[0].code == "unknown-plugin"
    assert provider.value.findings[0].place.line is not None
    assert not Plan.objects.exists()


@pytest.mark.parametrize("word", ["it's", 'a"b', "a b", "a;b", "A"])
@pytest.mark.parametrize("where", ["acknowledge:", "id: refund", "remedy: refund"])
def test_names_that_are_no_names_never_reach_the_database(database, tmp_path, word, where):
    made = recovery(tmp_path, given_people(), count=1)
    quoted = '"' + word.replace('"', '\\"') + '"'
    made.write(playbook=PLAYBOOK.replace(where, where.replace(where.split()[-1].strip(":"), quoted), 1))
    assert any(finding.blocking for finding in made.push().findings)


def test_budget_and_cap_are_tested_against_the_running_total(database, tmp_path):
    made = given(tmp_path)
    done(approved(made, "remedy"))
    made.write(affected="customer,extra\n" + customers(6).replace("c5,5.50", "c5,8.00"))
    made.write(playbook=PLAYBOOK + "budget: EUR 26.49\ncaps: {per_customer: EUR 7.00}\n")
    made.load()
    assert findings(made.plan("remedy")) == {
        "over-budget": "With this plan the mistake costs EUR 26.50; the budget is EUR 26.49.",
        "over-cap": "1 customer would get more than EUR 7.00, the cap per customer.",
    }
    made.write(playbook=PLAYBOOK + "budget: EUR 26.50\ncaps: {per_customer: EUR 8.00}\n")
    assert findings(made.plan("remedy")) == {}


def test_a_query_that_changed_after_loading_must_be_loaded_before_money_moves(database, tmp_path):
    made = given(tmp_path)
    made.write(scope=SCOPE + "# another period\n")
    said = "scope.yaml changed since version 1 of the scope was loaded."
    assert findings(made.plan("remedy")) == {"scope-outdated": said}
    acknowledge = made.plan("acknowledge")
    assert (findings(acknowledge), findings(acknowledge, "advice")["scope-outdated"]) == ({}, said)
    made.load()
    assert findings(made.plan("remedy")) == {}


def test_columns_that_changed_after_loading_are_refused(database, tmp_path):
    made = given(tmp_path)
    made.write(scope=SCOPE.replace("  extra:", "  size: {type: text, from: customer}\n  extra:"))
    with pytest.raises(Refused) as refused:
        made.plan("remedy")
    assert refused.value.code == "scope-columns-changed"


def test_one_step_in_two_currencies_has_two_sums(database, tmp_path):
    scope = SCOPE.replace("currency: EUR, merge: sum}", "currency_column: cur, merge: sum}\n  cur: {type: text}")
    policy = POLICY.replace("currency: EUR", "currency_column: cur")
    made = recovery(tmp_path, given_people(), scope=scope, policy=policy)
    made.write(affected="customer,extra,cur\nc1,1.00,EUR\nc2,9.00,JPY\nc3,700,JPY\nc4,2.00,EUR\n")
    made.load()
    plan = made.plan("remedy")
    assert plan.summary["sums"] == {"EUR": 300, "JPY": 709}
    assert plan.summary["largest_act"] == {"EUR": 200, "JPY": 700}
    steps = [(one["step"], one["currency"], one["acts"], one["sum"]) for one in plan.summary["steps"]]
    assert steps == [("refund", "EUR", 2, 300), ("refund", "JPY", 2, 709), ("tell-refund", None, 4, 0)]


# --- interruptions and others at work


class Stopped(KeyboardInterrupt):
    """Ctrl-C at a moment that a test chooses."""


def leftovers(plan):
    """Parts that exist for a plan, its part rows and its acts."""
    return rows(
        "SELECT (SELECT count(*) FROM pg_class WHERE relname IN (%s, %s)), (SELECT count(*) FROM plan_part WHERE"
        " plan_id = %s), (SELECT count(*) FROM act WHERE plan_id = %s)",
        f"act_{plan.id}", f"decision_{plan.id}", plan.id, plan.id,
    )  # fmt: skip


@pytest.mark.parametrize("moment", ["reading 5 customers", "deciding", "laying out steps", "storing 10 acts"])
def test_ctrl_c_while_drafting_leaves_the_earlier_draft_as_it_was(database, tmp_path, moment):
    made = given(tmp_path)
    before = made.plan("remedy")

    def stop_at(said):
        if said == moment:
            raise Stopped

    wanted = Wanted(made.mistake, made.checked, made.revisions, "remedy", made.people.maya.id, AS_OF)
    with pytest.raises(Stopped):
        draft_plan(wanted, progress=stop_at)
    failed = Plan.objects.get(number=2)
    assert (failed.state, failed.reason, leftovers(failed)) == ("failed", "interrupted", [(0, 0, 0)])
    assert made.approve(before).plan.state == "approved"


def test_a_draft_that_fails_while_storing_leaves_nothing(database, tmp_path, monkeypatch):
    made = given(tmp_path)
    before = made.plan("remedy")
    monkeypatch.setattr("makegood.plans.draft.record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        made.plan("remedy")
    failed = Plan.objects.get(number=2)
    assert (failed.state, leftovers(failed)) == ("failed", [(0, 0, 0)])
    before.refresh_from_db()
    assert before.state == "draft"


def test_a_busy_table_keeps_superseded_rows_until_the_next_draft(database, tmp_path):
    made = given(tmp_path)
    first = made.plan("remedy")
    locked, release = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            rows("SELECT count(*) FROM act")
            locked.set()
            release.wait(60)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    locked.wait(60)
    second = made.plan("remedy")
    release.set()
    holder.join()
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "draft")
    assert leftovers(first)[0][2] == 10, "nobody waited for the clean-up"
    third = made.plan("remedy")
    assert [leftovers(plan)[0][0] for plan in (first, second, third)] == [0, 0, 2]


def test_a_draft_whose_forerunner_is_dropped_meanwhile_says_nothing_of_it(database, tmp_path):
    """A third draft may take the second's place, and drop the first, before the second has looked at the first."""
    made = given(tmp_path)
    first, second = made.plan("remedy"), made.plan("remedy")
    assert second.summary["changed_from"]["before"] == first.number
    assert leftovers(first)[0][0] == 0
    second.summary.pop("changed_from")
    keep_what_changed(second, [first])
    assert "changed_from" not in second.summary
    third = made.plan("remedy")
    assert third.summary["changed_from"]["before"] == second.number


def test_drafts_at_the_same_moment_leave_one(database, tmp_path):
    made = given(tmp_path, count=50)
    made.plan("remedy")
    made.plan("acknowledge")
    ready, errors = threading.Barrier(4), []

    def run(stage):
        wanted = Wanted(made.mistake, made.checked, made.revisions, stage, made.people.maya.id, AS_OF)
        ready.wait()
        try:
            draft_plan(wanted)
        except (DatabaseError, MakegoodError) as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(stage,)) for stage in ("remedy", "acknowledge") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(Plan.objects.filter(state="draft").values_list("stage", flat=True)) == ["acknowledge", "remedy"]
    assert Plan.objects.filter(state="superseded").count() == 4


def test_a_draft_made_while_another_plan_is_carried_out_waits_for_it(database, tmp_path):
    made = given(tmp_path)
    first = approved(made, "remedy")
    Plan.objects.filter(id=first.id).update(state="applying")
    made.write(affected="customer,extra\n" + customers(6), contacts="customer,name,email,address\n" + contacts(6))
    made.load()
    plan = made.plan("remedy")
    assert acts(plan) == [("refund", 1, 650), ("tell-refund", 1, None)]
    assert stale_reasons(plan) == ["plan 1 of this stage is applying"]
    done(first)
    assert made.approve(plan).plan.state == "approved"


def test_ten_approvals_and_drafts_in_turn_never_claim_twice(database, tmp_path):
    made = given(tmp_path, count=1)
    for count in range(1, 6):
        made.write(affected="customer,extra\n" + customers(count))
        made.load()
        done(approved(made, "remedy"))
    assert rows("SELECT count(*), count(DISTINCT customer_id) FROM act_key WHERE step = 'refund'") == [(5, 5)]
    assert rows("SELECT sum(minor)::int FROM act WHERE step = 'refund'") == [(1750,)]
