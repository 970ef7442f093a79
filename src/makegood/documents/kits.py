"""Kits: whole recoveries for the mistakes that happen most, one folder a kind, shipped with Makegood.

A kit is documents like any other, with made-up rows so that it runs at once, and `kit.yaml`: what it is for, and which
columns its query reads, under which names an export may have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from makegood.kit.errors import NotFound
from makegood.kit.yamlfile import parse

ABOUT, CUSTOMERS = "kit.yaml", "customers.csv"


@dataclass(frozen=True, slots=True)
class Kit:
    """`rows` are the columns that `scope.sql` reads, each with the names an export may have it under. `texts` are the
    files by name inside the folder, with the made-up rows."""

    name: str
    title: str
    about: str
    rows: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, str]


def find_kit(name: str) -> Kit:
    """Raises `NotFound` with all names."""
    found = kits().get(name)
    if found is None:
        near = get_close_matches(name, kits(), 1)
        remedy = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(kits())}."
        raise NotFound(f"There is no kit '{name}'.", remedy=remedy, code="no-kit")
    return found


@cache
def kits() -> dict[str, Kit]:
    """All of them by name, in the order of their names."""
    root = files("makegood").joinpath("kits")
    people = root.joinpath(CUSTOMERS).read_text(encoding="utf-8")
    folders = sorted((one for one in root.iterdir() if one.is_dir() and one.joinpath(ABOUT).is_file()), key=_name)
    return {one.name: _kit(one, people) for one in folders}


def _kit(folder: Traversable, people: str) -> Kit:
    texts = {one.name: one.read_text(encoding="utf-8") for one in folder.iterdir() if one.is_file()}
    messages = folder.joinpath("messages")
    texts |= {f"messages/{one.name}": one.read_text(encoding="utf-8") for one in messages.iterdir() if one.is_file()}
    about = parse(texts.pop(ABOUT), f"{folder.name}/{ABOUT}").value
    rows = {word: tuple(names) for word, names in about["rows"].items()}
    return Kit(folder.name, about["title"], about["for"], rows, dict(sorted((texts | {CUSTOMERS: people}).items())))


def _name(folder: Traversable) -> str:
    return folder.name
