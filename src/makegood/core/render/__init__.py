"""Messages: Liquid around facts, Markdown inside, values that can never become markup. Pure."""

from makegood.core.render.errors import MissingFact, Unrenderable
from makegood.core.render.message import Message, digest_words
from makegood.core.render.page import Frame
from makegood.core.render.source import SCHEMA, compile_message, compile_spoken
from makegood.core.render.spoken import Spoken
from makegood.core.render.traced import Traced, TracedMessage
from makegood.core.render.values import Value

__all__ = [
    "SCHEMA",
    "Frame",
    "Message",
    "MissingFact",
    "Spoken",
    "Traced",
    "TracedMessage",
    "Unrenderable",
    "Value",
    "compile_message",
    "compile_spoken",
    "digest_words",
]
