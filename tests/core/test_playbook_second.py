"""What is asked of a second apology before anything is planned."""

from __future__ import annotations

import pytest
from tests.core.test_playbook import PLUGINS, REMEDIES

from makegood.core.playbook import parse_playbook
from makegood.documents.folder import read_document

GOOD = """stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
      - {id: call, do: fix, provider: task, with: {what: Call.}}
  second-apology:
    attempt: 2
    person: Ann Smith, head of service
    steps:
      - {id: sorry, do: make good, remedy: sorry, provider: store-credit}
      - {id: visit, do: fix, provider: task, with: {what: Visit.}}
      - {id: second, do: tell, message: hello, channels: [email], after: [sorry]}
"""


def read(text):
    file, found = read_document(text, "playbook", "playbook.yaml")
    if file is None:
        return None, found
    return parse_playbook(file, REMEDIES, {"hello", "done"}, PLUGINS)


def test_what_it_says():
    playbook, found = read(GOOD)
    assert found == [] and playbook is not None
    first, second = playbook.stages.values()
    assert (first.attempt, first.person) == (1, "")
    assert (second.attempt, second.person) == (2, "Ann Smith, head of service")


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (("    person: Ann Smith, head of service\n", ""), "no-person", 6),
        (("    attempt: 2\n", ""), "needless-setting", 7),
        ((", after: [sorry]}", "}"), "words-only-again", 12),
        ((", after: [sorry]}", ", after: [refund]}"), "words-only-again", 12),
        ((", after: [sorry]}", ", after: [sorry], everyone: true}"), "words-only-again", 12),
        (("{what: Visit.}", "{what: Call.}"), "same-remedy", 11),
        (("make good, remedy: sorry", "fix, remedy: refund"), "remedy-paid-twice", 10),
        (("attempt: 2", "attempt: 3"), "schema-enum", 7),
    ],
)
def test_what_is_refused(change, code, line):
    _, found = read(GOOD.replace(*change))
    assert (code, line) in [(one.code, one.place.line) for one in found]
    assert all(one.remedy for one in found)


def test_words_only_are_refused_again():
    text = GOOD.split("      - {id: sorry", maxsplit=1)[0]
    text += "      - {id: second, do: tell, message: hello, channels: [email]}\n"
    _, found = read(text)
    (one,) = [finding for finding in found if finding.code == "words-only-again"]
    assert one.blocking and "words only" in one.what
