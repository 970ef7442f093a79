"""The child: DuckDB behind limits, answering one line of JSON with one line of JSON.

Started by `Columns` with an empty environment. Nothing here may be imported by the parent for its own use.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import duckdb

from makegood.kit.columns import tables
from makegood.kit.columns.complaints import from_duckdb
from makegood.kit.columns.limits import confine, out_of_memory
from makegood.kit.columns.rows import quoted
from makegood.kit.columns.wire import Message, decode, encode, pack, pack_error
from makegood.kit.errors import BadInput, MakegoodError

PROGRESS_SECONDS = 0.2
_ZONED = "TIMESTAMP WITH TIME ZONE"


class Child:
    """One connection to an empty in-memory database, and the rejected rows of each file loaded into it."""

    def __init__(self, start: Message, replies: BinaryIO) -> None:
        self.replies = replies
        self.workdir = Path(str(start["workdir"]))
        self.memory_mb = int(str(start["memory_mb"]))
        self.connection = _connect(start, self.workdir)
        # How far the SQL we run is shifted against the SQL we were given, for the place of an error.
        self.before = 0
        self.rejected: dict[str, tables.Rejections] = {}

    def answer(self, request: Message) -> Message:
        """The reply to one request; every failure we can name becomes a sentence in it."""
        op = str(request["op"])
        sql, file = str(request.get("sql", "")), str(request.get("file", "query"))
        self.before = 0
        try:
            match op:
                case "load_file":
                    return tables.load_file(self.connection, self.workdir, self.rejected, request)
                case "view_parquet":
                    return tables.view_parquet(self.connection, self.workdir, request)
                case "load_stream":
                    return tables.load_stream(self.connection, request)
                case "rejected":
                    return self.rejected_rows(str(request["name"]))
                case "seal":
                    return self.seal()
                case "run":
                    with self.progress() if request.get("progress") else contextlib.nullcontext():
                        self.connection.execute(sql)
                    return {}
                case "describe":
                    return {"columns": self.described(sql)}
                case "fetch":
                    return self.fetch(sql, int(str(request["limit"])))
                case "stream":
                    return self.stream(sql, str(request["path"]))
            raise RuntimeError(f"unknown request {op}")
        except MakegoodError as error:
            return {"error": pack_error(error)}
        except MemoryError:
            return {"error": pack_error(out_of_memory(self.memory_mb))}
        except duckdb.Error as error:
            told = from_duckdb(error, sql=sql, file=file, before=self.before, memory_mb=self.memory_mb)
            return {"error": pack_error(told)}
        except OSError as error:
            what = f"{error.strerror or 'Reading failed'}: {error.filename or 'the file'}."
            refused = BadInput(what, remedy="See that Makegood may read the file.", code="file-unreadable")
            return {"error": pack_error(refused)}

    def described(self, sql: str) -> list[tuple[str, str]]:
        self.before = len(tables.DESCRIBE)
        columns = tables.described(self.connection, sql)
        self.before = 0
        return columns

    def seal(self) -> Message:
        """From here on nothing outside can be reached and no setting changed, whatever SQL comes.

        Tables made later stand in a schema of their own, which is looked into first: `raw` of ours does not meet a
        source that a person called `raw`.
        """
        self.connection.execute("CREATE SCHEMA made")
        self.connection.execute("SET search_path = 'made,main'")
        pipes = quoted(str(self.workdir / "pipes"))
        self.connection.execute(f"SET allowed_directories = [{pipes}]")
        self.connection.execute("SET enable_external_access = false")
        self.connection.execute("SET lock_configuration = true")
        return {}

    def fetch(self, sql: str, limit: int) -> Message:
        # A row with a zoned time needs pytz, which we do not ship: such a column travels as a count of microseconds.
        columns = self.described(sql)
        zoned = {at for at, (_, kind) in enumerate(columns) if kind == _ZONED}
        if zoned:
            names = [f"c{at}" for at in range(len(columns))]
            picked = [f"epoch_us({name})" if at in zoned else name for at, name in enumerate(names)]
            start = f"SELECT {', '.join(picked)} FROM (\n"
            self.before, sql = len(start), f"{start}{sql}\n) AS q({', '.join(names)})"
        rows = self.connection.execute(sql).fetchmany(limit + 1)
        if len(rows) > limit:
            what = f"The query gives more than {limit:,} rows."
            raise BadInput(what, remedy="Add a LIMIT, or stream it.", code="columns-too-many-rows")
        packed = [[{"u": cell} if at in zoned else pack(cell) for at, cell in enumerate(row)] for row in rows]
        return {"rows": packed}

    def stream(self, sql: str, path: str) -> Message:
        # Alone in its line, \. would end the data for PostgreSQL before 18; quoted it is text.
        kinds = [kind for _, kind in self.described(sql)]
        quote = ", FORCE_QUOTE *" if kinds == ["VARCHAR"] else ""
        self.before = len("COPY (\n")
        self.connection.execute(
            f"COPY (\n{sql}\n) TO {quoted(path)} (FORMAT csv, HEADER false, USE_TMP_FILE false{quote})"
        )
        (written,) = cast("tuple[int]", self.connection.fetchone())
        return {"rows": written}

    @contextlib.contextmanager
    def progress(self) -> Iterator[None]:
        """While the block runs, its percentage goes out before the reply; DuckDB tells it only once it may."""
        ended = threading.Event()

        def tell() -> None:
            last = -1
            while not ended.wait(PROGRESS_SECONDS):
                done = int(self.connection.query_progress())
                if done > last:
                    last = done
                    self.replies.write(encode({"progress": min(done, 100)}))
                    self.replies.flush()

        thread = threading.Thread(target=tell, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def rejected_rows(self, name: str) -> Message:
        kept = self.rejected.get(name)
        return {"rows": [list(row) for row in kept.kept] if kept else []}


def _connect(start: Message, workdir: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    for setting, value in (
        ("autoinstall_known_extensions", "false"),
        ("autoload_known_extensions", "false"),
        ("allow_community_extensions", "false"),
        ("python_enable_replacements", "false"),
        ("memory_limit", f"'{int(str(start['memory_mb']))}MB'"),
        ("threads", str(int(str(start["threads"])))),
        ("temp_directory", quoted(str(workdir / "spill"))),
        ("max_temp_directory_size", f"'{int(str(start['spill_mb']))}MB'"),
        ("timezone", "'UTC'"),
        ("preserve_insertion_order", "true"),
        # Otherwise 1/0 is infinity: an amount nobody may be paid.
        ("ieee_floating_point_ops", "false"),
        ("error_on_division_by_zero", "true"),
        # Counted for whoever asks how far it is, never printed.
        ("enable_progress_bar", "true"),
        ("enable_progress_bar_print", "false"),
        ("errors_as_json", "true"),
    ):
        connection.execute(f"SET {setting} = {value}")
    return connection


def main() -> None:
    """Limits first, then answer until the parent closes the pipe."""
    requests = os.fdopen(os.dup(0), "rb")
    replies: BinaryIO = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not end up between the replies.
    os.dup2(2, 1)
    start = json.loads(requests.readline())
    confine(
        address_mb=start["address_mb"],
        cpu_seconds=start["cpu_seconds"],
        file_mb=start["spill_mb"],
        parent=start["parent"],
    )
    child = Child(start, replies)
    replies.write(encode({}))
    replies.flush()
    for line in requests:
        replies.write(encode(child.answer(decode(line))))
        replies.flush()
    sys.exit(0)
