"""What parent and child say to each other: one line of JSON each way, values tagged so that none loses exactness.

JSON, not pickle: the child has read hostile files, and nothing it says may run in the parent.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from decimal import Decimal
from typing import cast

from makegood.kit.errors import BadInput, MakegoodError, Place, Unavailable

Message = dict[str, object]


def encode(message: Message) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def decode(line: bytes) -> Message:
    return cast(Message, json.loads(line.decode("utf-8", "surrogatepass")))


def pack(value: object) -> object:
    """A DuckDB value as JSON; Decimal, date and time as {tag: text}."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return {"d": str(value)}
        case dt.datetime():
            return {"t": value.isoformat()}
        case dt.date():
            return {"y": value.isoformat()}
        case dt.time():
            return {"h": value.isoformat()}
        case bytes():
            return {"b": value.hex()}
        case list() | tuple():
            return [pack(item) for item in value]
        case dict():
            return {"o": [[pack(key), pack(item)] for key, item in value.items()]}
        case uuid.UUID() | dt.timedelta():
            return str(value)
    raise TypeError(type(value).__name__)


def unpack(value: object) -> object:
    """The value `pack` wrote."""
    if isinstance(value, list):
        return [unpack(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((tag, content),) = value.items()
    match tag:
        case "d":
            return Decimal(content)
        case "t":
            return dt.datetime.fromisoformat(content)
        case "y":
            return dt.date.fromisoformat(content)
        case "h":
            return dt.time.fromisoformat(content)
        case "b":
            return bytes.fromhex(content)
    return {unpack(key): unpack(item) for key, item in content}


_ERRORS: dict[str, type[MakegoodError]] = {"BadInput": BadInput, "Unavailable": Unavailable}


def pack_error(error: MakegoodError) -> Message:
    place = error.place
    where = None if place is None else [place.file, place.line, place.column]
    return {
        "kind": type(error).__name__,
        "what": error.what,
        "remedy": error.remedy,
        "place": where,
        "code": error.code,
    }


def unpack_error(packed: Message) -> MakegoodError:
    where = cast("tuple[str, int | None, int | None] | None", packed["place"])
    return _ERRORS.get(str(packed["kind"]), MakegoodError)(
        str(packed["what"]),
        remedy=str(packed["remedy"]),
        place=Place(*where) if where else None,
        code=str(packed["code"]),
    )
