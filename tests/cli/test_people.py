"""People, brands and tokens from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli


def token_of(cli: Cli, email: str, *roles: str, limit: str = "") -> str:
    words = [word for role in roles for word in ("--role", role)] + (["--limit", limit] if limit else [])
    return str(cli("people", "add", "--name", "Bo", "--email", email, *words, "--json").json["token"])


def test_the_first_command_adds_the_first_person_and_keeps_the_token(cli: Cli, tmp_path: Path) -> None:
    first = cli("people", "--json")
    (person,) = first.json
    assert "is the first person here" in first.said
    assert person["roles"] == ["admin", "agent", "lead"]
    assert person["email"].endswith("@localhost")
    assert {limit["currency"]: limit["per_act"] for limit in person["limits"]} == {
        "EUR": 5000,
        "GBP": 5000,
        "USD": 5000,
    }
    token = tmp_path / "home/secrets/token"
    assert token.stat().st_mode & 0o777 == 0o600
    again = cli("people", "list", "--json")
    assert again.json == first.json
    assert again.err == ""


def test_a_person_with_roles_and_limits_acts_with_their_own_token(cli: Cli, tmp_path: Path) -> None:
    token = token_of(cli, "bo@example.org", "approver", limit="USD act=50 mistake=1000.50")
    shown = cli("people").out
    assert "USD 1,000.50" in shown and "bo@example.org" in shown
    assert cli("people", "--json", MAKEGOOD_TOKEN=token).json[0]["limits"][0]["per_mistake"] == 100050
    refused = cli("brand", "set", "default", "--zone", "Europe/Berlin", code=1, MAKEGOOD_TOKEN=token)
    assert (
        refused.said
        == "Bo may not admin in 'default'. Someone who is admin there can, with a token that allows 'admin'."
    )
    file = tmp_path / "token"
    file.write_text(token + "\n")
    assert cli("brand", "--json", MAKEGOOD_TOKEN_FILE=str(file)).json[0]["slug"] == "default"


def test_revoked_unknown_and_missing_tokens_are_refused_alike(cli: Cli, tmp_path: Path) -> None:
    token = token_of(cli, "bo@example.org", "auditor")
    assert cli("people", "revoke", "BO@example.org").out == "1 token of Bo revoked.\n"
    revoked = cli("people", code=1, MAKEGOOD_TOKEN=token)
    assert revoked.err == cli("people", code=1, MAKEGOOD_TOKEN="nonsense").err
    assert cli("people", "revoke", "who@example.org", code=1).said.startswith("Nobody in 'default' has")
    (tmp_path / "home/secrets/token").unlink()
    assert cli("people", code=1).said.startswith("There is no token that says who you are. Set MAKEGOOD_TOKEN")


def test_there_is_no_acting_as_somebody_else(cli: Cli) -> None:
    assert "No such option" in cli("people", "list", "--as", "root@localhost", code=64).said


def test_errors_in_json_have_one_form(cli: Cli) -> None:
    ran = cli("people", "--brand", "none", "--json", code=1)
    assert ran.json["error"]["code"] == "no-brand"
    assert ran.json["error"]["what"] == "There is no brand 'none' for you."
    bad = cli("people", "add", "--name", "B", "--email", "b@b.b", "--role", "king", code=1)
    assert bad.said == "There is no role 'king'. Use one of: reporter, agent, lead, approver, admin, auditor."


def test_nobody_raises_their_own_limits(cli: Cli) -> None:
    me = cli("people", "--json").json[0]["email"]
    words = ["people", "add", "--name", "Me", "--email", me, "--role", "approver", "--limit", "USD 1000000"]
    assert cli(*words, code=1).said == "Nobody edits their own roles and limits. Ask another admin."


def test_a_renewed_token_takes_the_place_of_the_old_one(cli: Cli, tmp_path: Path) -> None:
    cli("people")
    file = tmp_path / "home/secrets/token"
    old = file.read_text().strip()
    cli("people", "renew")
    new = file.read_text().strip()
    assert new != old
    cli("people", MAKEGOOD_TOKEN=new)
    bo = token_of(cli, "bo@example.org", "auditor")
    shown = cli("people", "renew", MAKEGOOD_TOKEN=bo).out
    assert shown.splitlines()[-1].strip() not in (bo, new)
    assert file.read_text().strip() == new


def test_a_brand_is_changed_and_what_is_not_named_stays(cli: Cli) -> None:
    cli("brand", "set", "default", "--legal-name", "North & Co", "--postal", "Street 1", "--postal", "1234 Town")
    cli("brand", "set", "default", "--sender", "help@north.example", "--reply-to", "us@north.example")
    cli("brand", "set", "default", "--zone", "Europe/Berlin")
    cli("brand", "solo", "default", "2d")
    (brand,) = cli("brand", "--json").json
    assert brand == {
        "slug": "default",
        "legal_name": "North & Co",
        "sender_name": "North & Co",
        "sender_email": "help@north.example",
        "reply_to": "us@north.example",
        "postal": "Street 1\n1234 Town",
        "zone": "Europe/Berlin",
        "solo_wait": 172800,
    }
    assert "after 2 days" in cli("brand").out
    cli("brand", "solo", "default", "off")
    assert cli("brand", "list", "--json").json[0]["solo_wait"] is None


def test_bad_brand_settings_are_sentences(cli: Cli) -> None:
    assert "'Mars' is not a time zone." in cli("brand", "set", "default", "--zone", "Mars", code=1).said
    assert "is not an address" in cli("brand", "set", "default", "--sender", "nobody", code=1).said
    assert "The legal name is empty." in cli("brand", "set", "default", "--legal-name", " ", code=1).said
    assert "Nothing to change was named." in cli("brand", "set", "default", code=1).said
    assert "'soon' is not a waiting time." in cli("brand", "solo", "default", "soon", code=1).said


def test_a_new_brand_gives_its_maker_no_more_than_they_have(cli: Cli) -> None:
    cli("brand", "add", "south", "--legal-name", "South", "--zone", "Asia/Tokyo")
    north, south = cli("people", "--json").json, cli("people", "--brand", "south", "--json").json
    assert north == south
    assert [brand["slug"] for brand in cli("brand", "--json").json] == ["default", "south"]
    assert "already a brand 'south'" in cli("brand", "add", "south", "--legal-name", "S", code=1).said
    assert "is not a name for a brand" in cli("brand", "add", "South!", "--legal-name", "S", code=1).said
    bo = token_of(cli, "bo@example.org", "auditor")
    assert [brand["slug"] for brand in cli("brand", "--json", MAKEGOOD_TOKEN=bo).json] == ["default"]
