"""Requests over HTTP: they call the rooms' verbs and decide nothing."""
