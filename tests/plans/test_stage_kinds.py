"""What a message needs, where it does not say what kind it is: by the stage it is sent in."""

from __future__ import annotations

import pytest
from tests.engine.recovery import MISTAKE, given_people, recovery

from makegood.checks.rules import get_needs
from makegood.core.playbook import parse_playbook
from makegood.documents.folder import check_folder, read_document, read_folder
from makegood.mistakes.preventing import Wanted, add_prevention, finish_prevention
from makegood.plans.again import not_put_right
from makegood.plans.inputs import all_plugins
from makegood.plans.knowing import stage_kind

PLAYBOOK = """\
stages:
  early:
    steps:
      - {id: warn, do: tell, message: bare, channels: [email], before: on_day}
  first:
    steps:
      - {id: say-so, do: tell, message: bare, channels: [email]}
  explain:
    steps:
      - {id: why, do: tell, message: bare, channels: [email]}
  going-on:
    steps:
      - {id: update, do: tell, message: bare, channels: [email], every: 24 hours, until: fixed}
  money:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
      - {id: paid, do: tell, message: bare, channels: [email], after: [refund]}
  told-later:
    steps:
      - {id: told, do: tell, message: bare, channels: [email], after: [refund]}
  thanks:
    steps:
      - {id: thank, do: tell, message: bare, channels: [email]}
  well:
    steps:
      - {id: solved, do: ask, message: bare, channels: [email]}
  changed:
    steps:
      - {id: prevented, do: tell, message: bare, channels: [email], prevention: second-key}
  second-apology:
    attempt: 2
    person: Ann Smith, head of service
    steps:
      - {id: second-help, do: fix, provider: task, with: {what: Call.}}
      - {id: second-letter, do: tell, message: bare, channels: [email], after: [second-help]}
"""
KINDS = {
    "warn": "advance",
    "say-so": "acknowledge",
    "why": "explain",
    "update": "progress",
    "paid": "remedy",
    "told": "remedy",
    "thank": "general",
    "solved": "ask",
    "prevented": "prevention",
    "second-letter": "remedy",
}
BARE = "---\nsubject: Hello\n---\nDear customer,\n\nthis is a letter.\n"
ELEMENTS = [f"MG{number}" for number in range(101, 112)]


def test_each_step_of_a_playbook_has_its_kind() -> None:
    file, found = read_document(PLAYBOOK, "playbook", "playbook.yaml")
    assert file is not None, found
    playbook, found = parse_playbook(file, None, {"bare"}, all_plugins())
    assert playbook is not None, found
    kinds = {
        step.id: stage_kind(playbook, stage, step)
        for stage in playbook.stages.values()
        for step in stage.steps
        if step.message
    }
    assert kinds == KINDS


@pytest.fixture
def made(database, tmp_path):
    """A recovery whose only message says nothing at all."""
    playbook = "stages:\n" + PLAYBOOK[PLAYBOOK.index("  first:") :]
    text = MISTAKE.replace("confirmed: false", "confirmed: true")
    made = recovery(tmp_path, given_people(), count=2, playbook=playbook, mistake=text)
    (made.path / "messages" / "bare.md").write_text(BARE, encoding="utf-8")
    made.load()
    add_prevention(
        made.mistake,
        Wanted("second-key", "A key.", "Payments", made.mistake.noticed_at.date()),
        actor=made.people.maya.id,
    )
    finish_prevention(made.mistake, "second-key", actor=made.people.maya.id)
    not_put_right(made.mistake, "c1", reason="Not yet.", actor=made.people.maya.id)
    return made


def asked(made, stage):
    """Elements that the plan misses: rule to level."""
    return {one["code"]: one["level"] for one in made.plan(stage).findings if one["code"] in ELEMENTS}


LEVELS = {"error": "blocking", "warning": "warning"}


@pytest.mark.parametrize(
    ("stage", "kind"),
    [
        ("first", "acknowledge"), ("explain", "explain"), ("going-on", "progress"), ("money", "remedy"),
        ("thanks", "general"), ("well", "ask"), ("changed", "prevention"),
    ],
)  # fmt: skip
def test_a_plan_asks_for_what_this_stage_needs(made, stage, kind):
    assert asked(made, stage) == {rule: LEVELS[level] for rule, level in get_needs(kind).items()}


def test_a_second_apology_needs_everything(made):
    assert asked(made, "second-apology") == dict.fromkeys(ELEMENTS, "blocking")


def test_what_the_message_says_itself_goes_before(made):
    path = made.path / "messages" / "bare.md"
    path.write_text(BARE.replace("Hello\n", "Hello\nmakegood: {kind: public-reply}\n"), encoding="utf-8")
    needs = get_needs("public-reply")
    assert asked(made, "first") == {rule: LEVELS[level] for rule, level in needs.items()}


def test_values_that_say_it_need_no_words(made):
    text = BARE.replace("this is a letter.", "{{ amounts.refund }} {{ prevention.text }} {{ update.next | date }}")
    (made.path / "messages" / "bare.md").write_text(text, encoding="utf-8")
    assert "MG107" not in asked(made, "money")
    assert "MG108" not in asked(made, "changed")
    assert "MG110" not in asked(made, "going-on")


def test_nobody_owns_what_is_not_theirs_and_an_ask_is_no_apology_either_way() -> None:
    assert "MG103" not in get_needs("acknowledge", fault="none")
    assert get_needs("acknowledge", fault="none")["MG104"] == "warning"
    for kind in ("ask", "progress", "prevention"):
        assert get_needs(kind, fault="none") == get_needs(kind)


def test_a_folder_of_such_a_playbook_is_valid(made):
    checked = check_folder(read_folder(made.path), all_plugins())
    assert [one.code for one in checked.findings if one.blocking] == []
