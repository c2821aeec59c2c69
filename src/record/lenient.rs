//! Deserializers that read what is wrong as absent.
//!
//! Each field of a record is read on its own, and the tree under it can be handed out again at no cost, so a
//! failed attempt leaves nothing half-read.

use serde::de::{DeserializeOwned, Error, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::time::{Date, Instant, parse_date, parse_time};

/// Any value that owns its content.
pub(super) fn optional<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(T::deserialize(deserializer).ok())
}

/// A value that borrows from the document.
pub(super) fn borrowed<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(T::deserialize(deserializer).ok())
}

/// A string with at least one character that is not white space.
pub(super) fn text<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'a str>, D::Error> {
    Ok(<&str>::deserialize(deserializer).ok().filter(|text| !text.trim().is_empty()))
}

/// A calendar day.
pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    Ok(<&str>::deserialize(deserializer).ok().and_then(parse_date))
}

/// A time with an offset, as an instant.
pub(super) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Instant>, D::Error> {
    Ok(<&str>::deserialize(deserializer).ok().and_then(parse_time).map(|time| time.to_utc()))
}

/// An integer, however it is written: JSON Schema calls 70.0 and 7e1 integers, and what passes there is never absent
/// here.
pub(super) fn integer<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    struct Integer;

    impl Visitor<'_> for Integer {
        type Value = i64;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an integer")
        }

        fn visit_i64<E: Error>(self, value: i64) -> Result<i64, E> {
            Ok(value)
        }

        fn visit_f64<E: Error>(self, value: f64) -> Result<i64, E> {
            // Printed without an exponent, a float without a fraction is an integer or too large to be one.
            format!("{value}").parse().map_err(E::custom)
        }
    }

    let value = deserializer.deserialize_any(Integer).ok();
    Ok(value.and_then(|value| T::try_from(value).ok()))
}

/// An integer 0–100.
pub(super) fn score<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u8>, D::Error> {
    Ok(integer(deserializer)?.filter(|score| *score <= 100))
}

/// A list whose wrong entries read as empty ones, so that indices stay those of the text; what is no list is empty.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    struct Lenient<T>(T);

    impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Lenient<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Ok(Lenient(T::deserialize(deserializer).unwrap_or_default()))
        }
    }

    struct Entries<T>(std::marker::PhantomData<T>);

    impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for Entries<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Vec<T>, A::Error> {
            let mut out = Vec::with_capacity(entries.size_hint().unwrap_or(0));
            while let Some(Lenient(entry)) = entries.next_element::<Lenient<T>>()? {
                out.push(entry);
            }
            // The sequence is read to its end even where an entry failed.
            while entries.next_element::<IgnoredAny>()?.is_some() {}
            Ok(out)
        }
    }

    Ok(deserializer.deserialize_any(Entries(std::marker::PhantomData)).unwrap_or_default())
}
