"""The settings of `makegood check`: `makegood.toml`, or `[tool.makegood]` in `pyproject.toml`; the nearest file alone.

kind = "outage"              attempt, fault, language, audience: as the options of the command
min-level = "suggestion"     what is shown
fail-on = "error"            what ends the command with 1
allow = ["rest assured"]     phrases in which nothing is a fault

[rules.MG212]                an id or a name
level = "off"                off, suggestion, warning or error
allow = ["SSO"]              for this rule alone

[kinds.breach.rules.MG210]   the same, for messages of one kind
level = "error"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from makegood.kit.errors import BadInput, Finding, Place, refuse

OWN, SHARED = "makegood.toml", "pyproject.toml"
LARGEST = 1_000_000  # bytes


@dataclass(frozen=True, slots=True)
class OfRule:
    """What a file says about one rule; None: nothing."""

    level: str | None = None
    allow: tuple[str, ...] = ()


Rules = Mapping[str, OfRule]


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for a message; None where nobody said anything. `rules` by id, `kinds` by kind and id."""

    kind: str | None = None
    attempt: int | None = None
    fault: str | None = None
    language: str | None = None
    audience: str | None = None
    min_level: str | None = None
    fail_on: str | None = None
    allow: tuple[str, ...] = ()
    rules: Rules = field(default_factory=dict)
    kinds: Mapping[str, Rules] = field(default_factory=dict)

    def over(self, below: Settings) -> Settings:
        """These settings, and those of `below` where these say nothing."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return replace(below, **{name: value for name, value in said.items() if value not in (None, (), {})})

    def of_rule(self, rule: str, kind: str) -> OfRule:
        """What is said about a rule in a message of this kind; the kind's own word on the level goes first."""
        general, special = self.rules.get(rule, OfRule()), self.kinds.get(kind, {}).get(rule, OfRule())
        return OfRule(special.level or general.level, (*self.allow, *general.allow, *special.allow))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that settings may use; `rules` leads from each id and name to the id."""

    kinds: tuple[str, ...]
    faults: tuple[str, ...]
    languages: tuple[str, ...]
    audiences: tuple[str, ...]
    levels: tuple[str, ...]
    rules: Mapping[str, str]


def find_settings(folder: Path) -> Path | None:
    """The nearest file of settings from `folder` upwards. A `pyproject.toml` counts when it speaks of Makegood.

    Raises OSError when a file that is there cannot be read.
    """
    for place in (folder, *folder.parents):
        if (place / OWN).is_file():
            return place / OWN
        shared = place / SHARED
        if shared.is_file() and b"makegood" in shared.read_bytes() and "makegood" in _tools(_table(shared)):
            return shared
    return None


def read_settings(path: Path, words: Vocabulary) -> Settings:
    """Reads one file of settings.

    Raises `BadInput` for broken TOML, unknown keys and wrong values, each with its place; OSError when unreadable.
    """
    table = _table(path)
    own = table if path.name != SHARED else _tools(table).get("makegood", {})
    reader = _Reader(path, words)
    settings = reader.settings(own)
    if reader.findings:
        raise refuse("These settings cannot be used.", reader.findings, remedy="Correct them.")
    return settings


def _tools(table: Mapping[str, Any]) -> Mapping[str, Any]:
    tools = table.get("tool", {})
    return tools if isinstance(tools, dict) else {}


def _table(path: Path) -> dict[str, Any]:
    import tomllib  # not needed where there is no such file: the command starts the faster

    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    place = Place(str(path))
    if len(content) > LARGEST:
        what = "The file of settings is larger than 1 MB."
        raise BadInput(what, remedy="Name a smaller one.", place=place, code="settings-too-large")
    try:
        text = content.decode("utf-8-sig")
        return tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = "The file of settings is not in UTF-8."
        raise BadInput(
            what, remedy="Save it as UTF-8.", place=Place(str(path), line), code="settings-broken"
        ) from error
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+), column (\d+)\)$", str(error))
        end = (text.count("\n") + 1, len(text) - text.rfind("\n"))
        place = Place(str(path), *(map(int, at.groups()) if at else end))
        said = re.sub(r"\s*\(at [^)]*\)$", "", str(error))
        what = f"This is not valid TOML: {said}."
        raise BadInput(what, remedy="Correct the line.", place=place, code="settings-broken") from error
    except RecursionError as error:
        what = "Brackets are nested too deeply."
        raise BadInput(what, remedy="Take some out.", place=place, code="settings-broken") from error


class _Reader:
    """Reads one table into `Settings`, collecting findings."""

    def __init__(self, path: Path, words: Vocabulary) -> None:
        self.path = path
        self.lines = path.read_text(encoding="utf-8-sig").splitlines()
        self.words = words
        self.findings: list[Finding] = []

    def settings(self, table: object) -> Settings:
        shown = tuple(level for level in self.words.levels if level != "off")
        one_of = self._one_of
        keys: dict[str, Callable[[str, object], object]] = {
            "kind": one_of(self.words.kinds),
            "attempt": self._attempt,
            "fault": one_of(self.words.faults),
            "language": one_of(self.words.languages),
            "audience": one_of(self.words.audiences),
            "min-level": one_of(shown),
            "fail-on": one_of(shown),
            "allow": self._texts,
            "rules": self._rules,
            "kinds": self._kinds,
        }
        read = {key: keys[key](key, value) for key, value in self._entries("tool.makegood", table, keys)}
        return Settings(**{key.replace("-", "_"): value for key, value in read.items() if value is not None})  # type: ignore[arg-type]  # each key has its own reader

    def _kinds(self, _key: str, table: object) -> dict[str, Rules]:
        found: dict[str, Rules] = {}
        for kind, value in self._entries("kinds", table, self.words.kinds):
            for key, rules in self._entries(kind, value, ("rules",)):
                found[kind] = self._rules(key, rules)
        return found

    def _rules(self, _key: str, table: object) -> dict[str, OfRule]:
        found: dict[str, OfRule] = {}
        level = self._one_of(self.words.levels)
        for name, value in self._entries("rules", table, self.words.rules):
            said = dict(self._entries(name, value, ("level", "allow")))
            found[self.words.rules[name]] = OfRule(
                level("level", said["level"]) if "level" in said else None,
                self._texts("allow", said["allow"]) if "allow" in said else (),
            )
        return found

    def _entries(self, name: str, table: object, known: Mapping[str, object] | tuple[str, ...]) -> Iterator[Any]:
        """The entries of a table whose keys are known; the others become findings."""
        from difflib import get_close_matches

        if not isinstance(table, dict):
            self._wrong(name, f"'{name}' should be a table.", f"Write it as [{name}] with lines key = value.")
            return
        for key, value in table.items():
            if key in known:
                yield key, value
                continue
            near = get_close_matches(key, known, n=1)
            remedy = f"Did you mean '{near[0]}'?" if near else f"Known are: {', '.join(known)}."
            self._wrong(key, f"'{key}' is not known here.", remedy)

    def _one_of(self, known: tuple[str, ...]) -> Callable[[str, object], str | None]:
        def read(key: str, value: object) -> str | None:
            if isinstance(value, str) and value in known:
                return value
            self._wrong(key, f"{key} is {_shown(value)}.", f"Write one of: {', '.join(known)}.")
            return None

        return read

    def _attempt(self, key: str, value: object) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 99:
            return value
        self._wrong(key, f"{key} is {_shown(value)}.", "Write a whole number from 1: 2 for the second apology.")
        return None

    def _texts(self, key: str, value: object) -> tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value):
            return tuple(value)
        self._wrong(key, f"{key} is {_shown(value)}.", 'Write a list of phrases: allow = ["..."].')
        return ()

    def _wrong(self, key: str, what: str, remedy: str) -> None:
        pattern = re.compile(rf"(?<![\w-]){re.escape(key)}(?![\w-])")
        hits = ((number, pattern.search(line)) for number, line in enumerate(self.lines, 1) if line.lstrip()[:1] != "#")
        number, hit = next(((number, hit) for number, hit in hits if hit), (None, None))
        place = Place(str(self.path), number, hit.start() + 1 if hit else None)
        self.findings.append(Finding("settings-wrong", what, remedy, place=place))


def _shown(value: object) -> str:
    text = f"'{value}'" if isinstance(value, str) else "a table" if isinstance(value, dict) else f"{value}"
    return text if len(text) <= 60 else f"{text[:57]}..."
