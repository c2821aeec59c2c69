//! The controls of NIST SP 800-53 Rev. 5: which there are, what they are called, and where withdrawn ones went.
//!
//! The data is a text of one line a control, made by `tests/catalogue/generate.py` and compiled in: a gate must know
//! it without a network. Titles and baselines alone; what a control demands is read in the publication.

use std::fmt;
use std::sync::OnceLock;

use crate::finding::closest as alike;

const DATA: &str = include_str!("nist_800_53_rev5.txt");

/// A control, or an enhancement of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Control {
    /// `AC-2`, `AC-2(1)`.
    pub id: &'static str,
    /// Its name; of an enhancement without that of its control.
    pub title: &'static str,
    /// The baselines that select it, ascending; privacy last.
    baselines: &'static str,
    /// What became of it, as the publication says it: "Incorporated into AC-2k".
    pub withdrawn: Option<&'static str>,
    key: Key,
}

/// What ids are compared by: `AC-10` comes after `AC-2`. The enhancement of a control itself is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    family: [u8; 2],
    number: u16,
    enhancement: u16,
}

impl Control {
    /// The two letters of the family.
    #[must_use]
    pub fn family(&self) -> &'static str {
        self.id.split('-').next().unwrap_or_default()
    }

    /// The control that this enhances; absent where it is none.
    #[must_use]
    pub fn parent(&self) -> Option<&'static Control> {
        if self.key.enhancement == 0 { None } else { look_up(Key { enhancement: 0, ..self.key }) }
    }

    /// The baselines that select it: `low`, `moderate`, `high`, `privacy`.
    pub fn baselines(&self) -> impl Iterator<Item = &'static str> {
        self.baselines.chars().map(|letter| match letter {
            'L' => "low",
            'M' => "moderate",
            'H' => "high",
            _ => "privacy",
        })
    }

    /// The controls that took the place of a withdrawn one, in the order of the publication; those that were
    /// withdrawn since have passed it on.
    #[must_use]
    pub fn successors(&self) -> Vec<&'static Control> {
        let mut found: Vec<&'static Control> = Vec::new();
        let mut open: Vec<&'static Control> = named_in(self.withdrawn.unwrap_or_default());
        open.reverse();
        // A control is looked at once, so a circle in the data ends.
        let mut seen = vec![self.key];
        while let Some(control) = open.pop() {
            if seen.contains(&control.key) {
                continue;
            }
            seen.push(control.key);
            match control.withdrawn {
                Some(fate) => open.extend(named_in(fate).into_iter().rev()),
                None => found.push(control),
            }
        }
        found
    }
}

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parent() {
            Some(parent) => write!(f, "{} {} | {}", self.id, parent.title, self.title),
            None => write!(f, "{} {}", self.id, self.title),
        }
    }
}

/// The control of an id, written as in the publication: `AC-2(1)`.
#[must_use]
pub fn find(id: &str) -> Option<&'static Control> {
    look_up(parse(id)?).filter(|control| control.id == id)
}

/// The control that was most likely meant by an id that is none: the same written another way (`ac-2.1`, `AC-02(01)`),
/// or the nearest of its family.
#[must_use]
pub fn closest(id: &str) -> Option<&'static Control> {
    let tidy: String = id.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_uppercase();
    if let Some(control) = parse_loosely(&tidy).and_then(look_up) {
        return Some(control);
    }
    let family = tidy.get(..2)?;
    let kin = controls().iter().filter(|control| control.family() == family && control.withdrawn.is_none());
    find(alike(&tidy, kin.map(|control| control.id))?)
}

/// The name of a family (`AC`).
#[must_use]
pub fn family(letters: &str) -> Option<&'static str> {
    families().find(|(family, _)| *family == letters).map(|(_, title)| title)
}

/// All families, by their letters: `AC`, "Access Control".
pub fn families() -> impl Iterator<Item = (&'static str, &'static str)> {
    DATA.lines().skip_while(|line| line.starts_with('#')).map_while(|line| line.split_once('='))
}

/// All controls, in the order of the publication.
#[must_use]
pub fn controls() -> &'static [Control] {
    static ALL: OnceLock<Vec<Control>> = OnceLock::new();
    ALL.get_or_init(|| DATA.lines().filter_map(read_line).collect())
}

fn look_up(key: Key) -> Option<&'static Control> {
    let all = controls();
    all.binary_search_by_key(&key, |control| control.key).ok().and_then(|index| all.get(index))
}

fn read_line(line: &'static str) -> Option<Control> {
    let mut parts = line.split('|');
    let (id, title, baselines, fate) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    Some(Control {
        id,
        title,
        baselines,
        withdrawn: Some(fate).filter(|fate| !fate.is_empty()),
        key: parse(id)?,
    })
}

fn parse(id: &str) -> Option<Key> {
    let (family, rest) = id.split_once('-')?;
    let family = <[u8; 2]>::try_from(family.as_bytes()).ok()?;
    let (number, enhancement) = match rest.split_once('(') {
        Some((number, rest)) => (number, positive(rest.strip_suffix(')')?)?),
        None => (rest, 0),
    };
    Some(Key { family, number: positive(number)?, enhancement })
}

/// Two letters, then one number or two, whatever stands around them.
fn parse_loosely(id: &str) -> Option<Key> {
    let family = <[u8; 2]>::try_from(id.get(..2)?.as_bytes()).ok()?;
    let mut numbers = id.get(2..)?.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let key = Key {
        family,
        number: positive(numbers.next()?)?,
        enhancement: numbers.next().map_or(Some(0), positive)?,
    };
    numbers.next().is_none().then_some(key)
}

fn positive(digits: &str) -> Option<u16> {
    let digits_only = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|number| digits_only && *number > 0)
}

/// The controls that a text names, parts of controls (`AC-2k`) as the whole.
fn named_in(text: &str) -> Vec<&'static Control> {
    text.split([' ', ','])
        .filter_map(|word| {
            let id = word.trim_end_matches('.');
            find(id).or_else(|| find(id.trim_end_matches(|c: char| c.is_ascii_lowercase() || c == '.')))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_whole_and_in_order() {
        assert_eq!(controls().len(), 1196);
        assert_eq!(families().count(), 20);
        assert!(controls().is_sorted_by(|a, b| a.key < b.key));
        let lines = DATA.lines().filter(|line| !line.starts_with('#') && !line.contains('='));
        assert_eq!(lines.count(), controls().len());
        for control in controls() {
            assert_eq!(find(control.id), Some(control));
            assert!(family(control.family()).is_some());
            assert!(control.withdrawn.is_none() || control.baselines.is_empty(), "{}", control.id);
        }
    }

    #[test]
    fn ids_are_found_as_the_publication_writes_them_and_no_other_way() {
        let control = find("AC-2(1)").unwrap();
        assert_eq!(control.to_string(), "AC-2(1) Account Management | Automated System Account Management");
        assert_eq!(control.baselines().collect::<Vec<_>>(), ["moderate", "high"]);
        assert_eq!(control.parent(), find("AC-2"));
        for wrong in
            ["ac-2", "AC-02", "AC-2(01)", "AC-2(0)", "AC-2()", "AC-2 ", "AC-+2", "AC2", "XX-1", "AC-999", ""]
        {
            assert_eq!(find(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_id_that_is_none_has_a_nearest_one() {
        let near = |id: &str| closest(id).map(|control| control.id);
        for (wrong, right) in
            [("ac-2.1", "AC-2(1)"), ("AC-02(01)", "AC-2(1)"), ("AC-2 (1)", "AC-2(1)"), ("sc07", "SC-7")]
        {
            assert_eq!(near(wrong), Some(right), "{wrong}");
        }
        assert!(near("IA-13(9)").is_some_and(|id| id.starts_with("IA-13")));
        assert_eq!(near("ZZ-1"), None);
        assert_eq!(near("é"), None);
    }

    #[test]
    fn a_withdrawn_control_says_where_it_went() {
        let went = |id: &str| {
            let control = find(id).unwrap();
            assert!(control.withdrawn.is_some());
            control.successors().iter().map(|control| control.id).collect::<Vec<_>>()
        };
        assert_eq!(went("AC-2(10)"), ["AC-2"]);
        assert_eq!(went("AC-3(6)"), ["MP-4", "SC-28"]);
        assert_eq!(went("SC-19"), [""; 0]);
        for control in controls() {
            assert!(control.successors().iter().all(|next| next.withdrawn.is_none()), "{}", control.id);
        }
    }
}
