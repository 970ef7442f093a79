"""Messages: Liquid around facts, Markdown inside, values that can never become markup. Pure."""

from makegood.core.render.errors import MissingFact, Unrenderable
from makegood.core.render.message import Message, digest_words
from makegood.core.render.source import SCHEMA, compile_message
from makegood.core.render.traced import Traced, TracedMessage
from makegood.core.render.values import Value

__all__ = [
    "SCHEMA",
    "Message",
    "MissingFact",
    "Traced",
    "TracedMessage",
    "Unrenderable",
    "Value",
    "compile_message",
    "digest_words",
]
