"""Whatever the rows are: read = affected + merged + rejected + nobody, and no money appears or vanishes."""

from decimal import Decimal, InvalidOperation

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makegood.core.gathering import COUNTS, DIGEST, gathering_sql
from makegood.core.mapping import parse_scope
from makegood.kit.columns import Columns
from makegood.kit.yamlfile import parse

MAPPING = """\
sources: {rows: {file: rows.csv, header: true}}
from: rows
key: customer
columns:
  extra: {type: money, currency: EUR, merge: sum}
  size: {type: text}
"""
KEYS = st.sampled_from(["a", "b", "c", "", " ", " a "])
AMOUNTS = st.sampled_from(["1.00", "2.5", "0", "-3", "1.005", "x", "1,0", ""])
ROWS = st.lists(st.tuples(KEYS, AMOUNTS, st.sampled_from(["S", "M", ""])), max_size=12)


def readable(amount):
    if amount == "":
        return True
    try:
        return Decimal(amount).as_tuple().exponent >= -2
    except InvalidOperation:
        return False


def expected(rows):
    """The same accounting, row by row."""
    nobody = [row for row in rows if not row[0].strip()]
    known = [row for row in rows if row[0].strip()]
    good = [row for row in known if readable(row[1])]
    people = {row[0].strip() for row in good}
    clash = {key for key in people if len({size for k, _, size in good if k.strip() == key and size}) > 1}
    kept = [row for row in good if row[0].strip() not in clash]
    affected = len(people - clash)
    return len(rows), affected, len(kept) - affected, len(rows) - len(nobody) - len(kept), len(nobody)


def gathered(columns, rows):
    mapping, findings = parse_scope(parse(MAPPING, "scope.yaml"))
    assert not findings
    for table in ("typed", "rejected", "nobody", "merged_rows", "contact", "snapshot", "raw"):
        columns.run(f"DROP TABLE IF EXISTS {table}")
    columns.run("CREATE TABLE raw (_row BIGINT, _line BIGINT, customer VARCHAR, extra VARCHAR, size VARCHAR)")
    values = ", ".join(f"({n}, {n // 2}, '{key}', '{extra}', '{size}')" for n, (key, extra, size) in enumerate(rows))
    if values:
        columns.run(f"INSERT INTO raw VALUES {values}")
    for statement in gathering_sql(mapping):
        columns.run(statement)
    counts = tuple(int(str(value)) for value in columns.fetch(COUNTS)[0])
    facts = columns.fetch("SELECT customer_key, facts FROM snapshot ORDER BY customer_key")
    return counts, facts, columns.fetch(DIGEST)[0][0]


def test_every_row_is_accounted_for_and_the_digest_does_not_depend_on_their_order():
    with Columns() as columns:
        columns.seal()

        @settings(max_examples=60, suppress_health_check=list(HealthCheck))
        @given(ROWS)
        def accounts(rows):
            counts, facts, digest = gathered(columns, rows)
            read, affected, merged, rejected, nobody = counts
            assert read == affected + merged + rejected + nobody
            assert counts == expected(rows)
            assert gathered(columns, rows[::-1]) == (counts, facts, digest)

        accounts()
