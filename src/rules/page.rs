//! A rule as a page: what `exboard explain` prints and `docs/rules/` holds.

use crate::finding::{RuleInfo, Safety, Scope};

/// The page of a rule, in Markdown.
#[must_use]
pub fn page(rule: &RuleInfo) -> String {
    let mut facts = vec![format!("**{}**", rule.severity)];
    facts.push(match rule.scope {
        Scope::Record => format!("judges {}", rule.judges.as_str()),
        Scope::Change => "judges changes".to_owned(),
        Scope::All => "judges all records together".to_owned(),
        Scope::Policy => "judges the policy".to_owned(),
    });
    match rule.fix {
        Some(Safety::Safe) => facts.push("has a safe fix".to_owned()),
        Some(Safety::Unsafe) => facts.push("has a fix that is a guess".to_owned()),
        None => {}
    }
    if rule.gate {
        facts
            .push("a gate: on a registry record a warning before `ready`, an error from there on".to_owned());
    }
    if rule.suppressible {
        facts.push("can be suppressed".to_owned());
    }
    if rule.votes {
        facts.push("judged where votes can be read".to_owned());
    }
    if rule.clock {
        facts.push(
            "a clock: in a change set a warning, where the record had the finding before the change"
                .to_owned(),
        );
    }
    if rule.locked {
        facts.push("locked: its severity cannot be changed".to_owned());
    }
    facts.push(format!("since {}", rule.since));
    let body: Vec<String> = rule.docs.lines().map(line).collect();
    format!("# {}\n\n{}\n\n{}\n", rule.name, facts.join(" · "), body.join("\n").trim())
}

/// A line of a doc comment as a line of the page. What the tests need to know of an example stands behind the
/// language of its fence; the reader gets it as a sentence.
fn line(doc: &str) -> String {
    let line = doc.strip_prefix(' ').unwrap_or(doc);
    let Some((language, about)) = line.strip_prefix("```").and_then(|fence| fence.split_once(' ')) else {
        return line.to_owned();
    };
    let words: Vec<String> = about.split_whitespace().filter_map(sentence).collect();
    let caption = words.join(", ");
    let mut letters = caption.chars();
    match letters.next() {
        Some(first) => format!("{}{}:\n\n```{language}", first.to_uppercase(), letters.as_str()),
        None => format!("```{language}"),
    }
}

fn sentence(attribute: &str) -> Option<String> {
    let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
    Some(match name {
        "base" if value == "none" => "the whole file".to_owned(),
        "base" => format!("in a record that is otherwise a valid {} one", value.replace('-', " ")),
        "now" => format!("judged at {value}"),
        "path" | "file" => format!("in `{value}`"),
        "evidence" => format!("where `{value}` reads"),
        "remove" => format!("without `{value}`"),
        "with" => "together with it".to_owned(),
        "before" => "before the change".to_owned(),
        "after" => "after the change".to_owned(),
        "new" => "new with the change".to_owned(),
        "removed" => "and gone after it".to_owned(),
        "author" => format!("made by {value}"),
        "landed" => format!("landed at {value}"),
        "first-commit" => format!("first committed at {value}"),
        "approvals" => format!("approved {value} times until then"),
        "first-approved" => format!("first at {value}"),
        "votes" if value == "policy" => "the votes on the policy".to_owned(),
        "votes" => "the votes".to_owned(),
        "lost" => format!("a signed receipt on the commit `{value}`, which is not in the history"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn what_the_tests_need_is_told_in_words() {
        assert_eq!(line(" ```yaml base=none"), "The whole file:\n\n```yaml");
        assert_eq!(
            line(" ```yaml after base=just-approved author=mia"),
            "After the change, in a record that is otherwise a valid just approved one, made by mia:\n\n```yaml"
        );
        assert_eq!(line(" ```"), "```");
        assert_eq!(line(" text"), "text");
    }
}
