"""A row of word classes, read from its text.

Atoms stand with blanks between. `WE` is a class, `back` a word, `A/b` either; `?` after an atom makes it optional, and
`*3` allows it up to three times. `_` is any word that does not deny (not, no, never), `.` one that is no form of *be*
either, `=` any word, `,` a comma or another stop, `NUM` a number, `ASKS` a question mark; `^` and `$` are the ends of a
sentence; `(`, `|`, `)` and `)?` group; `<name>` stands for a part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

_PART = re.compile(r"(?P<atom>[^?*]+)(?:(?P<maybe>\?)|\*(?P<most>\d+))?")
_NAMED = re.compile(r"<(\w+)>")
_STOPS = frozenset({",", ":", "-"})
_ANY = {"_": ("NOT",), ".": ("NOT", "BE"), "=": ()}
_COMMON = frozenset(
    """WE OUR THE HAVE BE WAS WILL MAY ADV NOT NEG YOU YOUR SOME PEOPLE THING GOODS
    to of in on at for and or with by that which it is was are were be been we i you the a an this our has have had will
    can as all no from""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Atom:
    """One place of a row: any of these words and classes."""

    words: frozenset[str]
    has_stop: bool = False
    has_number: bool = False
    asks: bool = False
    is_any: bool = False
    barred: tuple[str, ...] = ()

    @property
    def is_common(self) -> bool:
        return not self.words.isdisjoint(_COMMON)

    @property
    def is_plain(self) -> bool:
        """Whether only words that are known fill this place."""
        return not (self.has_stop or self.has_number or self.asks or self.is_any)


@dataclass(frozen=True, slots=True)
class Place:
    """An atom, the end of a sentence (`^`, `$`) or alternatives, with how often: "", `?` or `{0,3}`."""

    what: Atom | str | tuple[Row, ...]
    times: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The places of a pattern, one after the other."""

    places: tuple[Place, ...]

    def list_atoms(self) -> Iterator[Atom]:
        for place in self.places:
            if isinstance(place.what, Atom):
                yield place.what
            elif isinstance(place.what, tuple):
                for row in place.what:
                    yield from row.list_atoms()

    def spell(self, spell_atom: Callable[[Atom], str]) -> str:
        """The row as a regular expression over letters."""
        return "".join(_spell(place, spell_atom) for place in self.places)

    def find_key(self, cost: Callable[[Atom], int]) -> frozenset[Atom]:
        """Atoms of which every match holds one, as cheap as they come; empty when there are none."""
        keys = [key for place in self.places if not place.times and (key := _find_key(place, cost))]
        return min(keys, key=lambda key: sum(map(cost, key)), default=frozenset())


def read_row(pattern: str, parts: Mapping[str, str]) -> Row:
    """Read a pattern; `parts` are the rows that `<name>` stands for. Raises `KeyError` for one that is not there."""
    while _NAMED.search(pattern):
        pattern = _NAMED.sub(lambda match: f"( {parts[match.group(1)]} )", pattern)
    choices, rest = _read_choices(pattern.split())
    assert not rest  # noqa: S101  (a pattern of our own, with a bracket too many)
    return choices[0] if len(choices) == 1 else Row((Place(choices),))


def _read_choices(signs: list[str]) -> tuple[tuple[Row, ...], list[str]]:
    """The alternatives up to the bracket that closes them, and what is left, from that bracket on."""
    each: list[list[Place]] = [[]]
    while signs and not signs[0].startswith(")"):
        sign, signs = signs[0], signs[1:]
        if sign == "|":
            each.append([])
        elif sign == "(":
            inner, signs = _read_choices(signs)
            each[-1].append(_join(inner, signs[0][1:]))
            signs = signs[1:]
        elif sign in {"^", "$"}:
            each[-1].append(Place(sign))
        else:
            each[-1].append(_read_place(sign))
    return tuple(Row(tuple(places)) for places in each), signs


def _join(inner: tuple[Row, ...], times: str) -> Place:
    """A group; alternatives that are one plain word or class each become one atom, so that there are fewer letters."""
    single, others = [], []
    for row in inner:
        one = row.places[0].what if len(row.places) == 1 and not row.places[0].times else None
        if isinstance(one, Atom) and not one.is_any:
            single.append(one)
        else:
            others.append(row)
    joined = Atom(
        frozenset().union(*(atom.words for atom in single)),
        has_stop=any(atom.has_stop for atom in single),
        has_number=any(atom.has_number for atom in single),
        asks=any(atom.asks for atom in single),
    )
    if not others:
        return Place(joined, times)
    return Place((*((Row((Place(joined),)),) if single else ()), *others), times)


@cache
def _read_place(sign: str) -> Place:
    match = _PART.fullmatch(sign)
    assert match is not None  # noqa: S101  (a pattern of our own)
    words = set(match["atom"].split("/"))
    atom = Atom(
        frozenset(words - _STOPS - _ANY.keys() - {"NUM", "ASKS"}),
        has_stop=not words.isdisjoint(_STOPS),
        has_number="NUM" in words,
        asks="ASKS" in words,
        is_any=not words.isdisjoint(_ANY),
        barred=_ANY.get(match["atom"], ()),
    )
    return Place(atom, "?" if match["maybe"] else f"{{0,{match['most']}}}" if match["most"] else "")


def _spell(place: Place, spell_atom: Callable[[Atom], str]) -> str:
    if isinstance(place.what, Atom):
        return spell_atom(place.what) + place.times
    if isinstance(place.what, str):
        return place.what
    return f"(?:{'|'.join(row.spell(spell_atom) for row in place.what)}){place.times}"


def _find_key(place: Place, cost: Callable[[Atom], int]) -> frozenset[Atom]:
    if isinstance(place.what, Atom):
        return frozenset({place.what}) if place.what.is_plain else frozenset()
    if isinstance(place.what, str):
        return frozenset()
    keys = [row.find_key(cost) for row in place.what]
    return frozenset().union(*keys) if all(keys) else frozenset()
