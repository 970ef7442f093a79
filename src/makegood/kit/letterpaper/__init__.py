"""Letters on paper: a PDF with the address in the window, and the list of addresses. Pure, deterministic."""

from makegood.kit.letterpaper.addresslist import address_list_csv, harmless
from makegood.kit.letterpaper.letter import Letter, letter_pdf
from makegood.kit.letterpaper.typeface import unprintable

__all__ = ["Letter", "address_list_csv", "harmless", "letter_pdf", "unprintable"]
