"""A suggested scope as the files of a recovery: scope.yaml, scope.sql, contacts.sql, each line with its origin."""

from __future__ import annotations

import json

from makegood.imports.suggested import Field, People, Suggested

NOT_KNOWN = "NOT_KNOWN"  # a key that no row has: loading is refused until a person has put the right one


def written(suggested: Suggested) -> dict[str, str]:
    """The texts by name inside a recovery's folder."""
    texts = {"scope.yaml": _scope_yaml(suggested), "scope.sql": _scope_sql(suggested)}
    if suggested.people is not None:
        texts["contacts.sql"] = contacts_sql(suggested.people)
    return texts


def rows_sql(suggested: Suggested, indent: str = "") -> str:
    """The SELECT that gives the file's columns their names here; all of them text, cleaned and not yet typed."""
    lines = [f"{indent}SELECT _line,"]
    parts = [(f"{suggested.key or 'NULL::VARCHAR'} AS customer", suggested.key_says or "NOT KNOWN")]
    parts += [(f"{one.sql} AS {one.name}", one.says) for one in suggested.fields]
    last = len(parts) - 1
    lines += [
        f"{indent}       {sql}{'' if n == last else ','}  -- {_aside(says)}" for n, (sql, says) in enumerate(parts)
    ]
    lines.append(f"{indent}FROM export")
    for n, (sql, says) in enumerate(suggested.keep):
        lines.append(f"{indent}{'WHERE' if n == 0 else '  AND'} {sql}  -- {_aside(says)}")
    return "\n".join(lines)


def contacts_sql(people: People) -> str:
    """One row a customer: the newest one that says anything of each."""
    fields = ",\n".join(f"       {sql} AS {word}{_by(people, word)}" for word, sql in _ordered(people))
    newest = ", ".join(f"arg_max({word}, place) AS {word}" for word, _ in _ordered(people))
    alone = "\nHAVING count(DISTINCT email) <= 1  -- a name that two customers have is nobody's" if people.alone else ""
    return (
        "-- How customers are reached: one row each, with the newest value there is of each way.\n"
        f"WITH rows AS (\nSELECT _line, row_number() OVER (ORDER BY {people.newest}) AS place,\n"
        f"       {people.key} AS customer,\n{fields}\nFROM {people.table}\n)\n"
        f"SELECT max(_line) AS _line, customer, {newest}\nFROM rows\n"
        f"WHERE customer IS NOT NULL\nGROUP BY customer{alone}\n"
    )


def sources_yaml(suggested: Suggested) -> str:
    named = "\n".join(f"  {word}: {{{_file(suggested, word)}}}" for word in suggested.sources)
    return f"sources:\n{named}\n"


def _file(suggested: Suggested, word: str) -> str:
    said = suggested.encodings.get(word)
    file = json.dumps(suggested.sources[word], ensure_ascii=False)
    return f"file: {file}" + (f", encoding: {json.dumps(said)}" if said else "")


def contacts_yaml(people: People | None) -> str:
    if people is None:
        return "# NOT KNOWN: how these customers are reached. Without contacts: nobody can be told anything.\n"
    ways = [word for word in ("email", "post", "phone") if word in people.fields]
    lines = ["contacts:", "  query: contacts.sql", "  key: customer"]
    lines += [
        f"  {word}: {f'[{word}]' if word == 'post' else word}{_told(people, word)}" for word, _ in _ordered(people)
    ]
    return "\n".join([*lines, f"  prefer: [{', '.join(ways)}]"]) + "\n"


def head(suggested: Suggested) -> str:
    """What the file is, what it does not say, and what has gone wrong for others."""
    lines = [f"# {suggested.title}."]
    lines += [f"# NOT KNOWN: {_aside(one)}" for one in suggested.unknown]
    lines += [f"# Note: {one}" for one in suggested.traps]
    return "\n".join(lines) + "\n"


def _scope_yaml(suggested: Suggested) -> str:
    columns = "\n".join(_column(one) for one in suggested.fields)
    return (
        f"{head(suggested)}\n{sources_yaml(suggested)}\nquery: scope.sql\n"
        f"key: {'customer' if suggested.key else NOT_KNOWN}"
        f"{f'                  # {_aside(suggested.key_says)}' if suggested.key else ''}\n"
        f"\ncolumns:\n{columns}\n\n{contacts_yaml(suggested.people)}"
    )


def _scope_sql(suggested: Suggested) -> str:
    dated = next((one.name for one in suggested.fields if one.type in ("instant", "date")), "")
    narrow = f"\n-- Only who was hit: {'AND' if suggested.keep else 'WHERE'} … write here which rows those are"
    narrow += f", by {dated} for example." if dated else "."
    told = f"-- {suggested.title}: the columns of the file under the names that policy and messages use."
    return f"{told}\n{rows_sql(suggested)}{narrow}\n"


def _column(one: Field) -> str:
    parts = [f"type: {one.type}"]
    if one.type == "money" and one.currency:
        named = one.currency.removeprefix("@")
        parts.append(f"currency_column: {named}" if one.currency.startswith("@") else f"currency: {named}")
    if one.zone and one.zone != "carried":
        parts.append(f"zone: {one.zone}")
    if one.format:
        parts.append(f'format: "{one.format}"')
    parts.append(f"merge: {one.merge}")
    lacks = f"; NOT KNOWN: its {one.lacks}, write {one.lacks}: here" if one.lacks else ""
    return f"  {one.name}: {{{', '.join(parts)}}}  # {_aside(one.says)}{lacks}"


def _ordered(people: People) -> list[tuple[str, str]]:
    return [
        (word, people.fields[word]) for word in ("name", "email", "phone", "post", "language") if word in people.fields
    ]


def _by(people: People, word: str) -> str:
    """A comment cannot stand before the comma of SQL."""
    return f" /* {_aside(people.says[word])} */" if people.says.get(word) else ""


def _told(people: People, word: str) -> str:
    return f"  # {_aside(people.says[word])}" if people.says.get(word) else ""


def _aside(text: str) -> str:
    """A column's name may hold anything, also what ends a comment and begins a statement."""
    return " ".join(text.split()).replace("*/", "* /")
