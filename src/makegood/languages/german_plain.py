"""German: how people say it in everyday words, who have never seen a rule."""

from __future__ import annotations

from makegood.languages.language import Phrases

PLAIN: dict[str, tuple[Phrases, ...]] = {
    "fix": (
        Phrases(
            (
                r"\b(?:wir|ich) (?:zahlen?|geben?|überweisen?|schicken?|buchen?|bringen?)\b.{0,70}\bzurück\b|\b(?:zahlen|zahle|geben|gebe|überweisen|schicken|buchen|bringen) "
                r"(?:wir|ich)\b.{0,70}\bzurück\b",
                r"\b(?:geld|betrag|summe|gebühr|euro|franken|cent|kosten|preis|differenz|rest)\b.{0,50}\b(?:geht|gehen|ging)\b.{0,70}\bzurück\b|"
                r"\b(?:sie bekommen|bekommen sie|du bekommst|bekommst du|sie erhalten|erhalten sie)\b.{0,60}\bzurück\b",
                r"\b(?:abbuchung|zahlung|überweisung|buchung|lastschrift|mahnung|rechnung|sendung|paket|lieferung|bestellung|umstellung|versand|gebühr)\w*\b.{0,60}"
                r"\b(?:gestoppt|angehalten|abgefangen|zurückgerufen|zurückrufen lassen|herausgenommen|rausgenommen|gestrichen)\b",
                r"\b(?:haben|habe) (?:wir|ich)?\b.{0,80}\b(?:von (?:ihrer|der) rechnung genommen|wieder (?:eingetragen|eingesetzt|eingerichtet|aufgenommen|herausgenommen))\b|"
                r"\b(?:habe|haben) (?:ich|wir) .{0,60}\bvon ihrer rechnung genommen\b",
                r"\bbringt\b.{0,60}\b(?:vorbei|heute|morgen)\b|\b(?:gehört|steht|stehen|gehören) wieder (?:ihnen|dir|auf|in|da)\b|\bvon uns sind dran\b|"
                r"\b(?:wir|ich) suchen?\b (?:gerade |weiter )?(?:nach )?(?:ihr\w*|das|den|danach|es)\b|\bsuchen wir\b (?:gerade|weiter|ihr\w*)",
                r"\b(?:wird|werden) (?:gerade|soeben|jetzt|heute)\b.{0,40}\b(?:gefertigt|gebaut|genäht|gedruckt|geschnitten|gemacht|geliefert|gepackt)\b",
            ),
            (
                r"\b(?:sie|du) (?:zahlen|zahlst|geben|schicken|überweisen)\b|\bfalsch\w*\b|\bversehentlich\b|\bdoppelt\b",
            ),
            blind=(r"\b(?:sobald|bis|wenn|falls)\b[^,.]{0,80}",),
        ),
    ),
    "explanation": (
        Phrases(
            (
                r"\b(?:die|den|das|der) (?:alte|falsche|andere|frühere|vorige)n? .{0,30}\b(?:geöffnet|gedruckt|genommen|benutzt|gelesen|verschickt|verwendet)\b|"
                r"\b(?:die|den|das) (?:alte|falsche|andere)n? (?:geöffnet|gedruckt|genommen|benutzt|gelesen|verschickt|verwendet)\b|\bwurde (?:die|der|das) falsche\b",
                r"\bhatten? keine (?:verbindung|anzeige|vertretung|kopie|liste)\b|\bnoch einmal (?:gebucht|abgebucht|gesendet|gedruckt)\b|\bstand(?:en)? (?:noch )?(?:ihre?|die|der) (?:alte|falsche|frühere)\w*\b",
                r"\b(?:niemand|keiner)(?: von uns)? (?:hat|hatte)\b.{0,60}\b(?:gesagt|geprüft|gefragt|bemerkt|verglichen|nachgesehen|informiert|gelesen|gezählt|getestet)\b(?<!uns gesagt)",
                r"\bfalsch (?:ab)?(?:gelesen|gehört|verstanden|gezählt|abgetippt|eingetragen|berechnet|gemessen|notiert)\b|\bdachte\b.{0,20}\bder andere\b|\b(?:abgeschnitten|verschluckt)\b",
                r"\buhr\b.{0,20}\bging\b.{0,40}\b(?:vor|nach|falsch)\b|\b(?:kolleg\w+|mitarbeiter\w*|fahrer\w*|schicht|aushilfe)\b.{0,30}\bwusste\w*\b(?:.{0,20}\bnicht\b|, wo nicht)?|"
                r"\bzu (?:viel|wenig|hoch|niedrig|früh) (?:angezeigt|gemessen|gerechnet|gewogen|berechnet)\b",
                r"\b(?:umgestellt|geändert|verschoben|getauscht|umbenannt)\b.{0,40}\bund\b.{0,50}\b(?:vergessen|übersehen)\b",
            ),
            (r"^(?:falls|wenn)\b", r"\bgrund\b.{0,30}\b(?:unbekannt|unklar)\b"),
        ),
    ),
    "makegood": (
        Phrases(
            (
                r"\bkoste[tn] (?:sie|dich|euch) nichts\b|\beuro von uns\b|\b(?:können|dürfen) sie behalten\b|\bziehen\b.{0,60}\bab\b(?<=ab)",
                r"\b\w*(?:kosten|gebühr|preis|betrag|zuschlag)\w*\b.{0,50}\b(?:gestrichen|erlassen)\b|\b(?:zahlen|bezahlen|tragen|übernehmen) (?:natürlich |selbstverständlich |gern )?wir\b|"
                r"\bladen wir (?:sie|dich|euch)\b.{0,40}\bein\b",
            ),
            (r"\bnewsletter\b|\bbedingungen\b|\bab \d+ euro\b|\bmieten?\b|\bsteuern?\b|\blöhne\b|\bschlüsse?\b",),
        ),
    ),
    "contact": (
        Phrases(
            (
                r"\b(?:meine|unsere) (?:durchwahl|nummer|telefonnummer|e-mail|mailadresse|adresse) (?:steht|ist|lautet|finden)\b|\bauf antworten\b|\bsagen sie (?:es|bescheid)\b",
                r"\bfragen sie\b.{0,40}\bnach\b|\bkeinen finger\b|\bfür sie (?:bleibt|gibt es) nichts\b|\b(?:landet|landen|kommt|kommen) (?:sie |es )?(?:direkt )?(?:bei|zu) mir\b",
            ),
        ),
    ),
    "prevention": (
        Phrases(
            (
                r"\bjetzt \w+ nur noch\b|\bniemand\b.{0,20}\bkann\b.{0,60}\b(?:noch einmal|wieder|mehr)\b|\bkann\b.{0,20}\bniemand\b.{0,60}\b(?:mehr|noch einmal)\b|"
                r"\bschaut\b.{0,30}\bein zweiter\b|\bein zweiter\b.{0,30}\b(?:darüber|drüber|prüft|liest)\b",
                r"\b(?:fragt|warnt|meldet|sperrt|prüft|verlangt)\b (?:nun|jetzt|künftig)\b.{0,80}\b(?:bevor|wenn|ohne)\b|\b(?:lesen|wiederholen|zählen|wiegen|prüfen) wir\b.{0,50}\bjetzt\b",
                r"\bseit (?:dieser woche|heute|gestern|letzter woche|<month>|dem \d)\b.{0,90}\b(?:kein\w*|nur noch|jede\w*|ohne|erst)\b|\bab (?:<month>|<day>|sofort|heute)\b.{0,60}\b(?:alles|jede\w*|zwei\w*|nur)\b",
                r"\bjede[rs]? (?:neue\w* )?\w+ wird\b.{0,80}\b(?:geführt|geprüft|geschult|gelesen|gewogen|gescannt|fotografiert|eingewiesen|getestet)\b|\brichtet sich (?:jetzt|nun|künftig) nach\b",
            ),
            (r"\bhoffen\b",),
        ),
    ),
}
