"""Counts by kind, notices of no act, and the notices of one mistake in its evidence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.engine.recovery import as_owner, given_people, recovery, rows
from tests.notices.saying import notice

from makegood.balance.evidence import verify_pack, write_pack
from makegood.notices.actions import take_in
from makegood.notices.queries import count_notices, list_unmatched
from makegood.people.models import Connection


@pytest.fixture
def done(database: Any, tmp_path: Any):
    made = recovery(tmp_path, given_people(), count=2)
    made.load()
    made.carry_out("remedy")
    return made


def receipts(step: str) -> list[tuple[str, str]]:
    return rows(
        "SELECT t.key, t.reference FROM attempt t JOIN act a USING (plan_id, ordinal) WHERE a.step = %s ORDER BY t.id",
        step,
    )


def test_notices_of_acts_and_of_no_act(done, database, tmp_path) -> None:
    pay = Connection.objects.create(brand=done.people.brand, name="pay", plugin="http", settings={})
    (key, _), (_, reference) = receipts("refund")
    take_in(pay, [notice("by-key", key=key), notice("by-reference", "reversed", key="", reference=reference)])
    take_in(pay, [notice("by-hand", "reversed", key="", reference="re_other"), notice("strange", key="mg-unknown")])
    take_in(pay, [notice("noted", "noted", key="mg-unknown")])
    brand = done.people.brand.id
    assert count_notices(brand) == {"done": 2, "reversed": 2, "noted": 1}
    assert count_notices(brand + 1) == {}
    assert list_unmatched(brand) == [], "a receipt may still be on its way to the table"
    as_owner(database, "ALTER TABLE notice DISABLE TRIGGER USER; UPDATE notice SET at = at - interval '2 minutes'")
    as_owner(database, "ALTER TABLE notice ENABLE TRIGGER USER")
    assert [one.event for one in list_unmatched(brand)] == ["strange", "by-hand"]
    assert [one.event for one in list_unmatched(brand, limit=1)] == ["strange"]

    write_pack(done.mistake, tmp_path / "pack", actor=1, anchor=None)
    lines = (tmp_path / "pack" / "notices.jsonl").read_text().splitlines()
    assert sorted(json.loads(line)[4] for line in lines) == ["by-key", "by-reference"]
    assert verify_pack(tmp_path / "pack") == []
    (tmp_path / "pack" / "notices.jsonl").write_text(lines[0].replace("done", "nope") + "\n")
    assert {one.code for one in verify_pack(tmp_path / "pack")} >= {"pack-row-changed", "pack-row-missing"}
