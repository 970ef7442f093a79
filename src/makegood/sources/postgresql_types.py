"""PostgreSQL types as DuckDB types; what has no like of it arrives as the text PostgreSQL prints."""

from __future__ import annotations

from makegood.kit.columns import Columns, Loaded
from makegood.kit.columns.rows import named
from makegood.kit.errors import BadInput

# OIDs are fixed in PostgreSQL's catalogue (pg_type.dat).
_TYPES = {
    16: "BOOLEAN",
    20: "BIGINT",
    21: "SMALLINT",
    23: "INTEGER",
    700: "FLOAT",
    701: "DOUBLE",
    1082: "DATE",
    1083: "TIME",
    1114: "TIMESTAMP",
    1184: "TIMESTAMPTZ",
}
_NUMERIC = 1700
# The column engine has no type for a number of unknown scale: such a column arrives as text of this alias of VARCHAR.
LOOSE = "STRING"
_DIGITS = 38


def duckdb_type(oid: int, modifier: int) -> str:
    """The DuckDB type; numeric without a declared scale is `LOOSE` until its rows are seen."""
    if oid != _NUMERIC:
        return _TYPES.get(oid, "VARCHAR")
    if modifier >= 4:
        # numeric(p, s) packs both into the modifier; the scale is a signed 11-bit number since PostgreSQL 15.
        precision, scale = (modifier - 4) >> 16 & 0xFFFF, ((modifier - 4 & 0x7FF) ^ 1024) - 1024
        if 0 <= scale <= precision <= _DIGITS:
            return f"DECIMAL({precision},{scale})"
    return LOOSE


def exact_numerics(columns: Columns, loaded: Loaded, loose: list[str]) -> Loaded:
    """Give each loose numeric column the DECIMAL type its values need.

    Raises BadInput for NaN, infinity, or more than 38 digits: they have no exact form.
    """
    for column in loose:
        _tighten(columns, loaded.name, column)
    types = columns.describe(f"SELECT * FROM {named(loaded.name)}") if loose else loaded.columns
    return Loaded(loaded.name, loaded.rows, types)


def _tighten(columns: Columns, table: str, column: str) -> None:
    name = named(column)
    ((odd, whole, scale),) = columns.fetch(
        f"SELECT count(*) FILTER (NOT regexp_full_match({name}, '-?[0-9]+(\\.[0-9]+)?')), "
        f"coalesce(max(length(ltrim(split_part({name}, '.', 1), '-'))), 1), "
        f"coalesce(max(length(split_part({name}, '.', 2))), 0) FROM {named(table)}"
    )
    if odd or not isinstance(whole, int) or not isinstance(scale, int) or whole + scale > _DIGITS:
        what = f"The column “{column}” holds a number that has no exact form in {_DIGITS} digits."
        remedy = "Round or cast it in the query, for example ::numeric(12,2)."
        raise BadInput(what, remedy=remedy, code="number-not-exact")
    columns.run(f"ALTER TABLE {named(table)} ALTER {name} TYPE DECIMAL({max(whole + scale, 1)},{scale})")
