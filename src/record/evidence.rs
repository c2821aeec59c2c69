//! Evidence of either kind of record: what is declared, and what is cited where.

use serde::de::{self, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Deserializer};

use super::lenient::{date, list, optional, text};
use super::{BoardRecord, Record, RegistryRecord};
use crate::policy::EvidenceKind;
use crate::time::Date;

/// One piece of evidence; at most one of `path` and `url` in a valid record.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub struct Evidence<'a> {
    /// `E` and a number.
    #[serde(deserialize_with = "text")]
    pub id: Option<&'a str>,
    /// What it is.
    #[serde(deserialize_with = "optional")]
    pub kind: Option<EvidenceKind>,
    /// A file, relative to the repository's root.
    #[serde(deserialize_with = "text")]
    pub path: Option<&'a str>,
    /// A web address.
    #[serde(deserialize_with = "text")]
    pub url: Option<&'a str>,
    /// SHA-256 of the file as it was looked at, in hex.
    #[serde(deserialize_with = "text")]
    pub sha256: Option<&'a str>,
    /// What matters of it, quoted.
    #[serde(deserialize_with = "text")]
    pub excerpt: Option<&'a str>,
    /// The day on which it was made or last looked at.
    #[serde(deserialize_with = "date")]
    pub collected_at: Option<Date>,
    /// The last day on which it holds.
    #[serde(deserialize_with = "date")]
    pub valid_until: Option<Date>,
    /// True where one string stands in place of the list.
    #[serde(skip)]
    pub short: bool,
}

impl<'a> Evidence<'a> {
    /// What one path or address in place of the list means: an undated entry `E1` of no particular kind.
    fn short(text: &'a str) -> Self {
        let (path, url) = if text.contains("://") { (None, Some(text)) } else { (Some(text), None) };
        Evidence {
            id: Some("E1"),
            kind: Some(EvidenceKind::Other),
            path,
            url,
            short: true,
            ..Evidence::default()
        }
    }
}

/// An id of an evidence entry where a record cites it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation<'a> {
    /// JSON pointer of the citing entry.
    pub field: String,
    /// The id; absent where what stands there is no string.
    pub id: Option<&'a str>,
}

impl<'a> Record<'a> {
    /// The record's evidence list.
    #[must_use]
    pub fn evidence(&self) -> &[Evidence<'a>] {
        match self {
            Record::Board(record) => &record.evidence_link,
            Record::Registry(record) => &record.evidence_links,
        }
    }

    /// The field that holds the evidence list.
    #[must_use]
    pub fn evidence_field(&self) -> &'static str {
        match self {
            Record::Board(_) => "/evidence_link",
            Record::Registry(_) => "/evidence_links",
        }
    }

    /// The JSON pointer of a field of an evidence entry; of the one string where it stands for the list.
    #[must_use]
    pub fn evidence_pointer(&self, index: usize, field: &str) -> String {
        match self.evidence().get(index) {
            Some(entry) if entry.short => self.evidence_field().to_owned(),
            _ => format!("{}/{index}/{field}", self.evidence_field()),
        }
    }

    /// Everything that the record cites, in the order of its fields.
    #[must_use]
    pub fn citations(&self) -> Vec<Citation<'a>> {
        let lists: Vec<(String, &[Option<&'a str>])> = match self {
            Record::Board(record) => board_lists(record),
            Record::Registry(record) => registry_lists(record),
        };
        let of_list = |(field, ids): (String, &[Option<&'a str>])| {
            let cite = |(index, id): (usize, &Option<&'a str>)| Citation {
                field: format!("{field}/{index}"),
                id: *id,
            };
            ids.iter().enumerate().map(cite).collect::<Vec<_>>()
        };
        lists.into_iter().flat_map(of_list).collect()
    }
}

type Lists<'r, 'a> = Vec<(String, &'r [Option<&'a str>])>;

fn board_lists<'r, 'a>(record: &'r BoardRecord<'a>) -> Lists<'r, 'a> {
    let controls = record.recommended_compensating_controls.iter().enumerate();
    let controls = controls.map(|(index, control)| {
        (format!("/recommended_compensating_controls/{index}/evidence"), control.evidence.as_slice())
    });
    let reviews = record.reviews.iter().enumerate();
    let reviews =
        reviews.map(|(index, review)| (format!("/reviews/{index}/evidence"), review.evidence.as_slice()));
    let closure =
        record.closure.iter().map(|closure| ("/closure/evidence".to_owned(), closure.evidence.as_slice()));
    controls.chain(reviews).chain(closure).collect()
}

fn registry_lists<'r, 'a>(record: &'r RegistryRecord<'a>) -> Lists<'r, 'a> {
    let statements =
        record.response.iter().flat_map(|response| response.control_statements.iter().enumerate());
    let statements = statements.map(|(index, statement)| {
        (format!("/response/control_statements/{index}/evidence"), statement.evidence.as_slice())
    });
    let closure =
        record.closure.iter().map(|closure| ("/closure/evidence".to_owned(), closure.evidence.as_slice()));
    statements.chain(closure).collect()
}

/// Evidence as a list, or the one string that stands for it; what is neither is empty.
pub(super) fn evidence_list<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Evidence<'a>>, D::Error> {
    struct Either;

    impl<'de> Visitor<'de> for Either {
        type Value = Vec<Evidence<'de>>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list, or one string")
        }

        fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
            Ok(if text.trim().is_empty() { Vec::new() } else { vec![Evidence::short(text)] })
        }

        fn visit_seq<A: SeqAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
            list(SeqAccessDeserializer::new(entries))
        }
    }

    Ok(deserializer.deserialize_any(Either).unwrap_or_default())
}
