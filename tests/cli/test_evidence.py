"""The journal, its seals and the doctor from the command line."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg
from tests.cli.conftest import COMMAND, Cli
from tests.conftest import Database

from makegood.config.tables import missing_migrations


def test_the_journal_lists_the_newest_last(cli: Cli) -> None:
    cli("brand", "set", "default", "--zone", "Europe/Berlin")
    entries = cli("journal", "--json").json
    assert [entry["verb"] for entry in entries] == ["brand.added", "person.added", "brand.set"]
    assert entries[2]["facts"] == {"settings": ["zone"]}
    assert entries[2]["actor"].endswith("@localhost")
    assert [entry["verb"] for entry in cli("journal", "--json", "--limit", "1").json] == ["brand.set"]
    shown = cli("journal").out.splitlines()
    assert "Makegood" in shown[1] and "brand.set" in shown[3]
    assert cli("journal", "--mistake", "none", code=1).said.startswith("There is no mistake 'none'.")


def test_who_may_not_read_a_brand_sees_nothing_of_it(cli: Cli) -> None:
    cli("brand", "add", "south", "--legal-name", "South")
    words = ["people", "add", "--brand", "south", "--name", "Bo", "--email", "bo@example.org", "--role", "auditor"]
    bo = cli(*words, "--json").json["token"]
    whole, seen = cli("journal", "--json").json, cli("journal", "--json", MAKEGOOD_TOKEN=bo).json
    assert {entry["brand"] for entry in whole} == {1, 2}
    assert {entry["brand"] for entry in seen} == {2}
    reporter = cli(*words[:-1], "reporter", "--email", "r@example.org", "--json").json["token"]
    assert cli("journal", "--json", MAKEGOOD_TOKEN=reporter).json == []


def test_sealed_rows_verify_until_one_is_changed(cli: Cli, database: Database) -> None:
    cli("brand", "set", "default", "--zone", "Europe/Berlin")
    assert cli("seal").out == "3 rows sealed.\n"
    assert cli("seal", "--json").json == {"rows": 0}
    assert cli("verify").out.splitlines()[-1] == "All are as they were."
    whole = cli("verify", "--json").json
    assert (whole["rows"], whole["seals"], whole["unsealed"], whole["findings"]) == (3, 1, 0, [])
    with psycopg.connect(database.admin_url, autocommit=True) as db:
        db.execute("SET session_replication_role = replica")
        db.execute("UPDATE entry SET facts = '{}' WHERE verb = 'brand.set'")
    found = cli("verify", code=1)
    assert "Row 3 of the journal was changed." in found.out
    assert cli("verify", "--json", code=1).json["findings"][0]["code"] == "entry-changed"
    with psycopg.connect(database.admin_url, autocommit=True) as db:
        db.execute("SET session_replication_role = replica")
        db.execute("DELETE FROM seal")
    assert "anchor-ahead" in str(cli("verify", "--json", code=1).json)


def test_the_doctor_looks_at_everything(cli: Cli, database: Database) -> None:
    well = cli("doctor", "--json").json
    assert well["well"] is True
    assert [look["what"] for look in well["looks"]] == [
        "PostgreSQL",
        "free disk",
        "tables",
        "seals",
        "workers",
        "acts",
        "unknown outcomes",
        "backup",
        "connections",
        "clocks",
        "what must always hold",
    ]
    assert "named by DATABASE_URL" in cli("doctor").out
    with psycopg.connect(database.admin_url, autocommit=True) as db:
        db.execute("SET session_replication_role = replica")
        db.execute("UPDATE entry SET at = at - interval '1 hour'")
    advice = cli("doctor")
    assert "not sealed. Run: makegood seal" in " ".join(advice.out.split())
    assert advice.out.endswith("Makegood can work.\n")
    cli("seal")
    assert cli("doctor").out.endswith("All is well.\n")


def test_home_names_the_places_without_a_database(alone: Cli, tmp_path: Path) -> None:
    assert alone("home", "--json").json["home"] == str(tmp_path / "home")
    assert "database" not in alone("home", "--json").json
    assert "anchored seals" in alone("home").out


def test_a_reader_that_stops_reading_hears_nothing_more(cli: Cli) -> None:
    cli("people")
    piped = f"{' '.join(COMMAND)} journal --json | true; echo ${{PIPESTATUS[0]}}"
    ended = subprocess.run(
        ["bash", "-c", f"(sleep 0; {piped})"], env=cli.environment, capture_output=True, text=True, cwd=cli.folder
    )
    assert (ended.stdout.strip(), ended.stderr) == ("141", "")


def test_nothing_is_missing_in_a_fresh_database(database: Database) -> None:
    assert missing_migrations() == []
    with psycopg.connect(database.owner_url, autocommit=True) as db:
        db.execute("DELETE FROM django_migrations WHERE app = 'acts' AND name = '0001_initial'")
    assert missing_migrations() == ["acts.0001_initial"]


def test_tables_of_a_newer_version_are_refused(cli: Cli, database: Database) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as db:
        db.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('acts', '0999_later', now())")
    assert "belongs to a newer Makegood (it has acts.0999_later)" in cli("people", code=1).said
