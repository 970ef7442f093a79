"""What must be true of a playbook's steps, one by one and as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from makegood.core.expressions_sql import Type
from makegood.core.findings import Findings, Path
from makegood.core.playbook_moments import check_moments, check_told_once
from makegood.core.playbook_rules import HasKind, Plugins, Stage, Step
from makegood.kit.errors import Finding, Level


class Known:
    """What steps may name: remedies of the policy and columns of the scope (None: not known, so not checked),
    messages, plug-ins."""

    def __init__(
        self,
        remedies: Mapping[str, HasKind] | None,
        messages: Collection[str],
        plugins: Plugins,
        columns: Mapping[str, Type] | None = None,
    ) -> None:
        self.remedies, self.messages, self.plugins, self.columns = remedies, messages, plugins, columns


def check_step(at: Findings, path: Path, step: Step, known: Known) -> None:
    """Words need a message and channels; fixes and make-goods need a provider; each must be able to do it."""
    check_moments(at, path, step, known.columns)
    if step.do in {"tell", "ask"}:
        _check_words(at, path, step, known)
    else:
        _check_deed(at, path, step, known)


def _check_words(at: Findings, path: Path, step: Step, known: Known) -> None:
    for word, there in (("message", step.message), ("channels", step.channels)):
        if not there:
            what = f"The step '{step.id}' is to {step.do}, but has no {word}."
            at.add(path, "incomplete-step", what, "Add message: (a file in messages/) and channels: [email].")
    for word, there in (("provider", step.provider), ("remedy", step.remedy)):
        if there:
            what = f"The step '{step.id}' is to {step.do}; '{word}' belongs to a fix or make good."
            at.add((*path, word), "needless-setting", what, f"Remove '{word}', or make it a step of its own.")
    if step.message and step.message not in known.messages:
        at.unknown((*path, "message"), "unknown-message", "message", step.message, sorted(known.messages))
    for index, channel in enumerate(step.channels):
        here = (*path, "channels", index)
        facts = known.plugins.channels.get(channel)
        if facts is None:
            at.unknown(here, "unknown-plugin", "channel", channel, sorted(known.plugins.channels))
        elif step.do not in facts.kinds:
            what = f"The channel '{channel}' cannot {step.do}."
            at.add(here, "plugin-cannot", what, f"It can: {', '.join(sorted(facts.kinds))}.")
        if channel in step.channels[:index]:
            at.add(here, "double-channel", f"The channel '{channel}' is named twice.", "Name each once, best first.")


def _check_deed(at: Findings, path: Path, step: Step, known: Known) -> None:
    for word, there in (
        ("message", step.message),
        ("channels", step.channels),
        ("everyone", step.everyone),
        ("prevention", step.prevention),
    ):
        if there:
            what = f"The step '{step.id}' is a {step.do}; '{word}' belongs to a tell or ask."
            at.add((*path, word), "needless-setting", what, "Add a tell step `after` this one.")
    if not step.provider:
        what = f"The step '{step.id}' is a {step.do}, but nothing carries it out."
        names = ", ".join(sorted(known.plugins.remedies))
        at.add(path, "incomplete-step", what, f"Add provider: one of {names}.")
        return
    for provider in (step.provider, *step.otherwise):
        _check_provider(at, path, step, known, provider)
    if len({step.provider, *step.otherwise}) <= len(step.otherwise):
        at.add((*path, "providers"), "double-channel", "A provider is named twice.", "Name each once, best first.")
    _check_remedy(at, path, step, known)


def _check_provider(at: Findings, path: Path, step: Step, known: Known, provider: str) -> None:
    here = (*path, "providers" if step.otherwise else "provider")
    facts = known.plugins.remedies.get(provider)
    if facts is None:
        at.unknown(here, "unknown-plugin", "provider", provider, sorted(known.plugins.remedies))
    elif step.do not in facts.kinds:
        what = f"The provider '{provider}' cannot carry out a {step.do}."
        at.add(here, "plugin-cannot", what, f"It can: {', '.join(sorted(facts.kinds))}.")
    elif facts.needs_money and not step.remedy:
        what = f"The provider '{provider}' pays money, but the step names no remedy."
        at.add(path, "no-remedy", what, "Add remedy: the name of a remedy of policy.yaml.")


def _check_remedy(at: Findings, path: Path, step: Step, known: Known) -> None:
    if not step.remedy or known.remedies is None:
        return
    remedy = known.remedies.get(step.remedy)
    if remedy is None:
        at.unknown((*path, "remedy"), "unknown-remedy", "remedy", step.remedy, sorted(known.remedies))
    elif remedy.kind != step.do:
        what = f"The remedy '{step.remedy}' is a {remedy.kind} in the policy, but the step is a {step.do}."
        at.add((*path, "do"), "kind-mismatch", what, f"Write do: {remedy.kind}, or change the policy.")
    elif remedy.in_unit is not None:
        _check_in_unit(at, path, step, known)


def _check_in_unit(at: Findings, path: Path, step: Step, known: Known) -> None:
    """What is not money needs somebody who gives it: no provider of money can."""
    paying = known.plugins.remedies
    for provider in (step.provider, *step.otherwise):
        if provider in paying and paying[provider].needs_money:
            what = f"The remedy '{step.remedy}' is not paid in money, but '{provider}' pays nothing else."
            remedy = "Let a person do it, provider: task, or a system that knows the unit."
            at.add((*path, "providers" if step.otherwise else "provider"), "unit-not-money", what, remedy)


def check_order(at: Findings, stages: Mapping[str, Stage]) -> None:
    """Ids are unique over the playbook; `needs`, `after` and `unless` look back only, so there can be no circle."""
    seen_steps: dict[str, Step] = {}
    names = list(stages)
    for number, stage in enumerate(stages.values()):
        for index, need in enumerate(stage.needs):
            if need not in names[:number]:
                what = "earlier stage"
                at.unknown(("stages", stage.name, "needs", index), "unknown-stage", what, need, names[:number])
        for position, step in enumerate(stage.steps):
            path: Path = ("stages", stage.name, "steps", position)
            if step.id in seen_steps:
                at.add(path, "double-step", f"Two steps are called '{step.id}'.", "Give each step its own id.")
            for word, named in (("after", step.after), ("unless", step.unless)):
                for index, before in enumerate(named):
                    if before not in seen_steps:
                        at.unknown((*path, word, index), "unknown-step", "earlier step", before, list(seen_steps))
            seen_steps[step.id] = step


def check_whole(at: Findings, steps: list[Step], known: Known, *, fault: str) -> None:
    """Words only, gesture only, remedies that nobody pays or that two steps pay."""
    done = {step.do for step in steps}
    if "tell" in done and not done & {"fix", "make good"}:
        level: Level = "blocking" if fault == "clear" else "advice"
        what = "Words only: customers are told, but nothing is fixed and nothing is made good."
        at.add(("stages",), "words-only", what, "Add a step that fixes the mistake itself.", level=level)
    if "make good" in done and "fix" not in done:
        what = "Gesture only: something is given, but the mistake itself is not fixed."
        at.add(("stages",), "gesture-only", what, "Add a fix step: the refund, the re-ship, the correction.")
    check_told_once(at, steps)
    paid: dict[str, Step] = {}
    for step in steps:
        if step.remedy and step.remedy in paid:
            what = f"The steps '{paid[step.remedy].id}' and '{step.id}' would both pay the remedy '{step.remedy}'."
            at.found.append(Finding("remedy-paid-twice", what, "Let one step pay it.", place=step.place))
        if step.remedy:
            paid[step.remedy] = step
    for word in known.remedies or {}:
        if word not in paid:
            what = f"The policy decides the remedy '{word}', but no step pays it."
            at.add(("stages",), "unpaid-remedy", what, f"Add a step with remedy: {word}.", level="advice")
