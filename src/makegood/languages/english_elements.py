"""English: what says an element of a good message."""

from __future__ import annotations

from makegood.languages.language import Phrases

ELEMENTS: dict[str, tuple[Phrases, ...]] = {
    "ack": (
        Phrases(
            (
                r"(?<!any )(?<!further )(?<!no )(?<!future )\b(?:<specific>)\b",
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
                r"visible|sent|honou?red|reset|refunded)\b",
                r"\b(?:was|were)(?: not|n't)(?: \w+)? (?!affected|needed|used|misused|taken|impacted|compromised|required|accessed|"
                r"involved|intended|our)\w+(?:ed|en)\b|\bwe had promised\b|\bgained (?:\w+ )?access\b",
                r"\b(?:charged|took|taken|billed|debited|sent|sold|paid|collected|invoiced|booked)\b.{0,50}\btwice\b",
                r"\b(?:late|delayed|slow|belated) (?:reply|response|answer|deliver(?:y|ies)|arrival|payment|shipment|refund)\b",
                r"\b(?:<count>) (?:minutes?|hours?|days?|weeks?|months?) (?:late|after the|later than|too late)\b",
                r"\b(?:someone|attackers?|hackers?|thieves) (?:\w+ ){0,4}(?:copied|exploit|access|stole|gained)",
            ),
            (r"\bsomething (?:was|is|had|unusual)\b",),
        ),
        Phrases(
            (
                r"\b(?:<we>)(?:'ve| have| had)?(?: \w+ly)? (?:lost|missed|forgot|forgotten|overcharged|overbooked|mislaid|"
                r"misplaced|exposed|disclosed|leaked|misread|neglected|damaged|broke|deleted|double[- ]booked|failed to|"
                r"let you down|kept you|ignored|mistyped|mis\w+ed|delayed)\b",
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
                r"(?! (?:that )?you(?:'re| are| feel| felt| were (?:disappointed|unhappy|upset|offended|unsatisfied)))"
                r"(?! (?:that )?(?:some|many|any|certain) \w+ (?:were|felt|feel|are|took))"
                r"(?! (?:that )?(?:we|i) (?:haven't|have not|did not|didn't) (?:yet )?(?:receive|hear|get|hear))",
                r"\bapologi[sz](?:e[sd]?|ing)\b",
                r"(?:^|\b(?:my|our|accept|an|sincere|sincerest|deepest|many|humble|with|offer|owe you)(?: \w+){0,2} )"
                r"apolog(?:y|ies)\b(?! (?:in|letter))",
                r"\bregret(?:s|ted)?\b(?! to (?:inform|say|tell|announce|advise))"
                r"(?! that (?:some \w+|you) (?:were|are|feel|felt))(?! any (?:questions|doubt))",
                r"\bforgive (?:us|me)\b|\bexcuse (?:us|me|the|our|this)\b|\bpardon (?:us|the|our)\b",
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
                r"was supposed|removed|deleted)",
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
                r"\b(?:we|i) (?:did not|didn't) (?:\w+ )?(?:test|check|plan|order|tell|call|answer|notice|update|renew|send|"
                r"book|read|keep|warn|inform)\b",
                r"\b(?:we|i) (?:\w+ )?(?:chose|decided to use|picked) (?:this|that|the|our)\b",
            ),
        ),
    ),
    "blame_accepted": (
        Phrases(
            (
                r"\bour (?:own )?(?:fault|mistakes?|blame|failing|failure to)\b|\bthat was our error\b|"
                r"\b(?:is|was|were|are) (?:entirely |completely |simply |solely |all )?(?:our|my) "
                r"(?:fault|mistake|error|doing|responsibility to have)\b",
                r"\b(?:fault|mistake|blame|error|responsibility)s?(?: \w+){0,2} (?:is|was|lies|lie|are|rests?) (?:\w+ )?"
                r"(?:ours|mine|with us|with me|on us)\b",
                r"\b(?:is|was|that's|this is) (?:entirely |all )?on us\b",
                r"\b(?:take|accept|own|bear|accepts|takes)(?: \w+){0,2} (?:responsibility|blame|accountability)"
                r"(?: for (?!making|providing|ensuring|keeping|your|the safety|every|giving|all our)|[.,;!]|$)",
                r"\b(?:we|i)(?:'ve| have)?(?: \w+ly)? (?:let (?:you|\w+ of you|our \w+) down|failed you|failed to (?!reach)|failed in|"
                r"fell short|messed up|screwed up|got (?:this|it) wrong|made (?:a|an|some|this)(?: \w+)? (?:mistake|error)s?|"
                r"should(?: not|n't)? have|disappointed you|were wrong|were too slow|missed you|owe you)",
                r"\bfor (?:having )?(?:letting|let) (?:you|\w+ of you|our \w+|everyone) down\b",
                r"\b(?:apologi[sz]e|sorry) for our (?:performance|failure|mistake|error|conduct|behaviou?r)",
                r"\b(?:upgrades?|changes?|fix|work) (?:was|were) long overdue\b",
            ),
            (r"\bsaid the\b|\bshould have (?:received|seen|been able|access)\b",),
        ),
    ),
    "empathy": (
        Phrases(
            (
                r"\bmust (?:have been|be|have felt)(?: \w+)? (?:<feeling>)\b",
                r"\bhow (?:\w+ )?(?:<feeling>)\b",
                r"\b(?:is|was|it's|makes it|be|it) (?:\w+ )?(?:<feeling>)(?: (?:to|when|that|for)\b|[.!]|$)",
                r"\byou (?:were|had been|have been) (?:counting|relying|depending|waiting for|looking forward)\b",
                r"\b(?:every (?:reason|right)|right|entitled) to be (?:\w+ )?(?:<angry>)\b",
                r"\b(?:understand|get|see) (?:why )?you(?:'re| are| being| feel| were)(?: \w+)? (?:<angry>)\b",
                r"\byou planned\b.{0,60}\b(?:around|for)\b|\bmakes the \w+ worse\b",
                r"\bnobody should have to\b|\bno one should have to\b|\b(?:that|this|it|children|photos)\b.{0,40}\bhurts\b",
                r"^losing .{0,60} hurts\b",
            ),
            (r"\bfeel your pain\b", r"\bunderstand (?:any|the|your) (?:frustration|concern|inconvenience)\b"),
        ),
    ),
    "impact": (
        Phrases(
            (
                r"\b(?:you|your family) (?:could(?: not|n't)|had to|missed|lost|waited|paid|stood|were (?:unable|left|forced|"
                r"locked|charged|told)|spent|did not get|were not able)\b",
                r"\b(?:<crowd>)(?: [\w-]+){0,6} (?:could(?: not|n't)|can(?:not|'t| not)|(?:was|were|are|is|been|be|not be|"
                r"might|might not|may not)(?: \w+)? (?:unable|not able|able to|prevented|locked out|forced|left without)|"
                r"unable to|not able to|had to|have had to|lost|waited|saw|have been seeing|received|experienc(?:e|ed|ing)|"
                r"(?:be |are |were )?facing|encounter\w*|(?:are |were |be )seeing|notic(?:e|ing)|were overwhelmed)\b"
                r"(?! (?:issues? with (?:connection|our)))",
                r"\b(?:result(?:ed|ing|s) in|lead(?:ing|s)? to|led to|causing|causes?|caused|making for|meaning)\b"
                r"(?: [\w/]+){0,6} (?:outages?|downtime|slow\w*|errors|delays?|limited|issues with|lost|loss of|inability|"
                r"interruptions?|degrad\w+|timeouts?|disruptions?|unwanted|failures)\b",
                r"\b(?:<crowd>)\b[^.;]{0,50} (?:are|were|been|is|was) (?:\w+ )?(?:facing|experiencing|seeing|running into|hitting|"
                r"encountering|impacted by)\b",
                r"\bcaus(?:e|es|ed|ing) (?!issues|problems|errors)[^.;]{1,80}? to (?:be )?\w+",
                r"\bprevent(?:ed|s) (?!any\b|this\b|further\b|similar\b|future\b)\w+|\bpreventing (?:<crowd>|you)\b",
                r"\bas a result,? (?:your|you|<crowd>)\b|\bdisrupted (?:\w+ ){1,3}",
                r"\b(?:your|their)(?! order| parcel| package| deliver| item| product| refund| details)(?: \w+){1,3} "
                r"(?:was|were|are|is|went|remained|got|became)(?: \w+){0,2} (?:lost|overdrawn|deleted|unavailable|"
                r"unreachable|off|empty|exposed|rejected|stuck|failing|wrong|copied|declined|stolen|accessed|viewed)\b",
                r"\byour (?!order|parcel|package|item|product)\w+(?: \w+){0,2} (?:bounced|failed|could not|couldn't|(?:went out|arrived|was paid) .{0,20}late)\b",
                r"\b(?:<goods>)(?: \w+)? (?:failed|timed out|did not|may (?:not|arrive|fail)|arrived?\b.{0,30}\blate|took (?:longer|up))\b|"
                r"\bcharged you \w*\d|\b(?:lost|loss of|losing) .{0,40}\b(?:data|files|messages|photos|hours|records|work)\b",
                r"\b(?:names?|address(?:es)?|passwords?|cards?|(?:personal|customer|user|your) (?:data|information|details)|records)\b.{0,60}"
                r"\b(?:viewed|accessed|exposed|copied|stolen|downloaded|involved|disclosed|leaked)\b|\b(?:viewed|accessed|exposed|copied|"
                r"stole|downloaded|obtained|involved) .{0,40}\b(?:names?|addresses|passwords?|cards?|information|details|records)\b",
                r"\b(?:<crowd>)\b[^.;]{0,40} (?:report|reported|reporting|complained)\b",
                r"\byour order was lost\b|\b(?:sent to|belonging to) you\b.{0,40}\b(?:were|was) (?:lost|deleted)\b",
                r"\b(?:<goods>)(?: [\w-]+){0,8} (?:was|were|are|being|been|is|remained|kept|became|started|where)"
                r"(?: \w+){0,3} (?:failing|failed|lost|delayed|not (?:\w+ )?(?:processed|delivered|parsed|shown|sent|"
                r"visible)|stuck|dropped|rejected|empty|unavailable|slow\w*|affected|stalled|stalling|interrupted|"
                r"marked as|clogged|missing|shown as)\b",
                r"\bno (?:\w+ ){0,2}(?:<goods>) (?:was|were) (?:processed|sent|delivered)\b|\bkept stalling\b",
                r"\b(?:private|personal|sensitive|your) (?:\w+ ){0,3}(?:keys?|details|records|addresses)\b.{0,40}\bexposed\b|"
                r"\bexposed (?:\w+ ){0,2}(?:private|personal|sensitive|your)\b",
                r"\bmore difficult for you\b|\b(?:cost|costs) you\b|\byou were (?:\w+ )?overcharged\b",
            ),
            (r"\breputation\b|\bour (?:good )?name\b", r"\bshouldn't be anything\b", r"^if (?:you|your)\b"),
            blind=(
                r"\b(?:should|shall|will|must) (?:now )?(?:not |be )?(?:experienc|notic|see|observ)\w*(?: \w+){0,8}",
            ),
        ),
    ),
    "explanation": (
        Phrases(
            (
                r"\bbecause\b|\b(?:caused|triggered|introduced|overwhelmed|brought down) by\b|\bas a result of\b|"
                r"\b(?:the|a direct) result of\b|\bresulted from\b|\bstemm\w+ from\b|\btraced? (?:\w+ ){0,2}(?:back )?to\b|"
                r"\battributed to\b|\broot cause (?:was|is|of this|of the \w+ (?:was|is))\b|\broot cause:",
                r"\b(?:due|owing|thanks) to (?!(?:\w+ )?(?:issues?|problems?|this\b|circumstances|that\b))",
                r"\bthe (?:cause|reason|problem|issue|culprit) (?:\w+ ){0,3}(?:was|is) (?:that|an?|our|the|in|with|how)\b",
                r"\b(?:is|are|was|were) related to\b|\bafter the (?:recent|latest|last) (?:\w+ ){0,3}"
                r"(?:migration|update|upgrade|release|deployment|change)\b",
                r"\bwhich (?:in turn )?(?:causes?|caused|led|meant|resulted|made|overloaded|triggered)\b",
                r"\b(?:occurr?ed|happened|started|began|appeared) (?:when|while|after|during) (?:we |our |a |an |the )?\w+",
            ),
            (
                r"\b(?:due|owing|because of|for)(?: to)? (?:\w+ )?(?:circumstances|reasons|unforeseen|technical (?:reasons|"
                r"issues|difficulties|problems))\b",
                r"\b(?:not|n't) (?:yet )?know\w*\b|\bunknown\b|\bunexpected error\b",
                r"^(?:we(?:'re| are) )?(?:still )?(?:investigating|looking into)\b",
            ),
        ),
        Phrases(
            (
                r"\b(?:bug|change|update|release|migration|deployment|attack(?:er)?|failover|misconfiguration|configuration|"
                r"script|upgrade|typo|spike|surge|certificate|disk|switch|router|power|printer|pump|driver|clerk|employee|"
                r"label|machine|component|patch|nodes?|maintenance|query|job|setting|cable|fire|storm|snow|fog|courier|"
                r"load|rule|records?|tests?|requests|dns server|instance|index|queue|process|cache|feature|code|software|system|part|line)s?(?: [^.;,]{1,60})? "
                r"(?:caused|broke|failed|led to|exposed|sent|doubled|triggered|crashed|stopped|removed|introduced|mistyped|"
                r"swapped|filled up|overwhelmed|exhausted|prevented|expired|closed|was never|was not|were not|"
                r"wasn't|weren't|did not|didn't|(?:was|is|were) (?:overloaded|unresponsive|full|worn out|too small)|restarted|"
                r"managed to|exploited|consum\w+|shot up|slowly started|spent|read|(?:has|have) been under)\b",
                r"\b(?:engineer|technician|employee|clerk|colleague|driver|operator|member of (?:staff|our team|the team)|someone)\b.{0,60}"
                r"\b(?:ran|removed|deleted|typed|entered|pressed|unplugged|mixed|scanned|picked|left|forgot|missed|misread)\b",
                r"\b(?:ran out of|piled up|filled up|exhausted|saturated|misconfigured|corrupted|deadlock\w*|mislabelled)\b|"
                r"\b(?:hardware|disk|cooling|fibre|fiber|cable|equipment|mechanical)(?: \w+)? (?:failure|cut|fault|defect)\b|"
                r"\b(?:gained|obtained) (?:\w+ )?access\b|\bis ill\b|\bwas ill\b|\bthe (?:cause|reason):",
                r"\b(?:we|i)(?: \w+)? (?:swapped|mixed up|confused|tested|had planned|planned for|underestimated|assumed|relied|"
                r"overlooked|had (?:no|not|too few|only)|left it|mistyped|ran out)\b",
                r"\b(?:never|not|n't) (?:get )?(?:ordered|checked|tested|updated|renewed|rotated|replaced|configured|reviewed|"
                r"reclaimed|scanned|in effect)\b",
                r"\b(?:found|discovered|reali[sz]ed|determined|learned|figured out|turned out|clear|obvious|identified) that\b",
                r"\b(?:mistyped|left it in)\b|\bput into (?:one|the same|the wrong)\b|\b(?:is|was) part of the problem\b",
            ),
            (r"\bidentified the (?:root )?cause and\b",),
        ),
    ),
    "fix": (
        Phrases(
            (
                r"\b(?:has|have|had|was|were|is|are|been|being|be|now|successfully|got)(?: \w+){0,3} (?:<repair>)\b",
                r"\b(?:<wehave>)(?: \w+){0,3} (?:<repair>|sent|shipped|booked|contacted|cancelled|taken|killed|"
                r"increased|decided to|asked|arranged|issued|paid|relaxed|reset|notified|released|changed|scheduled)\b",
                r"\b(?:are|is|am|'re|'m|been|continue to|continues to|continue|began|started) "
                r"(?:\w+ly |now |already |currently |still |also |hard |actively )*"
                r"(?:working (?:on|to|with|quickly|hard|closely)|work (?:on|to|with)|(?:<mend>)\w*ing|mitigat\w+|deploying|"
                r"applying|implementing|preparing)\b",
                r"\b(?:works?|worked|working|back|running|available|operational|online|accessible|functioning)(?: \w+){0,2} "
                r"(?:again|since|as usual|normally|now|properly)\b|\bback (?:up|online|to normal|in service)\b",
                r"\bup and running\b|\bunder control\b|\bcalming down\b|\bfully operational\b|\b(?:up|live|open) again\b|\bon (?:its|their) way\b|"
                r"\bleaves (?:tonight|today|tomorrow)\b|\bbacklog (?:is|has) \w+|\bon site\b|\b(?:is|are) recovering\b|\brepairs? an?\b|\bcaught up\b",
                r"\b(?:we|i|<team>)(?:'ll| will)(?: \w+){0,2} (?:(?:<mend>)\w*|send|collect|ship|pay|reach out to all)\b",
                r"\b(?:fix|patch|solution|workaround) (?:has been|was|is) (?:being )?(?:\w+ )?(?:put|rolled|installed|tested)\b",
                r"^(?:resolved|fixed|issue resolved)\b",
                r"\bconfirm (?:that )?we have received\b|\b(?:were|was) (?:sent|moved|paid|booked) .{0,20}this morning\b",
            ),
            (
                r"\bwrong\b|\btwice\b|\binstead of\b|\bby mistake\b|\bin error\b|\baccidentally\b|\bpassed on\b",
                r"\bworking hard on improving\b|\bthank you for your patience while\b",
            ),
            blind=(
                r"\b(?:once|until|when|if|as soon as|unless|before)\b[^,;.]{0,80}",
                r"\bto be (?:\w+ )?(?:<repair>)\b",
            ),
        ),
    ),
    "prevention": (
        Phrases(
            (
                r"\b(?:will|'ll|plan to|plans? (?:to|on)|going to be|going to|are now|'re now|are|'re|working (?:on|to)|looking (?:into|at)|"
                r"process of|intend to|started|begun|should now|continue)(?: \w+){0,3} (?:add(?:ing)?|improv\w+|introduc\w+|"
                r"put(?:ting)?|replicat\w+|mov\w+|upgrad\w+|review\w*|audit\w*|automat\w+|migrat\w+|expand\w*|increas\w+|"
                r"tun(?:e|ing)|resiz\w+|replac\w+|build(?:ing)?|setting up|set up|separat\w+|split\w*|strengthen\w*|"
                r"redesign\w*|rework\w*|hir\w+|train\w*|mak\w+|breaking out|invest\w*|look(?:ing)?)\b"
                r".{0,80}\b(?:<guard>|alternatives|future|new setup|smaller)\b",
                r"^.{12,400}?\b(?:to|and) (?:help )?(?:prevent|avoid)(?! (?:confusion|any|delay|it)\b)\b",
                r"\bpreventi(?:ve|on) (?:actions?|measures?|steps?)\b|^to (?:prevent|avoid|stop)\b.{0,70}\b(?:we|our|i)\b",
                r"\b(?:handled|caught|detected|noticed) (?:automatically|sooner|earlier)\b|"
                r"\bstep by step to\b|\bsteps are taken to\b|\breduce the (?:noise|risk|chance|likelihood)\b",
                r"\bso that we (?:notice|catch|detect|find)\b|\bfaster and more reliable\b|\bmuch faster in the future\b",
            ),
            (
                r"^(?:we|i)(?:'ll| will| promise| do| work)\b(?: \w+){0,4} (?:make sure|ensure|everything|improve|do better)\b"
                r"(?!.*\b(?:steps|by)\b)",
                r"\bhope\b",
                r"\b(?:implement|apply|deploy|put)\w*(?: \w+){0,2} (?:fix|fixes|patch|solution|workaround)\b",
            ),
        ),
        Phrases(
            (
                r"\b(?:from (?:now on|today|tomorrow|next \w+|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{1,2} \w+)|"
                r"in (?:the )?future|going forward)\b.{0,60}\b(?:check\w*|test\w*|tried|review\w*|person|people|handled|we|our)\b",
                r"\b(?:we|our \w+)(?: will)? no longer (?!\w+ing)\w+|\bended our contract\b|\bstopped using\b",
                r"\b(?:have|has|'ve) (?:now |since |also )?(?:added|introduced|installed|hired|trained|set up|put|changed|updated|"
                r"improved|increased|strengthened|tightened|doubled)\b.{0,60}\b(?:<guard>)\b",
                r"\b(?:we|i) (?:added|introduced|installed|hired|trained|increased|dramatically increased)\b.{0,60}"
                r"\b(?:<guard>)\b|\bdramatically increased\b.{0,40}\b(?:<guard>)\b",
                r"\b(?:steps|measures|safeguards|controls|checks) (?:have been|were|are being|has been) (?:taken|put|implemented|added|made)\b|"
                r"\bnow (?:mandatory|required|enforced)\b|\bhas been added to our\b|\bnow (?:run|runs|use|uses|need|needs|verif\w+|alert\w*) \w+",
                r"\b(?:are|'re) (?:now )?(?:testing|auditing|reviewing) (?:\w+ ){1,4}(?:every|each|all)\b",
                r"\b(?:now|always) (?:check|checks|require|requires|carry|carries|includes?|test|tests|review|reviews|read|"
                r"reads|compare|compares)\b|\b(?:checklist|form|procedure) (?:now )?(?:has|includes)\b",
                r"\b(?:are|'re) adding (?:\w+ ){0,3}(?:<guard>)\b|\bimproving our\b.{0,30}\b(?:<guard>)\b",
                r"\brate limit (?:each|every|all)\b|\bnew policy will\b|\bin place soon\b",
            ),
            (r"\bhope\b|\bmaybe\b",),
        ),
    ),
    "makegood": (
        Phrases(
            (
                r"\b(?:refund(?:s|ed|ing)?|reimburs\w+|compensat\w+|replacement|vouchers?|gift card|money back)\b",
                r"\b(?:free of charge|at no (?:extra )?(?:cost|charge)|free month|months? free|for free)\b",
                r"\b(?:we|i)(?:'ll| will|'ve| have)?(?: \w+)? (?:cover|pay|waived?|paid) (?:you|your|the|for)\b",
                r"\b(?:credit of|credited)\b|\b(?:euros?|dollars?|pounds?|%|percent) (?:off|credit|discount)\b",
                r"\bextended your\b|\boff your (?:next )?(?:bill|order|invoice|ride)\b|\b(?:credit|identity) (?:monitoring|protection)\b|\bnext \w+(?: \w+)? is on us\b|\bdiscount on your\b|\blonger at no\b",
            ),
            (
                r"\b(?:may|might|could) be entitled\b|\bterms\b|\bpolicy\b|\bnewsletter\b|\btrial\b|\bgoverned\b|\bconditions\b|"
                r"\b(?:orders?|purchases?) (?:above|over)\b|\bclaim\b|\bnot (?:be )?(?:refund|compensat)",
            ),
        ),
    ),
    "dated": (
        Phrases(
            (
                r"\b(?:will|'ll|arrives?|reach(?:es)?|have it|expect\w*|follows?|scheduled|(?:is|are) back|going to|"
                r"to be \w+|plan(?:ned|s)?|until|no later than|anticipate)\b.{0,70}?\b(?:<when>)",
                r"\bnext (?:update|news|message)\b.{0,30}?\b(?:<when>)|\bby (?:the )?(?:<when>)",
                r"\b(?:call|write|visit|come)\b.{0,30}\bon (?:<when>)",
                r"\bwithin (?:<count>) (?:(?:working|business) )?(?:minutes|hours|days|weeks)\b|\bby \d{4}\b",
            ),
            (
                r"\byou must\b|\bplease (?:reply|answer|respond|confirm)\b|\b(?:since|opens?|open from)\b",
                r"\b(?:broke out|began|started) (?:on|at)\b|\bstopped\.?$",
            ),
        ),
    ),
    "contact": (
        Phrases(
            (
                r"[\w.+-]+@[\w-]+\.\w+|https?://|\bwww\.\w",
                r"\b(?:please|kindly|pls)(?: \w+){0,3}? (?:contact|reach|call|e-?mail|write|reply|respond|use|let|share|send|"
                r"provide|report|fill|check|click|dm|message|visit|call|quote|get|keep|tell|confirm|see|connect|chat|drop|submit|revert|open|"
                r"work around|review|restart|allow|refer|reset|change|feel|do not hesitate|don't hesitate|try|follow)\b",
                r"\b(?:let (?:us|me) know|tell (?:us|me)|get in touch with (?:us|me|our)|reach (?:out|us|me)|"
                r"(?:contact|e-?mail|call|message|dm|phone|ring|text) (?:us|me|our|your \w+ manager)|reply (?:to|here|and)|"
                r"write (?:to|back to) (?:us|me|\w+)|(?:send|pop|drop|give|shoot) (?:us|me)|feel free to|(?:not|n't) hesitate to|"
                r"answer this|any questions)\b",
                r"\b(?:call|ring|phone|text|dial)\b.{0,40}\d{3}|\b(?:case|reference|ticket|claim) (?:number|id|no)?\b.{0,12}\d",
                r"\byou (?:can|may|could) (?:also )?(?:view|reach|check|report|submit|find|contact|call|request|choose|fix|"
                r"work around|use)\b|\bit can be fixed by\b",
                r"\bno (?:further )?action\b|\bneed (?:to )?do nothing\b|\b(?:not|n't) (?:need|have) to do (?:anything|a thing)\b|"
                r"\bnothing (?:that )?(?:you|for you)\b|\byour contact is\b|\brefund is automatic\b|\bneed not do\b",
                r"\b(?:more|further|find) (?:details|information)\b.{0,30}\b(?:here|at|on|page|:)|\bprovided instructions\b",
                r"^(?=.*\b(?:you|your)\b)(?:.*\b)?(?:could|have|did|are|is|what|which|when|where|would|do|can|has|how)\b.*\?",
                r"\bdetails are on our\b",
            ),
            (
                r"\bnot (?:be )?monitored\b|\bno-?reply\b|\bdo not reply\b|\bfollow us\b",
                r"\bvisit our (?:\w+ )?(?:website|shop|store)\b",
            ),
        ),
    ),
}
