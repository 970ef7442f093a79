"""How long things are. A rule that is in the way is met by splitting by verb, not by an exemption."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.shape.source import ROOT, SOURCE, File, Function, at, complaints, files, says

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 60
LINES_OF_NINE_IN_TEN = 30
ARGUMENTS = 6

# Functions that may take more arguments, each with the reason. An entry that is not needed fails.
MANY_ARGUMENTS: dict[str, str] = {
    "cli/brand.py:set_": "Typer: each flag of the command is an argument.",
    "cli/check.py:check": "Typer: each flag of the command is an argument.",
    "cli/plans.py:accept": "Typer: each flag of the command is an argument.",
    "cli/preview.py:preview": "Typer: each flag of the command is an argument.",
    "cli/suggesting.py:suggest_scope": "Typer: each flag of the command is an argument.",
    "cli/folders.py:init": "Typer: each flag of the command is an argument.",
    "cli/one.py:one": "Typer: each flag of the command is an argument.",
    "cli/mistakes.py:close": "Typer: each flag of the command is an argument.",
    "cli/promises.py:promises": "Typer: each flag of the command is an argument.",
    "cli/promises.py:add": "Typer: each flag of the command is an argument.",
    "cli/policies.py:run": "Typer: each flag of the command is an argument.",
    "cli/mistakes.py:decide": "Typer: each flag of the command is an argument.",
}


def long_file(file: File) -> Iterator[str]:
    count = len(file.text.splitlines())
    if count > LINES_OF_A_FILE:
        yield f"src/makegood/{file.name}: {count} lines; split it by verb"


def long_function(file: File) -> Iterator[str]:
    for function in file.functions():
        if length(function) > LINES_OF_A_FUNCTION:
            yield at(file, function, f"{function.name} has {length(function)} lines")


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def arguments(function: Function) -> list[str]:
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return [one.arg for one in given if one.arg not in {"self", "cls"}]


def many_arguments(file: File) -> Iterator[str]:
    for function in file.functions():
        if len(arguments(function)) > ARGUMENTS and f"{file.name}:{function.name}" not in MANY_ARGUMENTS:
            yield at(file, function, f"{function.name} takes {len(arguments(function))} arguments; give them a type")


def test_no_file_is_too_long() -> None:
    assert complaints(long_file) == []
    assert says(long_file, "x = 1\n" * 401)
    assert not says(long_file, "x = 1\n" * 400)


def test_no_function_is_too_long() -> None:
    assert complaints(long_function) == []
    assert says(long_function, "def verb():\n" + "    x = 1\n" * 60)
    assert not says(long_function, "def verb():\n" + "    x = 1\n" * 59)


def test_nine_functions_in_ten_are_short() -> None:
    lengths = sorted(length(function) for file in files() for function in file.functions())
    assert lengths[len(lengths) * 9 // 10] <= LINES_OF_NINE_IN_TEN


def test_no_function_takes_many_arguments() -> None:
    assert complaints(many_arguments) == []
    assert says(many_arguments, "def verb(a, b, c, d, *, e, f, g): ...")
    assert not says(many_arguments, "class A:\n    def verb(self, a, b, c, d, *, e, f): ...")


def test_no_exemption_is_out_of_date() -> None:
    needed = {
        f"{file.name}:{function.name}"
        for file in files()
        for function in file.functions()
        if len(arguments(function)) > ARGUMENTS
    }
    assert set(MANY_ARGUMENTS) - needed == set()


def test_there_are_at_least_as_many_test_lines_as_source_lines() -> None:
    source, tests = _lines(SOURCE), _lines(ROOT / "tests")
    assert tests >= source, f"{tests} test lines for {source} source lines: {tests / source:.2f}"


def _lines(folder: Path) -> int:
    texts = (path.read_text(encoding="utf-8") for path in folder.rglob("*.py") if "migrations" not in path.parts)
    return sum(1 for text in texts for line in text.splitlines() if line.strip())


def test_each_file_says_what_it_is_for() -> None:
    silent = [file.name for file in files() if file.text.strip() and ast.get_docstring(file.tree) is None]
    assert [name for name in silent if not name.endswith(("apps.py", "__main__.py"))] == []
