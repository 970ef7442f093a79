"""What is written, and where in the file each letter of it comes from; what is only meant for the checker."""

import random
from datetime import date

import pytest

from makegood.checks.rules import KINDS as CHECKED_KINDS
from makegood.core.render import TracedMessage, compile_message
from makegood.core.render.source import KINDS
from makegood.kit.money import Money

FACTS = {
    "name": "Ana", "late": True, "paid": Money(1200, "EUR"), "on": date(2026, 3, 2), "days": [2, 3], "note": None,
}  # fmt: skip
BRANCHES = """\
---
subject: "{{ name }}, your parcel"
---
Dear {{ name }},

  {% if late %}
we were late by
    {%- if paid %} much {% endif -%}
  and we pay {{ paid }}.
  {% else %}
nothing to say.
  {% endif %}
{% for day in days %}
- day {{ day }} of {{ on | date }}
{% endfor %}
{% if note %}  {% endif %}
The end.
"""


def traced(text, facts=FACTS, locale="en"):
    return TracedMessage(text, "m.md").write(facts, locale=locale)


def letter(text, place):
    return text.split("\n")[place.line - 1][place.column - 1 : place.column] or "\n"


def test_each_letter_of_the_authors_words_leads_back_to_itself():
    written = traced(BRANCHES)
    assert "we pay €12.00" in written.text and "nothing" not in written.text
    for index, one in enumerate(written.text):
        piece = written.piece_at(index)
        if piece is not None and not piece.slot and piece.part == 1:
            assert letter(BRANCHES, written.place(index)) == one


def test_a_value_leads_to_its_placeholder():
    written = traced(BRANCHES)
    at = written.text.index("€12.00")
    place = written.place(at + 3)
    line = BRANCHES.split("\n")[place.line - 1]
    assert line[place.column - 1 :].startswith("{{ paid }}")
    assert [piece.slot for piece in written.slots(at, at + 6)] == ["paid"]
    assert [piece.slot for piece in written.slots(0, len(written.text))] == ["name", "name", "paid", *["day", "on"] * 2]


def test_it_writes_what_the_message_is_made_of():
    message, findings = compile_message(BRANCHES, "m.md")
    assert findings == []
    line, line_values, skeleton, values, spoken = message.parts(FACTS, locale="en")
    for mark, value in [(chr(0xF0000 + n), value) for n, value in enumerate(values)]:
        skeleton = skeleton.replace(mark, value)
    assert traced(BRANCHES).text == f"{line.replace(chr(0xF0000), line_values[0])}\n\n{skeleton}"
    assert spoken == "en"
    assert message.fill((line, line_values, *message.parts(FACTS, locale="en")[2:])) == message.render(
        FACTS, locale="en"
    )


def test_lines_that_hold_a_tag_alone_shift_no_place():
    drawn = random.Random(7)
    lines = ["word {{ name }} more", "  {% if late %}", "  {% endif %}", "", "* item", "{% # nothing %}", "tail"]
    for _ in range(200):
        body, open_ifs = [], 0
        for line in drawn.choices(lines, k=12):
            if "endif" in line and not open_ifs:
                continue
            open_ifs += ("if late" in line) - ("endif" in line)
            body.append(line)
        text = "---\nsubject: s\n---\n" + "\n".join(body + ["{% endif %}"] * open_ifs + ["end"])
        written = traced(text)
        for index, one in enumerate(written.text):
            piece = written.piece_at(index)
            if piece is not None and not piece.slot and piece.part == 1:
                assert letter(text, written.place(index)) == one, text


# --- what is meant for the checker


@pytest.mark.parametrize("comment", ["<!-- makegood-disable MG202: the law says so -->", "<!--makegood-enable\n-->"])
def test_a_comment_to_makegood_reaches_no_customer_and_moves_nothing(comment):
    text = f"---\nsubject: s\n---\nDear {{{{ name }}}},\n\n{comment}\nwe are sorry. {comment}So.\n"
    message, findings = compile_message(text, "m.md")
    words = message.render(FACTS, locale="en")
    assert findings == []
    assert words.text == "Dear Ana,\n\nwe are sorry. So.\n"
    assert "makegood" not in words.html
    written = traced(text)
    place = written.place(written.text.index("So."))
    assert text.split("\n")[place.line - 1][place.column - 1 :] == "So."


def test_the_comment_is_part_of_what_is_approved():
    with_it, _ = compile_message("---\nsubject: s\n---\nA <!-- makegood-disable MG202: x -->", "m.md")
    other, _ = compile_message("---\nsubject: s\n---\nA <!-- makegood-disable MG202: y -->", "m.md")
    assert with_it.digest != other.digest


def test_other_comments_stay_what_they_were():
    message, _ = compile_message("---\nsubject: s\n---\nA <!-- for us --> b", "m.md")
    assert message.render(FACTS, locale="en").text == "A <!-- for us --> b\n"


def test_the_front_matter_says_how_the_words_are_checked():
    message, findings = compile_message("---\nsubject: s\nmakegood: {kind: billing, attempt: 2}\n---\nA", "m.md")
    assert (findings, message.checked_as) == ([], {"kind": "billing", "attempt": 2})
    message, findings = compile_message("---\nsubject: s\nmakegood: {kind: billig}\n---\nA", "m.md")
    assert message is None
    assert (findings[0].place.line, findings[0].place.column is not None) == (3, True)


def test_the_kinds_are_those_of_the_checker():
    assert list(CHECKED_KINDS) == KINDS
