"""More German sentences of many trades, written after the rules were widened once: what each says."""

from __future__ import annotations

FURTHER_GERMAN: dict[str, str] = {
    "ack": """
        Unser Kundenportal ist zurzeit gestört.
        Ihre Bestellung wurde versehentlich storniert.
        Die Bahn nach Köln fuhr heute ohne den hinteren Zugteil.
        Wir haben Ihre Kündigung nicht bearbeitet.
        Bei der Zustellung ging Ihr Paket verloren.
        Im Haus gibt es seit gestern kein warmes Wasser.
        Deine E-Mails wurden nicht zugestellt.
        Die App stürzt beim Öffnen ab.
        Wir sind heute mit der Auslieferung in Verzug.
        Die Rechnung enthielt einen falschen Betrag.
        Unser Telefon war den ganzen Vormittag besetzt.
        Die Veranstaltung am 3. Mai findet nicht statt.
    """,
    "fix": """
        Der Fehler ist behoben.
        Wir haben den Betrag gutgeschrieben.
        Die Techniker sind vor Ort.
        Alle Dienste sind wieder verfügbar.
        Wir schicken Ihnen heute Ersatz.
        Das Update wurde zurückgenommen.
        Ich habe Ihre Buchung wiederhergestellt.
        Seit 14 Uhr fahren die Züge wieder.
        Wir tauschen das Gerät kostenlos aus.
        Unser Team arbeitet an einer Lösung.
        Wir haben die Daten wiederhergestellt.
        Die Kollegen kümmern sich gerade darum.
    """,
    "explanation": """
        Ursache war ein defekter Schalter.
        Ein Kabelbrand hat die Anlage lahmgelegt.
        Unsere Software hat die Zeitumstellung falsch berechnet.
        Es fehlte ein Mitarbeiter in der Frühschicht.
        Der Lieferant hat die Ware zu spät gebracht.
        Das passierte, weil zwei Listen vertauscht wurden.
        Die Last war dreimal so hoch wie geplant.
        Beim Einspielen des Updates brach die Verbindung ab.
        Aufgrund eines Unwetters ist die Strecke gesperrt.
    """,
    "impact": """
        Sie konnten sich nicht anmelden.
        Viele Fahrgäste haben ihren Anschluss verpasst.
        Du hast dadurch einen Tag verloren.
        Kunden erhielten keine Bestätigung.
        Ihr saßt zwei Stunden im Dunkeln.
        Ihr Gehalt kam zu spät an.
        Einige Nutzer sahen fremde Rechnungen.
    """,
    "prevention": """
        Wir haben eine zweite Prüfung eingeführt.
        Künftig schlägt das System Alarm.
        Wir überarbeiten unsere Abläufe, damit das nicht noch einmal vorkommt.
        Die Mitarbeiter werden neu geschult.
        Jede Lieferung wird jetzt fotografiert.
        Um das zu verhindern, haben wir eine Sperre eingebaut.
        Wir bauen ein zweites Rechenzentrum auf.
    """,
    "contact": """
        Bei Fragen erreichen Sie uns unter 0221 5550100.
        Bitte senden Sie uns Ihre Kundennummer.
        Schick uns eine DM mit deiner Bestellnummer.
        Magst du uns kurz deine Postleitzahl nennen?
        Starte die App neu.
        Weitere Infos: https://example.org
        Sie brauchen nichts zu unternehmen.
        Kommen Sie einfach vorbei.
    """,
    "regret": """
        Entschuldige die Verspätung!
        Wir möchten uns in aller Form entschuldigen.
        Das bedauern wir sehr.
        Es tut mir leid, dass es so lange gedauert hat.
        Verzeihung für den Fehler.
    """,
    "responsibility": """
        Der Fehler lag bei uns.
        Das haben wir falsch gemacht.
        Hier haben wir nicht aufgepasst.
        Wir haben Sie zu spät informiert.
        Das geht auf unser Konto.
    """,
    "makegood": """
        Sie erhalten 20 Euro zurück.
        Den Monat berechnen wir nicht.
        Als Wiedergutmachung bekommen Sie ein Freigetränk.
        Wir schreiben dir die Gebühr gut.
    """,
    "dated": """
        Ab 18 Uhr fahren wieder alle Bahnen.
        Das Geld ist bis Dienstag auf Ihrem Konto.
        Wir rufen Sie morgen an.
        Die Lieferung kommt in drei Tagen.
    """,
    "empathy": """
        Dass Sie so lange warten mussten, ist sehr ärgerlich.
        Kein Wunder, dass du sauer bist.
        Wir wissen, wie lange du auf das Konzert gewartet hast.
    """,
    "excuse": """
        Leider sind uns die Hände gebunden.
        Wir haben gerade sehr viel zu tun.
        So etwas ist noch nie passiert.
        Das lag nicht an uns.
    """,
    "blame_third_party": """
        Der Zusteller hat Ihr Paket verloren.
        Die Bahn ist schuld an der Verspätung.
        Wegen eines Streiks am Flughafen fiel Ihr Flug aus.
    """,
    "vague_time": """
        Wir arbeiten so schnell es geht daran.
        Näheres folgt.
        Die Lieferung erfolgt schnellstmöglich.
        Demnächst gibt es ein Update.
    """,
    "boilerplate": """
        Ihre Sicherheit hat für uns oberste Priorität.
        Wir legen großen Wert auf Qualität.
        Wir bemühen uns stets um Ihre Zufriedenheit.
        Seien Sie versichert, dass wir alles tun.
    """,
    "minimising": """
        Nur einzelne Kunden waren betroffen.
        Es kam kurzzeitig zu Problemen.
        Ein kleiner Fehler hat sich eingeschlichen.
    """,
    "work_pushed": """
        Bitte reichen Sie den Antrag erneut ein.
        Wenden Sie sich an den Hersteller.
        Bitte prüfen Sie regelmäßig unsere Website.
    """,
    "conditional": """
        Sollte es zu Unannehmlichkeiten gekommen sein, bitten wir um Entschuldigung.
        Wir entschuldigen uns bei allen, die sich gestört fühlten.
    """,
    "legalistic": """
        Es gibt keine Anzeichen für einen Missbrauch.
        Dies erfolgt ohne Anerkennung einer Rechtspflicht.
        Nach derzeitigem Kenntnisstand sind keine Daten abgeflossen.
    """,
}
