"""Fakes and contract suites for people who write plug-ins: shipped, imported by tests only."""
