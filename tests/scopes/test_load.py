"""Loading who is affected: every row accounted for, every rejection with its place, nothing half-written."""

import json
import signal
import subprocess
import sys
import textwrap
from datetime import timedelta

import psycopg
import pytest
from tests.engine.recovery import SCOPE, contacts, customers, given_people, recovery, rows

from makegood.kit.errors import BadInput
from makegood.scopes.failing import abandoned
from makegood.scopes.load import load_scope
from makegood.scopes.models import Scope
from makegood.scopes.queries import list_rejections, list_scopes, newest_scope, scope_delta

HEAD = "customer,name,email,address\n"


def given(tmp_path, affected, contact_rows="", **texts):
    """A folder whose scope has the CSV lines `affected` (with their header line)."""
    return recovery(tmp_path, given_people(), **{"contacts": HEAD + contact_rows, "affected": affected, **texts})


def accounted(scope):
    counts = scope.counts
    return counts["read"], counts["affected"], counts["merged"], counts["rejected"], counts["nobody"]


def with_column(line):
    return SCOPE.replace("  extra: {type: money, currency: EUR, merge: sum}\n", f"  {line}\n")


def facts(scope):
    found = rows("SELECT customer_key, facts FROM affected WHERE scope_id = %s ORDER BY customer_key", scope.id)
    return {key: json.loads(text) for key, text in found}


def contact_of(scope, key):
    ((text,),) = rows("SELECT contact FROM affected WHERE scope_id = %s AND customer_key = %s", scope.id, key)
    return json.loads(text)


def test_every_row_ends_in_one_place(database, tmp_path):
    lines = "customer,extra\nc1,1.00\nc1,2.00\nc2,abc\n,4.00\n  ,5.00\nc3,6.00\nc3,1;5\n"
    scope = given(tmp_path, lines, contacts(3)).load()
    assert accounted(scope) == (7, 2, 1, 2, 2)
    assert facts(scope) == {"c1": {"extra": 300}, "c3": {"extra": 600}}
    assert scope.counts["nobody_sums"] == [["extra", "EUR", 900]]
    assert (scope.counts["partly_rejected"], scope.counts["partly_rejected_example"]) == (1, "c3")


def test_a_rejection_says_line_column_reason_and_remedy(database, tmp_path):
    scope = given(tmp_path, 'customer,extra\nc1,1.00\nc2,"1,000.00"\nc3,1.005\n').load()
    found = [(r.source, r.line, r.column, r.reason, r.customer_key) for r in list_rejections(scope)]
    assert found == [
        ("scope", 3, "extra", "'1,000.00' in column extra has a thousands separator or a comma.", "c2"),
        ("scope", 4, "extra", "'1.005' in column extra has more digits after the point than the currency.", "c3"),
    ]
    assert all("Write digits and one point" in r.remedy for r in list_rejections(scope))


def test_rejections_are_given_in_the_order_of_the_lines(database, tmp_path):
    lines = "customer,extra\n" + "".join(f"c{n},bad{n}\n" for n in range(1, 31)) + "ok,1.00\n"
    scope = given(tmp_path, lines, "ok,Ann,no-address,\n").load()
    assert [r.line for r in list_rejections(scope, limit=30)] == list(range(2, 32))
    assert [r.source for r in list_rejections(scope, limit=100)][-1] == "contacts"
    assert accounted(scope) == (31, 1, 0, 30, 0)


def test_rows_that_contradict_each_other_reject_their_customer(database, tmp_path):
    made = given(tmp_path, "customer,size\nc1,S\nc1,M\nc2,S\nc2,S\n", scope=with_column("size: {type: text}"))
    scope = made.write(policy="remedies: {}\n").load()
    assert accounted(scope) == (4, 1, 1, 2, 0)
    reasons = {(r.line, r.reason) for r in list_rejections(scope)}
    assert reasons == {(n, "The rows of this customer do not agree about size.") for n in (2, 3)}


@pytest.mark.parametrize(
    ("column", "values", "merged"),
    [
        ("v: {type: integer, merge: sum}", ["1", "2"], 3),
        ("v: {type: integer, merge: sum}", ["1", ""], None),
        ("v: {type: number, merge: sum}", ["1.5", "2.25"], "3.750000000"),
        ("v: {type: money, currency: JPY, merge: sum}", ["100", "250"], 350),
        ("v: {type: integer, merge: min}", ["5", "-3"], -3),
        ("v: {type: date, merge: max}", ["2026-01-31", "2026-02-01"], "2026-02-01"),
        ("v: {type: text, merge: first}", ["", "b", "a"], "b"),
        ("v: {type: text, merge: list}", ["b", "a", "b"], "a; b"),
        ("v: {type: text, merge: same}", ["a", "", "a"], "a"),
        ("v: {type: boolean, merge: any}", ["no", "yes"], True),
        ("v: {type: boolean, merge: any}", ["no", ""], None),
        ("v: {type: boolean, merge: all}", ["yes", "no"], False),
        ("v: {type: instant, merge: min}", ["2026-01-31T09:00:00+01:00", "2026-01-31T09:00:00Z"],
         "2026-01-31T08:00:00.000000Z"),
    ],
)  # fmt: skip
def test_several_rows_of_a_customer_become_one(database, tmp_path, column, values, merged):
    lines = "customer,v\n" + "".join(f"c1,{value}\n" for value in values)
    scope = given(tmp_path, lines, scope=with_column(column), policy="remedies: {}\n").load()
    assert facts(scope) == {"c1": {"v": merged}}
    assert accounted(scope) == (len(values), 1, len(values) - 1, 0, 0)


def test_one_key_with_two_names_is_told_nothing(database, tmp_path):
    scope = given(tmp_path, "customer,extra\nc1,1.00\nc2,1.00\n", "c1,Ann,a@x.example,\nc1,Bob,,\nc2,Cy,,S\n").load()
    (rejected,) = list_rejections(scope)
    assert (rejected.line, rejected.column) == (3, "name")
    assert rejected.reason == "One key has two names: Ann and Bob."
    assert contact_of(scope, "c1") == {}
    assert (scope.counts["unreachable"], scope.counts["contact_problems"], scope.counts["rejected"]) == (1, 1, 0)


def test_several_contact_rows_give_the_first_of_each_way(database, tmp_path):
    lines = "c1,Ann,,\nc1,Ann,ann@one.example,\nc1,Ann,ann@two.example,Street 1\n"
    scope = given(tmp_path, "customer,extra\nc1,1.00\n", lines).load()
    assert contact_of(scope, "c1") == {
        "email": "ann@one.example", "language": None, "name": "Ann", "phone": None, "post": "Street 1",
    }  # fmt: skip


def test_a_bad_address_leaves_the_customer_reachable_another_way(database, tmp_path):
    lines = "c1,Ann,ann at example,Street 1\nc2,Bob,bob@,\n"
    scope = given(tmp_path, "customer,extra\nc1,1.00\nc2,1.00\nc9,2.00\n", lines).load()
    assert [r.reason for r in list_rejections(scope)] == [
        "'ann at example' is not an e-mail address.",
        "'bob@' is not an e-mail address.",
    ]
    assert contact_of(scope, "c1")["email"] is None
    counts = scope.counts
    assert (counts["with_email"], counts["with_post"], counts["unreachable"], counts["affected"]) == (0, 1, 2, 3)


def test_a_customer_keeps_their_number_across_versions_and_brands_keep_apart(database, tmp_path):
    made = given(tmp_path, "customer,extra\n" + customers(3), contacts(3))
    first = made.load()
    made.write(affected="customer,extra\n" + customers(4, first=2))
    second = made.load()
    numbers = dict(rows("SELECT customer_key, customer_id FROM affected WHERE scope_id = %s", first.id))
    again = dict(rows("SELECT customer_key, customer_id FROM affected WHERE scope_id = %s", second.id))
    assert {key: again[key] for key in ("c2", "c3")} == {key: numbers[key] for key in ("c2", "c3")}
    assert set(again) == {"c2", "c3", "c4", "c5"}
    assert rows("SELECT count(*) FROM customer") == [(5,)]


def test_versions_differ_in_new_gone_changed_and_contacts(database, tmp_path):
    made = given(tmp_path, "customer,extra\n" + customers(8), contacts(8))
    first = made.load()
    assert "delta" not in first.counts
    made.write(
        affected="customer,extra\n" + customers(6, first=4).replace("c4,4.50", "c4,9.00"),
        contacts=HEAD + contacts(9).replace("c5@example.com", "five@example.com"),
    )
    second = made.load()
    delta = scope_delta(first, second)
    assert (delta.old, delta.version) == (1, 2)
    assert (delta.new, delta.gone, delta.changed, delta.contact_only) == (1, 3, 1, 1)
    assert delta.examples == {"new": ["c9"], "gone": ["c1", "c2", "c3"], "changed": ["c4"], "contact_only": ["c5"]}
    assert second.counts["delta"] == delta.as_json() == json.loads(json.dumps(delta.as_json()))
    assert newest_scope(made.mistake).id == second.id


def test_the_same_rows_have_the_same_digest_in_any_order(database, tmp_path):
    made = given(tmp_path, "customer,extra\n" + customers(50), contacts(50))
    first = made.load()
    made.write(affected="customer,extra\n" + "".join(sorted(customers(50).splitlines(keepends=True))[::-1]))
    second = made.load()
    assert first.digest == second.digest
    assert (scope_delta(first, second).new, scope_delta(first, second).changed) == (0, 0)


def test_a_join_that_repeats_lines_still_balances(database, tmp_path):
    query = (
        "SELECT a._line, a.customer, b.amount AS extra FROM affected a LEFT JOIN lines b ON a.customer = b.customer\n"
    )
    scope = SCOPE.replace("from: affected", "query: scope.sql").replace(
        "  contacts: {file", "  lines: {file: lines.csv, header: true}\n  contacts: {file"
    )
    made = given(tmp_path, "customer\nc1\nc2\nc3\n", scope=scope)
    (made.path / "scope.sql").write_text(query)
    (made.path / "lines.csv").write_text("customer,amount\nc1,1.00\nc1,2.00\nc1,oops\nc2,3.00\n")
    scope = made.load()
    assert accounted(scope) == (5, 3, 1, 1, 0)
    assert facts(scope) == {"c1": {"extra": 300}, "c2": {"extra": 300}, "c3": {"extra": None}}


def test_ten_thousand_rows(database, tmp_path):
    scope = given(tmp_path, "customer,extra\n" + customers(10_000), contacts(9_990)).load()
    assert accounted(scope) == (10_000, 10_000, 0, 0, 0)
    assert rows("SELECT count(*), count(DISTINCT customer_id) FROM affected") == [(10_000, 10_000)]
    assert scope.counts["unreachable"] == 10


REFUSED = {
    "empty": ({"affected": "customer,extra\n,1.00\n"}, "empty-scope", "Nobody is affected: 1 rows were read"),
    "no column": ({"affected": "customer,other\nc1,1\n"}, "missing-column", "no column 'extra'"),
    "no key": ({"affected": "buyer,extra\nc1,1\n"}, "missing-column", "no column 'customer'"),
    "no contact key": ({"contacts": "buyer,name\nc1,A\n"}, "missing-column", "no column 'customer'"),
    "no file": ({"scope": SCOPE.replace("affected.csv", "nowhere.csv")}, "", "nowhere.csv"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_source_that_cannot_be_used_is_refused_in_a_sentence(database, tmp_path, case):
    texts, code, said = REFUSED[case]
    made = given(tmp_path, "customer,extra\nc1,1.00\n").write(**texts)
    with pytest.raises(BadInput) as refused:
        made.load()
    assert said in str(refused.value)
    assert refused.value.code == code or not code
    assert refused.value.remedy
    assert refused.value.place is not None
    assert rows("SELECT state, counts ->> 'reason' FROM scope") == [("failed", refused.value.what)]
    assert rows("SELECT count(*) FROM customer") == [(0,)]


def test_a_query_with_a_mistake_names_line_and_column(database, tmp_path):
    scope = SCOPE.replace("from: affected", "query: scope.sql")
    made = given(tmp_path, "customer,extra\nc1,1.00\n", scope=scope)
    (made.path / "scope.sql").write_text("SELECT customer,\n       extr\nFROM affected\n")
    with pytest.raises(BadInput) as refused:
        made.load()
    place = refused.value.place
    assert place is not None
    assert (place.file.endswith("scope.sql"), place.line, place.column) == (True, 2, 8)


@pytest.mark.parametrize("text", ["DROP TABLE affected", "SELECT 1; SELECT 2", "COPY affected TO 'x.csv'"])
def test_only_one_select_is_a_query(database, tmp_path, text):
    scope = SCOPE.replace("from: affected", "query: scope.sql")
    made = given(tmp_path, "customer,extra\nc1,1.00\n", scope=scope)
    (made.path / "scope.sql").write_text(text)
    with pytest.raises(BadInput):
        made.load()
    assert not (made.path / "x.csv").exists()


def test_an_amount_without_its_currency_is_rejected(database, tmp_path):
    columns = "extra: {type: money, currency_column: cur, merge: sum}\n  cur: {type: text}"
    policy = (
        "remedies:\n  refund:\n    kind: fix\n    basis: redress\n    currency_column: cur\n"
        '    rules:\n      - {id: all, default: true, amount: "extra"}\n'
    )
    made = given(tmp_path, "customer,extra,cur\nc1,1.00,EUR\nc2,2.00,XXQ\nc3,3.00,\n", scope=with_column(columns))
    scope = made.write(policy=policy).load()
    assert accounted(scope) == (3, 1, 0, 2, 0)
    reason = "Column extra has an amount, but column cur names no currency."
    assert {r.line: r.reason for r in list_rejections(scope)} == {3: reason, 4: reason}


def test_contacts_from_a_query_over_the_sources(database, tmp_path):
    """The export itself has the addresses, several lines a customer: the query keeps the last name there was."""
    made = given(
        tmp_path,
        "customer,extra,who,mail\nc1,1.00,Ann,ann@x.example\nc1,2.00,Ann B.,ann@y.example\nc2,3.00,Cy,nowhere\n",
        scope=SCOPE.replace("  source: contacts\n", "  query: people.sql\n").replace("  post: [address]\n", "")
        .replace("[email, post]", "[email]"),
    )  # fmt: skip
    query = "SELECT max(_line) AS _line, customer, arg_max(who, _line) AS name, arg_max(mail, _line) AS email"
    (made.path / "people.sql").write_text(f"-- the newest line of each\n{query}\nFROM affected GROUP BY customer;\n")
    scope = made.load()
    assert {word: contact_of(scope, "c1")[word] for word in ("name", "email")} == {
        "name": "Ann B.",
        "email": "ann@y.example",
    }
    assert [(r.source, r.line, r.column) for r in list_rejections(scope)] == [("contacts", 4, "email")]


def test_a_contacts_query_that_is_not_there_or_changes_something_is_refused(database, tmp_path):
    made = given(tmp_path, "customer,extra\nc1,1.00\n", scope=SCOPE.replace("source: contacts", "query: people.sql"))
    assert [one.code for one in made.push().findings if one.code.startswith("missing")] == ["missing-query"]
    (made.path / "people.sql").write_text("DROP TABLE affected")
    with pytest.raises(BadInput) as no:
        made.load()
    assert "people.sql" in str(no.value.place)


class Stopped(KeyboardInterrupt):
    """Ctrl-C at a moment that a test chooses."""


@pytest.mark.parametrize("moment", ["reading affected", "typing and merging rows", "storing 3 customers"])
def test_ctrl_c_while_loading_leaves_nothing(database, tmp_path, moment):
    made = given(tmp_path, "customer,extra\n" + customers(3), contacts(3))

    def stop_at(said):
        if said == moment:
            raise Stopped

    with pytest.raises(Stopped):
        load_scope(made.request(), progress=stop_at)
    assert rows("SELECT state, counts ->> 'reason' FROM scope") == [("failed", "interrupted")]
    assert rows("SELECT count(*) FROM customer") == rows("SELECT count(*) FROM affected") == [(0,)]
    assert rows("SELECT count(*) FROM pg_class WHERE relname ~ '^affected_[0-9]+$'") == [(0,)]
    assert made.load().version == 2


def test_a_process_killed_while_storing_leaves_a_row_that_is_called_abandoned(database, tmp_path, time_machine):
    made = given(tmp_path, "customer,extra\n" + customers(3), contacts(3))
    made.push()
    script = textwrap.dedent(
        """
        import os, signal, sys
        import django
        django.setup()
        from pathlib import Path
        from makegood.customers import actions
        from makegood.documents.folder import check_folder, read_folder
        from makegood.mistakes.models import Mistake
        from makegood.plans.inputs import all_plugins
        from makegood.scopes import load
        def die(*_): os.kill(os.getpid(), signal.SIGKILL)
        load._keep_rejections = die
        checked = check_folder(read_folder(Path(sys.argv[1])), all_plugins())
        load.load_scope(load.Request(mistake=Mistake.objects.get(), mapping=checked.scope, folder=checked.folder,
                                     root=Path(sys.argv[1]), revisions={}, actor=1))
        """
    )
    died = subprocess.run([sys.executable, "-c", script, str(made.path)], env=database.environment, check=False)
    assert died.returncode == -signal.SIGKILL
    with psycopg.connect(database.admin_url) as admin:  # the server notices the dead client by itself
        admin.execute("SELECT pg_advisory_lock(7236, %s)", [made.people.brand.id])
    assert rows("SELECT count(*) FROM pg_class WHERE relname ~ '^affected_[0-9]+$'") == [(0,)]
    ((scope, state),) = list_scopes(made.mistake)
    assert (scope.state, state, newest_scope(made.mistake)) == ("loading", "loading", None)
    time_machine.move_to(scope.made_at + timedelta(hours=2))
    assert [state for _, state in list_scopes(made.mistake)] == ["abandoned"]
    assert not abandoned("ready", Scope.objects.get().made_at)
