"""What a person does in a real browser before the real server: join, second step, invite; and what it withstands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page
from tests.api.serving import serving
from tests.console.browsing import PHONE, Visit, given_people, totp, visiting
from tests.console.test_front import given_mistake, given_plan, given_scope

from makegood.people.actions import add_first_person
from makegood.people.joining import first_link
from makegood.people.models import Staff

NEW = "four slow otters by the mill"


def faults(page: Page) -> list[str]:
    """What axe finds that is serious or critical: rule and place."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def test_from_the_first_link_to_an_invited_colleague(browser: Browser, database: Any, tmp_path: Path) -> None:
    maya, _ = add_first_person("Maya Lind", "maya@shop.example")
    secret, _ = first_link(maya)
    with serving(database, tmp_path) as web, visiting(browser, web.port, viewport=PHONE) as visit:
        page = visit.page
        visit.open(f"/join/{secret}")
        page.get_by_label("Choose a password").fill(NEW)
        page.get_by_label("The same again").fill(NEW)
        page.get_by_role("button", name="Set the password and go in").click()
        page.get_by_role("heading", name="Mistakes").wait_for()
        assert "No mistake is known yet." in page.inner_text("main")
        _switch_on_second_step(visit)
        page.get_by_role("link", name="People").click()
        page.get_by_role("link", name="Invite someone").click()
        page.get_by_label("Name").fill("Omar Haddad")
        page.get_by_label("Work e-mail address").fill("omar@shop.example")
        page.get_by_label("Agent: puts one customer right").uncheck()
        page.get_by_label("Approver: approves plans of others").check()
        page.get_by_label("May approve").fill("EUR mistake=9000")
        page.get_by_role("button", name="Make a link").click()
        link = page.locator("code.long").inner_text()
        assert link.startswith(f"{visit.origin}/join/")
        with visiting(browser, web.port) as other:
            other.page.goto(link)
            other.page.get_by_label("Choose a password").fill(NEW + "!")
            other.page.get_by_label("The same again").fill(NEW + "!")
            other.page.get_by_role("button", name="Set the password and go in").click()
            other.page.get_by_role("link", name="Omar Haddad").wait_for()
            assert other.page.get_by_role("link", name="People").count() == 0, "nothing is offered that is not theirs"
            assert other.refused == []
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("heading", name="Sign in").wait_for()
        assert visit.refused == []


def _switch_on_second_step(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("link", name="Maya Lind").click()
    page.get_by_role("link", name="Switch it on").click()
    page.get_by_label("Your password").fill(NEW)
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("The picture cannot be scanned").click()
    key = page.locator("code.long").inner_text()
    assert page.get_by_alt_text("A code to scan").evaluate("one => one.naturalWidth") > 0, "the picture is there"
    page.get_by_label("Code").fill(totp(key))
    page.get_by_role("button", name="Switch it on").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.get_by_role("link", name="I have kept them").click()
    assert "10 left" in page.inner_text("main")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, {"width": 1280, "height": 800}], ids=["phone", "wide"])
def test_no_page_shuts_anyone_out(
    browser: Browser, database: Any, tmp_path: Path, scheme: str, size: dict[str, int]
) -> None:
    """axe finds nothing serious on any page, nothing is wider than the screen, and the policy refuses nothing."""
    people = given_people()
    given_plan(given_scope(given_mistake("Charged twice"), 1_234), {("done", False): 1_000, ("failed", False): 3})
    given_mistake("Parcels came late", state="closed")
    Staff.objects.filter(id=people["rosa"].id).update(active=False)
    secret, _ = first_link(people["maya"])
    omar, rosa = (f"/settings/people/default/{people[name].id}" for name in ("omar", "rosa"))
    with serving(database, tmp_path) as web, visiting(browser, web.port, color_scheme=scheme, viewport=size) as visit:
        looked: list[str] = []

        def look(path: str) -> None:
            looked.extend(f"{path}: {fault}" for fault in faults(visit.page))
            wide = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            looked.extend([f"{path}: {wide} pixels too wide"] if wide > 0 else [])

        for path in ("/sign-in", f"/join/{secret}", "/sign-in/off"):
            assert visit.open(path) == 200
            look(path)
        visit.sign_in("maya@shop.example", "wrong wrong wrong")
        look("/sign-in with an error")
        visit.sign_in("maya", "wrong wrong wrong")
        field = visit.page.get_by_label("E-mail address")
        assert field.evaluate("one => getComputedStyle(one).borderTopWidth") == "2px", "what is wrong is marked"
        look("/sign-in with a wrong field")
        visit.sign_in("maya@shop.example")
        pages = ["/", "/?state=closed", "/profile", "/profile/password", "/prove", "/sign-out", "/settings/people"]
        for path in [*pages, "/settings/people/default/invite", omar, rosa]:
            assert visit.open(path) == 200, path
            look(path)
        visit.page.get_by_role("button", name="Switch the person on").wait_for()
        assert visit.refused == []
        assert visit.open("/nothing") == 404
        look("/nothing")
        assert looked == []


def _row(page: Page, number: int) -> Locator:
    return page.locator("tbody th", has_text=re.compile(rf"Mistake {number}\D"))


def test_the_list_goes_on_in_place_and_back(browser: Browser, database: Any, tmp_path: Path) -> None:
    given_people()
    for number in range(30):
        given_mistake(f"Mistake {number}")
    with serving(database, tmp_path) as web, visiting(browser, web.port) as visit:
        visit.sign_in("maya@shop.example")
        page = visit.page
        page.evaluate("window.same = true")
        page.get_by_role("link", name="Older").click()
        _row(page, 4).wait_for()
        assert page.evaluate("window.same") is True, "the page was not loaded anew"
        assert "before=" in page.url
        page.get_by_role("link", name="Newest").click()
        _row(page, 29).wait_for()
        assert page.evaluate("window.same") is True, "also what came by htmx carries its nonce"
        assert visit.refused == []


def test_without_scripts_all_of_it_works(browser: Browser, database: Any, tmp_path: Path) -> None:
    given_people()
    for number in range(30):
        given_mistake(f"Mistake {number}")
    with serving(database, tmp_path) as web, visiting(browser, web.port, java_script_enabled=False) as visit:
        visit.sign_in("maya@shop.example")
        visit.page.get_by_role("link", name="Older").click()
        _row(visit.page, 4).wait_for()


def test_what_is_put_into_a_page_stays_dead(browser: Browser, database: Any, tmp_path: Path) -> None:
    """A title with markup is text; and were it not, neither a script nor an htmx attribute would do anything."""
    given_people()
    given_mistake('<script>window.hurt = 1</script><img src=x onerror="window.hurt = 2">')
    with serving(database, tmp_path) as web, visiting(browser, web.port) as visit:
        visit.sign_in("maya@shop.example")
        page = visit.page
        assert page.locator("main img").count() == 0
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.evaluate(
            """() => {
                const put = document.createElement('div');
                put.innerHTML = '<button hx-post="/profile/sign-ins/end-others" hx-trigger="load">x</button>'
                    + '<img src="nowhere.png" onerror="window.hurt = 3">';
                document.querySelector('main').append(put);
                const script = document.createElement('script');
                script.textContent = 'window.hurt = 4';
                document.querySelector('main').append(script);
                if (window.htmx) window.htmx.process(put);
            }"""
        )
        page.wait_for_timeout(500)
        assert page.evaluate("window.htmx !== undefined"), "the library is there"
        assert page.evaluate("window.hurt") is None
        assert not [url for url in asked if "end-others" in url]
        assert any("Content Security Policy" in said for said in visit.refused), "and the browser says so"


def test_no_other_page_can_frame_it(browser: Browser, database: Any, tmp_path: Path) -> None:
    given_people()
    with serving(database, tmp_path) as web, visiting(browser, web.port) as visit:
        visit.sign_in("maya@shop.example")
        frame = f'<iframe src="{visit.origin}/profile" width="600" height="400"></iframe>'
        other = visit.context.new_page()
        other.set_content(frame)
        other.wait_for_timeout(1_000)
        assert "Maya" not in "".join(one.content() for one in other.frames[1:])


def test_all_of_signing_in_is_done_with_the_keyboard(browser: Browser, database: Any, tmp_path: Path) -> None:
    given_people()
    with serving(database, tmp_path) as web, visiting(browser, web.port) as visit:
        page = visit.page
        visit.open("/sign-in")
        page.keyboard.type("maya@shop.example")
        page.keyboard.press("Tab")
        page.keyboard.type("seven quiet herons at dawn")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Mistakes").wait_for()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
