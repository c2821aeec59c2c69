//! Days, instants, the business calendar, and the spans of time that a board promises; no clock.
//!
//! Whoever needs to know what time it is gets it as an argument. Instants are kept in UTC, days are days of the
//! policy's time zone, and [`Calendar`] is the one place where the two meet.

mod calendar;
mod parse;

pub use calendar::{Calendar, Sla, describe_sla};
pub use parse::{parse_date, parse_now, parse_time};

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};

/// A calendar day of the policy's time zone.
pub type Date = NaiveDate;

/// A point in time.
pub type Instant = DateTime<Utc>;

/// The years in which something can be judged. What follows from an instant lies at most a hundred years after it, and
/// is still a date of four digits.
pub const JUDGED_YEARS: RangeInclusive<i32> = 1..=9_899;

/// The last year that dates of records, and times in RFC 3339, can be in.
pub(crate) const LAST_YEAR: i32 = 9_999;

/// An instant as RFC 3339 in UTC with a `Z`; fractions of a second only where there are any.
#[must_use]
pub fn format_instant(instant: Instant) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// An instant as RFC 3339 with the offset that the calendar's zone has then (`Z` for none): what people of that zone
/// read.
#[must_use]
pub fn format_local(instant: Instant, calendar: &Calendar) -> String {
    instant.with_timezone(&calendar.timezone).to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A number of days in words: `1 day`, `12 days`.
#[must_use]
pub fn days(number: i64) -> String {
    if number == 1 { "1 day".to_owned() } else { format!("{number} days") }
}

/// A stretch of time in its two largest units: `2 days 3 hours`, `1 hour 5 minutes`, `40 seconds`.
#[must_use]
pub fn describe_duration(duration: TimeDelta) -> String {
    let seconds = duration.num_seconds().abs();
    let units = [(seconds / 86_400, "day"), (seconds / 3_600 % 24, "hour"), (seconds / 60 % 60, "minute")];
    let mut parts: Vec<String> = units
        .into_iter()
        .skip_while(|(number, _)| *number == 0)
        .take(2)
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| format!("{number} {unit}{}", if number == 1 { "" } else { "s" }))
        .collect();
    if parts.is_empty() {
        parts.push(match seconds {
            0 => "less than a second".to_owned(),
            1 => "1 second".to_owned(),
            _ => format!("{seconds} seconds"),
        });
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_in_their_two_largest_units() {
        for (seconds, words) in [
            (0, "less than a second"),
            (1, "1 second"),
            (60, "1 minute"),
            (3_900, "1 hour 5 minutes"),
            (86_400, "1 day"),
            (86_460, "1 day"),
            (183_600, "2 days 3 hours"),
            (-7_200, "2 hours"),
        ] {
            assert_eq!(describe_duration(TimeDelta::seconds(seconds)), words);
        }
    }
}
