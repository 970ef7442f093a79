"""One customer's words: formats, filters, what is missing, limits, equal bytes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from makegood.core.render import Message, MissingFact, Unrenderable, Value, compile_message, digest_words
from makegood.kit.money import Money

EASTERN = timezone(timedelta(hours=-4))


def message(body: str, *, subject: str = "Hello", more: str = "") -> Message:
    made, findings = compile_message(f"---\nsubject: '{subject}'\n{more}---\n{body}", "m.md")
    assert made is not None, findings
    return made


def text(body: str, facts: Mapping[str, Value] | None = None, *, locale: str = "en-GB") -> str:
    return message(body).render(facts or {}, locale=locale).text.removesuffix("\n")


@pytest.mark.parametrize(
    ("value", "locale", "wanted"),
    [
        (Money(433288, "USD"), "en", "$4,332.88"),
        (Money(433288, "EUR"), "de", "4.332,88\u00a0€"),
        (Money(500, "JPY"), "en-US", "¥500"),
        (Money(0, "USD"), "en", "$0.00"),
        (date(1998, 7, 2), "en-GB", "2 July 1998"),
        (date(1998, 7, 2), "en-US", "July 2, 1998"),
        (date(1998, 7, 2), "de_AT", "2. Juli 1998"),
        (datetime(1998, 7, 2, 9, 12), "de", "2. Juli 1998, 09:12"),
        (datetime(1998, 7, 2, 9, 12, tzinfo=UTC), "en-GB", "2 July 1998, 09:12 UTC"),
        (1234567, "en", "1,234,567"),
        (1234567, "de", "1.234.567"),
        (Decimal("0.12345"), "en", "0.12345"),
        (Decimal("1234.5"), "de", "1.234,5"),
        (0, "en", "0"),
        (["a", "b", "c"], "en", "a, b, and c"),
        ([Money(100, "EUR"), Money(250, "EUR")], "de", "1,00\u00a0€ und 2,50\u00a0€"),
    ],
)
def test_values_are_written_for_the_locale(value: Value, locale: str, wanted: str) -> None:
    assert text("{{ x }}", {"x": value}, locale=locale) == wanted


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("{{ day | date: 'short' }}", "02/07/1998"),
        ("{{ day | date: 'full' }}", "Thursday, 2 July 1998"),
        ("{{ day | date }}", "2 July 1998"),
        ("{{ at | date: 'medium' }}", "2 Jul 1998"),
        ("{{ at | time }}", "09:12 -0400"),
        ("{{ name | upcase }}", "ADA"),
        ("{{ name | downcase | capitalize }}", "Ada"),
        ("{{ money | upcase }}", "€12.00"),
        ("{{ number | plain }}", "12345"),
        ("{{ decimal | plain }}", "10"),
        ("{{ name | plain }}", "Ada"),
        ("{{ list | size }}", "2"),
        ("{{ list | plural: 'item', 'items' }}", "items"),
        ("{{ none | default: 'friend' }}", "friend"),
        ("{{ hollow | default: 'friend' }}", "friend"),
        ("{{ spaces | default: 'friend' }}", "friend"),
        ("{{ none | upcase | default: 'friend' }}", "friend"),
        ("{{ zero | default: 'none' }}", "0"),
        ("x{{ none | default: '' }}y", "xy"),
        ("{% if number > 5 and money > 11.5 %}more{% endif %}", "more"),
        ("{% if money == 12 %}same{% endif %}", "same"),
        ("{% unless none %}nothing{% endunless %}", "nothing"),
        ("{% if hollow %}{{ hollow }}{% else %}guarded{% endif %}", "guarded"),
        ("{% case number %}{% when 1 %}one{% when 12345 %}many{% endcase %}", "many"),
        ("{% for i in list %}{{ forloop.index }}{{ i }}{% unless forloop.last %}-{% endunless %}{% endfor %}", "1a-2b"),
        ("{% for i in nothing %}x{% else %}none{% endfor %}", "none"),
        ("{% assign x = name %}{{ x }}", "Ada"),
        ("{{ nested.deep.name }}", "Eve"),
        ("{% comment %}{{ secret }}{% endcomment %}a", "a"),
        ("{{ 'literal *text*' }}", "literal *text*"),
    ],
)
def test_filters_conditions_and_loops(body: str, wanted: str) -> None:
    facts: dict[str, Value] = {
        "day": date(1998, 7, 2),
        "at": datetime(1998, 7, 2, 9, 12, tzinfo=EASTERN),
        "name": "Ada",
        "money": Money(1200, "EUR"),
        "number": 12345,
        "decimal": Decimal("1E+1"),
        "zero": 0,
        "list": ["a", "b"],
        "nothing": [],
        "none": None,
        "hollow": "",
        "spaces": "  ",
        "nested": {"deep": {"name": "Eve"}},
    }
    assert text(body, facts) == wanted


def test_equal_values_of_another_shape_keep_their_own_text() -> None:
    """A cache keyed by the value would give the second the text of the first."""
    utc = datetime(1998, 7, 2, 13, 12, tzinfo=UTC)
    zoned: list[Value] = [utc, utc.astimezone(EASTERN)]
    assert [text("{{ x | time }}", {"x": one}) for one in zoned] == ["13:12 UTC", "09:12 -0400"]
    numbers: list[Value] = [Decimal("1.00"), Decimal("1.0"), 1]
    assert [text("{{ x | plain }}", {"x": one}) for one in numbers] == ["1.00", "1.0", "1"]
    first = [text("{{ x }}", {"x": one}) for one in numbers]
    assert [text("{{ x }}", {"x": one}) for one in reversed(numbers)] == first[::-1]


@pytest.mark.parametrize(
    ("locale", "forms", "wanted"),
    [
        ("en", ("purchase", "purchases"), ["purchases", "purchase", "purchases", "purchases"]),
        ("fr", ("achat", "achats"), ["achat", "achat", "achats", "achats"]),
        ("pl", ("zakup", "zakupy", "zakupów"), ["zakupów", "zakup", "zakupy", "zakupów"]),
        ("ja", ("件",), ["件", "件", "件", "件"]),
    ],
)
def test_plural_follows_the_language(locale: str, forms: tuple[str, ...], wanted: list[str]) -> None:
    arguments = ", ".join(f"'{form}'" for form in forms)
    body = f"{{{{ n | plural: {arguments} }}}}"
    assert [text(body, {"n": n}, locale=locale) for n in (0, 1, 2, 5)] == wanted


@pytest.mark.parametrize("value", [None, "", " \n", []])
@pytest.mark.parametrize(
    "body", ["{% for p in x %}{{ p }}{% endfor %}", "{{ x }}", "{{ x | upcase }}", "{{ x | date }}"]
)
def test_what_is_missing_is_never_rendered_as_nothing(value: Value, body: str) -> None:
    if value == [] and "for" not in body:
        body = "{% for p in x %}a{% endfor %}"
    with pytest.raises(MissingFact) as missing:
        text(body, {"x": value})
    assert missing.value.names == ("x",)


def test_every_missing_name_is_told_at_once() -> None:
    made = message("{{ b }} {{ a.c }} {{ b }} {% for p in list %}{{ p.z }}{% endfor %} {{ ok }}", subject="{{ s }}")
    with pytest.raises(MissingFact) as missing:
        made.render({"ok": "x", "list": [{"y": 1}]}, locale="en")
    assert missing.value.names == ("a.c", "b", "p.z", "s")
    assert "a.c, b, p.z, s" in str(missing.value)
    assert missing.value.remedy


def test_the_clock_is_not_reachable() -> None:
    for name in ("now", "today"):
        with pytest.raises(MissingFact):
            text(f"{{{{ {name} }}}}")


def test_python_is_not_reachable() -> None:
    for path in ("m.currency", "m.__class__", "s.__len__", "d.year", "s.upper", "o.keys", "m.format"):
        with pytest.raises(MissingFact):
            text(f"{{{{ {path} }}}}", {"m": Money(1, "USD"), "s": "x", "d": date(1998, 7, 2), "o": {"a": 1}})


@pytest.mark.parametrize("value", [True, {"a": 1}, 1.5, b"x", object(), [[True]]])
def test_a_value_that_cannot_be_shown_is_refused(value: object) -> None:
    with pytest.raises(Unrenderable) as refused:
        text("{{ x }}", {"x": value})  # type: ignore[dict-item]
    assert refused.value.remedy


@pytest.mark.parametrize(
    "body",
    [
        "{% for i in (1..5000) %}a{% endfor %}",
        "{% for i in (1..99999999999999999999) %}a{% endfor %}",
        "{% for i in (1..100) %}{% for j in (1..100) %}a{% endfor %}{% endfor %}",
        "{% for i in (1..2000) %}" + "long " * 50 + "{% endfor %}",
        "{% for i in (1..2000) %}{{ i }}{{ i }}{{ i }}{% endfor %}",
        "{% if x > 'a' %}{% endif %}",
        "{{ x | date }}",
        "{{ x | date: 'long', 'y' }}",
        "{{ day | date: '%Y' }}",
        "{{ s | plural: 'a' }}",
        "{{ x | plural }}",
        "{{ x | time }}",
        "{% break %}",
    ],
)
def test_limits_and_senseless_comparisons_are_refused(body: str) -> None:
    with pytest.raises(Unrenderable):
        text("a " + body, {"x": 1, "s": "s", "day": date(1998, 7, 2)})


def test_a_value_too_long_or_too_deep_is_refused() -> None:
    with pytest.raises(Unrenderable, match="longer"):
        text("{{ x }}", {"x": "y" * 20_001})
    with pytest.raises(Unrenderable, match="longer than a million"):
        text("{% for i in (1..100) %}{{ x }}{% endfor %}", {"x": "y" * 19_000})
    deep: Value = "x"
    for _ in range(20):
        deep = {"a": deep}
    with pytest.raises(Unrenderable, match="deep"):
        text("a", {"x": deep})


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(Unrenderable, match="not a known language"):
        text("{{ x }}", {"x": 5}, locale="tlh-unknown")


def test_a_message_keeps_its_own_language() -> None:
    made = message("{{ x }} {{ d }}", more="locale: en-GB\n")
    facts: dict[str, Value] = {"x": Money(433288, "EUR"), "d": date(1998, 7, 2)}
    german = made.render(facts, locale="de")
    assert (german.text, german.locale) == ("€4,332.88 2 July 1998\n", "en-GB")
    assert '<html lang="en-GB" dir="ltr" ' in german.html
    american = made.render(facts, locale="en_US")
    assert (american.text, american.locale) == ("€4,332.88 July 2, 1998\n", "en_US")
    assert '<html lang="en-US" dir="ltr" ' in american.html


def test_a_language_from_right_to_left() -> None:
    page = message("שלום\n\n- a\n\n> b\n").render({}, locale="he").html
    assert '<html lang="he" dir="rtl" ' in page
    assert "direction:ltr" not in page
    assert "line-height:1.6;text-align:right" in page
    assert '<ul style="margin:0 0 16px;padding-right:24px">' in page
    assert "border-right:3px" in page
    assert "direction:rtl" not in message("a").render({}, locale="en").html


def test_the_digest_covers_all_three_parts_and_equal_input_gives_equal_bytes() -> None:
    made = message("Hi {{ name }}", subject="For {{ name }}")
    one = made.render({"name": "Ada"}, locale="en")
    again = message("Hi {{ name }}", subject="For {{ name }}").render({"name": "Ada"}, locale="en")
    assert one == again
    assert one.digest == digest_words(one.subject, one.text, one.html)
    assert len({digest_words(*parts) for parts in (("a", "b", "c"), ("ab", "", "c"), ("a", "", "bc"))}) == 3


def test_rendering_leaves_the_facts_alone() -> None:
    facts: dict[str, Value] = {"x": {"a": ["b", ""]}, "m": Money(1, "USD")}
    text("{% assign m = 'other' %}{{ m }}{{ x.a[0] }}", facts)
    assert facts == {"x": {"a": ["b", ""]}, "m": Money(1, "USD")}


LETTER = """Dear **{{ name }}**,

We took _{{ refund }}_
too much.\\
A new line.

# What happened

{% for p in purchases %}
- {{ p.day | date: "short" }}: {{ p.amount }}
{% endfor %}

1. first
2. second

   more of it
   - nested

> We are sorry.

| What | How much |
|------|---------:|
{% for p in purchases %}
| {{ p.day }} | {{ p.amount }} |
{% endfor %}

[Your page]({{ link }}), <https://firm.example>, [mail](mailto:a@firm.example).

---

`code` & [bad](javascript:alert(1)) &amp; &copy;
"""


def test_plain_text_of_every_shape() -> None:
    purchases: list[Value] = [{"day": date(1998, 7, n), "amount": Money(n * 100, "EUR")} for n in (1, 2)]
    facts: dict[str, Value] = {
        "name": "Ada", "refund": Money(300, "EUR"), "purchases": purchases, "link": "https://firm.example/p/1"
    }  # fmt: skip
    words = message(LETTER).render(facts, locale="en-GB")
    assert words.text == (
        "Dear Ada,\n\nWe took €3.00 too much.\nA new line.\n\nWhat happened\n\n"
        "- 01/07/1998: €1.00\n- 02/07/1998: €2.00\n\n"
        "1. first\n2. second\n\n   more of it\n   - nested\n\n> We are sorry.\n\n"
        "What | How much\n1 July 1998 | €1.00\n2 July 1998 | €2.00\n\n"
        "Your page (https://firm.example/p/1), https://firm.example, mail (a@firm.example).\n\n---\n\n"
        "code & [bad](javascript:alert(1)) & ©\n"
    )
    assert words.html.count('<td style="padding:6px') == 4
    assert "<li " in words.html
    assert "<h1 " in words.html
    assert '"javascript' not in words.html
    assert "<img" not in words.html
    assert "max-width:600px" in words.html
    assert 'name="color-scheme" content="light dark"' in words.html
