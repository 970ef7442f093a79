"""Files that nobody published: guessed, marked, and refused where a guess would be wrong unnoticed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from tests.imports.loading import EXPORTS, taken

from makegood.imports.suggest import suggest
from makegood.imports.suggested import Field, Suggested
from makegood.imports.writing import written
from makegood.kit.errors import BadInput

SHOP = """\
Kundennummer;Name;E-Mail;Straße;PLZ;Ort;Sprache;Bestellnummer;Betrag;Bezahlt am;Anzahl;Gewicht;Storniert;Währung
K-1;Ana Öz;ana@example.com;Weg 1;01067;Dresden;de;100;1.200,50;03.05.2026;2;1.25;yes;eur
K-1;Ana Öz;ana@example.com;Weg 1;01067;Dresden;de;101;12,00;04.05.2026;1;0.50;no;eur
K-2;Bo Ek;bo@example.com;Gata 2;11120;Stockholm;sv;102;7,25;04.05.2026;1;2.00;no;eur
"""


def given(tmp_path: Path, text: str, **said: str) -> Suggested:
    path = tmp_path / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return suggest(path, **said)


def fields(found: Suggested) -> dict[str, Field]:
    return {one.name: one for one in found.fields}


def test_a_file_of_a_shop_is_typed_and_loads(database, tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_text(SHOP, encoding="utf-8")
    found = taken(tmp_path, tmp_path / "shop.csv")
    assert found.counts == (3, 2, 1, 0, 0)
    assert found.facts["K-1"] == {
        "bestellnummer": "100; 101",
        "betrag": 121_250,
        "bezahlt_am": "2026-05-03",
        "anzahl": 3,
        "gewicht": "1.750000000",
        "storniert": True,
        "currency": "EUR",
    }
    assert found.contacts["K-1"] == {
        "name": "Ana Öz", "email": "ana@example.com", "post": "Weg 1\n01067 Dresden", "language": "de",
    }  # fmt: skip
    assert all(one.guessed for one in found.suggested.fields)
    assert "# NOT KNOWN: Every type and meaning is guessed" in found.texts["scope.yaml"]


@pytest.mark.parametrize(
    ("values", "format", "kind"),
    [
        (["31/01/2026", "01/02/2026"], "%d/%m/%Y", "date"),
        (["01/31/2026", "01/02/2026"], "%m/%d/%Y", "date"),
        (["01/02/2026", "03/04/2026"], "", "text"),
        (["31/01/2026", "01/31/2026"], "", "text"),
        (["2026-01-31"], "", "date"),
        (["2026-01-31T10:00:00Z"], "", "instant"),
        (["2026-01-31 10:00"], "", "instant"),
        (["2026-01-31", "soon"], "", "text"),
    ],
)
def test_days_and_times(tmp_path: Path, values: list[str], format: str, kind: str) -> None:
    lines = "".join(f"c{n},{value}\n" for n, value in enumerate(values))
    day = fields(given(tmp_path, f"customer id,when paid\n{lines}"))["when_paid"]
    assert (day.type, day.format) == (kind, format)


def test_day_or_month_first_is_said_to_be_unknown(tmp_path: Path) -> None:
    found = given(tmp_path, "customer id,day\nc1,01/02/2026\n")
    assert "Dates can be read two ways: see NOT KNOWN in scope.sql." in found.unknown
    assert "NOT KNOWN: whether day or month comes first" in written(found)["scope.sql"]


@pytest.mark.parametrize(
    ("values", "sql_reads"),
    [
        (["12.50", "3"], ["12.50", "3"]),
        (["1,000.00", "3.25"], ["1000.00", "3.25"]),
        (["1.000,00", "3,25"], ["1000.00", "3.25"]),
        (["0,25", "12,5"], ["0.25", "12.5"]),
    ],
)
def test_amounts_are_read_as_the_file_writes_them(tmp_path: Path, values: list[str], sql_reads: list[str]) -> None:
    lines = "".join(f'c{n},"{value}"\n' for n, value in enumerate(values))
    amount = fields(given(tmp_path, f"customer id,amount\n{lines}", currency="EUR"))["amount"]
    assert amount.type == "money"
    rows = duckdb.sql(f"SELECT {amount.sql} FROM (VALUES {', '.join(f'({v!r})' for v in values)}) AS t(amount)")
    assert [one for (one,) in rows.fetchall()] == sql_reads


@pytest.mark.parametrize("values", [["1,000"], ["1.000,00", "1,000.00"], ["12.50", "12,50"]])
def test_amounts_that_can_be_read_two_ways_are_no_amounts(tmp_path: Path, values: list[str]) -> None:
    lines = "".join(f'c{n},"{value}"\n' for n, value in enumerate(values))
    assert fields(given(tmp_path, f"customer id,amount\n{lines}"))["amount"].type == "text"


def test_without_anybody_in_it_the_key_is_not_made_up(tmp_path: Path) -> None:
    found = given(tmp_path, "thing,amount\na,1.00\nb,2.00\n")
    texts = written(found)
    assert "key: NOT_KNOWN" in texts["scope.yaml"] and "contacts.sql" not in texts
    assert found.unknown[0] == "No column says who a row is about: name it as `customer` in scope.sql."


def test_an_address_is_the_key_where_there_is_no_number(tmp_path: Path) -> None:
    found = given(tmp_path, "mail,first name,last name\nAna@x.example,Ana,Pena\n")
    assert found.key == 'lower(trim("mail"))'
    assert found.people is not None and set(found.people.fields) == {"email", "name"}


def test_names_of_columns_do_not_become_statements(tmp_path: Path) -> None:
    """A header may hold the end of a comment, a line break and quotes."""
    header = '"customer id","a */ FROM nowhere; --","b\nUNION SELECT 1","order","c""d","A-B","A B"'
    found = given(tmp_path, f"{header}\nc1,1,2,3,4,5,6\n")
    texts = written(found)
    assert [one.name for one in found.fields][-3:] == ["c_d", "a_b", "a_b_2"]
    assert "their_order" in fields(found)
    statement = texts["scope.sql"]
    (tmp_path / "again.csv").write_text((tmp_path / "rows.csv").read_text())
    db = duckdb.connect()
    db.execute(f"CREATE TABLE export (_line BIGINT, {', '.join(f'{one} VARCHAR' for one in header.split(','))})")
    db.execute("INSERT INTO export VALUES (2, 'c1', '1', '2', '3', '4', '5', '6')")
    (row,) = db.execute(statement).fetchall()
    assert row[:2] == (2, "c1") and len(row) == 8


def test_files_that_say_nothing_are_refused(tmp_path: Path) -> None:
    for text, code in (("a,b\n", "empty-export"),):
        with pytest.raises(BadInput) as no:
            given(tmp_path, text)
        assert no.value.code == code
    for said, code in (({"zone": "Nowhere/Town"}, "unknown-zone"), ({"currency": "XXQ"}, "unknown-currency")):
        with pytest.raises(BadInput) as no:
            given(tmp_path, "a,b\n1,2\n", **said)
        assert no.value.code == code
    with pytest.raises(BadInput) as no:
        suggest(tmp_path / "none.csv")
    assert no.value.code == "file-missing"


def test_contacts_that_do_not_belong_are_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("customer id,amount\nc1,1.00\n")
    (tmp_path / "people.csv").write_text("customer id,email\nc1,a@x.example\n")
    with pytest.raises(BadInput) as no:
        suggest(tmp_path / "rows.csv", contacts=tmp_path / "people.csv")
    assert no.value.code == "contacts-unknown"


# --- who a row is about


@pytest.mark.parametrize("column", ["Client", "Customer", "Kunde", "Name", "Customer name", "Member", "user"])
def test_a_name_is_never_the_key(tmp_path: Path, column: str) -> None:
    """Two customers of one name would become one, told and paid together."""
    found = given(tmp_path, f"{column},amount\nAna Ruiz,3.00\nAna Ruiz,4.00\nBo Ek,1.00\n")
    assert found.key == "" and found.people is None
    assert found.unknown[0].startswith(f"Only '{column}' says who a row is about, and it holds names: two customers")
    texts = written(found)
    assert "key: NOT_KNOWN" in texts["scope.yaml"] and "NULL::VARCHAR AS customer" in texts["scope.sql"]


@pytest.mark.parametrize(
    ("header", "rows", "key"),
    [
        ("Client,mail", "Ana Ruiz,a@x.example\nAna Ruiz,b@x.example\n", 'lower(trim("mail"))'),
        ("Client,Customer No,mail", "Ana Ruiz,7,a@x.example\n", 'trim("Customer No"::VARCHAR)'),
        ("Client,mail", "K-17,a@x.example\nK-18,b@x.example\n", 'trim("Client"::VARCHAR)'),
        ("Client,amount", "a@x.example,1.00\nb@x.example,2.00\n", 'lower(trim("Client"))'),
        ("customer id,Customer", "ACME,Acme Ltd\nBOLT,Bolt Ltd\n", 'trim("customer id"::VARCHAR)'),
        ("customer no,mail", "Ana Ruiz,a@x.example\n", 'lower(trim("mail"))'),
        ("Client,amount", "Ana Ruiz,1.00\nK-18,2.00\n", ""),
    ],
)
def test_a_number_comes_first_then_an_address_by_what_the_values_are(
    tmp_path: Path, header: str, rows: str, key: str
) -> None:
    assert given(tmp_path, f"{header}\n{rows}").key == key


def test_two_of_one_name_are_not_loaded_as_one(database, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("Client,mail\nAna Ruiz,a@x.example\nAna Ruiz,b@x.example\n")
    assert taken(tmp_path, tmp_path / "rows.csv").counts == (2, 2, 0, 0, 0)


# --- in which letters it is written


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_what_tells_its_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "shop.csv").write_bytes(SHOP.encode(encoding))
    found = suggest(tmp_path / "shop.csv")
    assert found.key == 'trim("Kundennummer"::VARCHAR)' and found.encodings == {}
    assert found.people is not None and "post" in found.people.fields


def test_another_encoding_is_asked_for_with_the_word_that_tells(tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_bytes(SHOP.encode("windows-1252"))
    with pytest.raises(BadInput) as no:
        suggest(tmp_path / "shop.csv")
    assert (no.value.code, str(no.value.place)) == ("encoding-wrong", f"{tmp_path / 'shop.csv'}:1:30")
    assert no.value.remedy.startswith("Say which it is: --encoding windows-1252 if “Straße” is right")


def test_the_encoding_that_was_said_stands_in_the_scope_and_loads(database, tmp_path: Path) -> None:
    (tmp_path / "shop.csv").write_bytes(SHOP.encode("windows-1252"))
    found = taken(tmp_path, tmp_path / "shop.csv", encoding="windows-1252")
    assert 'encoding: "windows-1252"' in found.texts["scope.yaml"]
    assert found.contacts["K-1"]["name"] == "Ana Öz"


def test_an_encoding_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as no:
        given(tmp_path, SHOP, encoding="klingon")
    assert no.value.code == "encoding-unknown"


def test_contacts_have_the_encoding_they_say_themselves_or_that_of_the_export(tmp_path: Path) -> None:
    orders, people = ((EXPORTS / f"woocommerce-{one}.csv").read_text() for one in ("orders", "customers"))
    (tmp_path / "orders.csv").write_bytes(orders.encode("windows-1252"))
    for encoding, said in (("utf-16", {}), ("windows-1252", {"customers": "windows-1252"})):
        (tmp_path / "people.csv").write_bytes(people.encode(encoding))
        found = suggest(tmp_path / "orders.csv", contacts=tmp_path / "people.csv", encoding="windows-1252")
        assert found.encodings == {"export": "windows-1252"} | said
