"""German sentences of our own: what says a thing (`yes`) and what only looks like it (`no`)."""

from __future__ import annotations

GERMAN: dict[str, dict[str, str]] = {
    "ack": {
        "yes": """
            Ihr Koffer kam zwei Tage zu spät an.
            Wir haben Ihre Karte am 4. Juni zweimal belastet.
            Die Lampe in Ihrem Paket war zerbrochen.
            Am Montag war unsere Seite drei Stunden nicht erreichbar.
            Wir haben Ihnen das falsche Buch geschickt.
            Entschuldigung für die Verspätung.
            Niemand konnte sich anmelden.
            Ihre Rücksendung ist noch nicht bezahlt.
        """,
        "no": """
            Wir schreiben Ihnen zu Ihrem Besuch.
            Es lief nicht alles so, wie wir es wollten.
            Danke für Ihre Geduld.
            Manche haben vielleicht etwas Ungewöhnliches bemerkt.
        """,
    },
    "regret": {
        "yes": """
            Es tut uns leid, dass Ihr Paket zu spät kam.
            Wir entschuldigen uns für die falsche Rechnung.
            Ich bitte Sie um Entschuldigung.
            Bitte entschuldigen Sie die lange Wartezeit.
            Das tut mir sehr leid.
            Wir bedauern sehr, dass wir Ihren Termin vergessen haben.
        """,
        "no": """
            Es tut uns leid, das zu hören.
            Leider ist der Artikel ausverkauft.
            Es tut uns leid, dass Sie enttäuscht sind.
            Sie müssen sich nicht entschuldigen.
            Wir bedauern, Ihnen mitteilen zu müssen, dass die Preise steigen.
        """,
    },
    "responsibility": {
        "yes": """
            Das war unser Fehler.
            Wir haben Ihren Antrag verloren.
            Wir hätten Sie anrufen müssen.
            Die Schuld liegt bei uns.
            Wir übernehmen dafür die volle Verantwortung.
            Ich habe Ihre Nachricht übersehen.
        """,
        "no": """
            Es wurden Fehler gemacht.
            Wir sind für neun Städte zuständig.
            Sicherheit geht alle an.
        """,
    },
    "empathy": {
        "yes": """
            Zwei Stunden in der Kälte zu stehen ist zermürbend.
            Sie hatten sich auf diesen Abend gefreut.
            Sie sind zu Recht verärgert.
            Das war sicher sehr ärgerlich.
        """,
        "no": """
            Wir verstehen Ihr Anliegen.
            Ihre Zufriedenheit ist uns wichtig.
        """,
    },
    "impact": {
        "yes": """
            Sie konnten Ihre Karten nicht drucken.
            Sie mussten 50 Minuten warten.
            Viele Kunden konnten nicht bezahlen.
            Ihre Wohnung blieb über Nacht kalt.
            Dadurch ging Ihre Miete einen Tag zu spät ein.
        """,
        "no": """
            Wir bedauern jede Unannehmlichkeit.
            Unsere Server waren überlastet.
            Das hat unserem Ruf geschadet.
        """,
    },
    "explanation": {
        "yes": """
            Der Drucker fiel aus, und niemand bemerkte es.
            Die Ursache war ein abgelaufenes Zertifikat.
            Wir hatten zu wenig Brot, weil wir zu wenig gebacken hatten.
            Ein Mitarbeiter hat zwei Umschläge vertauscht.
            Aufgrund eines Fehlers im Import wurden Preise doppelt gelesen.
        """,
        "no": """
            Wir suchen noch nach dem Auslöser.
            Aus technischen Gründen fährt die Bahn heute anders.
            Die Ursache ist noch nicht bekannt.
        """,
    },
    "fix": {
        "yes": """
            Wir haben Ihnen heute früh eine neue Lampe geschickt.
            Die zweite Abbuchung wurde zurückgebucht.
            Die Anmeldung funktioniert seit elf Uhr wieder.
            Das Problem ist behoben.
            Wir arbeiten an einer Lösung.
        """,
        "no": """
            Wir tun alles, was wir können.
            Ihre Hinweise wurden weitergeleitet.
            Bitte starten Sie das Gerät neu.
        """,
    },
    "prevention": {
        "yes": """
            Ab Montag prüft eine zweite Person jedes Etikett.
            Wir haben einen Alarm für volle Platten eingerichtet.
            Künftig testen wir jede Änderung vorher an einer Kopie.
            Wir arbeiten mit diesem Boten nicht mehr zusammen.
        """,
        "no": """
            Das wird nie wieder vorkommen.
            Wir werden alles besser machen.
            Wir hoffen, dass es dabei bleibt.
        """,
    },
    "makegood": {
        "yes": """
            Wir erstatten Ihnen die Versandkosten.
            Sie erhalten einen Gutschein über 20 Euro.
            Die Kosten für das Taxi übernehmen wir, also zahlen wir die Rechnung.
            Der nächste Monat ist für Sie kostenlos.
        """,
        "no": """
            Unsere Preise sind fair.
            Der kostenlose Newsletter erscheint monatlich.
        """,
    },
    "dated": {
        "yes": """
            Sie erhalten das Geld bis zum 12. Mai.
            Die nächste Meldung kommt um 16 Uhr.
            Ich rufe Sie am Dienstag an.
            Das Paket kommt morgen.
        """,
        "no": """
            Der Ausfall begann am 12. Mai.
            Wir melden uns bald.
            Seit 1970 sind wir für Sie da.
        """,
    },
    "contact": {
        "yes": """
            Antworten Sie auf diese Mail, und ich lese sie selbst.
            Rufen Sie uns an: 0800 555 010.
            Sie müssen nichts tun.
            Schreiben Sie an hilfe@example.com.
            Könnten Sie uns Ihre Bestellnummer nennen?
        """,
        "no": """
            Folgen Sie uns für mehr.
            Diese Adresse wird nicht gelesen.
        """,
    },
    "conditional": {
        "yes": """
            Sollten Sie sich geärgert haben, tut uns das leid.
            Wir entschuldigen uns, falls Ihre Bestellung zu spät kam.
            Wir bedauern eventuell entstandene Unannehmlichkeiten.
            Es tut uns leid, wenn wir jemanden verletzt haben.
        """,
        "no": """
            Falls Sie lieber Ihr Geld zurück möchten, schreiben Sie mir.
            Wenn Ihr Zug zu spät war, bekommen Sie Geld.
            Wir wissen noch nicht, ob Daten kopiert wurden.
        """,
    },
    "any_inconvenience": {
        "yes": """
            Wir bitten um Entschuldigung für die Unannehmlichkeiten.
            Entschuldigen Sie etwaige Umstände.
        """,
        "no": """
            Sie standen einen Tag ohne Wasser da.
            Die Verwechslung kam von zwei gleichen Nummern.
        """,
    },
    "sympathy_only": {
        "yes": """
            Es tut uns leid, das zu hören.
            Wir bedauern, dass Sie sich geärgert haben.
            Es tut mir leid, dass Sie unzufrieden sind.
        """,
        "no": """
            Es tut uns leid, dass wir Sie warten ließen.
            Es tut uns leid, dass Ihr Paket beschädigt ankam.
        """,
    },
    "passive_evasion": {
        "yes": """
            Es wurden Fehler gemacht.
            Ihre Daten wurden an Dritte weitergegeben.
            Es wurde entschieden, die Filiale zu schließen.
            Bei der Abrechnung ist ein Fehler aufgetreten.
        """,
        "no": """
            Die Gebühr wurde heute früh erstattet.
            Wir haben das falsche Paket geschickt.
        """,
    },
    "blame_third_party": {
        "yes": """
            Schuld ist unser Zahlungsdienstleister.
            Wegen unseres Lieferanten kam Ihre Ware zu spät.
            Die Verspätung lag an der Spedition.
            Unser Paketdienst hat uns im Stich gelassen.
        """,
        "no": """
            Der Bote verlor das Paket, also schicken wir ein neues.
            Die Polizei bat uns zu warten.
        """,
    },
    "blame_customer": {
        "yes": """
            Hätten Sie die Anleitung gelesen, wäre das nicht passiert.
            Sie hätten uns früher Bescheid sagen müssen.
            Sie haben die Adresse falsch eingegeben.
        """,
        "no": """
            Sie haben alles richtig gemacht.
            Bitte prüfen Sie den neuen Termin.
        """,
    },
    "excuse": {
        "yes": """
            Das lag außerhalb unserer Kontrolle.
            Es war nie unsere Absicht, jemanden zu verärgern.
            So etwas kann passieren.
            Wir sind nur ein kleines Team.
        """,
        "no": """
            Sie müssen nichts tun.
            Dafür brauchen Sie nichts weiter zu tun.
            Dafür gibt es keine Entschuldigung.
            Wir wollten am Montag schreiben und haben es vergessen.
        """,
    },
    "minimising": {
        "yes": """
            Es gab eine kleine Panne.
            Nur wenige Gäste waren betroffen.
            Es kam zu einer kurzen Unterbrechung.
        """,
        "no": """
            312 Gäste waren betroffen.
            Der Ausfall dauerte zwölf Minuten.
            Nur Sie können das entscheiden.
        """,
    },
    "over_promise": {
        "yes": """
            Das wird nie wieder vorkommen.
            Wir garantieren, dass alles gut wird.
            Ihre Daten sind ab jetzt 100 % sicher.
        """,
        "no": """
            So etwas sollte nie passieren.
            Ich kann nicht versprechen, dass es nie wieder passiert.
        """,
    },
    "legalistic": {
        "yes": """
            Es gibt keine Hinweise auf einen Missbrauch.
            Ohne Anerkennung einer Rechtspflicht zahlen wir 20 Euro.
            Der angebliche Schaden wird geprüft.
        """,
        "no": """
            Jemand hat Ihre Adresse kopiert.
            Das Gesetz gibt Ihnen 14 Tage, wir geben 30.
        """,
    },
    "boilerplate": {
        "yes": """
            Ihre Zufriedenheit ist uns wichtig.
            Wir nehmen den Schutz Ihrer Daten sehr ernst.
            Seien Sie versichert, dass wir daran arbeiten.
            Qualität hat für uns höchste Priorität.
        """,
        "no": """
            Vier Leute bearbeiten heute Ihren Antrag.
            Sie wurden durch unser Regal verletzt, und wir zahlen den Arzt.
        """,
    },
    "jargon": {
        "yes": """
            Nach dem Rollback waren zwei Shards rot.
            Das Backend lieferte 5xx.
        """,
        "no": """
            Zwei unserer Rechner standen still.
        """,
    },
    "self_promotion": {
        "yes": """
            Entdecken Sie unsere neue Kollektion!
            Wir sind stolz auf 40 Jahre Qualität.
        """,
        "no": """
            Ihr nächster Besuch ist frei.
        """,
    },
    "work_pushed": {
        "yes": """
            Bitte füllen Sie das Formular auf unserer Seite aus.
            Wenden Sie sich bitte direkt an den Hersteller.
            Schauen Sie später noch einmal vorbei.
        """,
        "no": """
            Wir haben den Antrag für Sie eingereicht.
            Sagen Sie uns, welche Farbe Sie möchten.
        """,
    },
    "vague_time": {
        "yes": """
            Wir melden uns so schnell wie möglich.
            Ihr Paket geht in Kürze los.
            Wir halten Sie auf dem Laufenden.
            Das Geld kommt in den nächsten Tagen.
        """,
        "no": """
            Wir melden uns heute bis 18 Uhr.
            Sobald wir den Fehler gefunden hatten, kamen wir.
        """,
    },
    "placeholder": {
        "yes": """
            Sehr geehrte Frau ,
            Hallo [Vorname],
            Ihre Bestellung {{ nummer }} ist zu spät.
        """,
        "no": """
            Sehr geehrte Frau Öztürk,
            Drücken Sie auf [Weiter].
        """,
    },
    "wrong_person_or_detail": {
        "yes": """
            Ihr Termin am 30. Februar fällt aus.
        """,
        "no": """
            Ihr Termin am 28. Februar fällt aus.
        """,
    },
    "shouting": {
        "yes": """
            Das war NICHT unsere Schuld.
            Es tut uns leid!!!
        """,
        "no": """
            Ihre IBAN fehlt uns noch.
        """,
    },
    "off_tone": {
        "yes": """
            Hoppla, da ging was schief!
            Niemand hat Sie gezwungen, bei uns zu kaufen.
        """,
        "no": """
            Wir sind froh, dass niemand verletzt wurde.
        """,
    },
}
