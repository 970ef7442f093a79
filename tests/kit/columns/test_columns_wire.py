"""What parent and child say to each other loses nothing: every value and every error comes back as it was."""

from __future__ import annotations

import datetime as dt
import json
import math
import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.kit.columns.wire import decode, encode, pack, pack_error, unpack, unpack_error
from makegood.kit.errors import BadInput, MakegoodError, NotFound, Place, Refused, Unavailable

ZONES = st.none() | st.integers(-1439, 1439).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
KEYS = st.text() | st.integers() | st.dates() | st.decimals(allow_nan=False)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False) | st.binary()
    | st.decimals(allow_nan=False) | st.dates() | st.times(timezones=ZONES) | st.datetimes(timezones=ZONES)
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=10
)


def sent(value: object) -> object:
    return unpack(decode(encode({"rows": pack(value)}))["rows"])


@given(VALUES)
def test_whatever_is_sent_arrives(value: object) -> None:
    assert sent(value) == value


@given(SCALARS)
def test_its_kind_arrives_too(value: object) -> None:
    assert type(sent(value)) is type(value)


@given(st.decimals(allow_nan=False))
def test_the_digits_of_an_amount_arrive(amount: Decimal) -> None:
    """1.10 and 1.1 are equal numbers, but only one is what the file said."""
    assert str(sent(amount)) == str(amount)


@pytest.mark.parametrize("text", ["", "\n", "a\r\nb", "\x00", "\u2028", "\x85", '{"d": "1"}', "\ud800", "😀"])
def test_a_message_is_one_line_whatever_it_says(text: str) -> None:
    line = encode({"sql": text})
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode(line) == {"sql": text}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("1.10"), {"d": "1.10"}),
        (dt.date(2024, 2, 29), {"y": "2024-02-29"}),
        (dt.datetime(2024, 2, 29, 8, 0, 0, 1), {"t": "2024-02-29T08:00:00.000001"}),
        (dt.datetime(2024, 2, 29, tzinfo=dt.UTC), {"t": "2024-02-29T00:00:00+00:00"}),
        (dt.time(23, 59, 59), {"h": "23:59:59"}),
        (b"\x00\xff", {"b": "00ff"}),
        ({"d": 1}, {"o": [["d", 1]]}),
        ({Decimal("1.0"): [b""]}, {"o": [[{"d": "1.0"}, [{"b": ""}]]]}),
        ((1, (2,)), [1, [2]]),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (dt.timedelta(days=1, seconds=1), "1 day, 0:00:01"),
    ],
)
def test_how_a_value_is_written(value: object, written: object) -> None:
    assert pack(value) == written
    assert json.loads(json.dumps(written)) == written


def test_not_a_number_arrives_as_that() -> None:
    arrived = sent([math.nan, math.inf, -math.inf])
    assert isinstance(arrived, list)
    assert [math.isnan(arrived[0]), arrived[1:]] == [True, [math.inf, -math.inf]]


@pytest.mark.parametrize("value", [object(), {1}, 1j, [b"", {"a": object}]])
def test_what_the_column_engine_never_gives_is_not_sent(value: object) -> None:
    with pytest.raises(TypeError):
        pack(value)


@pytest.mark.parametrize("place", [None, Place("a.csv"), Place("a.csv", 3), Place("ä.sql", 3, 7)])
@pytest.mark.parametrize(
    ("kind", "arrives"),
    [(BadInput, BadInput), (Unavailable, Unavailable), (MakegoodError, MakegoodError), (Refused, MakegoodError),
     (NotFound, MakegoodError)],
)  # fmt: skip
def test_an_error_arrives_with_its_parts(
    kind: type[MakegoodError], arrives: type[MakegoodError], place: Place | None
) -> None:
    """A kind the child has no business with becomes a plain error: never a class that it names itself."""
    error = kind("The file “ä” is empty.", remedy="Export it again.", place=place, code="file-empty")
    told = unpack_error(decode(encode(pack_error(error))))
    assert type(told) is arrives
    assert (told.what, told.remedy, told.place, told.code) == (error.what, error.remedy, place, "file-empty")
    assert str(told) == str(error)
