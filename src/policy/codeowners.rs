//! The roster as the forge's own rule of who is asked for a review: `CODEOWNERS`.
//!
//! A forge knows paths alone, and no quorum: any one of a path's owners will do. It is the second line of defence, and
//! what brings the right people to the pull request; votes are counted by the rules.

use std::collections::BTreeSet;

use super::{Layout, Policy, Tier};
use crate::time::Date;

/// Where GitHub looks for the file; the first one that is there counts.
pub const CODEOWNERS: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// The largest file that GitHub reads, in bytes; of a larger one it ignores every line.
pub const MAX_CODEOWNERS: usize = 3_000_000;

fn header(policies: &str) -> String {
    format!(
        "# Made from {policies}/board.toml by `exboard export codeowners`; `exboard check --fix` brings it up to date.\n\
         # Whose review GitHub asks for. How many votes a decision needs, and whose count, the `exboard` check says.\n\
         # The last line that fits a path counts.\n"
    )
}

/// The text of `CODEOWNERS` on a day: people who have left by then own nothing. `None` where nobody of the roster who
/// could own anything has a login.
#[must_use]
pub fn codeowners(policy: &Policy, today: Date) -> Option<String> {
    let lines = Lines { policy, today };
    let paths = &policy.exboard.paths;
    let mut text = String::new();
    // Drafts, evidence and all else have no owner: nobody needs a board's review to write one.
    match paths.layout {
        Layout::Lane => {
            for tier in Tier::ALL {
                lines.put(&mut text, &format!("{}/{tier}", paths.board), &lines.tier(*tier));
            }
        }
        // Paths say nothing of the tier: any member of any will do.
        Layout::Any => {
            let all: BTreeSet<&str> = Tier::ALL
                .iter()
                .flat_map(|tier| &policy.board.tier(*tier).members)
                .map(String::as_str)
                .collect();
            lines.put(&mut text, &paths.board, &lines.logins(all));
        }
    }
    let answers = policy.registry.approvers.union(&policy.board.legal).map(String::as_str);
    lines.put(&mut text, &paths.registry, &lines.logins(answers));
    let votes = &policy.board.policy_votes;
    let voters = lines.tier(votes.tier);
    let mut own = String::new();
    lines.put(&mut own, &paths.policies, &voters);
    for file in &votes.legal_for {
        let members = policy.board.legal.iter().map(String::as_str);
        let mut both = lines.logins(members);
        both.extend(voters.iter().filter(|login| !both.contains(login)).copied().collect::<Vec<_>>());
        let folder = if file == super::files::ROOT { "" } else { paths.policies.as_str() };
        lines.put_file(&mut own, &format!("{folder}/{file}"), &both);
    }
    if !votes.legal_for.contains(super::files::ROOT) {
        lines.put_file(&mut own, super::files::ROOT, &voters);
    }
    lines.put(&mut own, ".github", &voters);
    for file in CODEOWNERS.iter().skip(1) {
        lines.put_file(&mut own, file, &voters);
    }
    if text.is_empty() && own.is_empty() {
        return None;
    }
    Some(format!("{}\n{text}\n{own}", header(&paths.policies)))
}

struct Lines<'p> {
    policy: &'p Policy,
    today: Date,
}

impl<'p> Lines<'p> {
    /// The logins of people who are there, in the order of their keys.
    fn logins<'k>(&self, keys: impl IntoIterator<Item = &'k str>) -> Vec<&'p str> {
        let people = &self.policy.board.people;
        keys.into_iter()
            .filter_map(|key| people.get(key))
            .filter(|person| person.left.is_none_or(|left| left >= self.today))
            .filter_map(|person| person.github.as_deref())
            // A bot cannot own a path.
            .filter(|login| !login.contains('['))
            .collect()
    }

    /// The members of a tier; where none of them has a login, those of the next higher one, who may vote there too.
    fn tier(&self, tier: Tier) -> Vec<&'p str> {
        let higher = Tier::ALL.iter().filter(|other| **other >= tier);
        higher
            .map(|tier| self.logins(self.policy.board.tier(*tier).members.iter().map(String::as_str)))
            .find(|logins| !logins.is_empty())
            .unwrap_or_default()
    }

    /// A folder with all below it. Without an owner there is no line: one without owners would take away those of
    /// lines before it.
    fn put(&self, text: &mut String, folder: &str, logins: &[&str]) {
        self.put_file(text, &format!("{folder}/"), logins);
    }

    fn put_file(&self, text: &mut String, path: &str, logins: &[&str]) {
        if logins.is_empty() {
            return;
        }
        let owners: Vec<String> = logins.iter().map(|login| format!("@{login}")).collect();
        text.push_str(&format!("/{} {}\n", escaped(path.trim_start_matches('/')), owners.join(" ")));
    }
}

/// A path as a pattern: a blank would end it.
fn escaped(path: &str) -> String {
    path.replace(' ', "\\ ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::Source;
    use crate::time::parse_date;

    fn policy(files: &[(&str, &str)]) -> Policy {
        let sources: Vec<Arc<Source>> =
            files.iter().map(|(path, text)| Arc::new(Source::new(*path, *text))).collect();
        Policy::load(&sources, &[]).unwrap()
    }

    fn today() -> Date {
        parse_date("2026-05-04").unwrap()
    }

    const BOARD: &str = r#"
[people]
ann = { name = "Ann", github = "ann-gh" }
bea = { name = "Bea" }
cem = { name = "Cem", github = "cem-gh" }
bot = { name = "Bot", github = "helper[bot]" }
dan = { name = "Dan", github = "dan-gh", left = 2026-05-03 }
eva = { name = "Eva", github = "eva-gh", left = 2026-05-04 }
[tiers.working]
members = ["ann", "bea", "dan", "eva"]
[tiers.director]
members = ["bea"]
[tiers.executive]
members = ["bot", "cem"]
[legal]
members = ["ann"]
"#;

    #[test]
    fn each_tier_owns_its_folder_and_the_policy_tier_the_rest() {
        let policy = policy(&[("exboard.toml", "version = 1\n"), ("policies/board.toml", BOARD)]);
        let text = codeowners(&policy, today()).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with('/')).collect();
        assert_eq!(
            lines,
            [
                "/exceptions/working/ @ann-gh @eva-gh",
                // Nobody there has a login: the next higher tier stands in.
                "/exceptions/director/ @cem-gh",
                "/exceptions/executive/ @cem-gh",
                "/registry/ @ann-gh",
                "/policies/ @cem-gh",
                "/policies/commitments.toml @ann-gh @cem-gh",
                "/policies/statements.toml @ann-gh @cem-gh",
                "/exboard.toml @cem-gh",
                "/.github/ @cem-gh",
                "/CODEOWNERS @cem-gh",
                "/docs/CODEOWNERS @cem-gh",
            ]
        );
        let later = parse_date("2026-05-05").unwrap();
        assert!(!codeowners(&policy, later).unwrap().contains("eva-gh"));
    }

    #[test]
    fn folders_are_those_of_the_policy_and_nobody_is_nobody() {
        let paths = "version = 1\n[paths]\nboard = \"our records\"\nlayout = \"any\"\n";
        let any = policy(&[("exboard.toml", paths), ("policies/board.toml", BOARD)]);
        let text = codeowners(&any, today()).unwrap();
        assert!(text.contains("\n/our\\ records/ @ann-gh @cem-gh @eva-gh\n"), "{text}");
        let nobody = policy(&[("exboard.toml", "version = 1\n")]);
        assert_eq!(codeowners(&nobody, today()), None);
        let workers =
            "[people]\nann = { name = \"Ann\", github = \"ann-gh\" }\n[tiers.working]\nmembers = [\"ann\"]\n";
        let low = policy(&[("exboard.toml", "version = 1\n"), ("policies/board.toml", workers)]);
        let text = codeowners(&low, today()).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with('/')).collect();
        assert_eq!(lines, ["/exceptions/working/ @ann-gh"], "nobody votes on the policy yet");
    }
}
