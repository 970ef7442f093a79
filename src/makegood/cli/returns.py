"""Returned mail, read now: workers do it every few minutes by themselves."""

from __future__ import annotations

from typing import Annotated

import typer

from makegood.cli.output import as_json, show_table, tell
from makegood.cli.who import acting


def register(app: typer.Typer) -> None:
    app.command()(returns)


def returns(
    brand: Annotated[str, typer.Option(help="Whose return mailboxes.")] = "default",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many letters of each mailbox.")] = 500,
    in_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> int:
    """Read the mail that came back, and complaints.

    Letters that are neither are left as they are, and counted.
    """
    from makegood.kit.errors import MakegoodError

    with acting("apply") as session:
        from makegood.notices.returns import list_mailboxes, read_mailbox

        rows, down = [], []
        for connection in list_mailboxes(brand=session.brand(brand).id):
            try:
                looked = read_mailbox(connection, limit=limit)
            except MakegoodError as error:
                down.append({"mailbox": connection.name, "code": error.code, "what": str(error)})
                continue
            rows.append({"mailbox": connection.name, **vars(looked)})
    if in_json:
        as_json({"read": rows, "not_read": down})
        return 1 if down else 0
    shown = ([r["mailbox"], _in_words(r["said"]), r["new"], r["others"]] for r in rows)
    if rows or not down:
        heads = ["mailbox", "reports", "new", "other letters"]
        show_table(heads, shown, empty="No live connection has a return mailbox: set returns_host or returns_maildir.")
    for one in down:
        tell(f"'{one['mailbox']}' was not read: {one['what']}")
    return 1 if down else 0


def _in_words(said: object) -> str:
    counts = said if isinstance(said, dict) else {}
    return ", ".join(f"{count} {word}" for word, count in sorted(counts.items())) or "none"
