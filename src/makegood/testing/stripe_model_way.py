"""The model of Stripe in process as the plug-in's way to it: no socket, no thread, no waiting.

class Simulated(Stripe):
    @classmethod
    def way(cls, surroundings): return ModelWay(model)
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from makegood.kit.plugins import OutcomeUnknown, ProviderError
from makegood.testing.stripe_model import Request, StripeModel
from makegood.testing.stripe_model_server import body_of


class ModelWay:
    """The model in process as a way to Stripe. What is spoilt on the way is an answer that never came."""

    def __init__(self, model: StripeModel) -> None:
        self.model = model

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: str | None
    ) -> tuple[int, bytes, Mapping[str, str]]:
        parts = urlsplit(url)
        params = dict(parse_qsl(body if body is not None else parts.query, keep_blank_values=True))
        small = {name.lower(): value for name, value in headers.items()}
        answer = self.model.answer(Request(method, parts.path, params, small))
        if answer.transport == "drop":
            raise ProviderError("Stripe cannot be reached.", permanent=False, code="unreachable")
        if answer.transport:
            raise OutcomeUnknown("Stripe did not answer.", code="no-answer")
        return answer.status, body_of(answer), {name.lower(): value for name, value in answer.headers.items()}

    async def close(self) -> None:
        return None
