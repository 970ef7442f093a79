"""Every page for every role, what each answer carries, and what the pages of people change."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import get_resolver
from tests.api.serving import serving
from tests.console.asking import PAGE, entries, fill, signed_in, visitor
from tests.console.browsing import given_people

from makegood.console.files import KINDS, address
from makegood.kit.errors import NotAllowed, Refused
from makegood.people.accounts import change_member, switch_person
from makegood.people.lists import list_members
from makegood.people.models import Brand, Limit, Membership, Staff

# What a GET answers: 200 the page, in signs in first, 303 leads on, 403 not for this role, 404 as if it were not there,
# 405 only a form may ask. Maya is admin and lead, Omar approver, Rosa reporter, Iris admin of another brand.
MATRIX = """
                                            nobody  maya  omar  rosa  iris
/                                           in      200   200   200   200
/files/0/console.css                        404     404   404   404   404
/join/wrong                                 404     404   404   404   404
/sign-in                                    200     on    on    on    on
/sign-in/code                               in      on    on    on    on
/sign-in/off                                200     200   200   200   200
/sign-out                                   in      200   200   200   200
/prove                                      in      200   200   200   200
/prove/code                                 in      on    on    on    on
/profile                                    in      200   200   200   200
/profile/password                           in      200   200   200   200
/profile/codes/on                           in      on    on    on    on
/profile/codes/off                          in      404   404   404   404
/profile/recovery                           in      404   404   404   404
/profile/recovery/new                       in      on    on    on    on
/profile/sign-ins/999/end                   405     405   405   405   405
/profile/sign-ins/end-others                405     405   405   405   405
/settings/people                            in      200   403   403   200
/settings/people/default                    in      200   403   403   404
/settings/people/default/invite             in      200   403   403   404
/settings/people/default/OMAR               in      200   403   403   404
/settings/people/default/IRIS               in      404   403   403   404
/settings/people/default/OMAR/link          405     405   405   405   405
/settings/people/default/OMAR/code-off      405     405   405   405   405
/settings/people/default/OMAR/switch        405     405   405   405   405
"""
# A form that is sent, with a good token.
SENT = """
                                            nobody  maya  omar  rosa  iris
/profile/sign-ins/999/end                   in      404   404   404   404
/settings/people/default/invite             in      400   403   403   404
/settings/people/default/OMAR               in      400   403   403   404
/settings/people/default/IRIS               in      404   403   403   404
/settings/people/default/IRIS/link          in      404   403   403   404
/settings/people/default/IRIS/switch        in      404   403   403   404
/settings/people/default/IRIS/code-off      in      404   403   403   404
/settings/people/default/OMAR/link          in      200   403   403   404
/settings/people/default/MAYA/switch        in      403   403   403   404
/settings/people/default/MAYA/link          in      200   403   403   404
"""


def rows(table: str, people: dict[str, Staff]) -> list[tuple[str, dict[str, str]]]:
    head, *lines = [line.split() for line in table.strip().splitlines()]
    found = []
    for path, *words in lines:
        for name, staff in people.items():
            path = path.replace(name.upper(), str(staff.id))
        found.append((path, dict(zip(head, words, strict=True))))
    return found


def shape(path: str, people: dict[str, Staff]) -> str:
    """The route behind a path, for telling which routes the table has."""
    return get_resolver().resolve(path).route


def answered(answer: Any) -> str:
    if answer.status_code in (302, 303):
        return "in" if answer.headers["location"].startswith("/sign-in") else "on"
    return str(answer.status_code)


def test_every_page_for_every_role(database: Any) -> None:
    people = given_people()
    clients = {"nobody": visitor(), **{name: signed_in(staff.email) for name, staff in people.items()}}
    wrong = []
    for path, expected in rows(MATRIX, people):
        for name, word in expected.items():
            answer = clients[name].get(path, headers=PAGE)
            if answered(answer) != word:
                wrong.append((path, name, word, answered(answer)))
    assert wrong == []
    for path, expected in rows(SENT, people):
        for name, word in expected.items():
            answer = fill(clients[name], path, of="/profile" if name != "nobody" else "/sign-in")
            if answered(answer) != word:
                wrong.append(("POST " + path, name, word, answered(answer)))
    assert wrong == []


def test_the_table_has_every_route(database: Any) -> None:
    people = given_people()
    listed = {shape(path, people) for path, _ in rows(MATRIX, people)}
    routes = {pattern.pattern for part in get_resolver().url_patterns for pattern in part.url_patterns}
    pages = {str(one) for one in routes if not str(one).startswith(("hooks/", "livez", "readyz"))}
    assert pages == listed, "a new page needs its row"


def test_what_every_answer_carries(database: Any) -> None:
    people = given_people()
    client = signed_in("maya@shop.example")
    nonces = set()
    for path, _ in rows(MATRIX, people):
        headers = client.get(path, headers=PAGE).headers
        assert "no-store" in headers["cache-control"], path
        assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY"), path
        assert headers["referrer-policy"] == "same-origin", path
        assert headers["cross-origin-resource-policy"] == "same-origin", path
        assert headers["cross-origin-opener-policy"] == "same-origin", path
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'"), path
        assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy, path
        assert "unsafe" not in policy and "*" not in policy, path
        if headers["content-type"].startswith("text/html"):
            nonces.add(policy.split("'nonce-")[1].split("'")[0])
            assert "permissions-policy" in headers, path
    assert len(nonces) > 15, "each answer has a nonce of its own"


def test_pages_hold_no_script_and_no_style_of_their_own(database: Any) -> None:
    people = given_people()
    client = signed_in("maya@shop.example")
    seen = 0
    for path, _ in rows(MATRIX, people):
        said = client.get(path, headers=PAGE).content.decode()
        assert not [
            word for word in (" style=", "<style", " onclick", " onload", " hx-on", "javascript:") if word in said
        ]
        assert said.count("<script") == said.count("<script src="), path
        assert len(said) < 150_000
        seen += "<h1" in said
    assert seen > 10


def test_files_are_kept_for_a_year_under_an_address_of_their_content(database: Any) -> None:
    for name in KINDS:
        answer = visitor().get(address(name))
        assert (answer.status_code, answer.headers["content-type"]) == (200, KINDS[name])
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert "set-cookie" not in answer.headers
    assert sum(len(visitor().get(address(name)).content) for name in KINDS) < 60_000
    for wrong in ("/files/x/../secret", "/files/0123456789abcdef/console.css", "/files/x/files.py"):
        assert visitor().get(wrong).status_code == 404, wrong


def test_behind_tls_cookies_are_bound_to_this_host(database: Any, tmp_path: Any) -> None:
    given_people()
    with serving(database, tmp_path, MAKEGOOD_URL="https://care.shop.example") as web:
        answer = web.ask("GET", "/sign-in", Host="care.shop.example", Accept="text/html")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-form=")
        assert {"HttpOnly", "Path=/", "SameSite=Lax", "Secure"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        token = answer.body.decode().split('csrfmiddlewaretoken" value="')[1].split('"')[0]
        said = f"csrfmiddlewaretoken={token}&login=maya%40shop.example&password=seven+quiet+herons+at+dawn"
        headers = {
            "Host": "care.shop.example",
            "Cookie": cookie.split(";")[0],
            "Content_Type": "application/x-www-form-urlencoded",
            "Origin": "https://care.shop.example",
        }
        assert web.ask("POST", "/sign-in", said, **headers | {"Origin": "https://evil.example"}).status == 403
        entered = web.ask("POST", "/sign-in", said, **headers)
        assert (entered.status, entered.headers["location"]) == (302, "/")
        assert "__Host-session=" in entered.headers["set-cookie"]
        refused = web.ask("GET", "/nothing", Host="care.shop.example", Accept="text/html,*/*")
        assert (refused.status, refused.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert web.ask("GET", "/nothing", Host="care.shop.example").problem["code"] == "not-found"
        assert b"This name is not served here." in web.ask("GET", "/", Host="evil.example", Accept="text/html").body


def test_inviting_someone_from_the_page(database: Any) -> None:
    people = given_people()
    client = signed_in("maya@shop.example")
    said = {
        "name": "Ada Price",
        "email": "Ada@Shop.example",
        "roles": ["agent", "auditor"],
        "limits": "EUR act=20 day=90",
    }
    page = fill(client, "/settings/people/default/invite", said).content.decode()
    (link,) = [word for word in page.replace("<", " ").replace(">", " ").split() if "/join/" in word]
    assert link.startswith("http://127.0.0.1/join/")
    answer = fill(
        visitor(), link.removeprefix("http://127.0.0.1"), {"password": "a b c d e f g h", "again": "a b c d e f g h"}
    )
    assert answer.status_code == 302
    ada = Staff.objects.get(email="ada@shop.example")
    assert sorted(Membership.objects.filter(staff=ada).values_list("role", flat=True)) == ["agent", "auditor"]
    assert list(Limit.objects.filter(staff=ada).values_list("per_act", "per_day", "per_30_days")) == [
        (20_00, 90_00, None)
    ]
    assert entries("person.added", "person.invited")[-2:] == [
        ("person.added", people["maya"].id),
        ("person.invited", people["maya"].id),
    ]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"limits": "EUR act=twenty"}, "twenty"),
        ({"limits": "EUR"}, "is not a limit"),
        ({"limits": "XXZ act=20"}, "is not an ISO 4217 currency code"),
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["root"]}, "root is not one of the available choices"),
        ({"email": "nowhere"}, "Enter a valid email address."),
        ({"name": ""}, "This field is required."),
        ({"email": "maya@shop.example"}, "Nobody edits their own roles and limits."),
    ],
)
def test_what_is_wrong_stands_beside_what_was_typed(database: Any, said: dict[str, Any], words: str) -> None:
    given_people()
    before = sorted(Staff.objects.values_list("email", flat=True))
    client = signed_in("maya@shop.example")
    good = {"name": "Ada <b>Price", "email": "ada@shop.example", "roles": ["agent"], "limits": "EUR act=20"}
    answer = fill(client, "/settings/people/default/invite", good | said)
    page = answer.content.decode()
    assert (answer.status_code, words in page) == (400, True), page
    assert said.get("limits", "EUR act=20") in page, "what was typed is still there"
    assert sorted(Staff.objects.values_list("email", flat=True)) == before


def test_changing_roles_and_limits(database: Any) -> None:
    people = given_people()
    client = signed_in("maya@shop.example")
    path = f"/settings/people/default/{people['omar'].id}"
    assert "EUR act=500.00" in client.get(path).content.decode()
    assert fill(client, path, {"roles": ["lead", "approver"], "limits": "GBP mistake=9000"}).status_code == 302
    brand = Brand.objects.get(slug="default")
    omar = next(one for one in list_members(brand) if one.id == people["omar"].id)
    assert omar.roles == ("approver", "lead")
    assert [(one.currency, one.per_mistake, one.per_act) for one in omar.limits] == [("GBP", 9000_00, None)]
    assert entries("person.changed") == [("person.changed", people["maya"].id)]


def test_switching_a_person_off_and_on(database: Any) -> None:
    people = given_people()
    client, omar = signed_in("maya@shop.example"), signed_in("omar@shop.example")
    path = f"/settings/people/default/{people['omar'].id}"
    fill(client, f"{path}/switch", {"active": "no"}, of=path)
    assert omar.get("/profile").status_code == 302
    assert "switched off" in client.get("/settings/people").content.decode()
    fill(client, f"{path}/switch", {"active": "yes"}, of=path)
    assert signed_in("omar@shop.example").get("/profile").status_code == 200
    assert [verb for verb, _ in entries("person.switched-off", "person.switched-on")] == [
        "person.switched-off",
        "person.switched-on",
    ]


def test_two_admins_who_remove_each_other_leave_one(database: Any) -> None:
    """The second was an admin when the page let them in, and is none any more when their turn comes."""
    people = given_people()
    brand = Brand.objects.get(slug="default")
    Membership.objects.create(staff=people["omar"], brand=brand, role="admin")
    change_member(people["omar"], brand=brand, roles=["approver"], limits=[], actor=people["maya"].id)
    with pytest.raises(Refused) as no:
        change_member(people["maya"], brand=brand, roles=["lead"], limits=[], actor=people["omar"].id)
    assert no.value.code == "last-admin"
    assert Membership.objects.filter(staff=people["maya"], brand=brand, role="admin").exists()
    with pytest.raises(NotAllowed) as beyond:
        switch_person(people["maya"], active=False, brand=brand, actor=people["omar"].id)
    assert beyond.value.code == "other-brands", "an admin of nothing reaches nobody"


def test_sign_ins_are_listed_and_ended_one_by_one(database: Any) -> None:
    people = given_people()
    phone = signed_in("omar@shop.example", HTTP_USER_AGENT="Mozilla/5.0 (iPhone) AppleWebKit Safari/604.1")
    desk = signed_in("omar@shop.example", HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Gecko Firefox/146.0")
    stranger = signed_in("maya@shop.example")
    page = desk.get("/profile").content.decode()
    assert "Safari on iPhone" in page and "Firefox on Linux" in page
    from allauth.usersessions.models import UserSession

    row = UserSession.objects.get(user=people["omar"], user_agent__contains="iPhone")
    assert fill(stranger, f"/profile/sign-ins/{row.pk}/end", of="/profile").status_code == 404, "somebody else's"
    assert phone.get("/profile").status_code == 200
    fill(desk, f"/profile/sign-ins/{row.pk}/end", of="/profile")
    assert phone.get("/profile").status_code == 302
    third = signed_in("omar@shop.example")
    fill(desk, "/profile/sign-ins/end-others", of="/profile")
    assert (third.get("/profile").status_code, desk.get("/profile").status_code) == (302, 200)
    assert len(entries("person.session-ended")) == 2


def test_a_new_password_ends_all_other_sign_ins(database: Any) -> None:
    people = given_people()
    here, there = signed_in("omar@shop.example"), signed_in("omar@shop.example")
    new = "four slow otters by the mill"
    wrong = fill(here, "/profile/password", {"oldpassword": "no", "password1": new, "password2": new})
    assert "Your present password is not right." in wrong.content.decode()
    said = {"oldpassword": "seven quiet herons at dawn", "password1": new, "password2": new}
    assert fill(here, "/profile/password", said).headers["location"] == "/profile"
    assert (here.get("/profile").status_code, there.get("/profile").status_code) == (200, 302)
    assert entries("person.password-changed") == [("person.password-changed", people["omar"].id)]
