"""What people do by hand: voucher pools, letters, unknown outcomes; and who may."""

from __future__ import annotations

import pytest
from tests.cli.inprocess import Here, Office, _fresh_home, here, office

__all__ = ["_fresh_home", "here", "office"]
BY_POST = ("one", "--name", "Ana", "--post", "1 Mill Lane, Leeds", "--what", "We lost it.", "--refund", "USD 5")


def opened(here: Here) -> str:
    slug: str = here(*BY_POST, "--yes", "--json").json["mistake"]
    return slug


def test_voucher_codes_are_loaded_once_and_bad_lines_are_named(here: Here) -> None:
    pool = here.folder / "codes.csv"
    pool.write_text(
        "code,amount,currency,expires_on\nA-1,5.00,USD,2030-01-31\nA-2,five,USD,2030-01-31\nA-3,5.00,USD,2030-01-31\n"
    )
    loaded = here("vouchers", "load", "sorry-5", "codes.csv", code=1).out
    assert "3 lines read: 2 added, 1 rejected." in loaded
    assert "codes.csv:3:" in loaded
    again = here("vouchers", "load", "sorry-5", "codes.csv", code=1).out
    assert "3 lines read: 0 added, 3 rejected." in again
    (stock,) = here("vouchers", "stock", "--json").json
    assert (stock["pool"], stock["free"], stock["loaded"]) == ("sorry-5", 2, 2)
    assert "sorry-5" in here("vouchers", "stock").out
    assert here("vouchers", "load", "sorry-5", "nowhere.csv", code=1).said


def test_an_empty_house_says_so(here: Here) -> None:
    assert here("vouchers", "stock").out == "No codes yet.\n"
    assert here("tasks", "list").out == "None.\n"
    assert here("ledger").out == "None.\n"
    assert here("status").out == "No mistake is known.\n"
    assert here("status", "--json").json == []


def test_a_letter_waits_until_it_is_posted(here: Here) -> None:
    slug = opened(here)
    assert "1 not accounted for" in here("status", slug).out
    printed = here("letters", "print", slug, "--to", "post").out
    batch = printed.split()[-1]
    assert "1 letter in batch" in printed and f"makegood letters posted {batch}" in printed
    assert (here.folder / "post" / f"letters-{batch}.pdf").read_bytes().startswith(b"%PDF")
    assert "Ana" in (here.folder / "post" / f"addresses-{batch}.csv").read_text()
    assert "1 not accounted for" in here("status", slug).out
    assert here("letters", "posted", batch).out == "1 letter in the post.\n"
    assert "1 customer: 1 accounted for." in here("status", slug).out
    assert here("letters", "posted", "b-nothing", code=1).said


def test_nothing_is_unknown_and_nothing_is_settled_by_a_guess(here: Here) -> None:
    slug = opened(here)
    assert here("unknown", slug).out == "Nothing is unknown.\n"
    assert here("unknown", slug, "--json").json == []
    words = ("settle", slug, "1", "1", "--proof", "Seen at the bank.")
    assert "--outcome done or --outcome not-done" in here(*words, "--outcome", "maybe", code=64).said
    assert here(*words, "--outcome", "done", code=1).said
    assert "Missing option" in here("settle", slug, "1", "1", "--outcome", "done", code=64).said


@pytest.mark.parametrize(
    "words",
    [
        ["status", "m-none"],
        ["close", "m-none"],
        ["plans", "m-none"],
        ["show", "m-none", "1"],
        ["diff", "m-none", "1", "2"],
        ["approve", "m-none", "1", "--digest", "12345678"],
        ["apply", "m-none", "1"],
        ["unknown", "m-none"],
        ["rejections", "m-none"],
        ["outbox", "m-none"],
        ["evidence", "m-none", "--to", "pack"],
    ],
)
def test_a_mistake_that_is_not_there_is_named_by_every_command(here: Here, words: list[str]) -> None:
    refused = here.refused(*words)
    assert refused["code"] == "no-mistake" and "m-none" in refused["what"]


@pytest.mark.parametrize(
    "words",
    [
        ["pause", "m-none", "1"],
        ["resume", "m-none", "1"],
        ["cancel", "m-none", "1", "--reason", "x"],
        ["settle", "m-none", "1", "1", "--outcome", "done", "--proof", "x"],
        ["decide", "m-none", "c", "--remedy", "r", "--reason", "x", "--nothing"],
        ["letters", "print", "m-none"],
    ],
)
def test_and_by_those_that_only_speak(here: Here, words: list[str]) -> None:
    said = here(*words, code=1).said
    assert "There is no mistake 'm-none'." in said


def test_who_only_audits_reads_everything_and_changes_nothing(office: Office) -> None:
    slug = opened(office.is_("root"))
    reading = office.is_("Ada")
    for words in (["status", slug], ["plans", slug], ["show", slug, "1"], ["outbox", slug], ["unknown", slug]):
        reading(*words)
    before = reading("journal", "--mistake", slug, "--json").json
    for words in (
        ["report", "We did it."],
        ["pause", slug, "1"],
        ["cancel", slug, "1", "--reason", "x"],
        ["letters", "print", slug],
        ["close", slug],
    ):
        assert reading(*words, code=1).said
    assert reading("journal", "--mistake", slug, "--json").json == before


def test_a_token_that_nobody_has_is_a_sentence(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    here("status")
    monkeypatch.setenv("MAKEGOOD_TOKEN", "not-a-token")
    refused = here.refused("status")
    assert "token" in refused["what"].lower() and "not-a-token" not in str(refused)
