//! `consistency/overlap`

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::declare::rule;
use crate::rules::{BoardFacts, Card, Out, Register, by_subject};

rule! {
    /// Two approved records of one account cover one control family and share an asset.
    ///
    /// Accounts and assets are compared without regard to case, to the form of characters, and to white space around them.
    /// The finding stands on both records.
    ///
    /// ## Why
    /// Each board saw half of the risk, and each record ends on a day of its own: nobody knows when the asset is safe again.
    ///
    /// ## Fails
    /// ```yaml base=approved
    /// impacted_assets: [export-service]
    /// ```
    /// ```yaml base=approved with path=exceptions/director/2026/SEB-2026-0043.yaml
    /// exception_id: SEB-2026-0043
    /// account_name: meridian bank
    /// impacted_assets: [import-service, Export-Service]
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=approved
    /// impacted_assets: [export-service]
    /// ```
    /// ```yaml base=approved with path=exceptions/director/2026/SEB-2026-0043.yaml
    /// exception_id: SEB-2026-0043
    /// impacted_assets: [import-service]
    /// ```
    RULE {
        name: "consistency/overlap",
        summary: "Two approved records of one account cover one control family and share an asset",
        scope: All,
        severity: Warning,
        locked: false,
        judges: Every,
        suppressible: true,
        fix: None,
        since: "0.1.0",
    }
    Check::All(check)
}

/// How many of the others a finding names.
const NAMED: usize = 3;

fn check(register: &Register<'_>, out: &mut Out<'_>) {
    for group in by_subject(register.cards).values() {
        let mut of_asset: BTreeMap<&str, Vec<&Card>> = BTreeMap::new();
        for (card, facts) in group {
            let assets: BTreeSet<&str> = facts.assets.iter().map(AsRef::as_ref).collect();
            assets.into_iter().for_each(|asset| of_asset.entry(asset).or_default().push(card));
        }
        for (card, facts) in group {
            report(card, facts, &of_asset, out);
        }
    }
}

fn report(card: &Card, facts: &BoardFacts, of_asset: &BTreeMap<&str, Vec<&Card>>, out: &mut Out<'_>) {
    let others = |asset: &str| -> Vec<&Card> {
        let sharing = of_asset.get(asset).into_iter().flatten().copied();
        sharing.filter(|other| !std::ptr::eq(card, *other)).take(NAMED + 1).collect()
    };
    let mut shared = facts.assets.iter().map(|asset| (asset, others(asset)));
    let Some((asset, others)) = shared.find(|(_, others)| !others.is_empty()) else { return };
    let names: Vec<String> = others.iter().take(NAMED).map(|other| format!("`{}`", other.name())).collect();
    let more = if others.len() > NAMED { " and others" } else { "" };
    let message = format!(
        "the asset `{asset}` is covered already, for the same account and control family, by {}{more}",
        names.join(", ")
    );
    let mut finding = out
        .finding(card.at("/impacted_assets"), message)
        .record(card.name())
        .help("bring them before the board as one record, and close the others as superseded");
    for other in others.iter().take(NAMED) {
        finding = finding.related(other.at("/impacted_assets"), "also covered here");
    }
    out.report(finding);
}
