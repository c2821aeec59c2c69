//! The business calendar: from instants to local days and back, and to the end of what was promised.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc, WeekdaySet};
use chrono_tz::{GapInfo, Tz};

use super::{Date, Instant, LAST_YEAR};

/// How far a search for business days goes, in days: a hundred years. A calendar that closes for longer has none.
const HORIZON_DAYS: u64 = 36_525;

/// When a board works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The zone whose days count.
    pub timezone: Tz,
    /// The days of the week on which the board works.
    pub workdays: WeekdaySet,
    /// When a business day opens, local time.
    pub opens: NaiveTime,
    /// When a business day closes, local time; later than `opens`.
    pub closes: NaiveTime,
    /// Days on which the board does not work, whatever day of the week they are.
    pub holidays: BTreeSet<Date>,
}

/// How long a board, or the desk that answers buyers, may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sla {
    /// Elapsed hours, nights and holidays included.
    Hours(u32),
    /// Until the close of the N-th business day after the local calendar day of arrival. Zero means the same as
    /// [`Sla::SameBusinessDay`].
    BusinessDays(u32),
    /// Until the close of the business day of arrival; what arrives at or after closing, or on a closed day,
    /// counts as arrived on the next business day.
    SameBusinessDay,
}

/// An SLA in the words of messages and reports: "48 hours", "2 business days", "close of the same business day".
#[must_use]
pub fn describe_sla(sla: Sla) -> String {
    match sla {
        Sla::Hours(1) => "1 hour".to_owned(),
        Sla::Hours(hours) => format!("{hours} hours"),
        Sla::BusinessDays(1) => "1 business day".to_owned(),
        Sla::BusinessDays(days) => format!("{days} business days"),
        Sla::SameBusinessDay => "close of the same business day".to_owned(),
    }
}

impl Calendar {
    /// The local calendar date of an instant.
    #[must_use]
    pub fn date_of(&self, instant: Instant) -> Date {
        let utc = instant.naive_utc();
        let offset = self.timezone.offset_from_utc_datetime(&utc).fix();
        // Out of range only within a day of chrono's own ends, a quarter of a million years away.
        utc.checked_add_offset(offset).unwrap_or(utc).date()
    }

    /// The first instant of a date. Of a date that the zone's clocks skip, it is the first instant after the gap.
    #[must_use]
    pub fn first_instant(&self, date: Date) -> Instant {
        let midnight = date.and_time(NaiveTime::MIN);
        // Where midnight itself is skipped, the day begins where the gap ends, however long before it began.
        let after_gap = GapInfo::new(&midnight, &self.timezone).and_then(|gap| gap.end);
        after_gap.map_or_else(|| self.instant_of(midnight), |end| end.with_timezone(&Utc))
    }

    /// The end of a date: the first instant of the next one. What is valid until a date is valid before this.
    #[must_use]
    pub fn end_of(&self, date: Date) -> Instant {
        date.succ_opt().map_or(Instant::MAX_UTC, |next| self.first_instant(next))
    }

    /// How many days `later` is after `earlier`, by the difference of their local calendar dates; negative where
    /// it is before.
    #[must_use]
    pub fn days_between(&self, earlier: Instant, later: Instant) -> i64 {
        self.date_of(later).signed_duration_since(self.date_of(earlier)).num_days()
    }

    /// True on a workday that is no holiday. A date that the zone's clocks skip is no business day.
    #[must_use]
    pub fn is_business_day(&self, date: Date) -> bool {
        self.workdays.contains(date.weekday())
            && !self.holidays.contains(&date)
            && self.date_of(self.first_instant(date)) == date
    }

    /// When a date opens, were it a business day.
    #[must_use]
    pub fn open_of(&self, date: Date) -> Instant {
        self.instant_of(date.and_time(self.opens))
    }

    /// When a date closes, were it a business day.
    #[must_use]
    pub fn close_of(&self, date: Date) -> Instant {
        self.instant_of(date.and_time(self.closes))
    }

    /// When the SLA of what arrived at `from` ends; absent where the calendar has no such business day within a
    /// hundred years, or the deadline would be after the year 9999 and no record could hold it.
    #[must_use]
    pub fn due(&self, from: Instant, sla: Sla) -> Option<Instant> {
        self.end(from, sla).filter(|end| end.year() <= LAST_YEAR)
    }

    fn end(&self, from: Instant, sla: Sla) -> Option<Instant> {
        let arrival = self.date_of(from);
        match sla {
            Sla::Hours(hours) => from.checked_add_signed(TimeDelta::hours(i64::from(hours))),
            Sla::SameBusinessDay | Sla::BusinessDays(0) => {
                if self.is_business_day(arrival) && from < self.close_of(arrival) {
                    return Some(self.close_of(arrival));
                }
                self.business_days_after(arrival).next().map(|date| self.close_of(date))
            }
            Sla::BusinessDays(days) => {
                let index = usize::try_from(days - 1).ok()?;
                self.business_days_after(arrival).nth(index).map(|date| self.close_of(date))
            }
        }
    }

    /// The instant at which that many business hours have passed since `from`, counting only the time between
    /// opening and closing of business days; absent where the calendar has not that many within a hundred years.
    #[must_use]
    pub fn business_hours_after(&self, from: Instant, hours: u32) -> Option<Instant> {
        let mut left = TimeDelta::hours(i64::from(hours));
        if left.is_zero() {
            return Some(from);
        }
        let arrival = self.date_of(from);
        let today = self.is_business_day(arrival).then_some(arrival);
        for date in today.into_iter().chain(self.business_days_after(arrival)) {
            let start = self.open_of(date).max(from);
            // Negative after closing, and where a clock change pushes the opening past it.
            let open = self.close_of(date).signed_duration_since(start).max(TimeDelta::zero());
            if left <= open {
                return start.checked_add_signed(left).filter(|end| end.year() <= LAST_YEAR);
            }
            left -= open;
        }
        None
    }

    fn business_days_after(&self, date: Date) -> impl Iterator<Item = Date> {
        (1..=HORIZON_DAYS)
            .map_while(move |days| date.checked_add_days(Days::new(days)))
            .filter(|date| self.is_business_day(*date))
    }

    /// The instant of a local time. One that a clock change skips or repeats means the later instant: the
    /// skipped one is read with the offset from before the change, the repeated one is the second of the two.
    fn instant_of(&self, local: NaiveDateTime) -> Instant {
        let found = self.timezone.from_local_datetime(&local).latest().map(|time| time.with_timezone(&Utc));
        found.or_else(|| self.instant_in_gap(local)).unwrap_or_else(|| {
            // Beyond what chrono can hold: the nearest instant that it can.
            if local.year().is_positive() { Instant::MAX_UTC } else { Instant::MIN_UTC }
        })
    }

    fn instant_in_gap(&self, local: NaiveDateTime) -> Option<Instant> {
        let (_, before) = GapInfo::new(&local, &self.timezone)?.begin?;
        local.checked_sub_offset(before.fix()).map(|utc| utc.and_utc())
    }
}
