"""The column engine: DuckDB in a short-lived child that can be killed, never in this program itself."""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import os
import select
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import cast

from makegood.kit.columns.launch import Launched, launch
from makegood.kit.columns.options import FileOptions, Loaded
from makegood.kit.columns.rows import Rejected, named
from makegood.kit.columns.wire import Message, decode, encode, unpack, unpack_error
from makegood.kit.errors import BadInput, MakegoodError, Place

_BLOCK = 1 << 20
_GATHERED = 1 << 18
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Columns:
    """A private, empty column database for one piece of work; use it in a `with` block, in one thread.

    `memory_mb` bounds DuckDB, `wall_seconds` the whole block; `workdir` (made private, its own when None) holds
    spilled data, at most `spill_mb`. A limit that is hit raises MakegoodError, a wrong query or file BadInput.
    """

    def __init__(
        self,
        *,
        memory_mb: int = 1024,
        threads: int = 2,
        wall_seconds: float = 600,
        spill_mb: int = 20_000,
        workdir: Path | None = None,
    ) -> None:
        self._memory_mb = memory_mb
        self._wall_seconds = wall_seconds
        self._start: Message = {"memory_mb": memory_mb, "threads": threads, "spill_mb": spill_mb}
        self._workdir = workdir
        self._child: Launched | None = None
        self._pending = b""
        self._sealed = False
        self._streaming = False
        self._pipes = 0

    def __enter__(self) -> Columns:
        self._deadline = time.monotonic() + self._wall_seconds
        with contextlib.ExitStack() as undo:
            self._child = launch(self._start, self._wall_seconds, self._workdir)
            undo.callback(self._child.stop)
            self._receive()
            undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child is not None:
            self._child.stop()

    @property
    def workdir(self) -> Path:
        return self._running().workdir

    @property
    def pid(self) -> int:
        return self._running().popen.pid

    def allow(self, seconds: float) -> None:
        """At least so many more seconds from now; processor time stays bounded as it was. For work whose size is known:
        the first limit is for a query that a person wrote."""
        self._deadline = max(self._deadline, time.monotonic() + seconds)

    def load_file(
        self, name: str, path: Path | str, options: FileOptions | Mapping[str, object] | None = None
    ) -> Loaded:
        """Load a CSV or Excel file as text columns, or Parquet as typed ones, as table `name`, before `seal`.

        Adds the column `_line` (BIGINT): the 1-based line on which the record starts, the row number of the sheet, or
        the row number of a Parquet file. Empty cells are NULL. Raises BadInput for a file that cannot be read.
        """
        if self._sealed:
            raise RuntimeError("files are loaded before seal()")
        if not isinstance(options, FileOptions):
            options = FileOptions.from_settings(options or {})
        if not Path(path).is_file():
            what = "There is no such file." if not Path(path).exists() else "This is not a file."
            raise BadInput(what, place=Place(str(path)), remedy="Check the path.", code="file-missing")
        absolute = str(Path(path).absolute())
        try:
            return _loaded(name, self._ask("load_file", name=name, path=absolute, options=options.as_json()))
        except MakegoodError as error:
            if error.place is not None and error.place.file == absolute:
                error.place = Place(str(path), error.place.line, error.place.column)
            raise

    def view_parquet(self, name: str, path: Path | str) -> Loaded:
        """A Parquet file as the view `name`, its rows read when they are asked for and never held together; with
        `_line` as `load_file` gives it. Raises BadInput for a file that cannot be read."""
        if not Path(path).is_file():
            raise BadInput(
                "There is no such file.", place=Place(str(path)), remedy="Check the path.", code="file-missing"
            )
        try:
            return _loaded(name, self._ask("view_parquet", name=name, path=str(Path(path).absolute())))
        except MakegoodError as error:
            if error.place is not None:
                error.place = Place(str(path), error.place.line, error.place.column)
            raise

    def rejected(self, name: str) -> list[Rejected]:
        """The first 1,000 rejected rows of a loaded file as (line, reason, excerpt); `Loaded` has the exact count."""
        rows = cast("list[tuple[int, str, str]]", self._ask("rejected", name=name)["rows"])
        return [Rejected(*row) for row in rows]

    def load_stream(self, name: str, schema: Sequence[tuple[str, str]], chunks: Iterable[bytes]) -> Loaded:
        """Create table `name` from CSV bytes as PostgreSQL's COPY writes them, in any blocks; (column, DuckDB type).

        If `chunks` raises, the table does not exist afterwards.
        """
        fifo = self._fifo()
        self._send("load_stream", name=name, schema=[list(column) for column in schema], path=str(fifo))
        whole = False
        try:
            self._feed(fifo, chunks)
            whole = True
        finally:
            fifo.unlink(missing_ok=True)
            if not whole and self._alive():
                # The child saw an ordinary end of data and made a table of what there was.
                self._receive()
                self.run(f"DROP TABLE IF EXISTS {named(name)}")
        return _loaded(name, self._reply())

    def seal(self) -> None:
        """Shut the child in: no file, no network, no extension, no setting. Call it before any SQL a person wrote."""
        self._ask("seal")
        self._sealed = True

    def run(self, sql: str, *, file: str = "query", advance: Callable[[int], None] | None = None) -> None:
        """Run trusted SQL; `file` names its origin in an error. `advance` hears the percentage done, now and then."""
        self._send("run", sql=sql, file=file, progress=advance is not None)
        self._reply(advance)

    def fetch(self, sql: str, limit: int = 10_000, *, file: str = "query") -> list[tuple[object, ...]]:
        """The rows of a small result; DECIMAL is Decimal, TIMESTAMPTZ an aware UTC datetime, TIMESTAMP a naive one.

        More than `limit` rows raise BadInput: a result is never cut silently.
        """
        rows = cast("list[list[object]]", self._ask("fetch", sql=_bare(sql), file=file, limit=limit)["rows"])
        return [tuple(_cell(cell) for cell in row) for row in rows]

    def describe(self, sql: str, *, file: str = "query") -> list[tuple[str, str]]:
        """(name, DuckDB type) of each column of a query that is not run."""
        return _columns(self._ask("describe", sql=_bare(sql), file=file))

    def stream(self, sql: str, *, file: str = "query") -> CsvStream:
        """The rows of a query as CSV bytes that PostgreSQL's COPY … FROM STDIN (FORMAT csv) reads."""
        return CsvStream(self, _bare(sql), file)

    def _fifo(self) -> Path:
        self._pipes += 1
        fifo = self.workdir / "pipes" / f"pipe{self._pipes}"
        os.mkfifo(fifo, 0o600)
        return fifo

    def _feed(self, fifo: Path, chunks: Iterable[bytes]) -> None:
        """Write the chunks into the fifo until done, or until the child has answered early: then with an error."""
        writer = self._writer(fifo)
        if writer is None:
            return
        _widen(writer)
        try:
            for chunk in _gathered(chunks):
                left = memoryview(chunk)
                while left:
                    self._wait(writer, select.POLLOUT)
                    with contextlib.suppress(BlockingIOError):
                        left = left[os.write(writer, left[:_BLOCK]) :]
        except BrokenPipeError:
            return
        finally:
            os.close(writer)

    def _writer(self, fifo: Path) -> int | None:
        """The fifo opened for writing, which works only once the child reads it; None when it answered instead."""
        while True:
            try:
                return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                if self._wait(None, 0, milliseconds=2):
                    return None

    def _running(self) -> Launched:
        if self._child is None:
            raise RuntimeError("Columns is used outside its with block")
        if self._child.stopped:
            what = "The column engine has already stopped."
            raise MakegoodError(what, remedy="Begin again; see the error before this one.", code="columns-stopped")
        return self._child

    def _ask(self, op: str, **arguments: object) -> Message:
        self._send(op, **arguments)
        return self._reply()

    def _send(self, op: str, **arguments: object) -> None:
        if self._streaming:
            raise RuntimeError("a stream is still open")
        try:
            self._running().requests.write(encode({"op": op, **arguments}))
            self._running().requests.flush()
        except BrokenPipeError:
            raise self._gone() from None

    def _reply(self, advance: Callable[[int], None] | None = None) -> Message:
        while "progress" in (reply := self._receive()):
            if advance is not None:
                advance(cast(int, reply["progress"]))
        if "error" in reply:
            raise unpack_error(cast(Message, reply["error"]))
        return reply

    def _receive(self) -> Message:
        replies = self._running().replies
        while b"\n" not in self._pending:
            self._wait(None, 0)
            block = os.read(replies, _BLOCK)
            if not block:
                raise self._gone()
            self._pending += block
        line, self._pending = self._pending.split(b"\n", 1)
        return decode(line)

    def _wait(self, other: int | None, event: int, *, milliseconds: int | None = None) -> bool:
        """Wait for `other` or for a reply, at most until the deadline; True when a reply is there."""
        poll = select.poll()
        poll.register(self._running().replies, select.POLLIN)
        if other is not None:
            poll.register(other, event)
        left = self._deadline - time.monotonic()
        ready = poll.poll(milliseconds if milliseconds is not None else max(0, left * 1000)) if left > 0 else []
        if not ready and time.monotonic() >= self._deadline:
            self._running().stop()
            what = f"The query needed more than {self._wall_seconds:g} seconds."
            remedy = "Select fewer rows, simplify it, or allow it more time."
            raise MakegoodError(what, remedy=remedy, code="columns-time")
        return any(descriptor == self._running().replies for descriptor, _ in ready)

    def _gone(self) -> MakegoodError:
        """Why the child ended without an answer."""
        return self._running().autopsy(self._memory_mb)

    def _alive(self) -> bool:
        return self._child is not None and not self._child.stopped


class CsvStream:
    """An iterator over CSV bytes with backpressure: the child waits while nobody reads. `rows` is set at its end."""

    def __init__(self, columns: Columns, sql: str, file: str) -> None:
        self._columns = columns
        self._sql = sql
        self._file = file
        self.rows: int | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self._read()

    def _read(self) -> Iterator[bytes]:
        columns = self._columns
        fifo = columns._fifo()
        opened = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        _widen(opened)
        reader: int | None = opened
        try:
            columns._send("stream", sql=self._sql, file=self._file, path=str(fifo))
            columns._streaming = True
            answered = False
            while reader is not None:
                try:
                    block = os.read(reader, _BLOCK)
                except BlockingIOError:
                    columns._wait(reader, select.POLLIN)
                    continue
                if block:
                    yield block
                elif answered:
                    os.close(reader)
                    reader = None
                else:
                    # No writer: not begun or already ended; the reply decides, and after it the fifo is read empty.
                    answered = columns._wait(None, 0, milliseconds=1)
        finally:
            if reader is not None:
                os.close(reader)
            fifo.unlink(missing_ok=True)
            if columns._streaming:
                columns._streaming = False
                reply = columns._receive() if columns._alive() else {}
        if "error" in reply:
            raise unpack_error(cast(Message, reply["error"]))
        self.rows = cast(int, reply["rows"])


def _widen(pipe: int) -> None:
    # Fewer turns between the two; a host may forbid it, and nothing depends on it.
    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _BLOCK)


def _gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Larger blocks: PostgreSQL gives one chunk a row, and a write for each would cost ten times the row."""
    waiting: list[bytes] = []
    size = 0
    for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size >= _GATHERED:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _bare(sql: str) -> str:
    return sql.rstrip().rstrip(";")


def _cell(cell: object) -> object:
    if isinstance(cell, dict) and "u" in cell:
        return None if cell["u"] is None else _EPOCH + dt.timedelta(microseconds=cell["u"])
    return unpack(cell)


def _columns(reply: Message) -> list[tuple[str, str]]:
    return [(name, kind) for name, kind in cast("list[tuple[str, str]]", reply["columns"])]


def _loaded(name: str, reply: Message) -> Loaded:
    return Loaded(name, cast(int, reply["rows"]), _columns(reply), cast(int, reply.get("rejected", 0)))
