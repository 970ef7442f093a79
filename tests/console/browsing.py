"""A real browser before the real web server: Debian's Chromium, driven by Playwright; absent, these tests are skipped.

Every page that is opened is watched: what the content security policy refused and what a script failed at is kept.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from makegood.people.actions import Limits, add_brand, add_first_person, add_person
from makegood.people.models import Brand, Staff

PASSWORD = "seven quiet herons at dawn"
NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 390, "height": 844}


@contextmanager
def chromium() -> Iterator[Browser]:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium fonts-liberation)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@dataclass
class Visit:
    """One browser window. `refused` is what the policy did not let happen, and every error of a script."""

    page: Page
    origin: str
    context: BrowserContext
    refused: list[str] = field(default_factory=list)

    def open(self, path: str) -> int:
        answer = self.page.goto(self.origin + path)
        assert answer is not None
        return answer.status

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.open("/sign-in")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_load_state()


@contextmanager
def visiting(browser: Browser, port: int, **settings: Any) -> Iterator[Visit]:
    context = browser.new_context(**settings)
    visit = Visit(context.new_page(), f"http://127.0.0.1:{port}", context)
    visit.page.on("console", lambda said: visit.refused.append(said.text) if said.type == "error" else None)
    visit.page.on("pageerror", lambda error: visit.refused.append(str(error)))
    visit.page.set_default_timeout(15_000)
    yield visit
    context.close()


def given_people() -> dict[str, Staff]:
    """Maya is the first person, Omar approves, Rosa reports, Iris is the admin of another brand."""
    maya, _ = add_first_person("Maya Lind", "maya@shop.example")
    brand = Brand.objects.get(slug="default")
    other = add_brand("north", legal_name="North Shop Ltd", actor=maya.id)
    omar, _ = add_person(
        "Omar Haddad",
        "omar@shop.example",
        brand=brand,
        roles=["approver"],
        actor=maya.id,
        limits=[Limits("EUR", 500_00)],
    )
    rosa, _ = add_person("Rosa Blum", "rosa@shop.example", brand=brand, roles=["reporter"], actor=maya.id)
    iris, _ = add_person("Iris North", "iris@north.example", brand=other, roles=["admin", "lead"], actor=maya.id)
    people = {"maya": maya, "omar": omar, "rosa": rosa, "iris": iris}
    for staff in people.values():
        staff.set_password(PASSWORD)
        staff.save(update_fields=["password"])
    return people


def totp(secret: str, *, steps: int = 0) -> str:
    """The code that an app shows for this key, `steps` times 30 seconds from now."""
    import hashlib
    import hmac
    import time
    from base64 import b32decode

    counter = (int(time.time()) // 30 + steps).to_bytes(8, "big")
    digest = hmac.new(b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"
