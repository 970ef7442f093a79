"""What is bound at compile time gives, byte for byte, what Liquid gives, and leaves to Liquid what only it can say."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from makegood.core.render import Message, MissingFact, Unrenderable, compile_message
from makegood.core.render.bound import Bound, bind
from makegood.core.render.templates import Template, parse
from makegood.kit.money import Money
from makegood.kit.plugins import Words

SLOTS = [
    "{{ a }}", "{{ b }}", "{{ a.b }}", "{{ a.b.c }}", "{{a}}{{b}}", "**{{ b }}**", "[page]({{ link }})",
    "- {{ a }}\n- x",
    "{{ a | upcase }}", "{{ b | downcase | capitalize }}", "{{ a | date: 'short' }}", "{{ a | date }}",
    "{{ b | time }}",
    "{{ b | plain }}", "{{ a | size }}", "{{ b | plural: 'one', 'more' }}", "{{ a | default: 'friend' }}",
    "{{ a | default: '' }}", "{{ a | default: 'x' | upcase }}", "{{ b | date: 'never' }}", "{{ a | upcase: 'x' }}",
]  # fmt: skip
CONDITIONS = [
    "a", "a.b", "a == b", "a > 5", "a < b", "a contains 'A'", "b and a.c", "b or gone", "not a", "a == true",
    "a == empty", "a.size > 1", "a != blank", "b >= a.b", "(a or b) and link",
]  # fmt: skip
WORDS = [
    "Dear ",
    "\n\nSecond *paragraph* ",
    " & <b>plain</b> ",
    "\n\n| a | b |\n|---|---|\n| c | d |\n\n",
    "# Head\n\n",
    ".",
]
scalars = (
    st.none()
    | st.sampled_from(["", " ", "Ada", "a<b>&\"'", "two\nlines", "Zoë\u202e", "https://firm.example/p/1"])
    | st.integers(-3, 10**7)
    | st.booleans()
    | st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-999, max_value=99999)
    | st.builds(Money, st.integers(-500, 10**8), st.sampled_from(["EUR", "USD", "JPY", "KWD"]))
    | st.dates(date(1990, 1, 1), date(2030, 1, 1))
    | st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
)
texts = st.lists(st.sampled_from(WORDS) | st.sampled_from(SLOTS) | st.sampled_from([" ", "\n"]), max_size=3).map(
    "".join
)
conditions = st.sampled_from(CONDITIONS)
choices = st.recursive(
    texts,
    lambda inner: (
        st.builds("{{% if {} %}}{}{{% endif %}}".format, conditions, inner)
        | st.builds("{{% if {} %}}{}{{% else %}}{}{{% endif %}}".format, conditions, inner, inner)
        | st.builds("{{% if {} %}}{}{{% elsif {} %}}{}{{% endif %}}".format, conditions, inner, conditions, inner)
        | st.builds("{{% unless {} %}}{}{{% else %}}{}{{% endunless %}}".format, conditions, inner, inner)
        | st.builds("{}{}".format, inner, inner)
    ),
    max_leaves=6,
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["b", "c", "size", "first"]), inner, max_size=3)
    ),
    max_leaves=5,
)
facts = st.dictionaries(st.sampled_from(["a", "b", "link", "unused"]), values)


def compiled(body: str, subject: str = "Hello {{ b }}") -> Message:
    made, findings = compile_message(f'---\nsubject: "{subject}"\n---\n{body}', "m.md")
    assert made is not None, findings
    return made


def outcome(message: Message, known: dict[str, Any], locale: str) -> Words | tuple[type, str]:
    try:
        return message.render(known, locale=locale)
    except (MissingFact, Unrenderable) as error:
        return type(error), str(error)


@settings(max_examples=400)
@given(
    st.lists(st.sampled_from(WORDS) | st.sampled_from(SLOTS), min_size=1, max_size=6),
    facts,
    st.sampled_from(["en", "de-AT", "pl", "ar", "ja"]),
)
def test_bound_and_liquid_say_the_same(pieces: list[str], known: dict[str, Any], locale: str) -> None:
    text = "".join(pieces)
    if not text.strip():
        return
    message = compiled(text)
    by_liquid = dataclasses.replace(message, _bound=None)
    assert outcome(message, known, locale) == outcome(by_liquid, known, locale)


@settings(max_examples=600)
@given(choices, facts, st.sampled_from(["en", "de-AT", "pl"]))
def test_choices_and_liquid_say_the_same(text: str, known: dict[str, Any], locale: str) -> None:
    made, _ = compile_message(f"---\nsubject: 'About {{{{ b }}}}'\n---\nDear\n{text}", "m.md")
    if made is not None:
        by_liquid = dataclasses.replace(made, _bound=None)
        assert outcome(made, known, locale) == outcome(by_liquid, known, locale)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"a": Money(6_00, "EUR"), "b": "x"}, "€6.00, x"),
        ({"a": Money(5_00, "EUR"), "b": "x"}, "nothing"),
        ({"b": "x"}, "no a"),
        ({"a": 7}, None),  # b is missing where it is looked at
    ],
)
def test_a_choice_runs_no_liquid(monkeypatch: pytest.MonkeyPatch, known: dict[str, Any], said: str | None) -> None:
    inner = "{{ a }}{% if b %}, {{ b }}{% else %}{{ b }}{% endif %}"
    text = f"{{% unless a %}}no a{{% elsif a > 5 %}}{inner}{{% else %}}nothing{{% endunless %}}"
    message = compiled(text, subject="Hello")

    def ran(*_: object, **__: object) -> None:
        raise AssertionError("Liquid was run")

    monkeypatch.setattr(Template, "run", ran)
    if said is None:
        with pytest.raises(AssertionError):
            message.render(known, locale="en")
    else:
        assert message.render(known, locale="en").text == f"{said}\n"


def test_the_usual_message_runs_no_liquid(monkeypatch: pytest.MonkeyPatch) -> None:
    message = compiled(
        "Dear {{ a | default: 'friend' }},\n\n{{ b }} for {{ n | plural: 'day', 'days' }} on {{ d.e }}.\n"
    )
    known: dict[str, Any] = {"b": Money(4332_88, "USD"), "n": 2, "d": {"e": date(1998, 7, 2)}}
    by_liquid = dataclasses.replace(message, _bound=None).render(known, locale="en")

    def ran(*_: object, **__: object) -> None:
        raise AssertionError("Liquid was run")

    monkeypatch.setattr(Template, "run", ran)
    words = message.render(known, locale="en")
    assert words == by_liquid
    assert words.text == "Dear friend,\n\n$4,332.88 for days on July 2, 1998.\n"


def test_what_liquid_objects_to_is_said_by_liquid() -> None:
    message = compiled("{{ a | date }} {{ gone }}", subject="Hello")
    with pytest.raises(Unrenderable, match="date needs a date"):
        message.render({"a": "no date", "gone": "x"}, locale="en")
    with pytest.raises(MissingFact) as caught:
        message.render({"a": date(1998, 7, 2)}, locale="en")
    assert caught.value.names == ("gone",)


@pytest.mark.parametrize(
    "bad", [1.5, {"x": 1.5}, object(), {"x": {"y": 1.5}}], ids=["float", "in-a-dict", "object", "deeper"]
)
def test_a_fact_no_message_could_show_is_refused_even_when_it_is_not_shown(bad: Any) -> None:
    with pytest.raises(Unrenderable, match="cannot be put into a message"):
        compiled("Hi {{ b }}").render({"b": "Ada", "unused": bad}, locale="en")


@pytest.mark.parametrize(
    "body",
    [
        "{% if a %} {% endif %}",
        "{% if a %}{% for p in a %}{{ p }}{% endfor %}{% endif %}",
        "{% case a %}{% when 1 %}x{% endcase %}",
        "{% if a %}{{ a.size }}{% endif %}",
        "{% for p in a %}{{ p }}{% endfor %}",
        "{% assign x = a %}{{ x }}",
        "{{ a.size }}",
        "{{ a.first }}",
        "{{ a[0] }}",
        "{{ a[b] }}",
        "{{ 'words' }}",
        "{{ a | default: b }}",
        "{{ a | plural: 1 }}",
    ],
)
def test_what_needs_liquid_is_not_bound(body: str) -> None:
    assert bind(parse(body)) is None


def test_a_bound_text_knows_its_slots() -> None:
    bound = bind(parse("Dear {{ name }}, {{ amounts.refund | upcase }}"))
    assert isinstance(bound, Bound)
    words = "Dear \U000f0000, \U000f0001"
    assert bound.fill({"name": "Ada", "amounts": {"refund": Money(100, "USD")}}, "en") == (words, ["Ada", "$1.00"])
    assert bound.fill({"name": "Ada", "amounts": "none"}, "en") is None
    assert bound.fill({"name": Decimal(1)}, "en") is None
