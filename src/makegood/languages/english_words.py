"""English: the word lists that phrases name."""

from __future__ import annotations

WORDS = {
    "team": r"our (?:\w+ )?(?:team|staff|engineers?|developers?|admins?|administrators?|colleagues?|drivers?|crew|"
    r"technicians?|people|operators?|teams|office)",
    "we": r"we|i|<team>",
    "wehave": r"(?:we|i)(?:'ve| have| had)?|<team> (?:has|have|had)",
    "sorry": r"sorry|apolog(?:y|ies|i[sz]e[sd]?|i[sz]ing)|regret|regrets|pardon|forgive|excuse",
    "outside": r"vendor|provider|supplier|carrier|courier|contractor|partner|airline|bank|processor|operator|"
    r"manufacturer|airport|post office|postal service|registrar|isp|host|third[- ]party|3rd[- ]party|"
    r"network rail|council|authority|police|landlord|agency|linode|aws|amazon|google cloud|cloudflare|azure|heroku|fastly|github|telecom\w*|bus company|railway",
    "broken": r"down|offline|unavailable|unreachable|inaccessible|unresponsive|unusable|broken|cracked|damaged|late|"
    r"delayed|lost|missing|wrong|incorrect|overcharged|charged twice|billed|debited|cancell?ed|failing|slow|slowly|"
    r"slower|choppy|laggy|patchy|jerky|garbled|unreliable|erratic|stranded|logged out|sluggish|yanked|withdrawn|recalled|postponed|suspended|crashed|frozen|hacked|breached|backordered|sold out|"
    r"out of stock|unfulfilled|diverted|misrouted|rejected|unclean|unplayable|without (?:power|water|heating|service)|"
    r"stuck|empty|overloaded|exposed|leaked|disclosed|stolen|deleted|misplaced|overlooked|disrupted|"
    r"degraded|interrupted|sold twice|overbooked|out of order|defective|faulty|torn|locked out|double[- ]booked|"
    r"intermittent|blocked|stalled|compromised|duplicated|mispriced|unanswered|noisy|dirty|uncomfortable|rude|undercooked|"
    r"stale|mouldy|running behind|short-staffed|oversold|misdelivered|corrupted|erroneous|inaccurate",
    "specific": r"outages?|downtimes?|delays?|degradations?|degraded|slowness|slowdowns?|breach(?:es)?|data leaks?|"
    r"unavailabilit(?:y|ies)|interruptions?|mix-?ups?|overcharges?|double charges?|timeouts?|packet loss|"
    r"(?:high|increased|elevated) (?:load|latenc(?:y|ies)|error\w*|number of errors)|latency|vulnerabilit(?:y|ies)|"
    r"overload|regressions?|recall of|(?:manufacturing|product|safety|design) (?:defect|fault|flaw)s?|cancell?ation of|instability|security (?:incident|breach|issue)|suspicious activity|ransomware|"
    r"unauthori[sz]ed (?:access|third party|person|actor|party)|data loss|loss of (?:data|service|power|connectivity|access)|"
    r"slow (?:page|load\w*|response\w*|performance|speeds?|connections?|quer\w+)|error rates?|[45]xx|500 errors|power cuts?|"
    r"shortages?|(?<!sometimes )(?<!will )crash(?:es|ing)?(?! \w+ing)|freezes|overbooking|misprints?|"
    r"(?:flight|train|order|booking|service|mass|last-minute) cancell?ations?|loss of (?:\w+ )?(?:supply|water|heating)|"
    r"data (?:incident|exposure|theft)|cyber-?attacks?|hacking",
    "trouble": r"issues?|problems?|troubles?|errors?|failures?|difficult(?:y|ies)|bugs?",
    "field": r"network|connection|connectivity|performance|log-?in|sign-?in|delivery|payment|billing|e-?mail|mail|server|"
    r"database|call|audio|video|api|access|loading|synchroni[sz]ation|sync|search|upload|download|installation|dns|"
    r"routing|checkout|booking|stability|availability|printing|shipping|tracking|account|hardware|software|"
    r"infrastructure|security|storage|disk|power|build|deployment|traffic|message|webhook",
    "crowd": r"customers?|users?|clients?|agents?|subscribers?|shops?|passengers?|guests?|people|everyone|visitors?|"
    r"anyone|anybody|households|residents|homes|parents|readers|players|viewers|riders|diners|tenants|students|fans|"
    r"members?|patients?|accounts?|developers?|maintainers?|callers?|students?|travell?ers?|merchants?|maintainers|"
    r"organi[sz]ations?|some of you|many of you|a lot of you",
    "goods": r"requests?|builds?|jobs?|calls?|messages?|e-?mails?|payments?|log-?ins?|downloads?|uploads?|tickets?|"
    r"notifications?|webhooks?|transactions?|searches|pages|logs|websites?|dashboards?|queries|events|reports|pushes|"
    r"deployments?|backups?|connections?|features?|invoices",
    "inconvenience": r"inconv[ei]ni?en[ct]es?|inconvinien[ct]es?",
    "vendor": r"(?:android|ios|apple|google|microsoft|facebook|royal mail|fedex|ups|usps|dhl|visa|mastercard|paypal|stripe|"
    r"app store|play store|sendgrid|twilio|mailchimp|okta|data cent(?:re|er)|cdn)",
    "weather": r"(?:weather|storms?|fog|snow\w*|ice|rain\w*|winds?|heat(?:wave)?|flood\w*|strikes?|industrial action)",
    "feeling": r"horrible|dreadful|grim|rotten|unfair|a nightmare|no fun|frustrating|exhausting|maddening|infuriating|stressful|upsetting|frightening|scary|painful|miserable|"
    r"disappointing|annoying|awful|worrying|tiring|humiliating|embarrassing|distressing|unsettling|terrible|sucks|disruptive|"
    r"unpleasant|nerve-wracking|aggravating|inconvenient",
    "angry": r"angry|annoyed|upset|furious|frustrated|worried|disappointed|cross|mad|fed up|ignored|let down|livid|exasperated",
    "month": r"(?:jan|febr)uary|march|april|may|june|july|august|(?:sept|nov|dec)ember|october|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec",
    "count": r"\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|a|an|several|few",
    "when": r"\d{1,2}(?:[:.]\d{2})? ?(?:am|pm|a\.m|p\.m|utc|cet|cest|gmt|est|pst|o'clock)|\d{1,2}:\d{2}|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|tomorrow|tonight|noon|midnight|today|"
    r"midday|lunchtime|(?:the )?end of (?:the )?(?:day|week|month|today|business)|this (?:afternoon|evening|weekend|week)|the weekend|"
    r"\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:<month>)|(?:<month>) \d{1,2}|next (?:week|month)|the morning|"
    r"(?:<count>) (?:(?:working|business) )?(?:minutes?|hours?|days?|weeks?)",
    "repair": r"resolved|restored|fixed|repaired|corrected|reversed|refunded|replaced|recovered|reinstated|mitigated|"
    r"unlocked|sorted(?: out)?|sealed|resumed|solved|patched|rolled back|reverted|stabili[sz]ed|deployed|applied|implemented|rebooked|re-?sent|reset|"
    r"hidden|adjusted|undone|halted|stopped|redone|quarantined|"
    r"rescheduled|disabled|blocked|banned|removed|escalated|rerouted|eliminated|regenerated|re-?indexed|reprocessed|"
    r"restarted|upgraded|isolated|released|credited|reimbursed|unblocked|re-?enabled|scaled|contained|rebuilt|"
    r"cleaned up|migrated|reconnected|shut down|recalculated|revoked|returned|re-?run|shifted|moved|cleared|redirected|"
    r"failed over|lifted|reopened|recovering|packed|dispatched|transferred|amended|reprinted|redelivered|re-?issued|"
    r"secured|taken offline|paid back|put back|rescheduled|retried|backfilled|rerun|healed|rectified",
    "doing": r"sending|cancell?ing|recalculating|removing|issuing|arranging|contacting|processing|shipping|moving|adding|calling|"
    r"paying|correcting|re-?routing|returning|adjusting|collecting|escalating",
    "repaired": r"corrected|revised|replacement|patched|fixed|amended|updated",
    "mend": r"fix|repair|replac|restor|correct|refund|reprint|reimburs|resolv|mitigat|rebuild|rebook|roll|patch|"
    r"recover|resend|reindex|re-index|credit|revers",
    "spun": r"aton(?:e|es|ing) for (?:the|this|your|any)|vexations?|bewail\w*|botheration|conciliatory sentiments?|statements? of regret|"
    r"expressions? of remorse|your (?:buy|solicitation)|client (?:administration|bolster|backing)|pay ?back discount|"
    r"(?:persistence|tolerance) and (?:comprehension|cognizance)|burden caused|(?:apologi[sz]e|sorry) for the burden|sad for the|"
    r"heart-?broken for the|(?:card|account) (?:was|has been) (?:energi[sz]ed|accused|invigorated)|(?:charged|energi[sz]ed) twofold|"
    r"bundle conveyance|conveyance (?:time|date|individual)|transporting (?:organi[sz]ation|firm)|cash (?:was|has been|will be) sent back|"
    r"profoundly lament|earnestly lament|recompense you for your|grieved for the|at the soonest",
    # Each of these has its own plain use; a spinner uses several.
    "odd": r"postponement of|deferral of|bundle|conveyance|missive|quandary|fathom|forthwith|squad|perusal|lament\w*|bother|"
    r"contrition|the circumstance|brought about by|grieved|the the|of of|we we|to to|is is|and and|your your",
    "guard": r"alarms?|alerts?|alerting|checks?|monitoring|monitors?|tests?|testing|safeguards?|training|limits?|"
    r"rate limit\w*|capacity|redundan\w+|contract|second (?:person|pair|site|region|provider)|checklists?|servers?|"
    r"backups?|rotation|on-call|reviews?|procedures?|process(?:es)?|polic(?:y|ies)|rules?|scanners?|hardware|"
    r"computing power|machines?|resources|nodes?|infrastructure|automation|failover|protections?|measures|"
    r"runbooks?|robust|resilient|reliable|own database|separate|dedicated|isolat\w+|timeouts?|restores|two-factor|authentication|access controls?|dry-run|"
    r"tooling|throttling|configurations?|steps?|logging|stability|resilience|region|shift",
}
