"""A policy by itself: over files, one customer or a grid of edges, without a database."""
