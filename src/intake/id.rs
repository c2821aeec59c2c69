//! Ids: which is next.

use std::collections::BTreeMap;

use crate::schema::Kind;

/// Digits of a number in an id, unless the repository writes more.
const DIGITS: usize = 4;

/// Most that an id's number may be.
const MOST: u32 = 999_999;

/// An id of a year: `SEB-2026-0042`.
struct YearId<'a> {
    prefix: &'a str,
    year: i32,
    number: u32,
    digits: usize,
}

fn parse(stem: &str) -> Option<YearId<'_>> {
    let mut parts = stem.split('-');
    let (prefix, year, number) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if parts.next().is_some() || year.len() != 4 || !digits(year) || !digits(number) || number.len() > 6 {
        return None;
    }
    Some(YearId { prefix, year: year.parse().ok()?, number: number.parse().ok()?, digits: number.len() })
}

/// The prefix of new ids: the one that most records of the kind have, or else the custom of the kind.
#[must_use]
pub fn prefix_of<'a>(kind: Kind, stems: impl IntoIterator<Item = &'a str>) -> &'a str {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for id in stems.into_iter().filter_map(parse) {
        *counts.entry(id.prefix).or_default() += 1;
    }
    // Of equals the first by name: the answer must not depend on chance.
    let most = counts.iter().max_by_key(|(prefix, count)| (**count, std::cmp::Reverse(**prefix)));
    most.map_or(
        match kind {
            Kind::Board => "SEB",
            Kind::Registry => "REG",
        },
        |(prefix, _)| prefix,
    )
}

/// The next id of a prefix and year: one more than the highest, so that the id of a record that is gone is not given
/// again. `None` where there is none left.
#[must_use]
pub fn next_id<'a>(prefix: &str, year: i32, stems: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut last = 0;
    let mut digits = DIGITS;
    for id in stems.into_iter().filter_map(parse).filter(|id| id.year == year && id.prefix == prefix) {
        last = last.max(id.number);
        digits = digits.max(id.digits);
    }
    (last < MOST).then(|| format!("{prefix}-{year:04}-{:0digits$}", last + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_id_follows_the_highest_of_its_year_and_prefix() {
        let stems = ["SEB-2026-0007", "SEB-2026-0012", "SEB-2025-0099", "REG-2026-0400", "SEB-3", "odd"];
        assert_eq!(next_id("SEB", 2026, stems).as_deref(), Some("SEB-2026-0013"));
        assert_eq!(next_id("SEB", 2027, stems).as_deref(), Some("SEB-2027-0001"));
        assert_eq!(next_id("SEB", 2026, ["SEB-2026-00099"]).as_deref(), Some("SEB-2026-00100"));
        assert_eq!(next_id("SEB", 2026, ["SEB-2026-999999"]), None);
    }

    #[test]
    fn the_prefix_is_the_one_in_use() {
        assert_eq!(prefix_of(Kind::Board, []), "SEB");
        assert_eq!(prefix_of(Kind::Registry, ["odd"]), "REG");
        assert_eq!(prefix_of(Kind::Board, ["EXC-2026-1", "EXC-2026-2", "SEB-2026-1"]), "EXC");
        assert_eq!(prefix_of(Kind::Board, ["SEB-2026-1", "EXC-2026-2"]), "EXC");
    }
}
