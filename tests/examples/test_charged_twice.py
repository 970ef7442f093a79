"""charged-twice: eleven wrote, 164 were hit. Skipped where the package `lifetimes` is not there."""

from __future__ import annotations

import csv
import hashlib
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from tests.examples.recovery_folder import EXAMPLES, checked, example, gathered, need_package

from makegood.kit.errors import NotFound
from makegood.testing.packages import FOLDER_VARIABLE

EXAMPLE = example("charged-twice")
HEROINE = EXAMPLE.HEROINE


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    need_package("lifetimes", "datasets/CDNOW_master.txt")
    target = tmp_path_factory.mktemp("charged") / "charged-twice"
    EXAMPLE.prepare(target)
    return target


@pytest.fixture(scope="module")
def wide_folder(tmp_path_factory) -> Path:
    need_package("lifetimes", "datasets/CDNOW_master.txt")
    target = tmp_path_factory.mktemp("charged") / "wide"
    EXAMPLE.prepare(target)
    EXAMPLE.look_back(target)
    EXAMPLE.confirm_facts(target)
    return target


@pytest.fixture(scope="module")
def first(folder):
    with gathered(folder) as loaded:
        yield loaded


@pytest.fixture(scope="module")
def second(wide_folder):
    with gathered(wide_folder) as loaded:
        yield loaded


def rows_of(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as text:
        return {row["customer"]: row for row in csv.DictReader(text)}


def test_the_documents_are_sound_but_the_cause_is_open(folder):
    findings = checked(folder).findings
    assert {finding.level for finding in findings} == {"advice"}
    assert {finding.code for finding in findings} == {"unconfirmed-fact"}
    assert all("remedy.md" in str(finding.place) for finding in findings)  # the acknowledgement does not wait for it


def test_once_the_cause_is_found_nothing_is_left_to_say(wide_folder):
    assert checked(wide_folder).findings == ()


def test_the_first_query_finds_44(first):
    assert (first.counts.read, first.counts.affected, first.counts.merged) == (50, 44, 6)
    assert (first.counts.rejected, first.counts.nobody) == (0, 0)
    assert sum(facts["extra"] for facts, _ in first.customers().values()) == 787_40


def test_the_probe_finds_164_and_255_extra_purchases(second):
    assert (second.counts.read, second.counts.affected, second.counts.merged) == (255, 164, 91)
    assert (second.counts.rejected, second.counts.nobody) == (0, 0)
    everybody = [facts for facts, _ in second.customers().values()]
    assert sum(facts["extra"] for facts in everybody) == 4332_88
    assert sum(facts["purchases"] for facts in everybody) == 255
    assert min(facts["extra"] for facts in everybody) == 5_98  # no extra purchase is over nothing


def test_120_new_8_changed_none_gone(first, second):
    before, after = first.customers(), second.customers()
    assert len(after.keys() - before.keys()) == 120
    assert before.keys() - after.keys() == set()
    changed = [key for key in before if before[key] != after[key]]
    assert len(changed) == 8
    assert all(after[key][0]["extra"] > before[key][0]["extra"] for key in changed)
    assert all(before[key][1] == after[key][1] for key in before)


def test_an_independent_count_of_the_published_file_agrees(folder, second):
    lines = (folder / "purchases.txt").read_text(encoding="ascii").splitlines()[1:]
    assert len(lines) == 69_659
    assert len(lines) - len(set(lines)) == 255
    assert _twice(lines) == set(second.customers())
    free = [line for line in lines if line.endswith(" 0.00")]
    assert len(free) == len(set(free)) == 80  # none of them has a twin, so none is counted


def _twice(lines: list[str]) -> set[str]:
    seen: set[str] = set()
    found = set()
    for line in lines:
        if line in seen:
            found.add(line.split()[0])
        seen.add(line)
    return found


def test_each_rule_decides_whom_it_should(first, second):
    assert first.by_rule("refund") == {
        "extra": (27, 482_84), "expired": (5, 88_83), "partly": (2, 26_98), "back-already": (6, 0), "disputed": (4, 0),
    }  # fmt: skip
    assert second.by_rule("refund") == {
        "extra": (124, 2731_44), "expired": (13, 243_04), "partly": (4, 337_23), "back-already": (14, 0),
        "disputed": (9, 0),
    }  # fmt: skip
    assert second.by_rule("sorry") == {"small": (110, 330_00), "middle": (42, 210_00), "tenth": (12, 142_90)}


def test_what_is_paid_back_held_and_gone_before_adds_up(second):
    people, decided = second.customers(), second.decisions()
    paid = sum(minor for (_, remedy), (_, _, minor) in decided.items() if remedy == "refund")
    held = sum(people[key][0]["extra"] for (key, remedy), (status, *_) in decided.items()
               if remedy == "refund" and status == "hold")  # fmt: skip
    before = sum(facts["refunded"] for facts, _ in people.values())
    assert paid + held + before == 4332_88


def test_no_plan_reaches_the_budget_or_the_cap(second, wide_folder):
    playbook = checked(wide_folder).playbook
    assert playbook is not None
    each: dict[str, int] = {}
    for (key, _), (_, _, minor) in second.decisions().items():
        each[key] = each.get(key, 0) + minor
    held = sum(facts["extra"] for facts, _ in second.customers().values() if facts["disputed"])
    assert sum(each.values()) + held <= playbook.budget["USD"].minor
    assert max(each.values()) <= playbook.caps["USD"].minor


def test_eleven_wrote_and_all_are_among_the_first_44(folder, first):
    wishes = rows_of(folder / "wishes.csv")
    letters = sorted((folder / "letters").iterdir())
    assert len(wishes) == len(letters) == 11
    assert wishes.keys() <= first.customers().keys()
    assert {path.stem.partition("-")[2] for path in letters} == set(wishes)
    wanting = [facts for facts, _ in first.customers().values() if facts["wish_text"]]
    assert len(wanting) == 11
    assert sum(facts["wish_amount"] is None for facts in wanting) == 1  # one asks for an explanation only


def test_each_letter_names_a_charge_that_was_made(folder, first):
    for path in (folder / "letters").iterdir():
        text, key = path.read_text(encoding="utf-8"), path.stem.partition("-")[2]
        assert "{" not in text
        assert text.rstrip().endswith(first.customers()[key][1]["name"])


def test_the_heroine_runs_through_every_screen(folder, first, second):
    for loaded in (first, second):
        facts, contact = loaded.customers()[HEROINE]
        assert (facts["extra"], facts["purchases"], facts["first_on"]) == (64_95, 1, "1998-03-30")
        assert (contact["name"], contact["language"]) == ("Grace O'Brien", "en")
        assert contact["email"] == "grace.obrien.07592@example.com"
        assert loaded.decisions()[HEROINE, "refund"] == ("owed", "extra", 64_95)
        assert loaded.decisions()[HEROINE, "sorry"] == ("owed", "tenth", 6_50)
    letter = (folder / "letters" / f"01-{HEROINE}.txt").read_text(encoding="utf-8")
    assert "$64.95 twice" in letter and "March 30" in letter


def test_some_are_reached_by_letter_some_not_at_all(second):
    assert len(second.unreachable("email")) == 15
    assert len(second.unreachable("email", "post")) == 8
    assert len(second.unreachable("email", "post", "phone")) == 8
    languages = {contact["language"] for _, contact in second.customers().values()}
    assert {"en", "pl", "vi", "es", "de"} <= languages
    people = second.customers()
    assert any(facts["wish_text"] and not contact["email"] and contact["post"] for facts, contact in people.values())


def test_what_a_refund_script_would_have_done(folder):
    with duckdb.connect() as db:
        db.execute(
            "CREATE TABLE purchases AS SELECT column0 FROM read_csv(?, header = false, delim = '|', skip = 1,"
            " all_varchar = true, names = ['column0'])",
            [str(folder / "purchases.txt")],
        )
        db.execute("CREATE TABLE cards AS SELECT * FROM read_csv(?, all_varchar = true)", [str(folder / "cards.csv")])
        query = db.execute((EXAMPLES / "charged-twice" / "figures" / "script_would_have.sql").read_text("utf-8"))
        names = [column[0] for column in query.description or ()]
        recent, whole = (dict(zip(names, map(str, row), strict=True)) for row in query.fetchall())
    assert recent == SCRIPT_RECENT
    assert whole == SCRIPT_WHOLE


SCRIPT_RECENT = {
    "list": "from 1998", "customers": "44", "usd": "787.40", "twice_customers": "11", "twice_usd": "173.76",
    "unseen_customers": "120", "short_customers": "8", "unseen_usd": "3545.48", "bounced_customers": "5",
    "bounced_usd": "88.83",
}  # fmt: skip
SCRIPT_WHOLE = {
    "list": "whole period", "customers": "164", "usd": "4332.88", "twice_customers": "27", "twice_usd": "1021.17",
    "unseen_customers": "0", "short_customers": "0", "unseen_usd": "0.00", "bounced_customers": "13",
    "bounced_usd": "243.04",
}  # fmt: skip


def test_the_script_pays_twice_exactly_what_was_refunded_or_is_disputed(second):
    people = [facts for facts, _ in second.customers().values()]
    refunded = sum(facts["refunded"] for facts in people)
    disputed = sum(facts["extra"] for facts in people if facts["disputed"])
    assert f"{(refunded + disputed) / 100:.2f}" == SCRIPT_WHOLE["twice_usd"]


def test_the_first_list_pays_twice_what_exceeds_what_is_owed(first, second):
    owed, twice = second.customers(), []
    for key, (facts, _) in first.customers().items():
        gone = owed[key][0]["extra"] if facts["disputed"] else facts["refunded"]
        twice.append(max(0, min(facts["extra"], facts["extra"] + gone - owed[key][0]["extra"])))
    assert sum(amount > 0 for amount in twice) == 11
    assert f"{sum(twice) / 100:.2f}" == SCRIPT_RECENT["twice_usd"]


def test_the_acknowledgement_waits_for_no_cause(first):
    texts = first.render("acknowledge")
    assert len(texts) == 44
    hers = texts[HEROINE]
    assert "we charged you twice for your purchase on March 30, 1998. We took $64.95 too much" in hers
    assert "That was our mistake, and we are sorry." in hers
    assert "We do not know yet how it came about" in hers
    assert "Monday, 6 July 1998" in hers


def test_the_remedy_message_says_what_was_done_for_this_customer(second):
    texts, people = second.render("remedy"), second.customers()
    for (key, remedy), (status, rule, _) in second.decisions().items():
        if remedy != "refund":
            continue
        assert ("is back with you" in texts[key]) == (status == "owed")
        assert ("Your bank is looking at this charge" in texts[key]) == (rule == "disputed")
        assert ("was all of it" in texts[key]) == (rule == "back-already")
        assert ("has expired" in texts[key]) == (rule == "expired")
        assert ("together that is all of it" in texts[key]) == (rule == "partly")
        assert people[key][1]["name"] in texts[key]
    assert "the bank refuses a number it has seen" in texts[HEROINE]
    assert "$6.50 is on your account" in texts[HEROINE]


def test_the_question_does_not_claim_what_is_not_done(second):
    texts = second.render("ask")
    for key, (facts, _) in second.customers().items():
        assert ("is back with you" in texts[key]) == (not facts["disputed"])


def test_preparing_twice_writes_the_same_bytes(folder, tmp_path):
    EXAMPLE.prepare(tmp_path / "again")
    EXAMPLE.prepare(tmp_path / "again")
    assert fingerprint(tmp_path / "again") == fingerprint(folder)


def fingerprint(root: Path) -> dict[str, str]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_probe_changes_one_line(folder, wide_folder):
    before, after = ((one / "scope.sql").read_text("utf-8").splitlines() for one in (folder, wide_folder))
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [
        ("    SELECT DATE '1998-01-01' AS first_day", "    SELECT DATE '1997-01-01' AS first_day")
    ]


def test_a_demonstration_may_notice_it_today(tmp_path):
    need_package("lifetimes", "datasets/CDNOW_master.txt")
    EXAMPLE.prepare(tmp_path / "today", noticed=datetime.fromisoformat("2026-11-20T10:00:00+00:00"))
    mistake = checked(tmp_path / "today").mistake
    assert mistake is not None
    assert mistake.noticed_at == datetime.fromisoformat("2026-11-20T10:00:00+00:00")
    facts = {fact.id: fact.text for fact in mistake.facts}
    assert "again by Wednesday, 25 November 2026," in facts["next"]
    assert facts["prevention"].startswith("Since 21 November 2026 each purchase")


def test_a_missing_package_is_a_sentence_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setattr("makegood.testing.packages._installed", lambda package, inside: None)
    with pytest.raises(NotFound, match="pip install --no-deps lifetimes"):
        EXAMPLE.prepare(tmp_path / "target", tmp_path)
    assert not (tmp_path / "target").exists()


def test_the_command_line_says_how_it_is_used(tmp_path):
    said: list[str] = []
    assert EXAMPLE.main([], said.append) == 64
    assert said[0].startswith("usage: python prepare.py FOLDER")


def test_nothing_of_the_package_is_in_the_repository():
    names = {path.name for path in (EXAMPLES / "charged-twice").rglob("*") if path.is_file()}
    assert not names & {"purchases.txt", "contacts.csv", "cards.csv", "wishes.csv"}
