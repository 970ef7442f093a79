"""Makes the working folder of the example *billed-twice*: real invoice lines, made-up customers.

Real: all 541,909 invoice lines of a British gift shop, 2010-12-01 to 2011-12-09 (Online Retail, UCI Machine Learning
Repository, D. Chen), as one Parquet file that you bring. Made up, by a seeded generator: names and contacts of its
4,372 customers; three of those who were billed twice are missing from the contact file.

    python prepare.py FOLDER online_retail.parquet
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from makegood.kit.errors import NotFound, Place
from makegood.testing.people import Gaps, people, write_contacts

HERE = Path(__file__).parent
SEED = "billed-twice 1"
NO_CONTACT = ("16261", "17341", "17392")  # billed twice, and in no contact file
GAPS = Gaps(email=60, phone=300)
_CUSTOMERS = "SELECT DISTINCT CustomerID::BIGINT::VARCHAR FROM read_parquet(?) WHERE CustomerID IS NOT NULL ORDER BY 1"


def prepare(target: Path, records: Path) -> None:
    """Writes documents, the invoice lines and contacts into `target` (made where it is missing).

    `records` is the Parquet file. Equal input writes equal files. Raises `NotFound` where it is missing; nothing is
    written then.
    """
    if not records.is_file():
        remedy = "Get 'Online Retail' from the UCI Machine Learning Repository and save it as Parquet."
        raise NotFound("The invoice lines are not there.", remedy=remedy, place=Place(str(records)), code="no-records")
    with duckdb.connect() as db:
        customers = [str(key) for (key,) in db.execute(_CUSTOMERS, [str(records)]).fetchall()]
    (target / "messages").mkdir(parents=True, exist_ok=True)
    for document in sorted([*HERE.glob("*.yaml"), *HERE.glob("*.sql"), *HERE.glob("messages/*.md")]):
        shutil.copyfile(document, target / document.relative_to(HERE))
    shutil.copyfile(records, target / "online_retail.parquet")
    known = (key for key in customers if key not in NO_CONTACT)
    with (target / "contacts.csv").open("w", encoding="utf-8", newline="") as out:
        write_contacts(out, people(known, seed=SEED, home="GB", gaps=GAPS))


def main(arguments: Sequence[str], say: Callable[[str], object] = sys.stdout.write) -> int:
    if len(arguments) != 2:
        say("usage: python prepare.py FOLDER online_retail.parquet\n")
        return 64
    prepare(Path(arguments[0]), Path(arguments[1]))
    say(f"{arguments[0]} is ready.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
