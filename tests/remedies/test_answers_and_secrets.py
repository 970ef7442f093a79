"""What answers mean, as tables over the whole range; where calls may go; and that no secret is ever said."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from makegood.channels import CHANNELS
from makegood.channels.email import Email
from makegood.kit.money import Money
from makegood.kit.plugins import Answer, OutcomeUnknown, ProviderError, Receipt, Surroundings
from makegood.remedies import REMEDIES
from makegood.remedies.answers import RULE_SCHEMA, Reply, is_ruled, judge
from makegood.remedies.egress import vet
from makegood.remedies.http import Http
from makegood.testing.contract import answers, made_up
from makegood.testing.http_provider import HttpProvider
from makegood.testing.smtp_server import SmtpServer

SECRET = "hunter2-canary"


def kind_of(reply: Reply, rules: list[dict[str, Any]], reference: str = "") -> str:
    try:
        return judge(reply, rules, reference=reference).status
    except ProviderError as no:
        return "never" if no.permanent else "later"
    except OutcomeUnknown:
        return "unknown"


@pytest.mark.parametrize(
    ("statuses", "means"),
    [
        (range(100, 200), "never"),
        (range(200, 300), "done"),
        (range(300, 400), "never"),
        ([400, 401, 402, 403, 404, 405, 406, 407, 410, 411, 412, 422, 451, 499], "never"),
        ([409, 425, 429], "later"),
        ([408, *range(500, 600)], "unknown"),
    ],
)
def test_every_status_without_a_rule(statuses: Any, means: str) -> None:
    assert {status: kind_of(Reply(status, b"{}"), []) for status in statuses} == dict.fromkeys(statuses, means)


@pytest.mark.parametrize("means", RULE_SCHEMA["properties"]["means"]["enum"])
@pytest.mark.parametrize("status", [200, 202, 302, 404, 429, 500, 503])
def test_a_rule_decides_whatever_http_says(means: str, status: int) -> None:
    said = {"permanent": "never", "retry": "later"}.get(means, means)
    for rule in ({"status": str(status)}, {"status": f"{status // 100}xx"}, {"pointer": "/ok"}, {}):
        reply = Reply(status, b'{"ok": 1}')
        assert kind_of(reply, [{**rule, "means": means}]) == said
        assert is_ruled(reply, [{**rule, "means": means}])
    assert not is_ruled(Reply(status, b"{}"), [{"pointer": "/ok", "means": means}])


@pytest.mark.parametrize(
    ("equals", "body", "fits"),
    [
        (True, b'{"v": true}', True),
        (True, b'{"v": 1}', False),
        (1, b'{"v": 1}', True),
        (1, b'{"v": true}', False),
        (1, b'{"v": 1.0}', False),
        ("1", b'{"v": 1}', False),
        (None, b'{"v": null}', True),
        (None, b"{}", False),
        (0, b'{"v": false}', False),
        ("ok", b'{"v": "OK"}', False),
        ("ok", b'{"v": ["ok"]}', False),
    ],
)
def test_what_stands_at_a_pointer_is_compared_with_its_type(equals: Any, body: bytes, fits: bool) -> None:
    rule = {"pointer": "/v", "equals": equals, "means": "permanent"}
    assert is_ruled(Reply(200, body), [rule]) is fits


@given(st.integers(100, 599), st.binary(max_size=60), st.booleans())
def test_no_answer_crashes_and_only_a_readable_2xx_is_a_yes(status: int, body: bytes, cut: bool) -> None:
    found = kind_of(Reply(status, body, cut=cut), [], "/id")
    assert found in {"done", "never", "later", "unknown"}
    if found == "done":
        assert 200 <= status < 300 and not cut


@pytest.mark.parametrize(
    ("value", "reference"),
    [
        (b'{"id": "r1"}', "r1"),
        (b'{"id": 42}', "42"),
        (b'{"id": 1.5}', ""),
        (b'{"id": ["r1"]}', ""),
        (b'{"id": "ana@mail.example"}', ""),
        (b'{"id": null}', ""),
        (b'{"other": 1}', ""),
        (b'{"id": "' + b"x" * 300 + b'"}', "x" * 100),
    ],
)
def test_the_providers_reference_is_short_and_never_an_address(value: bytes, reference: str) -> None:
    assert judge(Reply(200, value), [], reference="/id").reference == reference


@pytest.mark.parametrize(
    ("allowed", "host", "address", "open_"),
    [
        ("", "erp.internal", "10.0.0.1", False),
        ("10.0.0.0/8", "erp.internal", "10.255.255.255", True),
        ("10.0.0.0/8", "erp.internal", "11.0.0.1", True),
        ("10.0.0.0/8", "erp.internal", "192.168.0.1", False),
        ("10.0.0.7", "erp.internal", "10.0.0.7", True),
        ("10.0.0.7", "erp.internal", "10.0.0.8", False),
        ("10.0.0.7/24", "erp.internal", "10.0.0.9", True),
        ("fd00::/8", "erp.internal", "fd12::1", True),
        ("10.0.0.0/8", "erp.internal", "::ffff:10.0.0.1", True),
        ("erp.internal", "ERP.INTERNAL.", "10.0.0.1", True),
        ("erp.internal", "evil-erp.internal", "10.0.0.1", False),
        ("erp.internal", "erp.internal.evil.example", "10.0.0.1", False),
        ("nonsense/99,, ,10.0.0.0/8", "x", "10.0.0.1", True),
        ("169.254.0.0/16", "metadata", "169.254.169.254", True),
        ("*", "x", "10.0.0.1", False),
    ],
)
def test_what_an_operator_allows(
    monkeypatch: pytest.MonkeyPatch, allowed: str, host: str, address: str, open_: bool
) -> None:
    monkeypatch.setenv("MAKEGOOD_EGRESS_ALLOW", allowed)
    if open_:
        vet(host, address, allow_loopback=False)
        return
    with pytest.raises(ProviderError) as no:
        vet(host, address, allow_loopback=False)
    assert (no.value.permanent, no.value.code) == (False, "egress-refused")
    assert address not in no.value.words and host not in no.value.words


@pytest.fixture
def provider() -> Iterator[HttpProvider]:
    with HttpProvider() as running:
        yield running


def said_by(plugin: Any, settings: dict[str, Any]) -> str:
    """Everything a plug-in says about one envelope: answers, errors, their causes, its own repr."""

    async def no_database() -> Any:
        raise AssertionError("not asked")

    async def whole() -> list[object]:
        said: list[object] = []
        try:
            opened = await plugin.open(Surroundings(settings, no_database))
        except ProviderError as no:
            return [no, repr(no), repr(no.__cause__), repr(no.__context__)]
        try:
            found: dict[int, Answer] = await answers(opened, [made_up(plugin, amount=Money(500, "USD"))])
            said += [*found.values(), *(repr(answer) for answer in found.values()), repr(opened)]
            said += [repr(getattr(answer, "__cause__", "")) for answer in found.values()]
            for ask in (opened.look_up, opened.reverse):
                try:
                    said.append(repr(await ask("k")))
                except (ProviderError, OutcomeUnknown) as no:
                    said += [repr(no), repr(no.__cause__)]
        finally:
            await opened.close()
        return said

    return " ".join(str(one) for one in asyncio.run(whole()))


@pytest.mark.parametrize(
    "behaviour", ["accept", "401", "429", "500-with-effect", "drop", "lost-answer", "html", "huge"]
)
def test_no_header_of_a_connection_is_ever_said(
    provider: HttpProvider, behaviour: str, caplog: pytest.LogCaptureFixture
) -> None:
    provider.always = behaviour
    settings = {**provider.settings, "headers": {"Authorization": f"Bearer {SECRET}"}}
    with caplog.at_level(logging.DEBUG):
        said = said_by(Http, settings)
    assert SECRET not in said and SECRET not in caplog.text
    assert provider.requests[0][2]["Authorization"] == f"Bearer {SECRET}", "it was sent, though"


@pytest.mark.parametrize("manner", ["accept", "535", "421-greeting", "drop-greeting"])
def test_no_password_of_a_mail_server_is_ever_said(manner: str, caplog: pytest.LogCaptureFixture) -> None:
    with SmtpServer(password=SECRET) as server, caplog.at_level(logging.DEBUG):
        server.on_connect.append(manner)
        said = said_by(Email, {**server.settings, "user": "shop", "password": SECRET, "timeout": 1})
        assert len(server.messages) == (1 if manner == "accept" else 0)
    assert SECRET not in said and SECRET not in caplog.text


@pytest.mark.parametrize("name", REMEDIES.names() + CHANNELS.names())
def test_no_finding_quotes_a_setting(name: str) -> None:
    plugin = REMEDIES.get(name) if name in REMEDIES.names() else CHANNELS.get(name)
    settings = {field: [SECRET] for field in plugin.settings_schema["properties"]} | {"unknown": SECRET}
    findings = plugin.check(settings, {"unknown": [SECRET]})
    assert findings
    assert SECRET not in str(findings)


def test_a_call_that_cannot_leave_says_so_and_is_not_a_payment(provider: HttpProvider) -> None:
    """The same settings without the leave to call this machine: refused before anything is sent."""
    settings = {**provider.settings, "allow_loopback": False}
    assert "Plain HTTP is refused" in said_by(Http, settings)
    assert "not public" in said_by(Http, {**settings, "allow_http": True})
    assert provider.requests == []
    assert provider.effects == {}
    receipt = judge(Reply(200, b'{"id": "x"}'), [], reference="/id")
    assert isinstance(receipt, Receipt)
