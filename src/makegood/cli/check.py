"""Messages as files: what is wrong with them, and what a rule means. Neither needs a database."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from makegood.cli.output import as_json, complain, tell, tell_as_is
from makegood.kit.errors import MakegoodError, NotFound, UsageError

if TYPE_CHECKING:
    from makegood.checks.rule import Rule
    from makegood.cli.checking.results import Checked, Run
    from makegood.cli.checking.settings import Settings


KIND_HELP = (
    "What it must say depends on it: general, late-order, billing, outage, outage-resolved, breach, complaint, "
    "public-reply or cancelled; or, by its stage: advance, acknowledge, explain, progress, remedy, ask, prevention."
)


def register(app: typer.Typer) -> None:
    app.command()(check)
    app.command()(explain)


def check(
    files: Annotated[
        list[str],
        typer.Argument(help="Messages: Markdown, HTML or plain text; - is standard input.", metavar="FILE..."),
    ],
    kind: Annotated[str | None, typer.Option(help=KIND_HELP)] = None,
    attempt: Annotated[
        int | None, typer.Option(min=1, max=99, help="Which apology for the same mistake this is.")
    ] = None,
    fault: Annotated[str | None, typer.Option(help="Whether the fault is ours: clear, unclear or none.")] = None,
    language: Annotated[
        str | None, typer.Option(help="Language of the messages, where it is not to be guessed.")
    ] = None,
    audience: Annotated[str | None, typer.Option(help="Who reads it: other words are jargon to them.")] = None,
    min_level: Annotated[
        str | None, typer.Option(help="Show only this and graver: error, warning, suggestion.")
    ] = None,
    fail_on: Annotated[
        str | None, typer.Option(help="End with 1 from this level on; error where nothing is said.")
    ] = None,
    form: Annotated[str, typer.Option("--format", "-f", help="text, json, sarif, github or junit.")] = "text",
    in_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    config: Annotated[
        Path | None, typer.Option(help="Settings, instead of the nearest makegood.toml or pyproject.toml.")
    ] = None,
    stdin_filename: Annotated[str | None, typer.Option(help="The name to show for standard input.")] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", "--no-exit", help="End with 0 whatever is found.")] = False,
) -> int:
    """Check messages for what an apology needs and what spoils it.

    Ends with 0 when nothing is found from --fail-on up, 1 when something is, 2 when a file, the settings or the
    command line cannot be read.
    """
    from makegood.cli.checking import formats
    from makegood.cli.checking.settings import Settings

    given = Settings(kind, attempt, fault, language, audience, min_level, fail_on)
    _refuse_unknown(given, form)
    run = _check_all(list(dict.fromkeys(files)), given, config, stdin_filename)
    for failure in run.failures:
        findings = getattr(failure, "findings", ())
        complain(failure.what, where=str(failure.place or ""), remedy=failure.remedy, findings=findings)
    sys.stdout.write(formats.write(run, "json" if in_json else form))
    return 0 if exit_zero and run.exit_code == 1 else run.exit_code


def explain(
    rule: Annotated[str | None, typer.Argument(help="An id or a name, such as MG201 or conditional.")] = None,
    in_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what RULE means, with examples; or list all rules."""
    from makegood.cli.checking.catalogue import ALL, WORDS, find_rule

    if rule is None:
        _list_rules(ALL, in_json=in_json)
        return
    found = find_rule(rule)
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(rule, WORDS.rules, n=1)
        remedy = f"Did you mean '{near[0]}'?" if near else "See all of them: makegood explain"
        raise NotFound(f"There is no rule '{rule}'.", remedy=remedy, code="no-rule")
    if in_json:
        as_json(found)
        return
    _show_rule(found)


def _check_all(files: list[str], given: Settings, config: Path | None, stdin_filename: str | None) -> Run:
    from makegood.cli.checking.assemble import check_file
    from makegood.cli.checking.files import read_message_file
    from makegood.cli.checking.nearest import Nearest
    from makegood.cli.checking.results import Run

    nearest = Nearest(config)
    checked: list[Checked] = []
    failures: list[MakegoodError] = []
    for name in files:
        try:
            file = read_message_file(name, stdin_filename=stdin_filename)
            checked.append(check_file(file, given, nearest.of(file.folder)))
        except MakegoodError as failure:
            if str(failure) not in map(str, failures):  # settings that cannot be read are said once
                failures.append(failure)
    return Run(tuple(checked), tuple(failures))


def _refuse_unknown(given: Settings, form: str) -> None:
    from makegood.cli.checking.catalogue import WORDS
    from makegood.cli.checking.formats import FORMATS
    from makegood.cli.checking.results import LEVELS

    options = {
        "--kind": (given.kind, WORDS.kinds),
        "--fault": (given.fault, WORDS.faults),
        "--language": (given.language, WORDS.languages),
        "--audience": (given.audience, WORDS.audiences),
        "--min-level": (given.min_level, LEVELS),
        "--fail-on": (given.fail_on, LEVELS),
        "--format": (form, tuple(FORMATS)),
    }
    for option, (value, known) in options.items():
        if value is not None and value not in known:
            what = f"{option} is '{value}'."
            raise UsageError(what, remedy=f"Choose one of: {', '.join(known)}.", code="unknown-choice")


def _list_rules(rules: tuple[Rule, ...], *, in_json: bool) -> None:
    if in_json:
        as_json(rules)
        return
    for one in rules:
        tell(f"{one.id}  {one.name} ({one.severity})")
        tell(one.definition, indent="    ", first="    ")


def _show_rule(rule: Rule) -> None:
    from makegood.cli.checking.pages import describe, describe_needs

    tell(f"{rule.id} {rule.name}")
    tell(f"{describe(rule)}.")
    tell()
    tell(rule.definition)
    tell(f"{rule.message} {rule.suggestion}")
    if rule.is_element:
        tell(f"Needed: {describe_needs(rule)}")
    pairs = (("Says it:", rule.good), ("Does not:", rule.bad))
    for head, examples in pairs if rule.is_element else (("Reported:", rule.bad), ("Better:", rule.good)):
        tell()
        tell(head)
        for example in examples:
            tell(example, indent="    ", first="  - ")
    tell()
    tell("To silence it in one message, with the reason:")
    tell_as_is(f"    <!-- makegood-disable {rule.id}: the reason -->")
