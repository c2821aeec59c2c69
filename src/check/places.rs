//! Fields that findings name → places in texts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Outcome, each};
use crate::finding::{Finding, Place};
use crate::source::Source;
use crate::yaml;

/// Gives the text of a path; absent where there is none to be had.
pub(super) type Reread<'r> = dyn Fn(&str) -> Option<Arc<Source>> + Sync + 'r;

/// Looks up the places of fields that findings about all records together name: so no card has to keep any.
pub(super) fn locate(outcome: &mut Outcome, reread: &Reread<'_>) {
    let places = |finding: &mut Finding, visit: &mut dyn FnMut(&mut Place)| {
        visit(&mut finding.place);
        finding.related.iter_mut().for_each(|related| visit(&mut related.place));
    };
    let mut wanted: BTreeMap<Arc<str>, BTreeSet<String>> = BTreeMap::new();
    for finding in &mut outcome.findings {
        places(finding, &mut |place| {
            if let (None, Some(field)) = (place.range, &place.field) {
                wanted.entry(Arc::clone(&place.path)).or_default().insert(field.clone());
            }
        });
    }
    let wanted: Vec<(Arc<str>, BTreeSet<String>)> = wanted.into_iter().collect();
    let found = each(&wanted, |(path, fields)| {
        let source = reread(path)?;
        let document = yaml::parse(Arc::clone(&source)).document;
        let place = |field: &String| Place::in_source(&source, document.locate(field), Some(field.clone()));
        let places: Vec<Place> = fields.iter().map(place).collect();
        Some((Arc::clone(path), Arc::clone(&source), places))
    });
    let mut known: BTreeMap<Arc<str>, Vec<Place>> = BTreeMap::new();
    for (path, source, places) in found.into_iter().flatten() {
        outcome.sources.entry(Arc::clone(&path)).or_insert(source);
        known.insert(path, places);
    }
    for finding in &mut outcome.findings {
        places(finding, &mut |place| {
            let same = known.get(&place.path).into_iter().flatten().find(|known| known.field == place.field);
            if let (None, Some(same)) = (place.range, same) {
                *place = same.clone();
            }
        });
    }
}
