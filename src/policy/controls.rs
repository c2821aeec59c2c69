//! `policies/controls.toml`: what the control families mean elsewhere, and the catalogue of compensating controls.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::exboard::MAX_DAYS;
use super::part::built_in;
use super::reader::{Field, join_or};
use super::words::{Band, ControlFamily, CsfFunction};
use crate::catalogue;

/// `policies/controls.toml`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Controls {
    /// `[families]`: all of them.
    families: BTreeMap<ControlFamily, FamilyMap>,
    /// `[control]`: the catalogue, by key.
    pub catalogue: BTreeMap<String, CatalogueControl>,
}

/// One of `[families]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FamilyMap {
    /// Families of NIST SP 800-53 Rev. 5, by their letters.
    pub nist: BTreeSet<String>,
    /// Functions of the NIST CSF 2.0.
    pub csf: BTreeSet<CsfFunction>,
}

/// One of `[control]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueControl {
    /// The family for which it is offered.
    pub family: ControlFamily,
    /// The bands of the score for which it is offered; at least one.
    pub bands: BTreeSet<Band>,
    /// What is in place.
    pub description: String,
    /// How somebody else checks it.
    pub test: String,
    /// How long putting it in place usually takes; at least 1.
    pub usual_days: u32,
    /// The controls of NIST SP 800-53 Rev. 5 that it serves; none of them withdrawn.
    pub nist: BTreeSet<String>,
    /// What it serves in other frameworks.
    pub frameworks: Vec<Framework>,
}

/// A requirement of a framework.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Framework {
    /// `iso27001`
    pub name: String,
    /// `A.5.18`
    pub id: String,
}

impl Controls {
    /// What a control family means elsewhere.
    #[must_use]
    pub fn family(&self, family: ControlFamily) -> &FamilyMap {
        const NOTHING: &FamilyMap = &FamilyMap { nist: BTreeSet::new(), csf: BTreeSet::new() };
        // Reading fills in every family.
        self.families.get(&family).unwrap_or(NOTHING)
    }
}

/// The built-in file.
pub(super) static DEFAULT: LazyLock<Controls> = LazyLock::new(|| built_in("controls.toml", read));

/// Reads the file.
pub(super) fn read(root: &Field<'_>) -> Option<Controls> {
    let root = root.table(&["families", "control"])?;
    let families = root.need("families").and_then(|field| read_families(&field));
    let catalogue = root.need("control").and_then(|field| {
        let controls: Vec<Option<(String, CatalogueControl)>> = field
            .map()?
            .into_iter()
            .map(|(key, at, value)| {
                let (key, control) = (read_key(key, &at), read_control(&value));
                Some((key?, control?))
            })
            .collect();
        controls.into_iter().collect()
    });
    Some(Controls { families: families?, catalogue: catalogue? })
}

fn read_families(field: &Field<'_>) -> Option<BTreeMap<ControlFamily, FamilyMap>> {
    let names: Vec<&str> = ControlFamily::ALL.iter().map(|family| family.as_str()).collect();
    let table = field.table(&names)?;
    let families: Vec<Option<(ControlFamily, FamilyMap)>> = ControlFamily::ALL
        .iter()
        .map(|family| {
            let table = table.need(family.as_str())?.table(&["nist", "csf"])?;
            let nist = table.need("nist").and_then(|field| field.distinct(read_family));
            let csf = table.need("csf").and_then(|field| field.distinct(Field::word));
            Some((*family, FamilyMap { nist: nist?, csf: csf? }))
        })
        .collect();
    families.into_iter().collect()
}

fn read_family(field: &Field<'_>) -> Option<String> {
    let letters = field.text()?;
    if catalogue::family(&letters).is_some() {
        return Some(letters);
    }
    let upper = letters.trim().to_ascii_uppercase();
    let known: Vec<&str> = catalogue::families().map(|(letters, _)| letters).collect();
    let help = match catalogue::family(&upper) {
        Some(_) => format!("did you mean \"{upper}\"?"),
        None => format!("the families are {}", known.join(", ")),
    };
    let message = format!("`{}` must be a family of SP 800-53, found {}", field.key(), field.shown());
    field.tell(field.problem(message).help(help));
    None
}

/// Records name entries by their key: see `key` in their schema.
fn read_key(key: &str, at: &Field<'_>) -> Option<String> {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if key.bytes().all(inner) && key.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
        return Some(key.to_owned());
    }
    let message = format!(
        "the key of a control must be letters, digits, `.`, `_` and `-`, and begin with one of the first two, \
         found {}",
        at.shown()
    );
    at.tell(at.problem(message).help("records name it by this key, as in `cc-access-quarterly-review`"));
    None
}

fn read_control(field: &Field<'_>) -> Option<CatalogueControl> {
    let table =
        field.table(&["family", "bands", "description", "test", "usual_days", "nist", "frameworks"])?;
    let family = table.need("family").and_then(|field| field.word());
    let bands = table.need("bands").and_then(|field| {
        let bands = field.distinct(Field::word::<Band>)?;
        if bands.is_empty() {
            field.tell(field.problem(format!("`{}` must name at least one band", field.key())));
            return None;
        }
        Some(bands)
    });
    let description = table.need("description").and_then(|field| field.text());
    let test = table.need("test").and_then(|field| field.text());
    let usual_days = table.need("usual_days").and_then(|field| field.integer(1..=MAX_DAYS));
    let nist = table.need("nist").and_then(|field| field.distinct(read_nist));
    let frameworks = match table.get("frameworks") {
        Some(field) => field.list_of(|field| {
            let table = field.table(&["name", "id"])?;
            let name = table.need("name").and_then(|field| field.text());
            let id = table.need("id").and_then(|field| field.text());
            Some(Framework { name: name?, id: id? })
        }),
        None => Some(Vec::new()),
    };
    Some(CatalogueControl {
        family: family?,
        bands: bands?,
        description: description?,
        test: test?,
        usual_days: usual_days?,
        nist: nist?,
        frameworks: frameworks?,
    })
}

fn read_nist(field: &Field<'_>) -> Option<String> {
    let id = field.text()?;
    match catalogue::find(&id) {
        Some(control) => match control.withdrawn {
            None => return Some(id),
            Some(fate) => {
                let message = format!("{} was withdrawn from SP 800-53 Rev. 5: {fate}", control.id);
                let next: Vec<&str> = control.successors().iter().map(|next| next.id).collect();
                let help = if next.is_empty() {
                    "remove it".to_owned()
                } else {
                    format!("write {}", join_or(&next))
                };
                field.tell(field.problem(message).help(help));
            }
        },
        None => {
            let help = match catalogue::closest(&id) {
                Some(near) => format!("did you mean \"{}\"?", near.id),
                None => "write it as in the publication: \"AC-2\", \"AC-2(1)\"".to_owned(),
            };
            let message = format!("{} is not a control of SP 800-53 Rev. 5", field.shown());
            field.tell(field.problem(message).help(help));
        }
    }
    None
}
