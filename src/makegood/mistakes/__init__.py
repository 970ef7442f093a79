"""The mistake itself: what happened, facts confirmed or not yet, when it was noticed, who is told."""
