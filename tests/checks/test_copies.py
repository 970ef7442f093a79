"""No rule, phrase list or example copies a message or a sentence of the data the checker is scored on."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "messages"
RUN = 6
WORD = re.compile(r"[a-zäöüß']+")


def runs(text: str) -> set[tuple[str, ...]]:
    words = WORD.findall(text.lower())
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def texts_of_the_data() -> Iterator[str]:
    for line in (DATA / "labelled.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)["text"]
    for line in (DATA / "taxonomy.jsonl").read_text(encoding="utf-8").splitlines():
        rule = json.loads(line)
        yield from (rule["definition"], *rule["positive"], *rule["hard_negative"], rule["note"] or "")


def texts_of_ours(path: Path) -> Iterator[str]:
    """Each string of a source file; in a pattern, what joins or quantifies words counts as a blank."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.sub(r"\\[a-zA-Z]|[()|?:+*{}\[\],\\]", " ", node.value)


def ours() -> list[Path]:
    folders = [ROOT / "src" / "makegood" / "languages", ROOT / "src" / "makegood" / "checks", ROOT / "tests" / "checks"]
    return [path for folder in folders for path in sorted(folder.glob("*.py"))]


@pytest.mark.skipif(not DATA.exists(), reason="the message data is not beside this checkout")
def test_nothing_of_six_words_is_taken_from_the_data() -> None:
    theirs = {run for text in texts_of_the_data() for run in runs(text)}
    copied = {
        f"{path.name}: {' '.join(run)}"
        for path in ours()
        for text in texts_of_ours(path)
        for run in runs(text) & theirs
    }
    assert copied == set()


def test_a_copy_would_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "copy.py"
    path.write_text('A = r"\\bthe quick brown fox (?:never )?jumps today\\b"\n')
    ours_runs = {run for text in texts_of_ours(path) for run in runs(text)}
    assert runs("The quick brown fox never jumps") <= ours_runs
