"""Secrets of connections: named in the environment or a file, or encrypted with a key that is not in the database."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from makegood.kit.errors import BadInput
from makegood.kit.home import home, secret

KEY_FILE = "secrets/connections.key"


def resolve_secrets(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with `{"env": NAME}` and `{"sealed": TEXT}` replaced by their values, at any depth."""
    return {key: _resolve(key, value) for key, value in settings.items()}


def seal_secret(value: str) -> dict[str, str]:
    """`{"sealed": …}` for storing a secret in a connection's settings."""
    return {"sealed": seal(value)}


def seal(value: str) -> str:
    """The value as only this installation's key opens it."""
    return _fernet().encrypt(value.encode()).decode()


def _resolve(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {"env"}:
            found = secret(str(value["env"]))
            if found is None:
                raise BadInput(
                    f"The secret of '{name}' is not set.",
                    remedy=f"Set {value['env']} or {value['env']}_FILE for the worker.",
                    code="secret-missing",
                )
            return found
        if set(value) == {"sealed"}:
            return open_sealed(name, str(value["sealed"]))
        return resolve_secrets(value)
    return value


def open_sealed(name: str, sealed: str) -> str:
    """What `seal` made. Raises `BadInput`, which names `name`, when this installation's key does not open it."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise BadInput(
            f"The secret of '{name}' does not open with this installation's key.",
            remedy=f"Put back the right {KEY_FILE} in MAKEGOOD_HOME, or set the connection again.",
            code="secret-sealed",
        ) from error


def _fernet() -> Fernet:
    path = home() / KEY_FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(descriptor, Fernet.generate_key())
        os.close(descriptor)
    return Fernet(path.read_bytes())
