//! `policy/invalid`

use crate::finding::Place;
use crate::policy::Problem;
use crate::rules::Out;
use crate::rules::declare::rule;
use crate::yaml::child_pointer;

rule! {
    /// A policy file does not parse, is not known, has an unknown key, or contradicts itself.
    ///
    /// Policy is TOML: `exboard.toml` at the repository's root and the files below `policies/`. A file overrides
    /// single keys of the defaults; a list, or an array of tables, replaces the default one. Contradictions are:
    /// lanes that leave a gap or overlap, a circle of escalation, fewer members than the quorum asks (none at all is
    /// allowed: then nobody can decide), one address, login or key of two people, a person who is not in the roster.
    ///
    /// When it is the policy that judges, no record is judged, and the exit code is 3.
    ///
    /// ## Why
    /// A gate that guesses its own rules is no gate.
    ///
    /// ## Fails
    /// ```toml file=policies/expiry.toml
    /// max_dayz = 30
    /// ```
    /// ```toml file=policies/board.toml
    /// [tiers.working]
    /// members = ["ana", "ben"]
    /// quorum = 3
    /// ```
    ///
    /// ## Passes
    /// ```toml file=policies/expiry.toml
    /// max_days = 30
    /// ```
    RULE {
        name: "policy/invalid",
        summary: "A policy file does not parse, is not known, has an unknown key, or contradicts itself",
        scope: Policy,
        severity: Error,
        locked: true,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::Policy(check)
}

fn check(problems: &[Problem], out: &mut Out<'_>) {
    for problem in problems {
        let field = (!problem.key.is_empty()).then(|| pointer(&problem.key));
        let mut finding =
            out.finding(Place::in_source(&problem.source, problem.span, field), problem.message.as_str());
        finding.help.clone_from(&problem.help);
        for (source, span, message) in &problem.related {
            finding = finding.related(Place::in_source(source, *span, None), message);
        }
        out.report(finding);
    }
}

/// A dotted TOML key as a JSON pointer; a quoted part may hold dots.
fn pointer(key: &str) -> String {
    let mut pointer = String::new();
    let mut part = String::new();
    let mut quoted = false;
    for character in key.chars() {
        match character {
            '"' => quoted = !quoted,
            '.' if !quoted => pointer = child_pointer(&pointer, &std::mem::take(&mut part)),
            other => part.push(other),
        }
    }
    child_pointer(&pointer, &part)
}

#[cfg(test)]
mod tests {
    use super::pointer;

    #[test]
    fn dotted_keys_become_pointers() {
        assert_eq!(pointer("lane.2.scores"), "/lane/2/scores");
        assert_eq!(pointer("rules.\"lane/under-routed\""), "/rules/lane~1under-routed");
        assert_eq!(pointer("people.\"a.b\".name"), "/people/a.b/name");
    }
}
