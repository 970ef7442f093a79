"""The words of each language a message is read in: one file a language, phrase lists and nothing else."""
