"""The entry point: one table of command groups, one place where errors become sentences and exit codes.

Exit codes: 0 done, 1 error, 2 (`plan` only) there are steps, 64 the command line is wrong, 130 stopped by Ctrl-C, 141
whoever read the output stopped reading (`| head`). `check` has those of linters: 0 nothing to change, 1 something is,
2 anything that kept it from looking.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

# Each module has `register(app)`, which adds its commands in the order they are listed here. Modules import the
# rooms inside their commands: `--help` touches neither Django nor a database.
GROUPS = (
    "makegood.cli.check",
    "makegood.cli.one",
    "makegood.cli.mistakes",
    "makegood.cli.progress",
    "makegood.cli.promises",
    "makegood.cli.folders",
    "makegood.cli.suggesting",
    "makegood.cli.policies",
    "makegood.cli.scope",
    "makegood.cli.preview",
    "makegood.cli.plans",
    "makegood.cli.excluded",
    "makegood.cli.applying",
    "makegood.cli.handwork",
    "makegood.cli.payouts",
    "makegood.cli.notices",
    "makegood.cli.people",
    "makegood.cli.brand",
    "makegood.cli.connections",
    "makegood.cli.suppress",
    "makegood.cli.returns",
    "makegood.cli.journal",
    "makegood.cli.fence",
    "makegood.cli.backup",
    "makegood.cli.running",
    "makegood.cli.doctor",
)
# Commands that editors and hooks run again and again: the others are not built for them.
QUICK = {"check": "makegood.cli.check", "explain": "makegood.cli.check"}
READER_LEFT = 128 + signal.SIGPIPE  # without a word, as shells expect it of `makegood journal | head`


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; never raises."""
    words = list(sys.argv[1:] if argv is None else argv)
    in_json = "--json" in (words[: words.index("--")] if "--" in words else words)
    signal.signal(signal.SIGTERM, _terminated)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")  # a terminal that is not UTF-8 shows ? instead of failing half-way
    try:
        code = _run(words or ["--help"])
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _interrupted(in_json=in_json)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException as error:  # noqa: BLE001 # the top: whatever it is becomes a sentence
        code = _failed(error, in_json=in_json)
        return 2 if words[:1] == ["check"] else code


def build(groups: Sequence[str] = GROUPS) -> typer.Typer:
    """The commands of these modules as one Typer app; all of them where nothing is said."""
    import typer

    app = typer.Typer(
        name="makegood",
        help="From a mistake that hurt customers to everyone told, put right, made good and asked, with proof.",
        epilog="Exit codes: 0 done, 1 error, 2 plan has steps, 64 wrong command line, 130 stopped by Ctrl-C. "
        "Of check: 0 nothing to change, 1 something, 2 not checked.",
        add_completion=False,
        rich_markup_mode=None,
    )

    @app.callback(invoke_without_command=True)
    def everything(
        version: bool = typer.Option(False, "--version", help="Show the version and stop."),
    ) -> int:
        if version:
            from makegood import __version__

            sys.stdout.write(f"makegood {__version__}\n")
        return 0

    for name in groups:
        import_module(name).register(app)
    return app


def _run(words: list[str]) -> int:
    import typer

    quick = QUICK.get(words[0])
    command = typer.main.get_command(build([quick] if quick else GROUPS))
    try:
        with command.make_context("makegood", words) as context:
            answer = command.invoke(context)
    except typer.Exit as ended:
        return ended.exit_code
    except typer.Abort as stopped:
        raise KeyboardInterrupt from stopped
    return answer if isinstance(answer, int) else 0


def _failed(error: BaseException, *, in_json: bool) -> int:
    from makegood.cli import failures

    if failures.debugging():
        import traceback

        traceback.print_exception(error)
    if isinstance(error, BrokenPipeError) and _reader_left():
        _leave_pipe()
        return READER_LEFT
    return failures.show_failure(failures.explain(error), in_json=in_json)


def _interrupted(*, in_json: bool) -> int:
    from makegood.cli import failures

    return failures.show_interrupted(in_json=in_json)


def _reader_left() -> bool:
    """Whether whoever reads the output has closed it, as `head` does; other pipes may break as well."""
    watched = select.poll()
    watched.register(sys.stdout.fileno(), select.POLLOUT)
    return any(event & select.POLLERR for _, event in watched.poll(0))


def _leave_pipe() -> None:
    # Whatever is still buffered goes nowhere: otherwise Python complains about the same pipe once more at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _terminated(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + signal.SIGTERM)
