"""Syllables near enough for a mean; two formulas against values worked out by hand; hard and easy texts apart."""

import pytest

from makegood.checks.readable import FEWEST, count_syllables, measure
from makegood.checks.text import split_text

EASY = "We charged you twice. That was our fault. Your card has the money again. You need to do nothing. " * 3
HARD = (
    "Notwithstanding the aforementioned administrative irregularities, the organisation's reimbursement authorisation "
    "necessitates supplementary documentation demonstrating the legitimacy of subsequent transactional notifications, "
    "whereupon the competent departmental representative will communicate the determination. "
) * 2
SCHWER = (
    "Unbeschadet der vorstehend aufgeführten Verwaltungsunregelmäßigkeiten erfordert die Rückerstattungsgenehmigung "
    "ergänzende Unterlagen, welche die Rechtmäßigkeit nachfolgender Zahlungsbenachrichtigungen belegen, "
    "woraufhin die zuständige Sachbearbeitung die Entscheidung schriftlich mitteilt. "
) * 2
LEICHT = "Wir haben Sie zwei Mal belastet. Das war unser Fehler. Das Geld ist wieder da. Sie müssen nichts tun. " * 3


@pytest.mark.parametrize(
    ("word", "language", "count"),
    [("we", "en", 1), ("charged", "en", 1), ("wanted", "en", 2), ("table", "en", 2), ("because", "en", 2),
     ("money", "en", 2), ("apologise", "en", 4), ("tree", "en", 1), ("nth", "en", 1), ("bitte", "de", 2),
     ("entschädigung", "de", 4), ("tür", "de", 1)],
)  # fmt: skip
def test_syllables(word, language, count):
    assert count_syllables(word, language) == count


def test_flesch_by_hand():
    text = "The cat sat on the mat. " * 6  # 36 words of one syllable in 6 sentences
    measured = measure(split_text(text), "en")
    assert (measured.words, measured.sentences) == (36, 6)
    assert measured.score == pytest.approx(206.835 - 1.015 * 6 - 84.6)


def test_wiener_by_hand():
    text = "Wir haben heute Ihre Entschädigung bezahlt. " * 5  # a third: one long word of four syllables, 1 of 1
    measured = measure(split_text(text), "de")
    many, one, long = 100 / 6, 100 / 6, 200 / 6  # Entschädigung; Wir; Entschädigung and bezahlt
    assert measured.score == pytest.approx(0.1935 * many + 0.1672 * 6 + 0.1297 * long - 0.0327 * one - 0.875)


@pytest.mark.parametrize(("text", "language", "hard"), [
    (EASY, "en", False), (HARD, "en", True), (LEICHT, "de", False), (SCHWER, "de", True),
])  # fmt: skip
def test_hard_and_easy_are_told_apart(text, language, hard):
    measured = measure(split_text(text), language)
    assert measured.is_hard("consumer") is hard
    assert hard or not measured.is_hard("developer")


def test_of_a_few_words_nothing_is_said():
    measured = measure(split_text("Notwithstanding administrative irregularities."), "en")
    assert measured.words < FEWEST
    assert (measured.score, measured.is_hard("consumer")) == (None, False)


def test_each_audience_reads_so_much():
    measured = measure(split_text("We paid it back. " * 90), "en")
    assert (measured.words, measured.is_long("consumer"), measured.is_long("business")) == (360, True, False)
