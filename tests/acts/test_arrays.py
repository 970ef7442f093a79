"""Arrays as text: what a window sends is what PostgreSQL reads."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.recovery import rows

from makegood.acts.windows import array_text

TEXTS = st.lists(
    st.none()
    | st.sampled_from(["", "NULL", "null", '"', "\\", "{}", "a,b", " ", "\n", "\\N", '{"x"}', "é\u2028", "'", "--"])
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
    max_size=20,
)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(TEXTS)
def test_texts_arrive_as_they_were(database, texts):
    assert rows("SELECT %s::text[]", array_text(texts)) == [(texts,)]


def test_numbers_and_moments(database):
    assert rows("SELECT %s::int[]", array_text([1, -2, None])) == [([1, -2, None],)]
    at = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
    assert rows("SELECT %s::timestamptz[]", array_text([at.isoformat(), None])) == [([at, None],)]
    assert rows("SELECT %s::double precision[]", array_text(["0.25", None])) == [([0.25, None],)]
