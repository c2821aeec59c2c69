//! The one reader of dates and times: strict, so that what one tool takes for a date no other refuses.
//!
//! The same two functions serve records, policies, arguments, and the formats of the JSON Schemas.

use chrono::{DateTime, FixedOffset, NaiveDateTime, NaiveTime, TimeZone, Utc};

use super::{Calendar, Date, Instant};

/// A date written `YYYY-MM-DD`: exactly ten characters, and a day that the calendar has.
#[must_use]
pub fn parse_date(text: &str) -> Option<Date> {
    let (date, rest) = take_date(text.as_bytes())?;
    rest.is_empty().then_some(date)
}

/// A time in RFC 3339 with its offset: `2026-04-21T15:04:05Z`, `2026-04-21t15:04:05.5+02:00`.
///
/// Seconds and the offset are required, and nothing but `T` or `t` stands between date and time. Digits of the
/// fraction after the ninth are dropped. A leap second (`:60`) is refused: it names no instant that can be
/// compared with others. `-00:00` is read as `+00:00`.
#[must_use]
pub fn parse_time(text: &str) -> Option<DateTime<FixedOffset>> {
    let (date, rest) = take_date(text.as_bytes())?;
    let [b'T' | b't', rest @ ..] = rest else { return None };
    let (hour, rest) = take_two(rest)?;
    let (minute, rest) = take_two(expect(b':', rest)?)?;
    let (second, rest) = take_two(expect(b':', rest)?)?;
    let (nanos, rest) = take_fraction(rest)?;
    let offset = read_offset(rest)?;
    // chrono reads a nanosecond part of 10⁹ and more as a leap second; `take_fraction` gives less.
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)?;
    offset.from_local_datetime(&NaiveDateTime::new(date, time)).single()
}

/// What `--now` takes: a time, or a date, which means its first instant in the calendar's zone.
#[must_use]
pub fn parse_now(text: &str, calendar: &Calendar) -> Option<Instant> {
    match parse_date(text) {
        Some(date) => Some(calendar.first_instant(date)),
        None => parse_time(text).map(|time| time.with_timezone(&Utc)),
    }
}

fn take_date(bytes: &[u8]) -> Option<(Date, &[u8])> {
    let (century, rest) = take_two(bytes)?;
    let (year, rest) = take_two(rest)?;
    let (month, rest) = take_two(expect(b'-', rest)?)?;
    let (day, rest) = take_two(expect(b'-', rest)?)?;
    let year = i32::try_from(century * 100 + year).ok()?;
    Some((Date::from_ymd_opt(year, month, day)?, rest))
}

/// `Z`, `z` or `±hh:mm`, and nothing after it.
fn read_offset(bytes: &[u8]) -> Option<FixedOffset> {
    let (sign, rest) = match bytes {
        [b'Z' | b'z'] => return FixedOffset::east_opt(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, rest) = take_two(rest)?;
    let (minutes, rest) = take_two(expect(b':', rest)?)?;
    if !rest.is_empty() || hours > 23 || minutes > 59 {
        return None;
    }
    FixedOffset::east_opt(sign * i32::try_from(hours * 3600 + minutes * 60).ok()?)
}

/// An optional fraction of a second, in nanoseconds.
fn take_fraction(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let [b'.', rest @ ..] = bytes else { return Some((0, bytes)) };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, rest) = rest.split_at_checked(digits)?;
    if fraction.is_empty() {
        return None;
    }
    let nanos = (0..9).fold(0, |nanos, at| {
        nanos * 10 + fraction.get(at).map_or(0, |digit| u32::from(digit.saturating_sub(b'0')))
    });
    Some((nanos, rest))
}

fn take_two(bytes: &[u8]) -> Option<(u32, &[u8])> {
    match bytes {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', rest @ ..] => {
            Some((u32::from(tens - b'0') * 10 + u32::from(ones - b'0'), rest))
        }
        _ => None,
    }
}

fn expect(byte: u8, bytes: &[u8]) -> Option<&[u8]> {
    bytes.split_first().and_then(|(first, rest)| (*first == byte).then_some(rest))
}
