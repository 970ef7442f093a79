"""What no expression may do: call what is not listed, read a file, set a setting, loop, ask a query. Each is refused
where the policy is read, with its place and what to do instead."""

from __future__ import annotations

import pytest
from expressing import USD, read, refused

from makegood.core.expressions import Known, Type, Value, parse_expression
from makegood.core.expressions_functions import FUNCTIONS
from makegood.kit.errors import Finding, Place

FACTS = {
    "n": Type("integer"), "kind": Type("text"), "ok": Type("boolean"), "d": Type("date"), "s": Type("instant"),
    "ns": Type("integer", many=True), "paid": USD,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        # Files, settings, the machine.
        ("read_csv('/etc/passwd')", "unlisted-function", 1),
        ("n > read_text('/etc/passwd')", "unlisted-function", 5),
        ("kind IN (read_text('/etc/passwd'))", "unlisted-function", 10),
        ("read_parquet('s3://x')", "unlisted-function", 1),
        ("glob('*')", "unlisted-function", 1),
        ("getenv('HOME')", "unlisted-function", 1),
        ("current_setting('threads')", "unlisted-function", 1),
        ("set_config('a', 'b')", "unlisted-function", 1),
        ("system('ls')", "unlisted-function", 1),
        ("SET memory_limit = '1GB'", "not-allowed", 1),
        ("set threads = 1", "not-allowed", 1),
        ("n > 3; SET threads = 1", "expression-syntax", 1),
        ("PRAGMA database_list", "not-allowed", 1),
        ("COPY facts TO 'x.csv'", "not-allowed", 1),
        ("ATTACH 'x.db'", "not-allowed", 1),
        ("INSTALL httpfs", "not-allowed", 1),
        ("LOAD httpfs", "not-allowed", 1),
        ("CALL x()", "not-allowed", 1),
        ("DROP TABLE facts", "not-allowed", 1),
        ("INSERT INTO facts VALUES (1)", "not-allowed", 1),
        ("CREATE TABLE x (n INTEGER)", "not-allowed", 1),
        # Queries.
        ("SELECT n FROM facts", "not-allowed", 1),
        ("FROM facts", "not-allowed", 1),
        ("(SELECT max(n) FROM facts)", "not-allowed", 9),
        ("n > (SELECT 1)", "not-allowed", 13),
        ("n IN (SELECT 1)", "not-allowed", 1),
        ("n IN ns", "not-allowed", 1),
        ("EXISTS (SELECT 1)", "unlisted-function", 16),
        ("n = ANY (SELECT 1)", "not-allowed", 17),
        ("n > 3 UNION SELECT 1", "not-allowed", 1),
        ("sum(n) OVER ()", "not-allowed", 1),
        ("facts.n", "not-allowed", 1),
        ("main.facts.n", "not-allowed", 1),
        ("* ", "not-allowed", 1),
        ("COLUMNS(*)", "unlisted-function", 1),
        # Loops.
        ("WITH RECURSIVE t AS (SELECT 1) SELECT * FROM t", "not-allowed", 1),
        ("list_transform(ns, lambda x: x + 1)", "unlisted-function", 1),
        ("list_transform(ns, x -> x + 1)", "unlisted-function", 1),
        ("list_sum(list_transform(ns, lambda x: x + 1))", "unlisted-function", 10),
        ("list_reduce(ns, lambda a, b: a + b)", "unlisted-function", 1),
        ("[x + 1 for x in ns]", "not-allowed", 2),
        ("range(1000000000)", "unlisted-function", 1),
        ("generate_series(1, 10)", "unlisted-function", 1),
        ("unnest(ns)", "unlisted-function", 1),
        ("repeat(kind, 1000000000) = kind", "unlisted-function", 1),
        # Clocks and chance.
        ("now() > s", "unlisted-function", 1),
        ("today() > d", "unlisted-function", 1),
        ("d < current_date", "unlisted-function", 1),
        ("random() > 0.5", "unlisted-function", 1),
        # What loses digits or says something else than it seems to.
        ("n::DOUBLE", "not-allowed", 1),
        ("CAST(n AS DOUBLE)", "not-allowed", 6),
        ("TRY_CAST(kind AS INTEGER)", "not-allowed", 10),
        ("sqrt(n)", "unlisted-function", 1),
        ("1e9", "bad-number", 1),
        ("n % 2", "not-allowed", 1),
        ("n // 2", "not-allowed", 1),
        ("n ** 2", "unlisted-function", 1),
        ("kind || 'x'", "not-allowed", 1),
        ("kind LIKE 'a%'", "not-allowed", 1),
        ("kind ~ 'a'", "unlisted-function", 1),
        ("n BETWEEN SYMMETRIC 1 AND 2", "not-allowed", 1),
        ("n IS TRUE", "not-allowed", 1),
        ("n IS DISTINCT FROM 3", "not-allowed", 1),
        ("ns[1]", "not-allowed", 1),
        ("{'a': 1}", "not-allowed", 7),
        ("(n, 1)", "not-allowed", 2),
        ("NULL", "not-allowed", 1),
        ("n = NULL", "not-allowed", 1),
        ("$1", "not-allowed", 1),
        ("?", "not-allowed", 1),
        ("n AS x", "not-allowed", 1),
        ("if(ok, 1, 2)", "unlisted-function", 1),
        ("ifnull(n, 0)", "unlisted-function", 1),
        ("list_sum(DISTINCT ns)", "not-allowed", 19),
        ("list_count(ns) FILTER (WHERE ok)", "not-allowed", 1),
        ("n > 3 ORDER BY n", "expression-syntax", 7),
        ("", "expression-syntax", 1),
        ("  ", "expression-syntax", 1),
        ("n >", "expression-syntax", 3),
        ("AND ok", "expression-syntax", 5),
        ("'open", "expression-syntax", 1),
        ("(" * 900 + "1" + ")" * 900, "expression-too-long", 1),
        ("n > 3 OR " * 300 + "ok", "expression-too-long", 1),
    ],
)  # fmt: skip
def test_refused(text: str, code: str, column: int) -> None:
    assert refused(text, FACTS) == (code, column)


def test_nothing_of_a_refused_text_is_said_on_the_side(capfd, caplog) -> None:
    """The parser's own warnings reach nobody."""
    for text in ("LOAD httpfs", "EXPLAIN SELECT 1", "EXECUTE x", "CALL x()"):
        assert refused(text, FACTS)[0] == "not-allowed"
    out, err = capfd.readouterr()
    assert out == err == ""
    assert caplog.records == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("flor(n)", "floor"),
        ("sum(ns)", "list_sum"),
        ("now()", "clock"),
        ("date_diff('day', d, d)", "days_between"),
        ("n % 7", "completed(x, period)"),
        ("max(n, 1)", "greatest(a, b)"),
        ("paid + 5", "'USD 12.50'"),
        ("d - d", "days_between"),
        ("pait > 'USD 1.00'", "Did you mean 'paid'?"),
    ],
)
def test_the_remedy_says_what_to_write(text: str, words: str) -> None:
    found = parse_expression(text, FACTS, Place("policy.yaml", 1, 1))
    assert isinstance(found, Finding)
    assert words in found.remedy


def test_every_function_says_how_it_is_written() -> None:
    """Without anything in its brackets each is refused with its shape; rows_count() takes nothing."""
    for word, function in FUNCTIONS.items():
        assert function.shape.startswith(f"{word}(")
        found = parse_expression(
            f"{word}(1, 2, 3, 4, 5, 6)" if function.least == 0 else f"{word}()", FACTS, Place("p", 1, 1)
        )
        assert isinstance(found, Finding), word
        assert found.code == "expression-type"
        assert function.shape in found.remedy


def test_facts_may_be_called_what_sql_keeps_for_itself() -> None:
    words = [
        "limit",
        "order",
        "first",
        "date",
        "percent",
        "desc",
        "table",
        "group",
        "at",
        "load",
        "set",
        "value",
        "by",
        "floor",
    ]
    facts = {word: Type("integer") for word in words}
    for word in words:
        assert read(f"{word} > 3 AND greatest({word}, 1) > 2", facts).columns == (word,)
    known = Known({"n": Type("integer")}, values={"limit.first": Value(USD, "_f"), "limit.each": Value(USD, "_e")})
    assert read("limit.first + limit.each * n", known).names == ("limit.first", "limit.each", "n")
    assert read("floor(floor / 2)", facts).columns == ("floor",)


def test_a_table_with_several_figures_is_named_with_one() -> None:
    known = Known({}, values={"limit.first": Value(USD, "_f"), "limit.each": Value(USD, "_e")})
    found = parse_expression("limit * 2", known, Place("p", 1, 1))
    assert isinstance(found, Finding)
    assert found.remedy == "Write limit.first or limit.each."
    assert refused("limit.third * 2", known) == ("unknown-column", 1)


@pytest.mark.parametrize(
    "text", ["CASE WHEN days > 3 THEN EUR 0 ELSE extra END", "extra > EUR 0", "extra = EUR 0 OR x = 'USD 3'"]
)
def test_an_amount_without_quotes_is_told_to_have_them(text: str) -> None:
    found = parse_expression(text, {"days": Type("integer"), "extra": Type("money", "EUR")}, Place("p.yaml", 1, 1))
    assert isinstance(found, Finding)
    assert (found.code, found.remedy) == ("expression-syntax", "Write amounts in quotes: 'EUR 0'.")
    assert found.place is not None and found.place.column == text.index("EUR") + 1
