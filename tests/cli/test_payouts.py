"""Payouts by hand: a person exports a file, another one proves that the bank has it, and says what came back."""

from __future__ import annotations

from typing import Any

import psycopg
from tests.cli.inprocess import Here, Office, _fresh_home, here, office
from tests.remedies.payouts import OURS, pay, payout

from makegood.kit.money import Money

__all__ = ["_fresh_home", "here", "office"]
BANK = ("connections", "add", "bank", "--plugin", "payout", "--set", "holder=Shop Ltd", "--set", f"iban={OURS}")


def test_from_waiting_to_handed_over_to_returned(database: Any, here: Here, office: Office) -> None:
    assert here("payouts", "list").out == "No file yet.\n"
    here(*BANK)
    office.hire("Omar", "lead", limits=("EUR 1000",))
    window = [payout(n, amount=Money(30_000, "EUR")) for n in range(2)]
    pay(database, *window)
    me = office.is_("root")
    assert "2 payouts of EUR 600.00 from DE89370400440532013000 wait for a file." in me("payouts", "list").out
    assert "is not a day" in me.refused("payouts", "export", "bank", "--on", "soon")["what"]
    assert me.refused("payouts", "export", "nobank")["code"] == "no-connection"
    said = me("payouts", "export", "bank", "--to", "bank").out
    assert "2 payouts, EUR 600.00, to be paid on" in said and "0 still waiting." in said
    listed = me("payouts", "list", "--json").json
    (file,) = listed["files"]
    assert f"sha256 {file['digest']}" in said
    assert f"makegood payouts handed-over {file['file']} --reference REFERENCE" in said
    path = here.folder / "bank" / f"payouts-{file['file']}.xml"
    first = path.read_bytes()
    assert me("payouts", "export", "bank", code=1).said.startswith("No payout waits.")
    path.unlink()
    me("payouts", "write", file["file"], "--to", "bank")
    assert path.read_bytes() == first
    assert "hand over alone" in me("payouts", "handed-over", file["file"], "--reference", "B-1", code=1).said
    omar = office.is_("Omar")
    assert omar("payouts", "handed-over", file["file"], "--reference", "B-1").out == "2 payouts handed over.\n"
    assert omar("payouts", "handed-over", file["file"], "--reference", "B-1").out == "0 payouts handed over.\n"
    assert "B-1" in omar("payouts", "list").out
    assert omar("payouts", "returned", window[0].key[:35], "--code", "AC04").out == "Noted. The customer is not paid.\n"
    assert "The payout is 'returned'." in omar("payouts", "returned", window[0].key, "--code", "AC04", code=1).said
    with psycopg.connect(database.app_url) as db:
        kept = db.execute("SELECT verb, facts FROM entry WHERE verb LIKE 'payout%' ORDER BY id").fetchall()
    assert [verb for verb, _ in kept] == ["payouts.exported", "payouts.handed-over", "payout.returned"]
    assert "Canary" not in str(kept)


def test_the_export_for_scripts(database: Any, here: Here) -> None:
    here(*BANK)
    pay(database, payout())
    done = here("payouts", "export", "bank", "--json").json
    assert (done["lines"], done["total"]["minor"], done["waiting"]) == (1, 1250, 0)
    assert (here.folder / f"payouts-{done['name']}.xml").exists()
