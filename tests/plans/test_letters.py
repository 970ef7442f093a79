"""Each message of a plan against what the plan knows: amounts, dates, whose data it is, who is paid and who is told."""

import pytest
from tests.engine.recovery import MISTAKE, PLAYBOOK, POLICY, SCOPE, given_people, recovery, rows
from tests.plans.doing import approved, done
from tests.plans.test_wording import GOOD, words

from makegood.kit.errors import BadInput

COUNT = 3_412
ORDERS = SCOPE.replace("merge: sum}", "merge: sum}\n  order_no: {type: text}\n  last_order: {type: text}")
HEAD = "customer,extra,order_no,last_order\n"
TELLS = """\
---
subject: Your money is back
---
Dear {{ name }},

we charged you twice, and we are sorry. We have paid you back {{ amounts.refund }}.
If anything is wrong, answer this message.
"""


def planned(tmp_path, stage="remedy", count=5, **texts):
    made = recovery(tmp_path, given_people(), count=count, **texts)
    made.load()
    return made.plan(stage)


def orders(count, **other):
    """Each customer's own order number in both columns; `other` maps a customer to the two they get instead."""
    lines = []
    for n in range(1, count + 1):
        first, last = other.get(f"c{n}", (n, n))
        lines.append(f"c{n},{n % 90 + 1}.50,A-{100000 + first},A-{100000 + last}\n")
    return HEAD + "".join(lines)


def message(column):
    return GOOD.replace("We are paying", f"It is about your order {{{{ {column} }}}}. We are paying")


# --- nobody else's data


def test_one_of_3412_messages_with_anothers_order_number_blocks_the_plan_and_names_both(database, tmp_path):
    affected = orders(COUNT, c1234=(1234, 2001))
    plan = planned(
        tmp_path, "acknowledge", COUNT, scope=ORDERS, say_so=message("last_order"), affected=affected,
        contacts=contacts_of(COUNT),
    )  # fmt: skip
    (one,) = words(plan).values()
    assert (one["code"], one["level"], one["count"]) == ("MG501", "blocking", 1)
    assert one["examples"] == ["c1234 (what is of c2001)"]
    assert one["where"] == "messages/say-so.md:6:86"
    assert one["what"] == (
        "A message would carry another customer's data. 'last_order' of these shows what is 'order_no' of another."
    )
    assert "A-10" not in str(plan.findings), "the value itself is nobody's business"
    assert plan.acts == COUNT


def contacts_of(count):
    return "customer,name,email,address\n" + "".join(
        f"c{n},Customer {n},c{n}@example.com,\n" for n in range(1, count + 1)
    )


def test_an_order_number_that_two_have_names_both(database, tmp_path):
    plan = planned(
        tmp_path, "acknowledge", 40, scope=ORDERS, say_so=message("order_no"), affected=orders(40, c7=(8, 8)),
    )  # fmt: skip
    (one,) = words(plan).values()
    assert (one["count"], one["examples"]) == (2, ["c7 (what is of c8)", "c8 (what is of c7)"])


def test_a_whole_column_that_slipped_by_one_is_one_finding(database, tmp_path):
    slipped = {f"c{n}": (n, n % 60 + 1) for n in range(1, 61)}
    plan = planned(
        tmp_path, "acknowledge", 60, scope=ORDERS, say_so=message("last_order"), affected=orders(60, **slipped)
    )
    (one,) = words(plan).values()
    assert (one["count"], len(one["examples"])) == (60, 3)


def test_a_number_that_is_not_shown_hurts_nobody(database, tmp_path):
    affected = orders(40, c7=(7, 8))
    plan = planned(tmp_path / "a", "acknowledge", 40, scope=ORDERS, say_so=GOOD, affected=affected)
    assert words(plan) == {}


def test_nor_one_in_a_branch_that_this_customer_does_not_get(database, tmp_path):
    text = message("last_order").replace("It is", "{% if extra > 20 %}It is").replace("}}. We", "}}.{% endif %} We")
    plan = planned(
        tmp_path, "acknowledge", 40, scope=ORDERS, say_so=text, affected=orders(40, c7=(7, 30), c30=(30, 31))
    )
    assert [one["examples"] for one in words(plan).values()] == [["c30 (what is of c31)"]]


def test_an_identifier_inside_a_longer_text_is_found(database, tmp_path):
    affected = orders(40).replace("c7,8.50,A-100007,A-100007", "c7,8.50,A-100007,see (A-100012).")
    plan = planned(tmp_path, "acknowledge", 40, scope=ORDERS, say_so=message("last_order"), affected=affected)
    assert [one["examples"] for one in words(plan).values()] == [["c7 (what is of c12)"]]


def test_an_address_typed_into_the_template_that_is_a_customers(database, tmp_path):
    text = GOOD.replace("need to do nothing", "can write to c3@example.com")
    (one,) = [one for one in words(planned(tmp_path, "acknowledge", say_so=text)).values() if one["code"] == "MG501"]
    assert (one["level"], one["count"], one["where"]) == ("blocking", 5, "messages/say-so.md:7:51")
    assert one["examples"] == ["c1 (what is of c3)"]


def test_values_that_many_share_are_no_identifiers(database, tmp_path):
    affected = HEAD + "".join(f"c{n},1.50,A-{n:05},F-{n % 7:05}\n" for n in range(1, 41))
    assert (
        words(planned(tmp_path, "acknowledge", 40, scope=ORDERS, say_so=message("last_order"), affected=affected)) == {}
    )


# --- amounts and dates


def test_a_typed_amount_that_the_plan_does_not_pay_blocks_for_those_it_is_wrong_for(database, tmp_path):
    text = TELLS.replace("{{ amounts.refund }}", "€2.50")
    found = {one["code"]: one for one in words(planned(tmp_path, told=text)).values()}
    assert (found["MG217"]["level"], found["MG217"]["count"]) == ("blocking", 4)
    assert (found["MG217"]["where"], found["MG217"]["examples"]) == ("messages/refund.md:6:63", ["c1", "c3", "c4"])
    assert found["MG503"]["count"] == 4, "and these are paid something they are not told"


def test_a_fact_that_is_not_what_the_plan_pays_is_not_told_as_paid(database, tmp_path):
    policy = POLICY.replace('amount: "extra"', 'amount: {percent: "50", of: extra}')
    found = {
        one["code"]: one
        for one in words(planned(tmp_path, policy=policy, told=TELLS.replace("amounts.refund", "extra"))).values()
    }
    assert (found["MG217"]["level"], found["MG217"]["count"], found["MG217"]["where"]) == (
        "blocking",
        5,
        "messages/refund.md:6:41",
    )
    assert found["MG503"]["count"] == 5


def test_another_fact_in_the_same_sentence_is_fine(database, tmp_path):
    text = TELLS.replace("{{ amounts.refund }}", "{{ amounts.refund }} of {{ extra }}")
    policy = POLICY.replace('amount: "extra"', 'amount: {percent: "50", of: extra}')
    assert words(planned(tmp_path, told=text, policy=policy)) == {}


def test_a_typed_date_that_is_none_of_the_plans_is_a_warning(database, tmp_path):
    found = words(planned(tmp_path, "acknowledge", say_so=GOOD.replace("by Friday", "by 9 April 2026")))
    ((code, where), one), *rest = found.items()
    assert (code, where, one["level"], one["count"], rest) == ("MG217", "messages/say-so.md:7:26", "warning", 5, [])
    assert "“9 April 2026” is typed into the text and is no date of this plan." in one["what"]


@pytest.mark.parametrize("day", ["3 March 2026", "2 March", "March 2nd", "6 May 2026"])
def test_dates_of_the_plan_of_the_mistake_and_of_its_facts_are_right(database, tmp_path, day):
    mistake = MISTAKE + '  - {id: next, text: "By 6 May 2026 we know more.", confirmed: true}\n'
    plan = planned(tmp_path, "acknowledge", mistake=mistake, say_so=GOOD.replace("by Friday", f"by {day}"))
    assert words(plan) == {}  # noticed on 2 March 2026, due within 24 hours


def test_values_that_nobody_filled_in(database, tmp_path):
    names = ("undefined", "[first name]", "Nulla", "Todd")
    contacts = "".join(f"c{n},{name},c{n}@example.com,\n" for n, name in enumerate(names, start=1))
    plan = planned(tmp_path, "acknowledge", 4, say_so=GOOD, contacts="customer,name,email,address\n" + contacts)
    found = [one for one in plan.findings if one["code"] == "MG216"]
    assert {(one["level"], one["where"]) for one in found} == {("blocking", "messages/say-so.md:4:6")}
    assert {key for one in found for key in one["examples"]} == {"c1", "c2"}


# --- who is paid, and who is told


def test_who_is_told_of_money_and_gets_none(database, tmp_path):
    policy = POLICY.replace(
        "      - {id: all", "      - {id: small, when: \"extra < 'EUR 2.00'\", nothing: 'Little.'}\n      - {id: all"
    )
    playbook = PLAYBOOK.replace("after: [refund]}", "after: [refund], everyone: true}")
    text = TELLS.replace("We have paid you back {{ amounts.refund }}.", "We have paid you back what we took.")
    found = {one["code"]: one for one in words(planned(tmp_path, policy=policy, playbook=playbook, told=text)).values()}
    assert (found["MG502"]["level"], found["MG502"]["count"], found["MG502"]["examples"]) == ("blocking", 1, ["c1"])
    assert (found["MG503"]["count"], found["MG503"]["level"]) == (4, "blocking")


def test_a_guarded_sentence_is_told_to_those_it_is_true_for(database, tmp_path):
    policy = POLICY.replace(
        "      - {id: all", "      - {id: small, when: \"extra < 'EUR 2.00'\", nothing: 'Little.'}\n      - {id: all"
    )
    playbook = PLAYBOOK.replace("after: [refund]}", "after: [refund], everyone: true}")
    text = TELLS.replace("We have paid", "{% if amounts.refund %}We have paid").replace(
        "refund }}.", "refund }}.{% else %}We have cancelled the second charge.{% endif %}"
    )
    assert words(planned(tmp_path, policy=policy, playbook=playbook, told=text)) == {}


def test_a_make_good_told_ahead_is_fine_where_a_later_stage_gives_it(database, tmp_path):
    assert words(planned(tmp_path, "acknowledge", say_so=GOOD)) == {}


def test_and_is_not_where_none_does(database, tmp_path):
    playbook = PLAYBOOK[: PLAYBOOK.index("  remedy:")]
    made = recovery(tmp_path, given_people(), say_so=GOOD, playbook=playbook, mistake=MISTAKE.replace("clear", "none"))
    made.load()
    plan = made.plan("acknowledge")
    found = {one["code"]: one for one in words(plan).values()}
    assert (found["MG502"]["count"], found["MG502"]["where"]) == (5, "messages/say-so.md:6:63")


def test_paid_and_told_by_nobody_at_all(database, tmp_path):
    playbook = PLAYBOOK[: PLAYBOOK.index("      - {id: tell-refund")]
    (one,) = words(planned(tmp_path, playbook=playbook)).values()
    assert (one["code"], one["level"], one["count"]) == ("MG503", "advice", 5)
    assert one["what"] == "5 customers are paid, and no message of the playbook tells them."


# --- once more


def test_an_apology_after_an_apology_for_another_mistake(database, tmp_path):
    people = given_people()
    first = recovery(tmp_path / "first", people, say_so=GOOD)
    first.load()
    done(approved(first, "acknowledge"))
    other = recovery(
        tmp_path / "second", people, count=7, say_so=GOOD, mistake=MISTAKE.replace("double-charge", "late-parcels")
    )
    other.load()
    heard = rows("SELECT max(settled_at) FROM act")[0][0]
    (one,) = words(other.plan("acknowledge", as_of=heard)).values()
    assert (one["code"], one["level"], one["count"], one["examples"]) == ("MG505", "warning", 5, ["c1", "c2", "c3"])
    assert "Within the last 30 days." in one["what"]


def test_after_the_days_that_are_set_it_is_forgotten(database, tmp_path, monkeypatch):
    people = given_people()
    first = recovery(tmp_path / "first", people, say_so=GOOD)
    first.load()
    done(approved(first, "acknowledge"))
    other = recovery(tmp_path / "second", people, say_so=GOOD, mistake=MISTAKE.replace("double-charge", "late-parcels"))
    other.load()
    monkeypatch.setenv("MAKEGOOD_APOLOGY_DAYS", "0")
    heard = rows("SELECT max(settled_at) FROM act")[0][0]
    assert words(other.plan("acknowledge", as_of=heard)) == {}
    monkeypatch.setenv("MAKEGOOD_APOLOGY_DAYS", "a month")
    with pytest.raises(BadInput) as no:
        other.plan("acknowledge")
    assert no.value.code == "bad-setting"


def test_the_stages_of_one_mistake_are_one_recovery(database, tmp_path):
    made = recovery(tmp_path, given_people(), say_so=GOOD)
    made.load()
    done(approved(made, "acknowledge"))
    assert words(made.plan("remedy")) == {}
