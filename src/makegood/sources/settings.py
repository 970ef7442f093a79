"""Reading one setting of a source, with a sentence when it is missing or of the wrong type."""

from __future__ import annotations

from collections.abc import Mapping

from makegood.kit.errors import BadInput


def only(settings: Mapping[str, object], known: tuple[str, ...]) -> None:
    """Refuse a setting nobody reads: most often it is a misspelt one."""
    for key in settings:
        if key not in known:
            raise BadInput(f"“{key}” is not a setting of this source.", remedy=f"Use {', '.join(known)}.")


def text(settings: Mapping[str, object], key: str, default: str | None = None) -> str:
    value = settings.get(key, default)
    if not isinstance(value, str) or not value:
        raise BadInput(f"The source needs the setting “{key}”.", remedy=f"Give {key} as a text.")
    return value


def number(settings: Mapping[str, object], key: str, default: int) -> int:
    value = settings.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise BadInput(f"The setting “{key}” cannot be {value!r}.", remedy="Give a whole number, 1 or more.")
    return value
