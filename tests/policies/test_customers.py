"""Facts from files: exact, with the same answer from each kind of file, or refused with the line."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from tests.policies.written import policy_of

from makegood.core.policy_rules import Fact
from makegood.kit.columns import Columns
from makegood.kit.errors import BadInput
from makegood.policies.customers import load_customers

FACTS = """\
facts:
  days: {type: integer}
  rate: {type: number, optional: true}
  price: {type: money, currency: EUR}
  yen: {type: money, currency: JPY, optional: true}
  local: {type: money, currency: "@cur", optional: true}
  cur: {type: text, optional: true}
  open: {type: boolean}
  day: {type: date}
  at: {type: instant}
  kind: {type: text}
  tags: {type: integer, list: true, optional: true}
remedies:
  r: {kind: fix, basis: redress, currency: EUR, rules: [{id: all, default: true, nothing: No.}]}
"""
JAN, FEB = dt.datetime(2026, 1, 31, 8), dt.datetime(2026, 2, 1, 9)
EXPECTED = [
    (
        7,
        Decimal("1.500000000"),
        490,
        500,
        1234,
        "KWD",
        True,
        dt.date(2026, 1, 31),
        dt.datetime(2026, 1, 31, 8),
        "a",
        [1, 2],
    ),
    (0, None, 1000, None, None, None, False, dt.date(2026, 2, 1), FEB, "b", None),
]
CSV = """\
customer_id,days,rate,price,yen,local,cur,open,day,at,kind,tags
c1,7,1.5,4.90,500,1.234 KWD,KWD,yes,2026-01-31,2026-01-31T09:00:00+01:00,a,1; 2
c2,0,,EUR 10,,,,no,2026-02-01,2026-02-01T09:00:00Z,b,
"""


def facts(text: str = FACTS) -> Mapping[str, Fact]:
    return policy_of(text).facts


def loaded(columns: Columns, path: Path, wanted: Mapping[str, Fact]) -> list[tuple[object, ...]]:
    load_customers(columns, path, {"typed": wanted})
    names = ", ".join(f'"{word}"' for word in wanted)
    return columns.fetch(f"SELECT {names} FROM typed")


def test_a_text_file(columns: Columns, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(CSV)
    assert loaded(columns, path, facts()) == EXPECTED
    assert columns.fetch("SELECT customer_id FROM typed") == [("c1",), ("c2",)]


def test_a_parquet_file_with_types_of_its_own(columns: Columns, tmp_path: Path) -> None:
    path = tmp_path / "it's [a] *.parquet"
    link = tmp_path / "plain.parquet"
    duckdb.sql(
        "SELECT 17::BIGINT AS customer_id, 7::SMALLINT AS days, 1.5::DECIMAL(5,2) AS rate, 4.90::DECIMAL(10,2)"
        " AS price, 500::INTEGER AS yen, '1.234' AS local, 'KWD' AS cur, true AS open, DATE '2026-01-31' AS day,"
        " TIMESTAMPTZ '2026-01-31 09:00:00+01' AS at, 'a' AS kind, [1, 2] AS tags"
        " UNION ALL SELECT 18, 0, NULL, 10, NULL, NULL, NULL, false, DATE '2026-02-01',"
        " TIMESTAMPTZ '2026-02-01 09:00:00+00', 'b', NULL"
    ).write_parquet(str(link))
    link.rename(path)
    assert loaded(columns, path, facts()) == EXPECTED
    assert columns.fetch("SELECT customer_id FROM typed") == [(17,), (18,)]


def test_a_parquet_file_of_texts(columns: Columns, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(CSV)
    path = tmp_path / "in.parquet"
    duckdb.read_csv(str(tmp_path / "in.csv"), all_varchar=True).write_parquet(str(path))  # type: ignore[call-arg]
    assert loaded(columns, path, facts()) == EXPECTED


def test_amounts_of_more_digits_than_the_currency_has_are_not_read(columns: Columns, tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    wanted = facts("facts: {price: {type: money, currency: EUR}}\n" + FACTS[FACTS.index("remedies:") :])
    duckdb.sql("SELECT unnest([4.9000, 4.905, 4.906]::DECIMAL(10,4)[]) AS price").write_parquet(str(path))
    made = load_customers(columns, path, {"typed": wanted})
    (finding,) = made.found
    assert finding.what == "'4.9050' in column price has more digits after the point than the currency."
    assert (finding.count, finding.place and finding.place.line) == (2, 2)
    assert made.relations == {"typed": {"price?": "VARCHAR"}}
    assert columns.fetch('SELECT price, "price?" IS NULL FROM typed') == [(490, True), (None, False), (None, False)]


def test_what_cannot_be_read_is_missing_and_told_with_its_line(columns: Columns, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(CSV.replace("c1,7,", "c1,seven,").replace("4.90", '"4,90"'))
    made = load_customers(columns, path, {"typed": facts()})
    assert {finding.what: str(finding.place) for finding in made.found} == {
        "'seven' in column days is not a whole number.": f"{path}:2",
        "'4,90' in column price has a thousands separator or a comma.": f"{path}:2",
    }
    told = columns.fetch('SELECT days, "days?", price FROM typed')
    assert told == [(None, "'seven' in column days is not a whole number.", None), (0, None, 1000)]


def test_a_column_that_is_missing_is_named(columns: Columns, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("days,price\n1,4.90\n")
    with pytest.raises(BadInput) as refused:
        load_customers(columns, path, {"typed": facts()})
    assert {finding.code for finding in refused.value.findings} == {"missing-column"}
    assert [finding.what.split("'")[1] for finding in refused.value.findings] == ["open", "day", "at", "kind"]


def test_an_optional_column_may_be_missing(columns: Columns, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    lines = [line.split(",") for line in CSV.splitlines()]
    kept = [at for at, word in enumerate(lines[0]) if word not in {"rate", "tags", "yen"}]
    path.write_text("\n".join(",".join(line[at] for at in kept) for line in lines) + "\n")
    rows = loaded(columns, path, facts())
    assert [(row[1], row[3], row[10]) for row in rows] == [(None, None, None)] * 2


def test_a_line_that_is_broken_is_refused(columns: Columns, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(CSV + "c3,1\n")
    with pytest.raises(BadInput, match="1 row of the file cannot be read"):
        load_customers(columns, path, {"typed": facts()})


EACH = """\
facts:
  member: {type: boolean}
  minutes: {type: integer, each: true}
remedies:
  r: {kind: fix, basis: redress, currency: EUR, rules: [{id: all, default: true, nothing: No.}]}
"""


def test_rows_of_a_customer_come_together_in_their_order(columns: Columns, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("customer_id,member,minutes\nb,yes,30\na,no,10\nb,yes,20\nb,yes,\n")
    made = load_customers(columns, path, {"typed": facts(EACH)})
    assert made.rows == 4
    assert columns.fetch("SELECT customer_id, member, minutes FROM typed") == [
        ("b", True, [30, 20, None]),
        ("a", False, [10]),
    ]


def test_the_customers_column_may_have_another_name(columns: Columns, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("who,member,minutes\nb,yes,30\n")
    load_customers(columns, path, {"typed": facts(EACH)}, key="who")
    assert columns.fetch("SELECT customer_id FROM typed") == [("b",)]


def test_without_a_customer_each_line_is_one(columns: Columns, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("member,minutes\nyes,30\nyes,40\n")
    assert load_customers(columns, path, {"typed": facts(EACH)}).keyed is False
    assert columns.fetch("SELECT customer_id, minutes FROM typed") == [(2, [30]), (3, [40])]


def test_a_column_that_is_not_there_cannot_name_customers(columns: Columns, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("who,member,minutes\nb,yes,30\n")
    with pytest.raises(BadInput, match="no column 'whose'"):
        load_customers(columns, path, {"typed": facts(EACH)}, key="whose")


def test_by_line_keeps_two_lines_of_one_customer_apart(columns: Columns, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("customer_id,member\nb,yes\nb,no\n")
    wanted = {word: fact for word, fact in facts(EACH).items() if word == "member"}
    made = load_customers(columns, path, {"typed": wanted}, by_line=True)
    (finding,) = made.found
    assert finding.what == "Customer 'b' stands in several rows, and each was decided by itself."
    assert (finding.count, finding.place and finding.place.line) == (1, 2)
    assert columns.fetch(f"SELECT {made.named}, member FROM typed {made.joined} ORDER BY customer_id") == [
        ("b", True),
        ("b", False),
    ]


def test_a_sheet_of_a_workbook(columns: Columns, tmp_path: Path) -> None:
    """Spreadsheets hold numbers and dates of their own; amounts come out exact."""
    path = tmp_path / "in.xlsx"
    write_workbook(path, [["customer_id", "member", "minutes"], ["a", "yes", "30"], ["b", "no", "7"]])
    load_customers(columns, path, {"typed": facts(EACH)})
    assert columns.fetch("SELECT customer_id, member, minutes FROM typed") == [("a", True, [30]), ("b", False, [7])]


@pytest.mark.parametrize(
    ("fact", "kind", "given", "value"),
    [
        ("{type: integer}", "DOUBLE", "7.0", 7),
        ("{type: integer}", "DECIMAL(9,2)", "7.00", 7),
        ("{type: integer}", "HUGEINT", "7", 7),
        ("{type: number}", "DOUBLE", "1.25", Decimal("1.25")),
        ("{type: number}", "FLOAT", "0.5", Decimal("0.5")),
        ("{type: number}", "BIGINT", "3", Decimal(3)),
        ("{type: money, currency: EUR}", "DOUBLE", "4.9", 490),
        ("{type: money, currency: EUR}", "BIGINT", "5", 500),
        ("{type: money, currency: EUR}", "DECIMAL(30,2)", "4.90", 490),
        ("{type: money, currency: JPY}", "DECIMAL(9,2)", "40.00", 40),
        ("{type: money, currency: KWD}", "DECIMAL(9,3)", "1.234", 1234),
        ("{type: boolean}", "INTEGER", "1", True),
        ("{type: text}", "BIGINT", "17", "17"),
        ("{type: date}", "TIMESTAMP", "'2026-01-31 00:00:00'", dt.date(2026, 1, 31)),
        ("{type: number, list: true}", "DOUBLE[]", "[0.5, 1]", [Decimal("0.5"), Decimal(1)]),
        ("{type: money, currency: EUR, list: true}", "DECIMAL(9,2)[]", "[4.9, 1]", [490, 100]),
    ],
)
def test_whatever_type_a_column_has_its_value_is_exact(
    columns: Columns, tmp_path: Path, fact: str, kind: str, given: str, value: object
) -> None:
    path = tmp_path / "in.parquet"
    duckdb.sql(f"SELECT {given}::{kind} AS it").write_parquet(str(path))
    wanted = facts(f"facts: {{it: {fact}}}\n{FACTS[FACTS.index('remedies:') :]}")
    assert load_customers(columns, path, {"typed": wanted}).found == ()
    assert columns.fetch("SELECT it FROM typed") == [(value,)]


@pytest.mark.parametrize(
    ("fact", "kind", "given"),
    [
        ("{type: integer}", "FLOAT", "7.5"),
        ("{type: number}", "DOUBLE", "'nan'"),
        ("{type: money, currency: EUR}", "DOUBLE", "'inf'"),
        ("{type: money, currency: JPY}", "DECIMAL(9,2)", "40.50"),
        ("{type: boolean}", "INTEGER", "2"),
        ("{type: date}", "TIMESTAMP", "'2026-01-31 10:00:00'"),
        ("{type: instant}", "TIMESTAMP", "'2026-01-31 10:00:00'"),
        ("{type: integer, list: true}", "DOUBLE[]", "[1, 1.5]"),
    ],
)
def test_what_does_not_fit_is_named_and_missing(
    columns: Columns, tmp_path: Path, fact: str, kind: str, given: str
) -> None:
    path = tmp_path / "in.parquet"
    duckdb.sql(f"SELECT {given}::{kind} AS it").write_parquet(str(path))
    wanted = facts(f"facts: {{it: {fact}}}\n{FACTS[FACTS.index('remedies:') :]}")
    (finding,) = load_customers(columns, path, {"typed": wanted}).found
    assert (finding.code, finding.place and finding.place.line) == ("unreadable-value", 1)
    assert columns.fetch('SELECT "it?" IS NOT NULL FROM typed') == [(True,)]


@pytest.mark.parametrize("given", ["7.5", "'nan'", "'inf'", "1e30", "-9.3e18"])
def test_what_is_not_whole_in_a_column_of_floats_is_told_by_the_policy(
    columns: Columns, tmp_path: Path, given: str
) -> None:
    """pandas makes floats of whole numbers with gaps: they stay as they came, and nobody else is touched."""
    path = tmp_path / "in.parquet"
    duckdb.sql(f"SELECT unnest([7, {given}::DOUBLE, NULL])::DOUBLE AS it").write_parquet(str(path))
    rules = "{id: it, when: it > 5, amount: EUR 1.00}, {id: no, default: true, nothing: No.}"
    head = "facts: {it: {type: integer, optional: true}}\nremedies: {r: {kind: fix, basis: redress, currency: EUR"
    policy = policy_of(f"{head}, rules: [{rules}]}}}}\n")
    loaded = load_customers(columns, path, {"typed": policy.facts})
    assert [(one.code, one.count, one.place and one.place.line) for one in loaded.found] == [("unreadable-value", 1, 2)]
    found = columns.fetch(policy.decision_sql("typed", stored=loaded.relations["typed"]))
    assert [(row[2], row[4]) for row in sorted(found)] == [("owed", 100), ("undefined", None), ("undefined", None)]
    assert "not a whole number" in str(sorted(found)[1][7])


@pytest.mark.parametrize(
    ("keys", "twice"), [("1, 2, 3", 0), ("3, 1, 2", 0), ("1, 2, 1", 1), ("1, 1, 2", 1), ("2, 1, 2, 1", 2)]
)
def test_a_key_is_grouped_only_where_it_does_not_grow(columns: Columns, tmp_path: Path, keys: str, twice: int) -> None:
    path = tmp_path / "in.parquet"
    duckdb.sql(f"SELECT unnest([{keys}]) AS customer_id, 'large' AS kind").write_parquet(str(path))
    kind = f"facts: {{kind: {{type: text}}}}\n{FACTS[FACTS.index('remedies:') :]}"
    found = load_customers(columns, path, {"typed": facts(kind)}).found
    assert [one.count for one in found if one.code == "double-customer"] == ([twice] if twice else [])


def write_workbook(path: Path, rows: list[list[str]]) -> None:
    """The smallest workbook there is: one sheet of texts."""
    lines = "".join(
        f'<row r="{at}">' + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>"
        for at, row in enumerate(rows, 1)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/s.xml" ContentType="{kinds}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="s" sheetId="1" r:id="r"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r" Type="{office}/worksheet" Target="s.xml"/></Relationships>',
        "xl/s.xml": f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as book:
        for name, text in parts.items():
            book.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')


def test_an_empty_list_is_written_as_one(columns: Columns, tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("customer_id,tags\na,[]\nb,\nc,7\n")
    text = "facts:\n  tags: {type: integer, list: true, optional: true}\n" + FACTS[FACTS.index("remedies:") :]
    assert loaded(columns, path, facts(text)) == [([],), (None,), ([7],)]
