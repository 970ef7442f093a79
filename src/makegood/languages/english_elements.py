"""English: what says what went wrong, that the sender is sorry and owns it, and what it meant.

The other elements are in `english_remedies`.
"""

from __future__ import annotations

from makegood.languages.language import Phrases

ELEMENTS: dict[str, tuple[Phrases, ...]] = {
    "ack": (
        Phrases(
            (
                r"(?<!any )(?<!further )(?<!no )(?<!future )(?<!avoid )(?<!prevent )\b(?:<specific>)\b",
                r"\b(?:accidental|mistaken|erroneous|inadvertent|wrong|incorrect|improper)ly \w+|\bby (?:accident|mistake)\b",
                r"\bthere (?:is|was|were|are) (?:currently |still )?no (?!need|reason|charge|doubt|excuse|cost|evidence|action|impact|risk|sign|indication|change|cause)\w+|"
                r"\b(?:is|was|has been|have been|are|were) out (?:since|for|of|all|until)\b|(?:\bnot|n't) been (?!affected|compromised|accessed|used|misused|charged|touched|able|"
                r"possible|involved)\w+(?:ed|en|t)\b|\bshould (?:not )?have (?:been (?:open|there|ready|sent|told|paid|charged|delivered|working)|arrived|gone out)\b",
                r"\bstop(?:ped|ping|s) [^.;]{1,50} from \w+ing\b|\barriv\w+ late\b|\b(?:returning|showing|throwing|getting|seeing|giving|gave|showed) (?:an? )?(?:\w+ )?errors?\b|"
                r"\b(?:left|went) without (?:you|your)\b|\b(?:ran|run|running) out of\b|\b(?:blank|empty|garbled|duplicate|corrupt(?:ed)?|incomplete|missing) (?:files?|pages?|"
                r"e-?mails?|invoices?|reports?|screens?|orders?|letters?|items?|parts?)\b|\bturned (?:you|\w+) away\b|\bout of turn\b",
                r"\w's(?: \w+){0,2} (?:<broken>)\b|\bthere(?:'s| is| was) an? (?:\w+ ){0,3}(?:fault|failure|blockage|obstruction|leak)\b|\bno longer available\b|"
                r"\bno (?:trains?|buses|flights?|trams?|ferries|power|water|signal)\b(?! (?:more|longer))|\breturn(?:ed|ing)? (?:\w+ )?(?:errors?|[45]\d\d)\b",
                r"\bdeveloped (?:a|an) (?:\w+ )?(?:problem|fault|issue|defect)\b|\brecalling\b|\bbehind schedule\b|\bout of (?:service|order|action)\b|\b(?:went|gone|going|goes) (?:off|down|dark|offline|missing)\b(?! (?:to|with)\b)|"
                r"\b(?:days?|hours?|minutes|weeks) (?:too )?early\b|\b(?:shipped|sent|arrived|delivered|came|served|packed) (?:\w+ )?(?:without|incomplete)\b",
                r"(?:\bnot|n't) (?:currently |yet )?(?:letting|allowing|showing|loading|working|arriving|charging|syncing|playing|sending|receiving|displaying|"
                r"responding|updating|opening|printing|being (?:sent|delivered|shown|processed|received))\b",
                r"(?<!will )(?<!should )(?<!can )(?<!must )\bnever (?:took place|arrived|came|reached|turned up|sent|booked|answered|replied|called|received|ordered|"
                r"delivered|told)\b|\b(?:left|kept) you (?:on|waiting|without|in|standing|stranded)\b",
                r"\b(?:attackers?|third part(?:y|ies)|someone|strangers?|other (?:users|customers|people)|outsiders?) (?:was|were) able to\b|\bcould see your\b|"
                r"\bto (?:an|the|your) (?:old|wrong|previous) (?:address|account|number)\b",
                r"(?<!we are )(?<!we're )(?<!we were )(?<!i am )(?<!i'm )\bunable to (?!help|comment|confirm|provide|answer|say|offer|discuss|share|give|reply|assist|do\b|"
                r"determine|find|put)\w+",
                r"(?<!we )(?<!i )(?<!you )(?<!they )(?<!incident )(?<!this )(?<!it )\bdid(?:n't| not) (?!affect|involve|include|impact|need|have\b|mean|expect|know|happen|"
                r"occur|change|cause|go\b|contain|succeed)\w+",
                r"\b(?:version|update|app|release|build)(?: [\w.]+)? (?:deletes?|deleted|loses?|lost|crashes|breaks|broke|drops|dropped|drains|ignores)\b",
                r"\b(?:had to|decided to|have to|forced to) (?:pull|withdraw|cancel|stop|suspend|postpone|recall|close|interrupt)\b",
                r"\b(?:take|taking|took|taken|brought|bring) (?:\w+ ){1,3}(?:down|offline)\b|\bbugs? (?:that|which|in|is|has|have)\b|"
                r"\b\w+ bugs?(?: is| was|,|$)|\b(?:crash|freeze|login|battery|billing) (?:issues?|problems?|bugs?)\b",
                r"\b(?:servers?|sites?|apps?|services?|systems?|lines?)(?: \w+){0,2} (?:offline|unreachable)\b|"
                r"\b(?:was|were|is)(?:n't| not) (?:supposed|meant) to\b",
                r"\b(?:for|about) (?:the|this|your|that)(?: \w+)? wait\b|\bkept? you waiting\b|\bkeeping you waiting\b",
                r"\b(?:<trouble>) (?:with|on|in|affecting|at|when|where|accessing|loading|preventing|connecting to) "
                r"(?!this\b|that\b|it\b|you\b|general\b|our service|your (?:recent )?(?:visit|stay|experience|time))",
                r"\b(?:having|had|have|experiencing|with)(?: \w+){0,2} (?:issues|trouble|problems|difficulties) \w+ing\b",
                r"\b(?:<trouble>) (?:that )?you(?:'re| are|'ve| have| had)(?: \w+){0,2} with\b",
                r"\bexperience(?: \w+){0,5} with (?:your|our|the) \w+",
                r"\b(?:<field>)(?: \w+)? (?:issues|issue|problems|problem|errors|failures?|trouble|difficulties)\b",
                r"\b(?:wrong|incorrect|faulty|defective|damaged|broken|cracked|duplicate|mistaken|erroneous|spurious) "
                r"(?!way\b|with\b|and\b|or\b|by\b)\w+",
                r"\b(?:is|are|was|were|be|been|being|got|became|arrived|came|remain\w*|kept|stayed|running|ran|"
                r"loading|responding)(?: \w+){0,3} (?:<broken>)\b",
                r"\b(?:arrived|came|started|sent|delivered|replied|paid|shipped)(?: \w+){0,3} (?:late|broken)\b",
                r"\b(?:unable|not able|impossible) to (?:log|sign|access|load|reach|connect|send|use|see|open|pay|"
                r"make|receive|view|download|upload|push|install|start|run)",
                r"\bnobody could\b|\bno \w+(?: \w+){0,2} (?:was|were) (?:processed|delivered|sent|answered)\b",
                r"\b(?:crashed|stalled|timed out|went down|stopped (?:working|responding)|broke(?: down)?|malfunctioned|"
                r"got lost|(?:began|started) failing|failed to (?:load|start|arrive|deliver|send|process|connect|charge))\b",
                r"(?<!if you )(?<!we )(?<!i )\b(?:could|can|did|were|was|has|have|had|is|are)(?:n't| not)"
                r"(?: \w+)?(?: been)? (?:log|access|loaded|load|reach|connect|arrived?|received?|delivered|deliver|"
                r"shown|displayed|processed|keep up|working|make it|paid|pay|answered|called|turned? up|ready|parsed|"
                r"visible|sent|honou?red|reset|refunded|work|start|run|go|come|match|fit|appear|show|print|respond|open|turn up|"
                r"register|save|upload|update|ship|refund|post|honou?r|get you|provide you|published?|released?)\b",
                r"\b(?:was|were)(?: not|n't)(?: \w+)? (?!affected|needed|used|misused|taken|impacted|compromised|required|accessed|"
                r"involved|intended|our)\w+(?:ed|en)\b|\bwe had promised\b|\bgained (?:\w+ )?access\b",
                r"\b(?:charged|took|taken|billed|debited|sent|sold|paid|collected|invoiced|booked)\b.{0,50}\btwice\b",
                r"\b(?:late|delayed|slow|belated) (?:reply|response|answer|deliver(?:y|ies)|arrival|payment|shipment|refund)\b",
                r"\b(?:<count>) (?:minutes?|hours?|days?|weeks?|months?) (?:late|after the|later than|too late)\b",
                r"\b(?:someone|attackers?|hackers?|thieves) (?:\w+ ){0,4}(?:copied|exploit|access|stole|gained)",
            ),
            (
                r"\bsomething (?:was|is|had|unusual)\b",
                r"^(?:sometimes|occasionally|unexpected|unforeseen)\b",
                r"\b(?:things|all|everything) (?:\w+ )?did(?:n't| not) go\b",
            ),
            blind=(
                r"\bif (?:you|your|the|anyone|there|it|any)\b[^,.;]{0,100}",
                r"\bthere (?:may|might|could) have been\b[^,.;]{0,80}",
                r"\bnot (?:missing|lost|late|delayed|affected)\b",
                r"\bso (?:that )?(?:one|a single|no|it|this)\b[^.;]{0,80}",
            ),
        ),
        Phrases(
            (
                r"\b(?:<we>)(?:'ve| have| had)?(?: \w+ly)? (?:lost|missed|forgot|forgotten|overcharged|overbooked|mislaid|"
                r"misplaced|exposed|disclosed|leaked|misread|neglected|damaged|broke|deleted|double[- ]booked|failed to|"
                r"let you down|kept you|ignored|mistyped|mis\w+ed|delayed)\b",
                r"\b(?:we|i|<team>) (?:did not|didn't|hadn't|had not|could not|couldn't|were unable to|was unable to|were not able to) "
                r"(?!expect|intend|mean\b|know|want|find|see\b|need|think|receive|hear|have|believe|store|share|collect (?:any|your)\b|lose|take\b|get your)"
                r"\w+",
                r"\b(?:<we>)(?:'ve| have| had| did)?(?: \w+){0,2} (?:charged?|billed|sen[dt]|shipped|posted|delivered|gave|"
                r"booked|cancelled|published|packed|invoiced|debited|quoted|sold|left|mailed|told|paid|put|call)\b.{0,60}"
                r"\b(?:twice|wrong|instead|without|late|too|mistake|error|accident|another|incorrect|not)\b",
                r"\binstead of\b|\bby mistake\b|\bin error\b",
            ),
            (r"\bprevent\b",),
        ),
    ),
    "regret": (
        Phrases(
            (
                r"\bsorry\b(?! to (?:hear|learn|see|know|read|find|inform|say|tell))"
                r"(?! (?:that )?you(?:'re| are| were|'ve been| have been)?(?: \w+)? ?(?:feel|felt|seeing|unhappy|disappointed|upset|"
                r"offended|dissatisfied|unsatisfied|not (?:happy|satisfied)|frustrated|angry|annoyed|let down|that way)\b)"
                r"(?! (?:that )?(?:this|it) (?:has been|was|is) (?:a|an|so|such|very)?(?: \w+)? ?(?:problem|frustrating|annoying|upsetting))"
                r"(?! (?:that )?(?:some|many|any|certain) \w+ (?:were|felt|feel|are|took))"
                r"(?! (?:that )?(?:we|i) (?:haven't|have not|did not|didn't) (?:yet )?(?:receive|hear|get|hear))",
                r"\bapologi[sz](?:e[sd]?|ing)\b",
                r"(?:^|\b(?:my|our|accept|an|sincere|sincerest|deepest|many|humble|with|offer|owe you)(?: \w+){0,2} )"
                r"apolog(?:y|ies)\b(?! (?:in|letter))",
                r"\bregret(?:s|ted)?\b(?! to (?:inform|say|tell|announce|advise))"
                r"(?! that (?:some \w+|you) (?:were|are|feel|felt))(?! any (?:questions|doubt))",
                r"\b(?:feel|felt) (?:terrible|awful|dreadful|very bad|really bad) (?:about|for|that)\b|\bforgive (?:us|me)\b|\bexcuse (?:us|me|the|our|this)\b|\bpardon (?:us|the|our)\b",
            ),
            (
                r"\b(?:no need|not|n't|never)(?: \w+){0,3} (?:to )?apologi[sz]e\b",
                r"\b(?:sorry|apologies|apology|apologi[sz]e) (?:for|about) (?:the|this|such a)(?: \w+)? "
                r"(?:long|length|technical|lengthy|wall of|jargon|mass e?-?mail)",
                r"\bfelt sorry\b|\bfeel sorry\b",
            ),
        ),
    ),
    "cause_owned": (
        Phrases(
            (
                r"\b(?:<we>)(?:'ve| have| had)?(?: \w+ly)?(?: \w+)? (?:deployed|released|pushed|introduced|shipped|rolled out|changed|"
                r"launched|merged|put)\b.{0,80}\b(?:that|which) (?:\w+ ){0,2}(?:broke|caused|exposed|introduced|led|made|"
                r"was supposed|removed|deleted|\w+ed (?:everyone|all|some|your|users|customers|people))",
                r"\bour (?:\w+ ){0,2}(?:system|department|office|team|software|clerk|agent|staff|warehouse|kitchen|driver|branch|shop|depot|engineer|website|"
                r"app|printer)s? (?:\w+ly )?(?:(?:packed|sent|gave|charged|billed|printed|booked|delivered|posted|quoted|sold|served|told|shipped|entered)\b.{0,60}"
                r"\b(?:wrong|twice|incorrect|another|without|late|old)|forgot|lost|missed|deleted|overlooked|mixed up|misread)\b",
                r"\b(?:<we>)(?:'ve| have| had)? (?:deployed|released|pushed) (?:a|an|the) (?:faulty|bad|broken|wrong)",
                r"\b(?:one of our|an|our) (?:engineers?|technicians?|drivers?|agents?|colleagues?|staff)\b.{0,30}\b(?:deleted|removed|ran|"
                r"mistyped|misread|forgot|mixed up|unplugged|misplaced|lost)\b",
                r"\b(?:bug|error|mistake|fault|flaw|misconfiguration|defect|typo|oversight)s? (?:in|of|within|on|made by|by) "
                r"(?:one of )?our\b",
                r"\bour (?:own )?(?:\w+ ){0,2}(?:release|update|change|deployment|configuration|migration|mistake|error)"
                r"(?: \w+){0,3} (?:broke|caused|led to|took down|deleted|doubled|introduced|exposed|removed)\b",
                r"\b(?:<we>)(?:'ve| have| had)?(?: \w+ly)? (?:lost|missed|forgot|forgotten|overcharged|overbooked|mislaid|"
                r"misplaced|exposed|disclosed|leaked|misread|neglected|broke|deleted|misconfigured|damaged|"
                r"double[- ]booked|underestimated|overlooked|mixed up|swapped|mis\w+ed|ignored)\b",
                r"\b(?:<we>)(?:'ve| have| had| did)?(?: \w+){0,2} (?:charged?|billed|sen[dt]|shipped|posted|delivered|gave|"
                r"booked|cancelled|published|packed|invoiced|debited|quoted|sold|mailed|told|entered|paid)\b.{0,60}"
                r"\b(?:twice|wrong|instead of|without|too (?:late|much)|by mistake|in error|another customer|incorrect)\b",
                r"\b(?:we|i)(?: (?:did not|didn't|hadn't|had not|never|still haven't)) "
                r"(?!expect|intend|mean\b|know|want|find|see\b|need|think|receive|hear|have\b|believe|store|share|collect|lose|take\b|cause|"
                r"touch|get your|charge you anything|been)\w+",
                r"\b(?:<wehave>) (?:accidental|mistaken|erroneous|inadvertent|wrong|incorrect)ly \w+|\b(?:we|i) had to (?:pull|withdraw|"
                r"cancel|recall|postpone|suspend)\b|\b(?:we|i)(?:'ve| have)? caused\b|\b(?:we|i) (?:subjected|exposed|forced|left|kept|made) you\b",
                r"\bwrong of (?:us|me)\b|\b(?:we|i)(?:'ve| have)? let (?:a|an|this|your) (?:\w+ )?(?:mistake|error|order|request)s?\b",
                r"\b(?:sorry|apolog\w+) (?:again )?(?:for|about) (?:having )?(?:sending|sent|missing|losing|failing|causing|disrupting|"
                r"cancelling|breaking|keeping|giving|making|overlooking|charging|charged|not (?:being able|having|being|\w+ing))\b|"
                r"\b(?:apology|apologies) (?:\w+ ){0,6}for (?:disrupting|causing|failing|losing|missing|cancelling)\b",
                r"\bour (?:\w+ )?(?:system|department|office|team|software|clerk|agent|staff|warehouse) (?:\w+ly|mistakenly|wrongly) \w+(?:ed|t)\b",
                r"\b(?:we|i) (?:\w+ )?(?:chose|decided to use|picked) (?:this|that|the|our)\b",
            ),
        ),
    ),
    "blame_accepted": (
        Phrases(
            (
                r"\b(?:mistake|error|oversight|failure|fault|carelessness|slip|blunder|negligence)s? (?:on|of) (?:my|our) (?:part|own|end|side)\b|"
                r"\b(?:due to|besides|through|because of|apart from|from) (?:my |our |sheer )?(?:carelessness|negligence|own)\b|"
                r"^my (?:mistake|fault|bad|error)\b|\bmistake was (?:mine|ours)\b|\bdecision to cancel\b|"
                r"\b(?:we|i) (?:could|could and should|should and could) have (?:done|handled|improved|communicated|told|been|reacted|known)\b|"
                r"\b(?:we|i) (?:just )?(?:missed (?:this|that|it)|failed at|dropped the ball|neglected)\b|\b(?:we|i) (?:could|should) have improved\b",
                r"\bour (?:own )?(?:fault|mistakes?|blame|failing|failure to)\b|\bthat was our error\b|"
                r"\b(?:is|was|were|are) (?:entirely |completely |simply |solely |all )?(?:our|my) "
                r"(?:fault|mistake|error|doing|responsibility to have)\b",
                r"\b(?:fault|mistake|blame|error|responsibility)s?(?: \w+){0,2} (?:is|was|lies|lie|are|rests?) (?:\w+ )?"
                r"(?:ours|mine|with us|with me|on us)\b",
                r"\b(?:is|was|that's|this is) (?:entirely |all )?on (?:us|me)\b(?! (?:to|next))|\bour job to\b|\bon (?:our|my) watch\b|\b(?:we|i)(?:'re| are|'m| am) to blame\b|\bour \w+ (?:was|were) not good enough\b|\bwe (?:accept|admit|acknowledge) that (?:our|we)\b|"
                r"\b(?:failure|oversight|slip|delay|blunder)s? (?:is|was|were) (?:entirely |all )?(?:ours|mine)\b",
                r"\b(?:take|accept|own|bear|accepts|takes)(?: \w+){0,2} (?:responsibility|blame|accountability)"
                r"(?: for (?!making|providing|ensuring|keeping|your|the safety|every|giving|all our)|[.,;!]|$)",
                r"\b(?:we|i)(?:'ve| have)?(?: \w+ly)? (?:let (?:\w+ ){1,4}down|failed you|failed to (?!reach)|failed in|"
                r"fell short|messed up|screwed up|got (?:this|it) wrong|made (?:a|an|some|this)(?: \w+){0,3} (?:mistake|error)s?|"
                r"should(?: not|n't)? have|disappointed you|were wrong|were too slow|missed you|owe you)",
                r"\bfor (?:having )?(?:letting|let) (?:you|\w+ of you|our \w+|everyone) down\b",
                r"\b(?:apologi[sz]e|sorry) for our (?:performance|failure|mistake|error|conduct|behaviou?r)",
                r"\b(?:upgrades?|changes?|fix|work) (?:was|were) long overdue\b",
            ),
            (
                r"\b(?:not|n't|never|hardly) (?:really )?(?:our|my) (?:own )?(?:fault|mistake|error|doing)\b",
                r"\bsaid the\b|\bshould have (?:received|seen|been able|access)\b",
            ),
        ),
    ),
    "empathy": (
        Phrases(
            (
                r"\bmust (?:have been|be|have felt)(?: \w+)? (?:<feeling>)\b",
                r"\bno way to (?:spend|start|end|treat)\b|\b(?:i|we) know (?:that )?you (?:needed|wanted|had hoped|hoped|waited|had planned|planned)\b|\b(?:every )?right to expect\b|"
                r"\byou must have (?:felt|been)\b|\b(?:can see|see|understand) why you\b",
                r"\bempathi[sz]e (?:with|about)\b|\bunderstand your (?:irritation|upset|worry|anger) (?:with|at|about|over)\b|\blevel of anxiety\b|\bno wonder (?:that )?you\b|\b(?:i|we)(?:'d| would) (?:be|feel|have been) (?:\w+ )?(?:<angry>)\b|\byou (?:trusted|relied on|counted on|depended on) "
                r"us\b",
                r"\bhow (?:\w+ ){0,3}(?:<feeling>)\b",
                r"\bhow (?:<angry>)\b.{0,40}\byou\b|\byou must (?:be|feel|have felt|have been) (?:\w+ )?(?:<angry>)\b",
                r"\b(?:appreciate|understand|recogni[sz]e|realise|realize) (?:all )?(?:your|the) (?:frustration|disappointment|anger|annoyance|"
                r"stress|worry|anxiety) (?:with|at|about|over|regarding|when|that|because|of (?:waiting|losing|missing|not))\b",
                r"\b(?:appreciate|understand|recogni[sz]e|know|realise|realize) (?:that )?(?:this|it|these|the \w+)(?: \w+){0,4} "
                r"(?:a |an )?(?:major |real |great |huge )?(?:inconvenience|frustration|disappointment|stress|worry|burden)\b.{0,40}\b(?:you|your)\b|"
                r"\bfor the (?:anxiety|stress|distress|worry|anger|fear|embarrassment|upset)\b.{0,60}\b(?:you|we|this)\b",
                r"\b(?:is|was|it's|makes it|be|it) (?:\w+ )?(?:<feeling>)(?: (?:to|when|that|for)\b|[.!]|$)",
                r"\byou (?:were|had been|have been) (?:counting|relying|depending|waiting for|looking forward)\b",
                r"\b(?:every (?:reason|right)|right|entitled) to be (?:\w+ )?(?:<angry>)\b",
                r"\b(?:understand|get|see) (?:why )?you(?:'re| are| being| feel| were)(?: \w+)? (?:<angry>)\b",
                r"\byou planned\b.{0,60}\b(?:around|for)\b|\bmakes the \w+ worse\b",
                r"\bnobody should have to\b|\bno one should have to\b|\b(?:that|this|it|children|photos)\b.{0,40}\bhurts\b",
                r"^losing .{0,60} hurts\b",
            ),
            (
                r"^(?:we|i)(?: \w+)? (?:understand|know|appreciate|reali[sz]e) (?:that )?(?:this|it|that|how)(?: \w+){0,3} (?:\w+ )?(?:<feeling>)[.!,]?$|"
                r"^(?:we|i)(?: \w+)? (?:understand|know|appreciate) how (?:\w+ )?(?:<feeling>) (?:this|it|that) (?:is|was|must be|can be)[.!]?$",
                r"\bfeel your pain\b",
                r"\bunderstand (?:any|the|your) (?:frustration|concern|inconvenience)(?! (?:with|at|about|over|when))\b",
            ),
        ),
    ),
    "impact": (
        Phrases(
            (
                r"\b(?:you|your family) (?:could(?: not|n't)|had to|missed|lost|waited|paid|stood|were (?:unable|left|forced|"
                r"locked|charged|told)|spent|did not get|were not able)\b",
                r"\b(?:<crowd>)(?: [\w-]+){0,8} (?:could(?: not|n't)|can(?:not|'t| not)|(?:was|were|are|is|been|be|not be|"
                r"might|might not|may not)(?: \w+)? (?:unable|not able|prevented|locked out|forced|left without)|"
                r"unable to|not able to|had to|have had to|lost|waited|saw|(?:may|might|will|could) (?:see|find)|missed|arrived to find|turned up|were told|were left|were charged|spent|have been seeing|received|experienc(?:e|ed|ing)|"
                r"(?:be|are|were|is) facing|encounter\w*|(?:are |were |be )seeing|notic(?:e|ing)|were overwhelmed)\b"
                r"(?! (?:issues? with (?:connection|our)))",
                r"(?<!not )(?<!what )(?<!will )\b(?:result(?:ed|ing|s) in|lead(?:ing|s)? to|led to|causing|causes?|caused|making for|meaning)\b"
                r"(?: [\w/]+){0,6} (?:slow\w*|errors|delays?|limited|issues with|lost|loss of|inability|"
                r"interruptions? (?:to|for|of) (?:your|our|the|<crowd>)|degrad\w+|timeouts?|disruptions? (?:to|for) (?:your|<crowd>)|unwanted|failures)\b",
                r"\b(?:<crowd>)\b[^.;]{0,50} (?:are|were|been|is|was) (?:\w+ )?(?:facing|experiencing|seeing|running into|hitting|"
                r"encountering|impacted by)\b",
                r"\bcaus(?:e|es|ed|ing) (?!by\b|the outage|issues|problems|errors|these\b|and\b|of\b|was\b|is\b|to\b|so\b)[^.;]{1,80}? to (?:be )?\w+",
                r"\bprevent(?:ed|s) (?!the (?:bug|problem|issue|error|same)\b|us\b|me\b|our\b|any\b|this\b|further\b|similar\b|future\b)\w+|\bpreventing (?:some |many |all |most |other )?(?:of our )?(?:<crowd>|you)\b|(?:\bnot|n't) be able to\b|\b(?:<crowd>)(?: \w+){0,4} (?:suffered|endured)\b|\b(?:<crowd>) who (?:were|was) (?:unable|left|stuck)\b|\b(?:<goods>)\b.{0,60}\b(?:failing to (?:deliver|arrive|reach)|(?:not|n't) (?:have )?reach(?:ed)?)\b",
                r"\bas a result,? (?:your|you|<crowd>)\b|\bdisrupted (?:\w+ ){1,3}",
                r"\b(?:your|their)(?! order| parcel| package| deliver| item| product| refund| details)(?: \w+){1,3} "
                r"(?:was|were|are|is|went|remained|got|became)(?: \w+){0,2} (?:lost|overdrawn|deleted|unavailable|"
                r"unreachable|off|empty|exposed|rejected|stuck|failing|wrong|copied|declined|stolen|accessed|viewed|locked|suspended|blocked|"
                r"frozen|overdrawn|ruined|interrupted|cut off|cold|dirty)\b",
                r"\byour (?!order|parcel|package|item|product)\w+(?: \w+){0,2} (?:bounced|failed|could not|couldn't|(?:went out|arrived|was paid) .{0,20}late)\b",
                r"\b(?:<goods>)(?: \w+)? (?:failed|timed out|did not|may (?:not|arrive|fail)|arrived?\b.{0,30}\blate|took (?:longer|up))\b|"
                r"\bcharged you \w*\d|\b(?:lost|loss of) .{0,40}\b(?:data|files|messages|photos|hours|records|work)\b",
                r"\b(?:names?|address(?:es)?|passwords?|cards?|(?:personal|customer|user|your) (?:data|information|details)|records)\b.{0,60}"
                r"\b(?:viewed|accessed|exposed|copied|stolen|downloaded|involved|disclosed|leaked)\b|\b(?:viewed|accessed|exposed|copied|"
                r"stole|downloaded|obtained|involved) .{0,40}\b(?:names?|addresses|passwords?|cards?|information|details|records)\b",
                r"\b(?:<crowd>)\b[^.;]{0,40}(?<! who)(?<! that) (?:report|reported|reporting|complained)\b",
                r"\byour order was lost\b|\b(?:sent to|belonging to) you\b.{0,40}\b(?:were|was) (?:lost|deleted)\b",
                r"\b(?:<goods>)(?: [\w-]+){0,8} (?:was|were|are|being|been|is|remained|kept|became|started|where)"
                r"(?: \w+){0,3} (?:failing|failed|lost|delayed|not (?:\w+ )?(?:processed|delivered|parsed|shown|sent|"
                r"visible)|stuck|dropped|rejected|empty|unavailable|slow\w*|affected|stalled|stalling|interrupted|"
                r"marked as|clogged|missing|shown as)\b",
                r"\bno (?:\w+ ){0,2}(?:<goods>) (?:was|were) (?:processed|sent|delivered)\b|\bkept stalling\b",
                r"\b(?:private|personal|sensitive|your) (?:\w+ ){0,3}(?:keys?|details|records|addresses)\b.{0,40}\bexposed\b|"
                r"\bexposed (?:\w+ ){0,2}(?:private|personal|sensitive|your)\b",
                r"\bstranded\b|\bvisible to (?:others|other|strangers|anyone|everyone)\b|\byou (?:received|got) (?:<count>|several|many|the wrong|another)\b|\b(?:<goods>)\b.{0,40}"
                r"\b(?:were|was) not (?:received|delivered|credited|sent|saved)\b",
                r"\bbroke (?:everyone|everybody|your|people|users|all (?:\w+ )?(?:users|builds))\b|\b(?:can't|cannot|can not|unable to|not able to)"
                r" (?:\w+ ){0,3}(?:recover|restore) your\b|\bdid(?:n't| not) get you to\b|\bsubjected you to\b|\bkick(?:ed|ing) (?:out )?(?:players|users)\b",
                r"\b(?:information|data|details)\b.{0,60}\b(?:includ\w+|such as|consist\w+|contain\w+|:)\b.{0,100}\b(?:names?|e-?mail|phone|"
                r"passwords?|card|birth|social security|medical|account numbers?)\b|\b(?:acquired|obtained|took|copied|stole)\b.{0,30}\bdata "
                r"associated with\b|\b(?:access to|exposure of) (?:some of |certain of |certain |parts of )?(?:your|personal|customer)\b",
                r"\b(?:billed|charged|debited) to (?:you|your)\b|\byour \w+ (?:was|were) (?:\w+ly )?(?:deposited|paid|sent|credited|delivered|given|"
                r"sold|posted) (?:in)?to (?:another|someone|somebody|the wrong)\b|\bone of your \w+ (?:was|were) \w+ly\b",
                r"\bwithout (?:\w+ ){0,2}(?:supply|water|power|heating|electricity|internet|service|access)\b|\bloss of (?:\w+ ){0,2}(?:supply|water|power)"
                r"\b.{0,40}\byou\b|\b(?:disrupt\w+|upset) (?:\w+ ){0,3}(?:lives|plans|travel|holidays|work|day|your)\b|\blost (?:baggage|luggage)\b",
                r"\b(?:builds|jobs|players|readers|guests|passengers|fans) (?:\w+ ){0,3}(?:could not|couldn't|were unable)\b",
                r"\bmore difficult for you\b|\b(?:cost|costs) you\b|\byou were (?:\w+ )?overcharged\b",
            ),
            (r"\breputation\b|\bour (?:good )?name\b", r"\bshouldn't be anything\b", r"^if (?:you|your)\b"),
            blind=(
                r"\b(?:should|shall|will|must) (?:now )?(?:not |be )?(?:experienc|notic|see|observ)\w*(?: \w+){0,8}",
            ),
        ),
    ),
}
