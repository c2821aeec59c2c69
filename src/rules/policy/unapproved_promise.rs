//! `policy/unapproved-promise`

use crate::finding::Place;
use crate::rules::declare::rule;
use crate::rules::{Out, Register, covers};
use crate::time::Date;

rule! {
    /// The statement library, or a response template, makes a promise that no commitment covers.
    ///
    /// Judged are the repository's own texts: `text` in `policies/statements.toml` and `response` in
    /// `policies/patterns.toml`. The tags of a template are left out.
    ///
    /// ## Why
    /// What stands in the library is sent a hundred times.
    ///
    /// ## Fails
    /// ```toml file=policies/statements.toml
    /// [statement.cs-900]
    /// domain = "encryption"
    /// text = "Customer-managed keys will be available by 31 December 2026."
    /// ```
    ///
    /// ## Passes
    /// ```toml file=policies/statements.toml
    /// [statement.cs-900]
    /// domain = "encryption"
    /// text = "Exports are encrypted with AES-256 under a key that we manage."
    /// ```
    RULE {
        name: "policy/unapproved-promise",
        summary: "The statement library, or a response template, makes a promise that no commitment covers",
        scope: Policy,
        severity: Error,
        locked: false,
        judges: Every,
        fix: None,
        since: "0.1.0",
    }
    Check::All(check)
}

fn check(register: &Register<'_>, out: &mut Out<'_>) {
    let policy = register.policy;
    let today = policy.lanes.calendar.date_of(register.now);
    // The built-in texts are read by the tests; a repository that writes none of its own pays nothing.
    let own = |file: &str, key: String| policy.place(file, &key).map(|place| (place, key));
    if policy.has_own("statements.toml") {
        for (id, statement) in policy.statements.iter() {
            if let Some(((source, span), key)) = own("statements.toml", format!("statement.{id}.text")) {
                let place = Place::in_source(&source, span, Some(pointer(&key)));
                promises(register, &statement.text, today, &place, out);
            }
        }
    }
    if policy.has_own("patterns.toml") {
        for (id, pattern) in &policy.patterns.rows {
            if let Some(((source, span), key)) = own("patterns.toml", format!("pattern.{id}.response")) {
                let place = Place::in_source(&source, span, Some(pointer(&key)));
                promises(register, &without_tags(&pattern.response), today, &place, out);
            }
        }
    }
}

fn promises(register: &Register<'_>, text: &str, today: Date, place: &Place, out: &mut Out<'_>) {
    let commitments = &register.policy.commitments;
    let Some(boundary) = commitments.boundary.as_deref() else { return };
    for promise in boundary.promises(text, today) {
        let sentence = text.get(promise.sentence.start..promise.sentence.end).unwrap_or_default();
        if commitments
            .register
            .values()
            .any(|commitment| covers(commitment, boundary, sentence, &promise, today))
        {
            continue;
        }
        let words = text.get(promise.span.start..promise.span.end).unwrap_or_default();
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let finding = out.finding(place.clone(), format!("{}: “{words}”", promise.pattern.message));
        out.report(finding.help(promise.pattern.instead.as_str()));
    }
}

/// A template without its tags.
fn without_tags(template: &str) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, tag)) = rest.split_once('{') {
        text.push_str(before);
        let close = match tag.chars().next() {
            Some('{') => "}}",
            Some('%') => "%}",
            Some('#') => "#}",
            _ => {
                text.push('{');
                rest = tag;
                continue;
            }
        };
        text.push(' ');
        rest = tag.split_once(close).map_or("", |(_, after)| after);
    }
    text + rest
}

fn pointer(key: &str) -> String {
    format!("/{}", key.replace('.', "/"))
}

#[cfg(test)]
mod tests {
    use super::without_tags;

    #[test]
    fn tags_are_left_out() {
        assert_eq!(without_tags("a {{ b }} c{% if d %}e{% endif %} {f}{# g #}"), "a   c e  {f} ");
        assert_eq!(without_tags("a {{ b"), "a  ");
    }
}
