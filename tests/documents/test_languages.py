"""A folder with messages in two languages: what lacks a language, and what is not said in both."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engine.recovery import MISTAKE, PLAYBOOK, POLICY, SCOPE

from makegood.cli.folders import check
from makegood.kit.errors import Finding

SORRY = "---\nsubject: Sorry\n---\n{extra}, {{{{ extra }}}}{more}.\n"


def given(tmp_path: Path, mistake: str = MISTAKE, **messages: str) -> list[Finding]:
    texts = {"mistake": mistake, "scope": SCOPE, "policy": POLICY, "playbook": PLAYBOOK}
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    (tmp_path / "messages").mkdir()
    plain = {"say-so.en": "", "say-so.de": "", "refund.en": "", "refund.de": ""}
    for name, more in (plain | {word.replace("__", "."): text for word, text in messages.items()}).items():
        if more is not None:
            (tmp_path / "messages" / f"{name}.md").write_text(SORRY.format(extra=name, more=more))
    return check(tmp_path)[1]


def test_two_languages_that_say_the_same_are_one_message(tmp_path: Path) -> None:
    assert given(tmp_path) == []


def test_a_language_that_is_not_there_is_named(tmp_path: Path) -> None:
    (found,) = given(tmp_path, refund__de=None)
    assert (found.code, found.level) == ("language-missing", "advice")
    assert found.what == "Message 'refund' is not there in de; these customers get 'messages/refund.en.md'."
    assert found.remedy == "Write messages/refund.de.md as well."


def test_what_one_language_does_not_name_is_told(tmp_path: Path) -> None:
    (found,) = given(tmp_path, refund__de=" {{ amounts.refund }}")
    assert (found.code, found.level) == ("languages-differ", "advice")
    assert found.place is not None and found.place.file.endswith("messages/refund.en.md")
    assert "'amounts.refund'" in found.what


def test_a_fact_may_have_its_words_in_each_language(tmp_path: Path) -> None:
    german = '  - {id: what_de, text: "Wir haben zweimal abgebucht.", confirmed: true}\n'
    more = {"refund__en": " {{ facts.what }}", "refund__de": " {{ facts.what_de }}"}
    assert given(tmp_path, MISTAKE + german, **more) == []


def test_placeholders_are_looked_at_in_each_language(tmp_path: Path) -> None:
    found = given(tmp_path, refund__de=" {{ amounts.refnd }}")
    unknown = next(one for one in found if one.code == "unknown-placeholder")
    assert unknown.place is not None and unknown.place.file.endswith("messages/refund.de.md")


@pytest.mark.parametrize(("locale", "codes"), [("de", []), ("de-AT", []), ("xq", ["unknown-locale"])])
def test_the_language_of_the_mistake(tmp_path: Path, locale: str, codes: list[str]) -> None:
    found = given(tmp_path, MISTAKE.replace("currency: EUR", f"currency: EUR\nlocale: {locale}"))
    assert [one.code for one in found] == codes
