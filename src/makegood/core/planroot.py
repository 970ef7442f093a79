"""The root digest of a plan, pure: recomputed from a file as from the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from makegood.kit.digest import chain, digest_of


@dataclass(frozen=True, slots=True)
class PlanRoot:
    """What was approved besides the acts. `as_of` is ISO 8601 in UTC; `documents` are digests by name."""

    mistake: str
    stage: str
    scope: str
    as_of: str
    documents: Mapping[str, str]
    settings: Mapping[str, Any]

    def digest(self, parts: Iterable[str]) -> str:
        """`parts` are the digests of the plan's parts in order. Not covered: the plan's own number."""
        return digest_of(
            {
                "mistake": self.mistake,
                "stage": self.stage,
                "scope": self.scope,
                "as_of": self.as_of,
                "documents": dict(self.documents),
                "settings": dict(self.settings),
                "parts": chain(parts),
            }
        )
