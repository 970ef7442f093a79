"""The file source, its settings, the register of sources, and real files where they are at hand."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from makegood.kit.errors import BadInput
from makegood.sources import SOURCES, get_source

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"


def real(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the sample data {name} is not at hand")
    return path


@pytest.mark.parametrize("kind", SOURCES)
def test_every_registered_source_exists_and_knows_its_kind(kind) -> None:
    assert get_source(kind).kind == kind


def test_an_unknown_source_names_the_known_ones() -> None:
    with pytest.raises(BadInput, match="file, postgresql, adbc"):
        get_source("oracle")


def test_a_file_with_declared_settings(columns, tmp_path) -> None:
    (tmp_path / "kunden.txt").write_bytes("Kunde;Betrag\r\nZoë;1,50\r\nragged\r\n".encode("windows-1252"))
    settings = {"path": str(tmp_path / "kunden.txt"), "encoding": "windows-1252", "delimiter": ";"}
    loaded = get_source("file").load(columns, "kunden", settings)
    assert (loaded.name, loaded.rows, loaded.rejected_count) == ("kunden", 1, 1)
    assert columns.fetch("SELECT * FROM kunden") == [("Zoë", "1,50", 2)]
    assert columns.rejected("kunden")[0].line == 3


@pytest.mark.parametrize("settings", [{}, {"path": ""}, {"path": 7}, {"path": "x.csv", "delimeter": ";"}])
def test_wrong_settings(columns, settings) -> None:
    with pytest.raises(BadInput) as caught:
        get_source("file").load(columns, "t", settings)
    assert "path" in str(caught.value) or "delimeter" in str(caught.value)


@pytest.mark.skipif(importlib.util.find_spec("adbc_driver_manager") is not None, reason="the extra is installed")
def test_adbc_without_its_extra_is_a_sentence(columns) -> None:
    settings = {"driver": "adbc_driver_snowflake", "uri": "x", "sql": "SELECT 1"}
    with pytest.raises(BadInput, match=r"pip install 'makegood\[adbc\]'"):
        get_source("adbc").load(columns, "t", settings)
    assert "pyarrow" not in sys.modules


def test_adbc_refuses_other_statements_before_anything_is_imported(columns) -> None:
    with pytest.raises(BadInput, match="cannot begin with DROP"):
        get_source("adbc").load(columns, "t", {"driver": "x", "uri": "x", "sql": "DROP TABLE t"})


def test_online_retail(columns) -> None:
    path = real("online-retail/online_retail.parquet")
    loaded = get_source("file").load(columns, "retail", {"path": str(path)})
    assert (loaded.rows, loaded.rejected_count) == (541_909, 0)
    assert columns.fetch("SELECT count(*), count(DISTINCT InvoiceNo), max(_line) FROM retail") == [
        (541_909, 25_900, 541_909)
    ]


def test_complaints_without_a_header(columns) -> None:
    path = real("complaints/complaints-data.csv")
    names = ["id", "text", "label", "domain"]
    loaded = get_source("file").load(columns, "c", {"path": str(path), "header": False, "names": names})
    assert (loaded.rows, loaded.rejected_count) == (3_449, 0)
    assert columns.fetch("SELECT count(*) FROM c WHERE label = '1'") == [(1_232,)]


def test_cfpb_with_a_nameless_first_column(columns) -> None:
    path = real("cfpb/consumer_complaints_2015q1.csv")
    loaded = get_source("file").load(columns, "c", {"path": str(path)})
    assert (loaded.rows, loaded.rejected_count, len(loaded.columns)) == (28_156, 0, 14)


def test_firefox_replies_with_a_byte_order_mark(columns) -> None:
    path = real("firefox-replies/experiment1-replies-reviews.csv")
    loaded = get_source("file").load(columns, "r", {"path": str(path)})
    assert (loaded.rows, loaded.rejected_count) == (490, 0)
    assert not loaded.columns[0][0].startswith("\ufeff")
