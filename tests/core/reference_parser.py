"""The expressions of policies, read by a parser of its own: SQL's order of precedence, into plain tuples."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

Tree = tuple[Any, ...]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'(?:[^']|'')*')|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><>|!=|<=|>=|[-+*/=<>(),.\[\]]))"
)
_WORDS = frozenset(
    ["and", "or", "not", "in", "between", "is", "null", "case", "when", "then", "else", "end", "true", "false", "date"]
)
_COMPARED = {"=", "<>", "!=", "<", "<=", ">", ">="}


def parse(text: str) -> Tree:
    reader = _Reader(_tokens(text))
    tree = reader.either()
    if reader.at < len(reader.tokens):
        raise ValueError(f"too much: {reader.tokens[reader.at :]} in {text}")
    return tree


def names(tree: object) -> set[str]:
    """Every name that is read, also those of series and calendars."""
    if not isinstance(tree, tuple | list):
        return set()
    if isinstance(tree, tuple) and tree and tree[0] == "name":
        return {tree[1]}
    return set().union(*(names(part) for part in tree)) if tree else set()


def chooses(tree: object) -> bool:
    """Whether the column of a currency says what it means: a list of amounts, or `convert`."""
    if not isinstance(tree, tuple | list) or not tree:
        return False
    return tree[0] == "amounts" or tree[:2] == ("call", "convert") or any(chooses(part) for part in tree)


def spared(tree: object) -> set[str]:
    """The names that may be missing: those inside `coalesce` and `IS NULL`."""
    if not isinstance(tree, tuple | list):
        return set()
    if isinstance(tree, tuple) and tree and (tree[0] == "missing" or tree[:2] == ("call", "coalesce")):
        return names(tree)
    return set().union(*(spared(part) for part in tree)) if tree else set()


def needed(tree: object) -> set[str]:
    """The names read anywhere else; one may be both."""
    if not isinstance(tree, tuple | list):
        return set()
    if isinstance(tree, tuple) and tree and (tree[0] == "missing" or tree[:2] == ("call", "coalesce")):
        return set()
    if isinstance(tree, tuple) and tree and tree[0] == "name":
        return {tree[1]}
    return set().union(*(needed(part) for part in tree)) if tree else set()


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at, text = [], 0, text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError(f"cannot read {text[at:]!r}")
        kind = str(found.lastgroup)
        word = found[kind]
        if kind == "word":
            word = word.lower()
            kind = "key" if word in _WORDS else "word"
        tokens.append((kind, word))
        at = found.end()
    return tokens


class _Reader:
    """One method for each level of precedence, from OR down to a single value."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens, self.at = tokens, 0

    def sees(self, *words: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at][0] in {"key", "sign"} and self.word() in words

    def word(self) -> str:
        return self.tokens[self.at][1]

    def take(self, *words: str) -> bool:
        if self.sees(*words):
            self.at += 1
            return True
        return False

    def need(self, word: str) -> None:
        if not self.take(word):
            raise ValueError(f"{word} is missing at {self.tokens[self.at :]}")

    def either(self) -> Tree:
        left = self.both()
        while self.take("or"):
            left = ("or", left, self.both())
        return left

    def both(self) -> Tree:
        left = self.negated()
        while self.take("and"):
            left = ("and", left, self.negated())
        return left

    def negated(self) -> Tree:
        return ("not", self.negated()) if self.take("not") else self.compared()

    def compared(self) -> Tree:
        left = self.summed()
        while True:
            if self.at < len(self.tokens) and self.sees(*_COMPARED):
                sign = self.word()
                self.at += 1
                left = ("compare", "<>" if sign == "!=" else sign, left, self.summed())
            elif self.take("is"):
                turned = self.take("not")
                self.need("null")
                left = ("not", ("missing", left)) if turned else ("missing", left)
            elif self.sees("in", "between", "not"):
                left = self.listed(left)
            else:
                return left

    def listed(self, left: Tree) -> Tree:
        turned = self.take("not")
        if self.take("in"):
            self.need("(")
            found: Tree = ("in", left, self.arguments())
        else:
            self.need("between")
            low = self.summed()
            self.need("and")
            found = ("and", ("compare", ">=", left, low), ("compare", "<=", left, self.summed()))
        return ("not", found) if turned else found

    def summed(self) -> Tree:
        left = self.multiplied()
        while self.sees("+", "-"):
            sign = self.word()
            self.at += 1
            left = (sign, left, self.multiplied())
        return left

    def multiplied(self) -> Tree:
        left = self.signed()
        while self.sees("*", "/"):
            sign = self.word()
            self.at += 1
            left = (sign, left, self.signed())
        return left

    def signed(self) -> Tree:
        if self.take("-"):
            return ("negative", self.signed())
        return self.signed() if self.take("+") else self.single()

    def single(self) -> Tree:
        kind, word = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return ("number", Fraction(word))
        if kind == "text":
            return ("text", word[1:-1].replace("''", "'"))
        if (kind, word) == ("sign", "["):
            return ("amounts", [text for _, text in self.arguments("]")])
        if (kind, word) == ("sign", "("):
            tree = self.either()
            self.need(")")
            return tree
        if kind == "key":
            return self.keyword(word)
        if self.take("("):
            return ("call", word, self.arguments())
        if self.take("."):
            word = f"{word}.{self.word()}"
            self.at += 1
        return ("name", word)

    def keyword(self, word: str) -> Tree:
        if word in {"true", "false"}:
            return ("boolean", word == "true")
        if word == "date":
            self.at += 1
            return ("date", self.tokens[self.at - 1][1][1:-1])
        if word == "null":
            return ("nothing",)
        if word != "case":
            raise ValueError(f"{word} cannot stand here")
        arms = []
        while self.take("when"):
            condition = self.either()
            self.need("then")
            arms.append((condition, self.either()))
        self.need("else")
        otherwise = self.either()
        self.need("end")
        return ("case", arms, otherwise)

    def arguments(self, end: str = ")") -> list[Tree]:
        """After the opening bracket, up to and with the closing one."""
        found: list[Tree] = []
        while not self.take(end):
            if found:
                self.need(",")
            found.append(self.either())
        return found
