"""The file for the bank: SEPA credit transfers (pain.001) checked against its schema, or CSV. Pure, deterministic."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from makegood.kit.errors import Refused
from makegood.kit.letterpaper import harmless
from makegood.kit.money import Money, exponent

SEPA = ("pain.001.001.03", "pain.001.001.09")
CSV = "csv"
COLUMNS = ("reference", "holder", "account", "bank", "amount", "currency", "purpose", "on")
_NAME, _PURPOSE = 70, 140  # characters that the scheme has room for
_FOREIGN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")  # beyond the characters that every bank of the scheme takes


@dataclass(frozen=True)
class Line:
    """One transfer as the file has it; `account` is the IBAN in SEPA, `reference` at most 35 characters."""

    reference: str
    account: str
    bank: str
    holder: str
    purpose: str
    minor: int
    currency: str


@dataclass(frozen=True)
class About:
    """What stands over the lines: the file's name for the bank, when it was made, when it is to be carried out."""

    name: str
    made_at: datetime
    on: date
    settings: Mapping[str, Any]


def build(about: About, lines: Sequence[Line]) -> bytes:
    """The same bytes each time. Raises `Refused` for what the bank's schema does not allow."""
    return _csv(about, lines) if about.settings.get("format") == CSV else _sepa(about, lines)


def plain(text: str, *, limit: int) -> str:
    """In the characters that every bank takes; "" when nothing is left."""
    from text_unidecode import unidecode

    return " ".join(_FOREIGN.sub(" ", unidecode(text)).split())[:limit].strip(" /")


def plain_name(text: str) -> str:
    return plain(text, limit=_NAME)


def as_written(text: str) -> str:
    """A name in its own letters, in one line: for banks that are not of the scheme."""
    return " ".join("".join(c for c in text if c.isprintable()).split())[:_PURPOSE]


def plain_purpose(text: str) -> str:
    return plain(text, limit=_PURPOSE)


def _sepa(about: About, lines: Sequence[Line]) -> bytes:
    from sepaxml import SepaTransfer
    from sepaxml.validation import ValidationError, try_valid_xml

    settings = about.settings
    schema = settings.get("format", SEPA[0])
    payer = {"name": plain_name(settings["holder"]), "IBAN": settings["iban"], "batch": True, "currency": "EUR"}
    if settings.get("bic"):
        payer["BIC"] = settings["bic"]
    file = SepaTransfer(payer, schema=schema, clean=False)
    for line in lines:
        transfer = {
            "name": line.holder,
            "IBAN": line.account,
            "amount": line.minor,
            "execution_date": about.on,
            "description": line.purpose,
            "endtoend_id": line.reference,
        }
        file.add_payment(transfer | ({"BIC": line.bank} if line.bank else {}))
    content = _settled(file.export(validate=False), about, schema)
    try:
        try_valid_xml(content, schema)
    except ValidationError as error:
        raise Refused(
            f"The file is not as {schema} wants it: {error.__cause__ and getattr(error.__cause__, 'reason', '')}.",
            remedy="Look at the connection's account and holder; no line was marked as exported.",
            code="payout-file-invalid",
        ) from error
    return content


def _settled(content: bytes, about: About, schema: str) -> bytes:
    """The library gives the file and its parts names and moments by chance; ours are those of the batch."""
    space = f"{{urn:iso:std:iso:20022:tech:xsd:{schema}}}"
    root = ET.fromstring(content)  # noqa: S314  written here
    named = {"MsgId": about.name, "PmtInfId": f"{about.name}-1", "CreDtTm": f"{about.made_at:%Y-%m-%dT%H:%M:%S}"}
    for tag, text in named.items():
        for element in root.iter(f"{space}{tag}"):
            element.text = text
    ET.register_namespace("", space.strip("{}"))
    whole: bytes = ET.tostring(root, encoding="utf-8")
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        + whole.removeprefix(b"<?xml version='1.0' encoding='utf-8'?>\n")
        + b"\n"
    )


def _csv(about: About, lines: Sequence[Line]) -> bytes:
    sink = io.StringIO(newline="")
    writer = csv.writer(
        sink, delimiter=about.settings.get("delimiter", ","), quoting=csv.QUOTE_ALL, lineterminator="\r\n"
    )
    columns = read_columns(str(about.settings.get("columns", "")))
    writer.writerow([heading for heading, _ in columns])
    for line in lines:
        row = _cells(line, about)
        writer.writerow([row[field] for _, field in columns])
    return sink.getvalue().encode()


def _cells(line: Line, about: About) -> dict[str, str]:
    amount = f"{Money(line.minor, line.currency).amount:.{exponent(line.currency)}f}"
    texts = {"holder": line.holder, "account": line.account, "bank": line.bank, "purpose": line.purpose}
    return {
        "reference": line.reference,
        "amount": amount.replace(".", about.settings.get("decimal", ".")),
        "currency": line.currency,
        "on": about.on.isoformat(),
        **{name: harmless(text) for name, text in texts.items()},
    }


def read_columns(text: str) -> list[tuple[str, str]]:
    """`holder,IBAN=account` as (heading, field); all fields without it. Raises `ValueError` for another."""
    pairs = [part.strip().rpartition("=") for part in text.split(",")] if text.strip() else []
    columns = [(heading.strip() or field.strip(), field.strip()) for heading, _, field in pairs]
    unknown = [field for _, field in columns if field not in COLUMNS]
    if unknown:
        raise ValueError(unknown[0])
    return columns or [(name, name) for name in COLUMNS]
