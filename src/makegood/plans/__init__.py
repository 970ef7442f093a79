"""Everything computed, nothing done: draft, findings, digest, diff, approval."""
