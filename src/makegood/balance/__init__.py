"""Everyone accounted for: told, put right, made good, asked; the gate that closes a mistake; the evidence pack."""
