"""YAML that knows where everything stands, so that each complaint names file, line and column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import ScalarNode

from makegood.kit.errors import BadInput, Finding, Place

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

Path = Sequence[str | int]

MAX_BYTES = 2_000_000
MAX_DEPTH = 50


class _AsWritten(RoundTripConstructor):
    """Numbers with a point, and dates, stay the text that was written."""


def _text(_constructor: _AsWritten, node: ScalarNode) -> str:
    return str(node.value)


_AsWritten.add_constructor("tag:yaml.org,2002:float", _text)
_AsWritten.add_constructor("tag:yaml.org,2002:timestamp", _text)


@dataclass(frozen=True)
class YamlFile:
    """A parsed file: `value` is plain dicts, lists, strings, integers, booleans and None; numbers with a
    point, dates and times are kept as the text that was written, so that nothing is ever a float."""

    name: str
    value: Any
    _tree: Any
    _lines: tuple[str, ...] = ()

    def place(self, path: Path = ()) -> Place:
        """Where `path` stands (a key's own position, else its parent's)."""
        node, line, column = self._tree, 0, 0
        for part in path:
            if isinstance(node, CommentedMap) and part in node:
                line, column = node.lc.key(part)
                node = node[part]
            elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
                line, column = node.lc.item(part)
                node = node[part]
            else:
                break
        return Place(self.name, line + 1, column + 1)

    def value_place(self, path: Path) -> Place:
        """Where the text of the value at `path` begins, after its quote or block sign; else `place(path)`."""
        parent = self._tree
        for part in path[:-1]:
            parent = parent[part]
        if not path or not isinstance(parent, CommentedMap | CommentedSeq):
            return self.place(path)
        last = path[-1]
        line, column = parent.lc.value(last) if isinstance(parent, CommentedMap) else parent.lc.item(last)
        sign = self._lines[line][column : column + 1] if line < len(self._lines) else ""
        if sign in {"|", ">"} and line + 1 < len(self._lines):
            text = self._lines[line + 1]
            return Place(self.name, line + 2, len(text) - len(text.lstrip()) + 1)
        return Place(self.name, line + 1, column + 1 + (sign in {'"', "'"}))


def parse(text: str, name: str) -> YamlFile:
    """Raises `BadInput` with the place for broken YAML, double keys, aliases (`*name`: a small file could unfold
    into gigabytes), deep nesting and files over 2 MB."""
    if len(text) > MAX_BYTES:
        raise BadInput("The file is larger than 2 MB.", remedy="Split it.", place=Place(name), code="too-large")
    yaml = YAML(typ="rt")
    yaml.Constructor = _AsWritten
    try:
        _refuse_tricks(text, name)
        tree = yaml.load(StringIO(text))
        value = _plain(tree)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
        raise BadInput(
            f"This is not valid YAML: {error.problem or error.context}.",
            remedy="Check indentation, quotes and colons at this place.",
            place=place,
            code="bad-yaml",
        ) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise BadInput(
            f"This is not valid YAML: {error}.", remedy="Check the file.", place=Place(name), code="bad-yaml"
        ) from error
    return YamlFile(name=name, value=value, _tree=tree, _lines=tuple(text.splitlines()))


def _refuse_tricks(text: str, name: str) -> None:
    """Aliases and deep nesting, before the reader meets them: its time grows with the square of the depth."""
    depth = 0
    for event in YAML(typ="rt").parse(StringIO(text)):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if not isinstance(event, AliasEvent) and depth <= MAX_DEPTH:
            continue
        place = Place(name, event.start_mark.line + 1, event.start_mark.column + 1)
        if depth > MAX_DEPTH:
            what = f"Brackets or lists are nested deeper than {MAX_DEPTH} levels."
            raise BadInput(what, remedy="Simplify it.", place=place, code="too-deep")
        what = f"The alias '*{event.anchor}' is not read."
        raise BadInput(what, remedy="Write the value out at this place.", place=place, code="yaml-alias")


def check_schema(document: YamlFile, schema: dict[str, Any]) -> list[Finding]:
    """Findings of a JSON Schema 2020-12, each with its place; the schema's `description` is the remedy."""
    from jsonschema import Draft202012Validator  # takes longer to load than all else here: not for those who only parse

    validator = Draft202012Validator(schema)
    errors = sorted(validator.iter_errors(document.value), key=lambda e: [str(p) for p in e.absolute_path])
    return [_finding(document, error) for error in errors]


def _finding(document: YamlFile, error: ValidationError) -> Finding:
    path = list(error.absolute_path)
    where = ".".join(str(part) for part in path) or "the file"
    remedy = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    message = error.message
    if error.validator == "type" and error.validator_value == "string" and isinstance(error.instance, int | float):
        remedy = f'Put it in quotes: "{error.instance}". {remedy}'.rstrip()
    if (
        error.validator == "additionalProperties"
        and isinstance(error.instance, dict)
        and isinstance(error.schema, dict)
    ):
        known = sorted(error.schema.get("properties", {}))
        extra = [key for key in error.instance if key not in known]
        if extra:
            path = [*path, extra[0]]
            message = f"'{extra[0]}' is not known here"
            remedy = f"Known here: {', '.join(known)}."
    return Finding(
        code=f"schema-{error.validator}".lower(),
        what=f"{where}: {message}.",
        remedy=remedy or "See the reference of this file in the docs.",
        place=document.place(path),
    )


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    return int(node) if isinstance(node, int) else str(node)
