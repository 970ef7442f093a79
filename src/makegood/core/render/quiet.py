"""Comments to Makegood in a message, `<!-- makegood-disable MG202: why -->`: for the checker, never for a customer."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"<!--(?=\s*makegood-)(.*?)-->", re.DOTALL)


def without_comments(text: str) -> str:
    """The text with each such comment as a comment of Liquid: as long, with as many lines, so that places stay true."""
    return _COMMENT.sub(lambda found: "{% #" + _blank(found[1]) + " %}", text)


def _blank(inside: str) -> str:
    """Only blanks and line ends."""
    return re.sub(r"[^\n]", " ", inside)
