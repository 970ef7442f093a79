"""Silence, refusals, retries: never paid twice, never lost, and a person where nothing else can tell."""

import pytest
from tests.acts.test_stopping import claim
from tests.engine.paying import MAIL_ONLY, REFUND_ONLY, given_mailing, given_paying
from tests.engine.recovery import chunks, counters, given_people, make_due, recovery, rows, states, turn, turns

from makegood.acts import sendlog
from makegood.acts.actions import settle_unknown
from makegood.acts.sendlog import SendLog
from makegood.kit.errors import NotFound, Refused
from makegood.kit.plugins import ProviderError, Receipt
from makegood.people.models import Connection
from makegood.plans.models import Plan
from makegood.testing.http_provider import HttpProvider
from makegood.testing.smtp_server import SmtpServer

WITH_TELL = REFUND_ONLY + "      - {id: tell-refund, do: tell, message: refund, channels: [email], after: [refund]}\n"


def due_in(plan: Plan, ordinal: int = 1) -> int:
    """Seconds until an act is tried again."""
    left = "round(extract(epoch FROM next_at - clock_timestamp()))::int"
    return rows(f"SELECT {left} FROM act WHERE plan_id = %s AND ordinal = %s", plan.id, ordinal)[0][0]


def test_a_lost_answer_is_looked_up_and_paid_once(database, tmp_path):
    with HttpProvider() as provider:
        plan = given_paying(tmp_path, provider, count=3).start("remedy")
        provider.next("lost-answer", "500-with-effect", "drop")
        plan = turn(plan)
        assert states(plan) == {"unknown": 3}
        assert counters(plan) == {"unknown": 3}
        plan = turns(plan)
        assert (plan.state, states(plan), counters(plan)) == ("done", {"done": 3}, {"done": 3})
        assert set(provider.effects.values()) == {1}
        assert len(provider.effects) == 3


def test_a_connection_without_look_up_repeats_with_the_same_key(database, tmp_path):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=2)
        row = Connection.objects.get(name="http")
        row.settings = {name: value for name, value in row.settings.items() if name != "look_up"}
        row.save()
        plan = made.start("remedy")
        provider.next("lost-answer", "drop")
        assert states(turn(plan)) == {"unknown": 2}
        plan = turns(plan)
        assert states(plan) == {"done": 2}
        assert set(provider.effects.values()) == {1}


def test_a_busy_provider_is_tried_again_when_it_says(database, tmp_path):
    with HttpProvider() as provider:
        plan = given_paying(tmp_path, provider, count=1).start("remedy")
        provider.next("429", "409")
        plan = turn(plan)
        assert (states(plan), 0 <= due_in(plan) <= 3) == ({"waiting": 1}, True)
        make_due(plan)
        plan = turn(plan)
        assert (states(plan), 4 <= due_in(plan) <= 13) == ({"waiting": 1}, True)
        plan = turns(plan)
        assert states(plan) == {"done": 1}
        answers = rows("SELECT answer, code FROM attempt ORDER BY id")
        assert [answer for answer, _ in answers] == ["retry", "retry", "done"]
        assert rows("SELECT DISTINCT tries FROM act") == [(3,)]


def test_a_refused_payment_fails_and_who_would_have_been_told_of_it_is_not(database, tmp_path):
    with HttpProvider() as provider:
        plan = given_paying(tmp_path, provider, count=3, playbook=WITH_TELL).start("remedy")
        provider.next("error-body")
        plan = turns(plan)
        assert plan.state == "done"
        assert states(plan) == {"done": 4, "failed": 1, "waiting": 1}
        assert rows("SELECT code FROM act WHERE state = 'waiting'") == [("earlier-step-failed",)]
        assert rows("SELECT count(*) FROM outbox_message") == [(2,)]


def test_a_tell_waits_for_its_payment_and_follows_when_it_is_settled(database, tmp_path):
    playbook = """\
stages:
  remedy:
    steps:
      - {id: repair, do: fix, provider: task, with: {what: Repair it.}}
      - {id: tell-them, do: tell, message: say-so, channels: [email], after: [repair]}
"""
    from makegood.channels.actions import finish_task, give_up_task

    made = recovery(tmp_path, given_people(), count=2, playbook=playbook)
    made.load()
    plan = turn(made.start("remedy"))
    assert rows("SELECT step, state, code FROM act ORDER BY ordinal") == [
        ("repair", "waiting", "open"),
        ("repair", "waiting", "open"),
        ("tell-them", "waiting", "earlier-step-open"),
        ("tell-them", "waiting", "earlier-step-open"),
    ]
    first, second = [key for (key,) in rows("SELECT key FROM task ORDER BY id")]
    finish_task(first, staff=made.people.maya.id, proof="Repaired on Monday.")
    give_up_task(second, staff=made.people.maya.id, why="It is beyond repair.")
    settled(plan)
    turns(plan)
    assert states(plan) == {"done": 2, "failed": 1, "waiting": 1}
    assert counters(plan) == {"done": 2, "failed": 1, "waiting": 1}
    assert rows("SELECT count(*) FROM outbox_message") == [(1,)]


def settled(plan: Plan) -> None:
    """Other databases of the server may hold back what a settlement's cursor can see for a moment."""
    for _ in range(100):
        turn(plan)
        if not rows("SELECT 1 FROM act WHERE step = 'repair' AND state = 'waiting'"):
            return
    raise AssertionError(rows("SELECT step, state, code FROM act"))


def test_a_long_wait_for_a_person_is_looked_at_ever_more_rarely(database, tmp_path):
    made = recovery(tmp_path, given_people(), count=1)
    made.load()
    plan = made.start("remedy")
    late = rows("SELECT id FROM chunk WHERE step = 'tell-refund'")[0][0]
    rows("UPDATE plan SET applied_at = clock_timestamp() - interval '16 minutes' RETURNING 1")
    from tests.engine.recovery import carry

    carry(late)
    assert 110 <= due_in(plan, 2) <= 125


def test_mail_in_doubt_stays_for_a_person_under_hold_who_can_say_either(database, tmp_path):
    with SmtpServer() as server:
        server.next("drop-after-dot", "drop-after-dot", "accept")
        made = given_mailing(tmp_path, server, count=3, playbook=MAIL_ONLY + "doubtful: hold\n")
        plan = turns(made.start("acknowledge"))
        assert (plan.state, states(plan)) == ("done", {"unknown": 2, "done": 1})
        assert len(server.messages) == 3
        one, two = [ordinal for (ordinal,) in rows("SELECT ordinal FROM act WHERE state = 'unknown' ORDER BY ordinal")]
        settle_unknown(plan.id, one, took_effect=True, actor=made.people.maya.id, proof="in the log at 09:14")
        settle_unknown(plan.id, two, took_effect=False, actor=made.people.maya.id, proof="not in the log")
        assert states(plan) == {"done": 2, "failed": 1}
        assert counters(plan) == {"done": 2, "failed": 1}
        with pytest.raises(NotFound, match="not unknown"):
            settle_unknown(plan.id, one, took_effect=False, actor=made.people.maya.id, proof="")
        assert rows("SELECT answer, words FROM attempt WHERE code = 'by-person' ORDER BY id") == [
            ("done", "in the log at 09:14"),
            ("absent", "not in the log"),
        ]


def test_mail_in_doubt_is_sent_once_more_under_resend_with_the_same_message_id(database, tmp_path):
    with SmtpServer() as server:
        server.next("drop-after-dot")
        made = given_mailing(tmp_path, server, count=1, playbook=MAIL_ONLY + "doubtful: resend\n")
        plan = turns(made.start("acknowledge"))
        assert states(plan) == {"done": 1}
        assert len(server.messages) == 2
        assert len({message.message_id for message in server.messages}) == 1


def test_mail_in_doubt_that_is_refused_the_second_time_is_not_called_failed(database, tmp_path):
    with SmtpServer() as server:
        server.next("drop-after-dot", "550")
        made = given_mailing(tmp_path, server, count=1, playbook=MAIL_ONLY + "doubtful: resend\n")
        plan = turns(made.start("acknowledge"))
        assert states(plan) == {"unknown": 1}
        assert rows("SELECT answer FROM attempt ORDER BY id") == [("unknown",), ("failed",)]


@pytest.mark.parametrize(
    ("doubtful", "sent", "after"), [("hold", 1, {"done": 2, "unknown": 1}), ("resend", 2, {"done": 3})]
)
def test_what_a_dead_worker_left_is_sorted_out_by_its_log(database, tmp_path, doubtful, sent, after):
    """Ordinal 1 had ended, 2 had begun, 3 had not: only 2 is in doubt."""
    with SmtpServer() as server:
        made = given_mailing(tmp_path, server, count=3, playbook=MAIL_ONLY + f"doubtful: {doubtful}\n")
        plan = made.start("acknowledge")
        claim(plan, upto=3)
        log = SendLog(plan.id, chunks(plan)[0], 1)
        log.begin(1)
        log.end(1, Receipt("done", "<sent@shop.example>", "250", ""))
        log.begin(2)
        log.close()
        plan = turns(plan)
        assert (states(plan), len(server.messages)) == (after, sent)
        assert rows("SELECT reference FROM attempt WHERE ordinal = 1") == [("<sent@shop.example>",)]


@pytest.mark.parametrize("doubtful", ["hold", "resend"])
def test_a_no_to_the_last_of_two_senders_says_nothing_about_the_first(database, tmp_path, doubtful):
    """Epoch 1 may have sent it and was never heard of again; epoch 2 sent it once more, was refused, and died."""
    with SmtpServer() as server:
        made = given_mailing(tmp_path, server, count=2, playbook=MAIL_ONLY + f"doubtful: {doubtful}\n")
        plan = made.start("acknowledge")
        claim(plan, upto=2)
        first = SendLog(plan.id, chunks(plan)[0], 1)
        first.begin(1)
        first.close()
        second = SendLog(plan.id, chunks(plan)[0], 2)
        for ordinal in (1, 2):
            second.begin(ordinal)
            second.end(ordinal, ProviderError("No such mailbox.", permanent=True, code="550"))
        second.close()
        rows("UPDATE chunk SET epoch = 2, senders = '{1,2}' RETURNING 1")
        plan = turns(plan)
        assert (states(plan), server.messages) == ({"unknown": 1, "failed": 1}, [])


def test_without_the_log_of_the_window_everything_in_it_is_in_doubt(database, tmp_path):
    """Another host claimed the window: that this host's older log does not know an act proves nothing."""
    with SmtpServer() as server:
        made = given_mailing(tmp_path, server, count=3, playbook=MAIL_ONLY + "doubtful: hold\n")
        plan = made.start("acknowledge")
        claim(plan, upto=3)
        SendLog(plan.id, chunks(plan)[0], 1).close()
        rows("UPDATE chunk SET home = 'elsewhere' RETURNING 1")
        plan = turns(plan)
        assert (states(plan), server.messages) == ({"unknown": 3}, [])


@pytest.mark.parametrize("kept", [1, 3], ids=["an older log", "a later log"])
def test_a_log_that_is_missing_between_others_leaves_the_whole_window_in_doubt(database, tmp_path, kept):
    """The window was claimed by epoch 2, whose log is lost; another holder's log does not stand for it."""
    with SmtpServer() as server:
        made = given_mailing(tmp_path, server, count=3, playbook=MAIL_ONLY + "doubtful: hold\n")
        plan = made.start("acknowledge")
        rows("UPDATE chunk SET epoch = 1 RETURNING 1")
        claim(plan, upto=3)
        rows("UPDATE chunk SET epoch = %s RETURNING 1", kept if kept > 2 else 2)
        SendLog(plan.id, chunks(plan)[0], kept).close()
        plan = turns(plan)
        assert (states(plan), server.messages) == ({"unknown": 3}, [])


def test_a_holder_that_died_before_it_sent_leaves_no_log_and_no_doubt(database, tmp_path):
    """Epoch 2 took the chunk and was gone; epoch 3 sends what nobody began, and is a sender of the window from then."""
    with SmtpServer() as server:
        made = given_mailing(tmp_path, server, count=3, playbook=MAIL_ONLY + "doubtful: hold\n")
        plan = made.start("acknowledge")
        claim(plan, upto=3)
        log = SendLog(plan.id, chunks(plan)[0], 1)
        log.begin(2)
        log.close()
        rows("UPDATE chunk SET epoch = 2 RETURNING 1")
        plan = turns(plan)
        assert (states(plan), len(server.messages)) == ({"done": 2, "unknown": 1}, 2)
        assert rows("SELECT senders FROM chunk") == [([1, 3],)]


def test_the_lost_log_of_a_later_sender_of_the_window_leaves_it_in_doubt(database, tmp_path):
    with SmtpServer() as server:
        made = given_mailing(tmp_path, server, count=3, playbook=MAIL_ONLY + "doubtful: hold\n")
        plan = made.start("acknowledge")
        claim(plan, upto=3)
        SendLog(plan.id, chunks(plan)[0], 1).close()
        rows("UPDATE chunk SET epoch = 2, senders = '{1,2}' RETURNING 1")
        plan = turns(plan)
        assert (states(plan), server.messages) == ({"unknown": 3}, [])


def test_after_the_host_started_again_a_log_proves_what_it_says_and_nothing_else(database, tmp_path, monkeypatch):
    """Its last lines may never have reached the disk."""
    with SmtpServer() as server:
        made = given_mailing(tmp_path, server, count=3, playbook=MAIL_ONLY + "doubtful: hold\n")
        plan = made.start("acknowledge")
        claim(plan, upto=3)
        log = SendLog(plan.id, chunks(plan)[0], 1)
        log.begin(1)
        log.end(1, Receipt("done", "<sent@shop.example>", "250", ""))
        log.close()
        (tmp_path / "boot_id").write_text("another boot\n")
        monkeypatch.setattr(sendlog, "_BOOT", tmp_path / "boot_id")
        plan = turns(plan)
        assert (states(plan), server.messages) == ({"done": 1, "unknown": 2}, [])


def test_what_was_sent_to_a_customer_who_was_erased_meanwhile_is_still_recorded(database, tmp_path):
    from makegood.customers.actions import erase_customer

    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=2)
        plan = made.start("remedy")
        claim(plan, upto=2)
        key, customer = _paid_behind_our_back(plan, provider)
        erase_customer(customer, actor=made.people.maya.id)
        plan = turns(plan)
        assert states(plan) == {"done": 2}
        assert rows("SELECT reference FROM attempt WHERE key = %s", key) == [("cr_1",)]
        assert provider.effects[key] == 1


def _paid_behind_our_back(plan: Plan, provider: HttpProvider) -> tuple[str, int]:
    """The dead worker had paid the first of its window."""
    from makegood.kit.ids import act_key

    (customer, step, sequence) = rows("SELECT customer_id, step, sequence FROM act WHERE ordinal = 1")[0]
    key = act_key(plan.settings["mistake"]["id"], customer, step, sequence)
    provider._take_effect(key, {})
    return key, customer


def test_an_act_that_a_worker_is_asking_about_is_not_settled_at_the_same_moment(database, tmp_path):
    with HttpProvider() as provider:
        made = given_paying(tmp_path, provider, count=1)
        plan = made.start("remedy")
        provider.next("lost-answer")
        turn(plan)
        make_due(plan)
        from makegood.acts.sweep import sweep

        sweep()
        rows("UPDATE chunk SET claimed_to = hi WHERE again RETURNING 1")
        with pytest.raises(Refused, match="asking about act 1"):
            settle_unknown(plan.id, 1, took_effect=False, actor=made.people.maya.id, proof="")
        plan = turns(plan)
        assert states(plan) == {"done": 1}
