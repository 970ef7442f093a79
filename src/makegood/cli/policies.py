"""A policy by itself: checked, tested, explained and run over files. No command here needs a database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from makegood.cli.output import as_json, progress, show_findings, show_table, tell, tell_as_is
from makegood.cli.recovery import Json
from makegood.kit.counting import counted

policies = typer.Typer(name="policy", help="A policy by itself: check, test, explain, run it.")
PolicyFile = Annotated[str, typer.Argument(help="A policy file, or pack:NAME.", metavar="FILE")]
Affected = Annotated[Path, typer.Option(help="The customers: a .parquet, .csv or .xlsx file with the policy's facts.")]
Key = Annotated[str, typer.Option(help="The column that names the customer; customer_id where there is one.")]


def register(app: typer.Typer) -> None:
    app.add_typer(policies)


@policies.command()
def check(file: PolicyFile, in_json: Json = False) -> int:
    """Find mistakes: holes, overlaps, what is never reached or used."""
    from makegood.policies.check import check_policy
    from makegood.policies.deciding import engine
    from makegood.policies.opening import paid_beside, read_policy

    _, policy, findings = read_policy(file)
    lints = []
    if policy is not None:
        with engine() as columns:
            lints = check_policy(columns, policy, paid=paid_beside(file))
    blocking = sum(finding.blocking for finding in findings)
    if in_json:
        found = [*({**one.as_json(), "customer": {}} for one in findings), *(one.as_json() for one in lints)]
        as_json({"policy": file, "blocking": blocking, "findings": found})
        return int(blocking > 0)
    show_findings([*findings, *(one.finding for one in lints)])
    advice = len(findings) - blocking + len(lints)
    if blocking:
        tell(f"{counted(blocking, 'problem')} to solve first.")
        return 1
    tell(f"Nothing to solve, {counted(advice, 'piece')} of advice." if advice else "Nothing to solve.")
    return 0


@policies.command()
def test(
    file: PolicyFile,
    in_json: Json = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail also where no test touches a rule or an edge.")
    ] = False,
) -> int:
    """Run its tests, and name what none of them touches."""
    from makegood.cli.policyview import show_coverage, show_trials, show_unseen, trials_json
    from makegood.policies.coverage import coverage, unlooked
    from makegood.policies.deciding import engine
    from makegood.policies.opening import open_policy
    from makegood.policies.reading import Unseen
    from makegood.policies.trials import run_tests

    policy = open_policy(file).policy
    with engine() as columns:
        trials = run_tests(columns, policy)
        items = coverage(columns, policy, trials)
    missed = any(not item.touched and not item.nobody for item in items)
    failed = sum(not one.passed for one in trials) + (strict and missed)
    unseen = [*unlooked(policy), *(Unseen(item.name, item.place) for item in items if item.nobody)]
    if in_json:
        as_json({**trials_json(file, trials, items), "unseen": unseen})
    else:
        show_trials(trials)
        show_coverage(items)
        show_unseen(unseen, strict=strict)
    return int(failed > 0)


@policies.command()
def edges(
    file: PolicyFile,
    fact: Annotated[str, typer.Option(help="Only the edges of this fact.")] = "",
    in_json: Json = False,
) -> None:
    """Show what each remedy gives just below, at and above each edge."""
    from makegood.cli.policyview import edges_json, show_edges, show_unseen
    from makegood.kit.errors import BadInput
    from makegood.policies.deciding import engine
    from makegood.policies.edges import look
    from makegood.policies.opening import open_policy

    policy = open_policy(file).policy
    if fact and fact not in policy.facts:
        raise BadInput(
            f"There is no fact '{fact}'.", remedy=f"There are: {', '.join(policy.facts)}.", code="unknown-fact"
        )
    with engine() as columns:
        found = look(columns, policy, only=fact)
    if in_json:
        as_json(edges_json(policy, found.edges))
    else:
        show_edges(policy, found.edges)
        show_unseen(found.unseen)


@policies.command()
def explain(
    file: PolicyFile,
    fact: Annotated[list[str] | None, typer.Option(help="A fact as name=value; may be repeated.")] = None,
    row: Annotated[list[str] | None, typer.Option(help="A row as name=value,name=value; may be repeated.")] = None,
    in_json: Json = False,
) -> None:
    """Decide one customer and say why."""
    from makegood.cli.policyview import show_explained
    from makegood.policies.deciding import engine
    from makegood.policies.explain import explain_customer
    from makegood.policies.opening import open_policy

    policy = open_policy(file).policy
    with engine() as columns:
        explained = explain_customer(columns, policy, fact or [], row or [])
    if in_json:
        as_json({"policy": file, "missing": explained.missing, "decisions": explained.decisions})
    else:
        show_explained(policy, explained)


@policies.command()
def compare(old: PolicyFile, new: PolicyFile, affected: Affected, key: Key = "", in_json: Json = False) -> None:
    """Say who gains and who loses when NEW takes the place of OLD."""
    from makegood.cli.policyview import show_compared
    from makegood.policies.compare import compare_policies
    from makegood.policies.opening import open_policy

    before, after = open_policy(old).policy, open_policy(new).policy
    with progress("Deciding") as advance:
        compared = compare_policies(before, after, affected, key=key, advance=advance)
    if in_json:
        as_json(compared)
    else:
        show_compared(before, after, compared)


@policies.command()
def run(
    file: PolicyFile,
    affected: Affected,
    to: Annotated[Path, typer.Option(help="The decisions: a new .parquet or .csv file.")],
    key: Key = "",
    reasons: Annotated[bool, typer.Option("--reasons", help="Also write the sentence and what worked.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the file if it is there.")] = False,
    in_json: Json = False,
) -> None:
    """Decide every customer of a file, into another file."""
    from makegood.cli.policyview import show_run
    from makegood.policies.bulk import Wanted, run_policy
    from makegood.policies.opening import open_policy

    policy = open_policy(file).policy
    wanted = Wanted(affected, to, key=key, reasons=reasons, overwrite=overwrite)
    with progress("Deciding") as advance:
        ran = run_policy(policy, wanted, advance)
    if in_json:
        as_json(ran)
    else:
        show_run(policy, ran)


@policies.command()
def packs(in_json: Json = False) -> None:
    """List the policies that come with Makegood."""
    from makegood.policies.opening import list_packs

    found = list_packs()
    if in_json:
        as_json(found)
        return
    rows = ([one.name, one.title, one.version, one.confidence] for one in found)
    show_table(["pack", "policy", "version", "confidence"], rows, whole=["pack"], empty="There are none.")


@policies.command()
def pack(name: Annotated[str, typer.Argument(help="The pack's name.", metavar="NAME")]) -> None:
    """Print one of them, to be changed to your own terms."""
    from makegood.policies.opening import pack_text

    for line in pack_text(name.removeprefix("pack:")).splitlines():
        tell_as_is(line)
