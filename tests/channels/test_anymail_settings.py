"""Every provider of anymail is in the table, opens with what the table asks for, and refuses what it does not."""

from __future__ import annotations

import asyncio
import pkgutil
from importlib.util import find_spec
from typing import Any

import anymail.backends
import pytest

from makegood.channels.anymail import Anymail
from makegood.channels.anymail_providers import PROVIDERS
from makegood.cli.registered import settings_findings
from makegood.kit.plugins import ProviderError, Surroundings

# What anymail has beside its providers: bases, backends for tests, and the old name of one provider.
BESIDE = {"base", "base_requests", "console", "test", "sendinblue"}
INSTALLED = sorted(name for name, one in PROVIDERS.items() if not one.library or find_spec(one.library))


def settings_of(name: str) -> dict[str, Any]:
    given = {"api_url": "https://api.provider.example/v1/", "webhook_secret": "user:word"}
    needs = {setting: given.get(setting, "x-secret") for setting in PROVIDERS[name].needs}
    return {"provider": name, "sender_email": "help@shop.example", **needs}


async def no_database() -> Any:
    raise AssertionError("a provider has no business in the database")


def open_and_close(settings: dict[str, Any]) -> None:
    async def whole() -> None:
        plugin = await Anymail.open(Surroundings(settings, no_database))
        await plugin.close()

    asyncio.run(whole())


def test_no_provider_of_anymail_is_left_out() -> None:
    backends = {module.name for module in pkgutil.iter_modules(anymail.backends.__path__)} - BESIDE
    assert {name.replace("-", "_") for name in PROVIDERS} == backends


@pytest.mark.parametrize("name", INSTALLED)
def test_each_provider_opens_with_what_the_table_asks_for(name: str) -> None:
    assert Anymail.check(settings_of(name), {}) == []
    open_and_close(settings_of(name))


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_each_provider_says_what_is_missing_and_what_is_not_its_own(name: str) -> None:
    for needed in PROVIDERS[name].needs:
        without = {key: value for key, value in settings_of(name).items() if key != needed}
        said = [finding.what for finding in settings_findings("anymail", without)]
        assert any(needed in what for what in said), (needed, said)
    foreign = next(one for one in ("server_token", "project_id") if one not in PROVIDERS[name].settings)
    assert settings_findings("anymail", {**settings_of(name), foreign: "x"})
    assert settings_findings("anymail", settings_of(name)) == []


def test_a_provider_nobody_knows() -> None:
    assert settings_findings("anymail", {"provider": "pigeon", "sender_email": "help@shop.example"})
    assert Anymail.check({"provider": "pigeon", "sender_email": "help@shop.example"}, {})


@pytest.mark.skipif(find_spec("boto3") is not None, reason="boto3 is installed here")
def test_a_library_that_is_not_installed_is_named_with_what_to_do() -> None:
    (finding,) = Anymail.check(settings_of("amazon-ses"), {})
    assert (finding.code, finding.remedy) == ("library-missing", "Install it beside Makegood: pip install boto3.")
    with pytest.raises(ProviderError) as caught:
        open_and_close(settings_of("amazon-ses"))
    assert (caught.value.permanent, caught.value.code) == (False, "library-missing")


def test_settings_that_lost_a_part_open_nothing() -> None:
    settings = {"provider": "postmark", "sender_email": "help@shop.example"}
    with pytest.raises(ProviderError) as caught:
        open_and_close(settings)
    assert (caught.value.permanent, caught.value.code) == (False, "provider-settings")


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("http://api.postmarkapp.com/", True),
        ("ftp://127.0.0.1/", True),
        ("http://127.0.0.1:8080/", False),
        ("http://localhost/", False),
        ("https://api.eu.provider.example/", False),
        ("api.postmarkapp.com", True),
    ],
)
def test_keys_and_words_go_by_https_only(url: str, refused: bool) -> None:
    settings = {**settings_of("postmark"), "api_url": url}
    assert [finding.code for finding in Anymail.check(settings, {})] == (["plain-refused"] if refused else [])
    if refused:
        with pytest.raises(ProviderError) as caught:
            open_and_close(settings)
        assert caught.value.code == "plain-refused"


def test_every_call_has_a_limit_and_nothing_is_repeated() -> None:
    async def whole() -> tuple[Any, Any]:
        plugin = await Anymail.open(Surroundings({**settings_of("postmark"), "timeout": 5}, no_database))
        (backend,) = plugin._idle
        adapter = backend.session.get_adapter("https://api.postmarkapp.com/")
        await plugin.close()
        return backend.timeout, adapter.max_retries.total

    assert asyncio.run(whole()) == ((10, 5), 0)


def test_steps_have_no_settings_of_their_own() -> None:
    (finding,) = Anymail.check(settings_of("postmark"), {"template": "7"})
    assert finding.code == "bad-step"
