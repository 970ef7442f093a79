"""The column engine: files and SQL results as tables in DuckDB, in a child that can be limited and killed."""

from makegood.kit.columns.engine import Columns, CsvStream
from makegood.kit.columns.options import FileOptions, Loaded
from makegood.kit.columns.postgres import copy_from_postgres, copy_to_postgres
from makegood.kit.columns.rows import Rejected
from makegood.kit.columns.statements import check_select

__all__ = [
    "Columns",
    "CsvStream",
    "FileOptions",
    "Loaded",
    "Rejected",
    "check_select",
    "copy_from_postgres",
    "copy_to_postgres",
]
