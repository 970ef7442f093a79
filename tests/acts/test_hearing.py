"""What providers say later: in any order, any number of times, early or late, about this route or an earlier one."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.acts.test_next_route import TWO_PURSES
from tests.engine.paying import given_mailing, given_paying
from tests.engine.recovery import carry, chunks, counters, rows, states, turn, turns

from makegood.acts.hearing import ONCE, TWICE
from makegood.acts.queries import list_unknown
from makegood.acts.sweep import sweep
from makegood.balance.actions import closing_findings
from makegood.balance.evidence import verify_pack, write_pack
from makegood.balance.invariants import check_invariants
from makegood.balance.queries import get_balance
from makegood.cli.doctor import _unknown
from makegood.cli.mistakes import show_balance
from makegood.kit.ids import act_key
from makegood.kit.notices import Notice
from makegood.kit.plugins import A_PERSON_FIRST
from makegood.notices.actions import take_in
from makegood.people.models import Connection
from makegood.plans.inputs import spent
from makegood.testing.http_provider import HttpProvider
from makegood.testing.smtp_server import SmtpServer

AT = datetime(2026, 3, 7, 9, 0, tzinfo=UTC)
_EVENTS = count(1)


def said(connection: str, says: str, order: int = 1, **more) -> int:
    """The connection's provider says something; without key or reference, of no act at all."""
    known = {"event": f"e{next(_EVENTS)}", "code": f"c-{says}", **more}
    return take_in(Connection.objects.get(name=connection), [Notice(says=says, at=AT, order=order, **known)])


def key_of(made, ordinal: int = 1, via: int = 0) -> str:
    [(customer, step)] = rows("SELECT customer_id, step FROM act WHERE ordinal = %s ORDER BY plan_id LIMIT 1", ordinal)
    return act_key(made.mistake.public_id, customer, step, 1, via)


def heard() -> list[str]:
    return [state for (state,) in rows("SELECT state FROM heard ORDER BY notice")]


def listen_again() -> None:
    """The waiting of what could not be applied yet is over."""
    rows("UPDATE heard SET next_at = now() WHERE state = 'open' RETURNING 1")
    sweep()


@pytest.fixture
def paid(database, tmp_path):
    """Two refunds that the provider took and has not settled."""
    with HttpProvider() as provider:
        provider.always = "pending"
        made = given_paying(tmp_path, provider, count=2)
        plan = turns(made.start("remedy"))
        assert states(plan) == {"accepted": 2}
        yield made, plan


def act(ordinal: int = 1):
    return rows("SELECT state, code, via FROM act WHERE ordinal = %s ORDER BY plan_id LIMIT 1", ordinal)[0]


@pytest.mark.parametrize("says", ["done", "failed", "reversed"])
def test_an_accepted_payment_becomes_what_the_provider_says(paid, says):
    made, plan = paid
    said("http", says, key=key_of(made))
    assert sweep().settled == 1
    assert act() == (says, f"c-{says}", 0)
    assert act(2)[0] == "accepted"
    assert counters(plan) == ({"done": 2} if says == "done" else {"done": 1, "failed": 1})
    [(answer, code, key, minor)] = rows("SELECT answer, code, key, minor FROM attempt WHERE epoch = 0")
    assert (answer, code, key, minor) == (says, f"c-{says}", key_of(made), 150)
    sweep()
    assert (heard(), rows("SELECT count(*) FROM attempt WHERE epoch = 0")) == (["taken"], [(1,)])
    assert spent(made.mistake.id) == {"EUR": 400 if says == "done" else 250}


def test_the_providers_id_names_the_act_where_its_connection_sent_it(paid):
    made, _ = paid
    [(reference,)] = rows("SELECT reference FROM attempt WHERE ordinal = 1")
    Connection.objects.create(brand=made.people.brand, name="other", plugin="http", settings={}, live=True)
    said("other", "failed", reference=reference)
    said("http", "done", reference=reference)
    sweep()
    assert (act()[0], heard()) == ("done", ["open", "taken"])


def test_another_brands_connection_says_nothing_of_ours(paid):
    made, _ = paid
    other = made.people.brand.__class__.objects.get(slug="other")
    Connection.objects.create(brand=other, name="theirs", plugin="http", settings={}, live=True)
    said("theirs", "failed", key=key_of(made))
    sweep()
    assert (act()[0], heard()) == ("accepted", ["open"])


def test_a_notice_before_our_own_commit_waits_for_it(database, tmp_path):
    with HttpProvider() as provider:
        provider.always = "pending"
        made = given_paying(tmp_path, provider, count=2)
        plan = made.start("remedy")
        said("http", "failed", key=key_of(made))
        sweep()
        assert (act()[0], heard()) == ("planned", ["open"]), "kept: no receipt has this key yet"
        (chunk,) = chunks(plan)
        carry(chunk)
        assert act()[0] == "accepted"
        listen_again()
        assert (act()[:2], heard()) == (("failed", "c-failed"), ["taken"])


def test_what_is_being_worked_on_is_told_afterwards(paid):
    made, _ = paid
    rows("UPDATE act SET state = 'unknown', again = 99 WHERE ordinal = 1 RETURNING 1")
    said("http", "done", key=key_of(made))
    sweep()
    assert (act()[0], heard()) == ("unknown", ["open"])
    rows("UPDATE act SET again = NULL RETURNING 1")
    rows("UPDATE chunk SET done = done - 1, unknown = 1 RETURNING 1")
    listen_again()
    assert (act()[0], heard()) == ("done", ["taken"])


def test_an_event_of_nobody_stays_open_ever_more_rarely(paid):
    said("http", "done", key="mg-nobody")
    said("http", "noted", key="mg-nobody")
    sweep()
    [(tries, wait)] = rows("SELECT tries, next_at - now() > interval '3 s' FROM heard")
    assert (tries, wait) == (1, True)
    for _ in range(3):
        listen_again()
    [(tries, wait)] = rows("SELECT tries, next_at - now() > interval '30 s' FROM heard")
    assert (tries, wait) == (4, True)
    rows("UPDATE heard SET tries = 45 RETURNING 1")
    listen_again()
    assert rows("SELECT next_at = 'infinity' FROM heard") == [(True,)]


def test_a_dispute_and_a_complaint_change_nothing_and_are_on_the_receipts_once(paid):
    made, _ = paid
    said("http", "disputed", key=key_of(made))
    said("http", "complained", key=key_of(made))
    for _ in range(3):
        sweep()
    assert act()[0] == "accepted"
    answers = rows("SELECT answer, code FROM attempt WHERE epoch = 0 ORDER BY id")
    assert answers == [("disputed", "c-disputed"), ("complained", "c-complained")]


def test_an_older_word_changes_nothing(paid):
    made, _ = paid
    said("http", "done", order=7, key=key_of(made))
    sweep()
    said("http", "failed", order=6, key=key_of(made))
    sweep()
    assert (act()[0], heard()) == ("done", ["taken", "taken"])
    said("http", "reversed", order=8, key=key_of(made))
    sweep()
    assert act()[0] == "reversed"


SAYS = st.sampled_from(["done", "failed", "reversed", "bounced", "complained", "disputed", "noted"])
WORD = st.tuples(SAYS, st.integers(1, 4))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(words=st.lists(WORD, min_size=1, max_size=5), data=st.data())
def test_order_and_number_change_nothing(paid, words, data):
    """Every way to deliver the same words, each up to three times, with rounds in between, ends alike."""
    made, _ = paid
    ends = set()
    for _ in range(3):
        rows("UPDATE act SET state = 'accepted', code = 'ok', next_at = NULL RETURNING 1")
        rows("UPDATE chunk SET done = 2, failed = 0 RETURNING 1")
        prefix = f"r{next(_EVENTS)}"
        rows("DELETE FROM heard RETURNING 1")
        deliveries = [index for index in range(len(words)) for _ in range(data.draw(st.integers(1, 3)))]
        for index in data.draw(st.permutations(deliveries)):
            says, order = words[index]
            said("http", says, order=order, event=f"{prefix}-{index}", key=key_of(made))
            if data.draw(st.booleans()):
                sweep()
        sweep()
        ends.add((act(), rows("SELECT sum(done), sum(failed), sum(unknown), sum(waiting) FROM chunk")[0]))
    assert len(ends) == 1
    [(state, _, _), _] = ends.pop()
    telling = [(order, says) for says, order in words if says in ("done", "failed", "reversed", "bounced")]
    newest = (
        {says for order, says in telling if order == max(order for order, _ in telling)} if telling else {"accepted"}
    )
    assert state in newest


def failed_over(tmp_path, provider):
    """One refund that the provider gave up later, and its next route, store credit, that is due."""
    made = given_paying(tmp_path, provider, count=1, playbook=TWO_PURSES)
    plan = turns(made.start("remedy"))
    said("http", "failed", order=1, key=key_of(made))
    sweep()
    return made, plan


def test_a_late_yes_before_the_next_route_was_tried_takes_the_act_back(database, tmp_path):
    with HttpProvider() as provider:
        made, plan = failed_over(tmp_path, provider)
        rows(
            "UPDATE act SET again = NULL, next_at = 'infinity', state = 'waiting' RETURNING 1"
        )  # before it is gathered
        assert act() == ("waiting", "next-route", 2)
        said("http", "done", order=2, key=key_of(made))
        sweep()
        assert act() == ("done", "c-done", 0)
        turn(plan)
    assert rows("SELECT count(*) FROM ledger_transfer") == [(0,)]
    assert rows("SELECT count(*) FROM entry WHERE verb = %s", TWICE) == [(0,)]


def test_a_late_yes_after_the_next_route_paid_is_shown_loudly(database, tmp_path):
    with HttpProvider() as provider:
        made, plan = failed_over(tmp_path, provider)
        plan = turns(turn(plan))
        assert (act(), rows("SELECT count(*) FROM ledger_transfer")) == (("done", "booked", 2), [(1,)])
        said("http", "done", order=2, key=key_of(made))
        sweep()
    assert (act(), heard()) == (("done", "booked", 2), ["taken", "late"])
    assert rows("SELECT subject FROM entry WHERE verb = %s", TWICE) == [(f"act:{plan.id}/1",)]
    assert rows("SELECT answer, code, key FROM attempt WHERE answer = 'late'") == [("late", "done", key_of(made))]
    assert counters(plan) == {"done": 1}


def test_a_late_no_of_an_earlier_route_is_a_line_and_nothing_more(database, tmp_path):
    with HttpProvider() as provider:
        made, plan = failed_over(tmp_path, provider)
        turns(turn(plan))
        said("http", "reversed", order=3, key=key_of(made))
        sweep()
    assert (act(), heard()) == (("done", "booked", 2), ["taken", "late"])
    assert rows("SELECT count(*) FROM entry WHERE verb = %s", TWICE) == [(0,)]


def test_a_second_route_of_unknown_outcome_is_asked_no_more_when_the_first_paid(database, tmp_path):
    with HttpProvider() as provider:
        made, _ = failed_over(tmp_path, provider)
        rows("UPDATE act SET state = 'unknown', again = NULL, next_at = now() + interval '1 h' RETURNING 1")
        said("http", "done", order=2, key=key_of(made))
        sweep()
    assert rows("SELECT state, next_at FROM act") == [("unknown", None)]
    assert rows("SELECT count(*) FROM entry WHERE verb = %s", TWICE) == [(1,)]


def test_what_was_paid_after_all_and_planned_again_is_shown_loudly(paid):
    made, plan = paid
    said("http", "failed", key=key_of(made))
    sweep()
    again = made.start("remedy")
    assert rows("SELECT sequence FROM act WHERE plan_id = %s", again.id) == [(2,)]
    said("http", "done", order=2, key=key_of(made))
    sweep()
    assert act()[0] == "done"
    assert rows("SELECT subject FROM entry WHERE verb = %s", TWICE) == [(f"act:{plan.id}/1",)]


def test_two_days_later_a_mail_bounces_and_a_letter_follows(database, tmp_path):
    both = """\
stages:
  acknowledge:
    steps:
      - {id: say-so, do: tell, message: say-so, channels: [email, letter]}
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
"""
    with SmtpServer() as server:
        made = given_mailing(tmp_path, server, count=2, playbook=both, bounce_window=72)
        made.write(contacts="customer,name,email,address\nc1,A,c1@example.com,Way 1\nc2,B,c2@example.com,\n")
        made.load()
        plan = turns(made.start("acknowledge"))
        ids = [message.message_id for message in server.messages]
    assert (states(plan), len(ids)) == ({"accepted": 2}, 2)
    for table in ("act", "chunk"):
        rows(f"UPDATE {table} SET settles_at = settles_at - interval '2 days' RETURNING 1")
    for ordinal in (1, 2):
        said("email", "bounced", key=key_of(made, ordinal))
    sweep()
    balance = get_balance(made.mistake)
    assert balance.steps[0].counts == {"open": 1, "failed": 1}
    assert sorted((one.what, one.count) for one in balance.later) == [("bounced", 1), ("rerouted", 1)]
    turn(plan)
    assert rows("SELECT state, code FROM act WHERE via = 2") == [("accepted", "to-print")]
    assert rows("SELECT count(*) FROM letter") == [(1,)]
    assert counters(plan) == {"done": 1, "failed": 1}
    for table in ("act", "chunk"):
        rows(f"UPDATE {table} SET settles_at = settles_at - interval '2 days' RETURNING 1")
    sweep()
    assert states(plan) == {"accepted": 1, "bounced": 1}, "the window of the mail says nothing of the letter"
    assert check_invariants(deep=True) == []


def test_five_days_later_a_refund_fails_and_store_credit_follows(database, tmp_path):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=3, playbook=TWO_PURSES)
        plan = turns(made.start("remedy"))
        rows("UPDATE act SET settled_at = settled_at - interval '5 days' RETURNING 1")
        said("http", "failed", key=key_of(made, 2))
        sweep()
        balance = get_balance(made.mistake)
        assert (balance.steps[0].counts, spent(made.mistake.id)) == ({"done": 2, "open": 1}, {"EUR": 750})
        plan = turns(turn(plan))
        assert len(provider.effects) == 3
    [(minor,)] = rows("SELECT minor FROM ledger_transfer")
    assert rows("SELECT minor, state, via FROM act WHERE ordinal = 2") == [(minor, "done", 2)]
    balance = get_balance(made.mistake)
    assert (balance.steps[0].counts, balance.balanced, spent(made.mistake.id)) == ({"done": 3}, True, {"EUR": 750})
    assert check_invariants(deep=True) == []
    write_pack(made.mistake, tmp_path / "pack", actor=made.people.maya.id, anchor=None)
    assert verify_pack(tmp_path / "pack") == [], "the evidence knows the route and its key"


def later(made) -> dict[str, int]:
    return {one.what: one.count for one in get_balance(made.mistake).later}


def test_two_payments_for_one_keep_the_mistake_open_until_one_came_back(database, tmp_path):
    with HttpProvider() as provider:
        made, plan = failed_over(tmp_path, provider)
        turns(turn(plan))
        said("http", "done", order=2, key=key_of(made))
        sweep()
        assert later(made) == {"rerouted": 1, "twice": 1}
        (found,) = [one for one in closing_findings(get_balance(made.mistake), {}) if one.code == "paid-twice"]
        assert found.what == "1 act at 'refund' may have been paid on two ways."
        assert not [
            one for one in closing_findings(get_balance(made.mistake), {"twice": "x"}) if one.code == "paid-twice"
        ]
        said("http", "reversed", order=3, key=key_of(made))
        sweep()
    assert later(made) == {"rerouted": 1}
    assert rows("SELECT count(*) FROM entry WHERE verb = %s", ONCE) == [(1,)]
    sweep()
    assert rows("SELECT count(*) FROM entry WHERE verb = %s", ONCE) == [(1,)]


def test_what_is_disputed_or_unknown_for_a_day_is_shown(paid, capsys):
    made, _ = paid
    said("http", "disputed", key=key_of(made))
    sweep()
    rows("UPDATE act SET state = 'unknown' WHERE ordinal = 2 RETURNING 1")
    rows(
        "INSERT INTO attempt (plan_id, ordinal, chunk_id, epoch, at, key, answer, code, reference, words, words_digest,"
        " commitment) SELECT plan_id, 2, id, 1, now() - interval '25 h', 'k', 'unknown', 'x', '', '', '', ''"
        " FROM chunk RETURNING 1"
    )
    assert later(made) == {"disputed": 1, "unknown": 1}
    show_balance(get_balance(made.mistake))
    shown = capsys.readouterr().out
    assert "At refund: 1 disputed at the provider" in shown
    assert "At refund: 1 unknown for more than a day: settle each with makegood unknown." in shown
    look = _unknown(None)
    assert (look.seen, [finding.what for finding in look.findings]) == (
        "1",
        ["1 act has had an unknown outcome for more than a day."],
    )
    [unknown] = list_unknown(made.mistake)
    assert unknown.since < datetime.now(UTC) - timedelta(hours=24)


@pytest.mark.parametrize("code", sorted(A_PERSON_FIRST))
def test_money_that_another_way_would_not_put_right_waits_for_a_person(database, tmp_path, code):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=1, playbook=TWO_PURSES)
        turns(made.start("remedy"))
        said("http", "failed", key=key_of(made), code=code)
        sweep()
    assert act() == ("failed", code, 0)
    assert get_balance(made.mistake).steps[0].counts == {"failed": 1}


def test_a_disputed_payment_takes_no_next_route_by_itself(database, tmp_path):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=1, playbook=TWO_PURSES)
        turns(made.start("remedy"))
        said("http", "disputed", key=key_of(made))
        said("http", "failed", order=2, key=key_of(made))
        sweep()
    assert act() == ("failed", "c-failed", 0)


def test_what_waits_for_the_customer_at_the_provider_is_settled_by_its_word(paid):
    made, plan = paid
    rows("UPDATE act SET state = 'waiting', code = 'requires_action' WHERE ordinal = 1 RETURNING 1")
    rows("UPDATE chunk SET done = 1, waiting = 1 RETURNING 1")
    said("http", "done", key=key_of(made))
    sweep()
    assert (act()[0], heard()) == ("waiting", ["open"]), "its own try is still to come"
    rows(
        "INSERT INTO attempt (plan_id, ordinal, chunk_id, epoch, key, answer, code, reference, words, words_digest,"
        " commitment) SELECT plan_id, 1, id, 1, %s, 'waiting', 'x', '', '', '', '' FROM chunk RETURNING 1",
        key_of(made),
    )
    listen_again()
    assert (act()[0], heard(), counters(plan)) == ("done", ["taken"], {"done": 2})
