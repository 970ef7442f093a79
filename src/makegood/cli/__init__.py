"""The command line: calls the rooms' verbs, decides nothing."""
