"""Runs the import contracts of pyproject.toml; import-linter has no `python -m`, and its script breaks when moved."""

from __future__ import annotations

import sys

from importlinter.cli import lint_imports

if __name__ == "__main__":
    sys.exit(lint_imports(is_debug_mode=False, show_timings=False, verbose=False, no_logo=True))
