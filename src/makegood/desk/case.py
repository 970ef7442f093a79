"""What a person at the desk knows of one customer, and the documents it becomes. Pure.

A recovery of one is a recovery: the answers become the same four documents and a message, so that the same checks
apply (words only, gesture only) and the same evidence is left.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import date

from makegood.kit.errors import BadInput
from makegood.kit.money import Money


@dataclass(frozen=True)
class Case:
    """Answers. `refund` gives back what the mistake took (owed); `credit` is given on top; `todo` is what a person
    will do by `by`; `fixed` is what has been put right already. `key` is the firm's own customer number."""

    name: str
    what: str
    key: str = ""
    email: str = ""
    phone: str = ""
    post: str = ""
    language: str = ""
    impact: str = ""
    wish: str = ""
    wish_amount: Money | None = None
    refund: Money | None = None
    credit: Money | None = None
    todo: str = ""
    fixed: str = ""
    by: date | None = None
    own_words: str = ""

    @property
    def customer_key(self) -> str:
        return self.key or self.email or self.phone or self.name

    @property
    def channels(self) -> list[str]:
        ways = [("email", self.email), ("letter", self.post), ("task", self.phone)]
        return [channel for channel, contact in ways if contact]

    def check(self) -> None:
        """Raises `BadInput` for answers that nothing can be made of."""
        for word, value, remedy in (
            ("name", self.name, "Say who the customer is: --name."),
            ("what", self.what, "Say what happened, as you would tell the customer: --what."),
        ):
            if not value.strip():
                raise BadInput(f"The {word} is missing.", remedy=remedy, code="incomplete-case")
        if not self.channels:
            raise BadInput(
                "There is no way to reach the customer.",
                remedy="Give --email, --post (lines separated by commas) or --phone.",
                code="incomplete-case",
            )
        for money in (self.refund, self.credit):
            if money is not None and money.minor <= 0:
                what = f"{money} is not an amount to give."
                raise BadInput(what, remedy="Give more than zero, or leave it out.", code="bad-amount")
        if self.by is not None and not self.todo:
            what = "There is a date, and nothing that will be done by it."
            raise BadInput(
                what, remedy="Say what a person will do (--do), or leave --by out.", code="promise-of-nothing"
            )
        if self.todo and self.by is None:
            raise BadInput(
                "What will be done needs a date.", remedy="Say by when: --by 2026-01-31.", code="promise-without-date"
            )


def case_files(case: Case) -> dict[str, str]:
    """The rows of a scope of one: `case.csv` and `contact.csv`."""
    facts = {
        "customer": case.customer_key,
        "what": case.what,
        "impact_text": case.impact,
        "wish_text": case.wish,
        "wish_amount": _plain(case.wish_amount),
        "refund": _plain(case.refund),
        "credit": _plain(case.credit),
        "todo": case.todo,
        "fixed": case.fixed,
        "promised_by": case.by.isoformat() if case.by else "",
    }
    contact = {
        "customer": case.customer_key,
        "name": case.name,
        "email": case.email,
        "phone": case.phone,
        "post": case.post,
        "language": case.language,
    }
    return {"case.csv": _csv(facts), "contact.csv": _csv(contact)}


def case_documents(case: Case, *, stage: str, mistake_text: str) -> dict[str, str]:
    """`mistake.yaml`, `scope.yaml`, `policy.yaml`, `playbook.yaml` and one message, by name."""
    return {
        "mistake.yaml": mistake_text,
        "scope.yaml": _scope(case),
        "policy.yaml": _policy(case),
        "playbook.yaml": _playbook(case, stage),
        f"messages/{stage}.md": _message(case),
    }


def _scope(case: Case) -> str:
    columns = {
        "what": {"type": "text"},
        "impact_text": {"type": "text"},
        "wish_text": {"type": "text"},
        "todo": {"type": "text"},
        "fixed": {"type": "text"},
        "promised_by": {"type": "date"},
    }
    for word, money in (("wish_amount", case.wish_amount), ("refund", case.refund), ("credit", case.credit)):
        if money is not None:
            columns[word] = {"type": "money", "currency": money.currency}
    prefer = {"email": "email", "letter": "post", "task": "phone"}
    return _yaml(
        {
            "sources": {
                "answers": {"file": "case.csv", "header": True, "delimiter": ","},
                "person": {"file": "contact.csv", "header": True, "delimiter": ","},
            },
            "from": "answers",
            "key": "customer",
            "columns": columns,
            "contacts": {
                "source": "person",
                "key": "customer",
                "name": "name",
                "email": "email",
                "phone": "phone",
                "post": ["post"],
                "language": "language",
                "prefer": [prefer[channel] for channel in case.channels],
            },
        }
    )


def _policy(case: Case) -> str:
    remedies = {}
    for word, kind, basis, money in (
        ("refund", "fix", "redress", case.refund),
        ("credit", "make good", "goodwill", case.credit),
    ):
        if money is not None:
            rule = {"id": "agreed", "default": True, "amount": word, "reason": _REASONS[word]}
            remedies[word] = {"kind": kind, "basis": basis, "currency": money.currency, "rules": [rule]}
    return _yaml({"remedies": remedies})


def _playbook(case: Case, stage: str) -> str:
    """The steps are called as in the kits (refund, sorry, say-so): when it turns out that more were hit, a playbook
    with these names neither pays nor tells this customer a second time."""
    steps: list[dict[str, object]] = []
    if case.refund is not None:
        steps.append({"id": "refund", "do": "fix", "remedy": "refund", "provider": "store-credit"})
    if case.fixed or case.todo:
        task = case.fixed or case.todo
        steps.append({"id": "fix", "do": "fix", "provider": "task", "with": {"what": task}})
    if case.credit is not None:
        steps.append({"id": "sorry", "do": "make good", "remedy": "credit", "provider": "store-credit"})
    money = [str(step["id"]) for step in steps if step.get("remedy")]
    tell: dict[str, object] = {"id": "say-so", "do": "tell", "message": stage, "channels": case.channels}
    steps.append(tell | ({"after": money} if money else {}))
    return _yaml({"stages": {stage: {"steps": steps}}})


def _message(case: Case) -> str:
    if case.own_words:
        return case.own_words
    return f"---\nsubject: {json.dumps(_SUBJECT)}\n---\n{_BODY}"


_REASONS = {"refund": "Gives back what our mistake took.", "credit": "Given for the trouble."}
_SUBJECT = "Our mistake, and what we have done about it"
_BODY = """\
Dear {{ name }},

{{ what }} That was our mistake, and we are sorry.

{% if impact_text %}
We understand what it meant for you: {{ impact_text }}

{% endif %}
What we have done:

{% if fixed %}
- {{ fixed }}
{% endif %}
{% if amounts.refund %}
- We have given you back {{ amounts.refund }}, as credit on your account.
{% endif %}
{% if amounts.credit %}
- For the trouble we have added {{ amounts.credit }} to your account.
{% endif %}
{% if todo %}
- {{ todo }} You will have this by {{ promised_by }}.
{% endif %}

If anything is not right, answer this message. A person reads it.

{{ brand }}
"""


def _plain(money: Money | None) -> str:
    return str(money.amount) if money is not None else ""


def _yaml(document: dict[str, object]) -> str:
    """JSON is YAML: nothing that a person typed can change the document's shape."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _csv(row: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(row), quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerow({key: " ".join(value.split()) if key != "post" else value for key, value in row.items()})
    return out.getvalue()
