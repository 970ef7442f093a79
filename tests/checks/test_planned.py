"""Rules that only a plan can judge: explained like any other, silenced in the template, never reported as unused."""

import pytest

from makegood.checks.planned import PLANNED
from makegood.checks.rules import list_rules
from makegood.cli.checking.assemble import check_file
from makegood.cli.checking.catalogue import find_rule
from makegood.cli.checking.files import MessageFile
from makegood.cli.checking.settings import Settings


def test_their_ids_are_their_own():
    ids = [rule.id for rule in PLANNED]
    assert ids == [f"MG50{number}" for number in range(1, len(ids) + 1)]
    assert not {rule.name for rule in PLANNED} & {rule.name for rule in list_rules()}


@pytest.mark.parametrize("rule", PLANNED, ids=lambda rule: rule.id)
def test_each_is_explained_by_id_and_name(rule):
    assert find_rule(rule.id.lower()) is find_rule(rule.name) is rule
    assert rule.severity in ("error", "warning", "suggestion")
    assert rule.good and rule.bad and rule.message.endswith(".") and rule.suggestion


def checked(text, tmp_path):
    return [one.rule for one in check_file(MessageFile("m.md", tmp_path, text), Settings(), Settings()).shown]


def test_a_comment_for_one_of_them_is_not_unused_where_no_plan_is(tmp_path):
    text = "We charged you twice, and we are sorry. We have paid it back. You need to do nothing.\n"
    assert checked(text + "<!-- makegood-disable MG501: one household, one number -->\n", tmp_path) == []
    assert checked(text + "<!-- makegood-disable MG202: nothing there -->\n", tmp_path) == ["MG401"]
