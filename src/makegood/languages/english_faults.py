"""English: what shows a fault in a message."""

from __future__ import annotations

from makegood.languages.language import Phrases

_HARM = (
    r"inconveniences?|troubles?|confusion|disruptions?|delays?|impact|outages?|issues?|frustrations?|upset|harm|effects?|"
    r"concerns?|downtimes?|bother|distress|problems?|errors?|degradation|interruptions?|offence|offense|degradations?"
)
_HAPPEN = r"caus\w+|creat\w+|occur\w*|experienc\w*|led|lead|mean\w*|brought|bring|notic\w*|had|made|arisen|resulted|encounter\w*"
_OWNED = (
    r"\b(?:so|but|and) we (?!are sorry|apologi|had no (?:reason|choice|option))|\bso (?:i|our)\b|\bwe (?:chose|should|picked|had no "
    r"(?!reason|choice|option|alternative|control)|failed|did not|didn't)\b|\bour (?:choice|fault|mistake)\b|\bno plan\b|\byou (?:bought from|paid) us\b|\bwe (?:are|'re) sending\b"
)

FAULTS: dict[str, tuple[Phrases, ...]] = {
    "conditional": (
        Phrases(
            (
                r"\b(?:may|might|could)(?: also)?(?: have)?(?: been)? (?:affect|involv|impact|expos|includ|compromis|contain)\w*\b"
                r"(?=[^.;]{0,60}\byour?\b)",
                r"\byour? (?:[\w-]+ ){0,8}(?:may|might|could) (?:also )?(?:have been|be) (?:\w+ )?(?:affected|involved|impacted|exposed|accessed|"
                r"compromised|included|disclosed|viewed|acquired|at risk)\b",
                r"\bthere (?:may|might|could) have been\b(?=[^.;]{0,80}\byour?\b)|\bof you (?:may|might) have\b|"
                r"\byou (?:may|might) have (?:experienced|noticed|encountered|been (?:affected|impacted|charged|overcharged))\b",
            ),
            (r"\bdo(?:n't| not)(?: yet)? know\b", r"\bif your?\b", r"\b(?:tell|let) (?:us|me)\b|\bplease\b"),
        ),
        Phrases(
            (
                r"\b(?:(?:this|these|it|that|which|you|there)(?: \w+){0,2} )?(?:may|might|could)(?: have)?(?: been)?(?: \w+)? (?:"
                + _HAPPEN
                + r")\b",
            ),
            (r"\b(?:could|might|may) not\b", r"\bdo(?:n't| not)(?: yet)? know\b", r"\bissue affecting\b"),
            beside=(
                r"\b(?:sorry|apolog\w+|regret)\b.*\b(?:" + _HARM + r")\b.*\b(?:may|might|could)\b",
                r"\b(?:understand|appreciate|aware of) (?:the|any|that)\b.*\b(?:" + _HARM + r")\b",
                r"\b(?:" + _HARM + r")\b.*\b(?:may|might|could)\b.*\b(?:sorry|apolog\w+|regret)\b",
            ),
        ),
        Phrases(
            (
                r"(?:\bsorry|\bapolog\w+|\bregret)\b[^.;!?,]{0,40}? (?:if|in case|should (?:this|you|it|any|we))\b",
                r"\bapolog\w+\b[^.;!?]{0,40}\b(?:customers|users|guests|passengers|people|readers)\b who (?:may|might|could)\b",
                r"(?:\bsorry|\bapolog\w+|\bregret)\b[^.;!?]{0,40}? to (?:anyone|anybody|those|whoever|everyone|all|any \w+)"
                r"(?: of you)? who(?:m|ever)?(?: \w+)? (?:may|might|could|were|was|felt|feel)\b",
                r"\bif\b[^.;]{0,120}\b(?:affected|inconvenienced|impacted|offended|disappointed)\b[^.;]{0,40}, (?:we|i|please accept|our|my)\b"
                r"[^.;]{0,40}\b(?:sorry|apolog\w*|regret)\b",
                r"\b(?:if|should|in case) (?:you|we|this|anyone|anybody|it|any|our|the|these)\b[^.;]{0,70}, "
                r"(?:then )?(?:we|i|please accept|our|my)(?: \w+){0,4} (?:sorry|apolog\w*|regret)\b",
            ),
        ),
    ),
    "any_inconvenience": (
        Phrases(
            (
                r"\b(?:any|the|this|temporary|caused|these|your|all|every|such|or|and|possible)(?: \w+){0,2} (?:<inconvenience>)\b|"
                r"(?<=\bfor )(?:<inconvenience>)\b|\b(?:<inconvenience>) (?:this )?(?:has |have |may have )?caused\b",
                r"\bany (?:\w+ )?(?:confusion|frustration|disruption|troubles?|annoyance|distress|upset|hassle|concern)\b",
                r"\b(?:confusion|frustration|trouble|annoyance|distress)(?: (?:this|it|we))? (?:may have |might have |has )?caused\b",
                r"\b(?:confusion|disruption|frustration|trouble)(?: \w+){0,2} (?:may|might) (?:have )?caused?\b",
                r"\bmolestias\b|\binconvenientes\b|\bgêne occasionnée\b|\bdésagréments?\b|\btranstornos?\b|"
                r"\bunannehmlichkeiten\b|\binconvenientes?\b",
            ),
            (r"\ban inconvenience (?!or\b)", r"\bin any (?:trouble|distress)\b"),
        ),
    ),
    "sympathy_only": (
        Phrases(
            (
                r"\b(?:sorry|sad|saddened|regret|upset|disappointed|disheartened|sorry and sad) to (?:hear|learn|see(?! you go)|know|read|find out|note)\b",
                r"\bsorry (?:that )?you(?:'re|'ve been| are| were| feel| felt| have been)(?: \w+){0,2}? ?(?:feel|felt|unhappy|"
                r"disappointed|upset|offended|seeing|dissatisfied|unsatisfied|not happy|let down|that way)\b|"
                r"\bsorry (?:that )?you(?:'re| are| were)? (?:feel|felt|seeing)\b",
                r"\b(?:sorry|regret)(?: that)? (?:some|many|any|certain) \w+ (?:were|felt|feel|took)\b",
                r"\bregret that you (?:were|are|feel|felt)\b|\b(?:sorry|apologies) (?:that )?you (?:felt|feel)\b|"
                r"\bsorry (?:that )?(?:this|it) (?:has been|was|is) (?:a |an |so |such a |very )?(?:\w+ )?(?:problem|frustrating|annoying|upsetting|frustration)\b",
            ),
            (r"\bwere sorry to\b", r"\b(?:death|passed away|bereavement|funeral|the loss of your \w+)\b"),
        ),
    ),
    "passive_evasion": (
        Phrases(
            (
                r"\b(?:mistake|error|failing)s? (?:was|were|has been|have been) made\b",
                r"\b(?:an?|some|the) (?:\w+ )?(?:error|mistake|incident|mix-up)s? (?:has |have )?(?:occurr?ed|happened|took place|"
                r"crept in)\b(?! (?:when|while|because|after|between|at|on \w+day)\b)",
                r"\bit (?:was|has been) decided\b",
                r"\byour (?:details|data|files?|order|booking|appointment|account|name|address|request|letter|records?)"
                r"(?: \w+)? (?:was|were|has been|have been)(?: \w+ly)? (?:disclosed|sent to|cancelled|canceled|deleted|"
                r"overlooked|lost|shared|misplaced|forgotten|exposed)\b",
                r"\b(?:was|were|has been|have been) (?:erroneous|mistaken|accidental|incorrect|inadvertent|wrong)ly \w+|"
                r"\b(?:configuration|step|check|setting|order|request|letter|email|call|\w+ piece of \w+) (?:was|were) (?:missed|overlooked|forgotten|skipped)\b|"
                r"^(?:yes, )?it (?:was|got) (?:pulled|yanked|cancelled|withdrawn|removed|deleted)\b",
                r"\bthe wrong \w+(?: \w+)? (?:was|were|has been) \w+(?:ed|en|t)\b|\bthe wrong \w+ (?:was|were) (?:sent|given|sold)\b",
                r"\b(?:that|which) (?:didn't|did not) get \w+ed\b",
            ),
            (r"\bby (?:us|our|one of our|my|me)\b", r"\b(?:we|i) (?:had|have|did|should|failed|sent|made)\b"),
        ),
    ),
    "blame_third_party": (
        Phrases(
            (
                r"\b(?:due to|because of|caused by|owing to|result of|fault of|blame)(?: (?:issues?|problems?|an? \w+|the \w+|"
                r"delays?)(?: (?:with|at|in|from|of|by|on))?)?(?: (?:our|the|a|an|your))?(?: \w+){0,3}? (?:<outside>)\b",
                r"\b(?:<outside>)(?:'s)?(?: \w+){0,2} (?:is|was|are) (?:to blame|responsible|at fault)\b",
                r"\b(?:our|the|your) (?:\w+ )?(?:<outside>|printer|machine)(?: has| had)? (?:let us down|failed us|failed to|"
                r"made (?:a|an) (?:mistake|error)|did not deliver)\b",
                r"\b(?:problem|issue|fault|error|delay|cause)s?(?: \w+){0,2} (?:lies? with|on the (?:part|side|end) of|on the) "
                r"(?:your |our |the )?(?:\w+ )?(?:<outside>|aws side)\b",
                r"\b(?:on|at) (?:their|the \w+'s|\w+'s) (?:end|side)\b|\bon (?:\w+ )?(?:<outside>) side\b",
                r"\b(?:direct|address|take|raise|send|refer)\b.{0,40}\b(?:complaints?|this up|questions?)\b.{0,20}"
                r"\b(?:to|with) the (?:<outside>)\b",
                r"\b(?:limited|restricted|constrained|held up) by (?:the |our |an? )?(?:<outside>|<vendor>)\b|\b(?:is|it's) an? (?:<vendor>)\b.{0,30}"
                r"\b(?:feature|limitation|bug|issue|restriction|problem)\b|\b(?:provided|developed|managed|run|operated|handled) by (?:an? )?(?:\w+ ){0,3}"
                r"(?:independent|third|another|separate|<outside>)\b",
                r"\b(?:vendor|contractor|supplier|third party|builders?|carrier)\b.{0,70}\b(?:knocked|cut|damaged|broke|dug|severed|delayed)\b|"
                r"\b(?:<vendor>|(?:the|our|your) (?:airport|landlord|courier|carrier|bank|post office|council|supplier|provider|airline)) (?:has |have )?(?:lost|closed|cut|delayed|"
                r"damaged|broke|refused|rejected|forgot|missed)\b|\b(?:issue|problem|fault) with your (?:bank|provider|isp|device|phone|browser|network|card issuer)\b|"
                r"\b(?:a|an|the) (?:<vendor>) (?:issue|outage|problem|bug|incident|failure)\b",
                r"\b(?:down to|lies? with|rests? with) (?:our |the )?(?:\w+ )?(?:<outside>|<vendor>)\b",
                r"\b(?:trust|rely on|depend on|up to) (?:that )?(?:the |our )?(?:<outside>|<vendor>) (?:to|will|for)\b|\b(?:<vendor>|our (?:\w+ )?(?:<outside>))"
                r"(?: \w+){0,6} (?:offline|down|having|experiencing|suffering|(?:technical )?difficulties|broken|at fault)\b",
                r"\b(?:due to|because of|owing to|caused by|thanks to)(?: \w+){0,3} (?:<weather>)\b|\bmother nature\b|\b(?:with|from|by) our (?:\w+ )?"
                r"(?:<outside>),? (?:<vendor>)\b|\b(?:identified|found|confirmed) to be (?:with|at) (?:our|the|an?)\b.{0,20}(?:<outside>)\b|"
                r"\b(?:incident|problem|issue|fault|failure|outage)s? (?:with|at|in) (?:an?|our|the) (?:\w+ )?(?:<outside>)(?:'s)?\b",
                r"\b(?:let|lets) us down\b|\bover (?:whom|which) we have no control\b",
                r"\b(?:vulnerability|bug|flaw|failure|outage|error) (?:in|at|of) (?:a|an|our|the) (?:\w+ )?(?:<outside>)\b",
                r"\b(?:our|the) (?:\w+ )?provider,? \w+ that they\b|\bunder control by (?:<outside>)\b",
            ),
            (_OWNED,),
        ),
    ),
    "blame_customer": (
        Phrases(
            (
                r"\bdid you (?:change|enter|forget|read|check the|type|miss|give)\b.{0,60}\?",
                r"\b(?:had you|if you had|if you'd)(?: \w+)? \w+",
                r"\byou (?:should|ought to|could) have (?!heard|received|seen|got|been|had|known|expected)\w+",
                r"\b(?:many|some|too many|most|a few) of you (?:ignored|have really|logged|missed|forgot|did not|didn't|all)\b",
                r"\bcustomers? like you\b|\b(?:caused|created) by (?:customers|users|guests) who\b",
                r"\byou (?:did not|didn't|failed to|forgot to|neglected to|ignored|never) (?:follow|read|confirm|reply|answer|"
                r"check|pay|tell|enter|provide|give|respond|update|our)\b",
                r"\byou (?:must have |may have |seem to have |appear to have |have )?(?:entered|typed|gave|given|put in|provided|chose|chosen|selected|used) (?:\w+ )?"
                r"(?:wrong|incorrect|invalid|incorrectly|wrongly)\b",
                r"\byou,? the (?:customer|user|caller|guest)\b|"
                r"\b(?:impacted|caused|triggered|overloaded) by (?:a|one|another) (?:single )?(?:sender|customer|user|tenant|account|client)\b",
                r"\bmany (?:customers|users|guests|people) (?:forgot|failed|ignored)\b",
            ),
        ),
    ),
    "excuse": (
        Phrases(
            (
                r"\b(?:beyond|outside|out of) (?:of )?our (?:\w+ )?control\b",
                r"\b(?:was|is|were) (?:not|never) (?:our |my |the )?(?:intention(?:al)?|intended|intent)\b|"
                r"\b(?:was|is)n't (?:our intention|intentional|intended)\b",
                r"\bnever (?:meant|intended|wanted) to\b|\bdid(?:n't| not) (?:mean to|expect(?! you))\b|\b(?:was|were)(?:n't| not) expecting\b",
                r"\b(?:not|nothing|little|n't)(?: \w+)? (?:else |more )?(?:we|i) (?:can|could) (?:do|have done)\b|\b(?:had|have|left with|were left) "
                r"(?:no|little) (?:other )?(?:choice|option|alternative)\b",
                r"\b(?:due to|because of|owing to) (?:\w+ )?(?:personal|personsal|family|staff(?:ing)?|health)(?: \w+)? (?:problems|reasons|issues|shortages?|matters)\b",
                r"\b(?:increased|high|unprecedented|overwhelming|unusual|exceptional)(?: \w+){0,2} (?:demand|interest|popularity)\b|"
                r"\b(?:response|demand|orders?)\b.{0,60}\boverwhelming\b|\bpopularity of our\b",
                r"\b(?:(?:due to|caused by|subject to|simply|was|frailties of) human error|nobody is perfect|no one is perfect|unavoidable|inevitable|bound to happen|part and parcel)\b|"
                r"\bimpossible to (?:prevent|avoid|guarantee|eliminate)\b|\bhappens? to (?:the best|everyone|every \w+|all of us|any\w*)\b",
                r"\b(?:was|is|were)(?:n't| not) (?:our|my) fault\b|\bno fault of (?:ours|our own|mine)\b|\bwe do not cause\b|\bwould prevent (?:them|it) if we could\b",
                r"\b(?:never|not|\w+n't|havent)(?: \w+){0,9} (?:for|in) (?:over |more than |almost |nearly )?(?:<count>|\w+) (?:months|years)\b|"
                r"\bthere has never been\b|\b(?:we|i) (?:were|was) (?:too |very |so |really )?busy\b",
                r"\b(?:these|such) things (?:do |can |sometimes )?happen\b|\b(?:delays|errors|mistakes) (?:can|do) (?:occur|happen)\b",
                r"\bwe(?:'re| are) (?:only |just )?a (?:very |really )?(?:small|tiny|young|two-person|volunteer) (?:\w+ )?(?:team|shop|"
                r"company|business|firm)\b|\bwe(?:'re| are) (?:only|just) (?:human|people)\b",
                r"\bfirst (?:\w+ )?(?:problem|time|outage|incident|error|complaint) (?:of its kind )?in (?:\w+ )?(?:\w+ )?years\b",
                r"\bin (?:\w+ ){0,3}years\b.{0,30}\bnever happened\b|\bhas never happened before\b",
                r"\b(?:did|doing|tried) our (?:very )?best\b|\bdespite our best\b|\bbest efforts?\b|\boverwhelmed (?:by|with)\b|\bbusiest (?:time|day|week|period|season)\b|\b(?:staff )?sickness\b|\bout of our hands\b|\bone of the (?:busiest|most (?:\w+ly )?(?:intensive|complex|congested|busy))\b|"
                r"\bunforeseen (?:consequence|complication|event)s?\b",
                r"\b(?:due|owing) to (?:unfortunate|circumstances|unforeseen|unexpected) ?(?:circumstances|timing|events|reasons)?\b",
                r"\bnobody could have\b|\bno one could have\b|\bcould not have (?:foreseen|been foreseen)\b",
                r"\b(?:globally|worldwide) affect\w+\b|\baffect(?:ed|ing|s) (?:many|various|other) (?:other )?companies\b",
            ),
            (
                r"\bno excuse\b|\bnot an excuse\b",
                r"\b(?:so|but|and) we (?!are sorry|apologi|had no reason|had no (?:choice|option))|\bso (?:i|our)\b|\bwe (?:chose|should|picked|failed|didn't)\b|"
                r"\bour (?:choice|fault|mistake)\b(?<!not our fault)(?<!n't our fault)|\bno plan\b|\byou (?:bought from|paid) us\b|\bwe (?:are|'re) sending\b",
                r"\bforgot\b",
            ),
        ),
    ),
    "minimising": (
        Phrases(
            (
                r"\b(?:small|tiny|limited|low) (?:number|subset|fraction|percentage|portion|group|share) of\b",
                r"\b(?:minor|slight|little|tiny|small) (?:\w+ )?(?:delays?|issues?|hiccups?|glitch(?:es)?|problems?|errors?|bugs?|"
                r"outage|interruption|disruption|inconvenience|incident|mistake|impact|degradation|mishap|blip)\b",
                r"\b(?:fewer|less) than (?:one|\d)\b|\bshort-lived\b|\bno big deal\b|\b(?:small|minor|slight|little) (?:mix-?up|slip|oversight|hitch|snag)\b|\brelatively (?:small|minor|inconsequential|few|short|simple)\b|\bonly (?:down|lasted|affected|took|unavailable|happened)\b|\bjust a handful\b",
                r"\b(?:vast|overwhelming|great|large) majority of (?:our |the )?(?:customers|users|guests|accounts|orders)\b|\bsmall proportion of\b",
                r"\b(?:hiccup|blip|glitch)s?\b|\bjust a (?:little|small|minor|single|short|few|bug|typo)\b",
                r"\b(?:temporary|momentary) (?:inconvenience|impact|hiccup|blip)\b",
                r"\b(?:brief|short) (?:\w+ )?(?:interruption|outage|delay|downtime|disruption|period)\b",
                r"\bonly (?:a (?:few|handful|small|minor|fraction)|about \d|some (?:users|customers)|one in)\b|\bonly \d[\d.,]* ?%",
                r"\bonly \d[\d.,]* (?:\w+ )?(?:customers|users|orders|accounts|people|guests)\b|\bthe only part (?:\w+ )?affected\b",
                r"\b(?:impact|effect) (?:was|is) (?:minimal|negligible|limited|small)\b|\bno harm was\b",
                r"\bno (?:cause|reason|need) (?:for concern|to worry|for alarm)\b|\bnothing to worry\b",
            ),
            (r"\bjust a (?:few |little )?(?:moment|minutes?|reminder|longer|while|more)\b", r"\bno minor\b"),
        ),
    ),
    "over_promise": (
        Phrases(
            (
                r"\b(?:will|'ll) never (?:again )?(?:happen|occur|wait|be|have|see|experience|recur)\b|\bnever (?:happens?|again)\b",
                r"\b(?:will not|won't) (?:happen|occur|recur) (?:again|twice|any ?more)\b",
                r"\bguarantee\b(?! \w+ by)(?!.{0,50}\b(?:by|on|within|before) (?:\w+day|\d|noon|tomorrow))",
                r"\b(?:there )?(?:will|should) (?:not )?be (?:no|any) (?:more|further)\b|\bno (?:more|further) (?:delays|errors|problems|"
                r"mistakes|issues|interruptions) (?:will|from)\b|\bshould not be any further\b",
                r"\b100 ?% (?:safe|secure|sure|certain|reliable)\b|\bcompletely safe from now\b",
                r"\b(?:will not|won't) have (?:any|a single) (?:more )?(?:problem|issue|trouble|delay)s?\b",
                r"\bi'm (?:positive|certain|sure) (?:that )?(?:the|your|this|it)\b|\b(?:confident|certain) (?:that )?(?:your|this|the next)\b.{0,50}\bwill\b",
            ),
            (
                r"\bnot something\b|\b(?:cannot|can't|can not|not) (?:promise|guarantee|say)\b|\bshould never\b|\bif it\b|\bso that\b|"
                r"\b(?:steps|work\w*|hard|aim\w*|effort|everything|adding|added) .{0,50}\b(?:to|so)\b",
            ),
        ),
    ),
    "legalistic": (
        Phrases(
            (
                r"\bno (?:\w+ )?(?:(?:evidence|indications?|signs?) (?:that|of|to suggest)|reason to believe)\b",
                r"\bno obligation\b|\bas per our\b|\b(?:as|out of) an? (?:\w+ )?precaution(?:ary)?\b|\bas a matter of precaution\b|\bon or about\b|\babundance of caution\b|\bwithout (?:any )?(?:admission|prejudice|admitting)\b|\bno admission\b|\badmission of\b",
                r"\balleged(?:ly)?\b|\bin accordance with (?:our|the|applicable)\b|\bpursuant to\b|\bhereby\b",
                r"\bbest of (?:our|my) knowledge\b|\binvestigating (?:this|the) matter\b|\bmatter internally\b",
                r"\bliabilit(?:y|ies)\b|\breserve (?:the|our) rights?\b|\bexpressly\b|\bnotwithstanding\b",
            ),
        ),
    ),
    "boilerplate": (
        Phrases(
            (
                r"\bat the (?:very )?heart of\b|\bdoing (?:all|everything) (?:that )?we can\b|\bnever stop (?:improving|learning|working)\b|(?:#1|\bno\.? ?1|\bnumber 1) priority\b|\b(?:top|highest|number one|first|utmost|greatest|main) priorit(?:y|ies)\b|\butmost importance\b|\bof (?:paramount|"
                r"utmost|great) importance\b",
                r"\btake (?:\w+ ){0,7}(?:very |extremely |so |incredibly )?seriously\b",
                r"\brest assured\b|\b(?:please )?be assured\b|\bassure you (?:that )?(?:we|our|all|your)\b",
                r"\b(?:valued|esteemed|loyal) (?:customer|client|guest|user|member)s?\b|\bvalue (?:your|you as a) (?:business|loyalty|"
                r"trust|custom|patronage|customer|feedback)\b",
                r"(?:\bnot|n't) (?:the |a )?(?:kind of |type of |sort of |level of )?(?:experience|service|standard|impression) "
                r"(?:that )?(?:we|you)\b",
                r"\b(?:all|every) (?:the )?(?:necessary|possible|appropriate|required|reasonable) (?:steps?|measures?|actions?|efforts?)\b",
                r"\b(?:we|i)(?:'ll| will)?(?: \w+)? (?:strive|endeavou?r|aim|try|do our best|pride ourselves) (?:to|for|hard|on) "
                r"(?!(?:have|get|finish|complete|send|restore|resolve|publish|be back|fix|keep|find|reach|help|update|answer|reply|contact|figure)\b)\w+",
                r"\bkeep (?:\w+ )?under review\b|\b(?:do|always|really) work (?:very |so )?hard\b|\bdo our best\b|\blabou?r of love\b|"
                r"\b(?:treasure|cherish|appreciate) your (?:\w+ )?(?:patronage|loyalty|business|custom)\b|\byou(?:'re| are) (?:very )?(?:valuable|important) to us\b|"
                r"\bwe value your\b|\bi value your (?:business|privacy)\b",
                r"\b(?:we're|we are|are|remain) (?:fully |deeply |very |strongly |always )?(?:committed|dedicated|concerned with) "
                r"(?:to )?\w+",
                r"\b(?:your|customer) satisfaction (?:is|matters)\b|\bsatisfaction is (?:our|very)\b|\bhighest standards?\b|"
                r"\b(?:mean|means) (?:a lot|the world|everything) to us\b|\bworking (?:tirelessly|around the clock|diligently)\b",
                r"\bevery effort\b|\beverything (?:we can|in our power|possible)\b|\bunderstand how (?:important|much|critical)\b|"
                r"\bgoes against our\b|\bhold ourselves to\b|\bimportant to us\b",
            ),
            (r"\b(?:aiming|aim) for a\b", r"\bpriority (?:tonight|today|now) is\b"),
        ),
    ),
    "jargon": (
        Phrases(
            (
                r"\b(?:failover|rollback|shards?|deadlock|replicas?|kubernetes|k8s|pods?|ingress|5xx|4xx|reindex\w*|sharding|"
                r"load ?balancers?|lbs?|lb-db|bgp|dns resolver|message queue|worker threads?|hotfix|upstream|downstream|"
                r"middleware|l[123] queue|psp|sku|oos|tms|edi|cron\w*|elasticsearch|redis|kafka|throughput|"
                r"hashing|hashed passwords?|password hashes|runbooks?|back-?pressure|cascading failures?|cdn|out[- ]of[- ]memory|oom|"
                r"(?:email|api|request) throttling|throttling rules?|api gateway|ssd pool|denial[- ]of[- ]service|"
                r"root ?cause analysis|rca|sev-?[123]|p[012] incident|mtt[rd]|ci/cd|nxdomain|mass update|"
                r"mass \(\w+\) update)\b",
            ),
            (r"\bfor our (?:api|developer)\b", r"\((?:which|that is|this is|meaning)\b"),
        ),
    ),
    "self_promotion": (
        Phrases(
            (
                r"^(?:while you wait, )?(?:why not )?(?:discover|explore|check out|enjoy|browse|shop|subscribe to|upgrade to)\b|^try (?:our|the new)\b|"
                r"\bwon an? award\b|\bthe (?:most reliable|best|fastest|largest|leading|number one) \w+ in (?:the|this|our)\b|\bour (?:great|excellent|outstanding|superb|renowned) (?:service|team|product|reputation)\b|\bpride ourselves\b|\bleading (?:provider|supplier|name|brand|choice)\b|\b(?:has (?:always )?been|is) our (?:hallmark|trademark|strength)\b|\bour hallmark\b|\bemerge (?:as )?(?:an? )?(?:even )?(?:more|stronger|better)\b|"
                r"\bthan ever before\b|\b(?:generous|world-class|state-of-the-art|second to none|unrivalled|industry-leading)\b|"
                r"\bmanaged to (?:maintain|keep|restore)\b.{0,40}\d ?%|\bput (?:in )?a lot of effort\b",
                r"\bwhy not (?:try|upgrade|take|switch)\b|\b(?:discover|explore|check out) (?:our|the|\w+'s)\b",
                r"\b(?:proud|pride) (?:of|to|in)\b|\bwe(?:'ve| have) won\b|\bwon (?:\w+ )?(?:awards|prizes)\b|\baward-winning\b",
                r"\b(?:market|industry|world) lead(?:er|ing)\b|\bstronger (?:brand|company)\b|\bbest in (?:class|the world)\b",
                r"\bsubscribe to (?:our|\w+ weekly)\b|\bnew (?:spring|summer|autumn|winter) (?:collection|menu)!|\bsign up (?:for|now)\b",
            ),
            (r"\bnot proud\b", r"\b(?:collection|menu) is late\b"),
        ),
    ),
    "work_pushed": (
        Phrases(
            (
                r"\b(?:please|kindly|must|can|need to|have to|^)(?: \w+)? ?(?:report|submit|claim|complete|lodge) "
                r"(?:this|it|your|a|an|the|packaging|compensation)\b",
                r"\b(?:fill|filling) (?:out |in |up )?(?:the|this|a|our|an)\b.{0,30}\bform\b|\battached form\b",
                r"\b(?:please|kindly|must|can|should|need to)(?: \w+)? (?:contact|call|ask|approach) (?:your|the) (?:\w+ )?"
                r"(?:<outside>|seller|manufacturer|issuer|shop)\b(?! (?:team|support))",
                r"^(?:contact|call|ask) (?:your|the) (?:\w+ )?(?:<outside>|seller|manufacturer)\b",
                r"\bmake a claim\b|\bapply for (?:compensation|a refund|redress)\b|\bkeep checking\b|\bsend us .{0,40}\bagain\b|\bre-?send (?:any|your|the)\b|\b(?:raise|open|log|create|file) (?:a|an|another|your) (?:\w+ )?(?:ticket|case|request|complaint|claim|dispute|report)\b|\bresubmit\b",
                r"\b(?:contact|call|ask|write to|approach|speak to) (?:your|the|their) \w+(?: \w+)? directly\b|^to claim\b|\bkeep an eye on\b",
                r"\bcheck back\b|\bcheck (?:our|the) (?:website|site|page) (?:for|regularly)\b|\bprovide (?:them|it|these|this) (?:through|via|using)\b",
                r"\bsend us (?:the|your) (?:receipt|proof|invoice|original)\b|\btry again later\b",
                r"\bhave you reported\b|\badvise reviewing\b|\bkeep us in the loop\b|\bcan claim\b",
            ),
            (r"\bneed not\b|(?:\bnot|n't) need to\b|\bwe (?:filled|filed)\b",),
        ),
    ),
    "vague_time": (
        Phrases(
            (
                r"\bas (?:soon|quickly|fast|promptly|early) as (?:possible|we|i|there|it|practicable|humanly|they)\b|\ba\.?s\.?a\.?p\b",
                r"\b(?:very |as |more on this )?soon\b|\bshortly\b|\bmomentarily\b|\bpromptly\b(?= (?:update|inform|notify|respond))",
                r"\b(?:updates?|details|more) to follow\b|\bbe in touch\b(?! (?:by|on|before|within|at|tomorrow))|\bquite some time\b|\b(?:within|take|takes|over) (?:a |the next |another )?(?:few|couple|several)(?: of)? (?:business |working |more )?(?:days|weeks|hours)\b|"
                r"\bas (?:\w+ ){1,2}as (?:is )?practical\b",
                r"\bin due (?:course|time)\b|\bin the (?:near|coming|next few|following|foreseeable) (?:\w+ )?(?:future|days|weeks|"
                r"hours|months)\b|\bin the (?:coming|near)\b|\bover the (?:coming|next few) (?:days|weeks|months)\b",
                r"\bkeep (?:you|everyone|our \w+|users|customers) (?:posted|updated|informed)\b|\bstay tuned\b|\bin a timely\b",
                r"\b(?:future|later|upcoming|next) (?:update|version|release)\b|\bat a later (?:date|time|point)\b|"
                r"\bwithin a (?:reasonable|short) (?:time|period)\b|\beventually\b",
                r"\b(?:update|inform|notify|tell|contact|let)\b.{0,30}\b(?:once|when) (?:we|there|they|it|more)\b",
                r"\b(?:provide|post|share|give)\b.{0,20}\b(?:updates?|news|information)\b.{0,10}\b(?:once|when)\b",
            ),
            (
                r"\b\d{1,2}[:.]\d{2}\b|\bby (?:noon|midnight|six|\w+day|the end of)\b|\bon \w+day\b|\b(?:<month>) \d|\b\d{1,2} (?:<month>)\b",
                r"\bhope (?:to (?:see|welcome|serve|hear)|that will|this will)\b.{0,60}\bsoon\b|\blet (?:me|us) know asap\b|\bsoon (?:after|discovered|became|found|as the)\b|\bas soon as (?:we|i) (?:found|had|saw|got|heard|learned|noticed|"
                r"discovered|were|became|realised|realized)\b|\bno later than\b|\bshortly (?:after|before)\b|\bplease \w+ (?:\w+ )?as soon\b",
            ),
        ),
    ),
    "placeholder": (
        Phrases(
            (
                r"\{\{[^{}]*\}\}|\{%[^{}]*%\}|%[A-Z][A-Z_]{2,}%|\$\{[^{}]*\}",
                r"\[(?:[A-Z]{3,}[A-Z _-]*|(?:[Yy]our|[Ff]irst|[Ll]ast|[Cc]ustomer|[Cc]ompany|[Ii]nsert|[Oo]rder)[ _]\w[\w ]*|"
                r"[Nn]ame|[Dd]ate|[Aa]mount)\]",
                r"<(?:[Nn]ame|[A-Z]\w+ [Nn]ame|[A-Z_]{4,}|\w+_\w+)>",
                r"\bX{2,} (?:euros?|dollars?|pounds?|francs|EUR|USD|days|%)|\bDD[/.]MM\b|\bMM/DD\b|\b(?:INSERT|TO[D]O|TBD|FIX[M]E|LOREM)\b",
                r"^Dear(?: (?:Mr|Ms|Mrs|Mr/Ms)\.?)? ?,$|^(?:Hello|Hi) (?:Mr|Ms|Mrs|Mr/Ms)\.? ?,$|^(?:Dear|Hello|Hi)(?: (?:Mr|Ms|Mrs|Mr/Ms)\.?)? ,",
                r"\((?:[Ii]nsert|[Ee]nter|[Aa]dd|your) [^()]{2,40}\)|_{4,}|\bX{4,}\b|\[(?!(?:Final|Initial|Closing|First|Last|Original|Latest|Open|Close) (?:Message|Update|Issue|Post)\])[A-Z][a-z]+(?: (?:[A-Z][a-z]+|of|the|and)){1,4}\]|\bYOUR (?:COMPANY|NAME|ORDER|FIRM|BRAND)\b|\bDATE (?:KNOWN|HERE)\b|"
                r"\[(?:[Ll]ist|[Dd]etails|[Ii]nsert|[Rr]ecipient|[Dd]escribe|[Ss]pecific) [^\[\]\n]{2,80}\]|(?<![\w%])%[sd](?!\w)",
                r"\b[a-z]{5,}(?:US|EU|UK|UTC)\b|\b(?:undefined|null|NaN|None)\b(?=[,.!]| is late)",
                r"\b(?:the|a|an|of|affecting \w+|in|at|on) (?:our|your|the) (?:our|your|the)\b",
            ),
            (r"\bbutton marked\b|\bpress\b",),
            cased=True,
        ),
    ),
    "wrong_person_or_detail": (
        Phrases(
            (
                r"\b(?:3[01](?:st|th)?(?: of)? feb\w*|feb\w* 3[01]|31(?:st)?(?: of)? (?:april|june|september|november|apr|jun|sept?|nov)|"
                r"(?:april|june|september|november) 31(?:st)?)\b",
                r"\b(?:2[4-9]|[3-9]\d):[0-5]\d\b(?! ?(?:min|minutes))|\b(?:[01]?\d|2[0-3]):[6-9]\d\b",
                r"\bwe (?:\w+ed|told|sent) me\b|\bwe myself\b",
            ),
        ),
    ),
    "shouting": (
        Phrases(
            (
                r"!{2,}|\?!+",
                r"\b(?:NOT|VERY|SO|ARE|WILL|MUST|NEVER|ALL|PLEASE|SORRY|READ|ALWAYS|REALLY|DO NOT|YOU|WE|NOW|BEFORE|EXTREMELY|"
                r"DEEPLY|WAS|WERE|IS|HAVE|ANY|EVERY|IMPORTANT|STOP|URGENT)\b(?! \d)",
            ),
            cased=True,
        ),
    ),
    "off_tone": (
        Phrases(
            (
                r"\bcheer up\b|\bmurphy's law\b|\bwell, that was\b|\bwhoopsie\w*\b|\b(?:oops|oopsie|whoops|uh-oh|d'oh|yikes|lol|haha)\b",
                r"\b(?:delighted|thrilled|excited|proud) to (?:announce|tell|inform|report|share)\b",
                r"\b(?:thrilled|delighted|excited) to be (?:back|able)\b|\bcalm down\b|\bmother nature\b|\b(?:do not|don't) get your (?:problem|point|issue)\b|\b(?:unnecessary|no need|no reason) to be (?:rude|angry|upset)\b|"
                r"\bplease (?:do not|don't) (?:message|call|e-?mail|bother) (?:us|support|me)\b",
                r"\bnobody (?:forced|made|asked) you\b|\bonce upon a time\b|\bbroke my heart\b|\bcried\b",
                r"\b(?:gremlins?|hamsters?|fairies|elves)\b|\bquite (?:a|the) (?:remark|claim)\b|\b(?:no|the) sweat\b|"
                r"\bhappy \w+ing!|\bparty in the\b|\bsad face\b",
            ),
        ),
    ),
}
