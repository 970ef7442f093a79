"""The engine's own connections in bad weather: to the provider, to the mail server, to its database."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from makegood.balance.invariants import check_invariants
from makegood.people.models import Connection
from makegood.testing.http_provider import HttpProvider
from makegood.testing.proxy import Proxy, Weather
from makegood.testing.smtp_server import SmtpServer
from tests.engine.paying import given_mailing, given_paying
from tests.engine.recovery import carry, chunks, counters, given_people, make_due, recovery, rows, states, turn, turns


def through(proxy: Proxy, name: str, port: int) -> None:
    """The connection goes by the proxy from now on."""
    row = Connection.objects.get(name=name)
    text = {key: _moved(value, port, proxy.port) for key, value in row.settings.items()}
    row.settings = text
    row.save()


def _moved(value: object, port: int, instead: int) -> object:
    if value == port:
        return instead
    return value.replace(f":{port}/", f":{instead}/") if isinstance(value, str) else value


@pytest.mark.parametrize(
    "weather",
    [
        Weather(down=0),
        Weather(down=20),
        Weather(down=0, ending="reset"),
        Weather(up=30),
        Weather(up=30, ending="reset"),
        Weather(up=400, ending="half"),
    ],
    ids=str,
)
def test_a_payment_whose_line_is_cut_is_paid_once(database, tmp_path, weather) -> None:
    with HttpProvider() as provider, Proxy(("127.0.0.1", provider.port)) as proxy:
        made = given_paying(tmp_path, provider, count=4)
        through(proxy, "http", provider.port)
        plan = made.start("remedy")
        proxy.next(weather, weather, Weather(), weather)
        plan = turns(turn(plan), most=12)
        assert (plan.state, states(plan), counters(plan)) == ("done", {"done": 4}, {"done": 4})
        assert set(provider.effects.values()) == {1}
        assert len(provider.effects) == 4
    assert proxy.met >= 2
    assert check_invariants(deep=True) == []


@pytest.mark.parametrize("most", [0, 5, 40, 120, 400, 700])
def test_a_mail_whose_line_is_cut_is_delivered_once_or_named(database, tmp_path, most) -> None:
    with SmtpServer() as server, Proxy(("127.0.0.1", server.port)) as proxy:
        made = given_mailing(tmp_path, server, count=2)
        row = Connection.objects.get(name="email")
        row.settings = {**row.settings, "port": proxy.port}
        row.save()
        plan = made.start("acknowledge")
        proxy.next(Weather(up=most), Weather(down=most))
        for _ in range(4):
            plan = turn(plan)
            make_due(plan)
        counted = states(plan)
        delivered = [message.message_id for message in server.messages]
        assert len(delivered) == len(set(delivered)), "nobody gets it twice"
        assert counted.get("unknown", 0) + counted.get("done", 0) + counted.get("accepted", 0) == 2
        assert len(delivered) >= 2 - counted.get("unknown", 0)
    assert check_invariants(deep=True) == []


def test_the_line_to_the_database_is_cut_at_any_byte(database, tmp_path, monkeypatch) -> None:
    """A commit whose answer is lost is a commit that may have been: nothing is paid twice, nothing forgotten."""
    made = recovery(tmp_path, given_people(), count=6)
    made.load()
    plan = made.start("remedy")
    direct = conninfo_to_dict(database.app_url)
    socket = Path(str(direct["host"])) / f".s.PGSQL.{direct.get('port') or 5432}"
    inner = Path(str(tmp_path)) / "line"
    inner.mkdir()
    dice = random.Random(11)
    with Proxy(socket, listen=inner / socket.name) as proxy:
        for number in range(30):
            way = dice.choice(["up", "down"])
            proxy.always = Weather(**{way: dice.randint(300, 6_000)}, ending=dice.choice(["close", "half"]))
            with monkeypatch.context() as patched:
                patched.setitem(settings.DATABASES["default"], "HOST", str(inner))
                for chunk in chunks(plan):
                    carry(chunk)
            proxy.cut()
            rows("UPDATE chunk SET lease_until = NULL WHERE lease_until IS NOT NULL RETURNING 1")
            make_due(plan)
            if number % 5 == 4:
                plan = turn(plan)
        assert proxy.met > 10
    plan = turns(plan, most=12)
    assert plan.state == "done"
    assert set(states(plan)) <= {"done", "accepted"}
    assert rows("SELECT count(*), count(DISTINCT key) FROM ledger_transfer") == [(6, 6)]
    assert check_invariants(deep=True) == []
