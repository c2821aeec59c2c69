//! The grammar that a match is judged by, as regular expressions over a folded clause or sentence.
//!
//! Each entry has the sentence that it was made for. Where an entry holds, `guard` draws the consequence.

use super::clause;
use super::lazy::Phrase;

macro_rules! grammar {
    ($($(#[$doc:meta])* $name:ident: $pattern:expr;)+) => {
        /// The grammar; each part is compiled when a sentence first comes to it.
        #[derive(Debug)]
        pub(super) struct Grammar { $($(#[$doc])* pub(super) $name: Phrase,)+ }

        impl Grammar {
            pub(super) const fn new() -> Self {
                Grammar { $($name: Phrase::new($pattern),)+ }
            }

            #[cfg(test)]
            fn phrases(&self) -> Vec<&Phrase> {
                vec![$(&self.$name,)+]
            }
        }
    };
}

grammar! {
    breaks: clause::BREAK;
    joint: clause::JOINT;
    hinge: clause::HINGE;
    /// "Warranty Period shall mean …": what a word means binds nobody.
    definition: r"^[^,;]{0,90}?\b(?:(?:shall|will) (?:mean|have the meaning|refer to)|is defined as)\b
        |^(?:the |an? )?\x22[^\x22]{1,60}\x22,? (?:means?|refers? to|has the meaning)\b";
    /// "Will you ship by Q3?"
    question: r"^(?:q: |re: )?(?:(?:and|but|so|if [^,?]*,) )?(?:do|does|did|is|are|was|were|will|would|can
          |could|should|shall|may|has|have|had|what|when|where|which|who|whom|whose|why|how|in what
          |by when|any|please)\b.*\?[^a-z]*$";
    /// "Roadmap items may change and are not a commitment."
    disclaimer: r"\b(?:not|no|never|without|neither|nor)\b(?: [a-z-]+,?){0,6} (?:commitments?|promises?
          |obligations?|obligated)\b
        |\bnon-binding\b|\bsubject to change\b|\bpurposes only\b
        |\b(?:sole|own|absolute) discretion\b
        |\bnot (?:be )?(?:rely|relied|reliance)\b|\bforward-looking\b
        |\b(?:dates?|plans?|roadmaps?|timelines?|items?|priorities|features?|scope|estimates?|this
          |it|these|which|they) (?:may|might|can|could) (?:[a-z]+ )?(?:change|shift|slip|move
          |be (?:changed|delayed|postponed|dropped|withdrawn))\b
        |\bbest[- ]efforts?\b
        |\bsubject to (?:[a-z]+ )?(?:availability|approval|prioriti[sz]ation|demand|feasibility
          |agreement|confirmation|review)\b";
    /// "There is no ETA": no date is promised, though a feature may be.
    undated: r"\b(?:not|no|without|nor)\b(?: [a-z-]+,?){0,6} (?:etas?|(?:firm|specific|fixed|exact|concrete
          |definite|target)[a-z ]* (?:dates?|timelines?|timeframes?)|timelines?|timeframes?
          |release dates?)\b";
    future: r"{future}";
    /// After the modal: "will not", "shall at no time".
    not_after: r"^[ ,]*{adverbs}(?:not|never|no longer|neither|in no|at no|under no|no)\b";
    not_only: r"^[ ,]*not (?:only|just|merely)\b";
    /// Before the modal: "we do not", "nor", "neither party", "no fix".
    not_before: r"(?:\b(?:not|never)(?: [a-z]+ly| currently| yet| now)?|\b(?:no|neither|nor|none of|nothing
          |nobody|no one)(?: [a-z'/-]+){0,3})[ ,]*$";
    joins: r"\b(?:and|or|but|then|only|later|longer|doubt)\b";
    /// "We can not promise that it will …"
    denied: r"\b(?:not|no|never|nor|neither|without|hesitat[a-z]*)\b(?: [a-z-]+){0,4} (?:guarant[a-z]*
          |promis[a-z]*|commit[a-z]*|warrant[a-z]*|represent|represents|ensure|assur[a-z]*|mean|means
          |imply|implies|confirm|certain|sure|know|expect|expected|believe|say|plan|plans|intend
          |intention|able to (?:say|give|share))\b";
    them_last: r"(?:^|[ (,]){them}(?: ?\([^()]*\))?(?:,? (?:and|or|and/or) (?:its|their|his|her|your|any|all
          |other) [a-z]+(?: [a-z]+)?)?(?:,[^,]{0,90},)? ?(?:who |which |that )?(?:{adverbs}| )*$";
    ours_last: r"(?:^|[ (,\x22])(?:we|i|us|our [a-z]+(?: [a-z]+)?
          |team)(?: ?\([^()]*\))?(?:,[^,]{0,90},)? ?(?:{adverbs}| )*$";
    /// The customer is promised something: "you will receive", "customers can expect", "you will be notified".
    benefit: r"^[ ,]*{adverbs}(?:receive|get|see|have|hear|enjoy|expect|find|be (?:able|notified|informed
          |given|provided|alerted|contacted|told|credited|refunded|compensated|entitled|eligible
          |offered|assigned|updated|granted|advised|allowed|covered|protected|issued|sent
          |supported))\b";
    can_expect: r"^(?:can|should) (?:be )?(?:fully |rest )?(?:expect|look forward to|count on|rely on
          |depend on|assured|confident)
        |^should (?:receive|get|hear|see|have)";
    /// "We will try to", "will make every effort".
    effort: r"^[ ,]*{adverbs}(?:be )?(?:try|tries|trying|aim|aiming|strive|striving|attempt|attempting
          |endeavou?r|endeavou?ring|seek|hope|hoping|(?:do|doing|try|trying|give it) (?:our|its|my
          |their) (?:very |level )?(?:best|utmost)|(?:use|make|exercise|employ)(?: all| its| our
          | every| the| such)?(?: [a-z]+){0,3} (?:efforts?|endeavou?rs)
          |work(?:ing)? (?:hard |closely |diligently )?(?:to|towards?|on|with)|likely|probably|need
          |depend|be (?:based|determined|decided|dependent|evaluated|considered)|vary|take (?:some
          |a while|time|longer))\b";
    /// Hedges of a rate: the figure is an experience, not a promise.
    usually: r"\b(?:usually|typically|generally|normally|ordinarily|in most cases|average|on average
          |most of the time|as (?:quickly|fast|soon) as (?:possible|practicable|practical|we can
          |reasonably)|where (?:possible|feasible)|if possible|when possible|target(?:s
          |ed)? (?:response|resolution)|(?:reasonable|good[- ]faith) (?:efforts?|endeavou?rs))\b";
    /// "We will consider adding": nothing is promised about a feature.
    considers: r"^[ ,]*{adverbs}(?:(?:be|continue to|start to|then|only) )*(?:consider|evaluat|explor
          |investigat|look|review|assess|discuss|think|talk|decid|determin|check|examin|keep|kept
          |let\b|get back|get in touch|get (?:a|the|an|some|more)\b|update (?:you|this|the (?:issue
          |ticket|thread|docs|schedule))|update (?:on|as|here|schedule)|shar(?:e|ing)\b|post|rais|ask
          |triag|monitor|revisit|take|taking|pass|forward|not(?:e|ify|ified)\b|evaluate|accept|inform
          |respond|repl(?:y|ied)|answer|contact|acknowledg|reach out|see\b|know|need|have to|help|assist
          |cooperat|work with|work on|happy|glad|pleased|proud|stor|process|collect|us(?:e
          |ing) (?:your|the information|this information|personal|it|them|cookies|such|that)\b|retain
          |comply|complies|charg|bill|invoic|pay|treat|act\b|send|email|call\b|meet\b|try|clos(?:e|ed
          |ing) (?:this|the issue|the ticket|it)|request|requir|receiv|return|maintain|remain
          |do (?:our|my|its|everything|what)|give (?:you|it a|this)|tell|report|communicat
          |credit (?:you|the)|advise|confirm|perform|conduct|(?:implement|establish)[a-z]* (?:and
          |or) maintain|provide (?:you|the (?:services?|professional|technical|remed)|services?
          |assistance|information|notice|support|reasonable|customers?|written|all|such|any|updates)
          |disclos|protect|respect|honou?r|abide|follow (?:up|your|the|our|these|any)|observe|submit|issue\b|allow|permit
          |make (?:sure|every|reasonable|no)|bring (?:this|it|up)|include (?:your|the following
          |a copy)|be\b(?: [a-z]+ly)? (?:in touch|responsible|liable|entitled|happy|glad|sent|asked
          |required|used|processed|shared|treated|subject|considered|evaluated|reviewed|(?:the|an?)\b)
          |come back|defend|indemn|hold|ensure|guarant|endeav|strive|attempt|explain|describ|show
          |assum|find|welcom|start by|walk|demonstrat|refer|mean|want|like|love|say|wait|watch
          |follow up|attach|miss|hear|see|leave|never|be (?:back|here|there)\b)";
    /// "Whether it will", "if we plan to", "when it will".
    conditional: r"\b(?:whether|if|unless|when|in case|in the event|hope|hopes|hoping|think|thinks|believe
          |guess|not sure|unsure)(?: that)?(?: [a-z'-]+){0,4} ?$";
    opens_condition: r"^(?:if|when|where|unless|once|after|should|upon|in the event|following|to the extent
          |provided)\b[^,]*$";
    past_before: r"\b(?:may|might|could|can|would|to|was|were|had|has|have been|been|originally|initially
          |previously|used to|as)(?: [a-z]+ly)? ?$";
    /// "We expected it in May": the same form as "expected in May".
    past_subject: r"\b(?:we|i|they|he|she|you|users?|customers?) ?$";
    participle_first: r"^(?:expected|planned|scheduled|slated|targeted|anticipated|estimated)\b";
    /// "The contract year begins on 1 January".
    calendar_subject: r"\b(?:contract|agreement|subscription|licen[cs]e|certificate|year|term|period|season) ?$";
    past_in: r"\b(?:was|were|had|did)\b";
    /// "The release of the first quarter was late": told of the past, whatever came before.
    past_after: r"^[^,;]{0,60}?\b(?:was|were|had|did)\b";
    /// "Customer shall implement the patch within 30 days": what a modal rules is judged by the modal.
    modal_before: r"\b(?:must|shall|will|should|would|may|might|could|can)\b";
    /// "Aim to be certified by May": an intention, whatever the date.
    infinitive: r"\bto [a-z]+";
    /// Contract mechanics and the payer's duties.
    mechanics: r"^[ ,]*{adverbs}(?:be |automatically |have )*(?:deemed|considered|paid|pay|payable|due
          |invoiced|billed|charged|submitted|brought|claimed|filed|commenced|renew\b|expire|terminate
          |lapse|survive|continue (?:in|for|until|thereafter)|remain in|apply to|governed|construed
          |retained|kept|stored|archived|preserved|retain|keep|store|archive|preserve|hold|logged out
          |expired?)\b";
    reported: r"\b(?:customers?|clients?|buyers?|prospects?|they|he|she|regulators?|auditors?|contract
          |questionnaire|questions?|clause|rfp|draft|regulation|gdpr|law|standard)(?: has| have| also
          | then)? (?:ask|request|requir|demand|want|expect|insist|propos|say|said|state|read)(?:s|ed
          |e|es|ing|d)?(?: us| for| that| to| whether| if| on)?\b([^,;]*)$";
    /// Before a noun or verb of guarantee.
    ungiven: r"\b(?:not|no|never|neither|nor|without|disclaims?|disclaim(?:ed|ing)|exclud[a-z]*|in lieu of
          |rather than|none|nothing|cannot|waives?|except(?: for| as)?
          |limits? of)(?:[ ,/]+[a-z0-9'()-]+){0,7}[ ,/]*$";
    /// "Shall not fall below 99.7%".
    not_below: r"\bnot (?:fall|drop|go|be less|be lower)\b";
    no_promise: r"\b(?:not|never|nor)\b
        |\b(?:no|without) (?:[a-z]+ ){0,4}?(?:guarant|warrant|promis|assur|commit|credit|refund|sla
          |represent)";
    /// "Notice of any warranty claim": talk of a warranty gives none.
    warranty_talk: r"^ (?:claims?|repairs?|terms|conditions|information|registration|obligations?|disclaimers?)\b";
    /// "Limited to 100% of the charges": a cap, not a credit.
    capped: r"\b(?:liab[a-z]*|limited to|maximum of)\b";
    commissive: r"\b(?:guarant|warrant|represent|promis|ensur|undertak|covenant|assur)[a-z]*\b";
    measured: r"\b(?:was|were|had|achieved|maintained|averaged|recorded|measured|provided|gave|delivered
          |exceeded|met|has been|have been|historical|historically|last|past|previous|to date|since)\b";
    commits: r"\b(?:guarantees?|warrants?|promises?|will|shall|commits?|ensures?|assures?)\b";
    designed: r"\b(?:designed|intended|built|helps?|helping|aims?|aiming|strives?|tries|try|seeks?
          |target(?:s|ing|ed)?|goal|objective|hope|may|might|could
          |can)\b(?: [a-z]+){0,2}(?: to)?(?: [a-z]+)?[ ,]*$
        |\b(?:goal|target|objective|aim)\b[^,;]{0,40}$";
    cap: r"\b(?:up to (?:the|a|an|us|\$|[0-9])|not (?:to )?exceed|no(?:t| event
          | circumstances?)\b.{0,60} exceed|limited to|capped|\bcap (?:of|equal|at|set)
          |direct damages only|subject to (?:the |any )?(?:[a-z]+ ){0,3}(?:cap|limit|limits
          |limitations?)|to the extent (?:of|covered))\b";
    unlimits: r"\b(?:not|nothing|inapplicable|unlimited|uncapped|without (?:limit|limitation|cap)
          |no (?:limit|cap))\b";
    not_liable: r"\b(?:not|no|never|neither|nor|nothing|none)\b[^.;]*$";
    no_right: r"\b(?:may|shall|will|do|does|is|are|can|must|should|would) not\b
        |\bno (?:right|rights|obligation|entitlement|audits?)\b|\b(?:neither|nor|without)\b
        |\bnot (?:be |have |grant|permit|allow|entitle|include|extend)";
    right_holder: r"^(?:may|can|might|rights?|entitled|(?:is|are|be) |entitlement|option|permission|ability
          |opportunity|authority)";
    theirs: r"^.{0,120}?\b(?:your|(?:customer|licensee|client|user|subscriber)s?'s?|users'|licensees'
          |customers')\b";
    theirs_ours: r"\b(?:customers?|clients?|buyers?|purchasers?|you|subscribers?|controllers?|third[- ]part(?:y
          |ies)|authorities|regulators?|auditors?)\b[^,]{0,40}$";
    /// "You shall permit us to audit your books."
    to_us: r"\b(?:permit|allow|give|grant|provide|let|enable|afford|offer)s?(?: for| to)? (?:us
          |our [a-z]+)\b";
    /// "Acme reserves the right to audit any account": ours, whatever our name.
    reserves: r"\breserves?\b";
    /// "The right to audit ends with the agreement", "to audit logs".
    no_grant: r"^(?: [a-z]+)? ?(?:terminat|expir|shall not|does not|do not|is subject|are subject|may not
          |may only|ceases?|ends?\b|will end|is limited|lapses?)
        |^ (?:logs?|logging|trails?|information|events?|reports?|findings|evidence
          |and accountability|capabilit|functions?|data)\b
        |^ (?:(?:the|your|our|its) )?(?:source|code|repositor|html|traffic|packets?|requests?\b
          |responses?|certificate|outputs?|values?|bundle|binar)";
    /// "Buyer shall have access": given to the subject, not by it.
    beneficiary: r"^(?:shall|will|may|must|to)\b(?:,[^,]*,)? (?:have|be|receive|gain)\b";
    /// "Nor shall the supplier be required to".
    not_required: r"\b(?:not|nor|neither|never|no)\b[^,;]{0,60}?\b(?:required|obliged|obligated|entitled
          |permitted|allowed|have to)\b[^,;]{0,40}$";
    /// What stands between the holder and the right: "shall have the".
    holds: r"(?: (?:shall|will|does|do|must|may|agrees? to|agree to|is|are|hereby))*(?: (?:have|has
          |retains?|reserves?|be|enjoys?))?(?: (?:granted|given|afforded))?(?: (?:the|a|an|all|any|its
          |sole|full|reasonable|express|unrestricted|unlimited|same))* ?$";
    /// "The Supplier does not exclude liability for death": no law would let it.
    statutory: r"\b(?:death|personal injury|fraud[a-z]*|bodily injury|(?:can|may|could
          |must) not (?:lawfully |legally )?be (?:limited|excluded|restricted|lawfully [a-z]+)|(?:by
          |under) (?:applicable |mandatory |statutory )?law|law prohibits|prohibited by law)\b";
    /// What goes beyond it.
    beyond_statute: r"\b(?:breach[a-z]*|indemn[a-z]*|confidential[a-z]*|gross|wil+ful|misconduct|intent|data
          |security|section|clause|article|obligations?|specifications)\b";
    /// "The customer's liability is unlimited."
    their_own: r"\b(?:your|{them}'s?|{them}s') ?$";
    /// "Including, without limitation, lost profits" lists; it limits nothing.
    listing: r"\b(?:includ[a-z]*|such as),? (?:but )?without limitation\b
        |\bwithout limitation,? (?:any|all|the|lost|loss)\b";
    negative: r"\b(?:no|not|never|without|nor)\b";
    governed_no_more: r"\b(?:and|but|then) (?:we|i|our|the|it|instead)\b|\b(?:and|but|then) ?$";
    /// "No system is 100% secure", "we can not promise".
    not_absolute: r"\b(?:not|nor|neither|can not|hardly|rarely|nearly|almost|no (?:[a-z]+[ ,]+){1,8}(?:is|are
          |can|could|will)(?: be| ever)?)(?: [a-z]+){0,3} ?$";
    denies_absolute: r"\b(?:no|not|never|nor|impossible to)\b(?: [a-z0-9-]+,?){0,12} (?:guarant[a-z]*|promis[a-z]*
          |warrant[a-z]*|ensure|assur[a-z]*|claim|represent)\b
        |\b(?:no|none of) (?:[a-z0-9-]+,? ){0,14}(?:is|are|can be|could be|can ever be
          |will ever be) (?:ever )?(?:100 ?%|completely|totally|fully|entirely|perfectly|absolutely
          |always|invulnerable|impossible)";
    instructs: r"^(?:(?:please|so|and|also) )?(?:never|always
          |do not(?: ever)?) (?:[a-z]+ly )?[a-z-]*(?:[^dn ]|[^e]n|in)(?: |$)";
    duty: r"^do ?$
        |\b(?:should|must|please|need to|have to|ought to|recommend(?:s|ed)?(?: that)?|be sure to
          |make sure(?: to)?|remember to|required to|responsible for|free to|may|might|could
          |would)(?: [a-z]+){0,2} ?$";
    /// "Under no circumstances shall we be liable": a disclaimer.
    disclaims: r"\b(?:liable|liability|damages|warrant[a-z]*)\b";
    /// A verb that is a noun: "the response plan to".
    plan_noun: r"\b(?:the|an?|this|that|its|your|their|any|each)(?: [a-z-]+){0,3} ?$";
    participle: r"^(?:never|always) (?:[a-z]+ly )?[a-z-]+(?:ed|en|t)\b";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_compiles() {
        for phrase in Grammar::new().phrases() {
            assert!(phrase.regex().is_some(), "{phrase:?}");
        }
    }
}
