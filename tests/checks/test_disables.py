"""Comments that silence rules: which rule, from where to where, and why."""

from __future__ import annotations

import pytest

from makegood.checks.text import split_text


def silenced(text: str) -> list[tuple[str | None, str, str]]:
    """Rule, reason and the text it is off in, of each."""
    return [(one.rule, one.reason, text[one.first : one.last]) for one in split_text(text).disables]


def test_disable_covers_up_to_enable_or_the_end() -> None:
    text = "a\n<!-- makegood-disable MG202, excuse_x: it is quoted -->\nb\n<!-- makegood-enable -->\nc\n"
    assert silenced(text) == [("MG202", "it is quoted", "\nb\n"), ("excuse_x", "it is quoted", "\nb\n")]
    assert {one.span.line for one in split_text(text).disables} == {2}
    assert silenced("a\n<!-- makegood-disable -->\nb\n") == [(None, "", "\nb\n")]


@pytest.mark.parametrize(
    ("said", "rule", "reason"),
    [
        ("MG201 -- by law", "MG201", "by law"),
        ("mg201 - by\n  law", "MG201", "by law"),
        ("conditional: by law, and by: custom", "MG201", "by law, and by: custom"),
        ("any_inconvenience — by law", "MG202", "by law"),
        (" MG201 ", "MG201", ""),
        (": all of it", None, "all of it"),
        ("MG999", "MG999", ""),
    ],
)
def test_next_line_covers_one_line(said: str, rule: str | None, reason: str) -> None:
    text = f"a\n<!-- makegood-disable-next-line {said} -->\nb\nc\n"
    assert silenced(text) == [(rule, reason, "\nb\n")]


def test_the_last_line_needs_no_line_after_it() -> None:
    assert silenced("<!-- makegood-disable-next-line MG201 -->\nb") == [("MG201", "", "\nb")]
    assert silenced("<!-- makegood-disable-next-line MG201 -->") == [("MG201", "", "")]


def test_each_rule_is_enabled_by_itself_and_by_id_or_name() -> None:
    text = "<!-- makegood-disable MG201 MG202 -->\na\n<!-- makegood-enable conditional -->\nb"
    assert silenced(text) == [("MG201", "", "\na\n"), ("MG202", "", text[text.index("\na") :])]


def test_an_enable_of_one_rule_takes_back_no_disable_of_all() -> None:
    text = "<!-- makegood-disable -->\na\n<!-- makegood-enable MG202 -->\nb"
    assert [last for _, _, last in silenced(text)] == [text[25:]]


def test_a_word_without_a_reason_mark_is_taken_for_a_rule() -> None:
    assert [rule for rule, _, _ in silenced("<!-- makegood-disable MG201 by law -->")] == ["MG201", "by", "law"]


@pytest.mark.parametrize("comment", ["makegood-disabled MG201", "makegood disable MG201", "makegood-enable MG201", "x"])
def test_other_comments_silence_nothing(comment: str) -> None:
    assert silenced(f"<!-- {comment} -->\na") == []
