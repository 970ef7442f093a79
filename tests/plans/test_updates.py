"""Updates until it is fixed: on time, never without news or the next time, and nothing that nobody approved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from tests.engine.recovery import PLAYBOOK, contacts, customers, given_people, recovery, rows, turns

from makegood.acts.actions import apply_plan
from makegood.balance.actions import close, closing_findings
from makegood.balance.queries import get_balance
from makegood.kit.errors import BadInput, Refused
from makegood.mistakes.actions import add_news, close_mistake, set_fixed
from makegood.mistakes.models import Mistake
from makegood.mistakes.queries import list_news
from makegood.plans.models import Plan
from makegood.testing.clock import VirtualClock

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PROGRESS = PLAYBOOK.replace(
    "  remedy:\n",
    "  progress:\n    steps:\n"
    "      - {id: update, do: tell, message: progress, channels: [email], every: 24 hours, until: fixed}\n  remedy:\n",
)
MESSAGE = """\
---
subject: How the repair goes on
---
Dear {{ name }},

our service is down, and we are restoring it. If something cannot wait, answer this message.

{% if update.news %}What is new: {{ update.news }}{% else %}There is nothing new yet.{% endif %}

This is message {{ update.number }}. The next one comes by {{ update.next | time }} on {{ update.next | date: "long" }}.
"""


@pytest.fixture
def clock(database):
    made = VirtualClock(database.admin_url, START)
    connections.close_all()
    yield made
    connections.close_all()
    made.close()


def repairing(tmp_path, message=MESSAGE, **texts):
    made = recovery(tmp_path, given_people(), count=3, **{"playbook": PROGRESS, **texts})
    (made.path / "messages" / "progress.md").write_text(message, encoding="utf-8")
    made.load()
    return made


def blocking(plan):
    return [finding["code"] for finding in plan.findings if finding["level"] == "blocking"]


def told(number=None):
    found = rows("SELECT text FROM outbox_message WHERE recipient = 'c1@example.com' ORDER BY id")
    return [text for (text,) in found]


def tell(made, as_of):
    plan = made.plan("progress", as_of=as_of)
    assert blocking(plan) == []
    made.approve(plan)
    return turns(apply_plan(plan.id, actor=made.people.maya.id))


def test_each_update_is_a_new_act_with_news_or_without_and_the_next_time(clock, tmp_path):
    made = repairing(tmp_path)
    first = tell(made, START)
    assert first.settings["update"] == {
        "step": "update", "number": 1, "promised": None, "news": "", "upto": 0,
        "next": "2026-03-03T09:00:00.000000Z", "since": "2026-03-03T08:00:00.000000Z",
    }  # fmt: skip
    news = add_news(made.mistake, "The  broken part\nis here.", actor=made.people.maya.id)
    second = tell(made, START + DAY)
    assert (second.settings["update"]["news"], second.settings["update"]["upto"]) == (
        "The broken part is here.",
        news.id,
    )
    tell(made, START + 2 * DAY)
    texts = told()
    assert len(texts) == 3
    assert "There is nothing new yet." in texts[0] and "What is new: The broken part is here." in texts[1]
    assert "There is nothing new yet." in texts[2], "news is told once"
    assert "message 2. The next one comes by 10:00\u202fAM +0100 on March 4, 2026" in texts[1]  # in Berlin
    identities = rows("SELECT customer_id, sequence FROM act_key WHERE step = 'update' ORDER BY 1, 2")
    assert identities == [(customer, sequence) for customer in (1, 2, 3) for sequence in (1, 2, 3)]


def test_too_early_without_news_is_refused_and_news_is_told_at_once(clock, tmp_path):
    made = repairing(tmp_path)
    tell(made, START)
    early = made.plan("progress", as_of=START + timedelta(hours=5))
    assert blocking(early) == ["update-too-early"]
    assert "promised for 2026-03-03 09:00 UTC" in next(f["what"] for f in early.findings if f["level"] == "blocking")
    add_news(made.mistake, "A part is on its way.", actor=made.people.maya.id)
    second = tell(made, START + timedelta(hours=5))
    assert second.settings["update"]["next"] == "2026-03-03T14:00:00.000000Z", "a day after what was told last"


def test_updates_keep_their_hour_and_skip_what_was_missed(clock, tmp_path):
    made = repairing(tmp_path)
    tell(made, START)
    on_time = tell(made, START + DAY - timedelta(minutes=40))
    assert on_time.settings["update"]["next"] == "2026-03-04T09:00:00.000000Z"
    late = tell(made, START + 4 * DAY + timedelta(minutes=5))
    assert late.settings["update"]["next"] == "2026-03-07T09:00:00.000000Z"


def test_a_message_that_says_neither_is_refused(clock, tmp_path):
    silent = MESSAGE.replace('The next one comes by {{ update.next | time }} on {{ update.next | date: "long" }}.', "")
    made = repairing(tmp_path, silent)
    plan = made.plan("progress", as_of=START)
    assert blocking(plan) == ["no-news-no-time"]
    with pytest.raises(Refused, match="1 blocking"):
        made.approve(plan)
    add_news(made.mistake, "We know what broke.", actor=made.people.maya.id)
    assert blocking(made.plan("progress", as_of=START)) == [], "it has news"


def test_news_that_the_message_leaves_out_is_refused(clock, tmp_path):
    mute = MESSAGE.replace("{% if update.news %}What is new: {{ update.news }}{% else %}", "").replace(
        "{% endif %}", ""
    )
    made = repairing(tmp_path, mute)
    assert blocking(made.plan("progress", as_of=START)) == []
    add_news(made.mistake, "We know what broke.", actor=made.people.maya.id)
    assert blocking(made.plan("progress", as_of=START)) == ["news-not-told"]


def test_news_that_is_shown_without_looking_whether_there_is_any_cannot_be_written(clock, tmp_path):
    made = repairing(tmp_path, MESSAGE.replace("{% if update.news %}", "").replace(
        "{% else %}There is nothing new yet.{% endif %}", ""))  # fmt: skip
    assert blocking(made.plan("progress", as_of=START)) == ["message-incomplete"]


def test_what_was_approved_is_told_and_newer_news_makes_a_plan_stale(clock, tmp_path):
    made = repairing(tmp_path)
    plan = made.plan("progress", as_of=START)
    digest = plan.digest
    add_news(made.mistake, "A part is on its way.", actor=made.people.maya.id)
    with pytest.raises(Refused, match="news was recorded after it was made"):
        made.approve(plan)
    fresh = made.plan("progress", as_of=START)
    assert fresh.digest != digest, "the words of the news are part of what is approved"
    assert made.plan("progress", as_of=START).digest == fresh.digest
    fresh = made.plan("progress", as_of=START)
    made.approve(fresh)
    add_news(made.mistake, "It is here.", actor=made.people.maya.id)
    turns(apply_plan(fresh.id, actor=made.people.maya.id))
    assert "What is new: A part is on its way." in told()[0] and "It is here." not in told()[0]


def test_they_end_once_it_is_fixed_and_the_mistake_does_not_close_before(clock, tmp_path):
    made = repairing(tmp_path)
    waiting = made.plan("progress", as_of=START)
    for stage in ("acknowledge", "remedy"):
        plan = made.plan(stage, as_of=START)
        made.approve(plan)
        turns(apply_plan(plan.id, actor=made.people.maya.id))
    reasons: dict[str, str] = {}
    assert "not-fixed" in [finding.code for finding in closing_findings(get_balance(made.mistake), reasons)]
    set_fixed(made.mistake, actor=made.people.maya.id)
    made.mistake.refresh_from_db()
    with pytest.raises(Refused, match="recorded as fixed"):
        made.approve(waiting)
    with pytest.raises(Refused) as refused:
        made.plan("progress", as_of=START + DAY)
    assert refused.value.code == "mistake-fixed"
    counts = {step.step: dict(step.counts) for step in get_balance(made.mistake).steps}
    assert counts["update"] == {"not due": 3}, "nobody waits for an update that will not come"
    assert close(made.mistake, actor=made.people.maya.id, reasons=reasons).accounted == 3


def test_fixed_can_be_taken_back_and_is_said_once(clock, tmp_path):
    made = repairing(tmp_path)
    maya = made.people.maya.id
    with pytest.raises(Refused, match="not fixed already"):
        set_fixed(made.mistake, actor=maya, fixed=False)
    set_fixed(made.mistake, actor=maya)
    with pytest.raises(Refused, match="is recorded as fixed already"):
        set_fixed(made.mistake, actor=maya)
    with pytest.raises(Refused, match="its updates have ended"):
        add_news(made.mistake, "Too late.", actor=maya)
    set_fixed(made.mistake, actor=maya, fixed=False)
    assert Mistake.objects.get(id=made.mistake.id).fixed_at is None
    tell(made, START)
    verbs = rows("SELECT verb FROM entry WHERE verb LIKE 'mistake.%%fixed' ORDER BY id")
    assert verbs == [("mistake.fixed",), ("mistake.not-fixed",)]
    assert list_news(made.mistake) == []


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2_001])
def test_news_is_a_sentence(clock, tmp_path, text):
    made = repairing(tmp_path)
    with pytest.raises(BadInput) as refused:
        add_news(made.mistake, text, actor=made.people.maya.id)
    assert refused.value.code == "bad-news"
    close_mistake(made.mistake, actor=made.people.maya.id, facts={})
    with pytest.raises(Refused, match="is closed"):
        add_news(made.mistake, "Late.", actor=made.people.maya.id)


def test_who_comes_later_gets_the_next_one_as_their_first(clock, tmp_path):
    made = repairing(tmp_path)
    tell(made, START)
    made.write(affected="customer,extra\n" + customers(4))
    made.write(contacts="customer,name,email,address\n" + contacts(4))
    made.load()
    tell(made, START + DAY)
    found = rows("SELECT max(sequence) FROM act WHERE step = 'update' GROUP BY customer_id ORDER BY customer_id")
    assert found == [(2,), (2,), (2,), (1,)]
    counts = {step.step: dict(step.counts) for step in get_balance(made.mistake).steps}
    assert counts["update"] == {"done": 4}


def test_a_cancelled_update_was_one_and_a_draft_was_none(clock, tmp_path):
    made = repairing(tmp_path)
    made.plan("progress", as_of=START)
    first = made.plan("progress", as_of=START)
    assert first.settings["update"]["number"] == 1
    assert Plan.objects.filter(mistake=made.mistake, state="draft").count() == 1
    tell(made, START)
    assert made.plan("progress", as_of=START + DAY).settings["update"]["number"] == 2
