"""Pictures of the console's pages: by day, by night and on a phone; empty, full, and with something wrong.

`python tools/console_pictures.py FOLDER` starts a Makegood of its own in a temporary home, fills it with made-up people
and mistakes, and writes each page in each view. It needs Chromium: `apt-get install chromium fonts-liberation`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDE, PHONE = {"width": 1200, "height": 800}, {"width": 390, "height": 844}
VIEWS = {"day": (WIDE, "light"), "night": (WIDE, "dark"), "phone": (PHONE, "light"), "phone-night": (PHONE, "dark")}
PASSWORD = "seven quiet herons at dawn"  # noqa: S105  of a Makegood that lives for a minute
TITLES = (
    "We charged some same-day purchases twice",
    "Parcels of week 47 came four days late",
    "A guest was told that breakfast is included, and it was not",
)


@contextmanager
def running() -> Iterator[tuple[str, str]]:
    """A Makegood with people; yields its address and a link for the first of them."""
    with tempfile.TemporaryDirectory(prefix="makegood-pictures-") as place:
        Path(place).chmod(0o711)
        os.environ["MAKEGOOD_HOME"] = f"{place}/home"
        from makegood.config.start import start

        started = start()
        link = given_people()
        command = [sys.executable, "-m", "makegood.cli", "serve", "--bind", "127.0.0.1:0"]
        child = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        try:
            assert child.stderr is not None  # noqa: S101  asked for above
            found = None
            while found is None:
                found = re.search(r"answers at (\S+:\d+)\.", child.stderr.readline())
            yield found[1], link
        finally:
            child.terminate()
            child.communicate()
            started.release()


def given_people() -> str:
    from makegood.people.actions import Limits, add_person
    from makegood.people.joining import first_link
    from makegood.people.models import Brand, Staff

    maya, brand = Staff.objects.get(), Brand.objects.get()
    maya.name, maya.email = "Maya Lind", "maya@shop.example"
    maya.set_password(PASSWORD)
    maya.save()
    limits = [Limits("EUR", per_act=500_00, per_mistake=20_000_00)]
    add_person("Omar Haddad", "omar@shop.example", brand=brand, roles=["approver"], actor=maya.id, limits=limits)
    add_person("Rosa Blum", "rosa@shop.example", brand=brand, roles=["reporter"], actor=maya.id)
    return f"/join/{first_link(maya)[0]}"


def given_mistakes() -> None:
    from makegood.kit.clock import now
    from makegood.kit.ids import new_public_id
    from makegood.mistakes.models import Mistake
    from makegood.people.models import Brand
    from makegood.scopes.models import Scope

    for number in range(30):
        public = new_public_id("m")
        state = "closed" if number % 5 == 0 else "open"
        words = {"brand": Brand.objects.get(), "public_id": public, "slug": public, "noticed_at": now(), "state": state}
        made = Mistake.objects.create(title=TITLES[number % 3], **words)
        if number % 2:
            counts = {"affected": 31 * number * number}
            Scope.objects.create(mistake=made, version=1, state="ready", counts=counts, made_by=1)


def main(folder: Path) -> None:
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise SystemExit("Chromium is not installed: apt-get install chromium fonts-liberation")
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # one thread, in which Playwright keeps a loop of its own
    with running() as (address, link), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for full in (False, True):
            if full:
                given_mistakes()
            for view, (size, scheme) in VIEWS.items():
                page = chromium.new_page(viewport=size, color_scheme=scheme)
                draw(
                    page,
                    address,
                    link,
                    lambda name, page=page, view=view: page.screenshot(
                        path=folder / f"{name}-{view}.png", full_page=True
                    ),
                    full=full,
                )
                page.close()
        chromium.close()


def second_step(page: Page, address: str, keep: Callable[[str], object]) -> None:
    """Switched on, its recovery codes, the step itself when signing in; off again for the next view."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    def code(secret: str) -> str:
        return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))

    page.goto(address + "/profile/codes/on")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("The picture cannot be scanned").click()
    keep("scan")
    page.get_by_label("Code").fill(code(page.locator("code.long").inner_text().replace(" ", "")))
    page.get_by_role("button", name="Switch it on").click()
    page.wait_for_url("**/profile/recovery")
    keep("recovery")
    page.context.clear_cookies()
    page.goto(address + "/sign-in")
    page.get_by_label("E-mail address").fill("maya@shop.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").wait_for()
    keep("code")
    Authenticator.objects.all().delete()


def draw(page: Page, address: str, link: str, keep: Callable[[str], object], *, full: bool) -> None:
    def open_page(path: str, name: str) -> None:
        page.goto(address + path)
        keep(name)

    if not full:
        for path, name in (("/sign-in", "sign-in"), (link, "join"), ("/nothing", "not-found")):
            open_page(path, name)
    page.goto(address + "/sign-in")
    page.get_by_label("E-mail address").fill("maya@shop.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Mistakes").wait_for()
    keep("mistakes-full" if full else "mistakes-empty")
    if full:
        return
    pages = {
        "/profile": "profile",
        "/profile/password": "password",
        "/settings/people": "people",
        "/settings/people/default/2": "person",
        "/settings/people/default/1": "oneself",
        "/settings/people/default/invite": "invite",
        "/prove": "prove",
    }
    for path, name in pages.items():
        open_page(path, name)
    page.goto(address + "/settings/people/default/invite")
    page.get_by_label("Name").fill("Ada Price")
    page.get_by_label("May approve").fill("EUR act=twenty")
    page.get_by_role("button", name="Make a link").click()
    page.wait_for_load_state()
    keep("invite-wrong")
    second_step(page, address, keep)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Name the folder that the pictures go to.")
    main(Path(sys.argv[1]))
