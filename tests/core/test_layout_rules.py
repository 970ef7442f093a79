"""The layout in detail: waves, parts, digests, a person's word, who is told, texts that are only texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from makegood.core.deciding import EXISTING_SCHEMA, OVERRIDE_SCHEMA
from makegood.core.layout import CHUNK_ACTS, StepLine, WaveLine, act_leaf, act_sql, final_sql, unreachable_sql
from makegood.kit.digest import chain, sha256

DUE = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
REFUND = StepLine("refund", 1, "fix", DUE, provider="store-credit", remedy="refund")
SORRY = StepLine("sorry", 2, "make good", DUE, provider="voucher", remedy="sorry")
TOLD = StepLine("told", 3, "tell", DUE, channels=(("email", "email"),), after=("refund", "sorry"))
RESHIP = StepLine("reship", 1, "fix", DUE, provider="task")
REST = (WaveLine(None),)
Act = dict[str, Any]


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Tokyo'")  # results must not depend on it
        yield connection


@pytest.fixture
def db(engine: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    engine.execute("CREATE SCHEMA one")
    engine.execute("USE one")
    engine.execute(
        "CREATE TABLE affected (customer_id BIGINT, customer_key VARCHAR, facts_digest VARCHAR, has_email BOOLEAN,"
        " has_phone BOOLEAN, has_post BOOLEAN)"
    )
    engine.execute(
        "CREATE TABLE decided (customer_id BIGINT, remedy VARCHAR, status VARCHAR, rule VARCHAR, minor BIGINT,"
        " currency VARCHAR, basis VARCHAR, reason VARCHAR)"
    )
    for table, schema in (("existing", EXISTING_SCHEMA), ("override", OVERRIDE_SCHEMA)):
        engine.execute(f"CREATE TABLE {table} ({', '.join(f'{word} {kind}' for word, kind in schema)})")
    yield engine
    engine.execute("USE main")
    engine.execute("DROP SCHEMA one CASCADE")


def people(db, count: int, ways: str = "e") -> None:
    """Customers 1 … count; `ways` are the contacts all of them have: e(mail), p(hone), l(etter)."""
    db.execute(
        "INSERT INTO affected SELECT n, 'k' || n, 'f' || n, ?, ?, ? FROM range(1, ?) t(n)",
        ["e" in ways, "p" in ways, "l" in ways, count + 1],
    )


def owes(db, customer: int, minor: int | None, *, remedy: str = "refund", status: str = "owed") -> None:
    db.execute(
        "INSERT INTO decided VALUES (?, ?, ?, 'r', ?, 'USD', 'redress', 'It is owed.')",
        [customer, remedy, status, minor],
    )


def all_owed(db, count: int) -> None:
    people(db, count)
    db.execute(
        "INSERT INTO decided SELECT n, 'refund', 'owed', 'r', n, 'USD', 'redress', 'x' FROM range(1, ?) t(n)",
        [count + 1],
    )


def did(db, customer: int, step: str, minor: int | None, *, sequence: int = 1, acts: int = 1, staged: int = 1) -> None:
    db.execute("INSERT INTO existing VALUES (?, ?, ?, ?, ?, 'USD', ?)", [customer, step, sequence, minor, acts, staged])


def says(db, customer: int, minor: int | None, reason: str | None = "Seen.", remedy: str = "refund") -> None:
    db.execute("INSERT INTO override VALUES (?, ?, ?, ?)", [customer, remedy, minor, reason])


def lay_out(db, steps: Sequence[StepLine], waves: Sequence[WaveLine] = REST, *, mistake: str = "m-1") -> list[Act]:
    for statement in (final_sql(), *act_sql(steps, waves, mistake)):
        db.execute(statement)
    cursor = db.execute("SELECT * FROM act ORDER BY ordinal")
    names = [column[0] for column in cursor.description]
    acts = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    assert [act["ordinal"] for act in acts] == list(range(1, len(acts) + 1))
    return acts


def short(acts: list[Act]) -> list[tuple[object, ...]]:
    return [(act["customer_id"], act["step"], act["sequence"], act["minor"]) for act in acts]


def parts(db, columns: str = "number, wave, step, lo, hi") -> list[tuple[Any, ...]]:
    return db.execute(f"SELECT {columns} FROM part ORDER BY number").fetchall()


def sizes(acts: list[Act]) -> dict[int, int]:
    """Customers by wave."""
    found: dict[int, set[int]] = {}
    for act in acts:
        found.setdefault(act["wave"], set()).add(act["customer_id"])
    return {wave: len(customers) for wave, customers in sorted(found.items())}


@pytest.mark.parametrize(
    ("waves", "wanted"),
    [
        ([None], {1: 25}),
        ([10, None], {1: 10, 2: 15}),
        ([1, 2, 3, None], {1: 1, 2: 2, 3: 3, 4: 19}),
        ([25, None], {1: 25}),
        ([24, None], {1: 24, 2: 1}),
        ([1000, None], {1: 25}),
        ([10, 10, 10, None], {1: 10, 2: 10, 3: 5}),
        ([10], {1: 10, 2: 15}),
        ([0, None], {2: 25}),
        ([], {1: 25}),
        ([None, 5], {1: 25}),
    ],
)
def test_waves_have_the_sizes_given(db, waves: list[int | None], wanted: dict[int, int]) -> None:
    all_owed(db, 25)
    assert sizes(lay_out(db, [REFUND, TOLD], [WaveLine(size) for size in waves])) == wanted


def test_who_has_nothing_to_get_takes_no_place_in_a_wave(db) -> None:
    all_owed(db, 20)
    db.execute("UPDATE decided SET status = 'nothing' WHERE customer_id <= 15")
    assert sizes(lay_out(db, [REFUND], [WaveLine(3), WaveLine(None)])) == {1: 3, 2: 2}


def test_the_pilot_says_nothing_about_its_customers_but_is_always_the_same(db) -> None:
    all_owed(db, 60)
    waves = [WaveLine(10), WaveLine(None)]
    pilot = {act["customer_id"] for act in lay_out(db, [REFUND], waves) if act["wave"] == 1}
    assert pilot != set(range(1, 11)), "not simply the oldest customers"
    ranked = sorted(range(1, 61), key=lambda customer: sha256(f"m-1/{customer}"))
    assert pilot == set(ranked[:10])


def test_another_mistake_has_another_pilot(db) -> None:
    all_owed(db, 60)
    acts = lay_out(db, [REFUND], [WaveLine(10), WaveLine(None)], mistake="m-2")
    ranked = sorted(range(1, 61), key=lambda customer: sha256(f"m-2/{customer}"))
    assert {act["customer_id"] for act in acts if act["wave"] == 1} == set(ranked[:10])
    assert ranked[:10] != sorted(range(1, 61), key=lambda customer: sha256(f"m-1/{customer}"))[:10]


@pytest.mark.parametrize(
    ("count", "bounds"),
    [
        (1, [(1, 1)]),
        (CHUNK_ACTS, [(1, 500)]),
        (CHUNK_ACTS + 1, [(1, 500), (501, 501)]),
        (1_250, [(1, 500), (501, 1000), (1001, 1250)]),
    ],
)
def test_a_part_has_at_most_five_hundred_acts(db, count: int, bounds: list[tuple[int, int]]) -> None:
    all_owed(db, count)
    lay_out(db, [REFUND])
    assert parts(db, "lo, hi") == bounds


def test_parts_follow_each_other_without_a_gap_over_waves_and_steps(db) -> None:
    all_owed(db, 700)
    acts = lay_out(db, [REFUND, TOLD], [WaveLine(100), WaveLine(None)])
    found = parts(db)
    assert found == [
        (1, 1, "refund", 1, 100),
        (2, 1, "told", 101, 200),
        (3, 2, "refund", 201, 700),
        (4, 2, "refund", 701, 800),
        (5, 2, "told", 801, 1300),
        (6, 2, "told", 1301, 1400),
    ]
    assert all({act["wave"] for act in acts[lo - 1 : hi]} == {wave} for _, wave, _, lo, hi in found)


def test_two_channels_of_one_step_are_two_parts(db) -> None:
    people(db, 4, "e")
    db.execute("UPDATE affected SET has_email = false, has_post = true WHERE customer_id > 2")
    step = StepLine("say", 1, "tell", DUE, channels=(("email", "email"), ("letter", "post")))
    lay_out(db, [step])
    assert parts(db, "provider, lo, hi") == [("email", 1, 2), ("letter", 3, 4)]


def test_the_digest_of_a_part_is_the_chain_of_its_leaves(db) -> None:
    all_owed(db, 501)
    acts = lay_out(db, [REFUND, TOLD], [WaveLine(7), WaveLine(None)])
    for lo, hi, digest in parts(db, "lo, hi, digest"):
        assert digest == chain(act["leaf"] for act in acts[lo - 1 : hi])


def as_stored(act: Act) -> Act:
    return {**act, "due_at": act["due_at"].replace(tzinfo=UTC)}


@pytest.mark.parametrize(
    "step",
    [
        REFUND,
        RESHIP,
        StepLine("say", 1, "tell", DUE, channels=(("email", "email"),)),
        StepLine("say", 1, "ask", DUE, channels=(("task", ""),)),
        StepLine("o'clock", 1, "fix", DUE, provider='pro"vider'),
        StepLine("späte Post", 1, "fix", datetime(1970, 1, 1, tzinfo=UTC), provider="task"),
        StepLine("before", 1, "fix", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), provider="task"),
        StepLine("far", 1, "fix", datetime(2999, 12, 31, 23, 59, 59, tzinfo=UTC), provider="task"),
        StepLine("zoned", 1, "fix", datetime(2026, 7, 1, 0, 30, tzinfo=ZoneInfo("Asia/Kolkata")), provider="task"),
        StepLine("a|b", 1, "fix", DUE, provider="c|d"),
    ],
    ids=lambda step: step.id,
)
def test_python_computes_the_leaf_that_duckdb_wrote(db, step: StepLine) -> None:
    all_owed(db, 3)
    acts = lay_out(db, [step])
    assert len(acts) == 3
    for act in acts:
        assert act_leaf(as_stored(act)) == act["leaf"]
        assert as_stored(act)["due_at"] == step.due_at


@pytest.mark.parametrize(
    ("column", "other"),
    [
        ("customer_id", 99), ("step", "refund-2"), ("sequence", 2), ("kind", "make good"), ("provider", "voucher"),
        ("route", "email"), ("remedy", "sorry"), ("wave", 2), ("due_at", DUE + timedelta(seconds=1)), ("minor", 2),
        ("minor", None), ("currency", "EUR"), ("currency", None), ("basis", "goodwill"), ("facts_digest", "f9"),
    ],
)  # fmt: skip
def test_every_column_of_an_act_is_in_its_leaf(db, column: str, other: object) -> None:
    all_owed(db, 1)
    (act,) = map(as_stored, lay_out(db, [REFUND]))
    assert act_leaf({**act, column: other}) != act["leaf"]


@pytest.mark.parametrize("column", ["ordinal", "step_index", "leaf"])
def test_what_is_not_approved_is_not_in_the_leaf(db, column: str) -> None:
    all_owed(db, 1)
    (act,) = map(as_stored, lay_out(db, [REFUND]))
    assert act_leaf({**act, column: "other"}) == act["leaf"]


@pytest.mark.parametrize(
    ("status", "minor", "word", "paid"),
    [
        ("owed", 500, None, [(1, "refund", 1, 500)]),
        ("hold", None, None, []),
        ("undefined", None, None, []),
        ("nothing", None, None, []),
        ("hold", None, (900, "Seen."), [(1, "refund", 1, 900)]),
        ("undefined", None, (1, "Seen."), [(1, "refund", 1, 1)]),
        ("owed", 500, (200, "Seen."), [(1, "refund", 1, 200)]),
        ("owed", 500, (None, "Not owed."), []),
        ("owed", 500, (0, "Not owed."), []),
        ("nothing", None, (300, "Owed after all."), [(1, "refund", 1, 300)]),
    ],
)
def test_a_persons_word_stands_before_the_policys(db, status, minor, word, paid) -> None:
    people(db, 1)
    owes(db, 1, minor, status=status)
    if word:
        says(db, 1, *word)
    assert short(lay_out(db, [REFUND])) == paid


def final(db) -> tuple[Any, ...]:
    return db.execute("SELECT status, rule, minor, currency, basis, reason FROM final").fetchone()


@pytest.mark.parametrize(
    ("minor", "reason", "row"),
    [
        (900, "Seen.", ("owed", "person", 900, "USD", "redress", "Seen.")),
        (None, "Not owed.", ("nothing", "person", None, "USD", "redress", "Not owed.")),
        (900, None, ("owed", "person", 900, "USD", "redress", "It is owed.")),
    ],
)
def test_a_decision_says_that_a_person_made_it(db, minor, reason, row) -> None:
    people(db, 1)
    owes(db, 1, None, status="hold")
    says(db, 1, minor, reason)
    db.execute(final_sql())
    assert final(db) == row


def test_a_word_about_one_remedy_or_customer_leaves_the_others(db) -> None:
    people(db, 2)
    for customer in (1, 2):
        owes(db, customer, 500)
        owes(db, customer, 70, remedy="sorry")
    says(db, 1, None)
    says(db, 3, 10_000)
    assert short(lay_out(db, [REFUND, SORRY])) == [(2, "refund", 1, 500), (1, "sorry", 1, 70), (2, "sorry", 1, 70)]


@pytest.mark.parametrize(
    ("before", "owed", "act"),
    [
        ((500, 1, 1), 500, None),
        ((500, 1, 1), 499, None),
        ((500, 1, 1), 501, (2, 1)),
        ((0, 0, 1), 500, (2, 500)),
        ((None, 0, 3), 500, (4, 500)),
        ((300, 2, 2), 500, (3, 200)),
        ((300, 1, 7), 500, (8, 200)),
    ],
)  # (money that counts, acts that count, highest sequence)
def test_only_what_is_missing_is_paid_under_the_next_number(db, before, owed: int, act) -> None:
    people(db, 1)
    owes(db, 1, owed)
    did(db, 1, "refund", before[0], acts=before[1], sequence=before[2])
    wanted = [] if act is None else [(1, "refund", act[0], act[1])]
    assert short(lay_out(db, [REFUND])) == wanted


def test_a_fix_without_money_is_done_once_for_everyone(db) -> None:
    people(db, 3)
    did(db, 1, "reship", None)
    did(db, 2, "reship", None, acts=0, sequence=2)
    assert short(lay_out(db, [RESHIP])) == [(2, "reship", 3, None), (3, "reship", 1, None)]


def test_remedies_need_no_contact(db) -> None:
    people(db, 1, "")
    owes(db, 1, 500)
    assert short(lay_out(db, [REFUND, TOLD])) == [(1, "refund", 1, 500)]


@pytest.mark.parametrize(
    ("everyone", "after", "told"),
    [
        (False, ("refund", "sorry"), [1, 2]),
        (True, ("refund",), [1, 2, 3]),
        (False, (), [1, 2, 3]),
        (False, ("sorry",), [2]),
    ],
)
def test_who_is_told(db, everyone: bool, after: tuple[str, ...], told: list[int]) -> None:
    people(db, 3)
    owes(db, 1, 500)
    owes(db, 2, 70, remedy="sorry")
    step = StepLine("told", 3, "tell", DUE, channels=(("email", "email"),), after=after, everyone=everyone)
    acts = lay_out(db, [REFUND, SORRY, step])
    assert [act["customer_id"] for act in acts if act["step"] == "told"] == told


@pytest.mark.parametrize(
    ("told_before", "paid_before", "owed", "told"),
    [
        (False, 0, 500, [1]),
        (True, 500, 500, []),
        (True, 500, 700, [2]),
        (False, 500, 500, [1]),
    ],
)
def test_told_again_only_when_there_is_something_new(db, told_before, paid_before, owed, told) -> None:
    people(db, 1)
    owes(db, 1, owed)
    if paid_before:
        did(db, 1, "refund", paid_before)
    if told_before:
        did(db, 1, "told", None)
    assert [act["sequence"] for act in lay_out(db, [REFUND, TOLD]) if act["step"] == "told"] == told


CHANNELS = (("email", "email"), ("letter", "post"), ("call", "phone"))


@pytest.mark.parametrize(
    ("ways", "channels", "chosen"),
    [
        ("epl", CHANNELS, ("email", "email")),
        ("pl", CHANNELS, ("letter", "post")),
        ("p", CHANNELS, ("call", "phone")),
        ("", CHANNELS, None),
        ("epl", CHANNELS[::-1], ("call", "phone")),
        ("", (*CHANNELS, ("task", "")), ("task", "")),
        ("l", (("email", "email"), ("task", "")), ("task", "")),
        ("e", (("email", "email"), ("task", "")), ("email", "email")),
        ("", (("task", ""),), ("task", "")),
        ("e", (), None),
    ],
)
def test_the_first_channel_that_reaches(db, ways: str, channels, chosen: tuple[str, str] | None) -> None:
    people(db, 1, ways)
    step = StepLine("say", 1, "tell", DUE, channels=channels)
    acts = lay_out(db, [step])
    assert [(act["provider"], act["route"]) for act in acts] == ([chosen] if chosen else [])
    assert db.execute(unreachable_sql(step)).fetchone()[0] == (0 if chosen else 1)


def test_steps_are_carried_out_in_the_playbooks_order_within_a_wave(db) -> None:
    people(db, 2)
    for customer in (1, 2):
        owes(db, customer, 500)
        owes(db, customer, 70, remedy="sorry")
    acts = lay_out(db, [TOLD, SORRY, REFUND])
    assert [act["step"] for act in acts] == ["refund", "refund", "sorry", "sorry", "told", "told"]


@pytest.mark.parametrize(
    "text", ["o'clock", "''", "'; DROP TABLE act; --", 'a"b', "a\\'b", "a\nb", "ß🙂", "%s", "{0}", "$1", "?"]
)
def test_texts_are_only_texts(db, text: str) -> None:
    people(db, 1)
    owes(db, 1, 500, remedy=text)
    step = StepLine(text, 1, "fix", DUE, provider=text, remedy=text)
    told = StepLine(f"{text}2", 2, "tell", DUE, channels=((text, "email"),), after=(text,))
    acts = lay_out(db, [step, told], mistake=text)
    assert [(act["step"], act["provider"]) for act in acts] == [(text, text), (f"{text}2", text)]
    assert [act_leaf(as_stored(act)) for act in acts] == [act["leaf"] for act in acts]


def test_an_empty_scope_gives_an_empty_plan(db) -> None:
    assert lay_out(db, [REFUND, TOLD]) == []
    assert parts(db) == []


def test_equal_input_gives_equal_leaves_whatever_the_order_of_the_rows(db) -> None:
    all_owed(db, 50)
    first = [act["leaf"] for act in lay_out(db, [REFUND, TOLD], [WaveLine(5), WaveLine(None)])]
    for table in ("final", "sorted", "act", "part"):
        db.execute(f"DROP TABLE {table}")
    for table in ("affected", "decided"):
        db.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {table} ORDER BY customer_id DESC")
    assert [act["leaf"] for act in lay_out(db, [REFUND, TOLD], [WaveLine(5), WaveLine(None)])] == first


def test_a_row_has_the_ordinal_of_its_place_also_where_the_engine_works_in_several_pieces(db) -> None:
    count = 300_000  # more than two of the engine's row groups
    db.execute("INSERT INTO affected SELECT n, n, 'f', true, false, false FROM range(?, 0, -1) t(n)", [count])
    db.execute("INSERT INTO decided SELECT customer_id, 'refund', 'owed', 'r', 1, 'USD', 'redress', '' FROM affected")
    db.execute(final_sql())
    for statement in act_sql([REFUND], [WaveLine(1_000), WaveLine(None)], "m-1"):
        db.execute(statement)
    right = "row_number() OVER (ORDER BY wave, step_index, provider, due_at, customer_id)"
    wrong = (
        f"SELECT count(*) FILTER (WHERE ordinal <> place), count(*) FROM (SELECT ordinal, {right} AS place FROM act)"
    )
    assert db.execute(wrong).fetchall() == [(0, count)]
    assert db.execute("SELECT count(*) FROM act WHERE ordinal <> rowid + 1").fetchall() == [(0,)]
