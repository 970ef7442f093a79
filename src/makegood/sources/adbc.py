"""Any database with an ADBC driver (Snowflake, BigQuery, Flight SQL, …). Untested: no such database is at hand.

Needs `pip install makegood[adbc]` and the driver's own package.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from types import ModuleType

from makegood.kit.columns import Columns, Loaded, check_select
from makegood.kit.errors import BadInput, Unavailable
from makegood.sources.settings import only, text


class AdbcSource:
    """Settings: `driver` (a shared library's name or path), `uri`, `sql` (one SELECT), `file` (for errors)."""

    kind = "adbc"

    def load(self, columns: Columns, name: str, settings: Mapping[str, object]) -> Loaded:
        only(settings, ("driver", "uri", "sql", "file"))
        sql, file = text(settings, "sql").rstrip().rstrip(";"), text(settings, "file", "query")
        check_select(sql, file)
        dbapi, csv, arrow = _needed("adbc_driver_manager.dbapi"), _needed("pyarrow.csv"), _needed("pyarrow")
        try:
            with (
                dbapi.connect(driver=text(settings, "driver"), db_kwargs={"uri": text(settings, "uri")}) as connection,
                connection.cursor() as cursor,
            ):
                cursor.execute(sql)
                reader = cursor.fetch_record_batch()
                schema = [
                    *((field.name, _duckdb_type(str(field.type))) for field in reader.schema),
                    ("_line", "BIGINT"),
                ]
                return columns.load_stream(name, schema, _blocks(reader, csv, arrow))
        except dbapi.Error as error:
            first = str(error).partition("\n")[0]
            what = f"The database gave an error: {first}"
            raise Unavailable(what, remedy="Check driver, uri and query.", code="source-database") from error


def _blocks(reader: Iterator[object], csv: ModuleType, arrow: ModuleType) -> Iterator[bytes]:
    options = csv.WriteOptions(include_header=False, quoting_style="needed")
    line = 1
    for batch in reader:
        table = arrow.Table.from_batches([batch])
        table = table.append_column("_line", arrow.array(range(line, line + table.num_rows), arrow.int64()))
        line += table.num_rows
        sink = arrow.BufferOutputStream()
        csv.write_csv(table, sink, options)
        yield sink.getvalue().to_pybytes()


def _duckdb_type(arrow_type: str) -> str:
    if arrow_type.startswith("decimal"):
        return f"DECIMAL({arrow_type.partition('(')[2].rstrip(')').replace(' ', '')})"
    if arrow_type.startswith("timestamp"):
        return "TIMESTAMPTZ" if "tz=" in arrow_type else "TIMESTAMP"
    known = {"bool": "BOOLEAN", "int16": "SMALLINT", "int32": "INTEGER", "int64": "BIGINT", "double": "DOUBLE"}
    return "DATE" if arrow_type.startswith("date") else known.get(arrow_type, "VARCHAR")


def _needed(module: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        what = "This kind of source needs a package that is not installed."
        raise BadInput(what, remedy="Run: pip install 'makegood[adbc]'.", code="source-extra-missing") from error
