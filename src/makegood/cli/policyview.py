"""How policies are shown: tests, edges, one customer, comparisons, sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from makegood.cli.output import show_findings, show_table, tell
from makegood.kit.counting import counted

if TYPE_CHECKING:
    from makegood.core.policy import Policy
    from makegood.core.policy_rules import Remedy
    from makegood.policies.bulk import BulkRun
    from makegood.policies.compare import Compared
    from makegood.policies.coverage import Item
    from makegood.policies.edges import Edge
    from makegood.policies.explain import Explained
    from makegood.policies.reading import Unseen
    from makegood.policies.trials import Trial

KINDS = {"rule": "rules", "row": "rows of tables", "figure": "dated figures", "edge": "edges"}


def show_trials(trials: Sequence[Trial]) -> None:
    for trial in trials:
        for miss in trial.misses:
            tell(f"{trial.case.place}  {trial.case.name}")
            tell(f"{miss.remedy}, {miss.what}: expected {miss.expected}, got {miss.got}.", indent="    ")
            tell(f"{miss.decision.reason} (rule '{miss.decision.rule}')", indent="    ")
            for line in miss.decision.trace:
                tell(f"- {line}", indent="      ", first="    ")
    failed = sum(not one.passed for one in trials)
    if not trials:
        tell("The policy has no tests.")
    elif failed:
        tell(f"{counted(failed, 'test')} of {len(trials):,} failed.")
    else:
        tell(f"{counted(len(trials), 'test')} passed.")


def show_coverage(items: Sequence[Item]) -> None:
    items = [item for item in items if not item.nobody]
    missed = [item for item in items if not item.touched]
    if missed:
        tell()
        tell("No test touches:")
        for item in missed:
            tell(f"{item.place}  {item.name}", indent="    ")
    sums = []
    for kind, many in KINDS.items():
        of_kind = [item for item in items if item.kind == kind]
        if of_kind:
            sums.append(f"{sum(item.touched for item in of_kind)} of {len(of_kind)} {many}")
    if items:
        touched = len(items) - len(missed)
        tell(f"Touched: {touched} of {len(items)} ({', '.join(sums)}).")


def show_unseen(unseen: Sequence[Unseen], *, strict: bool = False) -> None:
    if unseen:
        tell()
        tell("Not looked at: no customer was found there, or two things are compared that have no figure between them.")
        for one in unseen:
            tell(f"{one.place}  {one.what}", indent="    ")
        if strict:
            tell("--strict does not count these: it cannot be said that there is such a customer.")


def trials_json(file: str, trials: Sequence[Trial], items: Sequence[Item]) -> dict[str, object]:
    return {
        "policy": file,
        "passed": sum(one.passed for one in trials),
        "failed": sum(not one.passed for one in trials),
        "tests": [
            {"name": one.case.name, "where": one.case.place, "passed": one.passed, "misses": one.misses}
            for one in trials
        ],
        "touched": sum(item.touched for item in items),
        "total": sum(not item.nobody for item in items),
        "untouched": [item for item in items if not item.touched and not item.nobody],
    }


def show_edges(policy: Policy, found: Sequence[Edge]) -> None:
    for index, edge in enumerate(found):
        if index:
            tell()
        tell(f"{edge.name} {edge.edge}".strip())
        if edge.company:
            tell(f"with {', '.join(f'{word} {text}' for word, text in edge.company.items())}", indent="  ")
        show_table(["is", "value", "remedy", "gets", "rule"], _sides(policy, edge), right=["value", "gets"])
        if not edge.differs:
            tell("No difference was seen at this edge.", indent="  ")
    if not found:
        tell("Nothing is compared with a figure: there are no edges.")


def edges_json(policy: Policy, found: Sequence[Edge]) -> list[dict[str, object]]:
    return [
        {
            "name": edge.name,
            "edge": edge.edge,
            "with": edge.company,
            "differs": edge.differs,
            "sides": [
                {
                    "is": side.where,
                    "value": side.value,
                    "gets": {
                        word: {
                            "status": status,
                            "rule": rule,
                            "minor": minor,
                            "text": _gets(policy, word, (status, rule, minor), {**edge.company, edge.name: side.value}),
                        }
                        for word, (status, rule, minor) in side.gets.items()
                    },
                }
                for side in edge.sides
            ],
        }
        for edge in found
    ]


def show_explained(policy: Policy, explained: Explained) -> None:
    from makegood.policies.explain import sentences

    if policy.header.spoken:
        tell(f"{policy.header.spoken}.")
    for line in sentences(policy, explained):
        text = line.lstrip()
        indent = " " * (len(line) - len(text))
        tell(text, indent=f"{indent}  " if text.startswith("- ") else indent, first=indent)
    if explained.missing:
        tell(f"Not given: {', '.join(explained.missing)}.")


def show_compared(old: Policy, new: Policy, compared: Compared) -> None:
    remedies = {**old.remedies, **new.remedies}
    tell(f"{counted(compared.customers, 'customer')} decided by both.")
    heads = ["remedy", "gain", "by", "lose", "by ", "stay"]
    rows = [
        [one.remedy, one.gain, _sum(remedies, one.remedy, one.gained, one.currency), one.lose,
         _sum(remedies, one.remedy, one.lost, one.currency), one.stay]
        for one in compared.shifts
    ]  # fmt: skip
    show_table(heads, rows, right=heads[1:])
    for line in _apart(compared):
        tell(line)
    tell()
    sums = (
        [one.remedy, *(_sum(remedies, one.remedy, minor, one.currency) for minor in (one.old, one.new))]
        for one in compared.shifts
    )
    show_table(["remedy", "before", "after"], sums, right=["before", "after"])
    if compared.moves:
        tell()
        other = "another currency"
        both = old.remedies.keys() & new.remedies.keys()
        none = {word: other if word in both else "no such remedy" for word in remedies}
        moves = (
            [one.remedy, one.was or none[one.remedy], one.now or none[one.remedy], one.customers]
            for one in compared.moves
        )
        show_table(["remedy", "was", "becomes", "customers"], moves)
    show_findings(compared.found)
    if compared.largest:
        tell()
        tell("The largest changes:")
        largest = (
            [
                one.customer,
                one.remedy,
                *(_sum(remedies, one.remedy, minor, one.currency) for minor in (one.old, one.new)),
            ]
            for one in compared.largest
        )
        show_table(["customer", "remedy", "before", "after"], largest, right=["before", "after"])


def _apart(compared: Compared) -> Iterator[str]:
    """Who neither gains nor loses nor stays, because nothing is settled for them in one of the two."""
    for one in compared.shifts:
        word = f"{one.remedy} in {one.currency}" if one.currency else one.remedy
        if one.held:
            yield f"{word}: {counted(one.held, 'customer')} on hold in both."
        if one.undefined:
            yield f"{word}: {counted(one.undefined, 'customer')} undefined in both."
        if one.moved:
            yield f"{word}: {counted(one.moved, 'customer')} to or from hold or undefined, no gain and no loss (below)."


def show_run(policy: Policy, ran: BulkRun) -> None:
    rows = (
        [
            one.remedy,
            one.status,
            one.customers,
            "" if one.minor is None else _sum(policy.remedies, one.remedy, one.minor, one.currency),
        ]
        for one in ran.totals
    )
    show_table(["remedy", "status", "customers", "sum"], rows, right=["sum"])
    show_findings(ran.found)
    each = "" if ran.keyed else " Each row was taken for a customer: there is no column customer_id."
    first = next(iter(policy.remedies))
    customers = sum(one.customers for one in ran.totals if one.remedy == first)
    of_rows = f" of {counted(ran.rows, 'row')}" if customers != ran.rows else ""
    tell(f"{counted(customers, 'customer')}{of_rows} decided.{each}")
    tell(f"{ran.path}")


def _sides(policy: Policy, edge: Edge) -> Iterator[list[object]]:
    from makegood.policies.edges import edge_rows

    last = ""
    for side, word, gets in edge_rows(edge):
        first = side.where != last
        last = side.where
        told = _gets(policy, word, gets, {**edge.company, edge.name: side.value})
        yield [side.where if first else "", side.value if first else "", word, told, gets[1]]


def _gets(policy: Policy, word: str, gets: tuple[str, str, int | None], facts: Mapping[str, str]) -> str:
    from makegood.policies.words import amount_text

    remedy, (status, _, minor) = policy.remedies[word], gets
    if minor is None:
        return status
    own = remedy.currency
    currency = facts.get(own[1:], "").upper() if own.startswith("@") else own
    text = amount_text(remedy, minor, currency) if currency or remedy.in_unit else f"{minor:,} minor units"
    return text if status == "owed" else f"{status} ({text})"


def _sum(remedies: Mapping[str, Remedy], word: str, minor: int, currency: str) -> str:
    """Whoever's currency is missing is owed nothing that could be added up."""
    from makegood.policies.words import amount_text

    return amount_text(remedies[word], minor, currency) if currency else f"{minor:,}"
