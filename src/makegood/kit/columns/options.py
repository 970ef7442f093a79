"""How a file is to be read, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from makegood.kit.errors import BadInput

KINDS = ("csv", "parquet", "excel")


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What a person may declare about a file; whatever is left None is found out, or refused when in doubt.

    `delimiter` "" means one column a line. `header` False names the columns column0, column1, … unless `names`
    does. `skip` counts lines (rows of a sheet) before the header. `encoding` is a Python codec name.
    """

    kind: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    encoding: str | None = None
    quote: str = '"'
    skip: int = 0
    names: tuple[str, ...] = ()
    sheet: str | None = None

    @classmethod
    def from_settings(cls, settings: Mapping[str, object]) -> FileOptions:
        """The options in a mapping read from YAML; an unknown or ill-typed one raises BadInput."""
        known = {field.name for field in fields(cls)}
        for key, value in settings.items():
            if key not in known:
                remedy = f"Use {', '.join(sorted(known))}."
                raise BadInput(f"“{key}” is not a setting of a file.", remedy=remedy, code="file-setting-unknown")
            if not _fits(key, value):
                what = f"The file setting “{key}” cannot be {value!r}."
                raise BadInput(what, remedy=_EXPECTED[_shape(key)], code="file-setting-bad")
        given = {key: value for key, value in settings.items() if value is not None}
        if isinstance(names := given.get("names"), (list, tuple)):
            given["names"] = tuple(names)
        return cls(**given)  # type: ignore[arg-type]  # each value was checked by _fits

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A table in the column engine: its rows, its columns as (name, DuckDB type) and how many rows were rejected."""

    name: str
    rows: int
    columns: list[tuple[str, str]]
    rejected_count: int = 0


_EXPECTED = {
    "text": "Give a text.",
    "number": "Give a whole number, 0 or more.",
    "yes or no": "Give true or false.",
    "list": "Give a list of texts.",
    "kind": f"Use one of {', '.join(KINDS)}.",
    "character": "Give one character.",
}


def _shape(key: str) -> str:
    shapes = {"kind": "kind", "header": "yes or no", "skip": "number", "names": "list"}
    return shapes.get(key, "character" if key in ("delimiter", "quote") else "text")


def _fits(key: str, value: object) -> bool:
    if value is None:
        return True
    match _shape(key):
        case "kind":
            return value in KINDS
        case "yes or no":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case "list":
            return isinstance(value, (list, tuple)) and all(isinstance(name, str) and name for name in value)
        case "character":
            return isinstance(value, str) and len(value) <= 1
    return isinstance(value, str)
