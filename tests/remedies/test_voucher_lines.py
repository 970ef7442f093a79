"""Every kind of line a file of voucher codes can hold: loaded, or rejected with its place, a reason and a remedy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from makegood.journal.models import Entry
from makegood.kit.errors import BadInput
from makegood.kit.money import Money
from makegood.remedies.actions import Loaded, _codes, load_vouchers
from makegood.remedies.models import Voucher
from makegood.remedies.queries import Stock, list_stock
from makegood.remedies.voucher import Voucher as Plugin

HEADER = "code,amount,currency,expires_on\n"


def read(tmp_path: Path, text: str | bytes) -> tuple[list[Any], Loaded]:
    """The good lines and the account, without a database: reading is pure."""
    path = tmp_path / "codes.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    loaded = Loaded()
    return list(_codes(path, loaded)), loaded


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (",5,USD,", "code", "1 to 200 visible characters"),
        ("   ,5,USD,", "code", "1 to 200 visible characters"),
        (f"{'x' * 201},5,USD,", "code", "1 to 200 visible characters"),
        ("A\u200bB,5,USD,", "code", "visible characters"),
        ("A\x00B,5,USD,", "code", "visible characters"),
        ('"A\nB",5,USD,', "code", "visible characters"),
        ("A,five,USD,", "amount", "'five' is not an amount"),
        ("A,5.001,USD,", "amount", "more digits than USD has"),
        ("A,5.5,JPY,", "amount", "more digits than JPY has"),
        ("A,0,USD,", "amount", "more than nothing"),
        ("A,0.00,USD,", "amount", "more than nothing"),
        ("A,-5,USD,", "amount", "more than nothing"),
        ("A,1e3,USD,", "amount", "not an amount"),
        ("A,NaN,USD,", "amount", "not an amount"),
        ("A,５,USD,", "amount", "not an amount"),
        ('A,"1,000",USD,', "amount", "not an amount"),
        ("A,,USD,", "amount", "not an amount"),
        (f"A,{'9' * 30},USD,", "amount", "No code is worth"),
        ("A,EUR 5,USD,", "amount", "in EUR, but USD is expected"),
        ("A,5,,", "currency", "names no currency"),
        ("A,5,usd,", "currency", "not an ISO 4217"),
        ("A,5,XQZ,", "currency", "not an ISO 4217"),
        ("A,5,USD,31.12.2099", "expires_on", "'31.12.2099' is not a date"),
        ("A,5,USD,2099-02-30", "expires_on", "is not a date"),
        ("A,5,USD,never", "expires_on", "is not a date"),
        ("A,1,000,USD,2099-01-01", "", "more fields than the first line"),
        ("A,5,USD,2099-01-01,x", "", "more fields than the first line"),
    ],
)
def test_a_bad_line_is_named_and_the_good_ones_around_it_are_read(
    tmp_path: Path, line: str, column: str, reason: str
) -> None:
    good, loaded = read(tmp_path, f"{HEADER}GOOD-1,5,USD,2099-12-31\n{line}\nGOOD-2,,,\n")
    assert [one.code for one in good] == ["GOOD-1", "GOOD-2"]
    assert loaded.read == 3
    (rejected,) = loaded.rejected
    assert (rejected.line, rejected.column) == (3, column)
    assert reason in rejected.reason
    assert rejected.reason.endswith(".") and rejected.remedy.endswith(".")


@pytest.mark.parametrize(
    ("line", "minor", "currency", "expires"),
    [
        ("A,5,USD,", 500, "USD", None),
        ("A,5.50,USD,2099-12-31", 550, "USD", "2099-12-31"),
        ("A,500,JPY,", 500, "JPY", None),
        ("A,1.234,KWD,", 1234, "KWD", None),
        ("A,USD 5,,", 500, "USD", None),
        ("A,5 USD,USD,", 500, "USD", None),
        ("  A  , 5 , USD , 2099-12-31 ", 500, "USD", "2099-12-31"),
        ("A", None, None, None),
        ("A,,,", None, None, None),
        ('"A",,,', None, None, None),
        ("A,5.000,USD,", 500, "USD", None),
        ("A,5,USD,,,", 500, "USD", None),
    ],
)
def test_good_lines(tmp_path: Path, line: str, minor: int | None, currency: str | None, expires: str | None) -> None:
    for ending in ("\n", "\r\n", ""):
        (one,), loaded = read(tmp_path, f"\ufeff{HEADER}{line}{ending}".replace("\n", ending or "\n"))
        assert (one.code, one.minor, one.currency) == ("A", minor, currency)
        assert (one.expires_on.isoformat() if one.expires_on else None) == expires
        assert loaded == Loaded(read=1)


def test_columns_in_any_order_and_others_beside_them(tmp_path: Path) -> None:
    (one,), _ = read(tmp_path, "note,currency,code,amount\nfor Ana,EUR,A,7\n")
    assert (one.code, one.minor, one.currency, one.expires_on) == ("A", 700, "EUR", None)


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    """Blank lines, and cells with line breaks before and in the bad line: it is named by where it starts."""
    text = 'code,note\nA,"two\nlines"\n\n,"bad\nover\nthree"\nB,\n"",end\n'
    good, loaded = read(tmp_path, text)
    assert [(one.code, one.line) for one in good] == [("A", 2), ("B", 8)]
    assert [rejected.line for rejected in loaded.rejected] == [5, 9]
    assert loaded.read == 4


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no-code-column"),
        (b"\n\n", "no-code-column"),
        (b"Code,amount\nA,5\n", "no-code-column"),
        (b"code;amount\nA;5\n", "no-code-column"),
        (b"code\n\xff\n", "not-csv"),
        ("code\nÄ\n".encode("utf-16"), "not-csv"),
        (b'code\n"A\n', "not-csv"),
        (b'code\n"A"B\n', "not-csv"),
    ],
)
def test_what_is_no_list_of_codes_at_all(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(BadInput) as no:
        read(tmp_path, content)
    assert no.value.code == code
    assert "codes.csv" in no.value.what and no.value.remedy


def test_what_is_loaded_is_counted_and_journalled_without_a_code(database: Any, tmp_path: Path) -> None:
    """2,500 good lines over two portions, one code three times, one that another brand has: all accounted for."""
    path = tmp_path / "codes.csv"
    path.write_text("code\nTAKEN\n")
    load_vouchers("other", "theirs", path, actor=None)
    lines = [f"SECRET-{n},5,USD," for n in range(2_500)]
    text = HEADER + "\n".join(["SECRET-7,5,USD,", *lines, "TAKEN,5,USD,", "SECRET-7,9,EUR,", ",5,USD,"])
    path.write_text(text)
    loaded = load_vouchers("b1", "sorry", path, actor=3)
    assert (loaded.read, loaded.added) == (2_504, 2_500)
    assert [(one.line, one.column) for one in loaded.rejected] == [
        (10, "code"),
        *((n, "code") for n in range(2503, 2506)),
    ]
    assert loaded.read == loaded.added + len(loaded.rejected)
    assert list_stock("b1") == [Stock("sorry", Money(500, "USD"), 2_500, 0, 2_500)]
    assert list_stock("other") == [Stock("theirs", None, 1, 0, 1)]
    entry = Entry.objects.get(actor=3)
    assert json.loads(entry.facts) == {"pool": "sorry", "added": 2_500, "rejected": 4}
    again = load_vouchers("b1", "sorry", path, actor=3)
    assert (again.added, len(again.rejected), Voucher.objects.count()) == (0, 2_504, 2_501)


@pytest.mark.parametrize(
    ("instructions", "count"),
    [
        ({"pool": "sorry"}, 0),
        ({"pool": "sorry", "valid_days": 0}, 0),
        ({}, 1),
        ({"pool": ""}, 1),
        ({"pool": "sorry", "valid_days": -1}, 1),
        ({"pool": "sorry", "valid_days": "30"}, 1),
        ({"pool": "sorry", "colour": "red"}, 1),
    ],
)
def test_what_a_step_may_ask_of_a_pool(instructions: dict[str, Any], count: int) -> None:
    findings = Plugin.check({}, instructions)
    assert [finding.code for finding in findings] == ["bad-step"] * count
