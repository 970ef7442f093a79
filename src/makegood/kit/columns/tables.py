"""How rows become tables inside the child: through a fifo, as clean CSV, or straight from Parquet."""

from __future__ import annotations

import csv
import io
import os
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO, cast

import duckdb

from makegood.kit.columns.kinds import kind_of
from makegood.kit.columns.options import FileOptions
from makegood.kit.columns.rows import EXCERPT, LINE, MAX_FIELD, Rejected, Rows, named, quoted
from makegood.kit.columns.sheet_rows import open_sheet
from makegood.kit.columns.text_rows import open_text
from makegood.kit.columns.wire import Message
from makegood.kit.errors import BadInput, MakegoodError, Place

KEPT_REJECTIONS = 1_000
DESCRIBE = "DESCRIBE "
Schema = Sequence[tuple[str, str]]


@dataclass(slots=True)
class Rejections:
    """The first rejected rows of a file, and how many there were."""

    kept: list[Rejected] = field(default_factory=list)
    count: int = 0

    def add(self, row: Rejected) -> None:
        self.count += 1
        if len(self.kept) < KEPT_REJECTIONS:
            self.kept.append(row)


def described(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[str, str]]:
    """(name, DuckDB type) of each column of a query. It is only bound, not run."""
    rows = connection.execute(DESCRIBE + sql).fetchall()
    return [(str(name), str(kind)) for name, kind, *_ in rows]


def load_file(
    connection: duckdb.DuckDBPyConnection, workdir: Path, rejected: dict[str, Rejections], request: Message
) -> Message:
    """Load CSV, Excel or Parquet as table `name`, with `_line`; replies rows, columns, rejected count."""
    name, path = str(request["name"]), Path(str(request["path"]))
    options = FileOptions.from_settings(cast("dict[str, object]", request["options"]))
    kept = Rejections()
    kind = kind_of(path, options)
    if kind == "parquet":
        _load_parquet(connection, name, path, workdir / "pipes" / "file.parquet")
    else:
        rows = open_sheet(path, options) if kind == "excel" else open_text(path, options)
        fed = _load_rows(connection, name, rows, kept, workdir / "pipes" / "file")
        if not fed and kept.count:
            connection.execute(f"DROP TABLE {named(name)}")
            first = kept.kept[0]
            what = f"None of the {kept.count:,} rows can be read. {first.reason}"
            remedy = "See that delimiter and quotes are right."
            raise BadInput(what, place=Place(str(path), first.line), remedy=remedy, code="no-row-readable")
    rejected[name] = kept
    return {**_shape(connection, name), "rejected": kept.count}


def load_stream(connection: duckdb.DuckDBPyConnection, request: Message) -> Message:
    """Load clean CSV that the parent writes into a fifo: unquoted empty is NULL, quoted empty is ''."""
    schema = cast("list[list[str]]", request["schema"])
    name = str(request["name"])
    connection.execute(_table_from(name, [(column, kind) for column, kind in schema], str(request["path"])))
    return _shape(connection, name)


def _table_from(name: str, schema: Schema, fifo: str) -> str:
    types = ", ".join(f"'c{at}': {quoted(kind)}" for at, (_, kind) in enumerate(schema))
    picked = ", ".join(f"c{at} AS {named(column)}" for at, (column, _) in enumerate(schema))
    return (
        f"CREATE TABLE {named(name)} AS SELECT {picked} FROM read_csv({quoted(fifo)}, columns={{{types}}}, "
        "header=false, auto_detect=false, delim=',', quote='\"', escape='\"', nullstr='', allow_quoted_nulls=false, "
        "strict_mode=true, max_line_size=8000000, buffer_size=16000000, parallel=false, new_line='\\n')"
    )


def view_parquet(connection: duckdb.DuckDBPyConnection, workdir: Path, request: Message) -> Message:
    """A Parquet file as a view that reads it each time; its link stays, also where the sealed child may look."""
    name, path = str(request["name"]), Path(str(request["path"]))
    kind_of(path, FileOptions(kind="parquet"))
    pipes = workdir / "pipes"
    link = pipes / f"{len(list(pipes.glob('*.parquet')))}.parquet"
    link.symlink_to(path)
    _run_parquet(connection, "VIEW", name, link, path)
    return _shape(connection, name)


def _load_parquet(connection: duckdb.DuckDBPyConnection, name: str, path: Path, link: Path) -> None:
    link.symlink_to(path)
    try:
        _run_parquet(connection, "TABLE", name, link, path)
    finally:
        link.unlink()


def _run_parquet(connection: duckdb.DuckDBPyConnection, made: str, name: str, link: Path, path: Path) -> None:
    # DuckDB would take *, ? and [ in a name for a pattern; the link has a plain name.
    try:
        connection.execute(
            f"CREATE {made} {named(name)} AS SELECT * EXCLUDE (file_row_number), file_row_number + 1 AS {LINE} "
            f"FROM read_parquet({quoted(str(link))}, file_row_number=true)"
        )
    except (duckdb.InvalidInputException, duckdb.IOException, duckdb.SerializationException) as error:
        what = "The Parquet file is cut short or damaged."
        raise BadInput(
            what, place=Place(str(path)), remedy="Copy or export it again.", code="parquet-damaged"
        ) from error


def _load_rows(connection: duckdb.DuckDBPyConnection, name: str, rows: Rows, rejected: Rejections, fifo: Path) -> int:
    """Write the rows into a fifo in a thread while DuckDB reads it; returns how many arrived."""
    schema = [*((column, "VARCHAR") for column in rows.header), (LINE, "BIGINT")]

    def write() -> int:
        with io.TextIOWrapper(fifo.open("wb"), encoding="utf-8", newline="", write_through=False) as out:
            return _write(rows.cells, out, rejected)

    os.mkfifo(fifo, 0o600)
    try:
        with ThreadPoolExecutor(1) as pool:
            feeding = pool.submit(write)
            try:
                connection.execute(_table_from(name, schema, str(fifo)))
            except duckdb.Error:
                _release(fifo, feeding)
                raise
            fed = _fed(connection, name, feeding)
    finally:
        fifo.unlink()
    (found,) = cast("tuple[int]", connection.execute(f"SELECT count(*) FROM {named(name)}").fetchone())
    if found != fed:
        what = f"{fed:,} rows were read but {found:,} arrived."
        raise MakegoodError(what, remedy="Report this; nothing was loaded.", code="rows-lost")
    return fed


def _write(cells: Iterable[tuple[int, Sequence[str]] | Rejected], out: TextIO, rejected: Rejections) -> int:
    row = csv.writer(out, lineterminator="\n").writerow
    fed = 0
    for record in cells:
        if isinstance(record, Rejected):
            rejected.add(record)
            continue
        line, values = record
        whole = "".join(values)
        if len(whole) > MAX_FIELD:
            rejected.add(Rejected(line, f"The row is longer than {MAX_FIELD:,} characters.", whole[:EXCERPT]))
            continue
        if "\r" in whole:
            # Before Python 3.13 csv leaves a lone carriage return unquoted, which is a line end to DuckDB.
            quotes = ('"' + value.replace('"', '""') + '"' if value else "" for value in values)
            out.write(f"{','.join(quotes)},{line}\n")
        else:
            row([*values, line])
        fed += 1
    return fed


def _fed(connection: duckdb.DuckDBPyConnection, name: str, feeding: Future[int]) -> int:
    try:
        return feeding.result()
    except (MakegoodError, MemoryError, OSError):
        connection.execute(f"DROP TABLE {named(name)}")
        raise


def _release(fifo: Path, feeding: Future[int]) -> None:
    """Let the writer go when DuckDB failed: it waits to open the fifo, or for room in it."""
    while not feeding.done():
        os.close(os.open(fifo, os.O_RDONLY | os.O_NONBLOCK))
        time.sleep(0.001)
    failure = feeding.exception()
    if failure is not None and not isinstance(failure, BrokenPipeError):
        raise failure


def _shape(connection: duckdb.DuckDBPyConnection, name: str) -> Message:
    (count,) = cast("tuple[int]", connection.execute(f"SELECT count(*) FROM {named(name)}").fetchone())
    return {"rows": count, "columns": described(connection, f"SELECT * FROM {named(name)}")}
