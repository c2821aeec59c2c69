//! Who somebody is in the roster: the one place where logins, addresses, keys and names meet people.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

use super::Voter;
use crate::policy::{Person, Policy, fold};
use crate::time::{Date, Instant};

/// What the forge makes commits with in its web pages is nobody's hand.
const WEB_COMMITTER: (&str, &str) = ("noreply@github.com", "web-flow");

/// Addresses that the forge makes up for those who hide theirs: `LOGIN@…`, or `NUMBER+LOGIN@…`.
const HIDDEN_ADDRESS: &str = "@users.noreply.github.com";

/// The roster of a policy, to look people up in. Made once for a policy.
#[derive(Debug, Clone)]
pub struct Identities<'p> {
    policy: &'p Policy,
    by_key: BTreeMap<String, &'p str>,
    by_login: BTreeMap<String, &'p str>,
    by_address: BTreeMap<String, &'p str>,
    /// By all that a request may call somebody, in each form in which it is compared; several people may bear one name.
    by_likeness: BTreeMap<String, BTreeSet<&'p str>>,
}

impl<'p> Identities<'p> {
    /// The roster of a policy.
    #[must_use]
    pub fn of(policy: &'p Policy) -> Self {
        let mut roster = Identities {
            policy,
            by_key: BTreeMap::new(),
            by_login: BTreeMap::new(),
            by_address: BTreeMap::new(),
            by_likeness: BTreeMap::new(),
        };
        for (key, person) in &policy.board.people {
            roster.by_key.insert(fold(key), key);
            if let Some(login) = &person.github {
                roster.by_login.insert(fold(login), key);
            }
            for address in &person.emails {
                roster.by_address.insert(fold(address), key);
            }
            for name in names(key, person) {
                for form in likenesses(name) {
                    roster.by_likeness.entry(form).or_default().insert(key);
                }
            }
        }
        roster
    }

    /// The policy whose roster this is.
    #[must_use]
    pub fn policy(&self) -> &'p Policy {
        self.policy
    }

    /// An entry of the roster, by its key.
    #[must_use]
    pub fn person(&self, key: &str) -> Option<&'p Person> {
        self.policy.board.people.get(key)
    }

    /// The key of the one person that a voter is: by login, address or key, without regard to case. A name alone
    /// proves nothing.
    #[must_use]
    pub fn voter(&self, voter: &Voter) -> Option<&'p str> {
        match voter {
            Voter::Person(key) => self.by_key.get(&fold(key)).copied(),
            Voter::Login(login) => self.login(login),
            Voter::Git { email, .. } => self.address(email),
        }
    }

    /// The keys of all people who may have had that hand in a change. Whom git names with an address that the roster
    /// does not have is looked up by name too: who hides an address must not gain a vote by it.
    #[must_use]
    pub fn hands(&self, voter: &Voter) -> BTreeSet<&'p str> {
        if let Some(person) = self.voter(voter) {
            return BTreeSet::from([person]);
        }
        match voter {
            Voter::Git { name, email } if fold(email) != WEB_COMMITTER.0 => self.named(name),
            Voter::Git { .. } | Voter::Login(_) | Voter::Person(_) => BTreeSet::new(),
        }
    }

    /// The keys of all people whom a free text such as `requester_name` may mean: by key, name, alias, address or
    /// login, whatever the case, with letters that look alike taken for the same. `Jane Doe <jane@example.com>`,
    /// `Jane Doe (sales)` and `Jane Doe, John Roe` are read as what they are.
    #[must_use]
    pub fn named(&self, text: &str) -> BTreeSet<&'p str> {
        let separators = [',', ';', '/', '&', '+', '|', '<', '>', '(', ')', '[', ']', '"'];
        let parts = std::iter::once(text).chain(text.split(separators)).chain(text.split(" and "));
        parts
            .flat_map(|part| likenesses(part.trim().trim_start_matches('@')))
            .filter_map(|form| self.by_likeness.get(&form))
            .flatten()
            .copied()
            .collect()
    }

    /// The last day of somebody who had left by an instant.
    #[must_use]
    pub fn left_by(&self, key: &str, at: Instant) -> Option<Date> {
        let left = self.person(key)?.left?;
        (left < self.policy.lanes.calendar.date_of(at)).then_some(left)
    }

    fn login(&self, login: &str) -> Option<&'p str> {
        let login = fold(login);
        if login == WEB_COMMITTER.1 { None } else { self.by_login.get(&login).copied() }
    }

    fn address(&self, address: &str) -> Option<&'p str> {
        let address = fold(address);
        if address == WEB_COMMITTER.0 {
            return None;
        }
        let hidden = || {
            let local = address.strip_suffix(HIDDEN_ADDRESS)?;
            self.login(local.split_once('+').map_or(local, |(_, login)| login))
        };
        self.by_address.get(&address).copied().or_else(hidden)
    }
}

/// All that somebody may be called.
fn names<'a>(key: &'a str, person: &'a Person) -> impl Iterator<Item = &'a str> {
    let called = [key, person.name.as_str()].into_iter().chain(person.github.as_deref());
    called.chain(person.aliases.iter().chain(&person.emails).map(String::as_str))
}

/// What each character of ASCII looks like, where that is ASCII again: `%` looks like three that are not.
static LOOKS: LazyLock<Vec<Option<String>>> = LazyLock::new(|| {
    let look = |byte: u8| skeleton(char::from(byte).encode_utf8(&mut [0; 4])).collect::<String>();
    (0..=0x7F).map(|byte| Some(look(byte)).filter(|look| look.is_ascii())).collect()
});

/// A text with one character in place of all that look like it. Of most names each character is looked up alone: what
/// is ASCII combines with nothing.
fn look_of(text: &str) -> String {
    let known = |byte: u8| LOOKS.get(usize::from(byte))?.as_deref();
    text.bytes().map(known).collect::<Option<String>>().unwrap_or_else(|| skeleton(text).collect())
}

/// The forms in which a name is compared. Two, as folding and taking look-alikes for each other do not commute: a
/// capital `I` looks like `l`, and is an `i`.
fn likenesses(name: &str) -> BTreeSet<String> {
    let tidy = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let compatible =
        if name.is_ascii() { Cow::Borrowed(name) } else { Cow::Owned(name.nfkc().collect::<String>()) };
    let folded_first = tidy(&look_of(&fold(&compatible)));
    let folded_last = tidy(&fold(&look_of(&compatible)));
    let mut forms = BTreeSet::from([folded_first, folded_last]);
    forms.remove("");
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_is_the_skeleton_whoever_looks_it_up() {
        let every: String = (' '..='~').collect();
        let pairs = (0..=0x7F_u8).flat_map(|one| (0..=0x7F_u8).map(move |two| [one, two]));
        let texts = pairs.map(|pair| pair.iter().map(|byte| char::from(*byte)).collect());
        let more =
            [every, "Modern Ill 100%".to_owned(), "Zo\u{eb} \u{441}at".to_owned(), "e\u{301}".to_owned()];
        for text in texts.chain(more) {
            assert_eq!(look_of(&text), skeleton(&text).collect::<String>(), "{text:?}");
        }
    }
}
