"""`makegood one`: one customer told, put right and accounted for from one line, or from answers at a terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.cli.conftest import COMMAND
from tests.cli.inprocess import Here, Office, _fresh_home, here, office
from tests.conftest import Database

__all__ = ["_fresh_home", "here", "office"]
ANA = ("one", "--name", "Ana", "--email", "ana@example.com", "--what", "We charged you twice.")


def mistakes(here: Here) -> list[str]:
    return [one["mistake"] for one in here("status", "--json").json]


def test_within_the_limits_it_acts_at_once(here: Here) -> None:
    done = here(*ANA, "--refund", "USD 20", "--credit", "USD 5", "--yes")
    assert "Plan 1 of m-" in done.out and "USD 20.00 back, USD 5.00 for the trouble, this" in done.out
    assert "1 customer: 1 accounted for.\nThe sums balance." in done.out
    (slug,) = mistakes(here)
    assert f"    makegood outbox {slug}" in done.out
    (message,) = here("outbox", slug, "--json").json
    assert (message["to"], message["channel"]) == ("ana@example.com", "email")
    whole = here("outbox", slug, "--read", message["id"]).out
    assert "To: ana@example.com\n" in whole and "Dear Ana," in whole and "$20.00" in whole
    assert here.refused("outbox", slug, "--read", "9999")["code"] == "no-message"
    amounts = {row["account"]: row["balance"]["minor"] for row in here("ledger", "--json").json}
    assert sum(amounts.values()) == 0 and amounts["brand:default:redress"] == -2000
    assert "customer:1:credit" in here("ledger").out
    assert "Closed: We charged you twice." in here("close", slug).out


def test_above_the_limits_it_waits_for_another_person(office: Office) -> None:
    typing = office.is_("root")
    waits = typing(*ANA, "--refund", "USD 75", "--yes", "--json").json
    assert waits["state"] == "waits"
    slug, plan = waits["mistake"], waits["plan"]
    assert typing("outbox", slug).out == "Nothing is in the outbox.\n"
    assert typing.refused("approve", slug, plan, "--digest", waits["digest"])["what"]
    office.is_("Omar")("approve", slug, plan, "--digest", waits["digest"])
    typing = office.is_("root")
    assert typing("apply", slug, plan, "--json").json["state"] == "done"
    assert len(typing("outbox", slug, "--json").json) == 1
    assert "1 customer: 1 accounted for." in typing("status", slug).out


def test_what_waits_says_what_another_person_types(here: Here) -> None:
    said = " ".join(here(*ANA, "--refund", "USD 75", "--yes").out.split())
    assert "nothing is sent or paid yet" in said
    (slug,) = mistakes(here)
    assert f"makegood approve {slug} 1 --digest " in said and f"makegood apply {slug} 1" in said


def test_json_is_one_object_with_the_balance(here: Here) -> None:
    shown = here(*ANA, "--fixed", "We corrected your address.", "--yes", "--json").json
    assert (shown["state"], shown["rule"], shown["customers"], shown["accounted"]) == ("done", "standing", 1, 1)
    assert shown["balanced"] is True


@pytest.mark.parametrize(
    ("flags", "code", "named"),
    [
        ([], "words-only", "--refund"),
        (["--credit", "USD 5"], "gesture-only", "--fixed"),
        (["--do", "We send it again."], "promise-without-date", "--by"),
        (["--fixed", "x", "--by", "2026-12-24"], "promise-of-nothing", "--do"),
        (["--do", "x", "--by", "tomorrow"], "bad-date", "2026-01-31"),
        (["--refund", "twenty"], None, "USD 12.50"),
        (["--refund", "20"], None, "USD 12.50"),
        (["--refund", "USD 0"], "bad-amount", "more than zero"),
        (["--refund", "USD -5"], None, ""),
        (["--refund", "USD 1", "--mistake", "m-nothing"], "no-mistake", "makegood status"),
        (["--refund", "USD 1", "--brand", "nothing"], None, ""),
        (["--refund", "USD 1", "--email", ""], "incomplete-case", "--email"),
        (["--refund", "USD 1", "--name", " "], "incomplete-case", "--name"),
        (["--refund", "USD 1", "--what", ""], "incomplete-case", "--what"),
        (["--refund", "USD 1", "--what", "x" * 400], None, ""),
    ],
)
def test_answers_that_cannot_be_used_are_refused_and_nothing_is_opened(
    here: Here, flags: list[str], code: str | None, named: str
) -> None:
    refused = here.refused(*ANA, *flags, "--yes")
    assert code is None or refused["code"] == code
    assert named in refused["remedy"]
    assert mistakes(here) == []


@pytest.mark.parametrize("flag", ["--refund", "--credit"])
def test_a_wrong_amount_says_which_flag_it_is(here: Here, flag: str) -> None:
    assert here.refused(*ANA, flag, "5", "--yes")["where"] == flag


def test_where_nobody_can_be_asked_nothing_is_done(here: Here) -> None:
    ran = here(*ANA, "--refund", "USD 20", code=1)
    assert "Add --yes" in ran.err
    assert "Nothing was done: nothing is sent, nothing is paid." in ran.out
    (slug,) = mistakes(here)
    assert f"    --mistake {slug}" in ran.out
    assert here("outbox", slug).out == "Nothing is in the outbox.\n"
    assert here("plans", slug, "--json").json[0]["state"] == "superseded"
    assert "1 accounted for." in here(*ANA, "--refund", "USD 20", "--mistake", slug, "--yes").out
    assert mistakes(here) == [slug]


def test_json_without_yes_is_a_wrong_command_line(here: Here) -> None:
    assert "--yes" in here.refused(*ANA, "--refund", "USD 20", code=64)["remedy"]
    assert mistakes(here) == []


def test_who_only_reads_or_belongs_elsewhere_puts_nobody_right(office: Office) -> None:
    for name in ("Ada", "Iris", "Ned"):
        assert office.is_(name).refused(*ANA, "--refund", "USD 20", "--yes")["what"]
    assert mistakes(office.is_("root")) == []


def test_a_task_stays_open_until_a_person_did_it(here: Here) -> None:
    said = here(*ANA, "--do", "We send it again.", "--by", "2026-12-24", "--yes").out
    assert "a task for a person, this message by e-mail." in said and "not accounted for" in said
    (slug,) = mistakes(here)
    (task,) = here("tasks", "list", "--json").json
    assert here.refused("close", slug)["findings"]
    assert here("tasks", "done", task["key"], code=64).said.startswith("Missing option")
    assert "proof" in here("tasks", "done", task["key"], "--proof", "Parcel 42 is on its way.").out
    assert "1 customer: 1 accounted for." in here("status", slug).out
    assert "There is no such task." in here("tasks", "done", "nothing", "--proof", "x", code=1).said


def test_a_task_that_cannot_be_done_leaves_the_customer_unaccounted(here: Here) -> None:
    here(*ANA, "--do", "We send it again.", "--by", "2026-12-24", "--yes")
    (slug,) = mistakes(here)
    (task,) = here("tasks", "list", "--json").json
    assert "not accounted for" in here("tasks", "cannot", task["key"], "--why", "Out of stock.").out
    assert "1 not accounted for" in here("status", slug).out


def test_a_report_opens_a_mistake_that_one_goes_on_with(here: Here) -> None:
    said = here("report", "We lost a parcel.").out
    (slug,) = mistakes(here)
    assert f"    makegood one --mistake {slug}" in said
    here(*ANA, "--refund", "USD 2", "--mistake", slug, "--yes")
    assert mistakes(here) == [slug]
    assert here.refused("report", " ")["code"] == "bad-sentence"


def _hear_ctrl_c() -> None:
    """A shell starts its background jobs, and what they start, deaf to Ctrl-C; a terminal never does."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """The command at a terminal of its own: what it says is read, answers are typed when a question is there."""

    def __init__(self, database: Database, folder: Path, *words: str) -> None:
        self.ours, theirs = pty.openpty()
        plain = {key: value for key, value in database.environment.items() if not key.startswith("MAKEGOOD_TOKEN")}
        self.command = subprocess.Popen(
            [*COMMAND, *words], env={**plain, "TERM": "dumb"}, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True, preexec_fn=_hear_ctrl_c,
        )  # fmt: skip
        os.close(theirs)
        self.said = ""

    def answer(self, question: str, answer: str) -> None:
        self.wait_for(question)
        os.write(self.ours, answer.encode() + b"\n")

    def wait_for(self, words: str) -> None:
        """Reads until the words are there; what was before them is not looked at again."""
        while words not in self.said:
            assert self._read(), (words, self.said)
        self.said = self.said.split(words, 1)[1]

    def interrupt(self) -> None:
        """Ctrl-C once the command waits for an answer. Python's `input` does not hear a signal that comes between
        showing its question and reading; nobody's fingers are that quick, a test's are."""
        state = Path(f"/proc/{self.command.pid}/stat")
        looks = 0
        while looks < 10:
            looks = looks + 1 if state.read_text().rpartition(")")[2].split()[0] == "S" else 0
            time.sleep(0.01)
        self.command.send_signal(signal.SIGINT)

    def end(self) -> tuple[int, str]:
        while self._read():
            pass
        os.close(self.ours)
        return self.command.wait(60), self.said

    def _read(self) -> bool:
        if not select.select([self.ours], [], [], 60)[0]:
            self.command.kill()
            return False
        try:
            piece = os.read(self.ours, 10_000).decode()
        except OSError:  # Linux says so when nobody has the other end open any more
            return False
        self.said += piece.replace("\r", "")
        return bool(piece)


def answered(database: Database, folder: Path) -> Terminal:
    """A newcomer who gets a few answers wrong; up to the last question."""
    typing = Terminal(database, folder, "one")
    typing.answer("Who is the customer", "")
    typing.answer("Who is the customer", "Ana")
    typing.answer("What happened", "We charged you twice.")
    typing.answer("E-mail", "ana@example.com")
    typing.answer("What did it mean", "Your rent bounced.")
    typing.answer("What did they ask", "")
    for question in ("Give back", "What have you put right", "What will a person"):
        typing.answer(question, "")
    typing.wait_for("one of these three is needed")
    typing.answer("Give back", "20")
    typing.wait_for("names no currency")
    typing.answer("Give back", "USD 20")
    typing.answer("What have you put right", "")
    typing.answer("What will a person", "We call the bank.")
    typing.answer("By when", "soon")
    typing.answer("By when", "2026-12-24")
    typing.answer("Credit", "")
    typing.wait_for("Your rent bounced.")
    return typing


def test_asked_at_a_terminal_and_answered_yes(here: Here, database: Database) -> None:
    typing = answered(database, here.folder)
    typing.answer("Do exactly this?", "y")
    code, said = typing.end()
    assert code == 0 and "Traceback" not in said and "The sums balance." in said
    (slug,) = mistakes(here)
    assert len(here("outbox", slug, "--json").json) == 1


def test_asked_at_a_terminal_and_answered_no(here: Here, database: Database) -> None:
    typing = Terminal(database, here.folder, *ANA, "--refund", "USD 20")
    typing.answer("Do exactly this?", "n")
    code, said = typing.end()
    assert code == 1 and "Nothing was done" in said
    (slug,) = mistakes(here)
    assert here("plans", slug, "--json").json[0]["state"] == "superseded"
    assert here("ledger").out == "None.\n"


def test_ctrl_c_at_a_question_does_nothing_and_says_so(here: Here, database: Database) -> None:
    typing = Terminal(database, here.folder, *ANA, "--refund", "USD 20")
    typing.wait_for("Do exactly this?")
    typing.interrupt()
    code, said = typing.end()
    assert code == 130 and "Traceback" not in said and "Stopped." in said
    (slug,) = mistakes(here)
    assert here("plans", slug, "--json").json[0]["state"] == "superseded"


def test_ctrl_c_at_the_first_question_touches_nothing(here: Here, database: Database) -> None:
    typing = Terminal(database, here.folder, "one")
    typing.wait_for("Who is the customer")
    typing.interrupt()
    code, said = typing.end()
    assert code == 130 and "Traceback" not in said
    assert mistakes(here) == []
