"""Message checks: what a recovery message says, what it leaves out, and what it should not say. Pure, fast to start."""
