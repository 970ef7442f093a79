"""Sentences as people write them who have never seen the rules, in English and German: what each says.

`FIRST` and `SECOND` were written before the rules were looked at, and used to widen them; `THIRD` after that, to see
how far it carries. How many of each are read, before and after: docs/checker-quality.md.
"""

from __future__ import annotations

FIRST: dict[str, dict[str, str]] = {
    "en": {
        "fix": """
            We are paying your money back.
            We have stopped the second charge.
            Your twelve pounds are going back onto the card you used.
            I took the extra line off your bill this morning.
            The duplicate never left your bank, because we called it back in time.
            We sent Tom round with the missing shelf.
            Your seat is yours again, and the other guest has been given another.
            We are looking for your case and have two people on it.
            I have put your old tariff back in.
            The locksmith changed the lock an hour after you rang.
        """,
        "explanation": """
            The two lists carry the same name, and I opened the old one.
            Our till had lost its connection and took the card again when it came back.
            The driver had your old address on his sheet.
            Nobody told the night shift that the recipe had changed.
            I misread my own handwriting and wrote seven for one.
            What went wrong is simple: we booked the room before we had looked whether it was free.
            The form dropped the last digit of every long number.
            Two of us each thought the other had done it.
        """,
        "makegood": """
            The cleaning is on us.
            Your next two visits cost you nothing.
            You will find twenty pounds from us on your account, and they are yours to keep.
            Please keep the lamp, and the new one costs you nothing either.
            We have knocked the whole delivery charge off.
            We pay the taxi you had to take.
        """,
        "contact": """
            My desk number is on the top of this letter, and I pick up myself.
            Hit reply and you get me, not a machine.
            If anything still looks odd, say so and we sort it out together.
            You need not lift a finger.
            Ask for Denise when you come in.
            Anything else on your mind? My door is open until six.
        """,
        "prevention": """
            The old list is gone, so nobody can open it by mistake again.
            A second pair of eyes goes over each invoice before it leaves the house.
            The till asks "have you been paid already?" before it takes a card again.
            We read addresses back to the caller now.
            As of this week a parcel cannot leave without two labels that match.
            We cut the shift to six hours, because tired people mix things up.
        """,
    },
    "de": {
        "fix": """
            Wir zahlen Ihnen das Geld zurück.
            Die zweite Abbuchung haben wir gestoppt.
            Ihre zwölf Euro gehen auf die Karte zurück, mit der Sie bezahlt haben.
            Ich habe den Posten heute früh von Ihrer Rechnung genommen.
            Das fehlende Brett bringt Ihnen unser Kollege heute noch vorbei.
            Ihr Zimmer gehört wieder Ihnen, der andere Gast hat ein anderes bekommen.
            Wir suchen Ihren Koffer, zwei von uns sind dran.
            Ihren alten Tarif habe ich wieder eingetragen.
        """,
        "explanation": """
            Beide Listen heißen gleich, und ich habe die alte geöffnet.
            Unsere Kasse hatte keine Verbindung und hat noch einmal gebucht, als sie wieder da war.
            Auf dem Zettel des Fahrers stand Ihre alte Adresse.
            Niemand hat der Nachtschicht gesagt, dass das Rezept neu ist.
            Ich habe meine eigene Schrift falsch gelesen und aus einer Eins eine Sieben gemacht.
            Das Formular hat bei langen Nummern die letzte Ziffer abgeschnitten.
            Jeder von uns beiden dachte, der andere hätte es erledigt.
        """,
        "makegood": """
            Die Reinigung geht auf uns.
            Die nächsten zwei Besuche kosten Sie nichts.
            Auf Ihrem Konto sind zwanzig Euro von uns, die können Sie behalten.
            Die Versandkosten haben wir ganz gestrichen.
            Das Taxi, das Sie nehmen mussten, bezahlen wir.
        """,
        "contact": """
            Meine Durchwahl steht oben auf dem Brief, und ich gehe selbst ans Telefon.
            Ein Klick auf Antworten, und Sie landen bei mir und nicht bei einer Maschine.
            Wenn noch etwas nicht stimmt, sagen Sie es, und wir klären es zusammen.
            Fragen Sie vor Ort einfach nach Frau Vogt.
            Sie brauchen keinen Finger zu rühren.
        """,
        "prevention": """
            Die alte Liste gibt es nicht mehr, niemand kann sie also noch einmal öffnen.
            Bevor eine Rechnung das Haus verlässt, schaut jetzt ein Zweiter darüber.
            Die Kasse fragt nun nach, bevor sie eine Karte ein zweites Mal belastet.
            Adressen lesen wir am Telefon jetzt vor.
            Seit dieser Woche geht kein Paket mehr ohne zwei gleiche Etiketten hinaus.
        """,
    },
}

SECOND: dict[str, dict[str, str]] = {
    "en": {
        "fix": """
            We are giving you back every penny of it.
            We have taken the late fee away again.
            The second parcel has been called back on the road.
            Your name is back on the list.
            A new key is being cut for you right now.
            I rang the bank at nine and had the payment pulled.
            The money for the second night goes back today.
            We have found your coat and are bringing it to you.
        """,
        "explanation": """
            Our clock was an hour ahead, and the gate closed by it.
            The new colleague had not been shown where the allergy notes are.
            Both files sat in the same folder, and the wrong one was printed.
            We had changed the phone menu and forgotten your branch.
            The scale in the kitchen showed forty grams too much.
            We counted the chairs and not the people.
        """,
        "makegood": """
            This month costs you nothing.
            We are taking half off your bill.
            Dinner is on the house when you come again.
            The fifteen pounds on your card are for the wait, and yours.
            We carry the costs of the new passport photos.
        """,
        "contact": """
            Ring the shop and ask for me, Paul.
            Just write back, it lands on my desk.
            There is nothing left for you to do.
            If you would rather talk, name a time and I call.
            My number is below.
        """,
        "prevention": """
            Nobody can print from that folder any more.
            Each new colleague is walked through the allergy notes on day one.
            The gate now runs on the station clock.
            From March we weigh everything on two scales.
            The phone menu is tried out by two people before it goes live.
        """,
    },
    "de": {
        "fix": """
            Sie bekommen jeden Cent davon zurück.
            Die Mahngebühr haben wir wieder herausgenommen.
            Das zweite Paket haben wir unterwegs zurückrufen lassen.
            Ihr Name steht wieder auf der Liste.
            Ein neuer Schlüssel wird gerade für Sie gefertigt.
            Das Geld für die zweite Nacht geht heute zurück.
        """,
        "explanation": """
            Unsere Uhr ging eine Stunde vor, und danach hat das Tor geschlossen.
            Der neue Kollege wusste nicht, wo die Hinweise auf Allergien stehen.
            Beide Dateien lagen im selben Ordner, und gedruckt wurde die falsche.
            Wir hatten das Telefonmenü umgestellt und Ihre Filiale vergessen.
            Die Waage in der Küche hat vierzig Gramm zu viel angezeigt.
        """,
        "makegood": """
            Dieser Monat kostet Sie nichts.
            Wir ziehen Ihnen die Hälfte der Rechnung ab.
            Beim nächsten Mal laden wir Sie zum Essen ein.
            Die Kosten für die neuen Passbilder tragen wir.
        """,
        "contact": """
            Rufen Sie im Laden an und fragen Sie nach mir, Paul.
            Schreiben Sie einfach zurück, es landet bei mir.
            Für Sie bleibt nichts zu tun.
            Meine Nummer steht unten.
        """,
        "prevention": """
            Aus diesem Ordner kann niemand mehr drucken.
            Jeder neue Kollege wird am ersten Tag durch die Hinweise auf Allergien geführt.
            Das Tor richtet sich jetzt nach der Bahnhofsuhr.
            Ab März wiegen wir alles auf zwei Waagen.
        """,
    },
}

THIRD: dict[str, dict[str, str]] = {
    "en": {
        "fix": """
            We baked you another one, and Sam drives it over now.
            Your locker opens with the old code again.
            The library has cancelled the reminder and the fee with it.
            I have written to the registry office and asked them to strike the entry.
            Your class is booked, and the person in your place moves to Thursday.
            The forty francs leave our account tonight.
        """,
        "explanation": """
            The order slip slid behind the oven.
            Someone had set the gate to summer hours.
            I wrote the sixth and meant the ninth.
            The scanner took your card for that of your brother.
            Our calendar does not know half days, and yours was one.
        """,
        "makegood": """
            Have the second cake on us.
            We do not charge you for June.
            Your fee for the course comes down to zero.
            Two swims are waiting for you at the desk.
        """,
        "contact": """
            Come by any morning, I am the one with the red scarf.
            You reach me until seven.
            Nothing is needed from you.
            Drop a line to Ines, she knows the case.
        """,
        "prevention": """
            Slips now hang on a rail and not on the oven.
            The gate takes its hours from the city's calendar.
            Whoever types a date reads it out to somebody.
            Cards of one family have different colours from today.
        """,
    },
    "de": {
        "fix": """
            Wir haben Ihnen eine neue gebacken, Sam fährt sie gerade hinüber.
            Ihr Schrank geht mit dem alten Code wieder auf.
            Die Mahnung haben wir zurückgezogen und die Gebühr mit ihr.
            Ich habe dem Amt geschrieben, damit es den Eintrag löscht.
            Die vierzig Franken verlassen heute Abend unser Konto.
        """,
        "explanation": """
            Der Bestellzettel ist hinter den Ofen gerutscht.
            Jemand hatte das Tor auf Sommerzeit gestellt.
            Ich habe den Sechsten geschrieben und den Neunten gemeint.
            Unser Kalender kennt keine halben Tage, und Ihrer war einer.
        """,
        "makegood": """
            Die zweite Torte schenken wir Ihnen.
            Den Juni berechnen wir Ihnen nicht.
            Zwei Eintritte liegen für Sie an der Kasse.
        """,
        "contact": """
            Kommen Sie an einem Vormittag vorbei, ich bin die mit dem roten Schal.
            Sie erreichen mich bis sieben.
            Von Ihnen brauchen wir nichts.
        """,
        "prevention": """
            Zettel hängen jetzt an einer Leiste und nicht mehr am Ofen.
            Wer ein Datum tippt, liest es jemandem vor.
            Die Karten einer Familie haben ab heute verschiedene Farben.
        """,
    },
}

# What looks like one of them and says nothing of a mistake: sentence, then the rules that must not see it.
NOT: dict[str, dict[str, str]] = {
    "en": {
        "fix": """
            Your train goes back at nine.
            We are looking for a cook.
            Our seats are yours whenever you like.
        """,
        "explanation": """
            Both halls carry the same name.
            I opened the window.
            The driver had lunch on his sheet of paper.
            Two of us each have a dog.
        """,
        "makegood": """
            Breakfast costs eight pounds.
            The lamp is on the table.
            Our newsletter costs you nothing.
            We pay our staff every Friday.
            You will find our shop on the high street.
        """,
        "contact": """
            My desk is by the window.
            Our doors are open until six.
            Denise works in the kitchen.
        """,
        "prevention": """
            The old hall is gone.
            The till asks for a card.
            We read a lot now.
            A parcel cannot leave on Sundays.
        """,
    },
    "de": {
        "fix": """
            Sie zahlen das Geld in zwölf Teilen zurück.
            Wir haben die Bestellannahme für heute gestoppt.
            Ihr Zug geht um neun zurück.
            Wir suchen eine Köchin.
            Das Zimmer gehört zum Haus.
        """,
        "explanation": """
            Beide Säle heißen gleich.
            Ich habe das Fenster geöffnet.
            Jeder von uns beiden hat einen Hund.
            Auf dem Zettel stand ein Gedicht.
        """,
        "makegood": """
            Das Frühstück kostet acht Euro.
            Unser Newsletter kostet Sie nichts.
            Wir bezahlen unsere Leute am Freitag.
        """,
        "contact": """
            Mein Schreibtisch steht am Fenster.
            Frau Vogt arbeitet in der Küche.
        """,
        "prevention": """
            Die alte Halle gibt es nicht mehr.
            Die Kasse fragt nach einer Karte.
        """,
    },
}
