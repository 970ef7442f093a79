"""A provider that says things: a plug-in whose words are JSON lines, proved by one header."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from makegood.kit.errors import BadInput
from makegood.kit.notices import Notice, NotTheirs

MOMENT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def notice(event: str = "evt_1", says: Any = "done", **more: Any) -> Notice:
    return Notice(**{"event": event, "says": says, "at": MOMENT, "order": 1, "key": "mg-1", **more})


class Saying:
    """Registered by a test under the name `saying`."""

    @classmethod
    def read_notices(
        cls, settings: Mapping[str, Any], headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> Sequence[Notice]:
        if headers.get("proof") != settings["secret"]:
            raise NotTheirs("The proof is wrong.", code="bad-signature")
        try:
            said = [json.loads(line) for line in body.splitlines()]
        except ValueError as error:
            raise BadInput("This is no event.", remedy="Send JSON lines.", code="no-event") from error
        return [notice(**{"at": now, **one}) for one in said]
