"""Exports of other systems: which one a file is, and what its columns mean, as a scope.yaml that says so.

What is known stands in plain files, one an export (`makegood/presets`); what is not is a guess that is marked as one.
No database.
"""
