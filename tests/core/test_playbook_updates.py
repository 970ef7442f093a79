"""Steps that repeat: what may be written, and when the next one comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.test_playbook import PLUGINS, REMEDIES

from makegood.core.duetimes import parse_due
from makegood.core.playbook import parse_playbook
from makegood.core.playbook_updates import MOST, Promised, promise_next
from makegood.documents.folder import read_document

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GOOD = """stages:
  progress:
    steps:
      - {id: update, do: tell, message: hello, channels: [email], every: 24 hours, until: fixed}
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
      - {id: sorry, do: make good, remedy: sorry, provider: store-credit}
calendars: {works: {dates: [2026-12-24]}}
"""


def read(text):
    file, found = read_document(text, "playbook", "playbook.yaml")
    if file is None:
        return None, found
    return parse_playbook(file, REMEDIES, {"hello", "done"}, PLUGINS)


def test_what_it_says():
    playbook, found = read(GOOD)
    assert found == [] and playbook is not None
    update, refund, _ = playbook.steps()
    assert (str(update.every), update.most) == ("as_of + 24 hours", MOST)
    assert refund.every is None
    playbook, _ = read(GOOD.replace("until: fixed", "until: fixed, most: 3"))
    assert playbook is not None and playbook.steps()[0].most == 3


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (("24 hours", "tomorrow"), "bad-every", 4),
        (("24 hours", "30 minutes"), "bad-every", 4),
        (("24 hours", "0 days"), "bad-every", 4),
        (("24 hours", "1 business day in nowhere"), "unknown-calendar", 4),
        ((", until: fixed", ""), "incomplete-step", 4),
        ((", every: 24 hours", ""), "needless-setting", 4),
        (("provider: store-credit}\n      - {id: sorry", "provider: store-credit, every: 2 days, until: fixed}\n"
          "      - {id: sorry"), "needless-setting", 7),
        (("until: fixed}", "until: fixed}\n      - {id: two, do: tell, message: done, channels: [email]}"),
         "update-alone", 4),
        (("until: fixed", "until: bored"), "schema-enum", 4),
        (("until: fixed", "until: fixed, most: 0"), "schema-minimum", 4),
    ],
)  # fmt: skip
def test_what_is_refused(change, code, line):
    _, found = read(GOOD.replace(*change))
    assert (code, line) in [(one.code, one.place.line) for one in found]
    assert all(one.remedy for one in found)


@pytest.mark.parametrize(
    "every", ["24 hours", "1 day", "2 business days", "1 business day in works", "1 week then 1 day"]
)
def test_lengths_that_are_read(every):
    assert read(GOOD.replace("24 hours", every))[1] == []


EVERY = st.sampled_from(["1 hour", "24 hours", "1 day", "3 days", "1 week", "1 month", "1 business day"])


@given(every=EVERY, minutes=st.lists(st.integers(0, 60 * 24 * 40), min_size=1, max_size=6))
def test_each_promise_lies_ahead_and_a_promise_that_is_kept_keeps_its_hour(every, minutes):
    due, as_of, last = parse_due(f"as_of + {every}"), START, None
    for more in minutes:
        as_of += timedelta(minutes=more)
        promised = promise_next(due, as_of, last, BERLIN)
        assert as_of < promised.since < promised.by
        assert promised.by - promised.since <= timedelta(hours=1)
        if last is not None and as_of >= last.since and every in ("24 hours", "1 hour"):
            assert (promised.by - last.by) % timedelta(hours=1 if every == "1 hour" else 24) == timedelta(0)
        last = promised


def test_the_time_of_day_stays_when_the_clocks_change():
    due = parse_due("as_of + 1 day")
    saturday = datetime(2026, 3, 28, 8, 0, tzinfo=UTC)  # 09:00 in Berlin; the clocks go forward that night
    first = promise_next(due, saturday, None, BERLIN)
    assert first.by.astimezone(BERLIN).hour == 9
    second = promise_next(due, first.by, Promised(first.since, first.by), BERLIN)
    assert second.by.astimezone(BERLIN).hour == 9
    assert second.by - saturday == timedelta(hours=47)
