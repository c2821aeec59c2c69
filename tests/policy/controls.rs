//! The catalogue of compensating controls, and what the families mean elsewhere.

use exboard::policy::{Band, ControlFamily, CsfFunction};

use super::load;

#[test]
fn the_built_in_families_are_the_documented_ones() {
    let controls = load(&[]).controls;
    let map = |family| {
        let family = controls.family(family);
        let nist: Vec<&str> = family.nist.iter().map(String::as_str).collect();
        (nist.join(" "), family.csf.iter().copied().collect::<Vec<_>>())
    };
    assert_eq!(map(ControlFamily::Access), ("AC IA".to_owned(), vec![CsfFunction::Protect]));
    assert_eq!(map(ControlFamily::Encryption), ("SC".to_owned(), vec![CsfFunction::Protect]));
    assert_eq!(map(ControlFamily::Logging), ("AU".to_owned(), vec![CsfFunction::Detect]));
    assert_eq!(map(ControlFamily::Backup), ("CP".to_owned(), vec![CsfFunction::Recover]));
    assert_eq!(map(ControlFamily::Incident), ("IR".to_owned(), vec![CsfFunction::Respond]));
}

#[test]
fn every_family_has_controls_for_every_band() {
    let controls = load(&[]).controls;
    for family in ControlFamily::ALL {
        for band in Band::ALL {
            let fits = controls.catalogue.values().filter(|control| control.family == *family);
            assert!(fits.filter(|control| control.bands.contains(band)).count() >= 2, "{family} {band}");
        }
    }
    let review = &controls.catalogue["cc-access-quarterly-review"];
    assert_eq!((review.usual_days, review.frameworks.len()), (14, 2));
    assert!(review.nist.contains("AC-2"));
}

#[test]
fn a_repository_adds_controls_and_changes_parts_of_built_in_ones() {
    let text = "families.access.nist = [\"PE\"]\n\
                [control.cc-access-quarterly-review]\nusual_days = 3\n\
                [control.cc-own]\nfamily = \"backup\"\nbands = [\"low\"]\ndescription = \"D.\"\n\
                test = \"T.\"\nusual_days = 1\nnist = []\n";
    let controls = load(&[("policies/controls.toml", text)]).controls;
    assert_eq!(controls.family(ControlFamily::Access).nist.iter().collect::<Vec<_>>(), ["PE"]);
    assert_eq!(controls.family(ControlFamily::Access).csf.len(), 1);
    assert_eq!(controls.catalogue["cc-access-quarterly-review"].usual_days, 3);
    assert_eq!(controls.catalogue["cc-access-quarterly-review"].family, ControlFamily::Access);
    assert!(controls.catalogue["cc-own"].nist.is_empty() && controls.catalogue.len() > 40);
}

#[test]
fn the_built_in_catalogue_is_there_for_whoever_asks() {
    let policy = load(&[]);
    assert!(!policy.controls.catalogue.is_empty());
    assert!(policy.as_json()["controls"]["control"].as_object().is_some_and(|controls| !controls.is_empty()));
}
