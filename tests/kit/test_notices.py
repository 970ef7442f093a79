"""The seam for what providers say later: a plug-in hears when it has the method, and only then."""

from datetime import UTC, datetime

import pytest

from makegood.kit.notices import Hears, Notice, NotTheirs


class Deaf:
    pass


class Hearing:
    @classmethod
    def read_notices(cls, settings, headers, body, *, now):
        if headers.get("signature") != "right":
            raise NotTheirs("The signature is wrong.", code="bad-signature")
        return [Notice(event="e1", says="bounced", at=now, order=1, key=body.decode())]


def test_a_plugin_hears_when_it_has_the_method() -> None:
    assert isinstance(Hearing, Hears)
    assert not isinstance(Deaf, Hears)


def test_words_without_proof_say_nothing() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(NotTheirs) as no:
        Hearing.read_notices({}, {}, b"mg-1", now=now)
    assert no.value.code == "bad-signature"
    (notice,) = Hearing.read_notices({}, {"signature": "right"}, b"mg-1", now=now)
    assert (notice.key, notice.reference, notice.address) == ("mg-1", "", "")
