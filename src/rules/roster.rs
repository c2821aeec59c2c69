//! Which people of the roster the records name.

use std::collections::{BTreeMap, BTreeSet};

use crate::policy::{Policy, fold};
use crate::record::Record;

/// The roster, to look up whom a record names. Of each record only numbers stay, so that many records stay small.
#[derive(Debug)]
pub struct Roster<'p> {
    keys: Vec<&'p str>,
    by_key: BTreeMap<&'p str, u32>,
    /// By names and aliases, as they are compared: a requester is named so.
    by_name: BTreeMap<String, u32>,
}

impl<'p> Roster<'p> {
    /// The roster of a policy.
    #[must_use]
    pub fn of(policy: &'p Policy) -> Self {
        let mut roster = Roster { keys: Vec::new(), by_key: BTreeMap::new(), by_name: BTreeMap::new() };
        for (number, (key, person)) in (0..).zip(&policy.board.people) {
            roster.keys.push(key);
            roster.by_key.insert(key, number);
            for name in std::iter::once(&person.name).chain(&person.aliases) {
                roster.by_name.insert(fold(name), number);
            }
        }
        roster
    }

    /// The people that a record names, by their numbers.
    #[must_use]
    pub fn named_in(&self, record: &Record<'_>) -> Box<[u32]> {
        if self.keys.is_empty() {
            return Box::default();
        }
        let requester = match record {
            Record::Board(record) => record.requester_name,
            Record::Registry(_) => None,
        };
        let keys = record.people().into_iter().filter_map(|key| self.by_key.get(key));
        distinct(keys.chain(requester.and_then(|name| self.by_name.get(&fold(name)))))
    }

    /// The people that the text of a record may name, where it cannot be read as one: those whose key stands in it as
    /// a word, and a requester.
    #[must_use]
    pub fn named_in_text(&self, text: &str) -> Box<[u32]> {
        let is_key = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-');
        let words = text.split(|char| !is_key(char)).filter_map(|word| self.by_key.get(word));
        let requesters = text.lines().filter_map(|line| {
            let name = line.trim().strip_prefix("requester_name:")?;
            self.by_name.get(&fold(name.trim().trim_matches(['"', '\''])))
        });
        distinct(words.chain(requesters))
    }

    /// The keys of people by their numbers.
    #[must_use]
    pub fn keys_of(&self, numbers: &BTreeSet<u32>) -> BTreeSet<&'p str> {
        let named = |(number, key): (u32, &&'p str)| numbers.contains(&number).then_some(*key);
        (0..).zip(&self.keys).filter_map(named).collect()
    }

    /// The keys of all.
    #[must_use]
    pub fn everybody(&self) -> BTreeSet<&'p str> {
        self.keys.iter().copied().collect()
    }
}

fn distinct<'n>(numbers: impl Iterator<Item = &'n u32>) -> Box<[u32]> {
    numbers.copied().collect::<BTreeSet<u32>>().into_iter().collect()
}
