"""From waiting lines to a file the bank takes, its hand-over with proof, and what came back; never twice."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from tests.remedies.payouts import IBANS, OURS, SETTINGS, Firm, given_firm, pay, payout

from makegood.channels.models import Settlement
from makegood.customers.actions import erase_customer
from makegood.journal.models import Entry
from makegood.kit.clock import now
from makegood.kit.digest import sha256
from makegood.kit.errors import BadInput, NotAllowed, NotFound, Refused, Unavailable
from makegood.kit.money import Money
from makegood.kit.plugins import ProviderError, Receipt
from makegood.people.models import Connection
from makegood.remedies.models import Payout, PayoutBatch
from makegood.remedies.payout_actions import export_payouts, hand_over_payouts, return_payout, write_payouts
from makegood.remedies.payout_file import About, Line, build, plain, read_columns
from makegood.remedies.queries import list_payout_files, list_payouts_waiting

TOMORROW = now().date() + timedelta(days=1)
SCHEMAS = ["pain.001.001.03", "pain.001.001.09"]


@pytest.fixture
def firm(database: Any) -> Firm:
    return given_firm()


def export(firm: Firm, folder: Path, staff: int = 0, **more: Any) -> Any:
    return export_payouts(firm.brand, "bank", folder, staff=staff or firm.maya, on=TOMORROW, **more)


def tree(content: bytes, schema: str = SCHEMAS[0]) -> tuple[ET.Element, dict[str, str]]:
    return ET.fromstring(content), {"p": f"urn:iso:std:iso:20022:tech:xsd:{schema}"}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_file_is_what_the_bank_reads(database: Any, firm: Firm, tmp_path: Path, schema: str) -> None:
    Connection.objects.update(settings={**SETTINGS, "format": schema})
    window = [payout(n, amount=Money(100 * n + 1, "EUR")) for n in range(1, 5)]
    pay(database, *window)
    done = export(firm, tmp_path)
    assert done.path == tmp_path / f"payouts-{done.name}.xml"
    assert (done.path.stat().st_mode & 0o777) == 0o600
    content = done.path.read_bytes()
    assert (done.lines, done.total, done.digest) == (4, Money(1004, "EUR"), sha256(content))
    root, ns = tree(content, schema)
    text = {tag: [one.text for one in root.iterfind(f".//p:{tag}", ns)] for tag in ("MsgId", "CtrlSum", "NbOfTxs")}
    assert text == {"MsgId": [done.name], "CtrlSum": ["10.04"] * 2, "NbOfTxs": ["4"] * 2}
    lines = root.findall(".//p:CdtTrfTxInf", ns)
    assert [one.findtext(".//p:EndToEndId", None, ns) for one in lines] == [one.key[:35] for one in window]
    assert [one.findtext(".//p:InstdAmt", None, ns) for one in lines] == ["1.01", "2.01", "3.01", "4.01"]
    assert [one.findtext(".//p:CdtrAcct//p:IBAN", None, ns) for one in lines] == [IBANS[n % 4] for n in range(1, 5)]
    assert {one.findtext(".//p:Cdtr/p:Nm", None, ns) for one in lines} == {"Wilhelmina Canary"}
    assert root.findtext(".//p:DbtrAcct//p:IBAN", None, ns) == OURS.replace(" ", "")
    bic = "BIC" if schema == SCHEMAS[0] else "BICFI"
    assert root.findtext(f".//p:DbtrAgt//p:{bic}", None, ns) == "COBADEFFXXX", "found from the IBAN"
    day = root.find(".//p:ReqdExctnDt", ns)
    assert day is not None and "".join(day.itertext()) == TOMORROW.isoformat()


def test_a_line_is_in_one_file_only_and_the_file_can_be_written_again(
    database: Any, firm: Firm, tmp_path: Path
) -> None:
    pay(database, *(payout(n) for n in range(5)))
    first, second = export(firm, tmp_path, limit=3), export(firm, tmp_path, limit=3)
    assert (first.lines, first.waiting, second.lines, second.waiting) == (3, 2, 2, 0)
    with pytest.raises(Refused, match="No payout waits"):
        export(firm, tmp_path)
    assert [one.name for one in list_payout_files("default")] == [second.name, first.name]
    assert list_payouts_waiting("default") == []
    again = write_payouts(first.name, tmp_path / "again", brand=firm.brand)
    assert again.path.read_bytes() == first.path.read_bytes(), "byte for byte, whenever it is"
    Connection.objects.update(settings={**SETTINGS, "holder": "Another Name"})
    assert write_payouts(first.name, tmp_path / "again", brand=firm.brand).digest == first.digest
    entries = [json.loads(one.facts) for one in Entry.objects.filter(verb="payouts.exported").order_by("id")]
    assert entries[0] == {"lines": 3, "minor": 3750, "currency": "EUR", "digest": first.digest}
    assert "Canary" not in str(entries) and IBANS[0] not in str(entries)


def test_a_line_that_was_erased_is_in_no_file(database: Any, firm: Firm, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO customer (brand_id) VALUES (%s) RETURNING id", [firm.brand.id])
        (customer,) = cursor.fetchone()
    pay(database, payout(7), payout(8, customer=customer))
    done = export(firm, tmp_path)
    erase_customer(customer, actor=firm.maya)
    assert Payout.objects.count() == 1
    with pytest.raises(Refused) as no:
        write_payouts(done.name, tmp_path, brand=firm.brand)
    assert no.value.code == "payout-file-differs"


def test_two_people_exporting_at_once_get_different_lines(database: Any, firm: Firm, tmp_path: Path) -> None:
    pay(database, *(payout(n) for n in range(40)))
    start, done = threading.Barrier(2), []

    def at_once() -> None:
        start.wait()
        try:
            while True:
                done.append(export(firm, tmp_path, limit=5))
        except Refused:
            pass  # none waits, or the other one holds what does
        finally:
            connections.close_all()

    threads = [threading.Thread(target=at_once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while Payout.objects.filter(state="waiting").exists():
        done.append(export(firm, tmp_path, limit=5))
    found = [key for one in done for key in _references(one.path.read_bytes())]
    assert len(found) == len(set(found)) == 40


def _references(content: bytes) -> list[str | None]:
    root, ns = tree(content)
    return [one.text for one in root.iterfind(".//p:EndToEndId", ns)]


EXPORT = """
import sys
from pathlib import Path
import django
django.setup()
from makegood.people.models import Brand
from makegood.remedies.payout_actions import export_payouts
from datetime import date
brand, on = Brand.objects.get(slug="default"), date.fromisoformat(sys.argv[2])
export_payouts(brand, "bank", Path(sys.argv[1]), staff=1, on=on)
"""


@pytest.mark.parametrize(("point", "marked"), [("payout.before_commit", 0), ("payout.before_rename", 3)])
def test_killed_while_exporting_no_line_is_in_two_files(
    database: Any, firm: Firm, tmp_path: Path, point: str, marked: int
) -> None:
    pay(database, *(payout(n) for n in range(3)))
    environment = {**database.environment, "MAKEGOOD_KP": point, "DJANGO_SETTINGS_MODULE": "makegood.config.settings"}
    words = [sys.executable, "-c", EXPORT, str(tmp_path), TOMORROW.isoformat()]
    died = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert list(tmp_path.glob("payouts-*.xml")) == [], "nothing that could be handed over by mistake"
    assert Payout.objects.filter(state="exported").count() == marked
    if marked:
        (batch,) = PayoutBatch.objects.all()
        done = write_payouts(batch.name, tmp_path, brand=firm.brand)
        with pytest.raises(Refused):
            export(firm, tmp_path)
    else:
        done = export(firm, tmp_path)
    assert done.lines == 3
    assert len(list(tmp_path.glob("payouts-*.xml"))) == 1


def test_what_cannot_be_written_leaves_no_mark(database: Any, firm: Firm, tmp_path: Path) -> None:
    pay(database, payout())
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unavailable) as no:
        export(firm, tmp_path / "file" / "folder")
    assert no.value.code == "payouts-not-written"
    with pytest.raises(BadInput, match="is past"):
        export_payouts(firm.brand, "bank", tmp_path, staff=firm.maya, on=now().date() - timedelta(days=1))
    Connection.objects.create(brand=firm.brand, name="mail", plugin="email", settings={})
    with pytest.raises(BadInput, match="makes no payouts"):
        export_payouts(firm.brand, "mail", tmp_path, staff=firm.maya, on=TOMORROW)
    Connection.objects.filter(name="bank").update(settings={**SETTINGS, "holder": "山"})
    assert (Payout.objects.get().state, PayoutBatch.objects.count()) == ("waiting", 0)
    assert os.listdir(tmp_path) == ["file"]


def test_handed_over_with_proof_by_another_person_it_is_done(database: Any, firm: Firm, tmp_path: Path) -> None:
    window = [payout(n, amount=Money(10_000, "EUR")) for n in range(3)]
    pay(database, *window)
    done = export(firm, tmp_path)
    with pytest.raises(BadInput):
        hand_over_payouts(done.name, brand=firm.brand, staff=firm.omar, reference=" ")
    with pytest.raises(NotFound):
        hand_over_payouts("pay-nothing", brand=firm.brand, staff=firm.omar, reference="B-1")
    with pytest.raises(NotAllowed) as no:
        hand_over_payouts(done.name, brand=firm.brand, staff=firm.maya, reference="B-1")
    assert (no.value.code, "EUR 300.00" in no.value.what) == ("second-person", True)
    assert not Settlement.objects.exists()
    assert hand_over_payouts(done.name, brand=firm.brand, staff=firm.omar, reference="B-1") == 3
    assert hand_over_payouts(done.name, brand=firm.brand, staff=firm.omar, reference="B-2") == 0
    settled = Settlement.objects.order_by("id").values_list("key", "status", "code", "staff")
    assert list(settled) == [(one.key, "done", "handed-over", firm.omar) for one in window]
    assert PayoutBatch.objects.get().reference == "B-1"
    assert all(isinstance(one, Receipt) and one.status == "done" for one in pay(database, *window))


def test_within_their_limit_one_person_is_enough(database: Any, firm: Firm, tmp_path: Path) -> None:
    pay(database, payout(amount=Money(25_000, "EUR")))
    mine = export(firm, tmp_path)
    assert hand_over_payouts(mine.name, brand=firm.brand, staff=firm.maya, reference="B-1") == 1
    pay(database, payout(amount=Money(1, "EUR")))
    without_a_limit = export(firm, tmp_path, staff=99)
    with pytest.raises(NotAllowed):
        hand_over_payouts(without_a_limit.name, brand=firm.brand, staff=99, reference="B-2")


@pytest.mark.parametrize("by", ["key", "reference"])
def test_what_the_bank_sends_back_is_not_paid(database: Any, firm: Firm, tmp_path: Path, by: str) -> None:
    one, other = payout(1), payout(2)
    pay(database, one, other)
    name = one.key if by == "key" else one.key[:35]
    back = {"brand": firm.brand, "staff": firm.omar}
    with pytest.raises(Refused, match="waiting"):
        return_payout(name, code="AC04", **back)
    done = export(firm, tmp_path)
    hand_over_payouts(done.name, brand=firm.brand, staff=firm.omar, reference="B-1")
    for wrong in ("", "much too long a code", "<b>"):
        with pytest.raises(BadInput):
            return_payout(name, code=wrong, **back)
    with pytest.raises(NotFound):
        return_payout("mg-nothing", code="AC04", **back)
    return_payout(name, code="ac04", **back)
    with pytest.raises(Refused, match="returned"):
        return_payout(name, code="AC04", **back)
    last = Settlement.objects.order_by("-id").values_list("key", "status", "code")[0]
    assert last == (one.key, "failed", "returned")
    assert Payout.objects.get(key=one.key).code == "AC04"
    (no, yes) = pay(database, one, other)
    assert isinstance(no, ProviderError) and (no.permanent, no.code) == (True, "returned")
    assert isinstance(yes, Receipt)


def test_csv_for_other_banks_is_safe_to_open(database: Any, firm: Firm, tmp_path: Path) -> None:
    columns = "Ref=reference,Name=holder,Account=account,Amount=amount,currency,Text=purpose,Day=on"
    settings = {"holder": "Shop", "format": "csv", "account": "main", "columns": columns}
    Connection.objects.update(settings={**settings, "delimiter": ";", "decimal": ","})
    step = {"iban": "", "account": "number", "purpose": "=cmd|' /C calc'!A0"}
    lines = [
        payout(1, instructions=step, facts={"number": "123-456", "name": '=HYPERLINK("x")'}),
        payout(2, instructions=step, facts={"number": "77/88", "name": "Ann; B"}, amount=Money(900, "JPY")),
        payout(3, instructions=step, facts={"number": "99 00", "name": "Zoë"}, amount=Money(5, "EUR")),
    ]
    pay(database, *lines, settings=settings)
    done = export(firm, tmp_path)
    assert (done.lines, done.waiting, done.path.suffix) == (2, 1, ".csv"), "one file, one currency"
    read = list(csv.reader(io.StringIO(done.path.read_text(encoding="utf-8")), delimiter=";"))
    assert read[0] == ["Ref", "Name", "Account", "Amount", "currency", "Text", "Day"]
    assert read[1][1:5] == ['\'=HYPERLINK("x")', "123-456", "12,50", "EUR"]
    assert read[1][5] == "'=cmd|' /C calc'!A0"
    assert read[2][1:4] == ["Zoë", "99 00", "0,05"]
    yen = export(firm, tmp_path)
    assert list(csv.reader(io.StringIO(yen.path.read_text()), delimiter=";"))[1][3:5] == ["900", "JPY"]


def test_letters_that_every_bank_takes() -> None:
    assert plain("Jörg Straße 5–7 „x“", limit=70) == "Jorg Strasse 5-7 ,,x"
    assert plain("Ελένη Шевченко", limit=70) == "Elene Shevchenko"
    assert plain("a" * 200, limit=70) == "a" * 70
    assert plain("//  / ", limit=70) == ""
    assert read_columns("") == read_columns("reference,holder,account,bank,amount,currency,purpose,on")
    with pytest.raises(ValueError, match="iban"):
        read_columns("holder,iban")


def test_what_the_schema_refuses_is_no_file() -> None:
    line = Line("mg-1", IBANS[0], "", "Ann", "x", 1, "EUR")
    about = About("pay-1", now(), TOMORROW, {"holder": "Shop", "iban": OURS.replace(" ", "")})
    assert build(about, [line]) == build(about, [line])
    with pytest.raises(Refused) as no:
        build(about, [Line("x" * 36, IBANS[0], "", "Ann", "x", 1, "EUR")])
    assert no.value.code == "payout-file-invalid"
