//! Dates as people write them, as the last day that they can mean.
//!
//! "Q3 2027" is its last day, "March" the next March that is not over, "within 30 days" thirty days from today.
//! A number that could be day or month is read as the earlier date, because an earlier date promises more.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use regex::Captures;

use super::lazy::Phrase;

type Reader = fn(&Captures<'_>, NaiveDate) -> Option<NaiveDate>;

/// The ways to write a calendar date, with what each means.
const CALENDAR: [(&str, Reader); 9] = [
    (r"\b(?<y>(?:19|20)\d\d)[-/.](?<m>\d{1,2})(?:[-/.](?<d>\d{1,2}))?\b", ordered),
    (r"\b(?<a>\d{1,2})[/.](?<b>\d{1,2})[/.](?<y>(?:19|20)?\d\d)\b", ambiguous),
    (r"\b(?<d>\d{1,2})(?:st|nd|rd|th)?(?: day)?(?: of)? (?<n>{month})(?:,? (?<y>(?:19|20)\d\d))?\b", named),
    (r"\b(?<n>{month}) (?<d>\d{1,2})(?:st|nd|rd|th)?\b(?:,? (?<y>(?:19|20)\d\d)\b)?", named),
    (r"\b(?<n>{month}),?(?: of)? (?<y>(?:19|20)\d\d)\b", named),
    (r"\b(?:in|by|before|until|this|next|early|mid|late|end of|during)[ -](?<date>(?<n>{month}))\b", named),
    (
        r"\b(?:q(?<q>[1-4])|h(?<h>[12])|(?<w>first|second|third|fourth|last|1st|2nd|3rd|4th) (?:calendar |fiscal )?(?<u>quarter|half))(?: ?(?:of |/|-|'|fy|cy)? ?'?(?<y>(?:20)?\d\d)\b)?(?<next> of next year)?",
        quarter,
    ),
    (r"\b(?<y>20\d\d)[- /]?q(?<q>[1-4])\b", quarter),
    (
        r"\b(?:by|before|in|until|till|through|during|for|of|early|mid|late|end|fy|year|to) ?-?(?:fy ?)?(?<date>(?<y>20\d\d))\b",
        year,
    ),
];

/// Days counted from today, and named stretches of the calendar.
const RELATIVE: [(&str, Reader); 2] = [
    (
        r"\b(?:within|in|inside|next|coming|following|later than|over the next)(?: of)?(?: the)?(?: next| coming| first| following| about| around| approximately)* (?:(?<low>{number})(?: ?\((?<fig>\d+)\))?(?: ?(?:-|to|or) ?(?<high>{number})(?: ?\(\d+\))?)?)[ -]?(?<unit>(?:business |working |calendar )?(?:hour|day|week|month|quarter|year)s?)\b",
        period,
    ),
    (
        r"\b(?:(?<which>next|this|coming|current|the)|by|of|at|before) (?:end of |the )*(?<unit>day|week|month|quarter|year)\b|\b(?<word>tomorrow|today|eod|eow|eom|eoq|eoy|year[- ]end|new year)\b",
        stretch,
    ),
];

/// The readers of dates; each is compiled when a text first comes to it.
#[derive(Debug)]
pub(super) struct Dates {
    calendar: Vec<(Phrase, Reader)>,
    relative: Vec<(Phrase, Reader)>,
}

impl Dates {
    pub(super) fn new() -> Self {
        let phrases = |table: &[(&'static str, Reader)]| {
            table.iter().map(|(pattern, reader)| (Phrase::new(pattern), *reader)).collect()
        };
        Dates { calendar: phrases(&CALENDAR), relative: phrases(&RELATIVE) }
    }

    /// The latest day that a folded text names.
    pub(super) fn latest(&self, text: &str, today: NaiveDate) -> Option<NaiveDate> {
        let tables = self.calendar.iter().chain(&self.relative);
        read_all(tables, text, today).into_values().map(|(_, day)| day).max()
    }

    /// True where a folded text names dates, and all of them are over.
    pub(super) fn all_past(&self, text: &str, today: NaiveDate) -> bool {
        self.latest(text, today).is_some_and(|day| day < today)
    }

    /// The text with a mark for each calendar date, and the dates in order.
    pub(super) fn mask(&self, text: &str, today: NaiveDate) -> (String, Vec<NaiveDate>) {
        let (mut masked, mut dates, mut at) = (String::new(), Vec::new(), 0);
        for (start, (end, day)) in read_all(self.calendar.iter(), text, today) {
            masked.push_str(text.get(at..start).unwrap_or_default());
            masked.push('\u{FFFC}');
            dates.push(day);
            at = end;
        }
        masked.push_str(text.get(at..).unwrap_or_default());
        (masked, dates)
    }
}

/// The dates of a text, each once, by where they begin: where two ways to read one overlap, the first of the table
/// wins ("March 2027" is no "in March").
fn read_all<'d>(
    readers: impl Iterator<Item = &'d (Phrase, Reader)>,
    text: &str,
    today: NaiveDate,
) -> BTreeMap<usize, (usize, NaiveDate)> {
    let mut found = BTreeMap::new();
    for (phrase, read) in readers {
        for captures in phrase.captures_iter(text) {
            let Some(place) = captures.name("date").or_else(|| captures.get(0)) else { continue };
            let before: Option<(&usize, &(usize, NaiveDate))> = found.range(..place.end()).next_back();
            if before.is_some_and(|(_, (end, _))| *end > place.start()) {
                continue;
            }
            if let Some(day) = read(&captures, today) {
                found.insert(place.start(), (place.end(), day));
            }
        }
    }
    found
}

fn number<T: std::str::FromStr>(captures: &Captures<'_>, name: &str) -> Option<T> {
    captures.name(name)?.as_str().parse().ok()
}

/// A year of two digits lies between 1970 and 2069.
fn year_of(captures: &Captures<'_>) -> Option<i32> {
    number(captures, "y").map(|year: i32| match year {
        0..70 => year + 2000,
        70..100 => year + 1900,
        year => year,
    })
}

fn ordered(captures: &Captures<'_>, _: NaiveDate) -> Option<NaiveDate> {
    let (year, month) = (year_of(captures)?, number(captures, "m")?);
    match number(captures, "d") {
        Some(day) => NaiveDate::from_ymd_opt(year, month, day),
        None => end_of_month(year, month),
    }
}

fn ambiguous(captures: &Captures<'_>, _: NaiveDate) -> Option<NaiveDate> {
    let (year, a, b) = (year_of(captures)?, number(captures, "a")?, number(captures, "b")?);
    [NaiveDate::from_ymd_opt(year, a, b), NaiveDate::from_ymd_opt(year, b, a)].into_iter().flatten().min()
}

fn named(captures: &Captures<'_>, today: NaiveDate) -> Option<NaiveDate> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let name = captures.name("n")?.as_str();
    let month = u32::try_from(MONTHS.iter().position(|month| name.starts_with(month))?).ok()? + 1;
    let in_year = |year| match captures.name("d") {
        Some(day) => NaiveDate::from_ymd_opt(year, month, day.as_str().parse().ok()?),
        None => end_of_month(year, month),
    };
    match year_of(captures) {
        Some(year) => in_year(year),
        None => next_such(in_year, today),
    }
}

fn quarter(captures: &Captures<'_>, today: NaiveDate) -> Option<NaiveDate> {
    let ordinal = captures.name("w").and_then(|word| match word.as_str() {
        "first" | "1st" => Some(1),
        "second" | "2nd" => Some(2),
        "third" | "3rd" => Some(3),
        "fourth" | "4th" => Some(4),
        _ => None,
    });
    let halves =
        captures.name("h").is_some() || captures.name("u").is_some_and(|unit| unit.as_str() == "half");
    let (count, months) = if halves { (2, 6) } else { (4, 3) };
    let index: u32 = number(captures, "q").or_else(|| number(captures, "h")).or(ordinal).unwrap_or(count);
    // "The last quarter", of no year, is over.
    let last = captures.name("w").is_some_and(|word| word.as_str() == "last");
    if last && captures.name("y").is_none() && captures.name("next").is_none() {
        return None;
    }
    let in_year = |year| end_of_month(year, (index.min(count)) * months);
    if captures.name("next").is_some() {
        return in_year(today.year() + 1);
    }
    year_of(captures).map_or_else(|| next_such(in_year, today), in_year)
}

fn year(captures: &Captures<'_>, _: NaiveDate) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year_of(captures)?, 12, 31)
}

fn period(captures: &Captures<'_>, today: NaiveDate) -> Option<NaiveDate> {
    let count = number(captures, "fig")
        .or_else(|| count_of(captures.name("high").or_else(|| captures.name("low"))?.as_str()))?
        .min(10_000);
    let unit = captures.name("unit")?.as_str();
    let office = unit.starts_with("business") || unit.starts_with("working");
    let is = |name: &str| unit.trim_end_matches('s').ends_with(name);
    match () {
        () if is("hour") => today.checked_add_days(Days::new(count.div_ceil(24))),
        // Five days of work in seven.
        () if is("day") && office => today.checked_add_days(Days::new((count * 7).div_ceil(5))),
        () if is("day") => today.checked_add_days(Days::new(count)),
        () if is("week") => today.checked_add_days(Days::new(count * 7)),
        () => {
            let months = if is("year") {
                12
            } else if is("quarter") {
                3
            } else {
                1
            };
            today.checked_add_months(Months::new(u32::try_from(count).ok()? * months))
        }
    }
}

fn count_of(word: &str) -> Option<u64> {
    const WORDS: [(&str, u64); 29] = [
        ("a", 1),
        ("an", 1),
        ("one", 1),
        ("two", 2),
        ("three", 3),
        ("four", 4),
        ("five", 5),
        ("six", 6),
        ("seven", 7),
        ("eight", 8),
        ("nine", 9),
        ("ten", 10),
        ("eleven", 11),
        ("twelve", 12),
        ("fourteen", 14),
        ("fifteen", 15),
        ("eighteen", 18),
        ("twenty", 20),
        ("twenty-four", 24),
        ("thirty", 30),
        ("thirty-six", 36),
        ("forty", 40),
        ("forty-five", 45),
        ("forty-eight", 48),
        ("sixty", 60),
        ("seventy-two", 72),
        ("ninety", 90),
        ("hundred", 100),
        ("one hundred", 100),
    ];
    word.parse().ok().or_else(|| WORDS.iter().find(|(name, _)| *name == word).map(|(_, count)| *count))
}

fn stretch(captures: &Captures<'_>, today: NaiveDate) -> Option<NaiveDate> {
    let next = captures.name("which").is_some_and(|which| matches!(which.as_str(), "next" | "coming"));
    let unit = captures.name("unit").or_else(|| captures.name("word"))?.as_str();
    let days_left = 6 - u64::from(today.weekday().num_days_from_monday());
    let quarter_end = |day: NaiveDate| end_of_month(day.year(), (day.month() - 1) / 3 * 3 + 3);
    match unit {
        "tomorrow" => today.succ_opt(),
        "day" if next => today.succ_opt(),
        "day" | "today" | "eod" => Some(today),
        "week" | "eow" => today.checked_add_days(Days::new(days_left + if next { 7 } else { 0 })),
        "month" | "eom" => {
            let day = today.checked_add_months(Months::new(u32::from(next)))?;
            end_of_month(day.year(), day.month())
        }
        "quarter" | "eoq" => quarter_end(today.checked_add_months(Months::new(if next { 3 } else { 0 }))?),
        _ => NaiveDate::from_ymd_opt(today.year() + i32::from(next), 12, 31),
    }
}

fn end_of_month(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// A date without a year is the next one that is not over.
fn next_such(in_year: impl Fn(i32) -> Option<NaiveDate>, today: NaiveDate) -> Option<NaiveDate> {
    in_year(today.year()).filter(|day| *day >= today).or_else(|| in_year(today.year() + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_that_the_words_can_mean() {
        let dates = Dates::new();
        let today = NaiveDate::from_ymd_opt(2026, 11, 11).unwrap();
        for (text, day) in [
            ("by 2027-03-01", "2027-03-01"),
            ("by 31/12/2026", "2026-12-31"),
            ("on 3/4/2027", "2027-03-04"),
            ("by december 31, 2026", "2026-12-31"),
            ("on the 3rd of march 2027", "2027-03-03"),
            ("in march", "2027-03-31"),
            ("in may 2022", "2022-05-31"),
            ("by november", "2026-11-30"),
            ("in q3 2027", "2027-09-30"),
            ("by q3", "2027-09-30"),
            ("by q4", "2026-12-31"),
            ("2027-q1", "2027-03-31"),
            ("in h2 '27", "2027-12-31"),
            ("in the first half of 2028", "2028-06-30"),
            ("in the second quarter of next year", "2027-06-30"),
            ("by the end of 2022", "2022-12-31"),
            ("by the end of next year", "2027-12-31"),
            ("by the end of the year", "2026-12-31"),
            ("next quarter", "2027-03-31"),
            ("by eoy", "2026-12-31"),
            ("tomorrow", "2026-11-12"),
            ("within 30 days", "2026-12-11"),
            ("within thirty (30) days", "2026-12-11"),
            ("within 2-4 weeks", "2026-12-09"),
            ("within 5 business days", "2026-11-18"),
            ("in the next two months", "2027-01-11"),
            ("within 24 hours", "2026-11-12"),
            ("from november 11, 2025 to november 14, 2028", "2028-11-14"),
            ("in march 2026", "2026-03-31"),
            ("by q1 of 2026", "2026-03-31"),
        ] {
            assert_eq!(dates.latest(text, today).map(|day| day.to_string()).as_deref(), Some(day), "{text}");
        }
        for text in [
            "you may ask",
            "section 4.2",
            "version 2.1",
            "24/7",
            "the third party",
            "may not",
            "the last quarter",
        ] {
            assert_eq!(dates.latest(text, today), None, "{text}");
        }
    }

    #[test]
    fn every_reader_compiles() {
        let dates = Dates::new();
        for (phrase, _) in dates.calendar.iter().chain(&dates.relative) {
            assert!(phrase.regex().is_some(), "{phrase:?}");
        }
    }
}
