"""Small exact things every room may use: money, clock, ids, digests, errors, findings, registries."""
