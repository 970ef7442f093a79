"""playbook.yaml: what is done, in which stages, by when, and within which limits.

Parsing needs a file that passed its JSON Schema. The two checks that carry the product's promise are judged over the
whole playbook: *words only* (told, but neither fixed nor made good) and *gesture only* (made good, but nothing fixed).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from makegood.core.calendars import Calendar, read_calendars
from makegood.core.expressions_sql import Type
from makegood.core.findings import Findings, Path
from makegood.core.playbook_checks import Known, check_order, check_step, check_whole
from makegood.core.playbook_limits import read_due, read_moneys, read_pace, read_stop, read_waves
from makegood.core.playbook_rules import HasKind, Pace, Playbook, PluginFacts, Plugins, Share, Stage, Step
from makegood.core.playbook_second import check_second
from makegood.core.playbook_updates import MOST, check_updates, read_every
from makegood.kit.errors import Finding
from makegood.kit.yamlfile import YamlFile

__all__ = ["Pace", "Playbook", "PluginFacts", "Plugins", "Share", "Stage", "Step", "parse_playbook"]


def parse_playbook(
    file: YamlFile,
    remedies: Mapping[str, HasKind] | None,
    messages: Collection[str],
    plugins: Plugins,
    *,
    fault: str = "clear",
    columns: Mapping[str, Type] | None = None,
) -> tuple[Playbook | None, list[Finding]]:
    """The playbook, or None when anything blocks. `remedies` are the policy's, `columns` the scope's (None: not known,
    so not checked), `messages` the names in messages/, `fault` the mistake's: unclear or none makes *words only* an
    advice."""
    at, body = Findings(file), file.value
    known = Known(remedies, messages, plugins, columns)
    calendars = read_calendars(at, ("calendars",), body.get("calendars"))
    stages = {word: _stage(at, word, one, calendars) for word, one in body["stages"].items()}
    for stage in stages.values():
        for index, step in enumerate(stage.steps):
            check_step(at, ("stages", stage.name, "steps", index), step, known)
    check_order(at, stages)
    check_updates(at, stages)
    check_second(at, stages)
    names = {*plugins.remedies, *plugins.channels}
    playbook = Playbook(
        stages=stages,
        budget=read_moneys(at, ("budget",), body.get("budget")),
        caps=read_moneys(at, ("caps", "per_customer"), (body.get("caps") or {}).get("per_customer")),
        waves=read_waves(at, body.get("waves")),
        stop=read_stop(at, body.get("stop")),
        doubtful=body.get("doubtful", "hold"),
        pace=read_pace(at, body.get("pace"), names),
        approvers=(body.get("approval") or {}).get("people", 1),
        owner=(body.get("promises") or {}).get("owner") or "",
        missed=(body.get("promises") or {}).get("missed") or "",
    )
    check_whole(at, playbook.steps(), known, fault=fault)
    return (None if at.blocking else playbook), at.found


def _stage(at: Findings, word: str, body: Mapping[str, Any], calendars: Mapping[str, Calendar]) -> Stage:
    steps = tuple(_step(at, ("stages", word, "steps", i), one, calendars) for i, one in enumerate(body["steps"]))
    person = " ".join((body.get("person") or "").split())
    return Stage(word, tuple(body.get("needs") or ()), steps, body.get("attempt") or 1, person)


def _step(at: Findings, path: Path, body: Mapping[str, Any], calendars: Mapping[str, Calendar]) -> Step:
    if body.get("provider") and body.get("providers"):
        what = f"The step '{body['id']}' names its provider twice."
        at.add((*path, "provider"), "needless-setting", what, "Keep one of provider and providers.")
    providers = tuple(body.get("providers") or ([body["provider"]] if body.get("provider") else ()))
    return Step(
        id=body["id"],
        do=body["do"],
        remedy=body.get("remedy") or "",
        provider=providers[0] if providers else "",
        message=body.get("message") or "",
        channels=tuple(body.get("channels") or ()),
        due=read_due(at, (*path, "due"), body.get("due"), calendars),
        after=tuple(body.get("after") or ()),
        everyone=bool(body.get("everyone")),
        instructions=body.get("with") or {},
        place=at.file.place(path),
        otherwise=providers[1:],
        before=body.get("before") or "",
        since=body.get("since") or "",
        unless=tuple(body.get("unless") or ()),
        every=read_every(at, (*path, "every"), body.get("every"), calendars),
        most=body.get("most") or MOST,
        prevention=body.get("prevention") or "",
    )
