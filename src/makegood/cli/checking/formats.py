"""The formats of `makegood check`, each in a file of its own with `write(run) -> str`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from makegood.cli.checking.results import Run

# One line a format; what is not asked for is not imported.
FORMATS = {
    "text": "makegood.cli.checking.plain",
    "json": "makegood.cli.checking.jsonfile",
    "sarif": "makegood.cli.checking.sarif",
    "github": "makegood.cli.checking.github",
    "junit": "makegood.cli.checking.junit",
}


def write(run: Run, name: str) -> str:
    """A run in the format of this name, a key of `FORMATS`; ends with a line break unless it is empty."""
    written: str = import_module(FORMATS[name]).write(run)
    return written
