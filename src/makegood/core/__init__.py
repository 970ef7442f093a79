"""Decides: expressions, policy, mapping, playbook, due times, rendering. Pure: no Django, clock, network or files."""
