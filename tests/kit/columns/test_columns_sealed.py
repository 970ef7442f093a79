"""Once sealed the child can reach nothing outside and change no setting, whatever SQL is run in it."""

from __future__ import annotations

import socket
import threading

import pytest

from makegood.kit.columns import Columns
from makegood.kit.errors import BadInput


@pytest.fixture
def sealed(columns) -> Columns:
    columns.load_stream("t", [("a", "INTEGER")], [b"1\n"])
    columns.seal()
    return columns


@pytest.mark.parametrize(
    "sql",
    [
        "COPY t TO '{outside}/out.csv'",
        "COPY t TO '{outside}/out.parquet' (FORMAT parquet)",
        "COPY t FROM '{outside}/secret.csv'",
        "EXPORT DATABASE '{outside}/export'",
        "ATTACH '{outside}/new.db'",
        "INSTALL httpfs",
        "FORCE INSTALL httpfs FROM 'http://127.0.0.1:9/x'",
        "LOAD httpfs",
        "LOAD '{outside}/x.duckdb_extension'",
        "SELECT * FROM read_csv('{outside}/secret.csv')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '{outside}/secret.csv'",
        "SELECT * FROM read_text('/proc/self/environ')",
        "SELECT * FROM read_blob('{workdir}/lock')",
        "SELECT * FROM read_text('{workdir}/pipes/../lock')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM sniff_csv('{outside}/secret.csv')",
        "SELECT * FROM parquet_metadata('{outside}/x.parquet')",
        "COPY t TO '/dev/stdout'",
        "COPY t TO '/dev/fd/1'",
        "SET threads = 1",
        "RESET threads",
        "PRAGMA threads = 1",
        "SET memory_limit = '9GB'",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET allowed_directories = ['/']",
        "SET temp_directory = '/tmp'",
        "SET timezone = 'Europe/Berlin'",
        "SELECT getenv('HOME')",
        "SELECT * FROM read_csv('http://127.0.0.1:{port}/x')",
    ],
)
def test_refused(sealed, tmp_path, sql) -> None:
    (tmp_path / "secret.csv").write_text("a\n42\n")
    with socket.create_server(("127.0.0.1", 0)) as server:
        reached = threading.Event()

        def accept() -> None:
            try:
                server.accept()[0].close()
            except OSError:
                return
            reached.set()

        listener = threading.Thread(target=accept)
        listener.start()
        port = server.getsockname()[1]
        with pytest.raises(BadInput, match=r"disabled|locked|does not exist"):
            sealed.run(sql.format(outside=tmp_path, workdir=sealed.workdir, port=port))
        assert not reached.is_set()
        server.shutdown(socket.SHUT_RDWR)
        listener.join()
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]
    assert sealed.fetch("SELECT * FROM t") == [(1,)]


def test_before_the_seal_the_same_file_can_be_read(columns, tmp_path) -> None:
    (tmp_path / "secret.csv").write_text("a\n42\n")
    assert columns.fetch(f"SELECT * FROM read_csv('{tmp_path}/secret.csv')") == [(42,)]


def test_settings_stay_as_they_were(sealed) -> None:
    names = "'TimeZone', 'enable_external_access', 'lock_configuration', 'autoinstall_known_extensions'"
    assert sealed.fetch(f"SELECT name, value FROM duckdb_settings() WHERE name IN ({names}) ORDER BY name") == [
        ("TimeZone", "UTC"),
        ("autoinstall_known_extensions", "false"),
        ("enable_external_access", "false"),
        ("lock_configuration", "true"),
    ]


def test_streams_still_work_after_the_seal_and_files_do_not(sealed, tmp_path) -> None:
    assert sealed.load_stream("u", [("a", "INTEGER")], [b"7\n"]).rows == 1
    assert b"".join(sealed.stream("SELECT * FROM u")) == b"7\n"
    (tmp_path / "a.csv").write_text("a\n1\n")
    with pytest.raises(RuntimeError, match="before seal"):
        sealed.load_file("v", tmp_path / "a.csv")
