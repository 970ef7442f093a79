"""A test to oneself: one message, as one customer would get it, to the address of the person who asks.

It is no act: nobody is told by it, nothing of it is counted, and no worker sees it. It goes by the brand's live
connection, through the same plug-in as the real mails, under a key of its own. While the fence is down it does not go:
from a copy of a database nothing leaves at all, least of all what a customer's mail says.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, replace

from django.db import transaction

from makegood.acts.connections import connect
from makegood.acts.envelopes import PlanView, Writer
from makegood.acts.fence import why_held
from makegood.acts.preview import plan_of
from makegood.acts.providers import open_plugin
from makegood.channels.suppression import suppressed_among
from makegood.core.render import compile_spoken
from makegood.core.render.spoken import message_of
from makegood.core.render.testmark import marked, with_note
from makegood.journal.actions import record
from makegood.kit.errors import Refused, Unavailable, refuse
from makegood.kit.plugins import Answer, Envelope, Guard, OutcomeUnknown, ProviderError, Receipt
from makegood.mistakes.models import Mistake
from makegood.people.actions import is_made_up
from makegood.people.queries import Person
from makegood.plans.preview import Previewed


@dataclass(frozen=True, slots=True)
class Sent:
    """What the mail server took: by which channel, under which subject, with the receipt."""

    to: str
    by: str
    subject: str
    receipt: Receipt


def send_test(found: Previewed, person: Person, *, by: str = "") -> Sent:
    """Sends it to the address of `person`, marked as a test in the message's language. Recorded before it leaves.

    Raises `Refused` where it may not leave (fenced, no live connection, an address that is none, a message that cannot
    be written) or where the server says no, `Unavailable` where it cannot be reached or gave no answer."""
    _check_address(person)
    if why := why_held():
        what = f"Nothing leaves from here, not even a test: {why}."
        raise Refused(what, remedy="See: makegood fence show. The page can be read with --html.", code="acts-fenced")
    if not found.written:
        raise refuse("A message that cannot be written is not sent.", found.findings, remedy="Solve what is below.")
    plan = plan_of(found)
    name = _channel(found, by)
    mistake = Mistake.objects.get(id=found.mistake)
    if suppressed_among(mistake.brand_id, {person.email}):
        what = "No mail of this brand goes to your address any more."
        raise Refused(what, remedy=f"See why: makegood suppress check {person.email}", code="suppressed")
    envelope = _envelope(plan, found, person)
    _record("message.tested", mistake, person, step=found.step, key=envelope.key, customer=found.row["customer_id"])
    answer = asyncio.run(_perform(plan, name, envelope))
    if isinstance(answer, Receipt):
        assert envelope.words is not None  # noqa: S101 - written above
        return Sent(person.email, name, envelope.words.subject, answer)
    _record("message.test-failed", mistake, person, key=envelope.key, code=getattr(answer, "code", "not-sent"))
    raise _refused(answer, name)


def _check_address(person: Person) -> None:
    """The first person has an address that no mail server knows until they say their own."""
    if is_made_up(person.email):
        what = f"Makegood knows you as {person.email}, where no mail arrives."
        raise Refused(what, remedy="Say your address: makegood people address you@example.com", code="no-address")


def _channel(found: Previewed, by: str) -> str:
    """The step's first channel that is mail and live, or the one that was named."""
    routes = found.settings["steps"][found.step]["routes"]
    mails = [name for name, fact in routes if fact == "email" and by in ("", name)]
    if not mails:
        what = f"'{found.step}' does not go by mail{f' by {by!r}' if by else ''}, so there is no mail to test."
        raise Refused(what, remedy="Preview it without --to-me.", code="no-mail")
    live: list[str] = [name for name in mails if found.settings["providers"][name]["connection"] is not None]
    if not live:
        raise Refused(
            f"No mail leaves this machine: the connection '{mails[0]}' is not live.",
            remedy=f"makegood connections add {mails[0]}, connections test, connections live {mails[0]} on.",
            code="not-live",
        )
    return live[0]


def _envelope(plan: PlanView, found: Previewed, person: Person) -> Envelope:
    """The customer's words and nothing else of theirs."""
    locale = found.settings["mistake"]["locale"]
    texts = {file: with_note(text, file, _language(found, file)) for file, text in found.texts.items()}
    message, findings = compile_spoken(found.message.name, texts, locale)
    if message is None:
        raise refuse("The message has no room for the note that it is a test.", findings, remedy="Shorten it.")
    envelope, _ = Writer(plan, found.step, message).pair(found.row, found.amounts)
    assert envelope.words is not None  # noqa: S101 - there is a message
    return replace(
        envelope,
        key=f"test-{secrets.token_hex(20)}",
        customer=0,
        destination={"name": person.name, "email": person.email},
        words=marked(envelope.words, _language(found, found.file)),
        amount=None,
        reason="",
        facts={},
    )


def _language(found: Previewed, file: str) -> str:
    """As the file says it, in its name or its front matter; else the mistake's."""
    said = next((one.locale for one in found.message.by_language.values() if one.name == file), "")
    return said or message_of(file)[1] or str(found.settings["mistake"]["locale"])


@transaction.atomic
def _record(verb: str, mistake: Mistake, person: Person, **facts: object) -> None:
    record(verb, f"mistake:{mistake.id}", actor=person.id, brand=mistake.brand_id, mistake=mistake.id, facts=facts)


async def _perform(plan: PlanView, name: str, envelope: Envelope) -> Answer:
    db = await connect()
    try:
        async with open_plugin(db, plan, name, Guard()) as (plugin, _):
            async for _, answer in plugin.perform([envelope]):
                return answer
    except (ProviderError, OutcomeUnknown) as no:
        return no
    finally:
        await db.close()
    return OutcomeUnknown("the plug-in gave no answer")


def _refused(answer: Answer, name: str) -> Refused | Unavailable:
    if isinstance(answer, OutcomeUnknown):
        what = f"Nobody knows whether it arrived: {answer.words.rstrip('.')}."
        return Unavailable(what, remedy="Look into your mailbox before you try again.", code=answer.code)
    if isinstance(answer, ProviderError) and answer.permanent:
        what = f"The mail server of '{name}' says no: {answer.words.rstrip('.')}."
        return Refused(what, remedy="Correct the connection or your address.", code=answer.code)
    words, code = (answer.words, answer.code) if isinstance(answer, ProviderError) else ("it was not begun", "not-sent")
    what = f"The test was not sent by '{name}': {words.rstrip('.')}."
    return Unavailable(what, remedy=f"See: makegood connections test {name}", code=code)
