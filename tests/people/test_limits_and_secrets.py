"""Limits as people write them, and secrets that the database alone does not give away."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from makegood.kit.errors import BadInput
from makegood.kit.home import home
from makegood.people.actions import Limits, parse_limits
from makegood.people.secrets import KEY_FILE, resolve_secrets, seal_secret


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("MAKEGOOD_HOME", str(tmp_path))
    home.cache_clear()
    return tmp_path


def test_a_currency_and_an_amount_is_the_limit_of_a_mistake() -> None:
    assert parse_limits(["USD 1000", "JPY 500"]) == [
        Limits("USD", per_mistake=100_000),
        Limits("JPY", per_mistake=500),
    ]


def test_spans_in_any_order() -> None:
    (limit,) = parse_limits(["USD month=1000 act=50.50 mistake=5000 day=250"])
    assert limit == Limits("USD", per_act=5_050, per_day=25_000, per_30_days=100_000, per_mistake=500_000)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("USD week=5", "bad-limit"),
        ("USD act=", "bad-limit"),
        ("USD act=5 day", "bad-limit"),
        ("USD act=5,000", "bad-amount"),
        ("USD 1.001", "too-many-digits"),
        ("XXY 5", "unknown-currency"),
    ],
)
def test_what_is_not_a_limit(text: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_limits([text])
    assert refused.value.code == code


def test_a_sealed_secret_opens_here_only(place: Path) -> None:
    sealed = seal_secret("s3cret")
    assert "s3cret" not in str(sealed)
    assert resolve_secrets({"host": "mail", "login": {"password": sealed}}) == {
        "host": "mail",
        "login": {"password": "s3cret"},
    }
    (place / KEY_FILE).unlink()
    with pytest.raises(BadInput) as refused:
        resolve_secrets({"password": sealed})
    assert refused.value.code == "secret-sealed"
    assert "s3cret" not in str(refused.value)


def test_the_key_is_readable_by_its_owner_only(place: Path) -> None:
    first = seal_secret("a")
    assert stat.S_IMODE((place / KEY_FILE).stat().st_mode) == 0o600
    key = (place / KEY_FILE).read_bytes()
    seal_secret("b")
    assert (place / KEY_FILE).read_bytes() == key
    assert resolve_secrets({"x": first}) == {"x": "a"}


def test_a_secret_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"password": {"env": "SHOP_PASSWORD"}, "port": 587, "tls": "starttls"}
    with pytest.raises(BadInput) as refused:
        resolve_secrets(settings)
    assert refused.value.code == "secret-missing"
    assert "SHOP_PASSWORD_FILE" in refused.value.remedy
    monkeypatch.setenv("SHOP_PASSWORD", "s3cret")
    assert resolve_secrets(settings) == {"password": "s3cret", "port": 587, "tls": "starttls"}


def test_what_is_no_secret_stays_as_it_is() -> None:
    settings = {"headers": {"env": "a", "accept": "b"}, "list": [1, 2], "none": None}
    assert resolve_secrets(settings) == settings
