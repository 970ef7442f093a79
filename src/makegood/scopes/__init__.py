"""Who is affected: immutable, numbered snapshots with everything accounted for."""
