"""A preview as it would leave: the words, the route and the whole mail, written by the very code that sends.

The act does not exist yet; its key does, because it follows from who, what and which time. So a mail that is previewed
has the Message-ID it will have, and differs from the one that is sent in its date alone.
"""

from __future__ import annotations

import email
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import default
from typing import Any

from makegood.acts.envelopes import PlanView, Writer, route_of
from makegood.channels.mail import mail
from makegood.core.render import MissingFact, Unrenderable, Value
from makegood.kit.clock import now
from makegood.kit.errors import BadInput, Refused, refuse
from makegood.kit.plugins import Envelope, ProviderError, Words
from makegood.people.models import Connection
from makegood.plans.preview import Previewed

_MOST_ROUNDS = 20  # a missing fact may hide others, in the branch it opens


@dataclass(frozen=True)
class Shown:
    """One message on one route. `provider` is its name in the playbook, `fact` the contact it goes to ("" for none),
    `settings` those of its connection. `mail` is the whole mail where it goes by mail; `gaps` are the facts that stand
    in brackets because they are missing."""

    found: Previewed
    plan: PlanView
    envelope: Envelope
    provider: str
    fact: str
    settings: Mapping[str, Any]
    mail: bytes = b""
    gaps: tuple[str, ...] = ()

    @property
    def words(self) -> Words:
        assert self.envelope.words is not None  # noqa: S101 - a step with a message
        return self.envelope.words

    @property
    def headers(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.mail, policy=default)
        assert isinstance(parsed, EmailMessage)  # noqa: S101 - of this policy
        return parsed


def show(found: Previewed, *, by: str = "") -> Shown:
    """The message as it goes by the customer's own route, or by the channel `by` of the step.

    Raises `BadInput` for a channel that the step does not have, `Refused` where this customer cannot be reached by it,
    or where the mail cannot be made."""
    plan = plan_of(found)
    row = {**found.row, "via": _via(found, by)}
    name, fact = route_of(plan, row)
    envelope, gaps = _written(plan, found, row)
    if fact and not envelope.destination.get(fact):
        what = f"Customer '{found.key}' has no {_FACT.get(fact, fact)} that '{name}' could use."
        raise Refused(what, remedy="Choose another channel or another customer.", code="no-address")
    settings = settings_of(plan, name)
    raw = b""
    if fact == "email":
        try:
            raw = mail(envelope, settings)
        except ProviderError as error:
            raise Refused(error.words, remedy="Correct the address or the brand's sender.", code=error.code) from error
    return Shown(found, plan, envelope, name, fact, settings, raw, gaps)


def plan_of(found: Previewed) -> PlanView:
    """The plan as a worker reads it, of one that is not made."""
    return PlanView(
        id=0,
        mistake_id=found.mistake,
        scope_id=found.scope,
        stage=found.stage,
        settings=found.settings,
        revisions={},
        columns=found.columns,
        family=[],
        applied_at=now(),
    )


def settings_of(plan: PlanView, provider: str) -> dict[str, Any]:
    """What the provider's plug-in would be opened with, secrets left as they are kept."""
    chosen = plan.settings["providers"][provider]
    settings = dict(chosen.get("settings", {}))
    if chosen.get("connection") is not None:
        settings |= Connection.objects.get(id=chosen["connection"]).settings
    return settings


_FACT = {"email": "e-mail address", "post": "postal address", "phone": "phone number"}


def _via(found: Previewed, by: str) -> int:
    """0 for the route as planned, else the place of the other one: the key follows from it, as when a route fails."""
    if by in ("", found.row["provider"]):
        return 0
    routes = [name for name, _ in found.settings["steps"][found.step]["routes"]]
    if by not in routes:
        raise BadInput(f"'{found.step}' does not go by '{by}'.", remedy=f"It goes by: {', '.join(routes)}.", code="by")
    return routes.index(by) + 1


def _written(plan: PlanView, found: Previewed, row: Mapping[str, Any]) -> tuple[Envelope, tuple[str, ...]]:
    writer = Writer(plan, found.step, found.message)
    if found.written:
        return writer.pair(row, found.amounts)[0], ()
    envelope, _ = Writer(plan, found.step, None).pair(row, found.amounts)
    words, gaps = _with_gaps(writer, found)
    return replace(envelope, words=words), gaps


def _with_gaps(writer: Writer, found: Previewed) -> tuple[Words, tuple[str, ...]]:
    """The words with `[name]` for each fact that is missing: to be read, never to be sent."""
    contact: dict[str, Any] = json.loads(found.row["contact"])
    known = writer.known(json.loads(found.row["facts"]), contact, found.amounts)
    gaps: list[str] = []
    for _ in range(_MOST_ROUNDS):
        try:
            return writer.write(found.message, known, contact), tuple(gaps)
        except MissingFact as missing:
            fresh = [one for one in missing.names if one not in gaps]
            if not fresh:
                break
            gaps += fresh
            for one in fresh:
                known = _put(known, one.split("."), f"[{one}]")
        except Unrenderable:
            break
    raise refuse(f"'{found.step}' cannot be written for '{found.key}'.", found.findings, remedy="Solve what is below.")


def _put(known: Mapping[str, Value], path: list[str], text: str) -> dict[str, Value]:
    below = known.get(path[0])
    inner = _put(below if isinstance(below, Mapping) else {}, path[1:], text) if len(path) > 1 else text
    return {**known, path[0]: inner}
