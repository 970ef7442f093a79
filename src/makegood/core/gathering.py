"""Gathering a scope: the SQL that types rows, sets aside what cannot be used, and merges several rows a customer.

It runs in DuckDB over a table `raw` (the query's rows; `_row` numbers them, `_line` is what people are shown and may be
missing or stand on several rows after a join) and, where contacts are given, `contact_raw`. One key is one customer:
several keys of one person are not joined here.
Every row read ends in exactly one of four places, so that read = affected + merged + rejected + nobody:

    affected   the first row of each customer who can be used        merged   the customer's further rows
    rejected   a value that cannot be read, or rows that contradict each other        nobody   a row without a key

Made here: `typed`, `rejected`, `nobody`, `merged_rows`, `contact`, `snapshot(customer_key, facts, contact, digest)`;
the last in the order of the keys, which is the order in which new customers get their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

from makegood.core.expressions_sql import name, quoted
from makegood.core.mapping import Column, Contacts, ScopeMapping
from makegood.core.mapping_sql import key_sql, merge_sql, typed_sql

BUCKET = 1_000  # rows a digest bucket: no text grows with the number of customers

NO_CONTACT = "'{}'"


def gathering_sql(mapping: ScopeMapping) -> list[str]:
    """The statements in order."""
    columns = list(mapping.columns.values())
    return [
        _typed(mapping, columns),
        *_rejected(columns),
        _NOBODY,
        *_merged(columns),
        *(_contacts(mapping.contacts) if mapping.contacts else [_NO_CONTACTS]),
        _snapshot(columns),
    ]


COUNTS = """
SELECT (SELECT count(*) FROM typed), (SELECT count(*) FROM snapshot),
       (SELECT coalesce(sum(rows), 0) FROM merged_rows WHERE problem IS NULL) - (SELECT count(*) FROM snapshot),
       (SELECT count(DISTINCT _row) FROM rejected WHERE source = 'scope'), (SELECT count(*) FROM nobody)
"""

REJECTIONS = """
SELECT source, _line, column_name, reason, remedy, '' AS shown, coalesce(customer_key, '') FROM rejected
ORDER BY source DESC, _line, _row, column_name LIMIT {limit}
"""

CONTACT_PROBLEMS = "SELECT count(*) FROM rejected WHERE source = 'contacts'"

REACH = """
SELECT count(email), count(post), count(phone), count(*) FILTER (WHERE coalesce(email, post, phone) IS NULL) FROM (
    SELECT json_extract_string(contact, '$.email') AS email, json_extract_string(contact, '$.post') AS post,
           json_extract_string(contact, '$.phone') AS phone FROM snapshot)
"""

PARTLY = """
SELECT count(DISTINCT customer_key), coalesce(min(customer_key), '') FROM rejected
WHERE source = 'scope' AND customer_key IN (SELECT customer_key FROM snapshot)
"""

DIGEST = f"""
SELECT sha256(string_agg(bucket, chr(10) ORDER BY place) || chr(10)) FROM (
    SELECT place,
           sha256(string_agg(customer_key || ' ' || digest, chr(10) ORDER BY customer_key) || chr(10)) AS bucket
    FROM (SELECT customer_key, digest, (row_number() OVER (ORDER BY customer_key) - 1) // {BUCKET} AS place
          FROM snapshot)
    GROUP BY place)
"""


def nobody_sums_sql(columns: Sequence[Column]) -> str:
    """The money of rows without a customer, one row a column: name, currency, minor units."""
    parts = [
        f"SELECT {quoted(c.name)} AS name, {quoted(c.currency)} AS currency, "
        f"coalesce(sum({name(c.name)}), 0)::BIGINT AS minor FROM nobody"
        for c in columns
        if c.kind == "money" and not c.currency.startswith("@")
    ]
    return " UNION ALL ".join(parts) or "SELECT '' AS name, '' AS currency, 0 AS minor WHERE false"


def _typed(mapping: ScopeMapping, columns: Sequence[Column]) -> str:
    parts = [f"_row, _line, {key_sql(name(mapping.key))} AS customer_key"]
    for column in columns:
        currency = name(mapping.columns[column.currency[1:]].source) if column.currency.startswith("@") else ""
        typed = typed_sql(column, name(column.source), currency=currency)
        parts += [f"{typed.value} AS {name(column.name)}", f"{typed.problem} AS {name(column.name + '?')}"]
    return f"CREATE TABLE typed AS SELECT {', '.join(parts)} FROM raw"


def _rejected(columns: Sequence[Column]) -> list[str]:
    statements = [
        "CREATE TABLE rejected (source VARCHAR, _row BIGINT, _line BIGINT, column_name VARCHAR, reason VARCHAR,"
        " remedy VARCHAR, customer_key VARCHAR)"
    ]
    for column in columns:
        remedy = typed_sql(column, "''", currency="''").remedy
        problem = name(column.name + "?")
        statements.append(
            f"INSERT INTO rejected SELECT 'scope', _row, _line, {quoted(column.name)}, {problem}, {quoted(remedy)},"
            f" customer_key FROM typed WHERE {problem} IS NOT NULL AND customer_key IS NOT NULL"
        )
    return statements


_NOBODY = "CREATE TABLE nobody AS SELECT * FROM typed WHERE customer_key IS NULL"
_NO_CONTACTS = "CREATE TABLE contact (customer_key VARCHAR, contact VARCHAR)"


def _merged(columns: Sequence[Column]) -> list[str]:
    values, problems = [], []
    for column in columns:
        merged = merge_sql(column, order="(_line, _row)")
        values.append(f"{merged.value} AS {name(column.name)}")
        problems.append(f"({merged.problem})::VARCHAR")
    listed = "".join(f", {value}" for value in values)
    problem = f"coalesce({', '.join(problems)}, NULL)" if problems else "NULL::VARCHAR"
    disagree = "Correct the source, or choose another merge rule for this column in scope.yaml."
    return [
        f"CREATE TABLE merged_rows AS SELECT customer_key, count(*) AS rows, {problem} AS problem{listed} FROM typed"
        " WHERE customer_key IS NOT NULL AND _row NOT IN (SELECT _row FROM rejected) GROUP BY customer_key",
        f"INSERT INTO rejected SELECT 'scope', t._row, t._line, '', m.problem, {quoted(disagree)}, m.customer_key"
        " FROM merged_rows m JOIN typed t USING (customer_key)"
        " WHERE m.problem IS NOT NULL AND t._row NOT IN (SELECT _row FROM rejected)",
    ]


def _contacts(contacts: Contacts) -> list[str]:
    """One contact a customer. Two names under one key: nobody is told anything until a person says which is right."""
    fields = {
        word: f"nullif(trim({name(column)}::VARCHAR), '')"
        for word, column in (
            ("name", contacts.name),
            ("email", contacts.email),
            ("phone", contacts.phone),
            ("language", contacts.language),
        )
        if column
    }
    if contacts.post:
        lines = ", ".join(f"nullif(trim({name(line)}::VARCHAR), '')" for line in contacts.post)
        fields["post"] = f"nullif(concat_ws(chr(10), {lines}), '')"
    for missing in {"name", "email", "phone", "language", "post"} - set(fields):
        fields[missing] = "NULL::VARCHAR"
    selected = ", ".join(f"{sql} AS {word}" for word, sql in sorted(fields.items()))
    first = ", ".join(f"arg_min({word}, _line) AS {word}" for word in sorted(fields))
    return [
        f"CREATE TABLE contact_typed AS SELECT _line, {key_sql(name(contacts.key))} AS customer_key, {selected}"
        " FROM contact_raw",
        "INSERT INTO rejected SELECT 'contacts', NULL, _line, 'email',"
        " '''' || left(email, 60) || ''' is not an e-mail address.',"
        " 'Correct the address; until then the customer is reached another way.', customer_key"
        f" FROM contact_typed WHERE email IS NOT NULL AND NOT {_EMAIL}",
        f"UPDATE contact_typed SET email = NULL WHERE NOT {_EMAIL}",
        "CREATE TABLE two_names AS SELECT customer_key, min(name) AS one, max(name) AS other, max(_line) AS _line"
        " FROM contact_typed WHERE customer_key IS NOT NULL GROUP BY customer_key HAVING min(name) <> max(name)",
        "INSERT INTO rejected SELECT 'contacts', NULL, _line, 'name',"
        " 'One key has two names: ' || one || ' and ' || other || '.',"
        " 'Keep the right one; until then this customer is told nothing.', customer_key FROM two_names",
        f"CREATE TABLE contact AS SELECT customer_key, {_CONTACT_JSON} AS contact FROM"
        f" (SELECT customer_key, {first} FROM contact_typed WHERE customer_key IS NOT NULL"
        " AND customer_key NOT IN (SELECT customer_key FROM two_names) GROUP BY customer_key)",
    ]


_EMAIL = r"regexp_matches(email, '^[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\"]{2,}$')"
_CONTACT_JSON = "json_object('email', email, 'language', language, 'name', name, 'phone', phone, 'post', post)::VARCHAR"


def _snapshot(columns: Sequence[Column]) -> str:
    pairs = ", ".join(f"{quoted(c.name)}, {_json_value(c)}" for c in sorted(columns, key=lambda c: c.name))
    facts = f"json_object({pairs})::VARCHAR" if pairs else "'{}'"
    return f"""
    CREATE TABLE snapshot AS
    SELECT customer_key, facts, contact, sha256(facts || chr(10) || contact) AS digest FROM (
        SELECT m.customer_key, {facts} AS facts, coalesce(c.contact, {NO_CONTACT}) AS contact
        FROM merged_rows m LEFT JOIN contact c USING (customer_key) WHERE m.problem IS NULL)
    ORDER BY customer_key
    """


def _json_value(column: Column) -> str:
    value = name(column.name)
    if column.merge == "list" or column.kind in ("text", "integer", "boolean", "money"):
        return value
    if column.merge == "each":
        return f"list_transform({value}, lambda one: {_text_of(column, 'one')})"
    return _text_of(column, value)


def _text_of(column: Column, value: str) -> str:
    if column.kind == "date":
        return f"strftime({value}, '%Y-%m-%d')"
    if column.kind == "instant":
        return f"strftime({value}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    return f"{value}::VARCHAR"
