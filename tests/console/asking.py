"""Asking for pages without a browser: Django's own client, forms with their tokens, people who sign in as people do."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from tests.console.browsing import PASSWORD

from makegood.journal.models import Entry

PAGE = {"host": "127.0.0.1", "accept": "text/html"}


def visitor(**more: Any) -> Client:
    """Nobody yet. Forms need their token, as they do in the world."""
    return Client(enforce_csrf_checks=True, headers=PAGE, **more)


def fill(client: Client, path: str, said: dict[str, Any] | None = None, *, of: str = "") -> Any:
    """Opens the page `of` (else `path` itself), takes the token from it and sends the form to `path`."""
    page = client.get(of or path)
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert found, f"{of or path} answered {page.status_code} and has no form"
    return client.post(path, {**(said or {}), "csrfmiddlewaretoken": found[1]})


def sign_in(client: Client, email: str, password: str = PASSWORD, *, to: str = "/sign-in") -> Any:
    return fill(client, to, {"login": email, "password": password})


def signed_in(email: str, **more: Any) -> Client:
    client = visitor(**more)
    answer = sign_in(client, email)
    assert answer.status_code == 302, answer.content.decode()
    return client


def entries(*verbs: str) -> list[tuple[str, int | None]]:
    """What the journal says of these verbs, and by whom."""
    return list(Entry.objects.filter(verb__in=verbs).order_by("id").values_list("verb", "actor"))
