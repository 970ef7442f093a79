"""Markdown tokens as plain text: paragraphs, lists, links as `text (address)`, simple tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token


def plain_text(tokens: Sequence[Token]) -> str:
    """One paragraph a line, blank lines between blocks, ending in one newline."""
    walk = _Walk()
    for token in tokens:
        walk.take(token)
    return "\n\n".join(walk.blocks).strip("\n") + "\n"


@dataclass
class _Walk:
    """Where the walk stands: finished blocks, what opens the next line, counters of the lists around."""

    blocks: list[str] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    counters: list[int | None] = field(default_factory=list)
    marker: str = ""
    cells: list[str] | None = None
    rows: list[str] | None = None
    joined: bool = False

    def take(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open":
                self.counters.append(None)
            case "ordered_list_open":
                self.counters.append(int(str(token.attrs.get("start", 1))))
            case "bullet_list_close" | "ordered_list_close":
                self.counters.pop()
                self.joined = bool(self.counters)
            case "list_item_open":
                self._open_item()
            case "list_item_close":
                self._close_item()
            case "blockquote_open":
                self.prefixes.append("> ")
            case "blockquote_close":
                self.prefixes.pop()
                self.joined = False
            case "hr":
                self._put("---")
            case "fence" | "code_block":
                self._put(token.content.rstrip("\n"))
            case "inline":
                self._inline(inline_text(token.children or []))
            case _:
                self._table(token.type)

    def _open_item(self) -> None:
        self.marker = "- "
        if (number := self.counters[-1]) is not None:
            self.marker = f"{number}. "
            self.counters[-1] = number + 1
        self.prefixes.append(" " * len(self.marker))

    def _close_item(self) -> None:
        if self.marker:
            self._put("")
        self.prefixes.pop()
        self.joined = True

    def _table(self, kind: str) -> None:
        if kind == "table_open":
            self.rows = []
        elif kind == "tr_open":
            self.cells = []
        elif kind == "tr_close" and self.rows is not None and self.cells is not None:
            self.rows.append(" | ".join(self.cells))
            self.cells = None
        elif kind == "table_close" and self.rows is not None:
            self._put("\n".join(self.rows))
            self.rows = None
        elif kind in ("paragraph_open", "heading_open") and not self.counters:
            self.joined = False

    def _inline(self, text: str) -> None:
        if self.cells is not None:
            self.cells.append(text)
        else:
            self._put(text)

    def _put(self, text: str) -> None:
        rest = "".join(self.prefixes)
        first = rest
        if self.marker:
            first = "".join(self.prefixes[:-1]) + self.marker
        lines = text.split("\n")
        block = "\n".join([(first + lines[0]).rstrip(), *((rest + line).rstrip() for line in lines[1:])])
        if self.marker and self.joined and self.blocks:
            self.blocks[-1] += "\n" + block
        else:
            self.blocks.append(block)
        self.joined = bool(self.counters)
        self.marker = ""


def inline_text(children: Sequence[Token]) -> str:
    """Emphasis dropped, soft breaks as spaces, hard breaks as line breaks, links as `text (address)`."""
    parts: list[str] = []
    link: tuple[str, int] | None = None
    for token in children:
        if token.type == "softbreak":
            parts.append(" ")
        elif token.type == "hardbreak":
            parts.append("\n")
        elif token.type == "link_open":
            link = (str(token.attrs.get("href", "")), len(parts))
        elif token.type == "link_close" and link is not None:
            parts.append(_address(link[0], "".join(parts[link[1] :])))
            link = None
        else:
            parts.append(token.content)
    return "".join(parts)


def _address(href: str, text: str) -> str:
    bare = href.removeprefix("mailto:")
    return "" if text in (href, bare) else f" ({bare})"
