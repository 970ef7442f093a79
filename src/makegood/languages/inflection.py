"""The forms of English verbs, so that a lexicon names each verb once."""

from __future__ import annotations

import re
from collections.abc import Mapping


def inflect(verbs: str, irregular: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """English forms of verbs: base, with s, past or participle, with ing (blanks between words)."""
    forms: dict[str, list[str]] = {"": [], "S": [], "ED": [], "ING": []}
    for verb in verbs.split():
        past = irregular.get(verb)
        forms[""].append(verb)
        forms["S"].append(verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s"))
        stem = verb[:-1] if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) else verb
        if verb.endswith("y") and verb[-2] not in "aeo":
            forms["S"][-1] = verb[:-1] + "ies"
            forms["ED"].append(verb[:-1] + "ied")
        elif past:
            forms["ED"].extend(past)
        else:
            forms["ED"].append(_double(stem) + "ed")
        forms["ING"].append((_double(stem) if stem == verb else stem) + "ing")
    return {ending: " ".join(words) for ending, words in forms.items()}


def _double(stem: str) -> str:
    """`stop` doubles its last letter, `repair` and `fix` do not."""
    if re.fullmatch(r"[^aeiou]*[aeiou][bdgklmnprt]", stem) and len(stem) <= 5 and stem not in {"add"}:
        return stem + stem[-1]
    return stem
