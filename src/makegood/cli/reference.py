"""The page docs/reference/command-line.md, made of the commands' own help: `python -m makegood.cli.reference`."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout

import typer

from makegood.cli.main import build, main
from makegood.cli.output import WIDEST

HEAD = """# The command line

Made of the commands' own help by `python -m makegood.cli.reference > docs/reference/command-line.md`.

Exit codes: 0 done · 1 error · 2 only for `plan`: there are steps · 64 the command line is wrong · 130 stopped by
Ctrl-C · 141 whoever read the output stopped reading. Errors are sentences on stderr: what, where, what to do. With
`--json` they are one object on stdout: `{"error": {"code", "what", "where", "remedy", "findings"}}`.

| setting | meaning |
|---|---|
| `MAKEGOOD_HOME` | the data directory; `makegood home` shows it |
| `DATABASE_URL` | a PostgreSQL server; without it Makegood runs its own |
| `MAKEGOOD_OWNER_URL` | the role that may change tables, where it is another than the one of `DATABASE_URL` |
| `MAKEGOOD_TOKEN` | who you are; without it the token in the data directory |
| `MAKEGOOD_DEBUG` | `1` shows tracebacks |
| `NO_COLOR` | anything: no colour |

Each of `DATABASE_URL`, `MAKEGOOD_OWNER_URL` and `MAKEGOOD_TOKEN` may be kept in a file that `<NAME>_FILE` names.
"""


def page() -> str:
    """The whole page, Markdown."""
    parts = [HEAD]
    for words in [[], *_commands(build())]:
        parts.append(f"## {' '.join(['makegood', *words])}\n\n```text\n{_help(words).rstrip()}\n```\n")
    return "\n".join(parts)


def _commands(app: typer.Typer) -> Iterator[list[str]]:
    """The words of every command, a group before its own."""
    for command in app.registered_commands:
        if command.callback is not None and not command.hidden:
            yield [command.name or command.callback.__name__]
    for group in app.registered_groups:
        if group.typer_instance is not None:
            names = (group.name, group.typer_instance.info.name)  # as it was added, or as it calls itself
            name = next(one for one in names if isinstance(one, str))
            yield [name]
            yield from ([name, *words] for words in _commands(group.typer_instance))


def _help(words: list[str]) -> str:
    shown = io.StringIO()
    with redirect_stdout(shown):
        main([*words, "--help"])
    return shown.getvalue()


if __name__ == "__main__":
    os.environ["COLUMNS"] = str(WIDEST)
    sys.stdout.write(page())
