"""A mail that was taken is sent, not told: it is done when its window has passed without coming back."""

import pytest
from tests.engine.paying import MAIL_ONLY, given_mailing
from tests.engine.recovery import carry, chunks, counters, rows, states, turn, turns

from makegood.acts.sweep import sweep
from makegood.balance.actions import closing_findings
from makegood.balance.queries import get_balance
from makegood.channels.email import Email
from makegood.channels.outbox import Outbox
from makegood.kit.plugins import settles_after
from makegood.plans.models import Plan
from makegood.testing.smtp_server import SmtpServer

FOLLOWED = MAIL_ONLY.replace(
    "channels: [email]}\n",
    "channels: [email]}\n      - {id: more, do: tell, message: say-so, channels: [email], after: [say-so]}\n",
)
WAVES = MAIL_ONLY + "waves: [{size: 2}, {size: rest}]\n"


def pass_days(plan: Plan, days: int) -> None:
    """So much time goes by for what was sent."""
    for table, where in (("act", "plan_id = %s"), ("chunk", "plan_id = %s")):
        rows(
            f"UPDATE {table} SET settles_at = settles_at - make_interval(days => %s) WHERE {where} RETURNING 1",
            days, plan.id,
        )  # fmt: skip


def test_a_mail_is_sent_for_three_days_and_then_done(database, tmp_path):
    with SmtpServer() as server:
        made = given_mailing(tmp_path, server, count=3, bounce_window=72)
        plan = turns(made.start("acknowledge"))
    assert (plan.state, states(plan), counters(plan)) == ("done", {"accepted": 3}, {"done": 3})
    [(sent, until, code)] = rows("SELECT min(settled_at), min(settles_at - settled_at), min(code) FROM act")
    assert (until.days, code) == (3, "250")
    assert rows("SELECT DISTINCT answer FROM attempt") == [("accepted",)]
    balance = get_balance(made.mistake)
    assert balance.steps[0].counts == {"sent": 3}
    assert (balance.accounted, balance.told, balance.balanced) == (0, {}, True)
    pass_days(plan, 2)
    assert sweep().settled == 0
    assert states(plan) == {"accepted": 3}
    pass_days(plan, 1)
    assert sweep().settled == 3
    assert (states(plan), counters(plan)) == ({"done": 3}, {"done": 3})
    assert rows("SELECT count(*) FROM act WHERE settles_at IS NOT NULL") == [(0,)]
    assert rows("SELECT count(*) FROM chunk WHERE settles_at IS NOT NULL") == [(0,)]
    assert rows("SELECT min(settled_at) FROM act") == [(sent,)], "told when it was sent"
    balance = get_balance(made.mistake)
    assert (balance.steps[0].counts, balance.told["customers"]) == ({"done": 3}, 3)
    assert rows("SELECT facts FROM entry WHERE verb = 'acts.settled'") == [('{"acts":3}',)]
    assert sweep().settled == 0, "once"


def test_only_what_has_passed_settles_and_the_chunk_remembers_the_next(database, tmp_path):
    with SmtpServer() as server:
        made = given_mailing(tmp_path, server, count=3, bounce_window=72)
        plan = turns(made.start("acknowledge"))
    rows("UPDATE act SET settles_at = clock_timestamp() - interval '1 s' WHERE ordinal = 2 RETURNING 1")
    rows("UPDATE chunk SET settles_at = clock_timestamp() RETURNING 1")
    assert sweep().settled == 1
    assert rows("SELECT ordinal FROM act WHERE state = 'done'") == [(2,)]
    assert rows("SELECT c.settles_at = (SELECT min(a.settles_at) FROM act a) FROM chunk c") == [(True,)]
    assert (states(plan), counters(plan)) == ({"accepted": 2, "done": 1}, {"done": 3})


def test_waves_plans_and_followers_do_not_wait_for_the_window(database, tmp_path):
    with SmtpServer() as server:
        made = given_mailing(
            tmp_path, server, count=4, bounce_window=72, playbook=FOLLOWED + "waves: [{size: 2}, {size: rest}]\n"
        )
        plan = turns(made.start("acknowledge"))
        assert (plan.state, plan.wave, states(plan)) == ("done", 2, {"accepted": 8})
        assert len(server.messages) == 8


def test_a_mistake_does_not_close_while_mails_may_come_back(database, tmp_path):
    with SmtpServer() as server:
        made = given_mailing(tmp_path, server, count=2, bounce_window=72)
        plan = turns(made.start("acknowledge"))
    turns(made.start("remedy"))
    (found,) = closing_findings(get_balance(made.mistake), {})
    [(until,)] = rows("SELECT to_char(max(settles_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI\"Z\"') FROM act")
    assert found.what == f"2 customers are sent at 'say-so' and it may still come back until {until}."
    assert found.remedy == "Wait until then: what has not come back by then is told."
    pass_days(plan, 3)
    sweep()
    assert closing_findings(get_balance(made.mistake), {}) == []


def test_a_window_that_is_sent_while_an_older_one_settles_is_not_forgotten(database, tmp_path):
    with SmtpServer() as server:
        made = given_mailing(tmp_path, server, count=2, bounce_window=72, playbook=WAVES.replace("size: 2", "size: 1"))
        plan = made.start("acknowledge")
        (first,) = chunks(plan)
        carry(first)
        pass_days(plan, 3)
        plan = turn(plan)
        assert states(plan) == {"accepted": 1, "done": 1}
        assert rows("SELECT count(*) FROM chunk WHERE settles_at IS NOT NULL") == [(1,)]


@pytest.mark.parametrize(
    ("plugin", "settings", "hours"),
    [
        (Email, {}, 72),
        (Email, {"bounce_window": 5}, 5),
        (Email, {"bounce_window": 0}, None),
        (Outbox, {}, None),
        (Outbox, {"bounce_window": 1}, 1),
    ],
)
def test_the_connection_says_how_long_or_else_the_channel(plugin, settings, hours):
    found = settles_after(plugin, settings)
    assert (found.total_seconds() / 3600 if found else None) == hours
