"""What makes a mail a test that nobody can take for the real one: a mark in the subject, a sentence above the words."""

from __future__ import annotations

from dataclasses import replace

from makegood.core.render.message import digest_words
from makegood.core.render.source import split_source
from makegood.kit.plugins import Words

_SAID = {
    "de": ("TEST", "Dies ist ein Test. Nur Sie bekommen ihn; an Kunden ging nichts."),
    "en": ("TEST", "This is a test. Only you get it; no customer has been written to."),
    "es": ("PRUEBA", "Esto es una prueba. Solo la recibe usted; no se ha escrito a ningún cliente."),
    "fr": ("TEST", "Ceci est un test. Vous seul le recevez ; aucun client n’a reçu de message."),
    "it": ("PROVA", "Questa è una prova. La riceve solo lei; nessun cliente ha ricevuto un messaggio."),
    "nl": ("TEST", "Dit is een test. Alleen u krijgt hem; er is geen klant aangeschreven."),
    "pl": ("TEST", "To jest test. Otrzymuje go tylko nadawca; do żadnego klienta nic nie wysłano."),
    "pt": ("TESTE", "Isto é um teste. Só você o recebe; nenhum cliente recebeu uma mensagem."),
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
