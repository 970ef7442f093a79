"""Writes docs/rules: a page for each rule of the message checker and the list of them, made of the registry."""

from __future__ import annotations

import sys
from pathlib import Path

from makegood.cli.checking.catalogue import ALL
from makegood.cli.checking.pages import help_page, list_page

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "rules"


def pages() -> dict[str, str]:
    """Each page by its file name."""
    return {"README.md": list_page(), **{f"{rule.id}.md": help_page(rule) for rule in ALL}}


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.md"):
        if old.name not in pages():
            old.unlink()
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
