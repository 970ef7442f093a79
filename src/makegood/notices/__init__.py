"""What providers say later: each event once, kept for ever; the acts read it by cursor."""
