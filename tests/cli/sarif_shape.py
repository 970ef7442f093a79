"""The part of SARIF 2.1.0 that `makegood check` writes, as a JSON Schema: names, types and limits as the standard has
them (sections 3.13 to 3.58), and nothing that the standard does not know."""

from __future__ import annotations

from typing import Any


def _object(required: str = "", **properties: Any) -> dict[str, Any]:
    needed = required.split()
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


TEXT: dict[str, Any] = {"type": "string", "minLength": 1}
POSITIVE: dict[str, Any] = {"type": "integer", "minimum": 1}
COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
LEVEL: dict[str, Any] = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = _object("text", text=TEXT, markdown=TEXT)
REGION = _object(
    startLine=POSITIVE,
    startColumn=POSITIVE,
    endLine=POSITIVE,
    endColumn=POSITIVE,
    charOffset=COUNT,
    charLength=COUNT,
    snippet=_object("text", text=TEXT),
)
PLACE = {"type": "string", "pattern": r"^(file:///)?[A-Za-z0-9._~/%!$&'()*+,;=@-]+$"}  # a URI reference without spaces
LOCATION = _object(
    physicalLocation=_object(
        "artifactLocation", artifactLocation=_object("uri", uri=PLACE, uriBaseId=TEXT), region=REGION
    )
)
RULE = _object(
    "id",
    id=TEXT,
    name=TEXT,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=MESSAGE,
    helpUri={"type": "string", "pattern": "^https?://"},
    defaultConfiguration=_object(level=LEVEL),
)
RESULT = _object(
    "message ruleId",
    ruleId=TEXT,
    ruleIndex=COUNT,
    level=LEVEL,
    message=MESSAGE,
    locations=_list(LOCATION),
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    suppressions=_list(_object("kind", kind={"enum": ["inSource", "external"]}, justification=TEXT)),
)
NOTIFICATION = _object("message", level=LEVEL, message=MESSAGE, descriptor=_object(id=TEXT), locations=_list(LOCATION))
RUN = _object(
    "tool",
    tool=_object("driver", driver=_object("name", name=TEXT, version=TEXT, semanticVersion=TEXT, rules=_list(RULE))),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    invocations=_list(
        _object(
            "executionSuccessful",
            executionSuccessful={"type": "boolean"},
            exitCode={"type": "integer"},
            toolExecutionNotifications=_list(NOTIFICATION),
        )
    ),
    results=_list(RESULT),
)
SARIF = _object("version runs", **{"$schema": TEXT}, version={"const": "2.1.0"}, runs=_list(RUN))
