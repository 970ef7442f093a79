"""The layout: who gets which act, in which wave and chunk, with leaves that Python can compute again."""

from datetime import UTC, datetime

import duckdb
import pytest

from makegood.core.layout import StepLine, WaveLine, act_leaf, act_sql, final_sql, unreachable_sql
from makegood.kit.digest import chain

DUE = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
REFUND = StepLine(id="refund", index=1, kind="fix", due_at=DUE, provider="store-credit", remedy="refund")
TELL = StepLine(
    id="told", index=2, kind="tell", due_at=DUE, channels=(("email", "email"), ("letter", "post")), after=("refund",)
)


@pytest.fixture
def tables():
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    db.execute(
        "CREATE TABLE affected (customer_id BIGINT, customer_key VARCHAR, facts_digest VARCHAR, has_email BOOLEAN, "
        "has_phone BOOLEAN, has_post BOOLEAN)"
    )
    db.execute(
        "CREATE TABLE decided (customer_id BIGINT, remedy VARCHAR, status VARCHAR, rule VARCHAR, minor BIGINT, "
        "currency VARCHAR, basis VARCHAR, reason VARCHAR)"
    )
    db.execute("CREATE TABLE override (customer_id BIGINT, remedy VARCHAR, minor BIGINT, reason VARCHAR)")
    db.execute(
        "CREATE TABLE existing (customer_id BIGINT, step VARCHAR, sequence INTEGER, minor BIGINT, acts INTEGER, "
        "currency VARCHAR, staged INTEGER)"
    )
    yield db
    db.close()


def given(db, *, affected="", decided="", existing="", override=""):
    for table, rows in (("affected", affected), ("decided", decided), ("existing", existing), ("override", override)):
        for line in filter(None, (row.strip() for row in rows.splitlines())):
            values = [None if v.strip() == "-" else v.strip() for v in line.split(",")]
            db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)


def lay_out(db, steps, waves=(WaveLine(None),)):
    db.execute(final_sql())
    for statement in act_sql(steps, list(waves), "m-1"):
        db.execute(statement)
    cursor = db.execute("SELECT * FROM act ORDER BY ordinal")
    names = [d[0] for d in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def short(acts):
    return [(a["customer_id"], a["step"], a["sequence"], a["minor"]) for a in acts]


def test_owed_is_paid_and_then_told_nothing_and_hold_get_no_act(tables):
    given(
        tables,
        affected="1,a,f1,true,false,false\n2,b,f2,true,false,false\n3,c,f3,true,false,false",
        decided="""1,refund,owed,r,500,USD,redress,x
                   2,refund,nothing,r,-,USD,redress,x
                   3,refund,hold,r,-,USD,redress,x""",
    )
    assert short(lay_out(tables, [REFUND, TELL])) == [(1, "refund", 1, 500), (1, "told", 1, None)]


def test_only_the_difference_is_paid_and_told_again(tables):
    given(
        tables,
        affected="1,a,f1,true,false,false\n2,b,f2,true,false,false",
        decided="1,refund,owed,r,700,USD,redress,x\n2,refund,owed,r,500,USD,redress,x",
        existing="1,refund,1,500,1,USD,1\n2,refund,1,500,1,USD,1\n1,told,1,-,1,,1\n2,told,1,-,1,,1",
    )
    assert short(lay_out(tables, [REFUND, TELL])) == [(1, "refund", 2, 200), (1, "told", 2, None)]


def test_a_failed_act_is_planned_again_with_the_next_sequence(tables):
    given(
        tables,
        affected="1,a,f1,true,false,false",
        decided="1,refund,owed,r,500,USD,redress,x",
        existing="1,refund,1,0,0,,0",
    )
    assert short(lay_out(tables, [REFUND])) == [(1, "refund", 2, 500)]


def test_more_already_paid_than_owed_is_never_taken_back(tables):
    given(
        tables,
        affected="1,a,f1,true,false,false",
        decided="1,refund,owed,r,300,USD,redress,x",
        existing="1,refund,1,500,1,USD,1",
    )
    assert lay_out(tables, [REFUND]) == []


def test_a_persons_word_replaces_the_policys(tables):
    given(
        tables,
        affected="1,a,f1,true,false,false\n2,b,f2,true,false,false",
        decided="1,refund,hold,r,-,USD,redress,x\n2,refund,undefined,r,-,USD,redress,x",
        override="1,refund,900,seen\n2,refund,-,not owed",
    )
    assert short(lay_out(tables, [REFUND])) == [(1, "refund", 1, 900)]


def test_the_first_reachable_channel_is_taken_and_the_unreachable_counted(tables):
    say = StepLine(id="say", index=1, kind="tell", due_at=DUE, channels=(("email", "email"), ("letter", "post")))
    given(tables, affected="1,a,f1,true,false,true\n2,b,f2,false,false,true\n3,c,f3,false,true,false")
    acts = lay_out(tables, [say])
    assert [(a["customer_id"], a["provider"], a["route"]) for a in acts] == [
        (1, "email", "email"),
        (2, "letter", "post"),
    ]
    assert tables.execute(unreachable_sql(say)).fetchone() == (1, "c")


def test_everyone_is_told_when_the_step_says_so(tables):
    everyone = StepLine(
        id="told", index=2, kind="tell", due_at=DUE, channels=(("email", "email"),), after=("refund",), everyone=True
    )
    given(tables, affected="1,a,f1,true,false,false", decided="1,refund,nothing,r,-,USD,redress,x")
    assert short(lay_out(tables, [REFUND, everyone])) == [(1, "told", 1, None)]


def test_waves_keep_a_customers_acts_together_and_take_the_sizes_given(tables):
    given(
        tables,
        affected="\n".join(f"{n},k{n},f{n},true,false,false" for n in range(1, 31)),
        decided="\n".join(f"{n},refund,owed,r,100,USD,redress,x" for n in range(1, 31)),
    )
    acts = lay_out(tables, [REFUND, TELL], [WaveLine(10), WaveLine(5), WaveLine(None)])
    waves = {}
    for act in acts:
        waves.setdefault(act["customer_id"], set()).add(act["wave"])
    assert all(len(found) == 1 for found in waves.values())
    sizes = [sum(found == {n} for found in waves.values()) for n in (1, 2, 3)]
    assert sizes == [10, 5, 15]
    assert [a["wave"] for a in acts] == sorted(a["wave"] for a in acts)


def test_leaves_and_part_digests_can_be_computed_again_in_python(tables):
    given(
        tables,
        affected="\n".join(f"{n},k{n},f{n},true,false,false" for n in range(1, 1203)),
        decided="\n".join(f"{n},refund,owed,r,{n},USD,redress,x" for n in range(1, 1203)),
    )
    acts = lay_out(tables, [REFUND, TELL])
    for act in acts:
        act["due_at"] = act["due_at"].replace(tzinfo=UTC)
    assert [act_leaf(act) for act in acts] == [act["leaf"] for act in acts]
    parts = tables.execute("SELECT number, step, lo, hi, digest FROM part ORDER BY number").fetchall()
    assert [(p[0], p[1], p[2], p[3]) for p in parts] == [
        (1, "refund", 1, 500),
        (2, "refund", 501, 1000),
        (3, "refund", 1001, 1202),
        (4, "told", 1203, 1702),
        (5, "told", 1703, 2202),
        (6, "told", 2203, 2404),
    ]
    for _, _, lo, hi, digest in parts:
        assert digest == chain(act["leaf"] for act in acts[lo - 1 : hi])


def test_a_quote_in_a_name_is_only_a_quote(tables):
    step = StepLine(id="o'clock", index=1, kind="fix", due_at=DUE, provider="task")
    given(tables, affected="1,a,f1,true,false,false")
    assert short(lay_out(tables, [step])) == [(1, "o'clock", 1, None)]


def test_who_was_put_right_at_the_desk_is_neither_paid_nor_told_again(tables):
    given(
        tables,
        affected="1,a,f1,true,false,false\n2,b,f2,true,false,false",
        decided="1,refund,owed,r,500,USD,redress,x\n2,refund,owed,r,500,USD,redress,x",
        existing="1,refund,1,500,1,USD,0\n2,refund,1,500,1,USD,1",
    )
    assert short(lay_out(tables, [REFUND, TELL])) == [(2, "told", 1, None)]
