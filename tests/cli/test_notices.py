"""Where providers speak, how much they said, and what nobody here did."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from tests.cli.inprocess import Here, _fresh_home, here
from tests.engine.recovery import as_owner

__all__ = ["_fresh_home", "here"]
ADD = (
    "INSERT INTO notice (brand, connection, event, says, said_at, position, key, reference, code, words) "
    "VALUES (1, 1, %s, %s, now(), 1, '', %s, 'AC04', '')"
)


def test_hooks_counts_and_what_fits_no_act(database: Any, here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    assert here("notices").out == "Nothing was said yet.\n"
    words = ("connections", "add", "erp", "--plugin", "webhook", "--set", "url=https://erp.shop.example/hook")
    monkeypatch.setenv("ERP_SECRET", "whsec_" + "A" * 32)
    here(*words, "--secret", "secret=ENV:ERP_SECRET")
    said = here("notices").out
    assert "The provider of 'erp' says it to:\n    /hooks/default/erp/\n" in said
    assert "MAKEGOOD_URL is not set" in said
    monkeypatch.setenv("MAKEGOOD_URL", "https://care.shop.example/")
    assert "    https://care.shop.example/hooks/default/erp/\n" in here("notices").out
    with psycopg.connect(database.app_url) as db:
        db.execute(ADD, ["evt_1", "done", "re_1"])
        db.execute(ADD, ["evt_2", "reversed", "re_2"])
    assert "Said so far: 1 done, 1 reversed." in here("notices").out
    as_owner(database, "ALTER TABLE notice DISABLE TRIGGER USER; UPDATE notice SET at = at - interval '2 minutes'")
    said = here("notices").out
    assert "2 notices fit no act: somebody acted at the provider by hand." in " ".join(said.split())
    assert "re_1" in said and "re_2" in said
    listed = here("notices", "--json").json
    assert listed["hooks"] == {"erp": "https://care.shop.example/hooks/default/erp/"}
    assert listed["counts"] == {"done": 1, "reversed": 1}
    assert [one["reference"] for one in listed["unmatched"]] == ["re_2", "re_1"]
