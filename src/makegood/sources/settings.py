"""Reading one setting of a source, with a sentence when it is missing or of the wrong type."""

from __future__ import annotations

from collections.abc import Mapping

from makegood.kit.errors import BadInput


def only(settings: Mapping[str, object], known: tuple[str, ...]) -> None:
    """Refuse a setting nobody reads: most often it is a misspelt one."""
    for key in settings:
        if key not in known:
            what = f"“{key}” is not a setting of this source."
            raise BadInput(what, remedy=f"Use {', '.join(known)}.", code="source-setting-unknown")


def text(settings: Mapping[str, object], key: str, default: str | None = None) -> str:
    value = settings.get(key, default)
    if not isinstance(value, str) or not value:
        what = f"The source needs the setting “{key}”."
        raise BadInput(what, remedy=f"Give {key} as a text.", code="source-setting-missing")
    return value


def number(settings: Mapping[str, object], key: str, default: int) -> int:
    value = settings.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        what = f"The setting “{key}” cannot be {value!r}."
        raise BadInput(what, remedy="Give a whole number, 1 or more.", code="source-setting-bad")
    return value
