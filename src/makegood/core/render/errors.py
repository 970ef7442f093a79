"""What goes wrong when a message meets one customer's facts."""

from __future__ import annotations

from collections.abc import Iterable

from makegood.kit.errors import BadInput


class MissingFact(BadInput):
    """The message shows facts this customer does not have; `names` lists all of them, sorted."""

    def __init__(self, names: Iterable[str], *, message: str) -> None:
        self.names = tuple(sorted(set(names)))
        super().__init__(
            f"The message '{message}' needs {', '.join(self.names)}, which this customer does not have.",
            remedy="Give the fact, guard the sentence with {% if … %}, or add '| default: …'.",
            code="missing-fact",
        )


class Unrenderable(BadInput):
    """A fact has a shape that cannot be shown, or the message grows beyond its limits."""

    def __init__(self, what: str, *, remedy: str) -> None:
        super().__init__(what, remedy=remedy, code="unrenderable")
