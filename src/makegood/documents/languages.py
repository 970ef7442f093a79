"""Messages in several languages: each of them whole, and saying the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from makegood.core.render.spoken import choose, message_of
from makegood.documents.placeholders import HasTexts
from makegood.kit.errors import Finding, Place


def check_languages(
    folder: HasTexts, messages: Mapping[str, Mapping[str, str]], used: Mapping[str, Collection[str]], locale: str
) -> list[Finding]:
    """Advice where a message lacks a language that another has, and where two languages do not name the same facts.

    `messages` are files by message and language, `used` the names that each file shows, `locale` the mistake's.
    """
    languages = sorted({language for files in messages.values() for language in files if language})
    found = []
    for message, files in messages.items():
        if not any(files):
            continue
        missing = [one for one in languages if one not in files]
        if missing:
            instead = files[choose(files, missing[0], locale)]
            what = f"Message '{message}' is not there in {', '.join(missing)}; these customers get '{instead}'."
            remedy = f"Write messages/{message}.{missing[0]}.md as well."
            found.append(Finding("language-missing", what, remedy, "advice", Place(folder.shown(instead))))
        found += _unlike(folder, files, used)
    return found


def _unlike(folder: HasTexts, files: Mapping[str, str], used: Mapping[str, Collection[str]]) -> list[Finding]:
    """What the first language shows and another does not: `facts.cause_de` is the German `facts.cause`."""
    shown = {file: {_plain(name, file) for name in used[file]} for file in files.values() if file in used}
    every = set().union(*shown.values())
    found = []
    for file, names in shown.items():
        if lacking := sorted(every - names):
            others = ", ".join(f"'{name}'" for name in lacking)
            what = f"The message does not name {others}, which it names in another language."
            remedy = "Say the same in each language, or leave it out in all."
            found.append(Finding("languages-differ", what, remedy, "advice", Place(folder.shown(file))))
    return found


def _plain(name: str, file: str) -> str:
    language = message_of(file)[1].partition("-")[0]
    return name.removesuffix(f"_{language}") if language else name
