"""German sentences that say an element in words the phrase lists do not have, and some that do not say it."""

from __future__ import annotations

SAYS: dict[str, str] = {
    "ack": """
        Die App stürzt beim Start ab.
        Unsere Kasse nimmt derzeit keine Karten an.
        Ihr Paket liegt seit Montag im Depot.
        Die Lieferung kam nicht an.
        In der Rechnung steht der falsche Betrag.
        Das Paket war offen.
        Seit heute Morgen ist unsere Seite sehr langsam.
        Der Server antwortete zwischen 8 und 10 Uhr nicht.
        Einige E-Mails wurden nicht zugestellt.
        Tut uns leid, dass der Fahrer nicht gekommen ist.
        Entschuldigung für die lange Wartezeit am Telefon.
        Sorry, dass deine Pizza kalt war.
        Wir haben Ihnen die falsche Größe geschickt.
        Die Heizung im Zimmer funktionierte nicht.
        Derzeit gibt es Probleme beim Anmelden.
        Es kommt aktuell zu Verzögerungen bei der Zustellung.
        Das Konzert musste abgebrochen werden.
        Der Aufzug steht seit zwei Wochen still.
        Ihre Anfrage ist bei uns liegen geblieben.
        Auf Ihrer Karte wurde der Betrag zweimal abgebucht.
        Unser Newsletter enthielt ein falsches Datum.
        Das Modul ist gebrochen angekommen.
        Im Paket fehlte die Anleitung.
        Wir hatten gestern einen Ausfall.
    """,
    "impact": """
        Sie standen vor verschlossener Tür.
        Viele Kunden konnten sich nicht anmelden.
        Niemand konnte bezahlen.
        Etwa 300 Bestellungen gingen verloren.
        Dadurch haben Sie Ihren Anschlusszug verpasst.
        Nutzer sahen eine Fehlermeldung.
        Anrufe brachen nach wenigen Sekunden ab.
        Ihr Konto war zwei Tage gesperrt.
        Ihre Adresse war für andere sichtbar.
        Sie mussten dreimal anrufen.
        Händler bekamen ihr Geld zu spät.
        Die Gäste hatten kein warmes Wasser.
        Einige von Ihnen mussten lange warten.
        Sie haben zu viel bezahlt.
        Du hast uns drei Tage hinterherlaufen müssen.
        Daten der letzten Stunde sind verloren.
        Websites auf diesem Server waren nicht erreichbar.
        Das hat Sie einen Arbeitstag gekostet.
    """,
    "explanation": """
        Die Ursache war ein defekter Switch.
        Grund war ein abgelaufenes Zertifikat.
        Ein Update hat die Datenbank gesperrt.
        Ein Mitarbeiter hat das falsche Skript gestartet.
        Wir hatten nicht genug Ware bestellt.
        Zwei Fahrer waren krank.
        Bei der Umstellung wurde ein Kabel vertauscht.
        Ein Bagger hat die Leitung durchtrennt.
        Schuld war ein Fehler in unserer Preisliste.
        Die Festplatte war voll.
        Der Lieferant hat uns die falsche Charge geschickt.
        Das lag an einem Tippfehler.
        Nach dem Umzug des Lagers stimmten die Bestände nicht.
        Wegen eines Stromausfalls liefen die Kühlungen nicht.
        Eine falsche Einstellung sorgte dafür, dass Mails doppelt gingen.
        Durch hohe Nachfrage waren unsere Server überlastet.
        Ein Angreifer nutzte ein gestohlenes Passwort.
        Die Änderung wurde vorher nicht getestet.
        Unser Anbieter hatte einen Netzausfall.
        Der Fehler steckte in Version 3.
    """,
    "fix": """
        Wir haben die Änderung zurückgenommen.
        Der Fehler ist behoben.
        Die Störung wurde beseitigt.
        Alle Dienste laufen wieder.
        Unsere Techniker arbeiten daran.
        Wir arbeiten an einer Lösung.
        Ein Techniker ist unterwegs.
        Das Ersatzgerät geht heute raus.
        Wir haben den Server neu gestartet.
        Wir schicken Ihnen ein neues Paket.
        Ich habe Ihnen den Betrag erstattet.
        Die doppelte Buchung ist storniert.
        Wir haben alle Passwörter zurückgesetzt.
        Ich habe das an die Filiale weitergegeben.
        Wir tauschen das Gerät aus.
        Die Seite ist wieder online.
        Jetzt sollte alles wieder funktionieren.
        Wir haben auf ein Ersatzsystem umgeschaltet.
        Ein Patch ist eingespielt.
        Die Rückstände werden abgearbeitet.
        Wir haben zusätzliche Server in Betrieb genommen.
        Die fehlenden Mails wurden nachträglich zugestellt.
    """,
    "prevention": """
        Wir haben eine zweite Prüfung eingeführt.
        Künftig testen wir jede Änderung vorher.
        Ab sofort kontrollieren zwei Personen jede Liste.
        Wir erweitern unsere Überwachung.
        Wir haben unsere Abläufe angepasst.
        Damit das nicht wieder vorkommt, prüfen wir jetzt jede Adresse.
        Um solche Ausfälle zu vermeiden, bauen wir eine zweite Leitung.
        Unsere Mitarbeiter wurden neu geschult.
        Zertifikate werden jetzt automatisch erneuert.
        Wir richten eine Warnung ein, die bei 80 % anschlägt.
        Wir stellen mehr Personal ein.
        Wir haben den Lieferanten gewechselt.
        Änderungen brauchen künftig eine zweite Freigabe.
        Das Formular lässt jetzt kein leeres Datum mehr zu.
        Wir haben die Schichten verstärkt.
    """,
    "contact": """
        Schreib uns eine DM.
        Schick uns bitte deine Bestellnummer.
        Melden Sie sich bei uns unter 030 123456.
        Bitte starten Sie die App neu.
        Bitte ändern Sie Ihr Passwort.
        Sie müssen nichts unternehmen.
        Bei Fragen erreichen Sie uns per Mail.
        Können Sie uns Ihre Kundennummer nennen?
        Welche Version nutzt du?
        Rufen Sie mich gern direkt an.
        Kommen Sie einfach vorbei.
        Haben Sie die App schon neu installiert?
        Lassen Sie die Tonne bitte stehen.
        Wenden Sie sich an unseren Kundendienst.
        Hier finden Sie eine Anleitung: https://example.com
    """,
    "regret": """
        Das tut uns sehr leid.
        Wir bitten um Entschuldigung.
        Bitte entschuldigen Sie.
        Entschuldigung!
        Sorry dafür.
        Wir entschuldigen uns bei allen Betroffenen.
        Es tut mir aufrichtig leid.
        Wir bedauern den Fehler sehr.
        Verzeihung für die Umstände.
    """,
}

SAYS_NOT: dict[str, str] = {
    "ack": """
        Vielen Dank für Ihre Nachricht.
        Wir helfen Ihnen gern.
        Bitte nennen Sie uns Ihre Kundennummer.
        Ihr Paket ist unterwegs.
        Am Sonntag warten wir die Server.
        Wir nehmen Ihr Anliegen ernst.
    """,
    "impact": """
        Unsere Seite war eine Stunde offline.
        Wir prüfen den Vorgang.
        Sie erhalten Ihr Geld zurück.
        Sie können sich wieder anmelden.
        Ihre Daten sind sicher.
        Sie müssen nichts tun.
    """,
    "explanation": """
        Wir suchen noch nach der Ursache.
        Die Ursache ist uns noch nicht bekannt.
        Wir melden uns, sobald wir mehr wissen.
        Das hätte nicht passieren dürfen.
        Wir bitten um Entschuldigung für die Verzögerung.
    """,
    "fix": """
        Wir prüfen das.
        Wir melden uns wieder.
        Vielen Dank für Ihre Geduld.
        Bitte starten Sie das Gerät neu.
        Wir geben Ihr Feedback weiter.
        Wir tun unser Bestes.
    """,
    "prevention": """
        Das wird nicht wieder vorkommen.
        Wir werden uns bessern.
        Wir haben den Fehler behoben.
        Wir prüfen Ihre Anfrage.
        Um Verzögerungen zu vermeiden, kommen Sie bitte früher.
    """,
    "contact": """
        Wir melden uns bei Ihnen.
        Wir rufen Sie an.
        Vielen Dank für Ihre Anfrage.
        Bitte haben Sie Geduld.
    """,
}
