"""Policies for tests, written as YAML, and a column engine for them."""

from __future__ import annotations

from makegood.core.policy import Policy, parse_policy
from makegood.documents.folder import read_document

PARCELS = """\
policy: {name: Late parcels, version: "2026-11"}
facts:
  days_late: {type: integer, unit: days, from: 0}
  postage: {type: money, currency: EUR, from: EUR 0}
tables:
  share:
    rows:
      - {days_late: "< 1", give: 0}
      - {days_late: "[1..3)", give: 50}
    otherwise: {give: 100}
remedies:
  postage_back:
    kind: fix
    basis: redress
    currency: EUR
    rules:
      - {id: on-time, when: "share = 0", nothing: "It came in time."}
      - {id: late, default: true, amount: "percent(share, postage)"}
tests:
  - {name: a day late, facts: {days_late: 1, postage: EUR 4.90}, expect: {postage_back: EUR 2.45}}
  - {name: in time, facts: {days_late: 0, postage: "4.90"}, expect: {postage_back: nothing}}
"""


def policy_of(text: str) -> Policy:
    file, found = read_document(text, "policy", "policy.yaml")
    assert file is not None, found
    policy, found = parse_policy(file, None)
    assert policy is not None, found
    return policy


def one_table(rows: str, *, facts: str, otherwise: str = "{give: 0}", more: str = "") -> Policy:
    """A policy that pays what its table `share` gives, in whole euros; `rows` and `facts` are flow mappings, one a
    line; the rows begin in the line after `rows:`."""
    table = "".join(f"      - {row.strip()}\n" for row in rows.strip().splitlines())
    named = "".join(f"  {fact.strip()}\n" for fact in facts.strip().splitlines())
    return policy_of(
        f"facts:\n{named}{more}tables:\n  share:\n    rows:\n{table}    otherwise: {otherwise}\n"
        "remedies:\n  paid:\n    kind: fix\n    basis: redress\n    currency: EUR\n    rules:\n"
        "      - {id: all, default: true, amount: \"money(share, 'EUR')\"}\n"
    )
