"""The mistake as a whole: report it, see who is accounted for, decide what is held, close it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from makegood.cli.output import as_json, money, show_table, tell, tell_as_is
from makegood.cli.promises import show_standing
from makegood.cli.recovery import BrandSlug, Json, MistakeName, find_mistake
from makegood.cli.who import acting
from makegood.kit.clock import iso, now, spoken
from makegood.kit.counting import counted
from makegood.kit.errors import UsageError
from makegood.kit.money import Money

if TYPE_CHECKING:
    from makegood.balance.queries import Balance, Later

Currency = Annotated[str, typer.Option(help="Its currency, ISO 4217.")]
Who = Annotated[bool, typer.Option("--who", help="Name the customers who are not accounted for.")]


def register(app: typer.Typer) -> None:
    app.command()(report)
    app.command()(status)
    app.command()(decide)
    app.command()(close)
    app.command()(reopen)


def report(
    sentence: Annotated[str, typer.Argument(help="What happened, in one sentence.", metavar="SENTENCE")],
    brand: BrandSlug = "default",
    how: Annotated[str, typer.Option(help="How it was noticed: customer, staff, monitor, partner, audit.")] = "staff",
    currency: Currency = "USD",
    in_json: Json = False,
) -> None:
    """Open a mistake from one sentence. Nobody's name is asked for."""
    with acting("report") as session:
        from makegood.mistakes.actions import report_mistake

        opened = report_mistake(
            sentence, brand=session.brand(brand), actor=session.person.id, how=how, currency=currency
        )
    if in_json:
        as_json({"mistake": opened.public_id, "title": opened.title})
        return
    tell(f"{opened.public_id} is open: {opened.title} Thank you for saying so.")
    tell("Put one customer right now, or find everyone it hit:")
    tell_as_is(f"    makegood one --mistake {opened.public_id}")
    tell_as_is("    makegood init FOLDER --kit KIT")


def status(
    mistake: Annotated[
        str, typer.Argument(help="The mistake: its slug, id or folder; all of them if absent.", metavar="[MISTAKE]")
    ] = "",
    brand: BrandSlug = "default",
    who: Who = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many names.")] = 50,
    in_json: Json = False,
) -> None:
    """Account for each affected customer.

    In sums that balance. Without MISTAKE it lists mistakes.
    """
    with acting("read") as session:
        if not mistake:
            _list(session.brand(brand), in_json=in_json)
            return
        from makegood.acts.fence import fenced_because
        from makegood.balance.counted import read_balance
        from makegood.balance.queries import ACCOUNTED, CATEGORIES, list_customers
        from makegood.plans.updates import promised_updates
        from makegood.promises.queries import count_promises, list_late

        found = find_mistake(session, mistake, brand)
        if why := fenced_because():
            tell(f"Acts are fenced: {why}. See: makegood fence", to_stderr=True)
        balance = read_balance(found)
        promised, standing, late = promised_updates(found), count_promises(found), list_late(found)
        missing = [category for category in CATEGORIES if category not in (*ACCOUNTED, "to come")]
        some = any(step.counts.get(category) for step in balance.steps for category in missing)
        named = list_customers(found, categories=missing, limit=limit) if who and some else []
    if in_json:
        updates = [{"stage": stage, "by": iso(by)} for stage, by in promised]
        told = {"updates": updates, "promises": standing}
        as_json(balance_json(balance) | told | ({"who": named} if who else {}))
        return
    show_balance(balance)
    for stage, by in promised:
        tell(_promised(stage, by))
    show_standing(standing, late)
    if who:
        tell()
        show_table(["customer", "step", "is"], named, empty="Everyone is accounted for.")


def decide(
    mistake: MistakeName,
    customer: Annotated[str, typer.Argument(help="The customer's key, as in the source.", metavar="CUSTOMER")],
    remedy: Annotated[str, typer.Option(help="The remedy of the policy.")],
    reason: Annotated[str, typer.Option(help="Why, in one sentence.")],
    amount: Annotated[str, typer.Option(help="What is owed, such as 'USD 12.50'.")] = "",
    nothing: Annotated[bool, typer.Option("--nothing", help="Nothing is owed.")] = False,
    brand: BrandSlug = "default",
) -> None:
    """Decide for one customer where the policy could not.

    Where it held, or could not say what is owed. The next plan takes it.
    """
    if bool(amount) == nothing:
        raise UsageError(
            "A decision is an amount or nothing.",
            remedy="Give --amount 'USD 12.50' or --nothing.",
            code="amount-or-nothing",
        )
    with acting("draft") as session:
        from makegood.plans.decide import decide_for

        decide_for(
            find_mistake(session, mistake, brand),
            customer,
            remedy=remedy,
            amount=Money.parse(amount) if amount else None,
            reason=reason,
            actor=session.person.id,
        )
    tell(f"Decided for {customer}: {amount or 'nothing'} as '{remedy}'. Plan the stage again to carry it out.")


def close(
    mistake: MistakeName,
    brand: BrandSlug = "default",
    unreachable: Annotated[str, typer.Option(help="Why nothing more can be done for the unreachable.")] = "",
    nobody: Annotated[str, typer.Option(help="Why the owners of rows without a customer cannot be found.")] = "",
    rejected: Annotated[str, typer.Option(help="Why rejected rows need nothing.")] = "",
    twice: Annotated[str, typer.Option(help="How it ended where two ways may have paid.")] = "",
    in_json: Json = False,
) -> None:
    """Close a mistake; refused while anyone is unaccounted for."""
    with acting("apply") as session:
        from makegood.balance.actions import close as close_when_balanced

        reasons = {"unreachable": unreachable, "nobody": nobody, "rejected": rejected, "twice": twice}
        balance = close_when_balanced(find_mistake(session, mistake, brand), actor=session.person.id, reasons=reasons)
    if in_json:
        as_json(balance_json(balance))
        return
    tell(f"Closed: {balance.mistake.title}")
    tell(f"{balance.accounted:,} of {counted(balance.whole, 'customer')} accounted for.")


def reopen(
    mistake: MistakeName,
    reason: Annotated[str, typer.Option(help="Why, in one sentence that names no customer.")],
    brand: BrandSlug = "default",
) -> None:
    """Open a closed mistake again."""
    with acting("apply") as session:
        from makegood.mistakes.actions import reopen_mistake

        found = find_mistake(session, mistake, brand)
        reopen_mistake(found, actor=session.person.id, reason=reason)
    tell(f"Open again: {found.title}")


def show_balance(balance: Balance) -> None:
    """The balance at 80 columns: a line a step, a line a currency, and whether it comes out."""
    tell(f"{balance.mistake.title} ({balance.mistake.slug}, {balance.mistake.state})")
    tell()
    rows = []
    for step in balance.steps:
        counts = step.counts
        settled = sum(counts.get(word, 0) for word in ("nothing", "not due"))
        waiting = sum(counts.get(word, 0) for word in ("open", "not planned", "to come"))
        person = sum(counts.get(word, 0) for word in ("held", "undefined", "unknown"))
        first = [counts.get("done", 0), counts.get("sent", 0), settled, waiting, person]
        rows.append([step.step, *first, counts.get("failed", 0), counts.get("unreachable", 0), step.total])
    show_table(["step", "done", "sent", "none due", "waits", "person", "failed", "no way", "sum"], rows)
    for later in balance.later:
        tell(_later(later))
    for one in balance.money:
        parts = [("planned", one.planned), ("paid", one.done), ("under way", one.open), ("unknown", one.unknown)]
        parts += [("failed", one.failed), ("withdrawn", one.withdrawn)]
        told = ", ".join(f"{word} {money(minor, one.currency)}" for word, minor in parts if minor)
        tell(f"{one.basis.capitalize()}: {told}.")
    if balance.told:
        times = {word: spoken(timedelta(seconds=balance.told[word])) for word in ("first", "median", "last")}
        tell(f"Noticed to told: first {times['first']}, half {times['median']}, last {times['last']}.")
    tell()
    tell(f"{counted(balance.whole, 'customer')}: {_accounted(balance)}.")
    if balance.to_come:
        tell(f"Still to come: {', '.join(balance.to_come)}.")
    tell("The sums balance." if balance.balanced else "THE SUMS DO NOT BALANCE: run 'makegood verify'.")


def _promised(stage: str, by: datetime) -> str:
    """The update that customers wait for, as a sentence."""
    moment = f"{by:%Y-%m-%d %H:%M} UTC"
    if by > now():
        return f"The next update ({stage}) was promised by {moment}."
    return f"OVERDUE: an update ({stage}) was promised by {moment}. See: makegood plans."


def _accounted(balance: Balance) -> str:
    if balance.at_most is not None and balance.at_most > balance.accounted:
        return f"{balance.accounted:,} to {balance.at_most:,} accounted for"
    left = balance.unaccounted - balance.unreachable_only
    said = [f"{balance.accounted:,} accounted for"]
    said += [f"{balance.unreachable_only:,} with no way to reach them"] if balance.unreachable_only else []
    said += [f"{left:,} not accounted for"] if left else []
    return ", ".join(said)


def _later(one: Later) -> str:
    """What came after a provider's yes, as a sentence."""
    if one.what == "sent":
        until = f"{one.until:%Y-%m-%d %H:%M} UTC" if one.until else "then"
        return f"At {one.step}: {one.count:,} sent; what has not come back by {until} is told."
    return f"At {one.step}: {one.count:,} {_WORDS[one.what]}"


_WORDS = {
    "bounced": "bounced: they could not be delivered, and no route is left. Find a contact and plan again.",
    "reversed": "came back after they were paid, and no route is left. Plan the stage again.",
    "rerouted": "did not arrive and took the next route of the plan.",
    "unknown": "unknown for more than a day: settle each with makegood unknown.",
    "complained": "called spam by those who got it; they are not written to again that way.",
    "disputed": "disputed at the provider: look at each there before anything else is paid.",
    "twice": "PERHAPS PAID TWICE, on two ways: ask for one back at the provider; see makegood journal.",
}


def balance_json(balance: Balance) -> dict[str, Any]:
    return {
        "mistake": balance.mistake.slug,
        "state": balance.mistake.state,
        "scope": balance.scope.version,
        "customers": balance.whole,
        "accounted": balance.accounted,
        "accounted_at_most": balance.accounted if balance.at_most is None else balance.at_most,
        "steps": [
            {"step": step.step, "kind": step.kind, "stage": step.stage, "counts": dict(step.counts)}
            for step in balance.steps
        ],
        "money": [vars(one) for one in balance.money],
        "told": dict(balance.told),
        "later": [
            {"step": one.step, "what": one.what, "acts": one.count, "until": iso(one.until) if one.until else None}
            for one in balance.later
        ],
        "balanced": balance.balanced,
    }


def _list(brand: Any, *, in_json: bool) -> None:
    from makegood.mistakes.models import Mistake

    found = list(Mistake.objects.filter(brand=brand).order_by("-id")[:50])
    if in_json:
        as_json([{"mistake": m.slug, "id": m.public_id, "title": m.title, "state": m.state} for m in found])
        return
    rows = ([m.slug, m.state, m.noticed_at, m.title] for m in found)
    show_table(["mistake", "state", "noticed", "title"], rows, whole=["noticed"], empty="No mistake is known.")
