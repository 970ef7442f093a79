"""Sentences by grammar: each word gets the classes it belongs to, and a pattern is a row of classes.

Lists of phrases find what somebody thought of. A pattern here says who, what kind of verb, to what kind of thing, and
so finds "we have swapped the pump" with the same row that finds "the crew has restarted the servers". Words get one
letter for the set of their classes, so that a row of classes is a short regular expression over a short text. A
sentence tries only the patterns of which it holds the rarest word, and these are compiled when they are first tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from makegood.checks.rows import Atom, Row, read_row
from makegood.languages.language import Grammar

_TOKEN = re.compile(
    r"[^\W\d_]+?(?=n't\b)|n't\b|'(?:ve|re|ll|d|s|m)\b|[^\W\d_]+(?:-[^\W\d_]+)*|\d[\w:.,/%-]*|[,;:?!]|[-–—](?=\s)"
)
_OTHER, _STOP, _NUMBER, _MASK, _ASKS = "a", "b", "c", "d", "e"
_FIRST = 0x100
_MOST = 400
"""Words of a sentence that are looked at: a pattern never spans more, and an endless line must not take long."""


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence: a letter for each word, where each begins (last: the end), and the patterns to try, as bits."""

    letters: str
    places: list[int]
    tries: int


class Parser:
    """The grammar of one language, made ready: a letter for each word, and the patterns by the word they need."""

    def __init__(self, grammar: Grammar) -> None:
        self.masked, self.endings = grammar.masked, grammar.endings
        self._rows: list[tuple[str, Row]] = []
        self._numbers: dict[str, list[int]] = {}
        for name, patterns in grammar.patterns.items():
            self._numbers[name] = list(range(len(self._rows), len(self._rows) + len(patterns)))
            self._rows.extend((name, read_row(pattern, grammar.parts)) for pattern in patterns)
        self._members = _spell_out(grammar, [row for _, row in self._rows])
        self._letters = _give_letters(self._members)
        self._needed = self._list_needed()
        self._compiled: dict[int, re.Pattern[str]] = {}
        self._sets: dict[Atom, str] = {}
        self._of = {name: sum(1 << number for number in numbers) for name, numbers in self._numbers.items()}

    def read(self, text: str) -> Words:
        """The words of a sentence in small letters."""
        letters, places, tries = [], [], self._needed[""]
        known, needed = self._letters, self._needed
        for match in _TOKEN.finditer(text):
            word = match.group()
            letter = known.get(word)
            if letter is None:
                letter = self._guess(word)
            tries |= needed[letter]
            letters.append(letter)
            places.append(match.start())
            if len(letters) == _MOST:
                break
        places.append(match.end() if letters else 0)
        return Words("".join(letters), places, tries)

    def search(self, name: str, words: Words) -> tuple[int, int] | None:
        """The earliest match of the element's patterns: numbers of its first word and of the one after it, or None."""
        letters, tries = words.letters, words.tries
        if not tries & self._of.get(name, 0):
            return None
        if name in self.masked:
            if letters.endswith(_ASKS):
                return None
            for match in self._find("mask", letters, tries):
                letters = letters[: match.start()] + _MASK * len(match.group()) + letters[match.end() :]
        found = min(((match.start(), -match.end()) for match in self._find(name, letters, tries)), default=None)
        return None if found is None or self.is_barred(name, words) else (found[0], -found[1])

    def is_barred(self, name: str, words: Words) -> bool:
        """Whether the sentence holds what keeps it from counting (`name!`)."""
        return next(self._find(f"{name}!", words.letters, words.tries), None) is not None

    def _find(self, name: str, letters: str, tries: int) -> Iterator[re.Match[str]]:
        wanted = tries & self._of.get(name, 0)
        while wanted:
            number = (wanted & -wanted).bit_length() - 1
            wanted &= wanted - 1
            compiled = self._compiled.get(number)
            if compiled is None:
                compiled = self._compiled[number] = re.compile(self._rows[number][1].spell(self._spell_atom))
            if match := compiled.search(letters):
                yield match

    def _guess(self, word: str) -> str:
        """The letter of a word that is in no class."""
        if word[0].isdigit():
            return _NUMBER
        if not word[0].isalpha():
            return _ASKS if word == "?" else _STOP
        return next((self._letters[stand] for ending, stand in self.endings if word.endswith(ending)), _OTHER)

    def _list_needed(self) -> dict[str, int]:
        """By letter, the patterns that a sentence must hold this letter or one of some others for; "" needs none."""
        needed = dict.fromkeys(("", _OTHER, _STOP, _NUMBER, _MASK, _ASKS, *self._letters.values()), 0)
        for number, (_, row) in enumerate(self._rows):
            key = row.find_key(lambda atom: len(self._members[atom]) + (1000 if atom.is_common else 0))
            for letter in {self._letters[word] for atom in key for word in self._members[atom]} if key else {""}:
                needed[letter] |= 1 << number
        return needed

    def _spell_atom(self, atom: Atom) -> str:
        spelled = self._sets.get(atom)
        if spelled is None:
            atoms = [Atom(frozenset({name})) for name in atom.barred] if atom.is_any else [atom]
            letters = "".join(sorted({self._letters[word] for one in atoms for word in self._members[one]}))
            letters += _STOP * (atom.has_stop or atom.is_any) + _NUMBER * atom.has_number + _ASKS * atom.asks
            spelled = self._sets[atom] = f"[^{_MASK}{_ASKS}{letters}]" if atom.is_any else f"[{letters}]"
        return spelled


@cache
def get_parser(grammar: Grammar) -> Parser:
    """The parser of a grammar, kept for the life of the program."""
    return Parser(grammar)


def _spell_out(grammar: Grammar, rows: list[Row]) -> dict[Atom, frozenset[str]]:
    """The words of each atom of the rows. Raises `KeyError` for a class that does not exist."""
    classes = {name: frozenset(words.split()) for name, words in grammar.words.items()}
    atoms = {atom for row in rows for atom in row.list_atoms()}
    atoms |= {Atom(frozenset({name})) for atom in atoms for name in atom.barred}
    return {
        atom: frozenset().union(*(classes[one] if one.isupper() else (one,) for one in atom.words)) for atom in atoms
    }


def _give_letters(members: dict[Atom, frozenset[str]]) -> dict[str, str]:
    """One letter for all words that are in the same atoms."""
    within: dict[str, list[int]] = {}
    for number, words in enumerate(members.values()):
        for word in words:
            within.setdefault(word, []).append(number)
    letters: dict[tuple[int, ...], str] = {}
    return {word: letters.setdefault(tuple(atoms), chr(_FIRST + len(letters))) for word, atoms in within.items()}
