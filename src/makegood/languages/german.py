"""German: what says an element of a good message; the faults are in `german_faults`."""

from __future__ import annotations

from makegood.languages.german_faults import FAULTS
from makegood.languages.german_grammar import GRAMMAR
from makegood.languages.german_plain import PLAIN
from makegood.languages.language import Language, Phrases, joined

_WORDS = {
    "spun": r"verschiebung ihres bündels|beweinen|wehklag\w*|sühnen|postpaket-verzug|harm und gram|wir bereuen die plage|"
    r"karte wurde (?:angeklagt|aufgeladen) zweifach|zweifach belastet|kundenverwaltung bedauert|bargeld zurückgesendet|last verursacht",
    "odd": r"bündel\w*|unbill|gram|beförderung ihres|plage|der der|die die die|und und|zu zu|wir wir|sie sie sie|ist ist",
    "we": r"wir|ich|unser (?:team|fahrer|system|support|lager)|unsere (?:mitarbeiter\w*|technik|leute|buchhaltung|werkstatt)",
    "you": r"sie|du|ihr|euch|dir|dich|ihnen",
    "harm": r"unannehmlichkeit\w*|umstände|ärger|verwirrung|verzögerung\w*|beeinträchtigung\w*|störung\w*|schaden|probleme|irritation\w*",
    "sorry": r"entschuldig\w*|verzeih\w*|bedauer\w*|leid|sorry",
    "outside": r"dienstleister\w*|anbieter\w*|lieferant\w*|spediteur\w*|spedition|zusteller\w*|partner\w*|bank|fluggesellschaft|"
    r"hersteller\w*|post|provider\w*|zahlungs(?:dienstleister|anbieter)\w*|paketdienst\w*|subunternehmer\w*|drittanbieter\w*|"
    r"linode|aws|amazon|google|cloudflare|azure|netzbetreiber\w*|bahn|flughafen\w*",
    "specific": r"\w*ausf(?:all|alls|älle|ällen)|\w*verspätung\w*|\w*verzögerung\w*|\w*störung\w*|\w*unterbrechung\w*|\w*panne\w*|datenlecks?|"
    r"\w*doppelbuchung\w*|doppelabbuchung\w*|fehlbuchung\w*|verwechslung\w*|falschlieferung\w*|lieferverzug\w*|sicherheitslücke\w*|"
    r"\w*überlastung\w*|absage|stornierung|\w*beeinträchtigung\w*|verbindungsabbr\w+|abst[uü]rz\w*|\w*engp[aä]ss\w*|\w*einschränkung\w*|"
    r"\w*inkompatibilität\w*|datendiebstahl\w*|datenschutzverletzung\w*|(?:cyber|hacker)-?angriff\w*|stromabschaltung\w*|überbuchung\w*",
    "broken": r"zu spät|verspätet|kaputt|defekt|beschädigt|zerbrochen|gerissen|fehlerhaft|verloren(?: gegangen)?|"
    r"nicht (?:mehr )?(?:erreichbar|verfügbar|angekommen|geliefert|bezahlt|fertig|möglich|zugestellt|beantwortet|überwiesen|gebucht)|"
    r"offline|gestört|ausgefallen|doppelt|überbucht|unvollständig|falsch|vertauscht|abgestürzt|unerreichbar|gesperrt|gelöscht|"
    r"zweimal|langsam|lahmgelegt|nicht (?:lieferbar|vorrätig|auf lager|nutzbar|spielbar|pünktlich|rechtzeitig|sauber|gereinigt|"
    r"berücksichtigt|eingetroffen|erschienen|verschickt|gutgeschrieben)|ausverkauft|vergriffen|unspielbar|blockiert|überlastet|"
    r"unbrauchbar|zerstört|verschmutzt|schmutzig|kalt|durchnässt|zerkratzt|unleserlich|gehackt|abgesagt|verschoben|weitergegeben|down",
    "crowd": r"kund(?:en|innen|innen und kunden)|nutzer\w*|benutzer\w*|gäste|reisende|mitglieder|patient\w*|anrufer\w*|viele von ihnen|"
    r"haushalte|teilnehmer\w*|händler|leser\w*|abonnent\w*|spieler\w*|fahrgäste\w*|anwender\w*|mieter\w*|versicherte\w*|besucher\w*",
    "feeling": r"eine zumutung|ein schreck|zum heulen|furchtbar|schrecklich|ärgerlich|anstrengend|belastend|frustrierend|zermürbend|beängstigend|enttäuschend|unangenehm|schlimm|"
    r"erschöpfend|nervenaufreibend|bitter|zum verzweifeln",
    "angry": r"verärgert|wütend|sauer|enttäuscht|besorgt|aufgebracht|ärgern",
    "repair": r"behoben|gelöst|repariert|wiederhergestellt|korrigiert|erstattet|ersetzt|zurückgebucht|zurückgezahlt|umgebucht|"
    r"zurückgesetzt|abgeschaltet|gesperrt|entfernt|eingespielt|berichtigt|zurückgerollt|überwiesen|verschickt|losgeschickt|"
    r"storniert|ausgetauscht|gutgeschrieben|neu gestartet|nachgeliefert|freigeschaltet|zurücküberwiesen|zurückgeschickt|stabilisiert|deaktiviert|"
    r"wieder hergestellt|nachgeholt|nachgedruckt|angepasst|aktualisiert|bereinigt|zurückgenommen|neu ausgestellt|ausgeglichen|"
    r"eingeleitet|veranlasst|zurückgeholt|aufgehoben|nachgebessert",
    "month": r"januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember",
    "day": r"(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend",
    "when": r"\d{1,2}(?:[:.]\d{2})? uhr|(?:<day>)\w*|morgen|heute(?: \w+)?|übermorgen|\d{1,2}\. ?(?:<month>|\d{1,2}\.)|"
    r"(?:kalenderwoche|kw) \d+|im laufe des (?:tages|abends|vormittags|nachmittags)|\d+ ?[-–] ?\d+ (?:werk|arbeits)?tage\w*|"
    r"(?:ende|anfang) (?:der|dieser|nächster) woche|(?:nächste|kommende|diese)\w? woche(?!n)|mittag|"
    r"(?:\d+|eine[rms]?|zwei|drei|vier|fünf|sechs|sieben|acht|zehn|vierzehn) (?:werk|arbeits)?(?:minuten|stunden?|tagen?|wochen?)",
}

_ELEMENTS: dict[str, tuple[Phrases, ...]] = {
    "ack": (
        Phrases(
            (
                r"(?<!keine )(?<!mögliche )(?<!möglichen )(?<!weitere )(?<!weiteren )(?<!etwaige )\b(?:<specific>)\b",
                r"\b(?:ist|sind|war|waren|wurde|wurden|kam|kamen|blieb|blieben|haben|hat|ging|gingen)\b.{0,60}\b(?:<broken>)\b",
                r"\b(?:<broken>) (?:ist|war|waren|wurde|wurden|kam|angekommen|geliefert|abgebucht|berechnet)\b",
                r"\b(?:falsche|beschädigte|defekte|fehlerhafte|kaputte|fehlende|falsch)\w* \w+|\bstatt (?:der|des|am|in|um)?\b.{0,30}\b\w+",
                r"\bkonnten?\b.{0,50}\b(?:nicht|niemand|kein\w*)\b|\bniemand (?:konnte|erreichte)\b|\bvergessen\b",
                r"\b(?:problem|fehler|schwierigkeit)\w* (?:mit|bei|beim|in|im|am|an|auf) (?!dieser|diesem|der sache)\w+",
                r"\b\w{3,}(?:problem|fehler)(?:e|en|n|s)?\b|\bfehl(?:t|te|en|ten)\b(?! ihnen)|\bnicht wie (?:versprochen|gewohnt|geplant|angekündigt|vereinbart)\b",
                r"\bohne (?:den|die|das) (?:hinteren?|vorderen?|zweiten?|letzten?)\b|\bgibt es\b.{0,40}\bkeine?n? (?!grund|anlass|hinweis\w*|anzeichen|gefahr|änderung\w*)\w+|"
                r"\b(?:stürzt|stürzte|bricht|brach|fällt|fiel)\b.{0,50}\b(?:ab|zusammen|aus)\b|\bin verzug\b|\bim rückstand\b|\b(?:war|ist|waren)\b.{0,40}\b(?:besetzt|geschlossen|dunkel|leer)\b"
                r"(?<!montags geschlossen)|\bfindet\b.{0,40}\bnicht statt\b|\b(?:haben|habe|hat)\b.{0,60}\bnicht (?:bearbeitet|geprüft|beantwortet|geliefert|gebucht|gemeldet|zurückgerufen|"
                r"verschickt|weitergeleitet)\b",
                r"\b(?:lädt|laden|öffnen|öffnet|starten|startet|funktionieren|klappen|reagieren|reagiert|senden|sendet|drucken|druckt)\b.{0,60}\bnicht\b(?! sie)|"
                r"\b(?:unbekannte|angreifer|hacker|dritte|jemand)\b.{0,60}\b(?:kopiert|gestohlen|erbeutet|gelesen|abgegriffen|eingesehen)\b|"
                r"\b(?:lag|blieb|stand)\b.{0,50}\b(?:wochen|tage|monate|unbearbeitet|unbeantwortet|liegen)\b",
                r"\b(?:muss|müssen|musste|mussten|fällt|fallen|fiel|fielen|entfällt|entfallen)\b.{0,90}\b(?:aus|ausfallen|entfallen|absagen|"
                r"verschieben|wegfallen|verschoben|abgesagt)\b|\bnicht in der gewohnten form\b|\bnicht zur verfügung\b",
                r"\b(?:kam\w*|erschien\w*|lag\w*|steckte\w*|funktionier\w*|lief\w*|klappt\w*|stimmt\w*|startet\w*|öffnet\w*|lädt|ging\w*|geht)\b.{0,80}\bnicht\b(?! mehr ohne)",
                r"\b(?:an (?:dritte|unbefugte)|unbefugte\w*|unbekannte\w*)\b.{0,90}\b(?:weitergegeben|gelangt|zugriff|eingesehen|abgerufen|übermittelt|erlangen|erlangt)\b|"
                r"\b(?:streikte|gestreikt|abgeraucht|zusammengebrochen)\b|\bunterlaufen\b|\bversehentlich\b|\birrtümlich\w*\b|\bfälschlich\w*\b",
                r"\b(?:anmelde|zahlungs|verbindungs|netzwerk|liefer|login|server)(?:-)?(?:problem|fehler|schwierigkeit)\w*",
                r"\b(?:haben|habe|hat)\b.{0,60}\b(?:verloren|vertauscht|verwechselt|versäumt|übersehen|falsch \w+|gelöscht|"
                r"beschädigt|doppelt \w+|zu viel \w+|warten lassen|abgesagt)\b|\bwarten (?:ließen|mussten|lassen)\b",
                r"\b(?:tage|stunden|wochen|minuten) (?:zu spät|später|nach dem)\b|\bwurde (?:leider )?versäumt\b|\bverspätete\w* \w+",
            ),
            (
                r"\betwas (?:anders|ungewöhnlich\w*)\b",
                r"\bfalls\b.*\bnicht\b",
                r"\bkönnen\b.{0,40}\bverursachen\b",
                r"\bnicht alles\b",
            ),
            blind=(
                r"\b(?:falls|sollten?|wenn|sofern) (?:<you>|die|das|der|es|keine)\b[^,.;]{0,100}",
                r"\bkann es\b[^.;]{0,80}",
            ),
        ),
    ),
    "regret": (
        Phrases(
            (
                r"\btut (?:es )?(?:uns|mir)\b.{0,60}\bleid\b(?!,? (?:zu hören|das zu hören|zu erfahren|zu lesen|"
                r"dass (?:<you>) (?:sich|dich|euch|das|enttäuscht|unzufrieden|verärgert|dich so|sich so)))",
                r"\b(?:wir|ich|redaktion|team) (?:\w+ ){0,3}entschuldig(?:en|e|t)\b|\bentschuldig(?:en|e) (?:wir|ich)\b|\b(?:wir|ich) bedauern?\b|"
                r"\bbedauern (?:wir|ich)\b|\bbedauert (?:\w+ ){0,4}(?:mehr|sehr|zutiefst|diese\w*|den|die|das)\b",
                r"\b(?:möchten?|wollen|will|müssen|muss|darf|dürfen)\b.{0,100}\bentschuldig(?:en|ung)\b|\bbitten? .{0,120}\b(?:entschuldig\w*|verzeihung|"
                r"nachsicht|nachzusehen|verzeihen)\b",
                r"\bbitte (?:entschuldigen|verzeihen|entschuldigt|verzeiht)\b|\bbitte entschuldige\b|\bentschuldige(?:t)? (?:bitte|die|den|das|meine|unsere)\b|\b(?:entschuldigung|verzeihung|sorry|pardon)\b"
                r"(?: für|,|\"| dass|!|\.|$| an alle| zu sagen| wegen)|\bgroßes \"?sorry\b",
            ),
            (
                r"\bbedauern(?:,)? (?:ihnen )?mit(?:zu)?teilen\b|\bbedauern, (?:dass sie|zu hören|ihnen)\b",
                r"\bleid, (?:das )?(?:zu (?:hören|erfahren|lesen)|dass (?:<you>) (?:sich|dich|euch|das so|enttäuscht|unzufrieden|verärgert))",
                r"\bnicht (?:zu )?entschuldigen\b|\bmüssen sich nicht\b|\bkeine entschuldigung\b|\bbrauchen sich nicht\b",
            ),
        ),
    ),
    "cause_owned": (
        Phrases(
            (
                r"\b(?:<we>) (?:haben|habe|hatten?)\b.{0,80}\b(?:falsch\w*|verloren|vergessen|vertauscht|verwechselt|übersehen|versäumt|"
                r"nicht (?:geprüft|getestet|angerufen|informiert|bestellt|bemerkt)|zweimal|doppelt|gelöscht|ignoriert|verschlafen)\b",
                r"\bhaben wir\b.{0,80}\b(?:falsch\w*|verloren|vergessen|vertauscht|übersehen|versäumt|zweimal|doppelt|gelöscht)\b",
                r"\b(?:haben|habe) (?:wir|ich)\b.{0,60}\b(?:nicht (?:geprüft|getestet|bemerkt|gemeldet|informiert|beachtet|berücksichtigt|eingeplant)|"
                r"unterschätzt|falsch eingeschätzt|verpasst|liegen gelassen|zu wenig \w+ eingeplant|verloren|zu spät \w+|versehentlich|irrtümlich)\b",
                r"\bfehler (?:in|an|bei|auf) unsere\w+\b|\bunser(?:e|em)? (?:update|umstellung|änderung|software)\b.{0,40}\b(?:hat|verursacht)\b",
            ),
        ),
    ),
    "blame_accepted": (
        Phrases(
            (
                r"\b(?:unser|mein) (?:fehler|versäumnis|verschulden)\b|\bunsere (?:schuld|verantwortung)(?! (?:ist es|für (?:die sicherheit|jede)))\b",
                r"\b(?:liegt|lag|geht|ging) (?:allein |ganz )?(?:bei uns|an uns|auf unsere kappe)\b|\bverantwortung (?:für (?:diesen?|den|das|die))\b.{0,40}"
                r"\b(?:übernehmen|tragen)\b|\b(?:übernehmen|tragen)\b.{0,30}\bverantwortung\b(?! für (?:jede|ihre sicherheit))",
                r"\b(?:wir|ich) hätten?\b.{0,60}\b(?:müssen|sollen|dürfen)\b|\bhaben (?:sie|wir sie) (?:im stich|enttäuscht)\b|"
                r"\b(?:haben|habe) (?:wir|ich)\b.{0,40}\b(?:nicht aufgepasst|geschlampt|versagt)\b|\b(?:wir|ich) (?:haben|habe) (?:sie|dich|euch|ihnen|dir)\b.{0,30}\bzu spät\b|"
                r"\bauf unser konto\b|\b(?:wir|ich)\b.{0,50}\bnicht geschafft\b|\benttäuschen wir\b|\b(?:wir sind|ich bin) schuld\b|\b(?:dafür|für den fehler|für diesen fehler) (?:sind|bin) (?:wir|ich) (?:allein )?verantwortlich\b|\b(?:wir|ich) (?:haben|habe) (?:viel )?zu "
                r"(?:spät|langsam|wenig)\b|\b(?:wir|ich) (?:waren|war) (?:viel )?zu (?:spät|langsam)\b",
                r"\buns\b.{0,50}\b(?:unterlaufen|durchgerutscht|entgangen)\b|\b(?:hätte|hätten) uns nicht (?:passieren|geschehen|unterlaufen) dürfen\b|"
                r"\bversagt haben wir\b|\bwir haben (?:hier )?(?:versagt|gepatzt|geschlafen)\b|\bnicht gerecht geworden\b",
                r"\b(?:wir|ich) (?:haben|habe)\b.{0,30}\bfehler gemacht\b|\bim stich gelassen\b",
            ),
        ),
    ),
    "empathy": (
        Phrases(
            (
                r"\b(?:ist|war|muss|es|sind|waren)\b.{0,40}\b(?:<feeling>)\b",
                r"\b(?:verstehen|verstehe|können)\b.{0,40}\b(?:warum sie|dass sie)\b.{0,30}\b(?:<angry>)\b|\bzu recht (?:<angry>)\b",
                r"\bsie (?:haben|hatten) (?:sich )?(?:auf|fest)\b.{0,50}\b(?:gefreut|verlassen|gerechnet|gezählt)\b|\bjeden grund\b",
            ),
            (r"\bverstehen (?:ihr|dein|euer|eur)(?:e|en)? (?:anliegen|sorge|ärger|unmut)\b",),
        ),
        Phrases(
            (
                r"\b(?:wissen|verstehen|nachvollziehen|bewusst|vorstellen)\b.{0,80}\b(?:ärger|frust\w*|stress\w*|sorgen|angst|aufwand|enttäuschung)\b",
                r"\bwir wissen, (?:wie lange|wie sehr|dass) (?:<you>)\b.{0,60}\b(?:gewartet|gefreut|gehofft|gerechnet|gebraucht|verlassen)\b",
                r"\b(?:du|ihr) (?:hattest|hattet|hast|habt) (?:dich|euch) .{0,40}\b(?:gefreut|verlassen|gezählt)\b",
                r"\bkein wunder, dass (?:<you>)\b|\bdas muss .{0,40}(?:<feeling>) gewesen sein\b",
            ),
            (
                r"\b(?:verstehen|nachvollziehen)\b.{0,12}\b(?:ihr|dein|euer|eur)(?:e|en)? (?:anliegen|sorge|ärger|unmut|frust)\w*[.!]?$",
            ),
        ),
    ),
    "impact": (
        Phrases(
            (
                r"\b(?:sie|ihnen)\b.{0,30}\b(?:konnten|mussten|verpassten|verloren|warteten|zahlten|bezahlten|standen|verbrachten)\b(?! sie uns)",
                r"\b(?:du|ihr)\b.{0,30}\b(?:konnte(?:st|t)|musste(?:st|t)|hast|habt)\b.{0,40}\b(?:nicht|warten|verpasst|verloren|bezahlt)\b|"
                r"\bmusst du dich (?:erneut|neu|noch einmal)\b|\bmüssen sie sich (?:erneut|neu)\b|\bhaben dich .{0,30}gekostet\b",
                r"\b(?:<crowd>|reisende\w*)\b.{0,60}\b(?:verpasst\w*|verloren|warteten|standen|saßen)\b|\b(?:ihr|sie|du) (?:saßt|saßen|saßest|standet|standen|warteten|wartetet)\b|"
                r"\bihr(?:e|en)? (?:gehalt|geld|lohn|rente|zahlung|erstattung)\b.{0,40}\b(?:zu spät|verspätet|nicht)\b",
                r"\b(?:ihnen|dir|euch) (?:sind|ist|entstand\w*)\b.{0,60}\b(?:kosten|gebühr\w*|schaden|aufwand|entstanden)\b|\bviele von (?:euch|ihnen)\b.{0,40}\b(?:kamen|"
                r"konnten|mussten|standen)\b|\b(?:namen?|adress\w*|geburtsdat\w*|kontonummer\w*|e-mail\w*)\b.{0,60}\b(?:einsehbar|öffentlich|sichtbar|lesbar|abrufbar)\b",
                r"\b(?:<crowd>)\b.{0,90}\b(?:einschränkung\w*|abbrüche\w*|verbindungsabbr\w+|wartezeit\w*|verspätung|unterschiede)\b.{0,40}\b(?:erlebt|erhalten|"
                r"gehabt|bemerk\w*|feststell\w*|warten)\b|\b(?:<crowd>)\b.{0,60}\bohne (?:strom|wasser|internet|heizung|telefon)\b",
                r"\b(?:betroffen|abgeflossen|eingesehen|entwendet|gestohlen|kopiert|weitergegeben|zugriff auf|veröffentlicht)\b.{0,90}\b(?:namen?|adress\w*|"
                r"e-mail\w*|passw\w+|bankverbindung\w*|kontonummer\w*|telefonnummer\w*|geburtsdat\w*|kreditkart\w*|adressdaten|kundendaten)\b|"
                r"\bihre? (?:e-mail|adress|kunden|konto|persönlich)\w*.{0,130}\b(?:weitergegeben|eingesehen|veröffentlicht|entwendet|kopiert|abgeflossen)\b|\bunspielbar\b",
                r"\b(?:konnten|mussten|haben|hatten) sie\b.{0,60}\b(?:nicht|warten|verpasst|verloren|bezahlt|gewartet|zahlen|fahren|anrufen)\b",
                r"\b(?:<crowd>)\b.{0,60}\b(?:konnten|mussten|nicht|verloren|sahen|erhielten|warteten)\b",
                r"\bkonnten\b.{0,30}\b(?:<crowd>)\b|\b(?:dadurch|deshalb|infolgedessen)\b.{0,40}\b(?:ihr|ihre|ihnen|sie)\b|\bkostete sie\b",
                r"\bihre? (?!bestellung|paket|lieferung|sendung)\w+ (?:ist|sind|war|waren|wurde|wurden|blieb|blieben|ging|gingen)\b.{0,40}"
                r"\b(?:verloren|verspätet|gelöscht|leer|abgelehnt|nicht|kalt|aus|zu spät)\b",
            ),
            (r"\bunser\w* ruf\b", r"\?$"),
        ),
    ),
    "explanation": (
        Phrases(
            (
                r"\bweil\b(?!.{0,12}\bwir wissen\b)|\bda (?:wir|der|die|das|ein|unser)\b|\b(?:wegen|aufgrund|infolge) (?!(?:der|dieser|diesen|dieses) (?:aktuellen|probleme|störung|verzögerung|lage|situation)|technischer gründe|unvorhergesehen|der umstände|von umständen)"
                r"(?:\w+)|\bgrund (?:war|dafür|ist|hierfür)\b|\bursache (?:war|ist|hierfür)\b(?! noch)|\b(?:verursacht|ausgelöst) (?:durch|von)\b|"
                r"\bführte dazu\b|\bzurückzuführen\b|\bso ?dass\b|\bdadurch\b|\bdie (?:ursache|gründe?)\b.{0,80}\b(?:war|ist|waren|lag|liegt)\b(?! noch| uns)|"
                r"\b(?:hing|hängt)\b.{0,40}\bzusammen\b|\bverantwortlich dafür, dass\b|\bauslöser\b|\bdurch den (?:defekt|ausfall|brand)\b|\banscheinend\b",
                r"\b(?:zu|zum|zur) (?:\w+ ){0,4}\w+\b.{0,40}\bgeführt\b|\bausgelöst hat\b|\b(?:an|durch) (?:der|die|den) (?:\w+ )?(?:anzahl|menge|vielzahl|ansturm|nachfrage)\b",
                r"\b\w*(?:brand|bruch|blitz|frost|leck|schaden|kurzschluss)\b.{0,60}\b(?:hat|haben|hatte)\b|\bfehlte?n? (?:ein|eine|uns|der|die)\b|\b(?:lieferant|hersteller|spediteur|dienstleister|zulieferer)"
                r"\w* (?:hat|haben)\b|\b(?:doppelt|dreimal|viermal|fünfmal) so (?:hoch|viel|viele|groß)\b|\bbeim? (?:einspielen|umzug|wechsel|umstellen|update|import|drucken|verladen)\b",
                r"\bdazu führ(?:en|t|ten)\b|\bgrenzen\b.{0,60}\b(?:gestoßen|gekommen)\b|\bkrank(?:heits)?(?:welle|fälle\w*|stand|meldungen)\b|\bpersonal(?:mangel|ausfäll\w+|engpass)\b|"
                r"\b(?:das|es|dies) (?:lag|liegt) an\b(?! ihnen| dir)|\b(?:bagger|sturm|baum|lkw|lieferwagen|blitz\w*|frost|marder|wasserrohr\w*)\b.{0,60}\b(?:hat|durchtrennt|"
                r"beschädigt|gekappt|gerissen|gefallen|eingeschlagen|geplatzt)\b|\b(?:bei|nach|während) (?:der|einer|dem|einem) (?:umstellung|wartung\w*|umzug|update|"
                r"aktualisierung|inventur)\b.{0,60}\b(?:haben|hat|ist|sind|wurde|wurden|ging|gingen)\b|\bzu wenige?(?:r|s)? (?:personal|leute|fahrer|server|platz|vorrat)\b",
                r"\b(?:waren|war|ist|sind) (?:\w+ )?krank\b|\bkeine vertretung\b",
                r"\b(?:streikte|gestreikt|fällt aus|fiel aus|ausfiel)\b|\b(?:technisch\w*|elektronisch\w*|mechanisch\w*) (?:defekt|störung|fehler)\w*\b.{0,40}\b(?:an|am|in|im|des|der)\b|"
                r"\b(?:technisch\w*|elektronisch\w*)? ?(?:defekt|brand\w*|kurzschluss|wasserschaden)\b.{0,40}\b(?:an|in|im|am|des|der|zu)\b",
                r"\b(?:gab|gegeben|erlebten|hatten)\b.{0,80}\b(?:probleme|schwierigkeiten|störungen)\b.{0,20}\b(?:in|mit|bei|am|im|an)\b|"
                r"\b(?:probleme|schwierigkeiten|störungen) (?:in|mit|bei|am|im|an) (?:der|dem|unsere\w*|einem|einer)\b.{0,40}\b(?:gegeben|erlebt|gehabt)\b",
                r"\b(?:erweiterung\w*|apps?|programme?|add-ons|dateien)\b.{0,40}\bkönnen\b.{0,60}\b(?:verursachen|verlangsamen|blockieren|stören)\b|"
                r"\bnicht (?:mehr )?(?:vorrätig|lieferbar|auf lager)\b|\bausverkauft\b|\bhat sich geändert\b|\bziel (?:eines|einer)\b.{0,60}\bangriff\w*\b|"
                r"\bunter verletzung\b|\bohne (?:vorwarnung|ankündigung)\b.{0,40}\b(?:gezogen|abgeschaltet|gekündigt)\b",
                r"\b(?:update|änderung|umstellung|skript|festplatte|server|drucker|datenbank|dienst|steuerung\w*|elektronik|sensor|kabel|heizung|zusteller\w*|mitarbeiter\w*|fahrer\w*|maschine|leitung|router|zertifikat|"
                r"etikett\w*|pumpe|software|kollege|kollegin)\b.{0,60}\b(?:ausgefallen|verwechselt|vertauscht|überlastet|abgelaufen|gelöscht|"
                r"falsch|vergessen|voll|fiel aus|liegen gelassen|doppelt|verursacht|blockiert|defekt|versagte|nicht bestellt|geführt|geriet|gestreikt|unkontrollier\w*)\b",
            ),
            (
                r"\bsuchen?\b.{0,30}\b(?:auslöser|ursache|grund)\b",
                r"\b(?:aufgrund|wegen|infolge) technische[rn]? (?:probleme|schwierigkeiten|störung\w*|defekte?s?)\b",
                r"\b(?:aus|wegen) (?:technischen?|technischer|betriebliche[nr]|organisatorische[nr]) gründen?\b|\bumstände\b|\bunvorhergesehen\w*\b",
                r"\b(?:ursache|grund)\b.{0,30}\b(?:unbekannt|nicht bekannt|unklar|wissen wir)\b|\bunerwarteter fehler\b",
            ),
        ),
    ),
    "fix": (
        Phrases(
            (
                r"\b(?:ist|sind|wurde|wurden|haben|habe|hat|inzwischen|wieder|bereits)\b.{0,80}\b(?:<repair>)\b",
                r"\b(?:funktioniert|funktionieren|läuft|laufen|erreichbar|verfügbar)\b.{0,20}\bwieder\b|\bwieder (?:erreichbar|verfügbar|normal|in betrieb|online)\b",
                r"\b(?:arbeiten|arbeitet)\b.{0,40}\b(?:lösung|behebung|reparatur|wiederherstellung)\b|\b(?:reparieren|beheben|ersetzen|erstatten|"
                r"überweisen|tauschen|drucken|buchen|liefern|schicken|senden)\b.{0,30}\b(?:gerade|derzeit|jetzt|heute|neu|nach|zurück|ihnen)\b|"
                r"\b(?:wird|werden)\b.{0,40}\b(?:gerade|derzeit|heute|jetzt) .{0,30}(?:repariert|ersetzt|behoben|geprüft und)",
                r"\b(?:haben|habe)\b.{0,60}\b(?:geschickt|gesendet|versandt|gebucht|verlegt|neu gedruckt|veranlasst|angewiesen)\b",
            ),
            (
                r"\bfalsch\w*\b|\bzweimal\b|\bdoppelt\w*\b|\bstatt\b|\bversehentlich\b|\bweitergeleitet\b|\bauf ihren wunsch\b|\bwie gewünscht\b|\bein(?:en)? wird\b",
            ),
            blind=(r"\b(?:sobald|bis|wenn|falls|einmal)\b[^,.]{0,80}",),
        ),
        Phrases(
            (
                r"\b(?:fahren|fährt|läuft|laufen|gehen|geht)\b.{0,30}\bwieder\b|\btauschen\b.{0,60}\baus\b|\bkümmern sich\b.{0,30}\bdarum\b|\bkümmer\w* (?:uns|mich)\b.{0,30}\b(?:darum|gerade)\b",
                r"\b(?:haben|habe)\b.{0,90}\b(?:techniker\w*|hersteller\w*|lieferant\w*|feuerwehr|rechenzentrum\w*)\b.{0,40}\b(?:kontaktiert|informiert|alarmiert|eingeschaltet|beauftragt)\b|"
                r"\b(?:techniker\w*|monteur\w*|fahrer\w*|paket|ersatz\w*|brief)\b.{0,30}\b(?:unterwegs|vor ort|geht heute|raus)\b|\b(?:lücke|leck)\w*\b.{0,40}\bgeschlossen\b",
                r"\b(?:arbeiten|arbeitet)\b.{0,40}\b(?:an (?:einer|der) (?:\w+ )?(?:behebung|lösung|beseitigung|sicherstellung)|mit hochdruck|daran)\b(?!, ähnliche)",
                r"\b(?:mit|sofort|unmittelbar|umgehend)\b.{0,80}\b(?:reparatur|fehlerbehebung|wiederinbetriebnahme|wiederherstellung|analyse)\b.{0,60}\bbegonnen\b|"
                r"\bsofort daran gemacht\b|\bwieder stabil\b|\bwieder in betrieb\b|\b(?:steht|stehen)\b.{0,80}\bwieder\b|\bwie gewohnt zur verfügung\b|\bnachgeliefert\b",
                r"\bkonnte\w*\b.{0,120}\b(?:wiederhergestellt|stabilisiert|behoben|gelöst)\b|\bmaßnahmen\b.{0,60}\b(?:ergriffen|eingeleitet|umgesetzt)\b|"
                r"\berstattung\b.{0,60}\bveranlasst\b|\bwird\b.{0,60}\b(?:automatisch|heute|umgehend) (?:erstattet|nachgeliefert|gutgeschrieben)\b|\bverbesserungen geführt\b|"
                r"\b(?:mitarbeiter|person) (?:gekündigt|entlassen)\b",
            ),
            (r"\bfalsch geliefert\b|\bversehentlich\b|\bwunsch\b|\bgewünscht\b",),
            blind=(r"\b(?:sobald|bis|wenn|falls)\b[^,.]{0,80}",),
        ),
    ),
    "prevention": (
        Phrases(
            (
                r"\b(?:ab (?:sofort|heute|morgen|\w+tag|mittwoch|dem|\d)|künftig|in zukunft|zukünftig|von nun an)\b.{0,80}\b(?:prüf\w*|test\w*|kontroll\w*|"
                r"zwei|zweite\w*|person\w*|vor|wir|warn\w*|automatisch\w*|mehr)\b",
                r"\b(?:haben|habe)\b.{0,80}\b(?:eingeführt|eingerichtet|eingebaut|ergänzt|geschult|verstärkt|erweitert|verdoppelt|beendet|gekündigt|eingestellt)\b",
                r"\b(?:damit|um)\b.{0,80}\b(?:nicht (?:wieder|noch einmal|erneut)|früher (?:bemerken|sehen)|(?:ähnliche|solche|künftige|erneute|weitere|wiederhol\w*|das)\b"
                r".{0,60}\bzu (?:verhindern|vermeiden))\b|\bum das zu (?:verhindern|vermeiden)\b|"
                r"\b(?:arbeiten|verkaufen|nutzen|verwenden) (?:\w+ ){0,4}nicht mehr\b|\bnicht mehr mit\b.{0,40}\bzusammen\b",
                r"\b(?:künftig|ab sofort|ab \w+)\b.{0,30}\b(?:schlägt|meldet|warnt|prüft|sperrt)\b|\bbauen\b.{0,40}\b(?:zweite\w*|weitere\w*|neue\w*)\b.{0,40}\b(?:auf|ein)\b",
                r"\b(?:ablauf|abläufe|prozess\w*|verfahren|regel\w*)\b.{0,30}\b(?:geändert|umgestellt|verschärft|ergänzt)\b|\bbekommen eine (?:\w+ )?schulung\b|"
                r"\bwerden (?:\w+ ){0,3}geschult\b|\bwird (?:jetzt|nun|künftig|ab sofort) \w+\b",
                r"\b(?:prüft|prüfen|kontrolliert|liest|lesen|testen)\b.{0,30}\b(?:jetzt|nun|künftig|jede\w*)\b|\b(?:jetzt|nun) (?:prüft|prüfen|kontrolliert)\b",
            ),
            (r"\bhoffen\b", r"^(?:wir|ich) (?:werden|tun|versprechen|sorgen)\b.{0,40}\b(?:alles|besser|dafür)\b"),
        ),
    ),
    "makegood": (
        Phrases(
            (
                r"\b(?:erstatt\w*|rückerstatt\w*|gutschein\w*|gutschrift|gutgeschrieben|entschädig\w*|ersatz(?:lieferung|gerät|teil)?|schadenersatz|"
                r"kostenlos\w*|kostenfrei\w*|geld zurück|rabatt|zurückerstatt\w*|kompensation\w*|gratis|freimonat\w*|als ersatz|anrechnen|gutschreib\w*|auf unsere kosten|geht auf uns|nachlass)\b",
                r"\b(?:erhalten|bekommen|erhältst|bekommst)\b.{0,40}\b(?:zurück|freigetränk\w*|freikarte\w*|freifahrt\w*)\b|\bberechnen (?:wir )?.{0,20}nicht\b|\bschreiben\b.{0,40}\bgut\b|"
                r"\b(?:als|zur) wiedergutmachung\b",
                r"\b(?:schenken|spendieren) (?:wir )?(?:ihnen|dir|euch)\b|\b(?:kosten|gebühr\w*|geld|preis|betrag)\b.{0,30}\b(?:bekommst|bekommen|erhältst|erhalten) (?:du|sie|ihr) "
                r"(?:\w+ )?zurück\b|\bgeht aufs haus\b",
                r"\b(?:übernehmen|zahlen|bezahlen)\b.{0,40}\b(?:kosten|gebühr\w*|taxi\w*|rechnung|differenz)\b|\blänger ohne (?:aufpreis|kosten)\b",
            ),
            (
                r"\b(?:agb|bedingungen|newsletter|möglicherweise|unter umständen|probemonat|ab \d+ euro|angebot\w* sind)\b|\bkostenloser? (?:versand|newsletter)\b",
            ),
        ),
    ),
    "dated": (
        Phrases(
            (
                r"\b(?:bis|am|spätestens|innerhalb von|binnen|in|um|noch|ab)(?: (?:zum|spätestens|den|der|dem))? (?:<when>)",
                r"\b(?:bis|spätestens)(?: \w+){1,2} (?:<when>)|\brufen (?:sie|dich|euch) (?:<when>)",
                r"\b(?:wird|werden|erwarten|soll|sollte|sollten|folgt|rechnen)\b.{0,80}\b(?:<when>)|\bim laufe des (?:tages|abends|vormittags|nachmittags)\b|"
                r"\bausgabe von (?:<day>)\b.{0,20}\bnachgeliefert\b",
                r"\b(?:nächste (?:meldung|nachricht|information)|kommt|erhalten sie|bekommen sie|rufe sie|melden uns)\b.{0,40}\b(?:<when>)",
            ),
            (
                r"\bnicht mehr\b|\bnur noch\b|\beigentlich sollte\b|\bsollte am heutigen\b",
                r"\b(?:begann|brach|seit|geöffnet|öffnet|antworten sie|müssen sie|fiel|war|waren|wurde|wurden|kam|hatten|haben|erlebten|erlebte|feierte|gab|anzahl|erschien|traf)\b(?!.*\b(?:bis zum|bis spätestens|erhalten sie)\b)",
            ),
        ),
    ),
    "contact": (
        Phrases(
            (
                r"[\w.+-]+@[\w-]+\.\w+|https?://|\bwww\.\w|\b(?:telefon|tel\.?|rufnummer|hotline|durchwahl|nummer)\b.{0,20}\d{2,}|\bunter \d{2,}",
                r"(?<!wir )(?<!werden )\b(?:antworten|schreiben|rufen|wenden|melden) sie\b",
                r"\b(?:teilen|sagen|nennen|schicken|senden|geben) sie (?:uns|mir)\b|\blassen sie (?:uns|mich) wissen\b|\bihr(?:e)? ansprechpartner\w*\b|"
                r"\bsie müssen (?:dafür |jetzt |weiter )?nichts\b|\bnichts (?:weiter )?(?:zu )?tun\b|\bvorgangsnummer\b|\bsie erreichen (?:mich|uns)\b|\bbitte (?:schicke|sende|schreibe|nenne|sag|gib|prüfe|antworte|melde)\b|^komm(?:t|en sie)? \b|\b(?:magst|kannst|könntest|möchtest|würdest) du\b|\bbrauchen (?:dafür )?nichts\b|"
                r"\b(?:melde|meldet|schreib|schreibe|schreibt|ruf|rufe|ruft|wende|wendet|antworte|sag|gib|schick|such|suche) (?:dich|dir|euch|uns|mir|einfach|gerne?|bitte|doch)\b|"
                r"\b(?:kontaktieren|prüfen|überprüfen|ändern|beachten|aktualisieren|installieren|deinstallieren|starten|öffnen|gehen|folgen|nutzen|versuchen|wählen|laden) sie\b|"
                r"\b(?:kontaktiere|prüfe|ändere|aktualisiere|installiere|starte|versuche|überprüfe) (?:bitte |uns|die|das|den|deine?)\b|"
                r"\b(?:können|könnt|kannst|sollten|solltest) (?:sie|du|ihr|dich)\b(?!.{0,30}\b(?:sicher|versichert|erwarten|nicht)\b)|\bempfehlen(?:,| (?:wir|ihnen|dir|euch|\w+,))|\b(?:für|bei) (?:\w+ )?rückfragen\b|"
                r"\bbitte (?:ich )?sie\b(?! (?:auch )?um).{0,80}\bzu \w+en\b|\b(?:helfen|hilft)\b.{0,60}\bgerne?\b|\bgerne? (?:helfen|hilft)\b|\bhandlungsbedarf\b|\b(?:musst du|müssen sie) (?:dich|sich)\b|"
                r"\bbei (?:weiteren )?fragen\b|\bstehen\b.{0,40}\bzur verfügung\b|\b(?:könnten|können|möchten|haben) sie\b.*\?",
            ),
            (
                r"\bnicht (?:auf diese|antworten)\b|\bwird nicht gelesen\b|\bfolgen sie uns\b|\bbesuchen sie unseren (?:shop|laden|webshop)\b",
            ),
        ),
    ),
}

GERMAN = Language(
    code="de",
    common="der die das und ist wir sie ihre ihr nicht mit für ein eine auf zu den dem haben es",
    words=_WORDS,
    phrases=joined({**_ELEMENTS, **FAULTS}, PLAIN),
    grammar=GRAMMAR,
)
