"""One changed byte anywhere is found; a clever change, with the manifest put right, is named by file and line."""

import json
import shutil
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.balance.evidence_packs import forge, given_recovery

from makegood.balance.evidence import verify_pack, write_pack
from makegood.balance.evidence_files import pretty
from makegood.kit.digest import canonical


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """One pack for all: the first test makes it, the others damage copies."""
    return tmp_path_factory.mktemp("evidence") / "pack"


@pytest.fixture
def pack(built, request, tmp_path):
    if not built.exists():
        request.getfixturevalue("database")
        made = given_recovery(tmp_path)
        made.carry_out("acknowledge")
        made.carry_out("remedy")
        write_pack(made.mistake, built, actor=made.people.maya.id, anchor=None)
    return shutil.copytree(built, tmp_path / "pack")


def said(folder):
    return [finding.what for finding in verify_pack(folder)]


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(picks=st.data())
def test_one_changed_byte_of_any_file_is_found(pack, picks):
    files = sorted(path for path in pack.rglob("*") if path.is_file() and path.stat().st_size)
    path = picks.draw(st.sampled_from(files), label="file")
    before = path.read_bytes()
    place = picks.draw(st.integers(0, len(before) - 1), label="place")
    flip = picks.draw(st.integers(1, 255), label="flip")
    try:
        path.write_bytes(before[:place] + bytes([before[place] ^ flip]) + before[place + 1 :])
        findings = verify_pack(pack)
    finally:
        path.write_bytes(before)
    assert findings
    assert path.relative_to(pack).as_posix() in {finding.place.file for finding in findings}


@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(picks=st.data())
def test_a_changed_byte_of_a_sealed_row_is_found_though_the_manifest_was_put_right(pack, tmp_path, picks):
    name = picks.draw(st.sampled_from(["attempts.jsonl", "ledger.jsonl", "entries.jsonl", "seals.jsonl"]))
    copy = tmp_path / "forged"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(pack, copy)
    size = (pack / name).stat().st_size
    place = picks.draw(st.integers(0, size - 1), label="place")
    flip = picks.draw(st.integers(1, 255), label="flip")
    forge(copy, name, lambda text: text[:place] + bytes([text[place] ^ flip]) + text[place + 1 :])
    named = {finding.place.file for finding in verify_pack(copy)}
    # Which rows of a seal are this mistake's is not under its digest: a change there shows in the rows' own file.
    assert named & ({name} if name != "seals.jsonl" else {name, "attempts.jsonl", "ledger.jsonl", "entries.jsonl"})


def test_a_changed_receipt_is_named_by_line_and_row(pack):
    forge(pack, "attempts.jsonl", lambda text: text.replace(b'"booked"', b'"lifted"', 1))
    number, row = next(
        (number, json.loads(line)[0])
        for number, line in enumerate((pack / "attempts.jsonl").read_text().splitlines(), start=1)
        if "lifted" in line
    )
    findings = verify_pack(pack)
    assert [f.what for f in findings] == [
        f"Line {number} of attempts.jsonl (row {row}) is not the text that was sealed."
    ]
    assert str(findings[0].place) == f"attempts.jsonl:{number}"


@pytest.mark.parametrize("name", ["attempts.jsonl", "ledger.jsonl", "entries.jsonl"])
def test_a_missing_line_is_named_by_row_and_seal(pack, name):
    gone = json.loads((pack / name).read_text().splitlines()[2])[0]
    forge(pack, name, lambda text: b"".join(line for n, line in enumerate(text.splitlines(keepends=True)) if n != 2))
    assert any(what.startswith(f"Row {gone} is missing from {name}; seal ") for what in said(pack))


def test_a_line_of_its_own_making_is_in_no_seal(pack):
    extra = (
        b'[9999, "mg-0", "brand:default:redress", "customer:1:credit", 100, "EUR", "", "2026-01-01T00:00:00.000000Z"]\n'
    )
    forge(pack, "ledger.jsonl", lambda text: text + extra)
    assert "Line 5 of ledger.jsonl (row 9999) is in no seal." in said(pack)
    assert "Line 5 of ledger.jsonl credits 100 minor units under mg-0, which no act has." in said(pack)


def test_lines_in_another_order_are_still_sealed(pack):
    forge(pack, "ledger.jsonl", lambda text: b"".join(reversed(text.splitlines(keepends=True))))
    assert said(pack) == []


def test_a_missing_seal_is_a_gap(pack):
    forge(
        pack,
        "seals.jsonl",
        lambda text: b"".join(text.splitlines(keepends=True)[:2] + text.splitlines(keepends=True)[3:]),
    )
    assert "Between seal 2 and seal 4 there is a gap." in said(pack)


def test_the_last_seal_cut_off(pack):
    forge(pack, "seals.jsonl", lambda text: b"".join(text.splitlines(keepends=True)[:-1]))
    assert "The last seal is not the one that the manifest names." in said(pack)


def test_a_row_that_no_seal_claims_any_more(pack):
    """The seal's own digest does not cover which rows are of this mistake; the row then is in no seal."""

    def disown(text):
        lines = [json.loads(line) for line in text.splitlines()]
        seal = next(line for line in lines if line["stream"] == "ledger")
        seal["ours"] = seal["ours"][1:]
        return b"".join(canonical(line).encode() + b"\n" for line in lines)

    forge(pack, "seals.jsonl", disown)
    assert "Line 1 of ledger.jsonl (row 1) is in no seal." in said(pack)


def changed_json(change):
    def forged(text):
        value = json.loads(text)
        change(value)
        return pretty(value).encode()

    return forged


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda plan: plan["settings"].update(zone="UTC"), "The digest of plan 2 is not that of its acts"),
        (lambda plan: plan.update(as_of="2026-03-02T09:00:01.000000Z"), "The digest of plan 2 is not that of its acts"),
        (lambda plan: plan["approvals"][0].update(digest="0" * 64), "under another digest than its own"),
        (lambda plan: plan["approvals"][0].update(by=99), "The journal has no approval of plan 2 by staff 99"),
        (lambda plan: plan["approvals"].clear(), "Plan 2 has no approval."),
        (lambda plan: plan["parts"].pop(), "The digest of plan 2 is not that of its acts"),
        (lambda plan: plan["parts"][0].__setitem__(3, "0" * 64), "whose acts are not those that were planned"),
        (lambda plan: plan["summary"]["sums"].update(EUR=1), "The sums of plan 2 are not those of its acts."),
        (lambda plan: plan["scope"].update(digest="0" * 64), "was made over another scope version"),
        (lambda plan: plan.update(digest="0" * 64), "under another digest than its own"),
        (lambda plan: plan.pop("settings"), "is not in the form of a pack"),
        (lambda plan: plan.update(number=7), "plans/7/acts.csv is missing."),
    ],
)
def test_a_changed_plan(pack, change, sentence):
    forge(pack, "plans/2.json", changed_json(change))
    assert any(sentence in what for what in said(pack)), said(pack)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b",100,EUR,", b",900,EUR,", "is not what its leaf covers."),
        (b",done,", b",failed,", "currency"),
        (b",redress,", b",goodwill,", "is not what its leaf covers."),
        (b"mg-", b"mg+", "has a key that is not its own."),
        (b"store-credit", b"store_credit", "is not what its leaf covers."),
    ],
)
def test_a_changed_act(pack, old, new, sentence):
    forge(pack, "plans/2/acts.csv", lambda text: text.replace(old, new, 1))
    found = said(pack)
    if sentence == "currency":
        assert any("the balance says" in what for what in found)
        assert any("is failed: 0 minor units, the ledger has" in what for what in found)
    else:
        assert any(sentence in what and "acts.csv" in what for what in found), found


def test_an_act_taken_out_or_cut_off(pack):
    acts = "plans/2/acts.csv"
    whole = (pack / acts).read_bytes()
    forge(pack, acts, lambda text: b"".join(line for n, line in enumerate(text.splitlines(keepends=True)) if n != 3))
    assert "Line 4 of plans/2/acts.csv should be act 3." in said(pack)
    forge(pack, acts, lambda _: b"".join(whole.splitlines(keepends=True)[:-1]))
    assert "Plan 2 has 8 acts, plans/2/acts.csv has them up to act 7." in said(pack)


def test_an_act_that_claims_more_tries_than_receipts(pack):
    def never_tried(text):
        rows = text.decode().splitlines(keepends=True)
        tries = rows[0].split(",").index("tries")
        cells = rows[1].split(",")
        cells[tries] = "5"
        return "".join([rows[0], ",".join(cells), *rows[2:]]).encode()

    forge(pack, "plans/1/acts.csv", never_tried)
    assert said(pack) == ["Line 2 of plans/1/acts.csv is done after 5 tries, but has 1 receipts."]


def test_changed_sums_of_the_balance(pack):
    forge(pack, "balance.json", changed_json(lambda balance: balance["money"][0].update(done=1)))
    assert "EUR redress done: the balance says 1 minor units, the acts 1200." in said(pack)
    forge(pack, "balance.json", changed_json(lambda balance: balance.update(affected=5)))
    assert any("does not account for 5 customers" in what for what in said(pack))


def test_a_changed_document_a_missing_and_an_added_file(pack):
    forge(pack, "documents/policy.yaml@1", lambda text: text + b"# more\n")
    assert said(pack)[0] == "documents/policy.yaml@1 is not the text that plan 1 names."
    (pack / "documents/policy.yaml@1").unlink()
    (pack / "note.txt").write_text("hello")
    found = said(pack)
    assert "documents/policy.yaml@1 is missing." in found
    assert "note.txt is not in the manifest." in found


def test_a_damaged_zip(pack, tmp_path):
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for one in sorted(pack.rglob("*")):
            if one.is_file():
                file.write(one, one.relative_to(pack).as_posix())
    assert verify_pack(path) == []
    with zipfile.ZipFile(path) as file:
        entry = file.getinfo("ledger.jsonl")
        start = entry.header_offset + 30 + len(entry.filename)
    whole = bytearray(path.read_bytes())
    whole[start + 20] ^= 0x55
    path.write_bytes(whole)
    assert any("ledger.jsonl" in what for what in said(path))


def test_a_hundred_lines_are_named_and_the_rest_counted(pack):
    forge(pack, "entries.jsonl", lambda text: text + b"\n" * 250)
    found = [finding for finding in verify_pack(pack) if finding.code == "pack-row-changed"]
    assert len(found) == 101
    assert found[-1].count == 150
