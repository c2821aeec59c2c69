//! The word classes that a pattern may name in braces: `{future}`, `{deadline}`, `{ship}` and their kin.
//!
//! A class is written in the folded form of the text (see `fold`). The classes are grammar and the same for
//! every board; what a board forbids is its policy.

/// Name and alternatives, in alphabetical order. A line break and the indentation after it stand for nothing.
pub(super) const CLASSES: &[(&str, &str)] = &[
    (
        "adverbs",
        r"(?:[a-z]{2,}[a-oq-z]ly |only |also |then |now |still |soon |always |hereby |further |thereafter |just |even |instead |again |first |at once )*
",
    ),
    (
        "audits",
        r"audits?|auditing|inspections?|examinations?
            |(?:on-?site |security |compliance )(?:reviews?|assessments?|visits?)
            |penetration[- ]tests?(?:ing)?|pen[- ]?tests?(?:ing)?
            |vulnerability (?:scans?|scanning|tests?(?:ing)?|assessments?)
            |security (?:tests?|testing|scans?)",
    ),
    (
        "certificate",
        r"certif[a-z]*|complian[a-z]+|accredit[a-z]*|attest[a-z]*|soc ?[123]
            |iso[ /-]?(?:iec )?[0-9]+|fedramp|hipaa|pci|hitrust|tisax|c5|cyber essentials",
    ),
    (
        "date",
        r"{quarter}
            |(?:the )?(?:early |mid[- ]?
              |late |end of |beginning of |start of |middle of )?(?:{month}(?: [0-9]{1,2}(?:st|nd|rd
              |th)?\b)?(?:,? (?:of )?{year})?\b|[0-9]{1,2}(?:st|nd|rd
              |th)?(?: day)?(?: of)? {month}(?:,? {year})?|(?:fy ?|calendar |fiscal )?{year}\b)
            |[0-9]{4}-[0-9][0-9](?:-[0-9][0-9])?\b
            |[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{4}\b|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}\b",
    ),
    (
        "deadline",
        r"{within}|(?:{on}(?:or before )?{date})|{quarter}|{relative}|{notice}
            |\b(?:immediately|forthwith|without (?:(?:undue|unreasonable|any|further) )?delay
              |promptly (?:[a-z]+ ){0,2}?(?:notif|inform|respon|repl|report|remed|correct|fix|patch
              |delet|return|alert|advis|communicat|disclos|address|resolv)[a-z]*)\b",
    ),
    (
        "feature",
        r"(?:2fa|accounts|alerting|alerts?|algorithms?|api|apis|app|approval|architecture
              |attestation|audit (?:logs?|trails?)|available|backups?|browsers?|bugs?|byok
              |capabilit(?:y|ies)|certification|ciphers?|cli|clusters?|compliance|connectors?|console
              |controls|dashboards?|databases?|encryption|endpoints?|exports?|features?|fedramp
              |fix(?:es)?|functionalit(?:y|ies)|gdpr|generally available|hipaa|hitrust|hosts|hsm
              |integrations?|interface|iso[ -]?[0-9]+|issues?|kms|languages?|logs?|mfa|migrations?
              |mitigations?|modules?|monitoring|notifications|oidc|on-prem(?:ises?)?
              |operating systems?|options?|passkeys?|pci|permissions?|platforms?|plug-?ins?
              |policy engine|portal|providers|providers?|rbac|regions?|releases?|reporting|reports?
              |residency|roles?|saml|scanners?|scim|sdks?|self-hosted|servers?|soc ?1|soc ?2|sso
              |storage|support for|tenants|tls|tokens?|tools?|ui|updates|use cases
              |v?[0-9]+(?:\.[0-9x]+)*|versions?|vpn|vulnerabilit(?:y|ies)|webhooks?|workflows?)\b",
    ),
    (
        "fulldate",
        r"{quarter}
            |{month},? (?:[0-9]{1,2}(?:st|nd|rd|th)?,? )?(?:of )?{year}\b
            |{month} [0-9]{1,2}(?:st|nd|rd|th)?\b
            |[0-9]{1,2}(?:st|nd|rd|th)?(?: of)? {month}\b(?:,? {year})?
            |(?:fy ?|mid-?|early |late |end of ){year}\b
            |[0-9]{4}-[0-9][0-9](?:-[0-9][0-9])?\b
            |[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{4}\b|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}\b",
    ),
    (
        "future",
        r"\b(?:will|shall)\b
            |\b(?:are|is|am|be) (?:(?:now|also|currently|still) )?(?:going|planning|intending
              |expecting|hoping|looking|aiming|about|due|set|scheduled|slated|planned|expected
              |targeted|committed|on track|on course|bound|obliged|obligated) (?:to|for|on)\b
            |\b(?:plan|intend|expect|commit|promise|agree|undertake|pledge|vow|want|aspire)s? (?:to
              |on)\b
            |\b(?:we|i|team|company|vendor|provider|supplier) {adverbs}(?:expect|anticipate|foresee
              |estimate|target|plan|schedule)s?\b
            |\bwould (?:like|love) to\b
            |\bshould (?:be|have|land|ship|arrive|see|hit|get|go|make|receive|hear)\b
            |\b(?:can|should) (?:expect|look forward to|count on)\b|\b(?:is|are) to (?:be|have)\b
            |\b(?:have|has) committed to\b|\bplan is to\b
            |\bthere (?:is|are) (?:(?:an?|firm|concrete|definite) )*plans? to\b
            |\b(?:supplier|vendor|provider|processor|contractor|company|we) must\b",
    ),
    (
        "month",
        r"january|february|march|april|may|june|july|august|september|october|november|december
            |(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?",
    ),
    (
        "notice",
        r"\b{period}'?s?,? (?:(?:or more|prior|advance|advanced|written|calendar)[, ]*)*(?:notice
              |prior to|in advance|before|ahead of|of advance)",
    ),
    (
        "number",
        r"[0-9]+(?:\.[0-9]+)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve
            |fourteen|fifteen|eighteen|twenty(?:-four)?|thirty(?:-six)?|forty(?:-five|-eight)?|sixty
            |seventy-two|ninety
            |(?:one )?hundred(?: and)?(?: twenty| eighty)?|(?:a )?few|(?:a )?couple(?: of)?|several",
    ),
    (
        "on",
        r"\b(?:by|before|until|till|through|towards?|sometime|in|on|during|for|from|around|after
              |no later than|not later than|(?:sometime|some time) in|early|mid|late|prior to|starting
              |beginning|effective|as early as|target(?:ing)?)[ -](?:the )?(?:(?:end of|close of
              |start of|beginning of|middle of|course of) )?",
    ),
    (
        "period",
        r"{number}(?: ?\([0-9]+\))?(?: ?(?:-|to
              |or) ?{number}(?: ?\([0-9]+\))?)?[ -]?(?:full |consecutive |more )?{unit}\b
            |\b[0-9]+ ?[hdw]\b",
    ),
    (
        "quarter",
        r"\bq[1-4](?: ?(?:of |/|-|'|fy|cy)? ?'?(?:20)?[0-9][0-9])?\b|\b20[0-9][0-9][- /]?q[1-4]\b
            |\bh[12](?: ?(?:of |/|-|')? ?(?:20)?[0-9][0-9])?\b
            |\b(?:first|second|third|fourth|1st|2nd|3rd|4th) (?:calendar |fiscal )?(?:quarter
              |half)(?: of (?:{year}|the year|this year|next year))?\b
            |\blast (?:quarter|half) of (?:{year}|the year|this year|next year)\b",
    ),
    (
        "records",
        r"books?|records?|premises|facilit(?:y|ies)|systems?|sites?|data cent(?:er|re)s?|offices?
            |infrastructure|environments?|controls|compliance|procedures|processes|policies|security
            |operations|locations?|accounts|networks?|services|applications?|platform|logs
            |documentation",
    ),
    (
        "relative",
        r"\b(?:(?:by|before|in|for|during|at|towards?|over|later) )*(?:the )?(?:(?:end of|start of
              |beginning of|early|late|later|sometime|close of|rest of) )*(?:the )?(?:next|this|coming
              |following
              |current) (?:few |couple of |{number} )?(?:business |calendar |fiscal )?(?:days?|weeks?
              |months?|quarters?|years?|week's|month's|spring|summer|autumn|fall|winter|week end
              |monday|tuesday|wednesday|thursday|friday|weekend)\b
            |\b(?:by|on|before|until) (?:next |this |coming )?(?:monday|tuesday|wednesday|thursday
              |friday|saturday|sunday|weekend)\b
            |\b(?:in|this|by|during|for) (?:the |early |late |mid-? ?)*(?:spring|summer|autumn|fall
              |winter)(?: of)?(?: {year})?\b
            |\b(?:tomorrow|tonight|by then|later today|overnight
              |(?:the )?same (?:business |working )?day|next (?:business|working) day)\b
            |\b(?:by|before|at|in|until|within|around
              |towards?) (?:the )?(?:(?:very )?end of |close of |beginning of |start of )(?:(?:the
              |this|next|that) )?(?:day|week|month|quarter|year|business|sprint|iteration)\b|\bwithin (?:the|an?|one) (?:hour|day|week|month|quarter|year)\b
            |\bbefore (?:the|this) (?:day|week|month|quarter|year) is (?:out|over)\b
            |\b(?:monday|tuesday|wednesday|thursday|friday)'s (?:release|deploy|update|build)\b
            |\b(?:before|by|after|over) (?:the )?(?:holidays|christmas|summer|easter|thanksgiving)\b
            |\b(?:first|second|third|fourth|last|1st|2nd) (?:week|half|days?|part) of {month}
            |\bby (?:eod|eow|eom|eoq|eoy|year[- ]?end|christmas|summer|spring|autumn|fall|winter
              |then)\b
            |\b(?:before|by|in|around) (?:the )?new year\b|\byear[- ]end\b",
    ),
    (
        "ship",
        r"(?:add|implement|releas|ship|introduc|launch|roll(?:ing|ed)?[- ]?out|fix|patch|remediat
              |re-?writ|backport|port(?:ed|ing)?\b|merg|deprecat|sunset|retir|drop|mitigat|re-?design
              |re-?work|refactor|re-?build|moderni[sz]|prioriti[sz]|replac|remov|upgrad|migrat|tighten
              |harden|strengthen|automat(?:e|es|ed|ing|ion)\b|consolidat|adopt|deploy|integrat
              |incorporat|enforc|isolat|segment|open[- ]?sourc|tackl|moving to|move to|switch|extend|expand|enhanc|optimi[sz]|phas|encrypt|segregat|relocat|moved|moving)[a-z]*\b",
    ),
    (
        "them",
        r"customers?|clients?|buyers?|purchasers?|licensees?|sublicensees?|subscribers?
            |(?:end[ -]?)?users?|tenants?|controllers?|you|distributors?|resellers?|members?
            |recipients?|franchisees?|lessees?|borrowers?|account holders?
            |(?:your|customer's|client's|licensee's|buyer's) (?:own )?(?:auditors?|employees
              |personnel|representatives?|users?|administrators?|admins?|staff|teams?|agents?
              |contractors?|obligations?|organi[sz]ation|company|affiliates?|responsibility)
            |third part(?:y|ies)|part(?:y|ies) (?:requesting|conducting|receiving) (?:the|such|an?) [a-z]+|researchers?|reporters?
            |(?:the )?(?:indemnified|indemnitee|receiving|disclosing|requesting|terminating
              |auditing) part(?:y|ies)
            |sponsors?|regulators?|applicants?|candidates?|visitors?|participants?|invoices?|fees
            |payments?|undisputed amounts?|amounts",
    ),
    (
        "unit",
        r"(?:(?:business|working|calendar|consecutive|clock) )*(?:seconds?|secs?|minutes?|mins?
              |hours?|hrs?|days?|weeks?|weekdays?|months?|quarters?|years?|sprints?)",
    ),
    (
        "within",
        r"\b(?:within|inside|in under|in less than|no later than|not later than|in no more than
              |in) (?:of )?(?:the )?(?:(?:next|coming|first|following|approximately|about|around
              |roughly|at most|at the latest|a maximum of|a period of|another|up to
              |less than) )*(?:[a-z]+ (?:[a-z]+ ){0,4}of )?{period}",
    ),
    ("year", r"20[0-9][0-9]"),
];
