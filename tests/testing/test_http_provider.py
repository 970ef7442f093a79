"""The strict provider is strict: asked over plain HTTP, without any code of the remedies."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from makegood.testing.http_provider import REFUSALS, HttpProvider

BODY = {"customer": 1, "amount": "5.00", "currency": "USD"}


@pytest.fixture
def provider() -> Iterator[HttpProvider]:
    with HttpProvider() as running:
        yield running


def ask(
    provider: HttpProvider,
    path: str = "/credits",
    *,
    key: str = "",
    body: Any = None,
    method: str = "",
    patience: float = 5,
) -> tuple[int, Any, dict[str, str]]:
    """Status, JSON (or text), headers. Raises what `http.client` raises when no answer comes."""
    connection = http.client.HTTPConnection("127.0.0.1", provider.port, timeout=patience)
    headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
    try:
        method = method or ("POST" if body is not None else "GET")
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        response = connection.getresponse()
        raw = response.read().decode()
        try:
            said = json.loads(raw)
        except ValueError:
            said = raw
        return response.status, said, dict(response.headers)
    finally:
        connection.close()


def test_one_key_is_one_body_one_effect_one_answer(provider: HttpProvider, tmp_path: Path) -> None:
    first = ask(provider, key="k1", body=BODY)
    assert first[:2] == (200, {"id": "cr_1", "state": "done"})
    for _ in range(3):
        assert ask(provider, key="k1", body=BODY)[:2] == first[:2], "the stored answer, byte for byte"
    for other in ({**BODY, "amount": "5.01"}, {**BODY, "customer": 2}, {**BODY, "note": ""}, {}):
        assert ask(provider, key="k1", body=other)[:2] == (400, {"error": "idempotency_mismatch"})
    assert ask(provider, key="k2", body=BODY)[1] == {"id": "cr_2", "state": "done"}, "another key is another payment"
    assert ask(provider, body=BODY)[:2] == (400, {"error": "no_key"})
    assert provider.effects == {"k1": 1, "k2": 1}
    assert len(provider.requests) == 10
    assert provider.requests[0][:2] == ("POST", "/credits")
    assert provider.requests[0][2]["Idempotency-Key"] == "k1"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({**BODY, "currency": "KWD"}, "unknown_currency"),
        ({"amount": "5.00"}, "unknown_currency"),
        ({**BODY, "amount": "-5.00"}, "bad_amount"),
        ({**BODY, "amount": "five"}, "bad_amount"),
        ({**BODY, "amount": ""}, "bad_amount"),
        ({"currency": "USD"}, "bad_amount"),
    ],
)
def test_what_it_refuses_takes_no_effect_and_leaves_the_key_free(provider: HttpProvider, body: Any, error: str) -> None:
    assert ask(provider, key="k", body=body)[:2] == (422, {"error": error})
    assert provider.effects == {}
    assert ask(provider, key="k", body=BODY)[0] == 200


def test_look_up_and_reverse(provider: HttpProvider) -> None:
    assert ask(provider, "/credits/k")[0] == 404
    assert ask(provider, "/credits/k/reverse", method="POST")[0] == 404
    made = ask(provider, key="k", body=BODY)[1]
    assert ask(provider, "/credits/k")[:2] == (200, made)
    for _ in range(2):
        assert ask(provider, "/credits/k/reverse", method="POST")[:2] == (200, {"id": made["id"], "state": "reversed"})
    assert provider.reversed == {"k": 1}
    assert ask(provider, "/credits/k")[1]["error"] == "reversed"
    assert ask(provider, key="k", body=BODY)[1]["error"] == "reversed", "the key never pays again"
    assert provider.effects == {"k": 1}
    provider.next("503")
    assert ask(provider, "/credits/k")[0] == 503, "a look-up may be refused too"


@pytest.mark.parametrize("behaviour", sorted(REFUSALS))
def test_refusals_come_before_the_key_is_kept(provider: HttpProvider, behaviour: str) -> None:
    provider.next(behaviour)
    status, _, headers = ask(provider, key="k", body=BODY)
    assert status == REFUSALS[behaviour][0]
    assert REFUSALS[behaviour][1].items() <= headers.items()
    assert provider.effects == {}
    assert ask(provider, key="k", body={**BODY, "amount": "7.00"})[0] == 200, "the refused body is not remembered"


@pytest.mark.parametrize(("behaviour", "effects"), [("lost-answer", 1), ("drop", 0), ("hang", 1)])
def test_answers_that_never_come(provider: HttpProvider, behaviour: str, effects: int) -> None:
    provider.next(behaviour)
    with pytest.raises((http.client.HTTPException, OSError)):
        ask(provider, key="k", body=BODY, patience=0.3)
    assert sum(provider.effects.values()) == effects
    assert ask(provider, "/credits/k")[0] == (200 if effects else 404), "the look-up tells the two apart"
    assert ask(provider, key="k", body=BODY)[0] == 200
    assert provider.effects == {"k": 1}


@pytest.mark.parametrize(
    ("behaviour", "status", "said", "effects"),
    [
        ("500-with-effect", 500, {"error": "internal"}, 1),
        ("500-without-effect", 500, {"error": "500-without-effect"}, 0),
        ("pending", 202, {"id": "cr_1", "state": "done"}, 1),
        ("error-body", 200, {"error": "account_closed"}, 0),
        ("html", 200, "<html>It worked</html>", 1),
        ("truncated", 200, '{"id": "cr_1", "state": "do', 1),
        ("slow", 200, {"id": "cr_1", "state": "done"}, 1),
    ],
)
def test_answers_that_mislead(provider: HttpProvider, behaviour: str, status: int, said: Any, effects: int) -> None:
    provider.next(behaviour)
    assert ask(provider, key="k", body=BODY)[:2] == (status, said)
    assert provider.effects == ({"k": 1} if effects else {})
    assert ask(provider, key="k", body=BODY)[:2] == (200, {"id": "cr_1", "state": "done"})


def test_a_huge_answer_is_huge(provider: HttpProvider) -> None:
    provider.next("huge")
    assert len(ask(provider, key="k", body=BODY)[1]["padding"]) == 100_000


def test_behaviours_in_turn_then_always(provider: HttpProvider) -> None:
    provider.next("429", "accept")
    provider.always = "409"
    assert [ask(provider, key=f"k{n}", body=BODY)[0] for n in range(4)] == [429, 200, 409, 409]
    assert provider.effects == {"k1": 1}


def test_each_effect_is_one_line_of_the_log(tmp_path: Path) -> None:
    log = tmp_path / "effects"
    with HttpProvider(log=log) as provider:
        provider.next("lost-answer", "429", "accept", "accept")
        with pytest.raises((http.client.HTTPException, OSError)):
            ask(provider, key="k1", body=BODY)
        for key in ("k2", "k2", "k1"):
            ask(provider, key=key, body=BODY)
    assert [json.loads(line) for line in log.read_text().splitlines()] == [{"key": key, **BODY} for key in ("k1", "k2")]
