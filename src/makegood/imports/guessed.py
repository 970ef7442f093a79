"""A file nobody published: what its columns could be, by their names and by what all of their values look like.

Whatever comes of it is a guess and is written down as one. What cannot be guessed is left out, so that the file is
refused until a person has said it: a wrong zone, currency or order of day and month would pass unnoticed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from makegood.core.expressions_sql import name
from makegood.core.names import KEYWORDS, RESERVED
from makegood.imports.held import Held, look, plain_amount_sql
from makegood.imports.suggested import Field, People, Suggested
from makegood.kit.columns import Columns

_NUMBER = r"(customer|client|user|member|account|buyer|guest|kunden?|konto)[ _-]?(id|no|number|nr|nummer|key)"
_WHO = r"customer|client|user|member|account|buyer|guest|kunde|mitglied"  # a number, an address or a name: values tell
_MONEY = re.compile(r"amount|total|price|paid|refund|charge|fee|cost|sum|betrag|summe|preis|gebühr|erstatt", re.I)
_WORDS = {
    "name": r"(full|customer|billing|contact|requester)?[ _-]?name|kunde|kundenname",
    "first": r"(first|given)[ _-]?name|vorname",
    "last": r"(last|family|sur)[ _-]?name|surname|nachname",
    "phone": r".*(phone|mobile|telefon|handy|tel)\b.*",
    "language": r"language|locale|lang|sprache",
    "street": r".*(street|address[ _-]?(line)?[ _-]?1?|straße|strasse|adresse)",
    "second": r".*(address[ _-]?(line)?[ _-]?2|adresszusatz)",
    "zip": r".*(zip|postal|postcode|postleitzahl|plz).*",
    "city": r".*(city|town|ort|stadt)",
    "country": r".*(country|land)(_?code)?",
}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_MERGE = {"money": "sum", "integer": "sum", "number": "sum", "date": "min", "instant": "min", "boolean": "any"}


def guess(columns: Columns, header: Sequence[str], *, zone: str, currency: str) -> Suggested:
    """The scope of the table `export`, from all of its values."""
    held = look(columns, "export", header)
    email = next((one for one in header if held[one].all_are("email")), "")
    key = _key(header, held) or email
    code = next((one for one in header if _is_code(held[one])), "")
    reach, used = _reach(header, held, email)
    fields = [
        _field(held[one], zone=zone, currency="@currency" if code else currency) for one in header if one not in used
    ]
    if code:
        fields = [one for one in fields if one.name != _word(code)]
        fields.append(Field("currency", "text", f"upper(trim({name(code)}))", "same", f"{code}: guessed", guessed=True))
    key_sql = (f"lower(trim({name(key)}))" if key == email else f"trim({name(key)}::VARCHAR)") if key else ""
    return Suggested(
        title="A file that no preset knows",
        preset="",
        sources={},
        key=key_sql,
        key_says=f"{key}: guessed" if key else "",
        fields=tuple(_told_apart([one for one in fields if one.name != _word(key)])),
        keep=(),
        people=People("export", key_sql, *reach) if key and {"email", "phone", "post"} & set(reach[0]) else None,
        unknown=tuple(_unknown(fields, key, _named_by(header, held), reach[0])),
    )


def _field(held: Held, *, zone: str, currency: str) -> Field:
    """The narrowest type that all values have; a name of money decides between amounts and other numbers."""
    column, sql = held.column, f"nullif(trim({name(held.column)}::VARCHAR), '')"
    kind, form, said = "text", "", "guessed"
    if held.values == 0:
        said = "empty in this file"
    elif held.all_are("yes_no"):
        kind = "boolean"
    elif held.all_are("day"):
        kind = "date"
    elif held.all_are("moment"):
        kind, zone = "instant", "carried"
    elif held.all_are("local"):
        kind = "instant"
    elif held.all_are("dotted"):
        kind, form = "date", "%d.%m.%Y"
    elif held.all_are("slashed"):
        kind, form, said = _slashed(held)
    elif _MONEY.search(column) and held.amounts != "unclear":
        kind, sql = "money", plain_amount_sql(sql, held.amounts)
        said = {"comma thousands": "guessed: written 1,000.00", "comma decimals": "guessed: written 1.000,00"}.get(
            held.amounts, said
        )
    elif held.all_are("whole") and held.different > 1 and not _is_number_of_something(column):
        kind = "integer"
    elif held.all_are("pointed"):
        kind = "number"
    return Field(
        name=_word(column),
        type=kind,
        sql=sql,
        merge=_MERGE.get(kind, "list"),
        says=f"{column}: {said}",
        currency=currency if kind == "money" else "",
        zone=zone if kind == "instant" else "",
        format=form,
        guessed=True,
    )


def _slashed(held: Held) -> tuple[str, str, str]:
    """31/01/2026 can only be day first, 01/31/2026 month first; where no value tells, nobody knows."""
    day, month = held.like["day_first"], held.like["month_first"]
    if day and not month:
        return "date", "%d/%m/%Y", "guessed: the day comes first"
    if month and not day:
        return "date", "%m/%d/%Y", "guessed: the month comes first"
    return "text", "", "NOT KNOWN: whether day or month comes first; a date with format: '%d/%m/%Y' or '%m/%d/%Y'"


def _is_number_of_something(column: str) -> bool:
    """Numbers that name a thing are text: nobody adds up order numbers."""
    return (
        re.search(r"(\b|_)(id|no|nr|number|zip|plz|phone|order|invoice|ticket)(\b|_|$)|nummer|#", column, re.I)
        is not None
    )


def _is_code(held: Held) -> bool:
    return held.all_are("code") and re.search(r"currency|währung|waehrung", held.column, re.I) is not None


def _key(header: Sequence[str], held: dict[str, Held]) -> str:
    """The column that tells customers apart: a number by its name, or one whose values all are numbers or addresses.
    Never a name: two people who share one would become one customer, told and paid together."""
    filled = [one for one in header if held[one].values]
    numbers = [one for one in filled if re.fullmatch(_NUMBER, one.strip(), re.I)]
    who = [one for one in filled if re.fullmatch(_WHO, one.strip(), re.I)]
    told = [one for one in who if held[one].all_are("identifier") or held[one].all_are("email")]
    return next(iter([*(one for one in numbers if not _holds_names(held[one])), *told]), "")


def _holds_names(held: Held) -> bool:
    """Most values are several words without a digit, whatever the column is called."""
    return held.like["spaced"] * 2 > held.values


def _named_by(header: Sequence[str], held: dict[str, Held]) -> str:
    """The column that says who by a name alone."""
    asked = f"{_NUMBER}|{_WHO}|{_WORDS['name']}|{_WORDS['last']}"
    return next((one for one in header if held[one].values and re.fullmatch(asked, one.strip(), re.I)), "")


def _reach(
    header: Sequence[str], held: dict[str, Held], email: str
) -> tuple[tuple[dict[str, str], dict[str, str]], set[str]]:
    """SQL of each way to reach people, what it came from, and the columns that are used up by it."""
    found = {word: _named(header, pattern) for word, pattern in _WORDS.items()}
    if found["language"] and not held[found["language"]].all_are("language"):
        found["language"] = ""
    fields = {
        word: _plain(one) for word, one in (("email", email), *((w, found[w]) for w in ("phone", "language"))) if one
    }
    says = {"email": email, "phone": found["phone"], "language": found["language"]}
    if found["first"] and found["last"]:
        fields["name"] = f"nullif(concat_ws(' ', {_plain(found['first'])}, {_plain(found['last'])}), '')"
        says["name"] = f"{found['first']} and {found['last']}"
    elif found["name"]:
        fields["name"], says["name"] = _plain(found["name"]), found["name"]
    used = {
        one for word, one in found.items() if one and word not in ("name", "first", "last", "street", "zip", "city")
    }
    used |= {email} | {found[w] for w in ("name", "first", "last") if "name" in fields and found[w]}
    lines = [found[word] for word in ("street", "second", "zip", "city", "country") if found[word]]
    if found["street"] and found["city"]:
        town = [found[w] for w in ("zip", "city") if found[w]]
        parts = [_plain(found[w]) for w in ("street", "second") if found[w]]
        parts.append(f"nullif(concat_ws(' ', {', '.join(map(_plain, town))}), '')")
        parts += [_plain(found["country"])] if found["country"] else []
        fields["post"] = f"nullif(concat_ws(chr(10), {', '.join(parts)}), '')"
        says["post"] = ", ".join(lines)
        used |= set(lines)
    return (fields, {word: f"{says[word]}: guessed" for word in fields}), used


def _named(header: Sequence[str], pattern: str) -> str:
    return next((one for one in header if re.fullmatch(pattern, one.strip(), re.I)), "")


def _plain(column: str) -> str:
    return f"nullif(trim({name(column)}::VARCHAR), '')"


def _word(column: str) -> str:
    """A name that SQL reads unquoted."""
    plain = column.lower().translate(_UMLAUTS)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    word = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60] or "column"
    word = word if word[0].isalpha() else f"c_{word}"
    return f"their_{word}" if word in RESERVED | KEYWORDS | {"customer"} else word


def _no_key(named: str) -> str:
    if not named:
        return "No column says who a row is about: name it as `customer` in scope.sql."
    return (
        f"Only '{named}' says who a row is about, and it holds names: two customers of one name would become one, so it"
        " was not taken. Export the file with an e-mail address or a customer number, or name what tells customers"
        " apart as `customer` in scope.sql."
    )


def _told_apart(fields: Sequence[Field]) -> list[Field]:
    """`A-B` and `A B` would have one name: only the first keeps it, the others are counted on."""
    seen: dict[str, int] = {}
    found = []
    for one in fields:
        seen[one.name] = seen.get(one.name, 0) + 1
        found.append(one if seen[one.name] == 1 else replace(one, name=f"{one.name}_{seen[one.name]}"))
    return found


def _unknown(fields: Sequence[Field], key: str, named: str, reach: dict[str, str]) -> list[str]:
    found = [] if key else [_no_key(named)]
    if any(one.lacks == "currency" for one in fields):
        found.append("No column names a currency: say it with --currency.")
    if any(one.lacks == "zone" for one in fields):
        found.append("Times carry no zone: say it with --zone.")
    if any("NOT KNOWN" in one.says for one in fields):
        found.append("Dates can be read two ways: see NOT KNOWN in scope.sql.")
    for word, what in (("email", "an e-mail address"), ("post", "a postal address"), ("language", "a language")):
        if word not in reach:
            found.append(f"No column was taken for {what}.")
    found.append("Every type and meaning is guessed from names and values: read scope.yaml line by line.")
    return found
