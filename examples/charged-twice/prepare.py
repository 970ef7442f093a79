"""Makes the working folder of the example *charged-twice*: real purchases, everything else made up.

Real: dates, customers, quantities and amounts of all 69,659 purchases, from the PyPI package `lifetimes` (CDNOW, by
Fader and Hardie). Made up, by a seeded generator: the names and contacts, what the card desk knows (refunds already
made, disputes, expired cards), and the letters of the eleven customers who wrote.

    python prepare.py FOLDER [FOLDER-WITH-DOWNLOADED-PACKAGES]
"""

from __future__ import annotations

import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from makegood.testing.packages import packaged_file
from makegood.testing.people import Gaps, draw, person, shuffled, with_gaps, write_contacts, write_rows

HERE = Path(__file__).parent
SEED = "charged-twice 367"
HEROINE = "07592"  # wrote first; charged 64.95 twice on 30 March 1998; has e-mail and a clean refund
ON_PAPER = 5  # the writer at this place has no e-mail: she wrote on paper
GAPS = Gaps(email=50, phone=300, post=60, contact=30)
RECENT, BEGINNING = "DATE '1998-01-01'", "DATE '1997-01-01'"
NOTICED = datetime.fromisoformat("1998-07-01T09:12:00-04:00")
_NOTICED, _NEXT, _STOPPED = '"1998-07-01T09:12:00-04:00"', "Monday, 6 July 1998", "Since 2 July each"


class Letter(NamedTuple):
    """`asks` is what they want on top of the money, in dollars; None where they name no amount."""

    text: str
    wish: str
    impact: str = ""
    asks: Decimal | None = Decimal(0)


# The first one is HEROINE's. {extra} and {day} are filled in.
LETTERS: tuple[Letter, ...] = (
    Letter(
        "Hello,\nI bought five discs on {day}. My statement shows {extra} twice. I only got one parcel, and I only\n"
        "ordered once. I had to put off a birthday present because of it. Please give me the second {extra} back.",
        "The second charge back.",
        "I had to put off a birthday present.",
    ),
    Letter(
        "You charged me {extra} too much on {day}. I rang you and someone promised it back. Is it done?",
        "To know whether it is done.",
        "I rang and heard nothing again.",
    ),
    Letter(
        "Two charges on {day}, one order. My bank took 5 dollars for overdrawing my account. I want both back.",
        "The charge and the bank's fee back.",
        "My account was overdrawn and the bank took a fee.",
        Decimal(5),
    ),
    Letter("Why is {extra} on my card twice ({day})? Please correct it.", "A correction."),
    Letter(
        "I do not know this second charge of {extra} on {day} and have told my bank so.",
        "That the second charge goes away.",
        "I thought that my card had been stolen.",
    ),
    Letter(
        "Dear Sirs,\nI write by hand because I have no computer. On {day} you took {extra} more than you should. I\n"
        "live on a pension, and I count every dollar. Kindly send it back.",
        "My money back.",
        "I live on a pension and count every dollar.",
    ),
    Letter("Charged twice, {day}. Money back please, and a word of apology would be nice.", "Money and an apology."),
    Letter(
        "It took me two evenings to find out what the {extra} on {day} was. I would like it back and a disc for the\n"
        "trouble.",
        "The money and a disc for the trouble.",
        "It took me two evenings to find out.",
        Decimal(12),
    ),
    Letter("Please refund {extra} from {day}. I ask for the second time.", "The refund.", "I asked before in vain."),
    Letter("Your shop is fine, but {extra} twice on {day} is not. What went wrong?", "An explanation.", asks=None),
    Letter(
        "I paid rent late because {extra} was missing. That is on you. I want it back and a promise.",
        "The money, and that it does not happen again.",
        "The rent was late.",
    ),
)


class Extra(NamedTuple):
    """One purchase that was charged once too often."""

    day: str
    usd: Decimal


def prepare(target: Path, packages: Path | None = None, *, noticed: datetime = NOTICED) -> None:
    """Writes documents, purchases, contacts, cards, wishes and letters into `target` (made where it is missing).

    `packages` is a folder with the downloaded package; without it MAKEGOOD_DEMO_PACKAGES or the installed one counts.
    `noticed` (aware) replaces the moment in mistake.yaml, for a demonstration that runs by today's clock. Equal input
    writes equal files. Raises `NotFound` where the package is missing; nothing is written then.
    """
    purchases = packaged_file("lifetimes", "datasets/CDNOW_master.txt", packages)
    customers, extras = read_purchases(purchases)
    writers = who_wrote(extras)
    (target / "messages").mkdir(parents=True, exist_ok=True)
    for document in sorted([*HERE.glob("*.yaml"), *HERE.glob("*.sql"), *HERE.glob("messages/*.md")]):
        shutil.copyfile(document, target / document.relative_to(HERE))
    (target / "purchases.txt").write_bytes(purchases)
    _write_contacts(target, customers, writers)
    _write_cards(target, customers, extras, writers)
    _write_letters(target, extras, writers)
    if noticed != NOTICED:
        _date(target, noticed)


def look_back(target: Path) -> None:
    """The probe: the query looks at the whole period, one year further back."""
    _replace(target / "scope.sql", RECENT, BEGINNING)


def confirm_facts(target: Path) -> None:
    """The cause has been found and the prevention is in place: messages may tell them as true."""
    _replace(target / "mistake.yaml", "confirmed: false}", "confirmed: true}")


def read_purchases(content: bytes) -> tuple[list[str], dict[str, list[Extra]]]:
    """All customers in order, and by customer the extra charges in the order of the file."""
    seen: set[str] = set()
    customers: dict[str, None] = {}
    extras: dict[str, list[Extra]] = defaultdict(list)
    for line in content.decode("ascii").splitlines()[1:]:
        customer, day, _, usd = line.split()
        customers[customer] = None
        if line in seen:
            extras[customer].append(Extra(day, Decimal(usd)))
        seen.add(line)
    return list(customers), dict(extras)


def who_wrote(extras: dict[str, list[Extra]]) -> list[str]:
    """The eleven, HEROINE first: drawn from those whom the first query finds."""
    recent = [key for key, charges in extras.items() if any(charge.day >= "19980101" for charge in charges)]
    return [HEROINE, *(key for key in shuffled(recent, seed=SEED, what="wrote") if key != HEROINE)][: len(LETTERS)]


def _write_contacts(target: Path, customers: Sequence[str], writers: Sequence[str]) -> None:
    paper = writers[ON_PAPER]

    def gaps(key: str) -> Gaps:
        if key not in writers:
            return GAPS
        return Gaps(email=1000) if key == paper else Gaps()

    rows = ((key, with_gaps(person(key, seed=SEED, home="US"), key, gaps(key), seed=SEED)) for key in customers)
    with (target / "contacts.csv").open("w", encoding="utf-8", newline="") as out:
        write_contacts(out, rows)


def _write_cards(
    target: Path, customers: Sequence[str], extras: dict[str, list[Extra]], writers: Sequence[str]
) -> None:
    others = [key for key in shuffled(extras, seed=SEED, what="card") if key not in writers]
    whole = {key: sum(charge.usd for charge in charges) for key, charges in extras.items()}
    refunded = {key: whole[key] for key in [*writers[1:4], *others[:11]]}
    disputed = {*writers[4:5], *others[11:19]}
    expired = set(others[19:32])
    several = [key for key in others[32:] if len(extras[key]) > 1]
    refunded |= {key: extras[key][0].usd for key in several[:4]}  # the first charge was seen, the others were not
    expired |= {key for key in customers if key not in extras and draw(key, 1000, seed=SEED, what="expired") < 60}

    def row(key: str) -> tuple[str, str, str, str]:
        words = ["yes" if key in group else "no" for group in (disputed, expired)]
        return key, f"{refunded.get(key, Decimal(0)):.2f}", words[0], words[1]

    with (target / "cards.csv").open("w", encoding="utf-8", newline="") as out:
        write_rows(out, ("customer", "refunded", "disputed", "expired"), map(row, customers))


def _write_letters(target: Path, extras: dict[str, list[Extra]], writers: Sequence[str]) -> None:
    (target / "letters").mkdir(exist_ok=True)
    wishes = []
    for number, (key, letter) in enumerate(zip(writers, LETTERS, strict=True), start=1):
        last = extras[key][-1]
        day = f"{date.fromisoformat(last.day):%B} {int(last.day[6:])}"
        text = letter.text.format(extra=f"${last.usd}", day=day)
        name = person(key, seed=SEED, home="US").name
        (target / "letters" / f"{number:02d}-{key}.txt").write_text(f"{text}\n\n{name}\n", encoding="utf-8")
        amount = "" if letter.asks is None else f"{last.usd + letter.asks:.2f}"
        wishes.append((key, amount, letter.wish, letter.impact))
    with (target / "wishes.csv").open("w", encoding="utf-8", newline="") as out:
        write_rows(out, ("customer", "wish_amount", "wish_text", "impact_text"), sorted(wishes))


def _date(target: Path, noticed: datetime) -> None:
    path, text = target / "mistake.yaml", _words_of_day
    _replace(path, _NOTICED, f'"{noticed.isoformat()}"')
    _replace(path, _NEXT, f"{noticed + timedelta(days=5):%A}, {text(noticed + timedelta(days=5))}")
    _replace(path, _STOPPED, f"Since {text(noticed + timedelta(days=1))} each")


def _words_of_day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B} {moment.year}"


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    if old in text:
        path.write_text(text.replace(old, new), encoding="utf-8")


def main(arguments: Sequence[str], say: Callable[[str], object] = sys.stdout.write) -> int:
    if len(arguments) not in {1, 2}:
        say("usage: python prepare.py FOLDER [FOLDER-WITH-DOWNLOADED-PACKAGES]\n")
        return 64
    prepare(Path(arguments[0]), Path(arguments[1]) if len(arguments) == 2 else None)
    say(f"{arguments[0]} is ready.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
