"""A pack holds everything to check a recovery by, and nobody's name."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import psycopg
import pytest
from tests.balance.evidence_packs import CANARIES, given_recovery, texts
from tests.engine.recovery import rows
from tests.journal.damage import as_admin

from makegood.balance.evidence import verify_pack, write_pack
from makegood.kit.digest import sha256
from makegood.kit.errors import BadInput, Refused, Unavailable
from makegood.kit.ids import act_key


@pytest.fixture
def done(database, tmp_path):
    made = given_recovery(tmp_path)
    made.carry_out("acknowledge")
    made.carry_out("remedy")
    return made


def written(made, target, **options):
    return write_pack(made.mistake, target, actor=made.people.maya.id, anchor=None, **options)


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def acts(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_a_pack_holds_everything_and_checks(done, tmp_path):
    steps = []
    pack = written(done, tmp_path / "pack", progress=steps.append)
    assert verify_pack(tmp_path / "pack") == []
    assert pack.findings == []
    assert pack.unsealed == 0
    names = {
        path.relative_to(tmp_path / "pack").as_posix() for path in (tmp_path / "pack").rglob("*") if path.is_file()
    }
    assert {
        *("README.txt", "manifest.json", "mistake.json", "scopes.json", "balance.json", "summary.txt", "seals.jsonl"),
        *("attempts.jsonl", "ledger.jsonl", "entries.jsonl", "settlements.jsonl", "notices.jsonl"),
        *("plans/1.json", "plans/1/acts.csv", "plans/1/decisions.csv", "plans/2.json", "plans/2/acts.csv"),
        *("documents/policy.yaml@1", "documents/playbook.yaml@1", "documents/messages/refund.md@1"),
    } <= names
    assert "customers.csv" not in names
    assert pack.files == len(names) - 1
    assert steps[0] == "sealing"
    assert "plan 2" in steps


def test_what_the_files_say_is_what_the_database_says(done, tmp_path):
    written(done, tmp_path / "pack")
    paid = acts(tmp_path / "pack/plans/2/acts.csv")
    assert rows("SELECT count(*), sum(minor) FROM ledger_transfer") == [
        (sum(1 for act in paid if act["minor"]), sum(int(act["minor"] or 0) for act in paid))
    ]
    first = paid[0]
    customer, sequence = int(first["customer"]), int(first["sequence"])
    assert first["key"] == act_key(done.mistake.public_id, customer, first["step"], sequence)
    assert {row[1] for row in lines(tmp_path / "pack/ledger.jsonl")} <= {act["key"] for act in paid}
    assert rows("SELECT count(*) FROM attempt") == [(len(lines(tmp_path / "pack/attempts.jsonl")),)]
    balance = json.loads((tmp_path / "pack/balance.json").read_text())
    assert balance["affected"] == 4
    assert [(one["currency"], one["done"]) for one in balance["money"]] == [("EUR", 1200)]
    assert len(acts(tmp_path / "pack/plans/2/decisions.csv")) == 4


def test_the_pack_is_of_one_mistake(done, tmp_path):
    """The other mistake's rows are in the same seals; of them only hashes are shown."""
    other = given_recovery(tmp_path / "other", people=done.people, slug="late-parcels")
    other.carry_out("acknowledge")
    written(done, tmp_path / "pack")
    assert verify_pack(tmp_path / "pack") == []
    assert {row[4] for row in lines(tmp_path / "pack/entries.jsonl")} == {done.mistake.id}
    plans = {plan for (plan,) in rows("SELECT id FROM plan WHERE mistake_id = %s", done.mistake.id)}
    assert {row[1] for row in lines(tmp_path / "pack/attempts.jsonl")} <= plans
    written(other, tmp_path / "pack2")
    assert verify_pack(tmp_path / "pack2") == []
    assert other.mistake.public_id not in texts(tmp_path / "pack")


def test_no_personal_value_is_in_the_pack(done, tmp_path):
    """Names, addresses, keys, harm facts, wishes and rendered messages; all of them are in the database."""
    written(done, tmp_path / "pack")
    whole = texts(tmp_path / "pack")
    kept = str(rows("SELECT text FROM outbox_message")) + str(rows("SELECT contact, facts FROM affected"))
    for canary in CANARIES:
        assert canary in kept
        assert canary not in whole
    assert "KANARYKEY" not in whole


def test_for_a_regulator_the_pack_says_who_they_are(done, tmp_path):
    written(done, tmp_path / "pack", personal=True)
    who = acts(tmp_path / "pack/customers.csv")
    assert {(one["key"], one["name"]) for one in who} >= {("KANARYKEY1", "Kanaryname One")}
    assert "kanarymail1@example.com" in texts(tmp_path / "pack")
    assert "keep this pack locked away" in (tmp_path / "pack/README.txt").read_text()
    assert verify_pack(tmp_path / "pack") == []
    assert (tmp_path / "pack").stat().st_mode & 0o077 == 0


def test_a_zip_is_the_same_for_the_same_content(done, tmp_path):
    from makegood.balance.evidence_files import PackWriter

    pack = written(done, tmp_path / "pack.zip")
    assert verify_pack(tmp_path / "pack.zip") == []
    with zipfile.ZipFile(tmp_path / "pack.zip") as file:
        assert file.testzip() is None
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert len(file.namelist()) == pack.files + 1
    for name in ("a.zip", "b.zip"):
        with PackWriter(tmp_path / name) as writer:
            writer.add("x/rows.csv", [b"head\n", b"1\n2\n"], heads=1)
            writer.add_manifest({"format": 1})
        assert writer.files["x/rows.csv"].rows == 2
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_the_page_says_what_happened_in_eighty_columns(done, tmp_path):
    written(done, tmp_path / "pack")
    page = (tmp_path / "pack/summary.txt").read_text()
    for words in (
        "We charged some customers twice",
        "4 customers, 4 of them accounted for",
        "EUR 12.00 redress: done EUR 12.00",
        "remedy: 8 acts, done; approved by staff",
        "all are as they were sealed",
        "after it was noticed the first in",
    ):
        assert words in " ".join(page.split()), page
    for name in ("summary.txt", "README.txt"):
        assert max(map(len, (tmp_path / "pack" / name).read_text().splitlines())) <= 80
    assert len(page.splitlines()) < 60


def test_the_lines_of_python_in_the_readme_work(done, tmp_path):
    written(done, tmp_path / "pack")
    text = (tmp_path / "pack/README.txt").read_text()
    program = text[text.index("  import hashlib") : text.index("Then compare the last seal")]
    program = "\n".join(line[2:] for line in program.splitlines())

    def by_hand():
        return subprocess.run(
            [sys.executable, "-I", "-c", program], cwd=tmp_path / "pack", capture_output=True, text=True
        )

    assert by_hand().stdout == "every row is sealed, and the seals follow each other\n", by_hand().stderr
    ledger = tmp_path / "pack/ledger.jsonl"
    ledger.write_text(ledger.read_text().replace("EUR", "USD", 1))
    assert by_hand().returncode == 1


def test_a_pack_is_checked_without_django_and_without_a_database(done, tmp_path):
    written(done, tmp_path / "pack")
    program = (
        "import sys; from pathlib import Path; from makegood.balance.evidence import verify_pack\n"
        "print(verify_pack(Path(sys.argv[1])), [m for m in sys.modules if m.split('.')[0] in ('django', 'psycopg')])"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    command = [sys.executable, "-c", program, str(tmp_path / "pack")]
    assert subprocess.run(command, capture_output=True, text=True, env=environment).stdout == "[] []\n"


def test_writing_is_journalled_with_the_packs_digest(done, tmp_path):
    pack = written(done, tmp_path / "pack")
    assert json.loads((tmp_path / "pack/manifest.json").read_text())["digest"] == pack.digest
    ((actor, facts),) = rows("SELECT actor, facts FROM entry WHERE verb = 'evidence.written'")
    assert (actor, json.loads(facts)["digest"]) == (done.people.maya.id, pack.digest)
    assert [row[5] for row in lines(tmp_path / "pack/entries.jsonl")].count("evidence.written") == 0
    written(done, tmp_path / "again")
    assert [row[5] for row in lines(tmp_path / "again/entries.jsonl")].count("evidence.written") == 1


def test_what_is_under_way_is_no_difference(done, tmp_path, database):
    """A worker may die between the transfer and its receipt: the act is unknown, the ledger has it."""
    as_admin(database, "UPDATE act SET state = 'unknown', settled_at = NULL WHERE step = 'refund' AND ordinal = 2")
    written(done, tmp_path / "pack")
    assert verify_pack(tmp_path / "pack") == []
    as_admin(database, "UPDATE act SET state = 'failed' WHERE step = 'refund' AND ordinal = 2")
    written(done, tmp_path / "again")
    ((minor,),) = rows("SELECT minor FROM act WHERE step = 'refund' AND ordinal = 2")
    assert [f.what for f in verify_pack(tmp_path / "again")] == [
        f"Line 3 of plans/2/acts.csv is failed: 0 minor units, the ledger has {minor}."
    ]


def test_a_message_of_the_desk_is_shown_by_its_digest(done, tmp_path, database):
    """An agent's own words to one person: not in the pack, and the plan's digest still checks."""
    as_admin(database, "UPDATE scope SET desk = true")
    written(done, tmp_path / "pack")
    assert not list((tmp_path / "pack/documents").glob("messages/*"))
    plan = json.loads((tmp_path / "pack/plans/2.json").read_text())
    assert plan["documents"]["messages/refund.md"]["withheld"] is True
    assert plan["documents"]["policy.yaml"]["withheld"] is False
    assert verify_pack(tmp_path / "pack") == []
    written(done, tmp_path / "whole", personal=True)
    assert (tmp_path / "whole/documents/messages/refund.md@1").exists()
    assert verify_pack(tmp_path / "whole") == []


def test_before_anything_is_planned(database, tmp_path):
    made = given_recovery(tmp_path, load=False)
    written(made, tmp_path / "pack")
    assert verify_pack(tmp_path / "pack") == []
    assert json.loads((tmp_path / "pack/balance.json").read_text()) is None
    assert "nobody known yet" in (tmp_path / "pack/summary.txt").read_text()


def test_drafts_and_superseded_plans_are_named_and_check(database, tmp_path):
    made = given_recovery(tmp_path)
    made.plan("acknowledge")
    made.plan("acknowledge")
    written(made, tmp_path / "pack")
    assert verify_pack(tmp_path / "pack") == []
    states = [json.loads((tmp_path / f"pack/plans/{n}.json").read_text())["state"] for n in (1, 2)]
    assert states == ["superseded", "draft"]
    assert not (tmp_path / "pack/plans/1").exists()
    assert len(acts(tmp_path / "pack/plans/2/acts.csv")) == 4


def test_rows_that_wait_for_a_long_transaction_are_said_to_be_missing(done, tmp_path, database):
    with psycopg.connect(database.app_url) as slow:
        slow.execute("INSERT INTO entry (verb, subject, facts) VALUES ('slow', 's', '{}')")
        with psycopg.connect(database.app_url, autocommit=True) as quick:
            quick.execute(
                "INSERT INTO entry (verb, subject, facts, mistake) VALUES ('q', 'q', '{}', %s)", [done.mistake.id]
            )
        pack = written(done, tmp_path / "pack")
    assert pack.unsealed == 1
    (finding,) = verify_pack(tmp_path / "pack")
    assert (finding.code, finding.level) == ("pack-not-all-sealed", "advice")
    assert "1 rows that were not sealed yet" in (tmp_path / "pack/summary.txt").read_text()


def test_damage_in_the_database_is_in_the_summary_and_found_in_the_pack(done, tmp_path, database):
    written(done, tmp_path / "before")
    as_admin(database, "UPDATE ledger_transfer SET minor = minor + 1 WHERE id = 1")
    pack = written(done, tmp_path / "pack")
    assert [f.what for f in pack.findings] == ["Row 1 of the ledger was changed."]
    assert "Row 1 of the ledger was changed." in (tmp_path / "pack/summary.txt").read_text()
    found = [finding.what for finding in verify_pack(tmp_path / "pack")]
    assert "Line 1 of ledger.jsonl (row 1) is not the text that was sealed." in found
    assert any("the ledger has" in what for what in found)


def test_the_anchor_is_compared_with_the_pack(done, tmp_path):
    anchor = tmp_path / "anchor"
    write_pack(done.mistake, tmp_path / "pack", actor=1, anchor=anchor)
    assert verify_pack(tmp_path / "pack", anchor=anchor) == []
    number, digest, *_ = anchor.read_text().split()
    anchor.write_text(f"{number} {sha256(digest)} 2026-01-01T00:00:00Z\n")
    assert [f.code for f in verify_pack(tmp_path / "pack", anchor=anchor)] == ["pack-anchor-differs"]


def test_nothing_is_overwritten_and_nothing_half_written_is_left(done, tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    with pytest.raises(Refused, match="exists already"):
        written(done, tmp_path / "there")
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unavailable, match="cannot be written"):
        written(done, tmp_path / "file" / "pack")

    def stopped(word):
        if word == "seals":
            raise KeyboardInterrupt

    before = set(tmp_path.iterdir())
    for name in ("pack", "pack.zip"):
        with pytest.raises(KeyboardInterrupt):
            written(done, tmp_path / name, progress=stopped)
    assert set(tmp_path.iterdir()) == before
    assert rows("SELECT count(*) FROM entry WHERE verb = 'evidence.written'") == [(0,)]


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 no zip at all"])
def test_what_is_no_pack_is_a_sentence(tmp_path, content):
    path = tmp_path / "pack.zip"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput, match="is not an evidence pack"):
        verify_pack(path)
    (tmp_path / "empty").mkdir()
    assert "pack-file-unreadable" in {f.code for f in verify_pack(Path(tmp_path / "empty"))}
