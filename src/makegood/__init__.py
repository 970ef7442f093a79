"""Makegood: from *we did this* to everyone told, put right, compensated, asked, and proof of it."""

__version__ = "0.1.0"
