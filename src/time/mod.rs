//! Days, instants, the business calendar, and the spans of time that a board promises; no clock.
//!
//! Whoever needs to know what time it is gets it as an argument. Instants are kept in UTC, days are days of the
//! policy's time zone, and [`Calendar`] is the one place where the two meet.

mod calendar;
mod parse;

pub use calendar::{Calendar, Sla, describe_sla};
pub use parse::{parse_date, parse_now, parse_time};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};

/// A calendar day of the policy's time zone.
pub type Date = NaiveDate;

/// A point in time.
pub type Instant = DateTime<Utc>;

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
