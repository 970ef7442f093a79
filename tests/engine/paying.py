"""A recovery whose refunds go to a provider over HTTP, and whose mail goes to a server, both on loopback."""

from __future__ import annotations

import json
from pathlib import Path

from makegood.testing.http_provider import HttpProvider
from makegood.testing.smtp_server import SmtpServer
from tests.engine.recovery import SCOPE, Recovery, given_people, live, recovery

REFUND_ONLY = """\
stages:
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: http}
"""
MAIL_ONLY = """\
stages:
  acknowledge:
    steps:
      - {id: say-so, do: tell, message: say-so, channels: [email]}
  remedy:
    steps:
      - {id: refund, do: fix, remedy: refund, provider: store-credit}
"""


def given_paying(path: Path, provider: HttpProvider, *, count: int = 5, playbook: str = REFUND_ONLY) -> Recovery:
    people = given_people()
    settings = json.loads(json.dumps(provider.settings).replace("facts.order", "facts.order_number"))
    live(people, "http", settings)
    made = recovery(
        path,
        people,
        count=count,
        scope=SCOPE.replace("columns:\n", "columns:\n  order_number: {type: text, merge: first}\n"),
        playbook=playbook,
        affected="customer,extra,order_number\n" + "".join(f"c{n},{n}.50,o{n}\n" for n in range(1, count + 1)),
    )
    made.load()
    return made


def given_mailing(
    path: Path, server: SmtpServer, *, count: int = 5, playbook: str = MAIL_ONLY, bounce_window: int = 0
) -> Recovery:
    """`bounce_window` in hours; with 0 the server's yes is final."""
    people = given_people()
    live(people, "email", {**server.settings, "bounce_window": bounce_window})
    made = recovery(path, people, count=count, playbook=playbook)
    made.load()
    return made
