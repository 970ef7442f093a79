"""German sentences of many trades, with “Sie” and with “du”; and everyday sentences that admit nothing.

Written to see how far the rules reach beyond the sentences they were made with: a desk, a railway, a shop, a hotel, a
developer. Each line is of our own.
"""

from __future__ import annotations

WIDER_GERMAN: dict[str, str] = {
    "ack": """
        Ihr Zug fuhr heute 40 Minuten später ab.
        Die Heizung in Ihrem Zimmer ging nicht.
        Wir haben dir die falsche Größe geschickt.
        Seit heute früh laden unsere Seiten nicht.
        Deine Lieferung ist unvollständig angekommen.
        Am Wochenende waren unsere Kassen ausgefallen.
        Dein Abo wurde doppelt abgebucht.
        Unbekannte haben Daten unserer Kunden kopiert.
        Das Konzert am Samstag muss leider ausfallen.
        Ihr Brief lag drei Wochen bei uns, ohne dass jemand ihn las.
    """,
    "regret": """
        Das tut uns aufrichtig leid.
        Wir bitten vielmals um Entschuldigung.
        Bitte entschuldige die lange Wartezeit.
        Ich möchte mich bei dir entschuldigen.
        Entschuldige bitte, dass du warten musstest.
        Sorry für das Durcheinander!
    """,
    "responsibility": """
        Das war unser Fehler.
        Wir haben vergessen, Sie zurückzurufen.
        Dafür sind wir verantwortlich.
        Ich habe deine Nachricht übersehen.
        Wir haben zu spät reagiert.
        Die Verantwortung liegt bei uns.
        Das hätte uns nicht passieren dürfen.
        Wir hätten früher Bescheid geben müssen.
    """,
    "impact": """
        Sie standen eine Stunde vor verschlossener Tür.
        Du konntest deine Prüfung nicht ablegen.
        Ihnen sind dadurch 30 Euro Gebühren entstanden.
        Viele von euch kamen nicht mehr ins Spiel.
        Ihr musstet zwei Stunden auf dem Bahnsteig warten.
        Ihre Adresse und Ihr Geburtsdatum waren einsehbar.
    """,
    "explanation": """
        Ein Bagger hat das Kabel durchtrennt.
        Das lag an einem abgelaufenen Zertifikat.
        Der Grund war ein Tippfehler in der Liste.
        Bei der Umstellung haben wir Ihre Adresse verloren.
        Wir hatten zu wenig Personal eingeplant.
        Auslöser war eine fehlerhafte Einstellung.
        Zwei Kolleginnen waren krank, und es gab keine Vertretung.
    """,
    "fix": """
        Wir haben Ihr Geld heute zurücküberwiesen.
        Die Leitung steht wieder.
        Ein Techniker ist unterwegs.
        Ich habe dir einen neuen Termin gebucht.
        Die Seite läuft seit 10 Uhr wieder.
        Wir drucken die Karten gerade neu.
        Das Paket geht heute noch raus.
    """,
    "prevention": """
        Ab Mai prüft eine zweite Person jede Rechnung.
        Wir haben den Ablauf geändert: Jede Buchung wird jetzt bestätigt.
        Künftig warnt uns das System vorher.
        Wir haben den Vertrag mit dem Lieferdienst gekündigt.
        Unsere Fahrer bekommen eine Schulung.
    """,
    "makegood": """
        Du bekommst einen Monat gratis.
        Wir schenken Ihnen die nächste Fahrt.
        Wir erstatten den vollen Preis.
        Ihre nächste Wäsche geht aufs Haus.
        Wir übernehmen die Kosten für das Taxi.
    """,
    "dated": """
        Du hast das Geld bis Freitag.
        Wir melden uns morgen bis 12 Uhr.
        Der neue Koffer kommt am 3. Juni.
        In zwei Werktagen ist alles da.
        Nächstes Update um 16 Uhr.
    """,
    "contact": """
        Schreib uns einfach eine Nachricht.
        Ruf uns an: 030 555 0100.
        Du musst nichts weiter tun.
        Antworten Sie auf diese Mail.
        Bitte schicke uns ein Foto.
        Komm mit der Karte in die Filiale.
        Gib uns Bescheid, welcher Tag dir passt.
    """,
    "empathy": """
        Mit zwei kleinen Kindern ist so eine Nacht eine Zumutung.
        Du hattest dich auf den Abend gefreut.
        Sie sind zu Recht verärgert.
        Zwei Stunden in der Kälte zu warten ist schlimm.
        Das muss ein Schreck gewesen sein.
    """,
    "conditional": """
        Sollten Sie betroffen sein, bitten wir um Entschuldigung.
        Falls wir dich verärgert haben, tut es uns leid.
        Wir entschuldigen uns, falls es zu Problemen kam.
    """,
    "any_inconvenience": """
        Wir entschuldigen uns für die Unannehmlichkeiten.
        Sorry für die Umstände.
        Wir bedauern entstandene Unannehmlichkeiten.
    """,
    "sympathy_only": """
        Schade, dass du unzufrieden bist.
        Es tut uns leid zu hören, dass es Ärger gab.
        Es tut uns leid, dass du dich so fühlst.
    """,
    "passive_evasion": """
        Es wurden Fehler gemacht.
        Ihre Daten wurden versehentlich weitergegeben.
        Bei der Bearbeitung ist ein Fehler passiert.
        Die falsche Ware wurde verschickt.
    """,
    "blame_third_party": """
        Schuld ist der Paketdienst.
        Das liegt an unserem Lieferanten.
        Wegen des Sturms fielen die Züge aus.
        Wenden Sie sich bitte an DHL.
    """,
    "blame_customer": """
        Du hättest die Mail lesen müssen.
        Sie haben die falsche Adresse angegeben.
        Hätten Sie früher bestellt, wäre alles gut.
    """,
    "excuse": """
        Wir sind nur ein kleines Team.
        Das kann ja mal passieren.
        Es lag nicht in unserer Absicht.
        Wir geben unser Bestes.
        Das war leider höhere Gewalt.
    """,
    "minimising": """
        Es gab eine kleine Panne.
        Nur wenige Kunden waren betroffen.
        Die Störung dauerte lediglich kurz.
        Das war ja halb so wild.
    """,
    "over_promise": """
        Das wird nie wieder vorkommen.
        Wir garantieren, dass das nicht mehr passiert.
        Ab jetzt läuft alles fehlerfrei.
    """,
    "legalistic": """
        Es liegen keine Hinweise auf einen Missbrauch vor.
        Ohne Anerkennung einer Rechtspflicht zahlen wir 20 Euro.
        Eine Haftung übernehmen wir nicht.
    """,
    "boilerplate": """
        Ihre Zufriedenheit liegt uns am Herzen.
        Wir nehmen das sehr ernst.
        Das entspricht nicht unserem Anspruch.
        Datenschutz hat bei uns höchste Priorität.
    """,
    "jargon": """
        Ein Failover des Clusters schlug fehl.
        Die Latenz im Backend stieg.
        Der Rollback lief auf einen Timeout.
    """,
    "self_promotion": """
        Entdecke jetzt unsere neue Kollektion!
        Wir sind stolz auf unsere Qualität.
        Als Marktführer wissen wir, was zählt.
    """,
    "work_pushed": """
        Bitte füllen Sie das Formular aus.
        Melde den Fehler bitte noch einmal.
        Bitte wenden Sie sich an Ihre Bank.
        Schau später noch einmal vorbei.
    """,
    "vague_time": """
        Wir melden uns zeitnah.
        Das Problem wird in Kürze behoben.
        Sobald wir mehr wissen, sagen wir Bescheid.
        Wir halten dich auf dem Laufenden.
        Die Ware kommt bald.
    """,
    "placeholder": """
        Hallo {{ vorname }},
        Sehr geehrte Frau [NAME],
        Ihre Bestellung XXXX ist da.
        Liebe(r) %s,
    """,
    "wrong_person_or_detail": """
        Ihr Flug am 31. April fällt aus.
        Wir kommen um 25:10 Uhr.
    """,
    "shouting": """
        Das ist NICHT unsere Schuld!
        Bitte SOFORT lesen!!!
    """,
    "off_tone": """
        Hoppla, da ist uns was runtergefallen!
        Wir freuen uns, verkünden zu können, dass alles wieder läuft.
        Beruhigen Sie sich doch.
    """,
}

NEUTRAL_GERMAN = """
    Danke für Ihre Treue.
    Unsere Öffnungszeiten ändern sich im Mai.
    Die Rechnung finden Sie im Anhang.
    Wir begrüßen Sie in unserer neuen Filiale.
    Ihr Vertrag verlängert sich jedes Jahr.
    Das Hotel hat vierzig Zimmer.
    Der Newsletter erscheint monatlich.
    Wir haben Ihre Adresse geprüft, sie stimmt.
    Auf Ihren Wunsch haben wir das Konto geschlossen.
    Das Museum ist montags geschlossen.
    Wie gewünscht haben wir den Termin verlegt.
"""
