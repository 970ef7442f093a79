"""German: what says an element of a good message; the faults are in `german_faults`."""

from __future__ import annotations

from makegood.languages.german_faults import FAULTS
from makegood.languages.language import Language, Phrases

_WORDS = {
    "spun": r"verschiebung ihres bündels|bündel|beweinen|wehklag\w*|sühnen|postpaket-verzug|unbill|harm und gram|"
    r"wir bereuen die plage|der der|die die die|und und|zu zu|wir wir|sie sie sie|ist ist",
    "we": r"wir|ich|unser (?:team|fahrer|system)|unsere (?:mitarbeiter\w*|technik|leute)",
    "harm": r"unannehmlichkeit\w*|umstände|ärger|verwirrung|verzögerung\w*|beeinträchtigung\w*|störung\w*|schaden|probleme|irritation\w*",
    "sorry": r"entschuldig\w*|verzeih\w*|bedauer\w*|leid|sorry",
    "outside": r"dienstleister\w*|anbieter\w*|lieferant\w*|spediteur\w*|spedition|zusteller\w*|partner\w*|bank|fluggesellschaft|"
    r"hersteller\w*|post|provider\w*|zahlungs(?:dienstleister|anbieter)\w*|paketdienst\w*|subunternehmer\w*|drittanbieter\w*|"
    r"linode|aws|amazon|google|cloudflare|azure|netzbetreiber\w*|bahn|flughafen\w*",
    "specific": r"ausf(?:all|älle)s?|verspätung\w*|verzögerung\w*|störung\w*|unterbrechung\w*|datenleck\w*|datenpanne\w*|"
    r"doppelbuchung\w*|doppelabbuchung\w*|fehlbuchung\w*|verwechslung\w*|falschlieferung\w*|lieferverzug\w*|sicherheitslücke\w*|"
    r"stromausfall\w*|überlastung\w*|absage|stornierung",
    "broken": r"zu spät|verspätet|kaputt|defekt|beschädigt|zerbrochen|gerissen|fehlerhaft|verloren(?: gegangen)?|"
    r"nicht (?:erreichbar|verfügbar|angekommen|geliefert|bezahlt|fertig|möglich|zugestellt|beantwortet|überwiesen|gebucht)|"
    r"offline|gestört|ausgefallen|doppelt|überbucht|unvollständig|falsch|vertauscht|abgestürzt|unerreichbar|gesperrt|gelöscht|"
    r"zweimal|langsam|lahmgelegt",
    "crowd": r"kund(?:en|innen|innen und kunden)|nutzer\w*|benutzer\w*|gäste|reisende|mitglieder|patient\w*|anrufer\w*|viele von ihnen|"
    r"haushalte|teilnehmer\w*|händler",
    "feeling": r"ärgerlich|anstrengend|belastend|frustrierend|zermürbend|beängstigend|enttäuschend|unangenehm|schlimm|"
    r"erschöpfend|nervenaufreibend|bitter|zum verzweifeln",
    "angry": r"verärgert|wütend|sauer|enttäuscht|besorgt|aufgebracht|ärgern",
    "repair": r"behoben|gelöst|repariert|wiederhergestellt|korrigiert|erstattet|ersetzt|zurückgebucht|zurückgezahlt|umgebucht|"
    r"zurückgesetzt|abgeschaltet|gesperrt|entfernt|eingespielt|berichtigt|zurückgerollt|überwiesen|verschickt|losgeschickt|"
    r"storniert|ausgetauscht|gutgeschrieben|neu gestartet|nachgeliefert|geschlossen|freigeschaltet",
    "month": r"januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember",
    "day": r"(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend",
    "when": r"\d{1,2}(?:[:.]\d{2})? uhr|(?:<day>)\w*|morgen|heute(?: \w+)?|übermorgen|\d{1,2}\. ?(?:<month>|\d{1,2}\.)|"
    r"(?:ende|anfang) (?:der|dieser|nächster) woche|(?:nächste|kommende|diese)\w? woche|mittag|"
    r"(?:\d+|eine[rms]?|zwei|drei|vier|fünf|sechs|sieben|acht|zehn|vierzehn) (?:werk|arbeits)?(?:minuten|stunden?|tagen?|wochen?)",
}

_ELEMENTS: dict[str, tuple[Phrases, ...]] = {
    "ack": (
        Phrases(
            (
                r"(?<!keine )(?<!weitere )(?<!weiteren )(?<!etwaige )\b(?:<specific>)\b",
                r"\b(?:ist|sind|war|waren|wurde|wurden|kam|kamen|blieb|blieben|haben|hat|ging|gingen)\b.{0,60}\b(?:<broken>)\b",
                r"\b(?:<broken>) (?:ist|war|waren|wurde|wurden|kam|angekommen|geliefert|abgebucht|berechnet)\b",
                r"\b(?:falsche|beschädigte|defekte|fehlerhafte|kaputte|fehlende|falsch)\w* \w+|\bstatt (?:der|des|am|in|um)?\b.{0,30}\b\w+",
                r"\bkonnten?\b.{0,50}\b(?:nicht|niemand|kein\w*)\b|\bniemand (?:konnte|erreichte)\b|\bvergessen\b",
                r"\b(?:problem|fehler|schwierigkeit)\w* (?:mit|bei|beim|in|im|am) (?!dieser|diesem|der sache)\w+",
                r"\b(?:anmelde|zahlungs|verbindungs|netzwerk|liefer|login|server)(?:-)?(?:problem|fehler|schwierigkeit)\w*",
                r"\b(?:haben|habe|hat)\b.{0,60}\b(?:verloren|vertauscht|verwechselt|versäumt|übersehen|falsch \w+|gelöscht|"
                r"beschädigt|doppelt \w+|zu viel \w+|warten lassen|abgesagt)\b|\bwarten (?:ließen|mussten|lassen)\b",
                r"\b(?:tage|stunden|wochen|minuten) (?:zu spät|später|nach dem)\b",
            ),
            (r"\betwas (?:anders|ungewöhnlich\w*)\b", r"\bfalls\b.*\bnicht\b"),
        ),
    ),
    "regret": (
        Phrases(
            (
                r"\b(?:es )?tut (?:uns|mir|es uns|es mir)\b.{0,40}\bleid\b(?!,? (?:zu hören|das zu hören|zu erfahren|zu lesen|"
                r"dass sie (?:sich|das|enttäuscht|unzufrieden|verärgert)))",
                r"\b(?:wir|ich) (?:möchten?|will|wollen|bitten?|entschuldigen?|bedauern?)\b.{0,60}\b(?:entschuldig\w*|uns|mich|verzeihung|sehr|"
                r"zutiefst|aufrichtig|dass wir|den|die|das|diese\w*)\b",
                r"\bbitte (?:entschuldigen|verzeihen) sie\b|\b(?:bitte|bitten) (?:\w+ ){0,4}um (?:entschuldigung|verzeihung)\b|"
                r"\b(?:entschuldigung|verzeihung|sorry)\b(?: für|, | dass|!|\.|$)",
            ),
            (
                r"\bbedauern(?:,)? (?:ihnen )?mit(?:zu)?teilen\b|\bbedauern, (?:dass sie|zu hören|ihnen)\b",
                r"\bleid, (?:das )?(?:zu (?:hören|erfahren|lesen)|dass sie (?:sich|das so|enttäuscht|unzufrieden|verärgert))",
                r"\bnicht (?:zu )?entschuldigen\b|\bmüssen sich nicht\b|\bleider\b(?!.*(?:leid|entschuldig))",
                r"\b(?:wir|ich) (?:möchten?|wollen) (?:uns|ihnen)?\b(?!.*(?:entschuldig|leid|bedauer))",
            ),
        ),
    ),
    "cause_owned": (
        Phrases(
            (
                r"\b(?:<we>) (?:haben|habe|hatten?)\b.{0,80}\b(?:falsch\w*|verloren|vergessen|vertauscht|verwechselt|übersehen|versäumt|"
                r"nicht (?:geprüft|getestet|angerufen|informiert|bestellt|bemerkt)|zweimal|doppelt|gelöscht|ignoriert|verschlafen)\b",
                r"\bhaben wir\b.{0,80}\b(?:falsch\w*|verloren|vergessen|vertauscht|übersehen|versäumt|zweimal|doppelt|gelöscht)\b",
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
                r"\b(?:wir|ich) (?:haben|habe)\b.{0,30}\bfehler gemacht\b|\bim stich gelassen\b",
            ),
        ),
    ),
    "empathy": (
        Phrases(
            (
                r"\b(?:ist|war|muss|es)\b.{0,40}\b(?:<feeling>)\b",
                r"\b(?:verstehen|verstehe|können)\b.{0,40}\b(?:warum sie|dass sie)\b.{0,30}\b(?:<angry>)\b|\bzu recht (?:<angry>)\b",
                r"\bsie (?:haben|hatten) (?:sich )?(?:auf|fest)\b.{0,50}\b(?:gefreut|verlassen|gerechnet|gezählt)\b|\bjeden grund\b",
            ),
            (r"\bverstehen ihr(?:e|en) (?:anliegen|sorge|ärger)\b",),
        ),
    ),
    "impact": (
        Phrases(
            (
                r"\b(?:sie|ihnen)\b.{0,30}\b(?:konnten|mussten|verpassten|verloren|warteten|zahlten|bezahlten|standen|verbrachten)\b(?! sie uns)",
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
                r"\bweil\b|\bda (?:wir|der|die|das|ein|unser)\b|\b(?:wegen|aufgrund|infolge) (?!technischer gründe|unvorhergesehen|der umstände|von umständen)"
                r"(?:\w+)|\bgrund (?:war|dafür|ist|hierfür)\b|\bursache (?:war|ist|hierfür)\b(?! noch)|\b(?:verursacht|ausgelöst) (?:durch|von)\b|"
                r"\bführte dazu\b|\bzurückzuführen\b|\bso ?dass\b|\bdadurch\b",
                r"\b(?:update|änderung|umstellung|skript|festplatte|server|drucker|mitarbeiter\w*|fahrer\w*|maschine|leitung|router|zertifikat|"
                r"etikett\w*|pumpe|software|kollege|kollegin)\b.{0,60}\b(?:ausgefallen|verwechselt|vertauscht|überlastet|abgelaufen|gelöscht|"
                r"falsch|vergessen|voll|fiel aus|liegen gelassen|doppelt|verursacht|blockiert|defekt|versagte|nicht bestellt)\b",
            ),
            (
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
            (r"\bfalsch\w*\b|\bzweimal\b|\bdoppelt\w*\b|\bstatt\b|\bversehentlich\b|\bweitergeleitet\b",),
            blind=(r"\b(?:sobald|bis|wenn|falls)\b[^,.]{0,80}",),
        ),
    ),
    "prevention": (
        Phrases(
            (
                r"\b(?:ab (?:sofort|heute|morgen|\w+tag|mittwoch|dem|\d)|künftig|in zukunft|zukünftig|von nun an)\b.{0,80}\b(?:prüf\w*|test\w*|kontroll\w*|"
                r"zwei|zweite\w*|person\w*|vor|wir|warn\w*|automatisch\w*|mehr)\b",
                r"\b(?:haben|habe)\b.{0,80}\b(?:eingeführt|eingerichtet|eingebaut|ergänzt|geschult|verstärkt|erweitert|verdoppelt|beendet|gekündigt|eingestellt)\b",
                r"\b(?:damit|um)\b.{0,60}\b(?:nicht (?:wieder|noch einmal|erneut)|zu (?:verhindern|vermeiden)|früher (?:bemerken|sehen))\b|"
                r"\b(?:arbeiten|verkaufen|nutzen|verwenden) (?:\w+ ){0,4}nicht mehr\b|\bnicht mehr mit\b.{0,40}\bzusammen\b",
                r"\b(?:prüft|prüfen|kontrolliert|liest|lesen|testen)\b.{0,30}\b(?:jetzt|nun|künftig|jede\w*)\b|\b(?:jetzt|nun) (?:prüft|prüfen|kontrolliert)\b",
            ),
            (r"\bhoffen\b", r"^(?:wir|ich) (?:werden|tun|versprechen|sorgen)\b.{0,40}\b(?:alles|besser|dafür)\b"),
        ),
    ),
    "makegood": (
        Phrases(
            (
                r"\b(?:erstatt\w*|rückerstatt\w*|gutschein\w*|gutschrift|gutgeschrieben|entschädig\w*|ersatz(?:lieferung|gerät|teil)?|schadenersatz|"
                r"kostenlos\w*|kostenfrei\w*|geld zurück|rabatt|auf unsere kosten|geht auf uns|nachlass)\b",
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
                r"\b(?:nächste (?:meldung|nachricht|information)|kommt|erhalten sie|bekommen sie|rufe sie|melden uns)\b.{0,40}\b(?:<when>)",
            ),
            (
                r"\b(?:begann|brach|seit|geöffnet|öffnet|antworten sie|müssen sie|fiel|war|waren|wurde|wurden|kam|hatten|haben)\b(?!.*\b(?:bis zum|bis spätestens|erhalten sie)\b)",
            ),
        ),
    ),
    "contact": (
        Phrases(
            (
                r"[\w.+-]+@[\w-]+\.\w+|https?://|\bwww\.\w|\b(?:telefon|tel\.?|rufnummer|hotline|durchwahl|nummer)\b.{0,20}\d{2,}|\bunter \d{2,}",
                r"\b(?:antworten|schreiben|rufen|wenden|melden) sie\b|\b(?:antworten|schreiben|rufen|wenden|melden) sie (?:sich|uns|mir|mich|einfach)\b",
                r"\b(?:teilen|sagen|nennen|schicken|senden|geben) sie (?:uns|mir)\b|\blassen sie (?:uns|mich) wissen\b|\bihr(?:e)? ansprechpartner\w*\b|"
                r"\bsie müssen (?:dafür |jetzt |weiter )?nichts\b|\bnichts (?:weiter )?(?:zu )?tun\b|\bvorgangsnummer\b|\bsie erreichen (?:mich|uns)\b|"
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
    phrases={**_ELEMENTS, **FAULTS},
)
