"""Carrying out: chunks with leases and epochs, windows, attempts, receipts, what is unknown, what waits."""
