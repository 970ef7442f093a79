"""English: what says why it happened, what is done about it, and what comes next."""

from __future__ import annotations

from makegood.languages.language import Phrases

REMEDIES: dict[str, tuple[Phrases, ...]] = {
    "explanation": (
        Phrases(
            (
                r"\bbecause\b(?! (?:we|i) (?:know|care|value|want|understand|believe|appreciate|like|love)\b| (?:of )?https?:| (?:today|tomorrow|it) is\b)|\b(?:caused|triggered|introduced|overwhelmed|brought down) by\b(?! (?:this|it|us|(?:the|this) (?:delay|outage|incident|disruption|issue|problem|matter|error|mistake|situation))\b)|\bas a result of\b(?! (?:our (?:great|good|excellent)|purchasing|your))|"
                r"(?<!not )\b(?:the|a direct) result of\b|\bresulted from\b|\bstemm\w+ from\b|\btraced? (?:\w+ ){0,2}(?:back )?to\b|"
                r"\battributed to\b|\broot cause (?:was|is|of this|of the \w+ (?:was|is))\b|\broot cause:",
                r"\b(?:due|owing|thanks) to (?!(?:\w+ )?(?:issues?|problems?|this\b|circumstances|that\b)|the nature\b|which\b|(?:our|the|this|these|your) (?:downtime|outages?|delays?|incident|interruption|disruption|request|current|error|mistake)\b|(?:outages?|downtime|delays?)\b)",
                r"\b(?:out of stock|not (?:available )?in stock|back-?ordered|sold out|discontinued|no longer (?:made|produced|available))\b",
                r"\b(?:limited|restricted|constrained|held up|held back|delayed|slowed(?: down)?|hit|damaged|disrupted|blocked) by\b",
                r"\b(?:can|sometimes|often|may|occasionally|tends? to)\b(?!.{0,20}\b(?:see|notice|experience|encounter)\b).{0,60}\b(?:slow(?:s)?(?: down)?|crash(?:es)?|freezes?|interferes? with|"
                r"breaks?|corrupts?|conflicts? with) \w+",
                r"\b(?:bug|error|fault|defect|mistake|change|problem|flaw)s? (?:that|which) (?:is |was |are |were |has |have |had )?"
                r"(?:caus|led|mak|made|prevent|stopp|result|affect|block)\w*",
                r"\b(?:made|making) (?:a|some|several) changes? to\b|\b(?:we|i)(?:'ve| have)? changed (?!your\b|the password)\w+|"
                r"\b(?:i|we)(?:'ve| have)? (?:forgot|overlooked|misjudged|underestimated|neglected|misunderstood|assumed)\b",
                r"\bsince (?:there|our|we|i|it|they|the \w+) (?:wasn't|was|were|weren't|had|have|did|didn't|is|are|isn't|hadn't)\b",
                r"\b(?:carelessness|misunderstanding|negligence|human error|miscommunication|staff(?:ing)? shortages?|typing error)\b",
                r"\b(?:increase[ds]?|high|higher|unusual(?:ly)?|unexpected(?:ly)?|heavy|sudden|unprecedented|overwhelming|exceptional(?:ly)?)"
                r"(?: \w+){0,3} (?:demand|volumes?|traffic|load|interest|usage|number of (?:orders|calls|requests|players|users|people))\b|"
                r"\b(?:orders?|calls|requests|response|demand)\b.{0,60}\boverwhelm(?:ing|ed)\b",
                r"\b(?:is|it's) an? (?:<vendor>|known)(?: \w+){0,2} (?:feature|limitation|bug|issue|restriction)\b|"
                r"\bfound (?:a|an|that (?:a|an|the)) (?:wrong|incorrect|faulty|missing|bad|duplicate)\b|\bnot compatible\b|\bincompatible with\b",
                r"\b(?:the|a|that) \w+ (?:diverted|rebooted|disconnected|unplugged|decided to|switched off|went on strike)\b",
                r"\bthe (?:cause|reason|problem|issue|culprit) (?:\w+ ){0,3}(?:was|is) (?:that|an?|our|the|in|with|how)\b",
                r"\b(?:is|are|was|were) related to\b|\bafter the (?:recent|latest|last) (?:\w+ ){0,3}"
                r"(?:migration|update|upgrade|release|deployment|change)\b",
                r"\b(?:comes?|came|arose|arises|stems?) from\b|\b(?:was|were) left (?:on|open|off|un\w+|in place|running|behind)\b|\btoo (?:few|many|little)\b|"
                r"\bmore \w+ than (?:we|it|there)\b|\b(?:two|three|four|five|six|ten|\d+) times (?:what|more|higher|as|larger|the usual)\b",
                r"\b(?:script|rule|form|clock|system|systems|database|server|app|page|sensor|supplier|suppliers|queue|software|setting|screen|printer|machine|backup|cache|filter|"
                r"certificate|import|export|tool|robot|timer|lock|camera|job|code|query|controller|import|feed|list|table)s?\b(?: [\w'-]+){0,5}? (?:ran|reached|treated|disagreed|"
                r"delivered|skipped|ignored|refused|confused|counted|overran|clashed|misread|mixed|overwrote|did not|didn't|lost|hung|died|looped|wrote|sent|rounded|duplicated)\b",
                r"\b(?:created|produced|caused|triggered|led to|resulted in|provoked) (?:this|the|these|an?|some|our) (?:\w+ )?(?:issue|problem|error|outage|delay|"
                r"failure|incident|fault|interruption|disruption|behaviou?r)s?\b|\b(?:impacted|affected|disrupted|interrupted|knocked out|taken down) by (?:an?|the|our) "
                r"(?!issue|problem|outage|incident|delay|disruption|interruption)\w+|\b(?:is|was|were) to blame for\b|\bthe reason (?:for|why|was)\b",
                r"\b(?:fault|failure|defect|bug|oversight|flaw|gap|weakness)(?:s|es)? (?:in|with|at|of) (?:our|the|a|an|how|one of)\b|\b(?:an?|the) (?:hardware|software|"
                r"configuration|infrastructure|network|power|mechanical|electrical) (?:fault|failure|issue|problem|error|defect)\b",
                r"\bthere(?:'s| is| was) an? (?:\w+ ){0,3}(?:fault|blockage|obstruction|leak)\b|\b(?:migration|job|query|script|import|process|thread|backup)s?\b(?: [\w'-]+){0,4} "
                r"(?:took|held|locked|blocked|waited|piled)\b",
                r"\bintroduc\w+ (?:a|an|some) (?:\w+ )?(?:regression|bug|problem|issue|error)s?\b",
                r", (?:leading to|resulting in|which led to)\b|\bcancell?ations? related to\b",
                r"\bwhich (?:in turn )?(?:causes?|caused|led|meant|resulted|made|overloaded|triggered)\b",
                r"\b(?:occurr?ed|happened|started|began|appeared) (?:when|while|after|during) (?:we |our |a |an |the )?\w+",
            ),
            (
                r"^(?:please|try|thank)\b",
                r"\b(?:due|owing|because of|for)(?: to)? (?:\w+ )?(?:circumstances|reasons|unforeseen|technical (?:reasons|"
                r"issues|difficulties|problems))\b",
                r"(?:\bnot|n't) (?:yet )?know\w*\b|\bunknown\b|\bunexpected error\b",
                r"^(?:we(?:'re| are) )?(?:still )?(?:investigating|looking into)\b",
            ),
            blind=(
                r"\bif (?:you|your|the|there)\b[^,.;]{0,100}",
                r"\b(?:find out|know|learn|determine|establish|investigat\w+|identify|see) (?:what|why|how)\b[^.;]{0,80}",
            ),
        ),
        Phrases(
            (
                r"\b(?:is|was|are|were) (?:all |mostly )?down to (?!earth)\w+",
                r"\b(?:water main|lorry|truck|digger|tree|pipe|points|signals?|train|boiler|fuse|transformer|substation|generator|freezer|oven|lift|engine|"
                r"tyre|contractor|supplier|website|app|page|form|file|tool|import|firmware|update|upgrade|change)s? (?:has |had |have )?(?:burst|hit|snapped|jammed|leaked|"
                r"flooded|froze|collapsed|blew|tripped|overheated|fell|sent|dropped|logged|changed|cut|severed|wiped|failed|stopped|broke)\b",
                r"\b(?:bug|change|update|release|migration|deployment|attack(?:er)?|failover|misconfiguration|configuration|"
                r"script|upgrade|typo|spike|surge|certificate|disk|switch|router|power|printer|pump|driver|clerk|employee|"
                r"typist|agent|editor|courier|assistant|carrier|crew|warehouse|account|partner|formula|sensor|battery|valve|pipe|"
                r"label|machine|component|patch|nodes?|maintenance|query|job|setting|cable|fire|storm|snow|fog|courier|"
                r"load|rule|records?|tests?|requests|dns server|instance|index|queue|process|cache|feature|code|software|system|part|line)s?(?: [^.;,]{1,60})? "
                r"(?:caused|broke|failed|led to|exposed|sent|doubled|triggered|crashed|stopped|removed|introduced|mistyped|"
                r"swapped|filled up|overwhelmed|exhausted|prevented|expired|closed|was never|was not|were not|"
                r"wasn't|weren't|did not|didn't|(?:was|is|were) (?:overloaded|unresponsive|full|worn out|too small)|restarted|"
                r"transposed|entered|diverted|disrupted|delayed|damaged|corrupted|dropped|rejected|rebooted|erased|scrambled|duplicated|"
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
                r"\b(?:found|discovered|reali[sz]ed|determined|learned|figured out|turned out|clear|obvious|identified) that\b"
                r"(?! (?:there (?:was|were)|your|some of your|an? (?:\w+ )?(?:breach|incident|unauthori\w+)))",
                r"\b(?:mistyped|left it in)\b|\bput into (?:one|the same|the wrong)\b|\b(?:is|was) part of the problem\b",
            ),
            (r"\bidentified the (?:root )?cause and\b",),
            blind=(r"^if\b[^.;]{0,160}", r"\bif (?:you|your|the)\b[^,.;]{0,100}"),
        ),
    ),
    "fix": (
        Phrases(
            (
                r"\bworking\b(?! hard on)[^.;]{0,60}\bto (?:(?:<mend>)\w*|bring|get|put|return|rectif\w+|re-?establish|reconnect)\b",
                r"\bon the case\b|\ben route\b|\bcontinu\w+ to work on\b|\broll(?:ed|ing) (?:it|this|that|them|the \w+) back\b|\blet (?:me|us) (?:check|look|see|find out|sort)\b|"
                r"\b(?:engineers?|team|on-call)\b.{0,70}\b(?:restarted|rebooted|failed over|scaled|reverted|rolled back)\b|\b(?:<wehave>) (?:raised|reported|escalated|"
                r"logged|flagged) (?:this|it|that|your (?:case|issue|report))\b|\b(?:<wehave>) let (?:the|our) .{1,30} know\b",
                r"\bput on (?:extra|more|additional)\b|\b(?:has|have|is|are) (?:now |fully |since |all )?(?:resumed|recovered|returned|reopened|come back)\b|\bcame back\b|"
                r"\bin the post\b|\b(?:we|i|engineers?|crews?|team|technicians?|staff)\b.{0,60}\b(?:sealed|cleared|replaced|repaired|unblocked|rebuilt|restored|patched)\b|"
                r"\bthe team is on it\b|\b(?:looking|checking) into (?:your|this for)\b|\b(?:<wehave>)(?: \w+){0,6} asked (?:the|our)\b",
                r"\b(?:<wehave>|they)(?: \w+){0,3} (?:fixed|resolved|restored|repaired|corrected|refunded|reversed|reverted|rebooked|reimbursed)\b",
                r"\b(?:recovery|restoration|repairs?) (?:was|were|is|are|has been|have been) (?:completed|finished|done|under way)\b|\bhad to be (?:<repair>)\b",
                r"\b(?:have to|need to|going to|will|'ll) (?:downgrade|revert|roll back)\b|\bbump\w* (?:\w+ )?back\b|\bshould (?:now )?be (?:ok|okay|fine|good|working|fixed|back)\b",
            ),
            (r"\bpassed on\b|\bto do better\b|\b(?:not|n't) know (?:yet )?when\b|\bplease let us\b",),
            blind=(r"\b(?:once|until|when|if|as soon as|unless|before)\b[^,;.]{0,80}",),
        ),
        Phrases(
            (
                r"(?<!to )\b(?:has|have|had|was|were|is|are|been|being|be|now|successfully|got)(?: \w+){0,3} (?:<repair>)\b",
                r"\b(?:<wehave>)(?: \w+){0,3} (?:<repair>|sent (?:you|them|out|over|it|another|a new|a replacement|the missing)|shipped|booked|contacted|cancelled|taken|killed|"
                r"increased|decided to|asked|arranged|issued|paid|relaxed|reset|notified|released|changed|scheduled)\b",
                r"\b(?:are|is|am|'re|'m|been|continue to|continues to|continue|began|started) "
                r"(?:\w+ly |now |already |currently |still |also |hard |actively )*"
                r"(?:working (?:on|to(?! ensure| make sure| improve| provide| give| deliver| serve)|with|quickly|hard|closely)|work (?:on|to|with)|(?:<mend>)\w*ing|mitigat\w+|deploying|"
                r"applying|implementing|preparing)\b",
                r"\b(?:works?|worked|working|back|running|available|operational|online|accessible|functioning)(?: \w+){0,2} "
                r"(?:again|since|as usual|normally|now|properly)\b|\bback (?:up|online|to normal|in service)\b",
                r"\bup and running\b|\bunder control\b|\bcalming down\b|\bfully operational\b|\b(?:up|live|open) again\b|\bon (?:its|their) way\b|"
                r"\bleaves (?:tonight|today|tomorrow)\b|\bbacklog (?:is|has) \w+|\bon site\b|\b(?:is|are) recovering\b|\brepairs? an?\b|\bcaught up\b",
                r"\b(?:we|i|<team>)(?:'ll| will)(?: \w+){0,2} (?:(?:<mend>)\w*|send|collect|ship|pay (?:\w+ ){0,3}back|repay|reach out to all)\b",
                r"\b(?:fix|patch|solution|workaround) (?:has been|was|is) (?:being )?(?:\w+ )?(?:put|rolled|installed|tested)\b",
                r"\b(?:fix|patch|change|correction|repair) (?:went|is|goes) live\b|\bout for delivery\b|\b(?:parcel|order|package|bag|luggage|item|letter|card)s?\b"
                r".{0,30}\b(?:has|have) been (?:found|located)\b|\b(?:have|has) (?:now |all |since ){1,2}(?:gone|arrived|cleared|returned|resumed)\b|"
                r"\bwe(?:'ve| have)? (?:turned|switched) (?:\w+ ){1,3}off\b",
                r"\b(?:is|are) (?:now |currently |already )?being (?!investigat|look|review|charg|ask|affect|block|contact|us\w|forc|delay)\w+(?:ed|lt|nt|en)\b",
                r"^(?:resolved|fixed|issue resolved|done|corrected|fix applied|added)\b|\b(?:resolved|fixed) now\b",
                r"\b(?:able|managed) to (?:<mend>|rectif)\w*\b|\bworking (?:around|round) the clock to (?:<mend>)\w*|\b(?:has|have) been protected\b",
                r"\b(?:trying|attempting|looking) to (?:<mend>)\w*\b|\bwill be (?:fix|fixed|corrected|resolved) in (?:the )?(?:next|version|release)",
                r"\b(?:fixed|solved|resolved) (?:in|with|by) (?:the |version |v|release |build |commit |[0-9a-f]{6,})",
                r"\b(?:new|<repaired>)(?: [\w()'-]+){0,5} (?:is|are|has been|have been|will be) (?:now )?(?:available|out|mailed|sent|issued|posted|"
                r"released|published|on its way)\b|\b(?:just |have |already |now )(?:published|released|merged|pushed|reverted)\b|"
                r"\b(?:<wehave>) (?:just |already |now )?(?:published|reverted|rolled back|rewritten)\b|\b(?:this|it) reverts\b|"
                r"\breleased (?:this|that) (?:\w+ )?(?:today|now|yesterday)\b|\bfix(?:es)? (?:applied|released|published|deployed|merged|included)\b",
                r"\b(?:am|'m|are|'re|is|currently|already|now) (?:\w+ly |now |already |currently )?(?:<doing>)\b|"
                r"\band (?:am |are )?(?:sending|issuing|refunding|replacing) (?:you|it|them)\b",
                r"\b(?:begun|began|started)(?: \w+){0,3} (?:repairs?|restoration|restoring|recovery|replacing)\b|"
                r"\b(?:took|taken|taking|take) (?:\w+ ){0,3}(?:action|steps|measures) to (?:contain|secure|stop|protect|block|restore|rectify|"
                r"remedy|address|fix|correct|limit)\b|\b(?:made|making) the (?:adjustment|correction|change)s?\b",
                r"\b(?:<wehave>) (?:informed|alerted|engaged|dismissed|suspended) (?:the|our|a|all)\b|\bsee the correction\b",
                r"\bconfirm (?:that )?we have received\b|\b(?:were|was) (?:sent|moved|paid|booked) .{0,20}this morning\b",
            ),
            (
                r"\bwrong\b|\btwice\b|\binstead of\b|\bby mistake\b|\bin error\b|\baccidentally\b|\bpassed on\b",
                r"\b(?:as you (?:asked|requested|wished)|as (?:requested|agreed)|at your request)\b|\bwill (?:try to )?(?:fix|resolve)\b.{0,40}\bsoon\b|\bsent your order on\b|\b(?:that|which) (?:\w+ ){0,2}(?:broke|introduced)\b",
                r"\b(?:not|n't) know (?:yet )?when\b|\bworking hard (?:on improving|to (?:improve|provide|give|serve|make))\b|\bthank you for your patience while\b",
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
                r"\b(?:additional|new|more|extra|better) (?:\w+ ){0,2}(?:<guard>) (?:has|have) (?:also |now )?been (?:added|put|introduced)\b|"
                r"\bto (?:ensure|make sure) (?:that )?(?:this|it|such)\b.{0,70}\bwe(?:'ve| have)? (?:updated|added|changed|introduced|replaced|moved)\b",
                r"\b(?:review|analy|investigat|determin)\w*\b.{0,110}\b(?:can|could|may) be (?:prevented|avoided)\b|\b(?:taken|taking) steps to (?:improve|strengthen|"
                r"tighten|upgrade) (?:our|the|how)\b",
                r"\bfrom (?:<month>|\w+day|now on|next \w+|today|tomorrow|\d{1,2} (?:<month>))\b.{0,80}\b(?:every|each|all|two|no|second|will|needs?|must)\b",
                r"\bwe now (?!have|sell|open|offer|accept|stock|can\b|are\b|know|understand|believe|see|expect|think|offer|ask|hope|need)\w+|\b(?:drivers|staff|agents|engineers|colleagues|access|every \w+|each \w+) now \w+s?\b|"
                r"\b(?:written|added|wrote) a (?:\w+ )?test\b|\ba new (?:rule|check|filter|limit|alarm|alert|lock) (?:stops|prevents|blocks|catches|warns)\b|"
                r"\b(?:stricter|tighter|more frequent|additional|extra) (?:checks?|controls?|rules|tests?|limits|monitoring|procedures)\b",
                r"\b(?:new|additional|further|better|improved|extra) (?:\w+ ){0,2}(?:procedures?|controls?|checks?|safeguards?|measures|monitoring|process(?:es)?|alerts?|rules)\b"
                r".{0,40}\b(?:in place|added|introduced|implemented)\b|\b(?:putting|put|introducing|adding|building|implementing) (?:\w+ ){0,4}(?:controls?|checks?|safeguards?|measures|"
                r"monitoring|alerts?|alerting|procedures?|limits|redundan\w+)\b|\b(?:move|moved|moving|switch\w*|migrat\w+)\b.{0,50}\bto (?:a|an) (?:new|different|better|second)\b",
                r"\bso that (?:one|a single|no|it|this|they|we)\b.{0,70}\b(?:can't|cannot|won't|no longer|doesn't|does not)\b|"
                r"\bwe(?:'ll| will) (?!do|try|strive|be|make sure|aim|learn|keep you|never|always try)\w+ .{3,90}\bin future\b|\bnext (?:week|month|year) we (?:will |are )?(?:replac|upgrad|mov|"
                r"add|install|introduc|rebuild|hir|train)\w*",
                r"\bchang\w+ (?:how|the way) (?:we|our)\b|\b(?:been|are being|being) (?:re)?trained\b|\bretrain\w*\b|\bwill (?:now |always )?(?:run|check|test|review|"
                r"verify|confirm)\b.{0,60}\b(?:before|every|each)\b|\b(?:alerts?|alarms?|warnings?) now \w+s?\b|\bnow (?:alerts|warns|fires|blocks|refuses|stops)\b",
                r"\b(?:switched|switching|moved|moving|changed|changing) to (?:a|an) (?:different|new|another|second|better|larger) \w+|"
                r"\bnext time\b.{0,40}\b(?:system|we|it|software)\b.{0,20}\bwill\b(?!.{0,15}\bbetter)",
                r"\bfuture (?:\w+ ){1,3}will (?:be|have|go|need|require)\b|\b(?:undergo\w*|getting|having) an? (?:\w+ ){0,2}(?:upgrade|overhaul|audit)\b",
                r"\b(?:begun|began|started) implementing\b|\b(?:improved|new|better|additional) (?:procedures|safeguards|security measures|checks|controls)\b"
                r".{0,60}\b(?:future|prevent|recur\w*)\b|\b(?:resolved|decided|agreed) to (?:strengthen|improve|tighten|review|change|replace)\b",
                r"\bpreventi(?:ve|on) (?:actions?|measures?|steps?)\b|^to (?:prevent|avoid|stop)\b.{0,70}\b(?:we|our|i)\b",
                r"\b(?:handled|caught|detected|noticed) (?:automatically|sooner|earlier)\b|"
                r"\bstep by step to\b|\bsteps are taken to\b|\breduce the (?:noise|risk|chance|likelihood)\b",
                r"\bso that we (?:notice|catch|detect|find)\b|\bfaster and more reliable\b|\bmuch faster in the future\b",
            ),
            (
                r"^(?:we|i)(?:'ll| will| promise| do| work)\b(?: \w+){0,4} (?:make sure|ensure|everything|improve|do better)\b"
                r"(?!.*\b(?:steps|by)\b)",
                r"\bhope\b|\bimpossible\b|\bprevent unauthori|\bpossible to (?:prevent|avoid)\b|\bas a way to avoid\b",
                r"\b(?:implement|apply|deploy|put)\w*(?: \w+){0,2} (?:fix|fixes|patch|solution|workaround)\b",
            ),
        ),
        Phrases(
            (
                r"\b(?:from (?:now on|today|tomorrow|next \w+|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{1,2} \w+)|"
                r"in (?:the )?future|going forward)\b.{0,60}\b(?:check\w*|test\w*|tried|review\w*|person|people|handled|(?:we|our \w+)(?: will|'ll)? (?!will\b|pay\b|try\b|do\b|be\b|make\b|strive|keep|work\b|continue|hope|want|would)\w+)\b",
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
        Phrases(
            (
                r"\b(?:re-?evaluat|adjust|revis|overhaul|rework|re-?design|tighten|strengthen|harden|expand|simplif|review|improv|updat|chang)\w*\b[^.;]{0,50}\b(?:procedures?|"
                r"process(?:es)?|testing|tests|polic(?:y|ies)|checks|monitoring|alerting|training|documentation|tooling|rollouts?|safeguards|protocols?|workflows?|runbooks?)\b",
            ),
            (
                r"\b(?:caused|created|broke|led to|resulted|introduced|triggered|because|every day|always|your)\b|\bhope\b",
            ),
        ),
    ),
    "makegood": (
        Phrases(
            (
                r"\b(?:refund(?:s|ed|ing)?|reimburs\w+|compensat\w+|replacement|vouchers?|gift card|money back)\b",
                r"\b(?:free of charge|at no (?:extra )?(?:cost|charge)|free month|months? free|for free)\b",
                r"\b(?:we|i)(?:'ll| will|'ve| have)?(?: \w+)? (?:cover|pay|waived?|paid) (?:you|your|the|for|this|all)\b|\bnot be charged\b|\bmoney is on its way\b",
                r"\bfree (?:coffee|drink|meal|dessert|night|ticket|ride|stay|session|lesson|wash|upgrade)\b.{0,40}\b(?:next|your|on us|for you)\b|"
                r"\b(?:<count>) (?:extra|additional|free) (?:days?|weeks?|months?)\b|\badd(?:ed|ing)? (?:\w+ )?\+?(?:<count>) (?:\w+ )?(?:days?|weeks?|months?)\b|"
                r"\bcrediting (?:all|your|every|you|them|customers)\b|\b(?:giving|issuing|applying|offering|providing)\b.{0,30}\bcredits?\b|\b(?:additional|extra) (?:<count>) (?:hours|days|weeks|months)\b|\byour next \w+(?: \w+)? (?:is|will be) (?:free|on us|on the house)\b",
                r"\b(?:credit of|credited)\b|\b(?:euros?|dollars?|pounds?|%|percent) (?:off|credit|discount)\b",
                r"\b(?:extended|extend|extending) your\b|\boff your (?:next )?(?:bill|order|invoice|ride)\b|\b(?:credit|identity) (?:monitoring|protection)\b|\bnext \w+(?: \w+)? is on us\b|\bdiscount on your\b|\blonger at no\b",
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
                r"\b(?:will|'ll|arrives?|reach(?:es)?(?! out)|have it|expect\w*|follows?|scheduled|(?:is|are) back|going to|"
                r"to be \w+|plan(?:ned|s)?|until|no later than|anticipate)\b.{0,70}?\b(?:<when>)",
                r"\bnext (?:update|news|message)\b.{0,30}?\b(?:<when>)|\bby (?:the )?(?:<when>)",
                r"\b(?:call|write|visit|come)\b.{0,30}\bon (?:<when>)",
                r"\b(?:finish|end|resume|reopen|return)(?:e?s)? (?:on|by|at) (?:<when>)",
                r"\b(?:ships?|goes out|goes live|lands|rolls out|leaves) (?:on |by |at |this )?(?:<when>)",
                r"\b(?:daily|hourly|weekly) updates?\b|\bupdates? (?:every|each) (?:day|hour|morning|week|<count>)\b",
                r"\bno (?:more|longer) than (?:<count>) (?:minutes|hours|days)\b|\b(?:estimated|eta)\b.{0,50}\b(?:<when>)|"
                r"\bupdate (?:again )?in (?:<count>) (?:minutes|hours)\b|\bdue (?:on )?(?:<when>)",
                r"\bwithin (?:<count>) (?:(?:working|business) )?(?:minutes|hours|days|weeks)\b|\bby \d{4}\b",
            ),
            (
                r"^(?!.*\b(?:will|'ll|expect\w*|arrives?|next|scheduled|going to|due|aim|plan|anticipate|estimated)\b).*"
                r"\b(?:was|were|had|began|made|returned|started|restored|resumed|continued|went)\b",
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
                r"\b(?:let (?:us|me) know|tell (?:us|me)|get in touch with (?:us|me|our)|reach (?:out(?! to you\b)|us|me)|"
                r"(?:contact|e-?mail|call|message|dm|phone|ring|text) (?:us|me|our|your \w+ manager)|reply (?:to|here|and)|"
                r"(?<!will )(?<!'ll )write (?:to|back to) (?:us|me|\w+)|(?:send|pop|drop|give|shoot) (?:us|me)|feel free to|(?:not|n't) hesitate to|"
                r"answer this|any questions)\b",
                r"\b(?:call|ring|phone|text|dial)\b.{0,40}\d{3}|\b(?:case|reference|ticket|claim) (?:number|id|no)?\b.{0,12}\d",
                r"\byou (?:can|may|could) (?:also )?(?:view|reach|check|report|submit|find|contact|call|request|choose|fix|"
                r"work around|use)\b|\bit can be fixed by\b",
                r"\bno (?:further )?action\b|\bneed (?:to )?do nothing\b|(?:\bnot|n't) (?:need|have) to do (?:anything|a thing)\b|"
                r"\bnothing (?:that )?(?:you|for you)\b|\byour contact is\b|\brefund is automatic\b|\bneed not do\b",
                r"\b(?:more|further|find) (?:details|information)\b.{0,30}\b(?:here|at|on|page|:)|\bprovided instructions\b",
                r"^(?=.*\b(?:you|your)\b)(?:.*\b)?(?:could|have|did|are|is|what|which|when|where|would|do|can|has|how)\b.*\?",
                r"\bmind (?:if|\w+ing)\b|\byou(?:'ll| will) find\b|^come (?:and|by|in|to)\b|^follow (?:the|this|these)\b|^use (?:the|this|your)\b",
                r"\bplease (?:\w+ly )?(?!accept|note|be (?:assured|patient|aware)|rest\b|excuse|forgive|bear|know|understand|pardon|find\b|\w+ly\b)\w+",
                r"(?<!hope )\byou can (?!accept|expect|imagine|see why|be sure|trust|rest|not\b|understand)\w+|\b(?:may|might) (?:wish|want|like|prefer) to \w+|"
                r"\bask(?:ing|ed)? (?:users|customers|you|everyone|guests|passengers) to (?!be patient|understand|accept)\w+|"
                r"\bstill (?:be )?(?:able to|access|available|use|log)\b.{0,60}\b(?:via|through|using|by)\b",
                r"\bdetails are on our\b|\bdon't (?:worry|need to)\b|\bsteps (?:for you|you can|you should) \b|\bwhat you (?:can|should|need to) do\b",
                r"^(?:(?:then|also|first|kindly|instead|simply|just|next|meanwhile|in the meantime|for now),? )?(?:try (?!our\b)|clear|"
                r"restart|uninstall|reinstall|call|reply|write to|contact|go to|tap|click|log (?:in|out|into)|sign (?:in|out|into)|text|dm|message|quote|send (?:us|me|over|in|through|your)|pop (?:in|by|into)|head to|speak to|drop (?:by|in|us))\b|\bbear with us and\b|"
                r"^if\b[^,]{3,110}, (?:please |then |just |simply |do )?(?:restart|call|reply|try|contact|write|e-?mail|message|tell|let|ask|bring|check|see|use|visit|"
                r"send|come|go|get|open|click|log|sign)\b|\b(?:helpline|hotline|phone line|(?:phone|telephone|direct|mobile|freephone|customer service) number|(?:this|following|the) number|number is)\b.{0,60}\d{3}",
                r"^(?:(?:then|also|first|kindly|simply|just),? )?(?:check (?!out\b)|update|change|reset|remove|keep|review|monitor|download|install|open|select|"
                r"choose|refresh|ask|bring|return|make sure|ensure)\b(?=.{0,80}\byour?\b)",
                r"\byou (?:can|could|may|might|should|will need to|need to|may need to|may have to|will have to|may want to|might want to|may wish to) "
                r"(?:also |still |now |always |simply |first |immediately |then )?(?:update|clear|change|try|download|follow|track|log|sign|reset|visit|return|"
                r"exchange|cancel|rebook|claim|get in|reply|write|ask|speak|chat|click|open|tap|press|long-press|disable|enable|uninstall|install|"
                r"restart|switch|check|take (?:protective|these|the)|reach|go to)\b",
                r"\b(?:we|i)(?:'d| would)? (?:strongly |highly |also )?(?:recommend|suggest|advise|urge|encourage|would ask)(?: that)?(?: you| customers| users)?(?: to)? "
                r"(?!our\b)\w+|\burge (?:you|users|customers) to\b|\brequir\w+ (?:\w+ ){0,3}to change their passwords?\b",
            ),
            (
                r"\bnot (?:be )?monitored\b|\bno-?reply\b|\bdo not reply\b|\bfollow us\b",
                r"\bvisit our (?:\w+ )?(?:website|shop|store)\b",
            ),
        ),
    ),
}
