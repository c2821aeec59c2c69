//! Deadlines worked out by hand, in zones whose clocks jump, and properties that hold for all of them.

#![expect(clippy::expect_used, reason = "a table with a wrong date in it should stop the test")]

use std::collections::BTreeSet;

use chrono::{NaiveTime, TimeDelta, Utc, WeekdaySet};
use exboard::time::{
    Calendar, Date, Instant, Sla, describe_sla, format_instant, format_local, parse_date, parse_now,
    parse_time,
};
use proptest::prelude::*;

use Sla::{BusinessDays, Hours, SameBusinessDay};

const SEVEN_DAYS: &str = "mon tue wed thu fri sat sun";

fn calendar(zone: &str, days: &str, hours: &str, holidays: &str) -> Calendar {
    let (opens, closes) = hours.split_once('-').expect("opens-closes");
    let time = |text| NaiveTime::parse_from_str(text, "%H:%M").expect("a time of day");
    Calendar {
        timezone: zone.parse().expect("a zone"),
        workdays: days.split(' ').map(|day| day.parse().expect("a day")).collect::<WeekdaySet>(),
        opens: time(opens),
        closes: time(closes),
        holidays: holidays.split_terminator(' ').map(date).collect(),
    }
}

/// Monday to Friday, nine to five.
fn office(zone: &str) -> Calendar {
    calendar(zone, "mon tue wed thu fri", "09:00-17:00", "")
}

fn at(text: &str) -> Instant {
    parse_time(text).expect(text).with_timezone(&Utc)
}

fn date(text: &str) -> Date {
    parse_date(text).expect(text)
}

/// Asserts that the SLA of each arrival ends when the table says, in whatever offset either is written.
fn assert_due(calendar: &Calendar, cases: &[(&str, Sla, &str)]) {
    for (from, sla, due) in cases {
        let found = calendar.due(at(from), *sla).map(|due| format_local(due, calendar));
        assert_eq!(found.as_deref(), Some(*due), "{sla:?} from {from} in {}", calendar.timezone);
    }
}

#[test]
fn hours_are_plain_elapsed_hours() {
    assert_due(&office("UTC"), &[("2026-04-17T16:00:00Z", Hours(48), "2026-04-19T16:00:00Z")]);
    assert_due(
        &office("Europe/Berlin"),
        &[
            ("2026-03-28T12:00:00+01:00", Hours(24), "2026-03-29T13:00:00+02:00"),
            ("2026-10-24T12:00:00+02:00", Hours(24), "2026-10-25T11:00:00+01:00"),
        ],
    );
}

#[test]
fn the_same_business_day_ends_at_closing() {
    // 2026-04-21 is a Tuesday.
    assert_due(
        &office("UTC"),
        &[
            ("2026-04-21T10:00:00Z", SameBusinessDay, "2026-04-21T17:00:00Z"),
            ("2026-04-21T05:00:00Z", SameBusinessDay, "2026-04-21T17:00:00Z"),
            ("2026-04-21T16:59:59.999Z", SameBusinessDay, "2026-04-21T17:00:00Z"),
            ("2026-04-21T17:00:00Z", SameBusinessDay, "2026-04-22T17:00:00Z"),
            ("2026-04-17T18:00:00Z", SameBusinessDay, "2026-04-20T17:00:00Z"),
            ("2026-04-18T10:00:00Z", SameBusinessDay, "2026-04-20T17:00:00Z"),
            ("2026-04-21T10:00:00Z", BusinessDays(0), "2026-04-21T17:00:00Z"),
        ],
    );
    // The day that counts is the local one: 22:30 in UTC is half past midnight of Tuesday in Berlin.
    assert_due(
        &office("Europe/Berlin"),
        &[
            ("2026-04-20T22:30:00Z", SameBusinessDay, "2026-04-21T17:00:00+02:00"),
            ("2026-03-27T18:00:00+01:00", SameBusinessDay, "2026-03-30T17:00:00+02:00"),
        ],
    );
    assert_due(
        &office("America/New_York"),
        &[("2026-10-30T18:00:00-04:00", SameBusinessDay, "2026-11-02T17:00:00-05:00")],
    );
}

#[test]
fn holidays_are_closed_days() {
    let days = "mon tue wed thu fri";
    let easter = calendar("UTC", days, "09:00-17:00", "2026-04-20 2026-04-22");
    assert_due(
        &easter,
        &[
            ("2026-04-17T18:00:00Z", SameBusinessDay, "2026-04-21T17:00:00Z"),
            ("2026-04-22T10:00:00Z", SameBusinessDay, "2026-04-23T17:00:00Z"),
            ("2026-04-17T09:00:00Z", BusinessDays(2), "2026-04-23T17:00:00Z"),
        ],
    );
    let christmas = calendar("UTC", days, "09:00-17:00", "2026-12-25 2026-12-26 2027-01-01");
    assert_due(
        &christmas,
        &[
            ("2026-12-31T18:00:00Z", SameBusinessDay, "2027-01-04T17:00:00Z"),
            ("2026-12-23T10:00:00Z", BusinessDays(5), "2026-12-31T17:00:00Z"),
        ],
    );
}

#[test]
fn business_days_are_counted_from_the_day_after_arrival() {
    assert_due(
        &office("UTC"),
        &[
            ("2026-04-17T09:00:00Z", BusinessDays(2), "2026-04-21T17:00:00Z"),
            ("2026-04-17T18:00:00Z", BusinessDays(2), "2026-04-21T17:00:00Z"),
            ("2026-04-18T10:00:00Z", BusinessDays(1), "2026-04-20T17:00:00Z"),
            ("2028-02-25T10:00:00Z", BusinessDays(2), "2028-02-29T17:00:00Z"),
        ],
    );
    // A quarter past midnight of Friday in Kathmandu is still Thursday in UTC.
    let from = "2026-04-23T18:30:00Z";
    assert_due(&office("Asia/Kathmandu"), &[(from, BusinessDays(1), "2026-04-27T17:00:00+05:45")]);
    let nepal = calendar("Asia/Kathmandu", "sun mon tue wed thu fri", "09:00-17:00", "");
    assert_due(&nepal, &[(from, BusinessDays(1), "2026-04-26T17:00:00+05:45")]);
}

#[test]
fn a_day_that_the_clocks_skip_is_no_business_day() {
    // Samoa went from Thursday 2011-12-29 straight to Saturday 2011-12-31.
    let apia = office("Pacific/Apia");
    assert!(!apia.is_business_day(date("2011-12-30")));
    assert_due(
        &apia,
        &[
            ("2011-12-28T20:00:00-10:00", BusinessDays(2), "2012-01-02T17:00:00+14:00"),
            ("2011-12-29T17:00:00-10:00", SameBusinessDay, "2012-01-02T17:00:00+14:00"),
        ],
    );
    let seven = calendar("Pacific/Apia", SEVEN_DAYS, "09:00-17:00", "");
    assert_due(&seven, &[("2011-12-29T18:00:00-10:00", SameBusinessDay, "2011-12-31T17:00:00+14:00")]);
}

#[test]
fn a_closing_time_that_a_clock_change_skips_or_repeats_means_the_later_instant() {
    let berlin = calendar("Europe/Berlin", SEVEN_DAYS, "00:30-02:30", "");
    assert_due(
        &berlin,
        &[
            ("2026-03-29T00:45:00+01:00", SameBusinessDay, "2026-03-29T03:30:00+02:00"),
            ("2026-10-25T00:45:00+02:00", SameBusinessDay, "2026-10-25T02:30:00+01:00"),
            // After the first half past two, before the second.
            ("2026-10-25T02:45:00+02:00", SameBusinessDay, "2026-10-25T02:30:00+01:00"),
            ("2026-10-25T02:30:00+01:00", SameBusinessDay, "2026-10-26T02:30:00+01:00"),
        ],
    );
    let new_york = calendar("America/New_York", SEVEN_DAYS, "00:30-02:30", "");
    assert_due(&new_york, &[("2026-03-07T12:00:00-05:00", SameBusinessDay, "2026-03-08T03:30:00-04:00")]);
    let new_york = calendar("America/New_York", SEVEN_DAYS, "00:10-01:30", "");
    assert_due(&new_york, &[("2026-10-31T12:00:00-04:00", BusinessDays(1), "2026-11-01T01:30:00-05:00")]);
    // Lord Howe's clocks move by thirty minutes.
    let lord_howe = calendar("Australia/Lord_Howe", SEVEN_DAYS, "01:00-02:15", "");
    assert_due(&lord_howe, &[("2026-10-04T01:30:00+10:30", SameBusinessDay, "2026-10-04T02:45:00+11:00")]);
    let lord_howe = calendar("Australia/Lord_Howe", SEVEN_DAYS, "00:10-01:45", "");
    assert_due(&lord_howe, &[("2026-04-05T00:30:00+11:00", SameBusinessDay, "2026-04-05T01:45:00+10:30")]);
}

#[test]
fn business_hours_pass_between_opening_and_closing() {
    let assert_after = |calendar: &Calendar, cases: &[(&str, u32, &str)]| {
        for (from, hours, end) in cases {
            let found =
                calendar.business_hours_after(at(from), *hours).map(|end| format_local(end, calendar));
            assert_eq!(found.as_deref(), Some(*end), "{hours} business hours from {from}");
        }
    };
    assert_after(
        &office("UTC"),
        &[
            ("2026-04-21T10:00:00Z", 8, "2026-04-22T10:00:00Z"),
            ("2026-04-21T05:00:00Z", 8, "2026-04-21T17:00:00Z"),
            ("2026-04-21T17:00:00Z", 8, "2026-04-22T17:00:00Z"),
            ("2026-04-17T16:00:00Z", 8, "2026-04-20T16:00:00Z"),
            ("2026-04-18T10:00:00Z", 8, "2026-04-20T17:00:00Z"),
            ("2026-04-18T10:00:00Z", 80, "2026-05-01T17:00:00Z"),
            ("2026-04-18T10:00:00Z", 0, "2026-04-18T10:00:00Z"),
        ],
    );
    let holiday = calendar("UTC", "mon tue wed thu fri", "09:00-17:00", "2026-04-20");
    assert_after(&holiday, &[("2026-04-17T16:30:00Z", 1, "2026-04-21T09:30:00Z")]);
    // One to four is two hours long in spring and four in autumn.
    let nights = calendar("Europe/Berlin", SEVEN_DAYS, "01:00-04:00", "");
    assert_after(
        &nights,
        &[
            ("2026-03-29T00:30:00+01:00", 3, "2026-03-30T02:00:00+02:00"),
            ("2026-10-25T00:30:00+02:00", 4, "2026-10-25T04:00:00+01:00"),
        ],
    );
}

#[test]
fn a_calendar_without_a_reachable_business_day_has_no_deadline() {
    let mut closed = office("UTC");
    closed.workdays = WeekdaySet::EMPTY;
    let from = at("2026-04-21T10:00:00Z");
    for sla in [SameBusinessDay, BusinessDays(1), BusinessDays(u32::MAX)] {
        assert_eq!(closed.due(from, sla), None);
        assert_eq!(closed.due(Instant::MAX_UTC, sla), None);
    }
    assert_eq!(closed.business_hours_after(from, 1), None);
    let open = office("UTC");
    assert_eq!(open.due(from, BusinessDays(u32::MAX)), None);
    assert_eq!(open.due(Instant::MAX_UTC, Hours(1)), None);
    assert_eq!(open.business_hours_after(from, u32::MAX), None);
}

#[test]
fn a_date_lasts_from_its_first_instant_to_that_of_the_next() {
    let first = |zone: &str, day: &str| format_instant(office(zone).first_instant(date(day)));
    assert_eq!(first("Asia/Kathmandu", "2026-04-21"), "2026-04-20T18:15:00Z");
    // Midnight skipped, midnight repeated, a gap that began before midnight, and a whole day skipped.
    assert_eq!(first("America/Sao_Paulo", "2018-11-04"), "2018-11-04T03:00:00Z");
    assert_eq!(first("America/Sao_Paulo", "2018-02-18"), "2018-02-18T03:00:00Z");
    assert_eq!(first("America/St_Johns", "2006-10-29"), "2006-10-29T03:30:00Z");
    assert_eq!(first("America/Toronto", "1919-03-31"), "1919-03-31T04:30:00Z");
    assert_eq!(first("Pacific/Apia", "2011-12-30"), "2011-12-30T10:00:00Z");
    let berlin = office("Europe/Berlin");
    assert_eq!(format_instant(berlin.end_of(date("2026-03-29"))), "2026-03-29T22:00:00Z");
    let sao_paulo = office("America/Sao_Paulo");
    assert_eq!(format_instant(sao_paulo.end_of(date("2018-02-17"))), "2018-02-18T03:00:00Z");
    assert_eq!(berlin.end_of(Date::MAX), Instant::MAX_UTC);
    assert_eq!(berlin.date_of(Instant::MAX_UTC), Instant::MAX_UTC.date_naive());
}

#[test]
fn days_between_are_days_of_the_local_calendar() {
    let berlin = office("Europe/Berlin");
    let late = at("2026-03-28T23:30:00+01:00");
    assert_eq!(berlin.days_between(late, at("2026-03-29T00:30:00+01:00")), 1);
    assert_eq!(berlin.days_between(late, at("2026-03-28T00:00:00+01:00")), 0);
    assert_eq!(berlin.days_between(late, at("2026-01-28T12:00:00+01:00")), -59);
    let apia = office("Pacific/Apia");
    assert_eq!(apia.days_between(at("2011-12-30T09:59:59Z"), at("2011-12-30T10:00:00Z")), 2);
}

#[test]
fn dates_and_times_are_read_strictly() {
    assert_eq!(parse_date("2024-02-29"), Date::from_ymd_opt(2024, 2, 29));
    for wrong in
        ["2026-02-29", "2026-13-01", "2026-4-21", "20260421", " 2026-04-21", "2026-04-21 ", "12026-04-21"]
    {
        assert_eq!(parse_date(wrong), None, "{wrong}");
    }
    for (text, instant) in [
        ("2026-04-21T15:04:05Z", "2026-04-21T15:04:05Z"),
        ("2026-04-21t15:04:05z", "2026-04-21T15:04:05Z"),
        ("2026-04-21T15:04:05.250+05:45", "2026-04-21T09:19:05.250Z"),
        ("2026-04-21T00:04:05-23:59", "2026-04-22T00:03:05Z"),
        ("2026-04-21T00:00:00-00:00", "2026-04-21T00:00:00Z"),
        ("2026-04-21T00:00:00.1234567899Z", "2026-04-21T00:00:00.123456789Z"),
    ] {
        assert_eq!(format_instant(at(text)), instant);
    }
    for wrong in [
        "2026-04-21",
        "2026-04-21T15:04Z",
        "2026-04-21T15:04:05",
        "2026-04-21 15:04:05Z",
        "2026-04-21T24:00:00Z",
        "2026-04-21T15:60:00Z",
        "2026-06-30T23:59:60Z",
        "2026-04-21T15:04:05.Z",
        "2026-04-21T15:04:05+0200",
        "2026-04-21T15:04:05+02",
        "2026-04-21T15:04:05+24:00",
        "2026-04-21T15:04:05+02:60",
        "2026-04-21T15:04:05+02:00 ",
        "2026-04-21T15:04:05-02:00Z",
        "2026-04-21T15:04:05Z ",
        "2026-04-21T15:04:05 Z",
        "2026-02-30T15:04:05Z",
        "2026-04-21T15:04:05,5Z",
        "２026-04-21T15:04:05Z",
        "",
    ] {
        assert_eq!(parse_time(wrong), None, "{wrong}");
    }
}

#[test]
fn now_is_a_time_or_the_first_instant_of_a_date() {
    let berlin = office("Europe/Berlin");
    assert_eq!(parse_now("2026-04-21", &berlin), Some(at("2026-04-21T00:00:00+02:00")));
    assert_eq!(parse_now("2026-04-21T10:00:00Z", &berlin), Some(at("2026-04-21T10:00:00Z")));
    assert_eq!(parse_now("today", &berlin), None);
}

#[test]
fn slas_read_as_people_say_them() {
    let all = [Hours(48), Hours(1), BusinessDays(2), BusinessDays(1), SameBusinessDay].map(describe_sla);
    assert_eq!(
        all,
        ["48 hours", "1 hour", "2 business days", "1 business day", "close of the same business day"]
    );
}

/// Zones of every kind, but none whose clocks go back over midnight: there a date itself comes twice.
const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "Africa/Cairo",
];

prop_compose! {
    /// A calendar that opens and closes in daytime, with a few holidays around the year's turn of 2011.
    fn calendars()(
        zone in proptest::sample::select(&ZONES[..]),
        days in 1..128_u8,
        opens in 5 * 60..12 * 60_u32,
        length in 1..11 * 60_u32,
        holidays in proptest::collection::btree_set(0..400_u64, 0..20),
    ) -> Calendar {
        let minute = |minutes: u32| NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).expect("a time of day");
        let names = SEVEN_DAYS.split(' ').enumerate().filter(|(bit, _)| days & (1 << bit) != 0);
        let start = date("2011-09-01");
        Calendar {
            timezone: zone.parse().expect("a zone"),
            workdays: names.map(|(_, day)| day.parse().expect("a day")).collect::<WeekdaySet>(),
            opens: minute(opens),
            closes: minute(opens + length),
            holidays: holidays.into_iter().map(|days| start + chrono::Days::new(days)).collect::<BTreeSet<_>>(),
        }
    }
}

fn slas() -> impl Strategy<Value = Sla> {
    prop_oneof![(0..200_u32).prop_map(Hours), (0..15_u32).prop_map(BusinessDays), Just(SameBusinessDay)]
}

/// A minute of 2011 or 2012.
fn instants() -> impl Strategy<Value = Instant> {
    (0..2 * 365 * 24 * 60_i64).prop_map(|minutes| at("2011-01-01T00:00:00Z") + TimeDelta::minutes(minutes))
}

proptest! {
    #[test]
    fn a_deadline_is_never_before_the_arrival_and_moves_with_it(
        calendar in calendars(), from in instants(), later in 0..10_000_i64, sla in slas(),
    ) {
        let due = calendar.due(from, sla).expect("a deadline");
        prop_assert!(due >= from);
        prop_assert!(calendar.due(from + TimeDelta::minutes(later), sla).expect("a deadline") >= due);
        if !matches!(sla, Hours(_)) {
            let day = calendar.date_of(due);
            prop_assert!(calendar.is_business_day(day), "{} is closed", day);
            prop_assert_eq!(due, calendar.close_of(day));
        }
    }

    #[test]
    fn business_hours_agree_with_a_clerk_who_counts_minutes(
        calendar in calendars(), from in instants(), hours in 0..12_u32,
    ) {
        let end = calendar.business_hours_after(from, hours).expect("an end");
        let open = |minute: &Instant| {
            let local = minute.with_timezone(&calendar.timezone);
            calendar.is_business_day(local.date_naive())
                && (calendar.opens..calendar.closes).contains(&local.time())
        };
        let minutes = (0..).map(|count| from + TimeDelta::minutes(count)).take_while(|minute| *minute < end);
        prop_assert_eq!(minutes.filter(open).count(), hours as usize * 60);
    }

    #[test]
    fn the_days_of_a_zone_lie_end_to_end(zone in proptest::sample::select(&ZONES[..]), at in instants()) {
        let calendar = office(zone);
        let day = calendar.date_of(at);
        prop_assert!(calendar.first_instant(day) <= at && at < calendar.end_of(day));
        prop_assert_eq!(calendar.date_of(calendar.first_instant(day)), day);
    }

    #[test]
    fn reading_and_writing_a_time_are_inverse(at in instants(), zone in proptest::sample::select(&ZONES[..])) {
        prop_assert_eq!(parse_time(&format_instant(at)).map(|time| time.with_timezone(&Utc)), Some(at));
        prop_assert_eq!(parse_time(&format_local(at, &office(zone))).map(|time| time.with_timezone(&Utc)), Some(at));
    }
}
