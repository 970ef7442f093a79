"""A scope as it is suggested: what each column is, where it came from, and what nobody could know."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the scope's query. `sql` yields text; `currency` and `zone` are "" where they are not known; the
    zone is `carried` where each time has its offset.

    `says` is written beside it. `guessed`: nobody published what it means.
    """

    name: str
    type: str
    sql: str
    merge: str
    says: str
    currency: str = ""
    zone: str = ""
    format: str = ""
    guessed: bool = False

    @property
    def lacks(self) -> str:
        """What has to be said before it can be read; "" where nothing has."""
        if self.type == "money" and not self.currency:
            return "currency"
        return "zone" if self.type == "instant" and not self.zone else ""


@dataclass(frozen=True, slots=True)
class People:
    """Who they are and how they are reached: SQL over `table` for name, email, phone, post and language.

    `newest` is SQL that orders the rows of one customer; `alone`: a key that two people share belongs to nobody.
    """

    table: str
    key: str
    fields: dict[str, str]
    says: dict[str, str]
    newest: str = "_line"
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Suggested:
    """`title` says what the file is. `key` is SQL, "" where no column says who a row is about. `keep` are conditions.

    `unknown` is what the file does not say, one sentence each; a person reads them before anything else. `encodings`
    are of sources that are not found out.
    """

    title: str
    preset: str
    sources: dict[str, str]
    key: str
    key_says: str
    fields: tuple[Field, ...]
    keep: tuple[tuple[str, str], ...]
    people: People | None
    unknown: tuple[str, ...] = field(default=())
    encodings: dict[str, str] = field(default_factory=dict)
    traps: tuple[str, ...] = field(default=())
