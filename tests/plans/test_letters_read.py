"""Letters as they stream: whatever stands in a value, wherever a block ends."""

import random

import pytest
from tests.engine.recovery import SCOPE, given_people, recovery
from tests.plans.test_wording import GOOD

from makegood.plans.letters import _lines

NOTED = SCOPE.replace("merge: sum}", "merge: sum}\n  note: {type: text}")


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_lines_are_whole_wherever_a_block_ends(size):
    text = "ä,1\r\nü\u2028x,2\n€ 𝄞,3"
    data = text.encode()
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    assert list(_lines(blocks)) == ["ä,1\r\n", "ü\u2028x,2\n", "€ 𝄞,3"]


def test_what_people_type_is_read_as_it_stands(database, tmp_path):
    drawn = random.Random(5)
    signs = ['"', "'", ",", "\\", "{", "}", "%", "ß", "\u2028", "x" * 50, " ", "😀", "<", "*"]
    notes = ["n" + "".join(drawn.choices(signs, k=20)) for _ in range(30)]
    lines = "".join(f'c{n},1.50,"{note.replace(chr(34), chr(34) * 2)}"\n' for n, note in enumerate(notes, start=1))
    text = GOOD.replace("We are paying", "You wrote: {{ note }}. We are paying")
    made = recovery(
        tmp_path, given_people(), count=30, scope=NOTED, say_so=text, affected="customer,extra,note\n" + lines
    )
    made.load()
    plan = made.plan("acknowledge")
    assert plan.acts == 30
    blocking = {one["code"] for one in plan.findings if one["level"] == "blocking"}
    assert blocking <= {"MG216"}, "braces of a value may look like a placeholder, and nothing else may happen"
