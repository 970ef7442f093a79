"""German: words by class, and rows of classes that say an element. How to read a row: `checks.rows`."""

from __future__ import annotations

from makegood.languages.language import Grammar

_WORDS = {
    "WE": "wir ich",
    "OUR": "unser unsere unserem unseren unserer unseres mein meine meinem meinen meiner",
    "THE": "der die das den dem des ein eine einen einem einer eines diese dieser dieses diesen diesem alle alles jede jeden jeder jedes ihr ihre ihren ihrem ihrer dein deine deinen",
    "TEAM": "team techniker mitarbeiter mitarbeiterin mitarbeitende mitarbeitenden kolleginnen kollegen kollege kollegin fahrer entwickler admins administratoren support technik ingenieure "
    "monteur monteure werkstatt lager buchhaltung küche fachleute spezialisten leute filiale",
    "HAVE": "haben habe hat hatten hatte habt",
    "BE": "ist sind war waren bin",
    "WERD": "wird werden wurde wurden worden",
    "NOT": "nicht kein keine keinen keinem keiner keinerlei nie niemals niemand niemanden ohne nichts",
    "YOU": "sie ihr du ihnen euch dir dich",
    "NOW": "jetzt nun inzwischen bereits mittlerweile sofort heute gerade derzeit aktuell schon wieder soeben umgehend vorübergehend künftig zukünftig",
    "PEOPLE": "kunden kundinnen nutzer nutzerinnen benutzer gäste reisende fahrgäste mitglieder patienten patientinnen anrufer händler leser leserinnen abonnenten spieler teilnehmer "
    "besucher mieter versicherte anwender haushalte schüler studierende eltern betroffene viele einige manche mehrere alle",
    "GOODS": "bestellungen mails e-mails nachrichten anrufe gespräche zahlungen buchungen überweisungen anmeldungen anfragen daten dateien fotos berichte rechnungen websites seiten domains "
    "aufträge tickets uploads downloads benachrichtigungen sendungen einträge beiträge",
    "THING": "server seite webseite website app dienst dienste system systeme netz internet leitung leitungen telefon anschluss kasse kassen karte karten paket pakete lieferung lieferungen "
    "sendung bestellung bestellungen rechnung rechnungen betrag buchung zahlung heizung aufzug fahrstuhl zug züge bus busse flug flüge zimmer gerät geräte modul artikel ware waren teil teile "
    "mail mails e-mail e-mails nachricht nachrichten anfrage anfragen antwort antworten konzert vorstellung kurs termin termine tonne tonnen brief briefe konto konten datei dateien daten "
    "anmeldung login update version programm funktion funktionen newsletter formular drucker maschine platte festplatte strom wasser heizkessel fernseher bild ton essen pizza suppe "
    "portal webshop shop hotline zugang verbindung verbindungen datenbank speicher rechenzentrum zustellung abholung erstattung gutschrift preis preise anleitung schlüssel dienstleistung plattform",
    "BAD": "offline langsam kaputt defekt beschädigt gebrochen zerbrochen falsch kalt leer offen verspätet unerreichbar gestört ausgefallen überlastet unvollständig fehlerhaft doppelt zerrissen nass "
    "verdorben schmutzig unbrauchbar blockiert gesperrt abgestürzt verschwunden weg down lahm unzugänglich eingeschränkt ungültig abgelaufen voll vergriffen ausverkauft geschlossen still unleserlich",
    "BADADJ": "kalte kalten lange langen falsche falschen fehlende fehlenden defekte defekten kaputte kaputten verspätete verspäteten schlechte schlechten unfreundliche doppelte doppelten "
    "beschädigte beschädigten verlorene verlorenen späte späten fehlerhafte fehlerhaften missverständliche",
    "HARMED": "verloren gestohlen gelöscht gesperrt abgelehnt storniert beschädigt vertauscht vergessen verwechselt verschüttet unterbrochen gestört blockiert abgebrochen kopiert eingesehen "
    "abgegriffen entwendet zerstört zerkratzt beeinträchtigt abgesagt verschoben übersehen überbucht abgebucht berechnet belastet getrennt abgewiesen umgeleitet gekürzt verzögert weitergegeben "
    "liegengeblieben verlegt zugestellt geliefert angekommen gekommen erschienen bearbeitet beantwortet verschickt gebucht",
    "LOST": "verloren gestohlen gelöscht gesperrt abgelehnt storniert vertauscht unterbrochen blockiert abgebrochen kopiert eingesehen abgegriffen entwendet zerstört getrennt abgewiesen verzögert "
    "sichtbar lesbar einsehbar weg offline",
    "MENDED": "behoben beseitigt gelöst repariert ersetzt ausgetauscht getauscht wiederhergestellt zurückgesetzt zurückgerollt zurückgenommen korrigiert berichtigt erstattet zurückerstattet gutgeschrieben "
    "überwiesen nachgeliefert umgebucht umgeleitet umgestellt umgeschaltet freigeschaltet entsperrt deaktiviert abgeschaltet aktualisiert eingespielt ausgerollt entfernt bereinigt abgearbeitet "
    "nachgeholt storniert beauftragt veranlasst isoliert eingedämmt gesichert neugestartet rückgängig zurückgebucht zurücküberwiesen nachgereicht instandgesetzt stabilisiert geflickt "
    "reaktiviert ausgebessert zurückgezahlt nachgesendet aufgefüllt abgestellt erneuert gereinigt verschlossen",
    "ACTED": "informiert gemeldet bestellt erhöht erweitert aufgestockt geschickt gesendet verschickt versandt losgeschickt angefordert eingeschaltet hinzugezogen genommen gestartet gesperrt gelöscht "
    "storniert angepasst geändert gewechselt verlegt veröffentlicht weitergegeben organisiert gebucht hinterlegt zugestellt geöffnet kontaktiert",
    "MENDS": "tauschen ersetzen reparieren beheben beseitigen erstatten überweisen schicken senden liefern drucken korrigieren stellen bringen schalten spielen sperren buchen arbeiten holen "
    "versenden verschicken leiten",
    "GUARDED": "eingeführt eingerichtet ergänzt geschult nachgeschult verstärkt erweitert verdoppelt eingebaut automatisiert überarbeitet angepasst verbessert umgestellt geändert verschärft installiert "
    "aufgestockt eingestellt beschafft gekündigt gewechselt abgeschafft getrennt erneuert erhöht festgelegt geschaffen entwickelt angeschafft optimiert sensibilisiert geprüft kontrolliert getestet überwacht freigegeben gesichert",
    "GUARDS": "erweitern verstärken verbessern überarbeiten ergänzen automatisieren verdoppeln schulen verschärfen modernisieren erneuern trennen bauen installieren beschaffen optimieren richten führen "
    "stellen prüfen testen kontrollieren überwachen entwickeln erhöhen stocken ersetzen",
    "GUARDN": "prüfung prüfungen kontrolle kontrollen überwachung monitoring alarm alarme warnung warnungen test tests ablauf abläufe prozess prozesse verfahren schulung schulungen regel regeln "
    "sicherung sicherungen backup backups server leitung leitungen generator checkliste checklisten freigabe redundanz kapazität kapazitäten personal schichten lieferanten dienstleister grenzwert "
    "grenzwerte schutz zertifikate mitarbeiter mitarbeiterinnen mitarbeitende fahrer vier-augen-prinzip qualitätskontrolle dokumentation technik infrastruktur hardware software zugriffsrechte system systeme bestand vertrag",
    "CAUSEN": "update fehler bug defekt zertifikat änderung umstellung migration wartung skript einstellung konfiguration angriff angreifer hacker bagger sturm schnee unwetter blitz brand wasserschaden "
    "stromausfall netzausfall kabel switch router festplatte platte server datenbank lieferant hersteller spediteur dienstleister anbieter provider mitarbeiter mitarbeiterin fahrer kollege drucker "
    "etikett software programm system sensor pumpe ventil kühlung nachfrage ansturm andrang überlastung last tippfehler verwechslung missverständnis engpass personalmangel streik krankheit unfall "
    "baum frost hitze speicher warteschlange filter regel import export code version tabelle index schlüssel lastspitze",
    "CAUSED": "gesperrt verursacht ausgelöst geführt gestartet gelöscht blockiert überlastet beschädigt durchtrennt geschickt vertauscht versagt gestreikt lahmgelegt unterbrochen gekappt verhindert "
    "ausgefallen überschrieben falsch doppelt verwechselt getrennt vergessen versehentlich geliefert gesendet",
    "PROBLEM": "problem probleme problemen schwierigkeiten fehler störung störungen störungs ausfall ausfälle ausfällen verzögerung verzögerungen einschränkungen beeinträchtigungen unterbrechungen engpass engpässe engpässen wartezeiten verspätung verspätungen",
    "IN": "in im bei beim mit auf an am zu zum zur unter",
    "IMPERATIVE": "rufen melden schreiben wenden senden schicken nennen teilen geben starten installieren prüfen ändern öffnen laden versuchen bringen kommen lassen aktualisieren löschen wählen nutzen "
    "beachten überprüfen klicken warten ziehen trennen leeren füllen antworten fragen sprechen besuchen tauschen aktivieren deaktivieren",
    "IMPERATIVE_DU": "ruf melde meld schreib wende send sende schick schicke nenn nenne teil teile gib start starte installiere prüfe prüf ändere öffne lade versuch versuche bring komm lass "
    "aktualisiere lösche wähle nutze beachte überprüfe klick klicke zieh trenne leere frag frage antworte antworten besuch",
}  # fmt: skip

_PATTERNS: dict[str, tuple[str, ...]] = {
    "ack": (
        "( legte | legten ) =*6 lahm",
        "( längere | längeren | lange | langen ) ( wartezeit | wartezeiten | antwortzeit | antwortzeiten )",
        "länger =*3 ( ausfallen | dauern | warten ) =*2 ( kann | als )",
        "THING =*5 ( BE | WERD ) =*5 ( BAD | HARMED )",
        "THING =*5 ( BE | WERD | HAVE ) =*5 NOT =*2 ( HARMED | MENDED | ACTED | erreichbar | verfügbar | da )",
        "( BE | WERD ) =*4 THING =*5 ( BAD | HARMED )",
        "THING =*3 ( funktioniert | funktionierte | funktionierten | lädt | startet | läuft | liefen | reagiert | reagierte | öffnet | geht | antwortet | antwortete | druckt | zeigt | nimmt | kommt | kam ) =*7 NOT",
        "THING =*4 ( stürzt | stürzte | steht | stand | hängt | hing | brach | bricht | fiel | fällt | streikt | streikte | fehlt | fehlte | fehlten | fehlen | spinnt ) =*6",
        "THING ( liegt | lag | blieb | bleibt ) =*4 ( liegen | hängen | depot | lager | seit ) ",
        "( liegen | hängen | stehen ) geblieben",
        "dass =*4 ( NOT | falsch | kalt | verspätet | defekt | beschädigt | kaputt | zu spät | zu lange | doppelt )",
        "( entschuldigung | sorry | verzeihung | entschuldigen | leid ) für =*3 ( BADADJ | wartezeit | verspätung | verwechslung | panne | chaos | lärm )",
        "( musste | mussten | muss | müssen ) =*3 ( abgebrochen | abgesagt | verschoben | geschlossen | gesperrt | geräumt | unterbrochen | ausfallen )",
        "( kommt | kam | gibt | gab ) es =*5 PROBLEM",
        "( enthielt | enthält | stand | steht | hatte | hat ) =*4 ( falsche | falscher | falschen | falsches | fehler | ausfall )",
        "( falsche | falschen | kaputte | defekte | beschädigte ) THING",
        "( zweimal | doppelt | mehrfach ) ( abgebucht | berechnet | belastet | verschickt | geliefert | eingezogen )",
    ),
    "impact": (
        "( niemand | keiner ) ( konnte | kam | erreichte )",
        "( PEOPLE | YOU ) =*5 ( konnten | konnte | konntest | mussten | musste | musstest ) =",
        "( konnten | konnte ) ( PEOPLE | YOU ) =",
        "( mussten | musste ) PEOPLE =",
        "( PEOPLE | YOU ) =*4 ( standen | warteten | verpassten | verloren | bekamen | erhielten | sahen | saßen | zahlten | hatten NOT | hatten nur )",
        "( PEOPLE | YOU ) =*2 ( hatten | hatte | haben | hast ) =*4 ( umsonst | vergeblich | verloren | verpasst | gewartet | bezahlt | verbracht | müssen )",
        "( haben | hast | hat ) ( PEOPLE | YOU ) =*6 ( verpasst | verloren | gewartet | bezahlt | verbracht | müssen )",
        "GOODS =*5 ( gingen | ging | brachen | waren | sind | wurden | blieben | kamen | liefen ) =*6 ( LOST | ab | NOT | verloren | zu spät | doppelt | verspätet )",
        "( ihr | ihre | dein | deine | ihrer ) =*1 ( konto | adresse | daten | geld | guthaben | zugang | anschluss | website | urlaub | termin | fotos | gehalt | karte | name ) =*6 ( LOST | BAD | ruiniert | geplatzt | öffentlich )",
        "( hat | haben | hatte ) ( sie | dich | euch | ihnen | dir ) =*4 ( gekostet | gezwungen | aufgehalten )",
        "( zu viel | zu viele | doppelt ) ( bezahlt | gezahlt | abgebucht )",
        "ohne ( strom | wasser | internet | heizung | telefon | geld | gepäck )",
        "( namen | adressen | passwörter | kontodaten | daten ) =*8 ( LOST | öffentlich | gelangt )",
    ),
    "explanation": (
        "( erhöhte | erhöhten | hohe | hohen | große | höhere | gestiegene ) ( anzahl | zahl | menge )",
        "CAUSEN =*1 ( legte | legten ) =*6 lahm",
        "( ursache | grund | auslöser | schuld | schuldig ) =*4 ( war | ist | waren | sind ) ( THE | ein | dass | unser | unsere )",
        "( schuld | auslöser | ursache ) ( war | ist ) =",
        "CAUSEN =*3 ( hat | haben | hatte | hatten ) =*7 ( CAUSED | MENDED | ACTED )",
        "CAUSEN =*4 ( sorgte | sorgten | führte | führten | verursachte | blockierte | überlastete | löste | nutzte | steckte | traf | lag | verhinderte | beschädigte | legte ) =",
        "CAUSEN =*3 ( war | waren | ist ) NOW? ( voll | defekt | abgelaufen | überlastet | falsch | krank | ausgefallen | veraltet | kaputt | leer )",
        "( fahrer | mitarbeiter | mitarbeiterinnen | kollegen | kolleginnen | leute ) ( waren | sind | war | ist ) =*2 krank",
        "HAVE =*2 ( WE | TEAM )? =*4 ( NOT genug | zu wenig | zu wenige | zu viele | zu spät | unterschätzt | übersehen | vergessen | versehentlich )",
        "WE HAVE =*5 ( NOT genug | zu wenig | unterschätzt | übersehen | vergessen | versehentlich | verwechselt )",
        "( WERD | BE ) =*4 ( zuvor | vorher | vorab )? NOT ( getestet | geprüft | bestellt | erneuert | aktualisiert | eingeplant | gewartet | informiert )",
        "( lag | liegt ) =*2 ( an | am | daran ) _",
        "( nach | bei | beim | während | durch | wegen | aufgrund | infolge ) ( THE | eines | einer | dem | der )? =*1 ( CAUSEN | umzug | umzugs | umbau | umstellung | einspielen | stromausfalls | wechsel | nachfrage | krankheit ) =*6 ( stimmten | liefen | waren | wurde | wurden | war | ging | gingen | kam | kamen )",
        "( anbieter | lieferant | hersteller | dienstleister | spediteur ) ( hatte | hat | hatten ) _",
        "der fehler ( steckte | lag | war )",
    ),
    "explanation!": (
        "( noch NOT | NOT bekannt | unbekannt | unklar | suchen | prüfen )",
    ),
    "fix": (
        "WE HAVE =*8 ( MENDED | ACTED )",
        "HAVE ( WE | OUR TEAM ) =*8 ( MENDED | ACTED )",
        "( TEAM | techniker ) HAVE =*8 ( MENDED | ACTED )",
        "( BE | WERD ) =*6 MENDED",
        "( laufen | läuft | funktioniert | funktionieren | gehen | geht | steht | stehen | klappt ) =*3 wieder",
        "wieder ( online | erreichbar | verfügbar | da | normal | funktionieren | laufen | stabil | offen | nutzbar | frei )",
        "( arbeiten | arbeitet ) =*3 ( daran | an | mit | fieberhaft | hochdruck )",
        "( techniker | monteur | ersatz | ersatzgerät | kollege | fahrer | lieferung | paket | ersatzteil ) =*2 ( ist | sind ) =*2 ( unterwegs | vor ort | bestellt | auf dem weg )",
        "( geht | gehen ) =*2 ( heute | morgen | sofort )? =*1 raus",
        "WE ( MENDS ) ( YOU | THE | gerade | derzeit | neue | alles )",
        "( patch | korrektur | update | lösung | reparatur ) =*2 ( ist | wird | wurde | läuft ) =*4 ( eingespielt | ausgerollt | veröffentlicht | verfügbar | installiert | verteilt )?",
        "( nachträglich | erneut | neu ) ( zugestellt | verschickt | gesendet | versendet | gedruckt | gestartet | gebucht )",
        "in betrieb genommen",
        "sollte =*4 wieder",
    ),
    "fix!": (
        "( falsch | falsche | falschen | falsches | zweimal | doppelt | versehentlich | irrtümlich | wunsch | gewünscht | feedback )",
        "( sobald | falls | wenn ) =*6 MENDED",
    ),
    "prevention": (
        "( WE | TEAM ) HAVE =*8 GUARDN =*4 GUARDED",
        "WE HAVE =*8 ( eingeführt | geschult | automatisiert | verschärft | nachgeschult | sensibilisiert | gekündigt | abgeschafft )",
        "GUARDN =*3 ( WERD | BE ) =*5 GUARDED",
        "( WE | werden ) ( GUARDS ) =*4 GUARDN",
        "( künftig | zukünftig | ab sofort | in zukunft | ab jetzt | von nun an | nunmehr | jetzt ) =*3 ( prüfen | prüft | testen | testet | kontrollieren | kontrolliert | brauchen | braucht | überwachen | überwacht | warnt | meldet | lesen | liest | wiegen | sperrt | verlangt )",
        "( WERD | brauchen | braucht | lässt | prüfen | prüft | testen | testet | kontrollieren | kontrolliert | warnt | meldet ) =*3 ( jetzt | nun | künftig | ab sofort ) =*4 ( automatisch | zweite | zweiten | zwei | NOT | jede | jeden | jedes | vorher | vor | täglich | wöchentlich | doppelt )",
        "um =*2 ( solche | solches | ähnliche | ähnliches | künftige | künftig | weitere | erneute | wiederholung | das ) =*6 ( verhindern | vermeiden | auszuschließen | vorzubeugen )",
        "damit =*8 ( NOT wieder | NOT noch einmal | NOT erneut | NOT mehr )",
        "( zweite | zweiten | zusätzliche | zusätzlichen | neue | neuen | weitere | weiteren | strengere | strengeren ) GUARDN =*4 ( ein | auf | eingeführt | eingerichtet | an | vor | geschaffen | eingestellt )",
        "( mehr | zusätzliches | neues ) personal",
        "( richten | führen | bauen | stellen ) =*8 ( ein | auf | um )",
    ),
    "prevention!": (
        "( bitte | hoffen | hoffe )",
        "WE ( richten | stellen ) YOU",
    ),
    "contact": (
        "( findest du | finden sie | findet ihr ) =*4 ( antworten | hilfe | informationen | anleitung | hinweise )",
        "( ^ | , | : | - | bitte | dann | einfach | gern | gerne ) ( bitte | dann | einfach | gern | gerne )? IMPERATIVE sie =",
        "( ^ | , | : | - | bitte | dann | einfach | gern ) ( bitte | dann | einfach | gern )? IMPERATIVE_DU ( uns | mir | die | das | den | dich | deine | dein | bitte | doch | mal | einfach | = )",
        "^ ( welche | welcher | welches | wann | wo | wie | haben | hast | können | kannst | könnten | könntest | ist | sind | hat | tritt | nutzt | nutzen ) =*14 ASKS",
        "( direktnachricht | dm | pn )",
        "( erreichen | erreichst | erreicht ) ( sie | du | ihr ) ( uns | mich )",
        "( brauchen | müssen | musst | brauchst ) =*3 nichts",
    ),
    "contact!": (
        "( geduld | verständnis )",
    ),
    "regret": (
        "( sorry | entschuldigung | verzeihung ) ( dafür | deswegen | nochmal | nochmals | noch einmal | vielmals )",
        "tut ( uns | mir ) =*3 leid",
    ),
    "regret!": (
        "leid ,? ( zu hören | das zu hören | zu lesen | zu erfahren )",
        "leid ,? dass ( sie | du | ihr ) ( sich | dich | euch | enttäuscht | unzufrieden )",
    ),
    "explanation#": ("^ ( ursache | ursachen | grund | hintergrund | warum | woran ) =*5 ( $ | ASKS )",),
    "impact#": ("^ ( auswirkung | auswirkungen | betroffen | wer | was ) ( war | ist | sind | waren | bedeutet )? =*4 ( $ | ASKS )",),
    "fix#": ("^ ( lösung | behebung | maßnahmen | sofortmaßnahmen | was wir getan haben ) =*3 $",),
    "prevention#": ("^ ( vorbeugung | ausblick | nächste schritte | was wir ändern | was wir künftig | konsequenzen | verbesserungen ) =*4 $",),
    "contact#": ("^ ( was sie | was du | was können sie | fragen | kontakt | was müssen sie ) =*4 ASKS? $",),
    "mask": (
        "( wenn | falls | sofern | sobald | sollten | sollte es ) =*30",
    ),
}  # fmt: skip

GRAMMAR = Grammar(
    words=_WORDS,
    endings=(
        ("störung", "störung"),
        ("ausfall", "ausfall"),
        ("ausfalls", "stromausfalls"),
        ("probleme", "probleme"),
        ("problem", "problem"),
        ("fehler", "fehler"),
        ("verzögerung", "verzögerung"),
        ("verzögerungen", "verzögerungen"),
    ),
    parts={},
    patterns=_PATTERNS,
    masked=frozenset({"ack", "impact", "explanation", "fix", "prevention"}),
)
