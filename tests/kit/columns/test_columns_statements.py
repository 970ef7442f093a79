"""The check of SQL people write: one SELECT passes, the rest is refused with file, line and column."""

from __future__ import annotations

import pytest

from makegood.kit.columns import check_select
from makegood.kit.errors import BadInput

BOTH = ["duckdb", "postgres"]


@pytest.mark.parametrize("dialect", BOTH)
@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "select a, count(*) filter (where b > 1) from t group by a having count(*) > 1;",
        "WITH x AS (SELECT 1 AS a) SELECT * FROM x -- done",
        "(SELECT 1) UNION ALL SELECT 2",
        "VALUES (1), (2)",
        "SELECT ';' AS semicolon, 'insert into t' AS words",
        "SELECT regexp_replace(a, 'x', 'y'), coalesce(b, 0), now() FROM shop.orders",
        "SELECT reader, globe FROM readers",
    ],
)
def test_one_select_passes(sql, dialect) -> None:
    check_select(sql, "scope.sql", dialect=dialect)


@pytest.mark.parametrize("dialect", BOTH)
@pytest.mark.parametrize(
    ("sql", "line", "column"),
    [
        ("", 1, 1),
        ("-- nothing", 1, 1),
        ("DELETE FROM t", 1, 1),
        ("\n  INSERT INTO t VALUES (1)", 2, 3),
        ("COPY t TO '/tmp/x'", 1, 1),
        ("SET threads = 1", 1, 1),
        ("CALL f()", 1, 1),
        ("ATTACH 'x.db'", 1, 1),
        ("SELECT 1; SELECT 2", 1, 9),
        ("SELECT 1;\nDROP TABLE t", 1, 9),
        ("WITH x AS (\n DELETE FROM t RETURNING *) SELECT * FROM x", 2, 14),
        ("SELECT 1 AS a INTO t2", None, None),
        ("SELECT * FROM t FOR UPDATE", None, None),
        ("SELECT *\nFROM read_csv('/etc/passwd')", 2, 6),
        ("SELECT * FROM Read_Parquet('x')", 1, 15),
        ("SELECT * FROM parquet_scan('x')", 1, 15),
        ("SELECT * FROM glob('/etc/*')", None, None),
        ("SELECT * FROM query('DROP TABLE t')", 1, 15),
        ("SELECT getenv('HOME')", 1, 8),
        ("SELECT a,\n  set_config('x', 'y', false) FROM t", 2, 3),
        ("SELECT pg_read_file('/etc/passwd')", 1, 8),
        ("SELECT pg_sleep(100)", 1, 8),
        ("SELECT nextval('s')", 1, 8),
        ("SELECT * FROM '/etc/passwd'", 1, 15),
        ('SELECT * FROM "people.csv"', 1, 15),
        ("SELEC 1", 1, 1),
        ("SELECT a,\n  FROM WHERE", 2, 8),
        ("SELECT 'never closed", None, None),
    ],
)
def test_all_else_is_refused_with_its_place(sql, line, column, dialect) -> None:
    with pytest.raises(BadInput) as caught:
        check_select(sql, "scope.sql", dialect=dialect)
    place = caught.value.place
    assert place is not None and place.file == "scope.sql"
    if line is not None:
        assert (place.line, place.column) == (line, column)
    assert caught.value.remedy


@pytest.mark.parametrize("sql", ["SELECT " + "(" * 40_000 + "1" + ")" * 40_000, "SELECT 1 " * 20_000])
def test_monstrous_queries_are_refused(sql) -> None:
    with pytest.raises(BadInput):
        check_select(sql, "scope.sql")
