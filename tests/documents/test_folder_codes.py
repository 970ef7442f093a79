"""Every finding code is documented in the reference and shown by a test."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [
    *(ROOT / "src/makegood/core").glob("*.py"),
    ROOT / "src/makegood/documents/folder.py",
    ROOT / "src/makegood/documents/placeholders.py",
    ROOT / "src/makegood/kit/yamlfile.py",
    ROOT / "src/makegood/kit/money.py",
]
OF_OTHERS = {"layout.py"}
TAKE_CODE = {"Finding": 0, "Refusal": 0, "add": 1, "unknown": 1, "refuse": 1}


def codes_in(path: Path) -> set[str]:
    """Codes given as `code=` or in the place where findings and refusals take theirs."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        values = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
        if name in TAKE_CODE and len(node.args) > TAKE_CODE[name]:
            values.append(node.args[TAKE_CODE[name]])
        texts = {value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)}
        found |= {text for text in texts if "-" in text and " " not in text}
    return found


CODES = sorted(set().union(*(codes_in(path) for path in SOURCES if path.name not in OF_OTHERS)))


def test_the_scan_finds_them() -> None:
    assert {"words-only", "maybe-zero", "bad-merge", "bad-due", "not-utf-8"} <= {*CODES}
    assert len(CODES) > 60


@pytest.mark.parametrize("code", CODES)
def test_documented_and_tested(code: str) -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs/reference").glob("*.md"))
    assert f"`{code}`" in pages
    tests = "".join(
        test.read_text(encoding="utf-8") for test in (ROOT / "tests").rglob("test_*.py") if test != Path(__file__)
    )
    assert f'"{code}"' in tests
