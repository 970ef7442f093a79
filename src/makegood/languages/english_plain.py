"""English: how people say it in everyday words, who have never seen a rule."""

from __future__ import annotations

from makegood.languages.language import Phrases

PLAIN: dict[str, tuple[Phrases, ...]] = {
    "fix": (
        Phrases(
            (
                r"\b(?:we|i)(?:'re|'m|'ve|'ll| are| am| have| will)?(?: \w+){0,2} (?:pay|paid|giv|gave|send|sent|hand|return|bring|brought|put|set|turn|switch|chang|mov)"
                r"(?:e|ed|en|ing|ting|ning|ching)?\b(?: \w+){0,6} back\b(?! (?:on track|from holiday))",
                r"\b(?:money|amount|sum|fee|charge|payment|pounds?|euros?|dollars?|francs?|penny|cent|price|difference|deposit|rest)\b.{0,40}\b(?:is |are )?(?:goes|go|going|went) "
                r"(?:straight )?back\b",
                r"\b(?:we|i)(?:'ve| have)? (?:\w+ed )?(?:stopped|halted|intercepted|called off|pulled|withdrawn|recalled|caught) (?:the|your|that|this|it|them)\b",
                r"\b(?:we|i)(?:'ve| have)? (?:took|taken|struck|wiped|crossed|removed) .{2,50}\b(?:off (?:your|the)|away again|out again|from your)\b",
                r"\b(?:we|i)(?:'ve| have|'re| are)? (?:sent|sending|send) \w+ (?:round|over|out) (?:with|to)\b|\bcall\w* (?:it|them|the \w+|\w+) back in time\b|"
                r"\b(?:has|have) been called back\b",
                r"\b(?:is|are) yours again\b|\byour (?:\w+ ){1,3}(?:is|are) back (?:on|in|at|with)\b|\b(?:of us|people|colleagues) (?:are )?on it\b",
                r"\b(?:we|i)(?:'re|'m| are| am)(?: \w+){0,2} (?:looking|searching) for (?:your|it|them|the (?:\w+ )?(?:parcel|order|case|bag|coat|letter|payment|box|item))\b",
                r"\bhad (?:the|your|it) (?:\w+ ){0,2}(?:pulled|stopped|reversed|cancelled|removed|recalled|repaired|replaced)\b|"
                r"\b(?:is|are) being (?:cut|made|built|sewn|baked|printed|written) for you\b",
                r"\b(?:locksmith|plumber|electrician|engineer|fitter|mechanic|colleague|cleaner|technician)s? (?:\w+ )?(?:changed|fixed|mended|repaired|cleaned|replaced|refitted|swapped) (?:the|your|it)\b",
                r"\byou (?:now )?have your money back\b|\b(?:have|'ve) found your\b|\b(?:we|i)(?:'re|'m| are| am)? (?:and are )?bringing (?:it|them|you|your)\b",
            ),
            (
                r"\byou(?:'re| are| will|'ll) (?:pay|send|return|giv|bring)\w*\b|\bby mistake\b|\bin error\b|\bwrong(?:ly)?\b|\btwice\b",
            ),
            blind=(r"\b(?:once|until|when|if|as soon as|unless|before)\b[^,;.]{0,80}",),
        ),
    ),
    "explanation": (
        Phrases(
            (
                r"\b(?:we|i)(?: had)? (?:opened|booked|printed|picked|took|loaded|grabbed|copied|sent|read|used) the (?:old|other|previous|earlier|outdated|wrong)\b|"
                r"\bthe wrong (?:one|copy|file|version|list|label) was \w+(?:ed|nt|en)\b",
                r"\bhad (?:lost|dropped) (?:its|the|our|their) (?:connection|signal|power|place|link)\b|\b(?:had|has) your (?:old|former|previous|wrong) \w+ on\b",
                r"\b(?:nobody|no one|none of us)(?: here)?(?: had)? (?:told (?!us\b|me\b)|asked|checked|compared|noticed|looked|counted|tested|informed)\b",
                r"\b(?:we|i|he|she|they|clerk|colleague)(?: had)? mis(?:read|heard|counted|typed|labelled|calculated|took|understood)\b|\bwhat (?:went wrong|happened) (?:is|was)\b",
                r"\bthought (?:the other|somebody else|someone else) had\b|\bhad(?: never| not|n't) been (?:shown|told|trained|taught|given|updated|copied|saved|entered)\b",
                r"\b(?:clock|watch|timer)s? (?:was|were|ran) (?:\w+ ){1,3}(?:ahead|behind|fast|slow|late)\b|\bshowed (?:[\w.]+ ){1,3}too (?:much|many|little|few)\b|"
                r"\bcounted (?:the )?\w+ and not\b",
                r"\b(?:had )?(?:changed|moved|renamed|swapped|split) .{2,40}\band (?:had )?(?:forgotten|forgot|left out|overlooked)\b|\bbefore we had (?:looked|checked|asked|tested)\b",
            ),
            (r"^if\b",),
        ),
    ),
    "makegood": (
        Phrases(
            (
                r"\b(?!(?:fault|blame|mistake|error|that|this|it|failure|burden|responsibility|onus|all)\b)\w+ (?:is|are|will be) on (?:us|the house)\b",
                r"\byour (?:next|following) (?:\w+ ){1,4}(?:is|are|will be|comes?) (?:free|at no charge)\b|\bcosts? you nothing\b|\byours to keep\b|\bpounds? .{0,30}\bfor the (?:wait|trouble|worry)\b",
                r"\bknock(?:ed|ing)? .{2,40}\boff\b|\btak(?:e|en|ing) (?:a |the )?(?:half|third|quarter|tenth|\w+ (?:pounds|euros|dollars|percent)) off\b",
                r"\bwe(?:'ll| will)? (?:pay|carry|bear|settle|pick up) (?:the|your|all|any) (?:\w+ ){0,3}(?:taxi|costs?|bill|fare|fees?|charges?|invoice|expenses?|tab|hotel|cleaning)\b",
            ),
            (r"\bnewsletter\b|\bterms\b|\bconditions\b|\bif you (?:buy|order|book)\b|\btrial\b",),
        ),
    ),
    "contact": (
        Phrases(
            (
                r"\bmy (?:\w+ )?(?:number|extension|line|e-mail|address) is (?!the same|busy|down|broken|changed)|\bmy door is open\b|\bhit reply\b|\b(?:write|mail) back\b",
                r"\bsay so\b|\blift a finger\b|\bnothing (?:is )?left for you to do\b|^(?:please )?ask for \w+|\bask for (?:me|us)\b|\b(?:name|pick) a (?:time|day)\b",
                r"\b(?:lands|comes|arrives|goes) (?:straight )?(?:on|to) (?:my desk|me)\b",
            ),
        ),
    ),
    "prevention": (
        Phrases(
            (
                r"\b(?:nobody|no one|nothing)\b.{0,30}\bcan\b.{2,60}\b(?:again|any ?more|by mistake|twice)\b|\bsecond pair of eyes\b",
                r"\bas of (?:this|next|today|now|\w+day|<month>)\b.{2,90}\b(?:cannot|can't|must|needs?|every|each|no|without|two)\b",
                r"\b(?:till|system|form|page|app|machine|software|printer|gate|door|shop|site|scanner|program|terminal) (?:now )?(?:asks|checks|warns|refuses|stops|blocks|beeps|"
                r"compares|locks|rejects)\b.{2,80}\b(?:before|unless|without)\b",
                r"\bwe (?:read|repeat|check|count|weigh|scan|compare|sign)\b.{2,50}\b(?:back|twice|against|each|every)\b.{0,40}\bnow\b",
                r"\b(?:each|every) (?:new )?\w+(?: \w+)? is (?:now )?(?:walked|taken|shown|trained|checked|read|tested|photographed|weighed|counted|scanned)\b(?=.{3,})",
                r"\bis (?:tried out|tried|checked|read|tested|signed|looked at|looked over) by (?:two|a second|another)\b|\bnow (?:runs|hangs|depends) on\b",
                r"\bsince (?:\w+day|then|last week|<month>)\b.{2,60}\b(?:is|are) \w+(?:ed|en|t) by\b|\bwe(?:'ve| have)? (?:cut|shortened|limited|split|halved|capped) the \w+ to\b",
            ),
            (r"\bhope\b", r"\byou(?:r|'ll| will)?\b.{0,20}\b(?:now|must)\b"),
        ),
    ),
}
