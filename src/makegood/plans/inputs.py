"""What a plan is computed from, read once: documents, scope, acts that exist, a person's overrides, connections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from makegood.channels import CHANNELS
from makegood.core.layout import StepLine, WaveLine
from makegood.core.moments import meant_sql
from makegood.core.playbook import Playbook, Plugins, Stage, Step
from makegood.core.playbook_second import SECOND
from makegood.core.policy import Policy
from makegood.documents.folder import CheckedFolder
from makegood.documents.models import Revision
from makegood.kit.digest import digest_of
from makegood.kit.plugins import Plugin
from makegood.kit.registry import Registry
from makegood.mistakes.models import Mistake
from makegood.people.models import Connection
from makegood.plans.again import MEANT
from makegood.plans.tally import tallied_money
from makegood.plans.updates import Update
from makegood.remedies import REMEDIES
from makegood.scopes.models import Scope

SENDER = ("sender_name", "sender_email", "reply_to")
LOCAL = frozenset({"outbox", "letter", "task", "store-credit", "voucher"})  # their effect stays on this machine


@dataclass(frozen=True)
class Inputs:
    """`as_of` is the only clock a plan reads (aware, UTC). `decided_upto` and `again_upto`: the newest override,
    and word on who was not put right, that there was before.
    `update`: which occurrence it is, where the stage's step repeats. `preventions`: those that steps of the stage
    name and that are finished, by name."""

    mistake: Mistake
    scope: Scope
    checked: CheckedFolder
    playbook: Playbook
    policy: Policy | None
    stage: Stage
    revisions: Mapping[str, Revision]
    as_of: datetime
    actor: int
    due: Mapping[str, datetime]
    providers: Mapping[str, Mapping[str, Any]]
    decided_upto: int
    again_upto: int = 0
    update: Update | None = None
    preventions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def remedies_used(self) -> list[str]:
        return sorted({step.remedy for step in self.stage.steps if step.remedy})

    def remedies_in_units(self) -> list[str]:
        """Those that are not paid in money."""
        remedies = self.policy.remedies if self.policy is not None else {}
        return sorted(word for word, remedy in remedies.items() if remedy.in_unit is not None)

    def meant(self, step: Step) -> str:
        """SQL over the scope's columns: whom the step is for at `as_of`; "" for everyone."""
        kinds = {word: type_.kind for word, type_ in self.checked.scope.types().items()} if self.checked.scope else {}
        moments = meant_sql(step.before, step.since, kinds, self.as_of, ZoneInfo(self.mistake.zone))
        return " AND ".join(filter(None, [MEANT if self.stage.attempt == SECOND else "", moments]))


def all_plugins() -> Plugins:
    """Every registered plug-in's class by name, as the playbook's checks want them."""
    return Plugins(
        remedies={name: REMEDIES.get(name) for name in REMEDIES.names()},
        channels={name: CHANNELS.get(name) for name in CHANNELS.names()},
    )


def find_providers(stage: Stage, mistake: Mistake) -> dict[str, dict[str, Any]]:
    """How each name in the stage's steps is carried out now: its plug-in, its connection, or the local outbox.

    A channel that would leave the machine is caught by the local outbox until its connection is live. A remedy that
    would is named with `"caught": True` and becomes a finding: nobody is put right by an outbox.
    """
    found = {}
    for step in stage.steps:
        for name in step.channels:
            found[name] = _provider(CHANNELS, "channel", name, mistake)
        for name in (step.provider, *step.otherwise) if step.provider else ():
            found[name] = _provider(REMEDIES, "remedy", name, mistake)
    return dict(sorted(found.items()))


def _provider(registry: Registry, family: str, name: str, mistake: Mistake) -> dict[str, Any]:
    row = Connection.objects.filter(brand_id=mistake.brand_id, name=name).first()
    plugin_name = row.plugin if row else name
    plugin: type[Plugin] = registry.get(plugin_name)
    chosen: dict[str, Any] = {
        "plugin": plugin_name,
        "family": family,
        "connection": None,
        "settings": {},
        "route": plugin.route,
    }
    if row is not None and row.live:
        chosen |= {"connection": row.id, "digest": digest_of([row.plugin, row.settings])}
    elif plugin_name not in LOCAL:
        if family == "channel":
            plugin, chosen["plugin"] = CHANNELS.get("outbox"), "outbox"
            chosen["settings"] = {"channel": name}
        chosen["caught"] = True
    properties = plugin.settings_schema.get("properties", {})
    sender = {word: getattr(mistake.brand, word) for word in SENDER if getattr(mistake.brand, word)}
    chosen["settings"] |= {word: value for word, value in sender.items() if word in properties}
    if "reply_to" in properties:
        known = {**chosen["settings"], **(row.settings if row is not None and row.live else {})}
        chosen["reply_to"] = str(known.get("reply_to") or known.get("sender_email") or "")
    if "letterhead" in properties:
        chosen["settings"]["letterhead"] = f"{mistake.brand.legal_name}\n{mistake.brand.postal}".strip()
    return chosen


def step_lines(inputs: Inputs) -> list[StepLine]:
    """The layout's view of the steps. Only an ask waits for its due time; everything else is due as soon as applied,
    and its due time is the promise it is measured by."""
    return [
        StepLine(
            id=step.id,
            index=index,
            kind=step.do,
            due_at=inputs.due.get(step.id, inputs.as_of) if step.do == "ask" else inputs.as_of,
            provider=step.provider,
            remedy=step.remedy,
            channels=_ordered(step, inputs),
            after=step.after,
            everyone=step.everyone,
            in_unit=step.remedy in inputs.remedies_in_units(),
            meant=inputs.meant(step),
            unless=step.unless,
            again=step.every is not None,
        )
        for index, step in enumerate(inputs.stage.steps, start=1)
    ]


def _ordered(step: Step, inputs: Inputs) -> tuple[tuple[str, str], ...]:
    """Channels in the customer's order of preference (the scope's `prefer`), then the step's own."""
    contacts = inputs.checked.scope.contacts if inputs.checked.scope else None
    prefer = list(contacts.prefer) if contacts else []
    pairs = [(name, str(inputs.providers[name]["route"])) for name in step.channels]
    rank = {route: place for place, route in enumerate(prefer)}
    return tuple(sorted(pairs, key=lambda pair: rank.get(pair[1], len(rank))))


def _routes(step: Step, inputs: Inputs) -> tuple[tuple[str, str], ...]:
    """(provider, contact fact it needs or "") in order: what does not reach a customer takes the next one."""
    if step.provider:
        return tuple((name, "") for name in (step.provider, *step.otherwise))
    return _ordered(step, inputs)


def wave_lines(inputs: Inputs) -> list[WaveLine]:
    whole = int(inputs.scope.counts["affected"])
    return [WaveLine(None if wave.rest else wave.of(whole)) for wave in inputs.playbook.waves] or [WaveLine(None)]


def plan_settings(inputs: Inputs) -> dict[str, Any]:
    """What a worker needs and what the digest covers: no name here may change between approval and carrying out."""
    mistake, playbook = inputs.mistake, inputs.playbook
    facts = inputs.checked.mistake.facts if inputs.checked.mistake else ()
    return {
        "zone": mistake.zone,
        "mistake": {
            "id": mistake.public_id,
            "brand": mistake.brand.slug,
            "brand_name": mistake.brand.legal_name,
            "postal": mistake.brand.postal.strip(),
            "title": mistake.title,
            "noticed": mistake.noticed_at.isoformat(),
            "locale": inputs.checked.mistake.locale if inputs.checked.mistake else "en",
            "facts": {fact.id: fact.text for fact in facts if fact.confirmed},
        },
        "stage": inputs.stage.name,
        "steps": {step.id: _step(step, inputs) for step in inputs.stage.steps},
        "providers": {name: dict(provider) for name, provider in inputs.providers.items()},
        "waves": [{"size": wave.count, "basis_points": wave.basis_points} for wave in playbook.waves] or [{}],
        "stop": {
            word: {"count": share.count} if share.count is not None else {"basis_points": share.basis_points}
            for word, share in playbook.stop.items()
        },
        "doubtful": playbook.doubtful,
        "pace": {name: [pace.count, pace.seconds] for name, pace in playbook.pace.items()},
        "budget": {currency: money.minor for currency, money in playbook.budget.items()},
        "caps": {currency: money.minor for currency, money in playbook.caps.items()},
        "approvers": playbook.approvers,
        **({"update": inputs.update.settings()} if inputs.update else {}),
        **({"attempt": inputs.stage.attempt, "person": inputs.stage.person} if inputs.stage.person else {}),
    }


def _step(step: Step, inputs: Inputs) -> dict[str, Any]:
    due = inputs.due.get(step.id)
    next_due = _next_due(inputs) or due
    return {
        "kind": step.do,
        "remedy": step.remedy,
        "provider": step.provider,
        "message": step.message,
        "channels": list(step.channels),
        "reply_to": _reply_to(step, inputs),
        "routes": [list(route) for route in _routes(step, inputs)],
        "after": list(step.after),
        "everyone": step.everyone,
        "before": step.before,
        "since": step.since,
        "unless": list(step.unless),
        "every": str(step.every or ""),
        "most": step.most,
        "prevention": inputs.preventions.get(step.prevention),
        "instructions": dict(step.instructions),
        "label": step.id.replace("-", " "),
        "due": due.isoformat() if due else None,
        "next_due": next_due.isoformat() if next_due else None,
    }


def _reply_to(step: Step, inputs: Inputs) -> str:
    """Where answers to the step's mails are read; "" where it sends none."""
    return next((found for name in step.channels if (found := inputs.providers[name].get("reply_to"))), "")


def _next_due(inputs: Inputs) -> datetime | None:
    """The first due time of the stages after this one: what a customer who is told now may count on next."""
    stages = list(inputs.playbook.stages.values())
    place = [stage.name for stage in stages].index(inputs.stage.name)
    dues = [inputs.due[step.id] for stage in stages[place + 1 :] for step in stage.steps if step.id in inputs.due]
    return min(dues, default=None)


def still_counts(alias: str = "") -> str:
    """SQL: the act counts as paid or told, or as about to be. One that came back does not, unless it is about to take
    its next route."""
    return f"NOT ({alias}state IN ('failed', 'cancelled', 'reversed', 'bounced') AND {alias}next_at IS NULL)"


EXISTING = f"""
SELECT t.customer_id, t.step, max(t.sequence),
       coalesce(sum(t.minor) FILTER (WHERE {still_counts("t.")}), 0)::bigint,
       count(*) FILTER (WHERE {still_counts("t.")}),
       coalesce(min(t.currency) FILTER (WHERE {still_counts("t.")}), ''),
       count(*) FILTER (WHERE {still_counts("t.")} AND t.stage NOT LIKE 'one-%%')
FROM act t WHERE t.plan_id = ANY(%(plans)s) GROUP BY t.customer_id, t.step
"""
OVERRIDES = """
SELECT DISTINCT ON (customer, remedy) customer, remedy, minor, reason FROM override
WHERE mistake_id = %(mistake)s ORDER BY customer, remedy, id DESC
"""


def newest_override(mistake: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM override WHERE mistake_id = %s", [mistake])
        return int(cursor.fetchone()[0])


def approved_plans(mistake: int) -> list[int]:
    """Plans whose acts count: everything that was ever approved."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM plan WHERE mistake_id = %s AND approved_at IS NOT NULL", [mistake])
        return [row[0] for row in cursor.fetchall()]


def spent(mistake: int) -> dict[str, int]:
    """Minor units by currency that the mistake's approved acts pay or have paid."""
    return tallied_money(approved_plans(mistake))
