"""The command line itself: usage, help, version, output shapes, JSON, failures as sentences."""

from __future__ import annotations

import errno
import json
import os
import pty
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
import typer
from procrastinate.exceptions import ConnectorException
from tests.cli.conftest import COMMAND, Cli

from makegood.cli import failures, output
from makegood.cli.main import GROUPS
from makegood.cli.reference import page
from makegood.kit.errors import BadInput, Finding, Place
from makegood.kit.money import Money


def test_version_and_help_touch_neither_home_nor_database(alone: Cli) -> None:
    assert alone("--version").out == "makegood 0.1.0\n"
    assert "Commands:" in alone("--help").out
    assert alone().out == alone("--help").out
    assert "--limit" in alone("people", "add", "--help").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "No such command 'nothing'. See: makegood --help"),
        (["validate"], "Missing argument"),
        (["people", "add", "--nmae", "x"], "See: makegood people add --help"),
        (["journal", "--limit", "0"], "See: makegood journal --help"),
        (["up", "--workers", "many"], "See: makegood up --help"),
    ],
)
def test_a_wrong_command_line_ends_with_64(alone: Cli, words: list[str], said: str) -> None:
    assert said in alone(*words, code=64).said


def test_a_wrong_command_line_in_json(alone: Cli) -> None:
    error = alone("journal", "--json", "--limit", "x", code=64).json["error"]
    assert error["code"] == "usage"
    assert set(error) == {"code", "what", "where", "remedy", "findings"}


def test_help_imports_neither_django_nor_psycopg() -> None:
    look = "import sys; from makegood.cli.main import main; main(['--help']); "
    look += "sys.exit(any(m in sys.modules for m in ('django', 'psycopg', 'duckdb', 'rich', 'babel.numbers.x')))"
    assert subprocess.run([sys.executable, "-c", look], capture_output=True).returncode == 0


def test_every_group_registers_and_the_reference_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    written = Path(__file__).parents[2] / "docs/reference/command-line.md"
    assert page() == written.read_text(encoding="utf-8"), "run: python -m makegood.cli.reference > " + str(written)
    assert len(set(GROUPS)) == len(GROUPS)


def test_every_command_says_in_one_line_what_it_does() -> None:
    cut = [line for line in page().splitlines() if line.endswith("...") and not line.startswith("Usage:")]
    assert cut == []


def test_errors_are_red_on_a_terminal_only_and_never_with_no_color(alone: Cli) -> None:
    assert b"\x1b[31m" in on_a_terminal(alone, {"TERM": "xterm"})
    assert b"\x1b" not in on_a_terminal(alone, {"TERM": "xterm", "NO_COLOR": "1"})
    assert b"\x1b" not in on_a_terminal(alone, {"TERM": "dumb"})


def on_a_terminal(alone: Cli, environment: dict[str, str], *words: str) -> bytes:
    ours, theirs = pty.openpty()
    plain = {k: v for k, v in alone.environment.items() if k != "NO_COLOR"}
    subprocess.run(
        [*COMMAND, *(words or ("validate", "nowhere"))], env=plain | environment, stderr=theirs, cwd=alone.folder
    )
    os.close(theirs)
    shown = os.read(ours, 10_000)
    os.close(ours)
    assert b"There is no " in shown
    return shown


def test_json_of_every_kind(capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2026, 3, 5, 8, 40, tzinfo=UTC)
    output.as_json(
        {
            "money": Money(123450, "USD"),
            "yen": Money(-5, "JPY"),
            "at": at,
            "day": date(2026, 3, 5),
            "long": timedelta(hours=2),
            "exact": Decimal("1.10"),
            "path": Path("a/b"),
            "finding": Finding("odd", "What.", "Do.", place=Place("f.yaml", 3, 4)),
            "set": {"b", "a"},
            "none": None,
            "yes": True,
        }
    )
    said = json.loads(capsys.readouterr().out)
    assert said["money"] == {"amount": "1234.50", "currency": "USD", "minor": 123450}
    assert said["yen"]["amount"] == "-5"
    assert said["at"] == "2026-03-05T08:40:00.000000Z"
    assert (said["day"], said["long"], said["exact"], said["path"]) == ("2026-03-05", 7200, "1.10", "a/b")
    assert said["finding"]["where"] == "f.yaml:3:4"
    assert (said["set"], said["none"], said["yes"]) == (["a", "b"], None, True)
    with pytest.raises(TypeError):
        output.as_json({"float": 1.5})


def test_a_table_fits_aligns_money_and_shows_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["Ann \x1b[2J[red] :smile:" + " long" * 30, Money(5, "USD")], ["Bob", Money(123456, "USD")]]
    output.show_table(["name", "owed"], rows)
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert lines[0].endswith("        owed")
    assert lines[1].endswith("    USD 0.05")
    assert lines[-1].endswith("USD 1,234.56")
    assert "[red] :smile:" in lines[1]
    assert not any("\x1b" in line for line in lines)
    output.show_table(["name"], [], empty="Nobody yet.")
    assert capsys.readouterr().out == "Nobody yet.\n"


def test_findings_stand_with_place_count_and_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    output.show_findings(
        [
            Finding("a", "Bad.", "Mend it.", place=Place("scope.yaml", 3, 9), count=1200, examples=("C-1", "C-2")),
            Finding("b", "Odd.", "Look.", "advice"),
        ]
    )
    assert capsys.readouterr().out.splitlines() == [
        "scope.yaml:3:9",
        "    Bad. (1,200 in all, such as C-1, C-2)",
        "    Mend it.",
        "advice",
        "    Odd.",
        "    Look.",
    ]


def test_money_for_a_column() -> None:
    assert output.money(123456, "USD") == "USD 1,234.56"
    assert output.money(None, "USD") == ""


def test_progress_is_silent_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with output.progress("Reading") as advance:
        advance(1, None)
        advance(2, 10)
    assert capsys.readouterr() == ("", "")


def test_sentences_of_a_slow_start_come_late_and_all(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with output.patiently() as say:
        say("Quick.")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(output, "QUIET_FOR", 0.0)
    with output.patiently() as say:
        say("One.")
        for timer in [t for t in output.threading.enumerate() if isinstance(t, output.threading.Timer)]:
            timer.join()
        say("Two.")
    assert capsys.readouterr().err == "One.\nTwo.\n"


def test_files_that_fail_are_sentences() -> None:
    full = failures.explain(OSError(errno.ENOSPC, "No space left on device", "/x/y"))
    assert (full.code, full.what, str(full.place)) == ("disk-full", "The disk is full.", "/x/y")
    assert failures.explain(PermissionError(errno.EACCES, "Permission denied", "/x")).code == "no-right"
    assert failures.explain(FileNotFoundError(errno.ENOENT, "No such file or directory", "/x")).code == "file-error"
    bad = BadInput("No.", remedy="Yes.")
    assert failures.explain(bad) is bad


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (psycopg.OperationalError("connection failed: server closed the connection"), "database-gone"),
        (psycopg.errors.DiskFull("could not extend file"), "disk-full"),
        (None, "bug"),
    ],
)
def test_what_the_queue_makes_of_a_database_that_is_gone_is_no_bug(
    cause: Exception | None, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "_log_folders", lambda: [tmp_path])
    try:
        raise ConnectorException from cause
    except ConnectorException as error:
        assert failures.explain(error).code == code


def test_an_unforeseen_error_is_a_bug_whose_traceback_is_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "_log_folders", lambda: [Path("/proc/none"), tmp_path / "logs"])
    name = " ".join(["Ann", "Smith"])
    try:
        raise ZeroDivisionError(name)
    except ZeroDivisionError as error:
        bug = failures.explain(error)
    (written,) = (tmp_path / "logs").iterdir()
    text = written.read_text()
    assert "This is a bug in Makegood" in bug.what
    assert str(written) in bug.remedy
    assert "test_words.py" in text and "ZeroDivisionError" in text
    assert "Ann Smith" not in text, "the message may hold a customer's name"
    assert written.stat().st_mode & 0o777 == 0o600


def test_the_typer_errors_we_name_are_public() -> None:
    assert issubclass(typer.BadParameter, typer.TyperException)
