"""Liquid with marks: the skeleton holds what the author wrote, the values stay apart."""

from __future__ import annotations

import pytest
from liquid.exceptions import LiquidError

from makegood.core.render.errors import Unrenderable
from makegood.core.render.filters import FILTERS
from makegood.core.render.templates import ENVIRONMENT, LINK, SLOT, parse

A, B, C = (chr(SLOT + n) for n in range(3))


def test_values_are_kept_apart_from_the_skeleton() -> None:
    skeleton, values, missing = parse("Hi {{ a }}, {{ b }}, {{ a }}").run({"a": "<x>", "b": 1234}, locale="de")
    assert (skeleton, values, missing) == (f"Hi {A}, {B}, {C}", ["<x>", "1.234", "<x>"], [])


def test_the_link_fact_has_marks_of_its_own() -> None:
    skeleton, values, _ = parse("{{ a }}{{ link }}{{ link | upcase }}{{ shop.link }}").run(
        {"a": "x", "link": "l", "shop": {"link": "m"}}, locale="en"
    )
    assert skeleton == A + chr(LINK + 1) + chr(SLOT + 2) + chr(SLOT + 3)
    assert values == ["x", "l", "L", "m"]


@pytest.mark.parametrize(
    ("source", "facts", "wanted"),
    [
        ("{% if a %}yes{% else %}no{% endif %}", {"a": True}, "yes"),
        ("{% if a %}yes{% else %}no{% endif %}", {"a": False}, "no"),
        ("{% if a %}yes{% else %}no{% endif %}", {"a": None}, "no"),
        ("{% if a %}yes{% else %}no{% endif %}", {}, "no"),
        ("{% if a == 'x' or b %}yes{% endif %}", {"a": "x"}, "yes"),
        ("{% if a contains 'ell' %}yes{% endif %}", {"a": "hello"}, "yes"),
        ("{% if a.size > 1 %}yes{% endif %}", {"a": [1, 2]}, "yes"),
        ("{% for n in a %}x{% if n == 2 %}{% break %}{% endif %}{% endfor %}", {"a": [1, 2, 3]}, "xx"),
        ("{% for n in a %}{% if n == 2 %}{% continue %}{% endif %}x{% endfor %}", {"a": [1, 2, 3]}, "xx"),
        ("{% for n in (1..3) %}x{% endfor %}", {}, "xxx"),
        ("a {%- if b -%} c {%- endif -%} d", {"b": True}, "acd"),
        ("{% raw %}{{ a }}{% endraw %}", {}, "{{ a }}"),
    ],
)
def test_conditions_see_the_real_values(source: str, facts: dict[str, object], wanted: str) -> None:
    assert parse(source).run(facts, locale="en") == (wanted, [], [])


def test_every_missing_name_is_collected_and_nothing_is_written() -> None:
    skeleton, values, missing = parse("{{ a }}{{ b.c }}{{ d[0] }}{{ e | upcase }}").run({"b": {}}, locale="en")
    assert (skeleton, values, missing) == ("", [], ["a", "b.c", "d[0]", "e"])


def test_every_branch_is_seen_once() -> None:
    source = (
        "{% if a %}1{{ x }}{% elsif b %}2{{ y }}{% else %}3{% endif %}"
        "{% for p in q %}4{{ p }}{% else %}5{% endfor %}{% case z %}{% when 1 %}6{% else %}7{% endcase %}"
        "{% unless a %}8{% endunless %}{% comment %}{{ hidden }}{% endcomment %}"
    )
    skeleton, slots = parse(source).every_branch()
    assert skeleton == f"1{A}2{B}34{C}5678"
    assert [slot.name for slot in slots] == ["x", "y", "p"]


def test_all_limits_are_set() -> None:
    """They default to off in the library, except for depth."""
    assert ENVIRONMENT.loop_iteration_limit
    assert ENVIRONMENT.output_stream_limit
    assert ENVIRONMENT.local_namespace_limit
    assert ENVIRONMENT.block_nesting_limit < 20
    assert ENVIRONMENT.context_depth_limit < 20
    assert ENVIRONMENT.strict_filters


def test_only_what_is_named_is_there() -> None:
    assert set(ENVIRONMENT.filters) == set(FILTERS)
    named = {name for name in ENVIRONMENT.tags if name.isalpha()}
    assert named >= {"if", "unless", "case", "for", "assign", "comment", "break", "continue"}
    assert not named & {"include", "render", "capture", "tablerow", "cycle", "echo", "liquid", "increment", "ifchanged"}


def test_assigning_without_end_is_stopped() -> None:
    source = "".join(f"{{% assign x{n} = a %}}" for n in range(200))
    with pytest.raises(Unrenderable, match="namespace"):
        parse(source).run({"a": "y" * 1_000}, locale="en")


@pytest.mark.parametrize("source", ["{{ a", "{% if %}", "{{ a | }}", "{% nope %}", "{{ a b }}", "{% endif %}"])
def test_what_is_not_liquid_is_told_with_its_place(source: str) -> None:
    with pytest.raises(LiquidError) as refused:
        parse(source)
    assert refused.value.token is not None


def test_a_hundred_renderings_share_nothing() -> None:
    template = parse("{% assign x = a %}{{ x }}{% if b %}{{ b }}{% endif %}")
    for number in range(100):
        facts: dict[str, object] = {"a": str(number), "b": "b" if number % 2 else None}
        wanted = [str(number), "b"] if number % 2 else [str(number)]
        assert template.run(facts, locale="en")[1] == wanted
