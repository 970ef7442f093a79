"""TLS: certificates are checked, nothing falls back to plain text, plain text stays on this machine."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from makegood.channels.email import Email
from makegood.kit.plugins import Answer, ProviderError, Receipt, Surroundings
from makegood.testing.contract import answers, made_up
from makegood.testing.smtp_server import SmtpServer


def certificate(folder: Path, *, address: str = "127.0.0.1") -> tuple[ssl.SSLContext, Path]:
    """A self-signed certificate for an address: the server's context, and the file a client may trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted = folder / "ca.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = folder / "key.pem"
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return context, trusted


def send(settings: dict[str, Any]) -> Answer:
    async def no_database() -> Any:
        raise AssertionError("e-mail has no business in the database")

    async def whole() -> Answer:
        try:
            plugin = await Email.open(Surroundings(settings, no_database))
        except ProviderError:
            await asyncio.sleep(0.05)  # the socket of a refused handshake closes in the loop's next turns
            raise
        try:
            return (await answers(plugin, [made_up(Email)]))[0]
        finally:
            await plugin.close()

    return asyncio.run(whole())


@pytest.mark.parametrize("mode", ["starttls", "implicit"])
@pytest.mark.parametrize("pipelining", [False, True], ids=["one-by-one", "pipelined"])
def test_a_trusted_certificate_and_the_right_password(tmp_path: Path, mode: str, *, pipelining: bool) -> None:
    context, trusted = certificate(tmp_path)
    with SmtpServer(tls=context, implicit=mode == "implicit", password="open sesame", pipelining=pipelining) as server:
        settings = {**server.settings, "tls": mode, "ca_file": str(trusted), "user": "shop", "password": "open sesame"}
        answer = send(settings)
        assert isinstance(answer, Receipt)
        assert len(server.messages) == 1


@pytest.mark.parametrize("mode", ["starttls", "implicit"])
def test_a_stranger_s_certificate_gets_nothing(tmp_path: Path, mode: str) -> None:
    context, _ = certificate(tmp_path)
    with SmtpServer(tls=context, implicit=mode == "implicit") as server:
        with pytest.raises(ProviderError) as caught:
            send({**server.settings, "tls": mode})
        assert caught.value.code == "tls"
        assert server.messages == []


@pytest.mark.parametrize("mode", ["starttls", "implicit"])
def test_a_certificate_for_another_host_gets_nothing(tmp_path: Path, mode: str) -> None:
    context, trusted = certificate(tmp_path, address="127.0.0.9")
    with SmtpServer(tls=context, implicit=mode == "implicit") as server:
        with pytest.raises(ProviderError) as caught:
            send({**server.settings, "tls": mode, "ca_file": str(trusted)})
        assert caught.value.code == "tls"
        assert server.messages == []


@pytest.mark.parametrize("offered", [True, False])
def test_starttls_never_falls_back_to_plain_text(tmp_path: Path, offered: bool) -> None:
    context, trusted = certificate(tmp_path)
    with SmtpServer(tls=context if offered else None) as server:
        server.on_connect.append("starttls-refused")
        with pytest.raises(ProviderError) as caught:
            send({**server.settings, "tls": "starttls", "ca_file": str(trusted)})
        assert not caught.value.permanent
        assert server.messages == []


def test_plain_text_stays_on_this_machine() -> None:
    away = {"host": "mail.example", "tls": "none", "sender_email": "a@b.example"}
    with pytest.raises(ProviderError) as caught:
        send(away)
    assert caught.value.code == "plain-refused"
    assert [finding.code for finding in Email.check(away, {})] == ["plain-refused"]
    for fine in ({"host": "localhost"}, {"host": "::1"}, {"tls": "starttls"}, {"allow_plain": True}):
        assert Email.check({**away, **fine}, {}) == []


def test_findings_never_quote_a_secret() -> None:
    settings = {"host": "h.example", "sender_email": "a@b.example", "password": ["hunter2"], "user": 7}
    found = Email.check(settings, {})
    assert [finding.code for finding in found] == ["bad-connection", "bad-connection"]
    assert "hunter2" not in " ".join(finding.what for finding in found)
