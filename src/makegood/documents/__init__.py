"""Immutable revisions of mistake, scope, policy, playbook and messages; checks with places."""
