"""The registered plug-ins as the documents' checks and the connections' commands want them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

from makegood.channels import CHANNELS
from makegood.core.playbook import Plugins
from makegood.kit.errors import BadInput, Finding, NotFound
from makegood.kit.plugins import Plugin
from makegood.remedies import REMEDIES
from makegood.sources import SOURCES


def plugins() -> Plugins:
    """Every remedy and channel there is, with what a playbook must know of it."""
    return Plugins(
        remedies={name: REMEDIES.get(name) for name in REMEDIES.names()},
        channels={name: CHANNELS.get(name) for name in CHANNELS.names()},
    )


def find_plugin(name: str) -> type[Plugin] | None:
    """The channel or remedy; None for a source. Raises `NotFound` with all names."""
    if name in SOURCES:
        return None
    for family in (CHANNELS, REMEDIES):
        if name in family.names():
            found: type[Plugin] = family.get(name)
            return found
    known = sorted({*SOURCES, *CHANNELS.names(), *REMEDIES.names()})
    raise NotFound(
        f"There is no plug-in called '{name}'.", remedy=f"Use one of: {', '.join(known)}.", code="unknown-plugin"
    )


def typed_settings(name: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """Settings as the plug-in's schema types them: whole numbers and yes/no are read, all else stays text."""
    plugin = find_plugin(name)
    known = plugin.settings_schema.get("properties", {}) if plugin else {}
    return {key: _typed(key, text, known.get(key, {})) for key, text in texts.items()}


def settings_findings(name: str, settings: Mapping[str, Any]) -> list[Finding]:
    """What the plug-in's schema says against the settings; a secret counts as a text."""
    plugin = find_plugin(name)
    if plugin is None:
        return []
    plain = {key: "secret" if isinstance(value, Mapping) else value for key, value in settings.items()}
    schema = plugin.settings_schema
    known = ", ".join(schema.get("properties", {})) or "none"
    errors = list(Draft202012Validator(schema).iter_errors(plain))
    absent = [error for error in errors if error.validator == "required" and not error.path]  # whatever asks for them
    needed = dict.fromkeys(one for error in absent for one in error.validator_value if one not in plain)
    found = [_needed(name, list(needed))] if needed else []
    return found + [
        Finding("bad-setting", f"{'.'.join(map(str, error.path)) or name}: {error.message}.", f"Settings: {known}.")
        for error in errors
        if error not in absent
    ]


def _needed(name: str, settings: list[str]) -> Finding:
    """All of them at once, as they are typed."""
    what = f"'{name}' needs {' and '.join(settings)}."
    return Finding("bad-setting", what, f"Add {' '.join(f'--set {one}=…' for one in settings)}.")


def _typed(key: str, text: str, schema: Mapping[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "integer":
        if not text.lstrip("-").isdecimal():
            raise BadInput(f"{key} is '{text}'.", remedy="Give a whole number.", code="bad-setting")
        return int(text)
    if kind == "boolean":
        if text not in ("true", "false", "yes", "no"):
            raise BadInput(f"{key} is '{text}'.", remedy="Say yes or no.", code="bad-setting")
        return text in ("true", "yes")
    return text
