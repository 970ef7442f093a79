"""German: what shows a fault in a message."""

from __future__ import annotations

from makegood.languages.english_faults import FAULTS as ENGLISH_FAULTS
from makegood.languages.language import Phrases

_OWNED = (
    r"\b(?:hätten wir|wir hätten|unsere wahl|unser fehler|wir haben (?:ihn|sie|uns für)|deshalb (?:schicken|senden|ersetzen|erstatten) wir|"
    r"also (?:schicken|senden|ersetzen) wir|daher (?:schicken|ersetzen) wir|wir (?:schicken|ersetzen|erstatten))\b"
)

FAULTS: dict[str, tuple[Phrases, ...]] = {
    "conditional": (
        Phrases(
            (
                r"\b(?:falls|sollten?|wenn|sofern)\b(?=[^.;!?]{0,120}\b(?:entschuldig\w*|leid|bedauer\w*|verzeihung)\b)",
                r"\b(?:leid|entschuldig\w*|bedauer\w*|verzeihung)\b[^.;!?]{0,40}?\b(?:falls|sollten?|wenn|sofern)\b",
                r"\b(?:möglicherweise|eventuell\w*|etwaige?\w*|gegebenenfalls|vielleicht)\b(?=[^.;!?]{0,80}\b(?:<sorry>|<harm>|entstanden\w*)\b)",
                r"\b(?:ihre|deine|eure) (?:\w+ )?(?:daten|angaben|passwörter|adresse\w*)\b.{0,40}\b(?:könnten|könnte|möglicherweise)\b",
                r"\b(?:möglichen|mögliche) (?:<harm>)|\b(?:entstanden|verursacht|bereitet|entstehen|verärgert|gekränkt)\b.{0,15}\b(?:sein könnten?|haben könnten?|"
                r"haben sollten?|könnten?)\b",
                r"\b(?:bei allen|alle|an alle|jeden),? die sich\b.{0,40}\b(?:fühl\w+|könnten?)\b",
            ),
            (r"\b(?:wissen|weiß) (?:wir |ich )?(?:noch )?nicht\b",),
            beside=(r"\b(?:entschuldig\w*|leid|bedauer\w*|verzeihung|unannehmlichkeit\w*|verständnis)\b",),
        ),
    ),
    "any_inconvenience": (
        Phrases(
            (
                r"\b(?:\w+ )?unannehmlichkeit(?:en)?\b|\b(?:etwaige|entstandene|verursachte|eventuelle|mögliche|verbundene)\w* (?:umstände|ärger\w*|"
                r"verwirrung|verwunderung|irritation\w*|aufregung|probleme|beeinträchtigung\w*|störung\w*)\b|\bfür die umstände\b|\bden entstandenen ärger\b|\bfür (?:die|jede) (?:verwirrung|irritation\w*)\b",
                r"\bany inconvenience\b|\bmolestias\b|\binconvenientes\b|\bgêne occasionnée\b|\bdésagréments?\b|\btranstornos?\b",
            ),
            (r"\beine unannehmlichkeit zu nennen\b",),
        ),
    ),
    "sympathy_only": (
        Phrases(
            (
                r"\bleid,? (?:das )?(?:zu (?:hören|erfahren|lesen|sehen)|dass (?:sie|du|ihr) (?:sich|dich|euch|das so|enttäuscht|unzufrieden|verärgert|mit))|"
                r"\bschade, dass (?:sie|du|ihr)\b",
                r"\bbedauern,? (?:(?:das|es) )?(?:zu (?:hören|erfahren|lesen)|dass (?:sie|einige \w+|manche \w+) (?:sich|enttäuscht|unzufrieden|verärgert|das so))",
                r"\b(?:schade|traurig),? (?:das )?zu (?:hören|lesen|erfahren)\b|\bhören wir (?:gar )?nicht gerne?\b",
            ),
            (r"\b(?:tod|verstorben|trauerfall|brand)\b",),
        ),
    ),
    "passive_evasion": (
        Phrases(
            (
                r"\bwurde(?:n)? (?:leider |schlicht )?(?:versäumt|übersehen|vergessen)\b",
                r"\b(?:es )?(?:sind|wurden|ist) (?:leider )?(?:ein )?fehler (?:gemacht worden|gemacht|unterlaufen|passiert|aufgetreten)\b",
                r"\bes (?:ist|kam) (?:leider )?(?:zu )?(?:einem|einer|ein) (?:fehler|panne|irrtum|missgeschick)\b|\bes wurde (?:entschieden|beschlossen)\b",
                r"\bihre? (?:daten|bestellung|buchung|konto|termin|anfrage|unterlagen)\b.{0,30}\b(?:wurde|wurden|ist|sind)\b.{0,40}\b(?:weitergegeben|gelöscht|"
                r"storniert|übersehen|vergessen|offengelegt|verloren)\b|\b(?:wurde|wurden) (?:der|die|das) falsche\b.{0,30}|\b(?:der|die|das) falsche \w+ wurde\b",
            ),
            (r"\b(?:von uns|durch uns|wir haben|wir hatten|ich habe)\b",),
        ),
    ),
    "blame_third_party": (
        Phrases(
            (
                r"\b(?:wegen|aufgrund|durch|schuld)\b(?: \w+){0,3} (?:<outside>)\b",
                r"\b(?:der|die|das|unser|unsere) (?:<outside>) (?:hat|haben)\b.{0,60}\b(?:verloren|beschädigt|vergessen|verspätet|verlegt|nicht \w+)\b",
                r"\b\w*(?:lieferant|zulieferer|hersteller|partner)\w*\b.{0,60}\b(?:überfordert|verschoben|im verzug|schuld)\b|\bgrenzen unserer (?:zulieferer|lieferanten|partner)\b|"
                r"\b(?:massive|weltweite|allgemeine) \w*engp[aä]ss\w*\b",
                r"\b(?:kriminell\w*|krimineller energie)\b|\b(?:ärgern|ärgert|verärgert)\b.{0,60}\b(?:unsere[nsr]?|den|des) (?:\w*hoster\w*|<outside>)\b|"
                r"\b(?:verhalten|versagen|fehler|verschulden) (?:unsere[sr]|des|der) (?:\w*hoster\w*|<outside>)\b|\b(?:der|unser|mein|beim?) (?:web)?hoster\w*\b.{0,80}"
                r"\b(?:nicht|nur|ohne|gezogen|keine)\b|\b(?:hinterlegt|gehostet|betrieben) bei unserem\b",
                r"\b(?:wegen|aufgrund|durch)\b(?: \w+){0,2} (?:unwetter\w*|sturm\w*|schnee\w*|streik\w*|nebel\w*|hochwasser\w*|wetter\w*)\b",
                r"\b(?:<outside>)\b.{0,30}\b(?:ist|sind|war|waren) (?:schuld|verantwortlich|dafür verantwortlich)\b|\b(?:liegt|lag) (?:an|bei|am|beim)\b.{0,30}\b(?:<outside>)\b",
                r"\b(?:<outside>)\b.{0,40}\b(?:im stich gelassen|versagt|nicht rechtzeitig geliefert|versäumt)\b|\bseitens (?:\w+ ){0,2}(?:<outside>)\b",
                r"\b(?:wenden sie sich|wende dich)\b.{0,30}\b(?:<outside>|dhl|dpd|gls|hermes|ups|paypal)\b|\b(?:schuld|verantwortlich) (?:ist|sind|war|waren) (?:der|die|das|unser\w*) (?:<outside>)\b|\b(?:hat|haben) uns\b.{0,20}\bim stich gelassen\b|\bfehler (?:de[rs]|unsere[rs]|bei) (?:\w+ )?(?:<outside>)\b",
            ),
            (_OWNED,),
        ),
    ),
    "blame_customer": (
        Phrases(
            (
                r"\bdu hättest\b.{0,60}\b(?:müssen|sollen|können)\b|\bhätten (?:sie|ihr)\b.{0,80}, (?:wäre|hätte)\b|\bhättest du\b.{0,80}, (?:wäre|hätte)\b|"
                r"\b(?:sie haben|du hast|ihr habt)\b.{0,30}\b(?:falsche\w*|ungültige\w*)\b.{0,40}\b(?:angegeben|eingegeben|genannt|gewählt)\b",
                r"\bhätten sie\b.{0,80}\b(?:gelesen|gemeldet|gesagt|beachtet|geprüft|angegeben)\b|\bsie hätten\b.{0,60}\b(?:müssen|sollen|können)\b(?! erhalten)",
                r"\bsie haben (?:\w+ ){0,3}(?:nicht (?:gelesen|beachtet|bestätigt|geantwortet|bezahlt|gemeldet)|falsch (?:eingegeben|angegeben)|versäumt|übersehen|ignoriert)\b",
                r"\b(?:haben sie|hatten sie)\b.{0,40}\b(?:falsch|geändert|vergessen)\b.{0,20}\?|\bviele (?:von ihnen|kunden) (?:haben )?(?:ignoriert|vergessen|übersehen)\w*\b",
                r"\b(?:kunden|nutzer),? die\b.{0,40}\b(?:ignoriert|nicht gelesen|missachtet)\b",
            ),
        ),
    ),
    "excuse": (
        Phrases(
            (
                r"\baußerhalb unsere[rs] (?:kontrolle|macht|einfluss\w*)\b|\b(?:nicht|nie|niemals) (?:unsere|in unserer) absicht\b|\bkann (?:ja |schon |immer |leider )?mal (?:passieren|vorkommen)\b|"
                r"\bwollten (?:niemanden|sie nicht|nie)\b|"
                r"\bhöhere gewalt\b|\b(?:so etwas|solche dinge|das|fehler) (?:kann|können)(?: \w+)? (?:passieren|vorkommen)\b|\bnobody is perfect\b",
                r"\b(?:nur|bloß) ein (?:sehr )?kleine[sr] (?:team|laden|betrieb|verein)\b|\berste\w* (?:\w+ )?(?:mal|fehler|problem|ausfall) (?:seit|in)\b.{0,20}\bjahren\b|"
                r"\b(?:unser|ihr|sein|mein) bestes (?:gegeben|getan)\b|\b(?:tun|taten|geben) unser bestes\b|"
                r"\b(?:wirklich )?alles (?:versucht|unternommen|getan)\b|\b(?:trotz|entgegen) (?:aller|allen|unserer|all unserer|größter) (?:bemühungen|anstrengungen|sorgfalt)\b|\b(?:die|der) ganze \w*branche\b|"
                r"\b(?:können|konnten)\b.{0,20}\bnicht ändern\b|\bhände gebunden\b|\bsehr viel zu tun\b|\b(?:lag|liegt) nicht an uns\b|\bzum ersten mal (?:in|seit)\b|"
                r"\b(?:noch|bislang|bisher)(?: \w+)? nie\b|\b(?:unvermeid\w+|nicht zu vermeiden)\b|(?<!sie bleibt )(?<!ihnen bleibt )\b(?:nichts|wenig|nicht viel)\b.{0,20}\b(?:machen|tun|ändern)\b.{0,8}$|"
                r"\bkann (?:jedem|allen|überall|schon|mal|immer)\b.{0,30}\b(?:passieren|vorkommen)\b|\bfehl(?:en|t) (?:mir|uns)\b.{0,60}\b(?:personal|mittel|finanzen|geld|zeit|leute)\b|"
                r"\balbtraum (?:eines|einer|für) (?:jede[ns]|alle)\b|"
                r"\b(?:unvorhergesehene|widrige|unglückliche)\w* umstände\w*\b|\bniemand (?:konnte|hätte)\b.{0,30}\b(?:ahnen|vorhersehen|wissen)\b|"
                r"\bkonnten (?:wir )?nicht vorhersehen\b",
            ),
            (
                r"\bkeine entschuldigung\b",
                _OWNED,
                r"\bvergaßen\b|\bvergessen\b",
                r"\b(?:sie|ihr|du) (?:müssen|müsst|musst|brauchen|braucht|brauchst)\b.{0,30}\bnichts\b|"
                r"\b(?:müssen|brauchen) sie\b.{0,30}\bnichts\b|\bmusst du\b.{0,30}\bnichts\b",
            ),
        ),
    ),
    "minimising": (
        Phrases(
            (
                r"\b(?:kleine|geringfügige|leichte|minimale|winzige|kurze)\w* (?:\w+ )?(?:panne|problem\w*|verzögerung\w*|verspätung\w*|fehler|störung\w*|unterbrechung\w*|"
                r"ausf(?:all|älle)|beeinträchtigung\w*|missgeschick|unannehmlichkeit\w*)\b|\bkurzzeitig\w*\b|\bvorübergehende unannehmlichkeit\w*\b",
                r"\bnur (?:eine? )?(?:wenige|einige|kleiner? teil|geringe|kleine|geringer|bruchteil|\d[\d.,]* ?(?:%|prozent))|\b(?:geringe|kleine) (?:an)?zahl (?:von|an)\b|"
                r"\b(?:kein|keinen) (?:grund|anlass) zur (?:sorge|beunruhigung)\b|\bhalb so (?:schlimm|wild)\b|\bpanne war klein\b|\b(?:ein )?bisschen (?:zu )?spät\b",
            ),
            (r"\bnur sie\b", r"\bkleine teil\b.*\bschraube\b"),
        ),
        Phrases(
            (
                r"\blediglich\b.{0,40}\b(?:minimal\w*|gering\w*|einzelne\w*|wenige\w*|kurz\w*|klein\w*)\b|\b(?:überwiegende|große|allergrößte) mehrheit\b.{0,40}\b(?:<crowd>)\b|"
                r"\b(?:nur|lediglich) (?:für )?(?:wenige|einige) (?:minuten|stunden|kunden|nutzer)\b|\bvergleichsweise (?:klein|gering|kurz)\w*\b|\bnur (?:einzelne|vereinzelte)\b|\bvereinzelte?n? (?:fälle\w*|kund\w+|ausfälle\w*)\b",
            ),
        ),
    ),
    "over_promise": (
        Phrases(
            (
                r"\b(?:wird|werden|soll|kommt) (?:\w+ ){0,3}(?:nie wieder|niemals wieder|nie mehr|nicht (?:wieder|noch einmal|mehr) (?:passieren|vorkommen|geschehen))\b|"
                r"\bnie wieder (?:vorkommen|passieren|geschehen|warten)\b|\b(?:garantieren|versprechen)(?: wir| ich)?(?: ihnen)?,? dass\b(?!.*\b(?:bis|am|spätestens)\b)|"
                r"\b(?:ab jetzt|ab sofort|künftig) (?:läuft|funktioniert|klappt)\b.{0,30}\b(?:fehlerfrei|reibungslos|immer|perfekt)\b|\b100 ?(?:%|prozent) (?:sicher|zuverlässig)|\bkeine (?:weiteren|einzigen?) (?:fehler|verzögerung\w*|ausfälle|probleme|störung\w*) mehr\b",
            ),
            (
                r"\b(?:kann|können|könnte)\b.{0,20}\bnicht (?:versprechen|garantieren)\b|\b(?:sollte|dürfte|darf|hätte)\b.{0,30}\bnie\b|\bdamit\b|\bwenn (?:das|es)\b",
            ),
        ),
    ),
    "legalistic": (
        Phrases(
            (
                r"\b(?:keine|keinerlei) (?:anzeichen|hinweise|anhaltspunkte|belege|erkenntnisse|indizien)\b|\bohne anerkennung einer\b|\bohne präjudiz\b|\bnach (?:derzeitigem|aktuellem|jetzigem|bisherigem) (?:kenntnis|wissens)stand\b|\bvorsorglich\b|"
                r"\bangebliche?\w*\b|\b(?:gemäß|nach maßgabe|entsprechend) (?:unsere[rn]?|der|den) (?:agb|\w+bedingungen|nutzungsbedingungen)\b|\bnach (?:bestem|unserem) (?:wissen|kenntnisstand)\b|"
                r"\bhaftung\w*\b|\bintern (?:geprüft|untersucht|prüfen)\b|\bkulanzweise\b|\brechtspflicht\b|\bhiermit (?:erklären|bestätigen|weisen|wird|erkennen)\b|\bvertraglich\b",
            ),
        ),
    ),
    "boilerplate": (
        Phrases(
            (
                r"\b(?:oberste|höchste|erste)\w? (?:priorität|stelle|gebot)\b|\bsehr ernst\b|\bnehmen\b.{0,60}\bernst\b|\bseien sie versichert\b|\bversichern ihnen\b|"
                r"\b(?:geschätzte|werte|liebe treue)\w* (?:kund\w+|gäste)\b|\ball(?:e)? (?:notwendigen|erforderlichen|nötigen) (?:schritte|maßnahmen)\b|\bmit hochdruck\b|"
                r"\b(?:bemühen|bestrebt)\b.{0,40}\b(?:stets|immer|bestmöglich\w*|best\w*|zufrieden\w*|zu)\b|\bliegt uns (?:sehr )?am herzen\b|\b(?:ist|sind) uns (?:sehr|besonders|äußerst) wichtig\b|\bweiterhin (?:sehr )?hart\b|"
                r"\bnicht (?:das|dem|der|die) (?:\w+ ){0,2}(?:level|niveau|qualität|anspruch|service|erlebnis|standard)\b.{0,40}\bwir\b|\bhaben (?:für uns )?(?:stets |immer )?(?:höchste|oberste) priorität\b|"
                r"\bzufriedenheit\b.{0,30}\b(?:wichtig|ziel|priorität)\b|"
                r"\bentspricht nicht (?:unserem|unseren|dem)\b.{0,30}\b(?:anspruch|standards?|qualitätsanspruch|service)\b|\bhöchsten? ansprüche\w*\b|\balles (?:in unserer macht|menschenmögliche|mögliche?)\b|\bbemühen uns (?:sehr|redlich|nach kräften)\b|\blegen (?:sehr )?großen wert\b",
            ),
            (r"\bernst (?:verletzt|erkrankt)\b", r"\bpriorität (?:heute|jetzt|heute nacht)\b"),
        ),
    ),
    "jargon": (
        Phrases(
            (
                ENGLISH_FAULTS["jargon"][0].find[0],
                r"\b(?:passwort-hash\w*|hash-?werte?|out-of-memory\w*|denial-of-service\w*|dns-\w+|\w+-api|usv-?\w*|relais?|relay\w*|"
                r"high[- ]availability\w*|redundanz\w*|rollback|hotfix|deployment|backend|frontend|latenz|loadbalancer|ticket-queue|cluster-knoten)\b",
            )
        ),
    ),
    "self_promotion": (
        Phrases(
            (
                r"\bentdecken sie\b|\b(?:stöbern|sichern) sie\b|\bstolz (?:auf|darauf)\b|\b(?:hohen?|höchsten?|strengen?) (?:sicherheits|qualitäts)standards?\b|\b(?:beeindruckend|einzigartig|erstklassig)e\w* \w+|"
                r"\b(?:entscheidende\w*|großer?) vorteil\b|\btolle aktionen\b|\b(?:schutzmechanismen|sicherheitskonzept\w*|notfallkonzept\w*)\b.{0,60}\b(?:funktioniert|bewährt|gegriffen)\b|"
                r"\bmarktführer\w*\b|\bausgezeichnet(?:e|er|en|es)? (?:mit|produkte|qualität)\b|"
                r"\b(?:unsere|unseren|unser) neue\w* (?:kollektion|angebote?|app|sortiment|menü)\b(?!.{0,20}\b(?:ist|sind|kommt) (?:auch )?(?:zu )?(?:spät|verspätet))|"
                r"\babonnieren sie\b|\bwarum nicht\b.{0,30}\b(?:premium|upgrade|probieren)\b|\bpreise gewonnen\b|\bjetzt upgraden\b",
            ),
        ),
    ),
    "work_pushed": (
        Phrases(
            (
                r"\bprüfen sie (?:bitte )?(?:regelmäßig|später|erneut|laufend)\b|\bformular\w* auszufüllen\b|\b(?:kontaktieren|rufen|fragen) sie (?:bitte )?(?:ihr|ihre[nr]?|den|die|das) (?:\w+ )?(?:postamt|postfiliale|carrier|<outside>)\b|"
                r"\b(?:möchtest|wollen|möchten|solltest|haben wollen)\b.{0,60}\b(?:erstattet|zurück|rückerstattung)\b.{0,40}\bmeld\w+\b|"
                r"\bfüllen sie\b.{0,50}\b(?:formular|antrag)\w*\b|\bformular (?:aus|unter)\b|\b(?:melden|reichen) sie\b.{0,50}\b(?:ein|über|erneut|noch einmal|online)\b|"
                r"\b(?:beantragen|beanspruchen|einreichen)\b.{0,40}|\bwenden sie sich (?:bitte )?(?:direkt )?an (?:ihre?n?|den|die|das) (?:\w+ )?(?:bank|hersteller|lieferant\w*|fluggesellschaft|"
                r"spedition|verkäufer|paketdienst)\b|\b(?:schauen sie|schau|schaut) (?:später|regelmäßig|bitte)\b|\bmeld(?:e|et) (?:den|die|das|es|ihn|sie)\b.{0,40}\b(?:noch einmal|erneut|nochmal)\b|\bversuchen sie es\b.{0,20}\b(?:später|erneut)\b|\bschicken sie uns (?:den|die) (?:beleg|quittung|rechnung)\b",
            ),
            (
                r"\b(?:nicht|nichts) (?:ausfüllen|beantragen|einreichen|tun)\b|\bwir haben\b.{0,40}\b(?:ausgefüllt|beantragt|eingereicht)\b",
            ),
        ),
    ),
    "vague_time": (
        Phrases(
            (
                r"\b(?:so (?:bald|schnell|rasch) wie möglich|schnellstmöglich\w*|baldmöglichst|in kürze|demnächst|zeitnah|umgehend|bald|baldigst|schnellstens|asap|"
                r"in den (?:nächsten|kommenden) (?:tagen|wochen|stunden)|zu gegebener zeit|auf dem laufenden|zu einem späteren zeitpunkt|in absehbarer zeit|"
                r"künftigen (?:version|update)|im laufe der zeit|innerhalb weniger (?:werk)?tage|so schnell es geht|(?:näheres|weiteres|mehr) folgt|in den nächsten \w+|nach und nach|irgendwann)\b|\bsobald (?:wir|es|uns|mehr|neuigkeiten|neue|das|die|der|belastbare|weitere)\b",
            ),
            (
                r"\b\d{1,2}[:.]\d{2}\b|\b\d{1,2} uhr\b|\bbis (?:zum|spätestens|\w+tag|mittwoch)\b|\b\d{1,2}\. ?(?:<month>|\d)|\bam (?:<day>)\b",
                r"\bsobald wir (?:\w+ ){0,3}(?:hatten|fanden|gefunden|sahen|wussten)\b|\bbald (?:darauf|danach|nach)\b",
            ),
        ),
    ),
    "placeholder": (
        *ENGLISH_FAULTS["placeholder"],
        Phrases(
            (
                r"\[(?:[Nn]ame|[Vv]orname|[Nn]achname|[Bb]etrag|[Dd]atum|[Kk]unde\w*|[Bb]estell\w+|[Aa]nrede)\]|<(?:Name|Vorname|Kunde)>",
                r"^(?:Sehr geehrte(?:/r|r)?|Liebe(?:/r|r)?)(?: (?:Frau|Herr|Frau/Herr|Herr/Frau))? ?,|^(?:Hallo|Guten Tag) (?:Frau|Herr|Frau/Herr|Herr/Frau) ?,|^(?:Hallo|Guten Tag) ,|"
                r"\bXX+ Euro\b|\bTT\.MM\b|\bFrau/Herr\b",
            ),
            cased=True,
        ),
    ),
    "wrong_person_or_detail": (
        *ENGLISH_FAULTS["wrong_person_or_detail"],
        Phrases(
            (
                r"\b3[01]\. ?(?:februar|2\.)|\b31\. ?(?:april|juni|september|november|[469]\.|11\.)|\b(?:2[4-9]|[3-9]\d)[.:]\d{2} uhr",
            )
        ),
    ),
    "shouting": (
        Phrases(
            (
                r"!{2,}|\?!+",
                r"\b(?:NICHT|SEHR|BITTE|SOFORT|WICHTIG|ACHTUNG|ALLE|IMMER|NIE|NIEMALS|KEINE?|UNBEDINGT|WIRKLICH|MÜSSEN|SIND|WERDEN|LESEN|VORHER|JETZT)\b",
            ),
            cased=True,
        ),
    ),
    "off_tone": (
        Phrases(
            (
                r"\b(?:ups|hoppla|oha|tja|oops|lol|haha|huch)\b|\b(?:freuen uns|begeistert|stolz)\b.{0,30}\b(?:mitzuteilen|verkünden|bekanntzugeben)\b|\bniemand hat sie gezwungen\b|\bberuhig\w* (?:sie sich|dich|euch)\b|"
                r"\b(?:kleines|lustiges|charmantes) (?:déjà-vu|malheur)\b|"
                r"\bes war einmal\b|\b(?:kobolde|hamster|heinzelmännchen)\b|\bgeweint\b",
            ),
        ),
    ),
}
