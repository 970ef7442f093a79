"""DuckDB's errors as sentences with a place in the SQL the caller gave."""

from __future__ import annotations

import json
import re

import duckdb

from makegood.kit.columns.limits import out_of_memory
from makegood.kit.errors import BadInput, MakegoodError, Place

_FULL = re.compile(
    r"out of memory|failed to allocate|could not allocate|bad_alloc|max_temp_directory_size", re.IGNORECASE
)


def from_duckdb(error: duckdb.Error, *, sql: str, file: str, before: int, memory_mb: int) -> MakegoodError:
    """BadInput with DuckDB's first line as the sentence and its hints in the remedy.

    `before` is how many bytes we put in front of the caller's `sql`, so that line and column are those of his text.
    """
    text = str(error)
    told = _told(text)
    message = str(told.get("exception_message", text))
    if isinstance(error, duckdb.OutOfMemoryException) or _FULL.search(message):
        return out_of_memory(memory_mb)
    first, *hints = _lines(message)
    remedy = " ".join([*(_sentence(hint) for hint in hints), "Correct the query."])
    place = Place(file)
    if str(told.get("position", "")).isdigit():
        ahead = sql.encode()[: max(0, int(str(told["position"])) - before)].decode(errors="ignore")
        place = Place(file, ahead.count("\n") + 1, len(ahead) - ahead.rfind("\n"))
    return BadInput(_sentence(first), place=place, remedy=remedy, code="query-failed")


def _lines(message: str) -> list[str]:
    """The sentence, then hints worth showing; for a row that COPY gave us, its number and what is wrong with it."""
    lines = [line.strip() for line in message.partition("\n\nLINE ")[0].splitlines() if line.strip()]
    lines = lines or ["The query failed"]
    at = re.match(r"CSV Error on Line: (\d+)", lines[0])
    if at:
        wrong = re.search(r"(Could not|Expected Number|Value).*", "\n".join(lines))
        return [f"Row {at[1]}: {_sentence(wrong[0] if wrong else 'It cannot be read')}"]
    first = re.sub(r"^[A-Z][A-Za-z ]{2,30} Error: ", "", lines[0]).partition(". Use TRY(")[0]
    return [first, *(line for line in lines[1:] if line.startswith(("Did you mean", "Candidate")))]


def _told(text: str) -> dict[str, object]:
    start = text.find("{")
    try:
        told = json.loads(text[start:]) if start >= 0 else {}
    except ValueError:
        told = {}
    return told if isinstance(told, dict) else {}


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
