"""Mails to the large mailbox providers, counted before they go out: they have rules for who sends many.

Gmail calls a domain that once sent 5,000 messages in a day to its personal accounts a bulk sender, for good, and asks
it for SPF, DKIM and DMARC in line and hardly any complaints (support.google.com/a/answer/14229414).
"""

from __future__ import annotations

from makegood.core.expressions_sql import quoted
from makegood.kit.columns import Columns
from makegood.kit.errors import Finding
from makegood.plans.inputs import Inputs

MANY = 5_000  # mails to one mailbox provider in 24 hours
_DAY = 86_400
_DOMAINS = {
    "Gmail": ("gmail.com", "googlemail.com"),
    "Outlook": ("outlook.com", "hotmail.com", "live.com", "msn.com", "hotmail.co.uk", "outlook.de", "hotmail.fr"),
    "Yahoo": ("yahoo.com", "ymail.com", "aol.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "rocketmail.com"),
    "iCloud": ("icloud.com", "me.com", "mac.com"),
    "GMX and WEB.DE": ("gmx.de", "gmx.net", "web.de", "gmx.at", "gmx.ch"),
}


def bulk_findings(columns: Columns, inputs: Inputs) -> list[Finding]:
    """Advice for each mailbox provider that would get too many in a day; nothing while mail stays on this machine."""
    found = []
    for name, chosen in inputs.providers.items():
        if chosen["route"] != "email" or chosen.get("caught"):
            continue
        for provider, count in _counts(columns, name):
            day = _in_a_day(inputs, name, count)
            if day > MANY:
                what = f"'{name}' sends {day} mails to {provider} within 24 hours."
                remedy = (
                    f"Have SPF, DKIM and DMARC in line, and spread them: pace {{{name}: {MANY // 25}/h}}, or waves."
                )
                found.append(Finding("bulk-sender", what, remedy, level="advice", count=day))
    return found


def _counts(columns: Columns, name: str) -> list[tuple[str, int]]:
    """Mails by mailbox provider, the most first. A scope of few customers is not looked through."""
    total = columns.fetch(f"SELECT count(*) FROM act WHERE provider = {quoted(name)} AND route = 'email'")[0][0]
    if int(str(total)) <= MANY:
        return []
    whose = " ".join(
        f"WHEN domain IN ({', '.join(quoted(domain) for domain in domains)}) THEN {quoted(provider)}"
        for provider, domains in _DOMAINS.items()
    )
    rows = columns.fetch(
        f"SELECT CASE {whose} END AS whose, count(*) FROM (SELECT"
        " lower(split_part(json_extract_string(l.contact, '$.email'), '@', -1)) AS domain"
        f" FROM act t JOIN loaded l USING (customer_id) WHERE t.provider = {quoted(name)} AND t.route = 'email')"
        " GROUP BY 1 HAVING whose IS NOT NULL ORDER BY 2 DESC, 1"
    )
    return [(str(provider), int(str(count))) for provider, count in rows]


def _in_a_day(inputs: Inputs, name: str, count: int) -> int:
    """At most what the pace lets through in a day."""
    pace = inputs.playbook.pace.get(name)
    return count if pace is None else min(count, pace.count * _DAY // pace.seconds)
