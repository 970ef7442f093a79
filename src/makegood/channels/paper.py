"""A stored letter as a page: date in the words' language, and why a letter could not be printed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date

from makegood.kit.letterpaper import Letter, unprintable
from makegood.kit.letterpaper.letter import MAX_ADDRESS_LINES
from makegood.kit.plugins import ProviderError


def trimmed(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines without outer blanks; empty ones left out."""
    return tuple(line for line in (" ".join(line.split()) for line in lines) if line)


def page(sender: str, lines: str, *words: str, reference: str, written: datetime) -> Letter:
    """`words` are subject, text and locale; `written` is the day the letter carries (aware)."""
    subject, text, locale = words
    return Letter(
        sender_lines=trimmed(sender.splitlines()),
        address_lines=trimmed(lines.splitlines()),
        date_text=_date(written, locale),
        subject=" ".join(subject.split()),
        text=text,
        reference=reference,
    )


def why_not(letter: Letter) -> ProviderError | None:
    """Why this letter can never be printed, so that one of them never stops a batch; None when it can."""
    if missing := unprintable(letter.all_text()):
        named = ", ".join(f"U+{ord(char):04X}" for char in sorted(missing)[:5])
        words = f"The letter holds characters that cannot be printed ({named})."
        return ProviderError(words, permanent=True, code="unprintable")
    if len(letter.address_lines) > MAX_ADDRESS_LINES:
        words = f"The address has {len(letter.address_lines)} lines; the window shows {MAX_ADDRESS_LINES}."
        return ProviderError(words, permanent=True, code="address-too-long")
    return None


def _date(written: datetime, locale: str) -> str:
    try:
        spoken = Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        spoken = Locale("en")
    return format_date(written.date(), "long", locale=spoken)
