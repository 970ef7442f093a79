"""Where this installation lives and how it is told: one typed place for every setting.

Settings come from the environment; every secret also from a file named by `<NAME>_FILE`. All errors are shown at
once. `MAKEGOOD_HOME` is the data directory; `DATABASE_URL` names a PostgreSQL server, without it Makegood runs its own.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from makegood.kit.errors import BadInput

DEFAULT_HOME = "~/.local/share/makegood"
ROOT_HOME = "/var/lib/makegood/home"


@cache
def home() -> Path:
    """The data directory, absolute. Root's default is below /var/lib, which its database user can reach."""
    named = os.environ.get("MAKEGOOD_HOME")
    if named:
        return Path(named).expanduser().absolute()
    return Path(ROOT_HOME) if os.geteuid() == 0 else Path(DEFAULT_HOME).expanduser()


def secret(name: str) -> str | None:
    """The value of `<name>`, or the content of the file that `<name>_FILE` names (trailing newline dropped).

    Raises `BadInput` when the file cannot be read or both are given.
    """
    direct, path = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if direct and path:
        raise BadInput(f"Both {name} and {name}_FILE are set.", remedy="Keep one of them.", code="two-secrets")
    if not path:
        return direct
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise BadInput(
            f"{name}_FILE names '{path}', which cannot be read: {why}.",
            remedy="Name a file that this user may read.",
            code="secret-file",
        ) from None  # the error of a decoder holds the secret itself
