"""`makegood policy`: every command as a person runs it, without a database."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest
from tests.cli.conftest import COMMAND, Cli
from tests.policies.written import PARCELS
from tests.twice import write_twice

CSV = "customer_id,days_late,postage\na,0,4.90\nb,1,4.90\nc,3,10.00\n"


@pytest.fixture
def parcels(alone: Cli, tmp_path: Path) -> Cli:
    (tmp_path / "parcels.yaml").write_text(PARCELS)
    (tmp_path / "in.csv").write_text(CSV)
    return alone


def test_check_says_that_there_is_nothing_to_say(parcels: Cli) -> None:
    assert parcels("policy", "check", "parcels.yaml").out == "Nothing to solve.\n"
    assert parcels("policy", "check", "parcels.yaml", "--json").json == {
        "policy": "parcels.yaml",
        "blocking": 0,
        "findings": [],
    }


def test_check_names_place_and_customer(parcels: Cli, tmp_path: Path) -> None:
    (tmp_path / "holes.yaml").write_text(PARCELS.replace('"[1..3)"', '"[2..3)"'))
    said = " ".join(parcels("policy", "check", "holes.yaml").out.split())
    assert said.startswith("holes.yaml:8:9 advice Table 'share' has a hole: at exactly 1 of days_late")
    assert "Such a customer: days_late 1." in said
    assert said.endswith("Nothing to solve, 1 piece of advice.")
    (found,) = parcels("policy", "check", "holes.yaml", "--json").json["findings"]
    assert (found["code"], found["where"], found["customer"]) == ("table-hole", "holes.yaml:8:9", {"days_late": "1"})


def test_check_of_a_policy_that_cannot_be_read_ends_with_1(parcels: Cli, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text(PARCELS.replace("share = 0", "shar = 0"))
    ran = parcels("policy", "check", "wrong.yaml", code=1)
    assert "wrong.yaml:17:30" in ran.out and "Did you mean 'share'?" in ran.out
    assert ran.out.endswith("1 problem to solve first.\n")
    assert parcels("policy", "check", "wrong.yaml", "--json", code=1).json["blocking"] == 1
    assert "There is no policy 'nowhere.yaml'." in parcels("policy", "check", "nowhere.yaml", code=1).said


def test_check_in_a_recovery_knows_what_is_paid(parcels: Cli, tmp_path: Path) -> None:
    write_twice(tmp_path / "f")
    assert parcels("policy", "check", "f").out == "Nothing to solve.\n"
    policy = tmp_path / "f/policy.yaml"
    more = "  extra_gift:\n    kind: make good\n    basis: goodwill\n    currency: USD\n    rules:\n"
    policy.write_text(f"{policy.read_text().rstrip()}\n{more}      - {{id: all, default: true, amount: USD 5.00}}\n")
    said = " ".join(parcels("policy", "check", "f").out.split())
    assert "No step of the playbook pays 'extra_gift': whoever it is owed to gets nothing." in said
    assert "1 piece of advice." in parcels("validate", "f").out  # said once, by the playbook


def test_validate_says_of_a_policy_what_check_says(parcels: Cli, tmp_path: Path) -> None:
    write_twice(tmp_path / "f")
    policy = tmp_path / "f/policy.yaml"
    policy.write_text(policy.read_text() + "parameters: {nobody_reads_it: USD 5}\n")
    said = " ".join(parcels("validate", "f").out.split())
    assert "Nothing reads the parameter 'nobody_reads_it'." in said
    assert "1 piece of advice" in said


def test_test_passes_and_names_what_no_test_touches(parcels: Cli) -> None:
    out = parcels("policy", "test", "parcels.yaml").out
    assert out.startswith("2 tests passed.\n\nNo test touches:\n")
    assert "days_late between 1 and 3" in out and "share#otherwise" in out
    assert out.splitlines()[-1].startswith("Touched: 6 of 10 (2 of 2 rules, 2 of 3 rows of tables, 2 of 5")
    assert parcels("policy", "test", "parcels.yaml", "--strict", code=1).out == out


UNSEEN = """\
facts:
  taken: {type: money, currency: EUR, from: EUR 0}
  kind: {type: text}
  other: {type: text}
remedies:
  back:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: alike, when: "kind = other", nothing: "Alike."}
      - {id: all, default: true, amount: taken}
    excess: "least('EUR 50', taken)"
tests:
  - {name: more, facts: {taken: EUR 60, kind: a, other: b}, expect: {back: EUR 10}}
  - {name: less, facts: {taken: EUR 50, kind: a, other: b}, expect: {back: nothing}}
  - {name: little, facts: {taken: EUR 49, kind: a, other: b}, expect: {back: nothing}}
  - {name: alike, facts: {taken: EUR 50, kind: a, other: a}, expect: {back: nothing}}
"""


def test_what_was_not_looked_at_is_named_and_not_counted(alone: Cli, tmp_path: Path) -> None:
    """All that can be touched is, so that --strict succeeds and says what it does not count."""
    (tmp_path / "unseen.yaml").write_text(UNSEEN)
    out = alone("policy", "test", "unseen.yaml", "--strict").out
    assert "unseen.yaml:11:9  kind against other" in out and "unseen.yaml:6:3  back excess below" in out
    assert out.splitlines()[-1].startswith("--strict does not count these")
    shown = alone("policy", "test", "unseen.yaml", "--json").json
    assert [one["what"] for one in shown["unseen"]] == ["kind against other", "back excess below"]
    assert shown["untouched"] == [] and shown["touched"] == shown["total"] == 7
    edges = alone("policy", "edges", "unseen.yaml").out
    assert "back excess" in edges and "unseen.yaml:11:9  kind against other" in edges


def test_test_tells_what_failed_and_why(parcels: Cli, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text(PARCELS.replace("EUR 2.45", "EUR 2.46"))
    ran = parcels("policy", "test", "wrong.yaml", code=1)
    said = " ".join(ran.out.split())
    assert said.startswith("wrong.yaml:20:5 a day late postage_back, amount: expected EUR 2.46, got EUR 2.45.")
    assert "- share#row-2" in said and "1 test of 2 failed." in said
    shown = parcels("policy", "test", "wrong.yaml", "--json", code=1).json
    assert (shown["passed"], shown["failed"], shown["touched"], shown["total"]) == (1, 1, 6, 10)
    assert shown["tests"][0]["misses"][0]["got"] == "EUR 2.45"


def test_edges_below_at_and_above(parcels: Cli) -> None:
    lines = parcels("policy", "edges", "parcels.yaml").out.splitlines()
    assert lines[:2] == ["days_late 1", "  with postage EUR 4.90"]
    assert [line.split() for line in lines[2:6]] == [
        ["is", "value", "remedy", "gets", "rule"],
        ["below", "0", "postage_back", "nothing", "on-time"],
        ["at", "1", "postage_back", "EUR", "2.45", "late"],
        ["above", "2", "postage_back", "EUR", "2.45", "late"],
    ]
    shown = parcels("policy", "edges", "parcels.yaml", "--fact", "days_late", "--json").json
    assert [edge["edge"] for edge in shown] == ["1", "3"]
    assert shown[0]["sides"][1]["gets"]["postage_back"] == {
        "status": "owed", "rule": "late", "minor": 245, "text": "EUR 2.45",
    }  # fmt: skip
    assert parcels("policy", "edges", "parcels.yaml", "--fact", "days", code=1).said.startswith(
        "There is no fact 'days'."
    )


def test_explain_one_customer(parcels: Cli) -> None:
    words = ("policy", "explain", "parcels.yaml", "--fact", "days_late=2")
    lines = parcels(*words, "--fact", "postage=EUR 4.90").out.splitlines()
    assert lines[:2] == ["Late parcels, version 2026-11.", "postage_back: EUR 2.45 owed."]
    assert lines[-1] == "  - share#row-2"
    assert parcels(*words).out.splitlines()[-1] == "Not given: postage."
    shown = parcels(*words, "--fact", "postage=4.90", "--json").json
    assert [(one["remedy"], one["minor"], one["rule"]) for one in shown["decisions"]] == [("postage_back", 245, "late")]
    assert (
        "'soon' in column days_late"
        in parcels("policy", "explain", "parcels.yaml", "--fact", "days_late=soon", code=1).said
    )


def test_run_over_a_file(parcels: Cli, tmp_path: Path) -> None:
    words = ("policy", "run", "parcels.yaml", "--affected", "in.csv", "--to", "out.csv")
    lines = parcels(*words).out.splitlines()
    assert [line.split() for line in lines] == [
        ["remedy", "status", "customers", "sum"],
        ["postage_back", "nothing", "1"],
        ["postage_back", "owed", "2", "EUR", "12.45"],
        ["3", "customers", "decided."],
        ["out.csv"],
    ]
    assert (tmp_path / "out.csv").read_text().splitlines()[0] == "customer_id,remedy,status,rule,minor,currency"
    assert parcels(*words, code=1).said.startswith("There is a file of this name already.")
    shown = parcels(*words, "--overwrite", "--json").json
    assert [(one["status"], one["minor"]) for one in shown["totals"]] == [("nothing", None), ("owed", 1245)]


def rows_into(path: Path, count: int) -> None:
    columns = "range AS customer_id, range % 5 AS days_late, (range % 1000)::DECIMAL(9,2) AS postage"
    duckdb.sql(f"SELECT {columns} FROM range({count})").write_parquet(str(path))


def test_a_million_rows_take_seconds_and_touch_no_database(parcels: Cli, tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    rows_into(path, 1_000_000)
    began = time.monotonic()
    ran = parcels("policy", "run", "parcels.yaml", "--affected", "in.parquet", "--to", "out.parquet", "--json").json
    assert sum(one["customers"] for one in ran["totals"]) == 1_000_000
    assert time.monotonic() - began < 20  # two seconds on a quiet machine: benchmarks say so


def test_run_can_be_stopped_and_leaves_nothing(parcels: Cli, tmp_path: Path) -> None:
    rows_into(tmp_path / "in.parquet", 20_000_000)
    words = ("policy", "run", "parcels.yaml", "--affected", "in.parquet", "--to", "out.parquet", "--reasons")
    running = parcels.start(*words)
    for _ in range(200):
        if list(tmp_path.glob(".out.parquet.*")):
            break
        time.sleep(0.05)
    assert list(tmp_path.glob(".out.parquet.*"))
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130, (out, err)
    assert "Stopped." in err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.csv", "in.parquet", "parcels.yaml"]


def test_compare_two_policies(parcels: Cli, tmp_path: Path) -> None:
    (tmp_path / "newer.yaml").write_text(PARCELS.replace("give: 50", "give: 60"))
    out = parcels("policy", "compare", "parcels.yaml", "newer.yaml", "--affected", "in.csv").out
    rows = [line.split() for line in out.splitlines()]
    assert ["3", "customers", "decided", "by", "both."] in rows
    assert ["postage_back", "1", "EUR", "0.49", "0", "EUR", "0.00", "2"] in rows
    assert ["postage_back", "EUR", "12.45", "EUR", "12.94"] in rows
    assert ["b", "postage_back", "EUR", "2.45", "EUR", "2.94"] in rows
    shown = parcels("policy", "compare", "parcels.yaml", "newer.yaml", "--affected", "in.csv", "--json").json
    assert (shown["shifts"][0]["gain"], shown["shifts"][0]["gained"], shown["largest"][0]["customer"]) == (1, 49, "b")


def test_packs_are_listed_and_printed(parcels: Cli) -> None:
    packs = parcels("policy", "packs", "--json").json
    parcels("policy", "packs")
    for pack in packs[:1]:  # as it stands in the file, however wide
        out, _ = parcels.start("policy", "pack", pack["name"]).communicate(timeout=60)
        assert out == files("makegood").joinpath("packs", f"{pack['name']}.yaml").read_text(encoding="utf-8")
    assert "There is no pack 'nothing-like-it'." in parcels("policy", "pack", "nothing-like-it", code=1).said


@pytest.mark.parametrize("command", ["check", "test", "edges", "explain"])
def test_no_command_loads_django_or_a_database(parcels: Cli, tmp_path: Path, command: str) -> None:
    look = (
        "import sys; from makegood.cli.main import main; main(sys.argv[1:]);"
        "print([m for m in ('django', 'psycopg', 'duckdb', 'holidays') if m in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", look, "policy", command, "parcels.yaml"],
        cwd=tmp_path, env=os.environ, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.stdout.splitlines()[-1] == "[]", ran.stderr


def test_a_wrong_command_line_ends_with_64(parcels: Cli) -> None:
    assert "Missing option '--to'" in parcels("policy", "run", "parcels.yaml", "--affected", "in.csv", code=64).said
    error = json.loads(parcels("policy", "nothing", "--json", code=64).out)["error"]
    assert error["code"] == "usage"
    assert subprocess.run([*COMMAND, "policy", "--help"], capture_output=True, text=True).returncode == 0


def test_the_page_about_policies_shows_what_the_commands_say(alone: Cli, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/policies.md").read_text(encoding="utf-8")
    policy, orders = re.findall(r"^```yaml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    (advice,) = re.findall(r"^```text\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "parcels.yaml").write_text(policy.replace("[1..3)", "[2..3)"))
    assert alone("policy", "check", "parcels.yaml").out == f"{advice}Nothing to solve, 1 piece of advice.\n"
    (tmp_path / "parcels.yaml").write_text(policy)
    (tmp_path / "orders.yaml").write_text(orders)
    (customers,) = re.findall(r"^```csv\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "orders.csv").write_text(customers)
    assert "2 tests passed." in alone("policy", "test", "orders.yaml").out
    shown = 0
    for block in re.findall(r"^```console\n(.*?)^```", page, re.DOTALL | re.MULTILINE):
        command, _, answer = block.partition("\n")
        if answer and not answer.startswith("$"):
            assert alone(*command.removeprefix("$ makegood ").split()).out == answer
            shown += 1
    assert shown == 4
