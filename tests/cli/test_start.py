"""First use without any file, and what happens when the place or the database is not as it should be."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.cli.conftest import Cli
from tests.conftest import Database

from makegood.config.embedded import EmbeddedServer


@pytest.fixture
def fresh() -> Iterator[Cli]:
    """A home that does not exist yet and no DATABASE_URL; below /tmp itself, which the database's user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="makegood-cli-"))
    folder.chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "MAKEGOOD_OWNER_URL")}
    yield Cli(kept | {"MAKEGOOD_HOME": str(folder / "home")}, folder)
    shutil.rmtree(folder)


def servers(home: Path) -> list[str]:
    """The command lines of PostgreSQL running on this home."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = one.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(home) in words and "postgres" in words.split("\0")[0]:
            found.append(words)
    return found


def test_first_use_makes_everything_and_leaves_nothing_running(fresh: Cli) -> None:
    home = fresh.folder / "home"
    first = fresh("people", "--json")
    assert "is the first person here" in first.said
    assert servers(home) == []
    for secret in ("token", "django.key", "postgres.json"):
        assert (home / "secrets" / secret).stat().st_mode & 0o777 == 0o600
    key = (home / "secrets/django.key").read_text()
    second = fresh("people", "--json")
    assert (second.json, second.err) == (first.json, "") or "Waiting" in second.err
    assert (home / "secrets/django.key").read_text() == key
    assert servers(home) == []


def test_commands_attach_to_a_running_server_and_leave_it(fresh: Cli) -> None:
    home = fresh.folder / "home"
    with EmbeddedServer(home, settings={"fsync": "off"}):
        fresh("brand")
        assert fresh("brand", "--json").json[0]["slug"] == "default"
        assert len(servers(home)) == 1
        assert "its own" in fresh("doctor").out
    assert servers(home) == []


def test_two_first_commands_at_one_moment_make_one_person(cli: Cli, database: Database) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as db:
        db.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO mg_app")
        for rights in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE, SELECT ON SEQUENCES"):
            db.execute(f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rights} TO mg_app")
        db.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO mg_app")
    both = [cli.start("people", "--json") for _ in range(2)]
    ended = [one.communicate(timeout=120) for one in both]
    assert [one.returncode for one in both] == [0, 0], ended
    assert ended[0][0] == ended[1][0]
    assert sum("is the first person here" in " ".join(err.split()) for _, err in ended) == 1
    assert cli("people", "--json").json[0]["roles"] == ["admin", "agent", "lead"]


def test_a_database_that_does_not_answer_is_a_sentence_without_its_password(cli: Cli) -> None:
    nowhere = "postgresql://me:pass-word@127.0.0.1:1/shop"
    gone = cli("people", code=1, DATABASE_URL=nowhere, MAKEGOOD_OWNER_URL="")
    assert gone.said.startswith("The database does not answer: ")
    assert "Where: 127.0.0.1 port 1, database shop" in gone.said
    assert "correct DATABASE_URL" in gone.said
    assert "pass-word" not in gone.err
    error = cli("people", "--json", code=1, DATABASE_URL=nowhere, MAKEGOOD_OWNER_URL="").json["error"]
    assert error["code"] == "database-gone"


def test_a_wrong_password_or_address_is_a_sentence(cli: Cli, database: Database) -> None:
    wrong = database.app_url.replace("mg_app:", "mg_app:x")
    assert "password authentication failed" in cli("people", code=1, DATABASE_URL=wrong).said
    bad = cli("people", code=1, DATABASE_URL="shop.example.com:5432")
    assert bad.said.startswith("DATABASE_URL is not a PostgreSQL address:")


def test_the_address_may_be_in_a_file(cli: Cli, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text(database.app_url + "\n")
    cli("people")
    ran = cli("people", DATABASE_URL="", DATABASE_URL_FILE=str(file))
    assert "@localhost" in ran.out
    assert "cannot be read" in cli("people", code=1, DATABASE_URL="", DATABASE_URL_FILE="/nowhere").said


def test_a_home_that_cannot_be_used_is_a_sentence(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", Path("/proc/makegood")):
        said = cli("people", code=1, MAKEGOOD_HOME=str(place)).said
        assert "MAKEGOOD_HOME" in said, said


def test_a_role_that_may_not_make_tables_is_told_which_may(cli: Cli, database: Database) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as db:
        db.execute("DELETE FROM django_migrations WHERE app = 'acts'")
    said = cli("people", code=1, MAKEGOOD_OWNER_URL=database.app_url).said
    assert "Name a role that owns the database with MAKEGOOD_OWNER_URL" in said
