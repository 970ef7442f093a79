"""Nobody else's data in anybody's message, by set-wise SQL over what the messages show.

An identifier is what belongs to one customer: their e-mail address and phone number, their key, and the values of text
columns of which nearly all are different (order numbers). It has no blanks, four characters or more, and a digit or an
@. What a message shows is the columns it names, taken apart at blanks and brackets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from makegood.core.expressions_sql import name, quoted
from makegood.core.facts import FactColumn
from makegood.kit.columns import Columns

NEARLY = 0.95  # so many of a column's values are different, and
FEWEST = 10  # so many there are at least, before they are taken for identifiers
MOST_PAIRS = 200
_IS_ONE = "regexp_full_match(value, '\\S{{4,100}}') AND regexp_matches(value, '[0-9@]')"
_TOKENS = "regexp_extract_all(value, '[^\\s,;()<>\"“”]+')"
_IDENTIFIER = f"""
CREATE TABLE identifier AS
SELECT customer_id, source, lower(value) AS value FROM ({{sources}}) WHERE value IS NOT NULL AND {_IS_ONE}
"""
_SHOWN = f"""
CREATE TABLE shown AS
SELECT DISTINCT customer_id, source, lower(rtrim(token, '.:!?')) AS value
FROM (SELECT customer_id, source, unnest({_TOKENS}) AS token FROM ({{sources}}) WHERE value IS NOT NULL)
WHERE length(token) >= 4 AND regexp_matches(token, '[0-9@]')
"""
# Of two who hold a value in the same column, it is theirs who hold it in more columns; if neither does, both are named.
# Elsewhere a value that is one's own in another column is fine, and so is one's own address.
_PAIRS = """
WITH pair AS (
    SELECT s.customer_id, s.source, s.value, i.customer_id AS other, i.source AS theirs
    FROM shown s JOIN identifier i ON i.value = s.value AND i.customer_id <> s.customer_id
    WHERE EXISTS (SELECT 1 FROM act t WHERE t.customer_id = s.customer_id AND t.step = {step})
), held AS (
    SELECT customer_id, value, list(source) AS sources, bool_or(source IN ('e-mail', 'phone')) AS contact
    FROM identifier WHERE value IN (SELECT value FROM pair) GROUP BY 1, 2
)
SELECT p.customer_id, a.customer_key, p.source, b.customer_key,
       coalesce(min(p.theirs) FILTER (WHERE p.theirs <> p.source), p.source), min(p.value)
FROM pair p LEFT JOIN held x ON x.customer_id = p.customer_id AND x.value = p.value
JOIN held y ON y.customer_id = p.other AND y.value = p.value
JOIN affected a ON a.customer_id = p.customer_id JOIN affected b ON b.customer_id = p.other
WHERE NOT coalesce(x.contact, false) AND CASE WHEN p.theirs = p.source THEN len(x.sources) <= len(y.sources)
      ELSE len(list_filter(coalesce(x.sources, []), lambda one: one <> p.source)) = 0 END
GROUP BY 1, 2, 3, 4 ORDER BY 1, 3, 4
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """`column` of `customer` (`key`), which their message shows, is `theirs` of the customer with the key `other`."""

    customer: int
    key: str
    column: str
    other: str
    theirs: str
    value: str


def find_identifiers(columns: Columns, facts: Sequence[FactColumn]) -> None:
    """Makes `identifier(customer_id, source, value)`. Needs `affected` and `loaded`."""
    texts = [column.name for column in facts if column.type == "text" and not column.many]
    sources = [
        "SELECT customer_id, 'e-mail' AS source, json_extract_string(contact, '$.email') AS value FROM loaded",
        "SELECT customer_id, 'phone', json_extract_string(contact, '$.phone') FROM loaded",
        "SELECT customer_id, 'key', customer_key FROM affected",
    ]
    sources += [_source(column) for column in texts if _is_nearly_unique(columns, column)]
    columns.run(_IDENTIFIER.format(sources=" UNION ALL ".join(sources)))


def find_others(columns: Columns, step: str, facts: Sequence[FactColumn], used: Iterable[str]) -> list[Pair]:
    """Whose message of this step would show what belongs to another, as far as its columns go; the first 200."""
    shown = [column for column in facts if column.type == "text" and column.name in set(used)]
    if not shown:
        return []
    sources = " UNION ALL ".join(_source(column.name, many=bool(column.many)) for column in shown)
    columns.run(_SHOWN.format(sources=sources))
    rows = columns.fetch(_PAIRS.format(step=quoted(step)), limit=MOST_PAIRS)
    columns.run("DROP TABLE shown")
    return [Pair(int(str(row[0])), *(str(cell) for cell in row[1:])) for row in rows]


def whose(columns: Columns, tokens: Sequence[str]) -> dict[str, str]:
    """Which of these words are identifiers, and the key of a customer each belongs to."""
    if not tokens:
        return {}
    listed = ", ".join(quoted(token) for token in tokens)
    rows = columns.fetch(
        "SELECT value, min(customer_key) FROM identifier JOIN affected USING (customer_id)"
        f" WHERE value IN ({listed}) GROUP BY 1 ORDER BY 1",
        limit=len(tokens),
    )
    return {str(value): str(key) for value, key in rows}


def _is_nearly_unique(columns: Columns, column: str) -> bool:
    count, different = columns.fetch(
        f"SELECT count(value), count(DISTINCT value) FROM (SELECT {name(column)} AS value FROM affected)"
    )[0]
    return int(str(count)) >= FEWEST and int(str(different)) >= NEARLY * int(str(count))


def _source(column: str, *, many: bool = False) -> str:
    value = f"unnest({name(column)})" if many else name(column)
    return f"SELECT customer_id, {quoted(column)} AS source, {value} AS value FROM affected"
