"""What a playbook is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from makegood.core.duetimes import Due
from makegood.kit.errors import Place
from makegood.kit.money import Money

Do = Literal["tell", "fix", "make good", "ask"]


@dataclass(frozen=True, slots=True)
class Share:
    """A number of customers, or a part of them in basis points (5% is 500); neither means all the rest."""

    count: int | None = None
    basis_points: int | None = None

    @property
    def rest(self) -> bool:
        return self.count is None and self.basis_points is None

    def of(self, whole: int) -> int:
        """How many of `whole`, at least one where the part is not zero; never more than `whole`."""
        if self.count is not None:
            return min(self.count, whole)
        if self.basis_points is None:
            return whole
        return min(whole, -(-whole * self.basis_points // 10_000))


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `count` calls in `seconds`."""

    count: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Step:
    """`message` names a file in messages/ without its ending. `remedy` and `provider` are "" where there is none.
    `everyone` sends a tell or ask to all affected, also those for whom no step in `after` has an act. `otherwise` are
    the providers after `provider`, for what comes back. `before` and `since` name the column with a customer's own
    moment: the step is for those to whom it is ahead, or has come. `unless` are steps that take this one's place.
    `every` is the time between two occurrences of a step that repeats, as lengths from `as_of`, `most` how many one
    approval by a person covers. `prevention` names what must be finished before the step says so."""

    id: str
    do: Do
    remedy: str
    provider: str
    message: str
    channels: tuple[str, ...]
    due: Due | None
    after: tuple[str, ...]
    everyone: bool
    instructions: Mapping[str, Any]
    place: Place
    otherwise: tuple[str, ...] = ()
    before: str = ""
    since: str = ""
    unless: tuple[str, ...] = ()
    every: Due | None = None
    most: int = 1
    prevention: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """`needs` are stages that must have been applied first. `attempt` 2 is for those whom the first one did not put
    right; `person` answers for it to them."""

    name: str
    needs: tuple[str, ...]
    steps: tuple[Step, ...]
    attempt: int = 1
    person: str = ""


@dataclass(frozen=True, slots=True)
class Playbook:
    """Money is by currency. `caps` is per customer, over all remedies. `stop` has `failed` and `unknown`, per wave.
    `approvers` is how many people besides the author must approve. `owner` keeps what messages promise, `missed` hears
    of what was not kept: addresses of staff, or ""."""

    stages: Mapping[str, Stage]
    budget: Mapping[str, Money]
    caps: Mapping[str, Money]
    waves: tuple[Share, ...]
    stop: Mapping[str, Share]
    doubtful: Literal["hold", "resend"]
    pace: Mapping[str, Pace]
    approvers: int
    owner: str = ""
    missed: str = ""

    def steps(self) -> list[Step]:
        return [step for stage in self.stages.values() for step in stage.steps]


class PluginFacts(Protocol):
    """What the checks need of a remedy's or channel's class."""

    @property
    def kinds(self) -> frozenset[str]: ...
    @property
    def route(self) -> str: ...
    @property
    def needs_money(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Plugins:
    """The registered plug-ins by name; a name may stand in both (`task`)."""

    remedies: Mapping[str, PluginFacts]
    channels: Mapping[str, PluginFacts]


class HasKind(Protocol):
    """A remedy of the policy, as far as a playbook looks at it."""

    @property
    def kind(self) -> str: ...
    @property
    def in_unit(self) -> object | None: ...
