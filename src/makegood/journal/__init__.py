"""Evidence: entries that are only ever added, sealed in batches, anchored outside the database."""
