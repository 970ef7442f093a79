"""English: words by class for the grammar. Written from what each class means, not from messages."""

from __future__ import annotations

from makegood.languages.inflection import inflect

_IRREGULAR = {
    "send": ("sent",), "resend": ("resent",), "put": ("put",), "take": ("took", "taken"), "bring": ("brought",),
    "build": ("built",), "rebuild": ("rebuilt",), "rerun": ("reran", "rerun"), "redo": ("redid", "redone"),
    "rewrite": ("rewrote", "rewritten"), "write": ("wrote", "written"), "set": ("set",), "reset": ("reset",),
    "pay": ("paid",), "buy": ("bought",), "get": ("got", "gotten"), "find": ("found",), "shut": ("shut",),
    "undo": ("undid", "undone"), "split": ("split",), "swap": ("swapped",), "ship": ("shipped",), "break": ("broke", "broken"),
    "freeze": ("froze", "frozen"), "lose": ("lost",), "sleep": ("slept",), "spend": ("spent",), "see": ("saw", "seen"),
    "begin": ("began", "begun"), "burst": ("burst",), "cut": ("cut",), "hit": ("hit",), "fall": ("fell", "fallen"),
    "run": ("ran", "run"), "go": ("went", "gone"), "hang": ("hung",), "lead": ("led",), "make": ("made",), "mean": ("meant",),
    "leave": ("left",), "keep": ("kept",), "catch": ("caught",), "forget": ("forgot", "forgotten"), "steal": ("stole", "stolen"),
    "stick": ("stuck",), "teach": ("taught",), "override": ("overrode", "overridden"), "misread": ("misread",),
    "overwrite": ("overwrote", "overwritten"), "mistake": ("mistook", "mistaken"), "give": ("gave", "given"),
    "tear": ("tore", "torn"), "think": ("thought",), "blow": ("blew", "blown"), "grow": ("grew", "grown"), "sell": ("sold",), "tell": ("told",),
    "misspell": ("misspelt", "misspelled"), "come": ("came", "come"), "wear": ("wore", "worn"), "tie": ("tied",),
    "rebook": ("rebooked",), "re-send": ("re-sent",), "stand": ("stood",), "bind": ("bound",), "prefer": ("preferred",),
    "transfer": ("transferred",), "refer": ("referred",), "cancel": ("cancelled", "canceled"), "happen": ("happened",),
    "travel": ("travelled",), "re-run": ("re-ran", "re-run"), "dig": ("dug",), "overload": ("overloaded",),
}  # fmt: skip
_VERBS = {
    # what puts a failure right
    "MEND": "fix resolve restore repair correct reverse revert replace refund reimburse credit recredit reissue re-issue resend re-send restart "
    "reboot reset rebuild re-build recover reconnect reinstate reopen re-open re-enable reroute re-route migrate patch "
    "disable block ban isolate contain secure clear reprocess re-process replay rerun re-run drain purge rebook unblock unlock mitigate rectify "
    "remedy restock resupply redeliver recalculate reindex re-index resync re-sync retry revoke invalidate quarantine undo redo reprint "
    "waive escalate swap clean unstick void hotfix rehost stabilise stabilize resume reimage compensate recompense "
    "rewrite unfreeze relaunch renew redeploy re-deploy requeue re-queue reload re-upload reupload retrieve reallocate mend regenerate backfill",
    # verbs that put right only together with what they are done to
    "ACT": "deploy publish apply implement roll switch move add increase raise ship dispatch order arrange book cancel extend "
    "notify contact remove delete turn update adjust amend scale push log flag report sort provide allocate return "
    "process install stop shut merge open collect deliver fit reach launch upgrade refresh expand limit throttle order issue transfer alert inform "
    "tighten close pause suspend correct edit supply convert pass forward",
    # what makes a repeat less likely, together with what it is done to
    "GUARDV": "add introduce install implement put set create build write enable automate tighten harden strengthen improve increase double triple "
    "expand upgrade replace migrate move split separate isolate change update revise review audit retrain train hire require enforce "
    "mandate extend develop design redesign rework overhaul adopt establish roll configure reconfigure document formalise formalize "
    "bolster enhance reinforce adjust tune refine broaden restructure modernise modernize diversify limit restrict cap raise lower "
    "optimise optimize refactor rewrite simplify standardise standardize schedule run test buy purchase order fit invest appoint recruit "
    "clarify correct remove eliminate reduce decouple rotate scale provision monitor verify check validate rename lock ban stop include narrow amend",
    # what goes wrong by itself
    "FAIL": "fail crash break freeze hang stall flood burst jam expire leak overheat collapse malfunction misfire bounce misbehave disconnect flap "
    "loop glitch lag overflow die vanish disappear drop stutter short trip melt corrode buckle wear snap lapse",
    # what is done to things and people that they suffer
    "HARM": "lose delay cancel reject decline misroute misdirect overcharge overbill bill charge block drop delete expose miss damage refuse suspend "
    "lock interrupt disrupt duplicate corrupt mislay misplace overlook postpone withdraw cut kick strand wipe erase truncate leak steal copy "
    "crush break spoil ruin soak scratch crack dent smash tear misprint mislabel misprice mishandle mistreat ignore disconnect terminate degrade "
    "impair deny log throttle bounce hold queue double-charge undercharge overbook double-book flag redirect mix debit evict evacuate cheat "
    "bar mischarge misquote misinform close shut swamp overwhelm overload double garble kill overcook undercook",
    # what people go through
    "SUFFER": "experience encounter face suffer endure notice miss lose wait see receive get find spend pay sleep stand queue observe witness incur "
    "struggle report hit hear",
    "BREAKV": "break brick wipe delete corrupt crash overwrite erase drain disable damage destroy freeze garble expose double duplicate block lock "
    "prevent stop leave force make hide overload truncate",
    "CAUSEV": "cause trigger lead result mean prevent make leave send take bring knock overwhelm block lock drop stop keep force delay break wipe fill "
    "disrupt damage exhaust saturate interrupt hit cut create produce push bring skip ignore return corrupt disable delete crash confuse "
    "overload contain expose miss trip hold stretch outstrip exceed clash conflict interfere introduce allow close flood overwrite slow "
    "limit reduce strain treat read write reject refuse fail go run contribute start stall hang expire change switch move lose deliver omit require misroute",
    "SLIP": "forget overlook underestimate misjudge misread mistype misconfigure misunderstand assume miscalculate mislabel neglect misspell confuse "
    "overestimate miscount mislay misplace mistime misprice mistake omit mishandle botch overcook undercook overfill oversleep overlook",
    "PLAN": "order plan test check update renew notice anticipate account allow prepare consider verify review foresee communicate explain book stock "
    "print scan rotate configure monitor realise realize detect spot catch staff budget measure validate allocate load roll service inspect maintain think",
    "ASK": "ask fill visit click keep check leave pop drop shoot give send shout reach contact call ring text email e-mail write reply message dm pm quote try "
    "clear restart update speak talk read track head go open tap log sign bring return claim book submit raise report complete "
    "download upgrade reinstall uninstall install reset change replace collect use choose select switch disable enable unplug remove delete rotate "
    "revoke confirm provide share attach forward follow refer review restart reboot retry resubmit re-submit retrigger rebook scan enter "
    "reconnect rejoin boil seek discard dispose destroy register subscribe search refresh allow consult chat turn ping show hop",
}  # fmt: skip

WORDS = {f"{name}{ending}": words for name, verbs in _VERBS.items() for ending, words in inflect(verbs, _IRREGULAR).items()} | {
    "WE": "we i",
    "OUR": "our my",
    "THE": "the a an this that these those your their its his her one another each every all both some",
    "TEAM": "team teams engineer engineers technician technicians staff colleague colleagues crew crews admin admins administrator administrators "
    "operator operators developer developers driver drivers ops operations department specialist specialists contractor contractors fitter "
    "fitters plumber electrician electricians people maintainers workers volunteers devs devops sre sysadmin sysadmins manager managers "
    "warehouse depot office kitchen chef agents agent clerk assistants dba dbas support supplier vendor provider host carrier courier partner",
    "HAVE": "have has had 've 's",
    "BE": "am is are was were be been being 's 're 'm",
    "WAS": "was were is are been 's 're being",
    "DO": "do does did",
    "WILL": "will 'll shall would 'd",
    "MAY": "may might could can",
    "NEED": "must should need needs",
    "NOT": "not n't never no nobody none cannot neither nor without hardly unable",
    "NEG": "not n't never",
    "ADV": "now just already since also fully both again currently still even immediately quickly then today yesterday soon all always "
    "therefore thus finally here there too only actually meanwhile tonight once permanently",
    "BECOME": "become became becoming becomes went go goes going gone turned turns remain remained remains stayed stay kept keeps left looks seems seemed got "
    "get gets came comes arrived ran running runs sat proved",
    "YOU": "you",
    "YOUR": "your their his her",
    "PEOPLE": "customers users clients subscribers passengers guests people visitors households residents homes parents readers players viewers "
    "riders diners tenants students fans members patients accounts developers callers travellers travelers merchants organisations "
    "organizations everyone everybody anyone anybody those others shops commuters shoppers pupils families businesses "
    "customer user client subscriber buyers sellers listeners participants applicants candidates authors contributors tenants "
    "borrowers investors attendees learners employees lecturers teachers maintainers partners recipients senders  "
    "publishers workspaces tenants companies schools clinics pharmacies installers owners holders donors voters hundreds thousands consumers riders attendees kids children doctors nurses sellers",
    "SOME": "some many most several few all both any certain other half of our percent roughly about around one two three four five ten a the you",
    "GOODS": "request requests build builds jobs call calls message messages e-mail e-mails email emails payment payments log-in log-ins login logins "
    "sign-in sign-ins sign-up sign-ups signup signups download downloads upload uploads ticket tickets notification notifications webhook "
    "webhooks transaction transactions search searches page pages query queries report reports push pushes deploy deploys deployment "
    "deployments backup backups connection connections invoice invoices  "
    " photo photos file files data record records document documents post posts session sessions stream streams "
    "video videos conversation conversations website websites account accounts domain domains appointments lesson "
    " sensor subscription subscriptions balance balances statement statements transfer "
    "transfers comment comments workflow workflows import imports export exports event events pipeline pipelines  "
    "scan scans test tests task tasks change changes setting settings progress score scores save saves match matches dashboards alerts widgets charts links carts baskets scores sensors prices replies uploads runs repositories branches attachments",
    "THING": "service services site sites website websites app apps application applications server servers system systems platform api apis "
    "dashboard dashboards page pages portal line lines network networks database databases db cluster clusters node nodes checkout login log-in "
    "sign-in connection connections e-mail e-mails email emails mail phone phones wifi wi-fi internet broadband booking bookings feed feeds search "
    "queue queues job jobs build builds pipeline pipelines webhook webhooks notification notifications function feature features "
    "functionality train trains bus buses flight flights ferry ferries lift lifts heating water power electricity gas boiler boilers "
    "machine machines terminal terminals order orders parcel parcels package packages item items delivery deliveries letter letters "
    "ticket tickets refund refunds payment payments invoice invoices reservation reservations room rooms meal meals food product products "
    "shipment shipments bag bags luggage baggage appointment appointments prescription prescriptions bin bins message messages request requests data "
    "file files record records photo photos result results backup backups reply response replies responses card cards account accounts driver "
    "warehouse warehouses disk disks drive drives host hosts router routers switch switches cooling monitoring instance instances container "
    "containers pod pods volume volumes storage cache index certificate certificates domain domains dns tool tools process processes "
    "update updates version versions release device devices television tv stream streams video videos image images link links form forms button "
    "menu map screen display keyboard battery print printer printers shop shops branch branches store stores collection collections course "
    "courses class classes concert performance show event game games match session sessions chat calls call number numbers price prices bill bills "
    "statement statements balance timetable timetables toilets showers pool kitchen quality sound picture wheel tyre seat seats table tables bed beds "
    "plan upload uploads download downloads import imports export exports report reports logs metrics load balancer gateway proxy module component components region "
    "zone mirror mirrors repository registry package agent agents worker workers runner runners datacenter datacentre centre center site cloud",
    "BAD": "down offline unavailable unreachable inaccessible unresponsive unusable broken cracked damaged late missing wrong incorrect slow slower "
    "sluggish incomplete invalid empty blank unreliable erratic degraded overloaded intermittent faulty defective stuck unstable out corrupt corrupted "
    "cold dirty filthy rude stale mouldy undercooked raw burnt crushed dented torn scratched smashed soaked leaking dead blocked closed flooded "
    "full failing flaky laggy patchy choppy unplayable unreadable illegible inaccurate outdated expired mislabelled unanswered overbooked "
    "unclean noisy disappointing substandard malformed duplicate duplicated garbled unsafe vulnerable compromised misconfigured gone "
    "inoperable disrupted unhealthy limited restricted impaired useless shut dark silent frozen choked saturated behind delayed paused wilted melted rotten mushy limp bruised squashed spilled shattered bent stained ripped loose sour inedible undrinkable exposed wobbly bumpy unsatisfactory unacceptable idle",
    "BADADJ": "cold long missing wrong late slow rude dirty broken crushed damaged faulty poor bad incorrect short soggy stale burnt delayed unacceptable "
    "confusing misleading lengthy shoddy sloppy extended excessive repeated unexpected failed lost crowded overcrowded noisy mixed-up dropped empty "
    "sudden double false missed",
    "BADN": "queue queues wait waits delay delays mess smell noise mix-up confusion outage disruption mistake mistakes error errors lateness breakdown crash crashes bug bugs shortage "
    "cancellation cancellations overcharge silence downtime rudeness gap glitch glitches failure hold-up leak lag slowness interruption breach leaks damage oversight overcrowding",
    "ERR": "error errors 404 500 502 503 504 5xx timeout timeouts failure failures blank delay delays problem problems issue issues trouble difficulty difficulties "
    "slow slower slowness slowdown slowdowns stale duplicate wrong incorrect missing outage outages downtime disruption disruptions latency lag crash crashes interruption "
    "interruptions degraded empty incomplete degradation unavailable loss wait waits queues rejected declined gaps  silence",
    "SORRY": "sorry apologise apologize apologies apology apologising apologizing apologises apologizes",
    "CAUSEN": "bug error mistake misconfiguration configuration config fault certificate cable update upgrade change migration release deployment deploy push failover switch "
    "router power leak surge spike demand traffic load attack attacker attackers ddos script query queries lock deadlock typo oversight shortage strike storm snow "
    "flood flooding fire lightning frost heat wind rain ice fog accident collision breakdown van lorry truck driver drivers courier carrier supplier "
    "suppliers vendor provider registrar host isp bank manufacturer factory contractor builder builders digger roadworks engineer employee "
    "clerk colleague machine generator battery ups pump valve pipe boiler cooling disk memory cpu cache index table schema column patch "
    "firmware driver library dependency plugin module component feature code test tests process procedure restart reboot rollback rotation token key password "
    "server node switch controller firewall rule filter regex formula template setting flag limit quota timeout clock timezone queue "
    "worker workers job cron scheduler batch import export feed backup sickness illness absence staffing customs paperwork printer scanner label sensor form "
    "website app system software hardware database storage network line fibre fiber tree points signal signalling train crew pilot maintenance "
    "combination series chain volume backlog increase rise growth popularity campaign promotion sale interaction condition failure "
    "glitch defect flaw weakness gap vulnerability exploit phishing malware spammer bot crawler scraper record records response responses reply  "
    "retry retries replication connection connections pool threads thread leader instance kernel daemon agent upstream cdn proxy balancer dns zone api third-party vehicle vehicles rota schedule timer kitchen landlord user planner roster",
    "WORKN": "upgrade update migration maintenance deploy deployment release rollout restore backup move relocation change switchover failover reboot restart rotation "
    "cutover conversion installation repair refactoring cleanup work works redesign experiment test",
    "COMPONENT": "disk disks drive memory cable cables certificate certificates generator battery pump boiler cooling power switch switches router routers hardware fan fibre "
    "fiber van vans lorry vehicle vehicles printer scanner sensor valve card unit units backup failover lock fuse fuses chiller compressor motor engine "
    "controller token key password pipe cache queue index raid psu ups circuit supply heater brake door seal axle bearing gearbox",
    "THIEF": "attacker attackers hacker hackers thief thieves criminal criminals intruder intruders fraudsters stranger strangers outsider outsiders",
    "PERSONAL": "names name addresses address numbers passwords password e-mails emails data records details information card cards birthdays photos documents messages accounts credentials",
    # verbs in -ed that tell of no cause; any other is read as something that happened
    "TOLD": "apologised apologized explained confirmed noticed discovered received reported asked investigated worked helped tried started replied contacted identified "
    "acknowledged advised assured reassured promised agreed decided wanted needed used called talked looked waited reached visited responded answered offered thanked "
    "welcomed arrived ended continued finished completed succeeded improved learned mentioned stated suggested hoped believed considered reviewed expected planned joined",
    "ODD": "oddlyhappened",
    "FIXOBJ": "fix fixes patch patches hotfix update version workaround mitigation configuration capacity traffic limit limits server servers instance instances node nodes "
    "resources staff ticket tickets case issue replacement replacements refund refunds engineer engineers technician technicians colleague deadline replica backup backups "
    "hardware account accounts booking bookings order orders charge charges payment payments password passwords token tokens key keys certificate copy parcel set part "
    "parts provider database disk file files page feature fee fees queue queues job jobs service services credit credits courier crew crews bus buses team teams data van vans trains",
    "FIXN": "fix fixes patch hotfix repair repairs replacement replacements recovery restoration rollback workaround refund refunds solution correction update technician engineer engineers crew "
    "crews part parts rebuild remediation mitigation release cleanup bus buses courier voucher",
    "GUARDN": "alarm alarms alert alerts alerting check checks monitoring monitor monitors test tests testing safeguard safeguards training limit limits "
    "rate-limiting capacity redundancy redundant reviewer reviewers review reviews procedure procedures process processes policy policies rule rules scanner "
    "scanners backup backups failover automation protection protections measure measures control controls runbook runbooks playbook playbooks documentation docs "
    "timeouts timeout authentication two-factor mfa firewall firewalls access permissions logging tooling throttling canary staging validation verification "
    "quality generator generators spare spares resilience resiliency reliability hardware infrastructure cluster cooling checklist checklists audit audits drill "
    "drills approval approvals signoff sign-off breaker breakers linter lint regression coverage staffing supervisor supervision inspection inspections replica "
    "replicas region regions architecture design topology rotation renewal on-call escalation observability dashboards dashboard probe probes "
    "metrics instrumentation pipeline rollouts rollout gate gates guardrail guardrails fallback default defaults quotas separation isolation segregation sandbox "
    "encryption contract supplier suppliers crew shift shifts locks lock sensors sensor cameras packaging labels labelling software "
    "lessons practice practices protocol protocols workflow workflows communication warnings warning headroom memory disk switches valves pipes stock safety security provider vendor radius fleet vehicles suite",
    "AGAIN": "again future similar recur recurs recurring recurrence recurrences repeat repeats repeated repetition reoccur reoccurring reoccurrence re-occurring "
    "re-occur happening occurring happen occur kind likelihood risk chance",
    "PREVENT": "prevent preventing avoid avoiding stop stopping ensure ensuring reduce reducing minimise minimising minimize minimizing guard lessen guarantee",
    "CONCRETE": "working deploying moving back",
    "REPORT": "reports reported report reporting aware seeing noticed noticing observed observing detected saw seen see identified",
    "SOLD": "sold out",
    "GOOD": "normal operational running stable healthy fine good ok okay available accessible online working back sorted resolved fixed smoothly normally recovered service well",
    "LATE": "late early behind over",
    "HEADQ": "why what how",
}  # fmt: skip
