"""Voucher codes: loaded with reasons for what was not, one code for one act, never the wrong value, never expired."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from makegood.kit.errors import BadInput
from makegood.kit.money import Money
from makegood.kit.plugins import Answer, Envelope, ProviderError, Receipt, Surroundings
from makegood.remedies.actions import load_vouchers
from makegood.remedies.queries import Stock, get_voucher_codes, list_stock
from makegood.remedies.voucher import Voucher
from makegood.testing.contract import answers, made_up


def act(database: Any, *window: Envelope) -> list[Answer]:
    async def whole() -> list[Answer]:
        plugin = await Voucher.open(Surroundings({}, lambda: psycopg.AsyncConnection.connect(database.app_url)))
        try:
            found = await answers(plugin, window)
        finally:
            await plugin.close()
        return [found[index] for index in range(len(window))]

    return asyncio.run(whole())


def wanted(minor: int | None = 500, currency: str = "USD", **changes: Any) -> Envelope:
    amount = Money(minor, currency) if minor is not None else None
    return made_up(Voucher, **{"brand": "b1", "amount": amount, "instructions": {"pool": "sorry-5"}, **changes})


def loaded(path: Path, text: str) -> Any:
    path.write_text(text, encoding="utf-8")
    return load_vouchers("b1", "sorry-5", path, actor=1)


def test_good_lines_are_loaded_and_bad_ones_named(database: Any, tmp_path: Path) -> None:
    found = loaded(
        tmp_path / "codes.csv",
        "\ufeffcode,amount,currency,expires_on\n"
        "A1,5.00,USD,2099-12-31\n"
        "A2,USD 5.00,,\n"
        ",5.00,USD,\n"
        "A3,5.001,USD,\n"
        "A4,-5,USD,\n"
        "A5,5,XQZ,\n"
        "A6,5,,\n"
        "A7,5,USD,31.12.2099\n"
        "A1,5.00,USD,\n"
        "A8,,,\n",
    )
    assert (found.read, found.added) == (10, 3)
    assert [(r.line, r.column) for r in found.rejected] == [
        (4, "code"), (5, "amount"), (6, "amount"), (7, "currency"), (8, "currency"), (9, "expires_on"), (10, "code"),
    ]  # fmt: skip
    assert all(r.reason and r.remedy for r in found.rejected)
    again = load_vouchers("b2", "elsewhere", tmp_path / "codes.csv", actor=1)
    assert (again.added, len(again.rejected)) == (0, 10), "one code is never in two pools"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"number,amount\n1,2\n", "no-code-column"), (b"", "no-code-column"), (b"code\n\xff\xfe\n", "not-csv")],
)
def test_a_file_that_is_no_list_of_codes_changes_nothing(
    database: Any, tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "codes.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        load_vouchers("b1", "sorry-5", path, actor=1)
    assert caught.value.code == code
    assert list_stock("b1") == []


def test_a_file_that_breaks_at_the_end_loads_nothing(database: Any, tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_bytes(b"code\n" + b"".join(b"C%d\n" % n for n in range(5000)) + b"\xff\n")
    with pytest.raises(BadInput):
        load_vouchers("b1", "sorry-5", path, actor=1)
    assert list_stock("b1") == []


def test_no_such_file(database: Any, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        load_vouchers("b1", "sorry-5", tmp_path / "none.csv", actor=1)


def test_the_code_is_for_the_message_and_in_no_receipt(database: Any, tmp_path: Path) -> None:
    loaded(tmp_path / "c.csv", "code,amount,currency\nTHE-CODE,5,USD\n")
    envelope = wanted()
    answer = act(database, envelope)[0]
    assert isinstance(answer, Receipt)
    assert "THE-CODE" not in repr(answer)
    assert get_voucher_codes([envelope.key, "other"]) == {envelope.key: "THE-CODE"}


def test_value_must_match_and_expired_codes_are_not_given(database: Any, tmp_path: Path) -> None:
    loaded(
        tmp_path / "c.csv",
        "code,amount,currency,expires_on\nOLD,5,USD,2020-01-01\nTEN,10,USD,\nEUR,5,EUR,\nLATE,5,USD,2099-01-01\n",
    )
    first, second, euro, none = wanted(), wanted(), wanted(currency="EUR"), wanted(700)
    answered = act(database, first, second, euro, none)
    assert [type(answer) for answer in answered].count(Receipt) == 2
    assert set(get_voucher_codes([e.key for e in (first, second, euro, none)]).values()) == {"LATE", "EUR"}
    missing = answered[3]
    assert isinstance(missing, ProviderError)
    assert (missing.permanent, missing.code) == (False, "pool-empty")
    assert "'sorry-5' has no free code worth USD 7.00" in missing.words


def test_soonest_to_expire_first_but_good_for_long_enough(database: Any, tmp_path: Path) -> None:
    loaded(tmp_path / "c.csv", "code,expires_on\nNEVER,\nFAR,2099-01-01\nNEAR,2098-01-01\n")
    near, far = wanted(None), wanted(None, instructions={"pool": "sorry-5", "valid_days": 36_500})
    act(database, near)
    act(database, far)
    assert get_voucher_codes([near.key, far.key]) == {near.key: "NEAR", far.key: "NEVER"}


def test_the_act_goes_on_once_the_pool_is_filled(database: Any, tmp_path: Path) -> None:
    envelope = wanted()
    assert isinstance(act(database, envelope)[0], ProviderError)
    loaded(tmp_path / "c.csv", "code,amount,currency\nX,5,USD\n")
    assert isinstance(act(database, envelope)[0], Receipt)


def test_brands_never_share_a_pool(database: Any, tmp_path: Path) -> None:
    loaded(tmp_path / "c.csv", "code,amount,currency\nX,5,USD\n")
    answer = act(database, wanted(brand="b2"))[0]
    assert isinstance(answer, ProviderError)


def test_same_key_with_another_value_is_refused(database: Any, tmp_path: Path) -> None:
    loaded(tmp_path / "c.csv", "code,amount,currency\nX,5,USD\nY,7,USD\n")
    act(database, wanted(key="mg-1"))
    answer = act(database, wanted(700, key="mg-1"))[0]
    assert isinstance(answer, ProviderError)
    assert (answer.permanent, answer.code) == (True, "key-used-for-other")
    assert list_stock("b1") == [
        Stock("sorry-5", Money(500, "USD"), 0, 1, 1),
        Stock("sorry-5", Money(700, "USD"), 1, 0, 1),
    ]


def test_six_workers_and_too_few_codes(database: Any, tmp_path: Path) -> None:
    """60 codes, 100 acts, each tried by three workers: 60 acts have one code each, nobody two, no code twice."""
    loaded(tmp_path / "c.csv", "code,amount,currency\n" + "".join(f"C{n},5,USD\n" for n in range(60)))
    window = [wanted(key=f"mg-{n}") for n in range(100)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: act(database, *window[n * 10 % 100 :], *window[: n * 10 % 100]), range(6)))
    codes = get_voucher_codes([envelope.key for envelope in window])
    assert len(codes) == 60
    assert len(set(codes.values())) == 60


def test_a_taken_back_code_is_given_to_nobody(database: Any, tmp_path: Path) -> None:
    loaded(tmp_path / "c.csv", "code,amount,currency\nX,5,USD\n")
    act(database, wanted(key="mg-1"))

    async def take_back() -> Receipt:
        plugin = await Voucher.open(Surroundings({}, lambda: psycopg.AsyncConnection.connect(database.app_url)))
        try:
            return await plugin.reverse("mg-1")
        finally:
            await plugin.close()

    assert asyncio.run(take_back()).code == "voided"
    assert get_voucher_codes(["mg-1"]) == {}
    assert isinstance(act(database, wanted(key="mg-2"))[0], ProviderError)
