"""A stage told through a provider, by the whole engine over real HTTP: what was taken, refused, put off, in doubt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from makegood.notices.actions import hear
from makegood.people.models import Connection
from makegood.plans.models import Plan
from makegood.testing.mail_provider import MailProvider
from tests.engine.recovery import Recovery, given_people, live, make_due, recovery, rows, states, turn


@pytest.fixture
def provider() -> Iterator[MailProvider]:
    with MailProvider() as running:
        yield running


@pytest.fixture
def made(database: Any, tmp_path: Path, provider: MailProvider) -> Recovery:
    people = given_people()
    live(people, "email", provider.settings(), plugin="anymail")
    found = recovery(tmp_path, people, count=4)
    found.load()
    return found


def acts(plan: Plan) -> list[tuple[str, str]]:
    return [tuple(row) for row in rows("SELECT state, code FROM act WHERE plan_id = %s ORDER BY ordinal", plan.id)]


def test_everybody_is_written_to_once_and_is_told_when_nothing_came_back(
    made: Recovery, provider: MailProvider
) -> None:
    plan = made.start("acknowledge")
    turn(plan)
    assert states(plan) == {"accepted": 4}
    keys = [key for (key,) in rows("SELECT key FROM attempt WHERE plan_id = %s", plan.id)]
    assert sorted(keys) == sorted(message.key for message in provider.messages)
    references = rows("SELECT reference FROM attempt WHERE plan_id = %s ORDER BY reference", plan.id)
    assert [reference for (reference,) in references] == sorted(message.id for message in provider.messages)
    assert {message.words[0] for message in provider.messages} == {"We charged you twice"}


def test_refused_put_off_and_in_doubt_end_in_states_a_person_can_act_on(made: Recovery, provider: MailProvider) -> None:
    provider.next("422", "429", "500-after")
    plan = made.start("acknowledge")
    turn(plan)
    assert sorted(acts(plan)) == [("accepted", "sent"), ("failed", "rejected"), ("unknown", "500"), ("waiting", "429")]
    words = rows("SELECT words FROM attempt WHERE plan_id = %s AND code = 'rejected'", plan.id)[0][0]
    assert words.startswith("You tried to send to a recipient that has been marked as inactive")
    assert "@" not in words
    make_due(plan)
    turn(plan)
    assert ("accepted", "sent") in acts(plan)
    assert ("waiting", "429") not in acts(plan)
    taken = [message.key for message in provider.messages]
    # The one in doubt was taken the first time: sent again once, under the same name, as the playbook says.
    assert len(set(taken)) == 3


def test_a_revoked_key_fails_nobody(made: Recovery, provider: MailProvider) -> None:
    Connection.objects.filter(name="email").update(settings={**provider.settings(), "server_token": "revoked"})
    plan = made.start("acknowledge")
    turn(plan)
    assert set(acts(plan)) == {("waiting", "401")}
    assert provider.messages == []


def test_what_the_provider_says_later_is_kept_once_with_its_key(made: Recovery, provider: MailProvider) -> None:
    turn(made.start("acknowledge"))
    place = Connection.objects.get(name="email")
    key = provider.messages[0].key
    for what in ("delivered", "bounced", "bounced", "complained"):
        hear(place, *provider.notice("postmark", key, what))
    kept = rows("SELECT says, key, reference FROM notice ORDER BY id")
    assert kept == [(says, key, provider.messages[0].id) for says in ("done", "bounced", "complained")]
    assert "@" not in str(rows("SELECT words, code, event FROM notice"))


def test_what_the_provider_says_later_settles_the_act(made: Recovery, provider: MailProvider) -> None:
    plan = turn(made.start("acknowledge"))
    place = Connection.objects.get(name="email")
    arrived, lost, spam, silent = provider.messages
    for message, what in ((arrived, "delivered"), (lost, "bounced"), (spam, "delivered"), (spam, "complained")):
        hear(place, *provider.notice("postmark", message.key, what))
    for _ in range(3):
        turn(plan)
    found = dict(rows("SELECT t.key, a.state FROM attempt t JOIN act a USING (plan_id, ordinal) WHERE t.key <> ''"))
    assert [found[message.key] for message in (arrived, lost, silent)] == ["done", "bounced", "accepted"]
    assert found[spam.key] == "done", "a complaint says that it arrived"
