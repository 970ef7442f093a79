"""Whole letters as people write them who have never seen the rules. Each names the failure, owns it, says why, what is
being done, what is given, what was changed, and whom to reach: no element of it should be reported as missing."""

from __future__ import annotations

LETTERS: dict[str, tuple[str, str]] = {
    "a gym": (
        "en",
        """
        Dear Ms Okafor,

        We took your May fee twice. I am sorry, that was our mistake, and you had to chase us for your own money.

        I changed our bank file on the last day of April and ran the old one as well. We have stopped the
        second charge, and the thirty pounds are going back to your account today; they should be there by
        Thursday.

        June is on us. From now on Carla looks through every file before I send it.

        If anything looks odd on your statement, call me on 0161 555 0114.

        Ben Whittle
        """,
    ),
    "a bakery": (
        "en",
        """
        Hello Mr Lindqvist,

        your daughter's cake was not ready on Saturday, and you stood in our shop with ten children waiting. I
        am so sorry. We let you down.

        The order slip had been put with those for Sunday, and nobody checked. You have your money back on
        your card since yesterday, and the next cake costs you nothing.

        We now read each order back on the phone and write the day in large letters.

        Come by or ring me, I am here until six.

        Ines
        """,
    ),
    "a library": (
        "en",
        """
        Dear reader,

        we sent you a reminder for a book that you had brought back in time, and charged you four euros. That
        was wrong of us, and we apologise.

        Our return box was emptied a day late because we had forgotten to plan anybody for the holiday. We
        have cancelled the reminder and taken the fee off your account. Your next three reservations are free.

        Since Monday the box is emptied by whoever closes the house, holiday or not.

        Just write back if something is still not right.

        Jo Marsh, lending desk
        """,
    ),
    "ein Hotel": (
        "de",
        """
        Sehr geehrte Frau Albrecht,

        wir haben Ihr Zimmer zweimal vergeben, und Sie standen nachts um elf ohne Bett da. Das war unser
        Fehler, und es tut mir sehr leid.

        Zwei Kollegen hatten am selben Nachmittag gebucht, weil unser Buch und das Programm nicht dasselbe
        sagten. Die Nacht im anderen Haus bezahlen wir, und Ihre Anzahlung geht heute auf Ihr Konto zurück.
        Spätestens am Freitag ist sie dort.

        Das Buch gibt es nicht mehr; jetzt bucht nur noch, wer am Programm sitzt.

        Meine Durchwahl steht oben. Rufen Sie mich an, wenn etwas offen ist.

        Ruth Sommer
        """,
    ),
    "eine Werkstatt": (
        "de",
        """
        Guten Tag Herr Yılmaz,

        wir haben Ihnen die falsche Bremse eingebaut, und Sie mussten eine Woche ohne Auto auskommen. Dafür
        entschuldige ich mich.

        Ich habe die Teilenummer falsch abgelesen und nicht noch einmal nachgesehen. Die richtige Bremse haben
        wir gestern eingebaut. Die Rechnung haben wir gestrichen, und den Mietwagen zahlen wir.

        Ab heute liest bei uns immer ein Zweiter die Nummer vor, bevor jemand zum Schlüssel greift.

        Wenn Ihnen beim Fahren etwas auffällt, rufen Sie bitte sofort an: 0351 555 01 12.

        Ihr Dirk Noack
        """,
    ),
    "ein Theater": (
        "de",
        """
        Liebe Frau Petrova,

        Ihre Karten für Samstag waren ungültig, und Sie mussten an der Tür umkehren. Das tut uns leid; die
        Schuld liegt bei uns.

        Beim Umstellen auf die neuen Codes hatten wir Ihre Reihe vergessen. Wir haben Ihnen das Geld
        zurückgezahlt, und am 14. März laden wir Sie zu zweit ein.

        Jede Karte wird jetzt am Abend vorher einmal gelesen, bevor wir öffnen.

        Antworten Sie einfach auf diese Mail, ich kümmere mich selbst darum.

        Jana Krüger
        """,
    ),
}
ELEMENTS = ("ack", "regret", "responsibility", "impact", "explanation", "fix", "prevention", "makegood", "contact")
