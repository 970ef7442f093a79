"""What makes a mail a test that nobody can take for the real one: a mark in the subject, a sentence above the words."""

from __future__ import annotations

from dataclasses import replace

from makegood.core.render.message import digest_words
from makegood.core.render.source import split_source
from makegood.kit.plugins import Words

_SAID = {
    "de": ("TEST", "Dies ist ein Test. Nur Sie bekommen ihn, nicht die Person, an die er geschrieben ist."),
    "en": ("TEST", "This is a test. Only you get it, not the customer it is written to."),
    "es": ("PRUEBA", "Esto es una prueba. Solo la recibe usted, no la persona a quien va dirigida."),
    "fr": ("TEST", "Ceci est un test. Vous seul le recevez, et non la personne à qui il est adressé."),
    "it": ("PROVA", "Questa è una prova. La riceve solo lei, non la persona a cui è indirizzata."),
    "nl": ("TEST", "Dit is een test. Alleen u krijgt hem, niet de persoon aan wie hij is gericht."),
    "pl": ("TEST", "To jest test. Otrzymuje go tylko osoba, która go wysłała, a nie jego adresat."),
    "pt": ("TESTE", "Isto é um teste. Só você o recebe, não a pessoa a quem se dirige."),
}


def with_note(text: str, name: str, locale: str) -> str:
    """The message's file with the note as its first paragraph. Raises `BadInput` where it has no front matter."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    _, body = split_source(text, name)
    return f"{text[: len(text) - len(body.text)]}> **{_said(locale)[1]}**\n\n{body.text}"


def marked(words: Words, locale: str) -> Words:
    """The same with the mark before the subject; `locale` is the language the message is written in."""
    subject = f"[{_said(locale)[0]}] {words.subject}"
    return replace(words, subject=subject, digest=digest_words(subject, words.text, words.html))


def _said(locale: str) -> tuple[str, str]:
    """In the message's language; English where it is another."""
    return _SAID.get(locale.replace("_", "-").partition("-")[0].lower(), _SAID["en"])
