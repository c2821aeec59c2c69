//! `scope/blanket`

use unicode_normalization::UnicodeNormalization;

use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// The exception names everything in place of assets.
    ///
    /// An entry of `impacted_assets` is `*`, `everything`, begins with the word `all` or `entire`, or is one of the
    /// words in `[scope] blanket` of `policies/lanes.toml` (production, staging, …), case aside.
    ///
    /// ## Why
    /// Risk that is accepted for everything is accepted for what nobody thought of.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// impacted_assets: [export-service, Production]
    /// ```
    /// ```yaml base=proposed
    /// impacted_assets: [All customer databases]
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// impacted_assets: [export-service, production-eu-3, all-hands-wiki]
    /// ```
    RULE {
        name: "scope/blanket",
        summary: "The exception names everything in place of assets",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Deciding,
        suppressible: true,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    let Some(record) = subject.board() else { return };
    for (index, asset) in record.impacted_assets.iter().enumerate() {
        let Some(asset) = asset else { continue };
        let folded = asset.nfkc().collect::<String>().trim().to_lowercase();
        let listed = subject.policy.lanes.blanket.contains(&folded);
        if !listed && !names_everything(&folded) {
            continue;
        }
        let message = format!("`{}` names no asset but everything of a kind", asset.trim());
        let mut finding = out.finding(subject.at(&format!("/impacted_assets/{index}")), message).help(
            "name the assets that the exception is for, each by the name that your inventory has for it",
        );
        if let Some(policy) = subject.policy_place("lanes.toml", "scope.blanket").filter(|_| listed) {
            finding = finding.related(policy, "the words that name everything");
        }
        out.report(finding);
    }
}

fn names_everything(folded: &str) -> bool {
    let first = folded.split_whitespace().next().unwrap_or_default();
    folded == "*" || folded == "everything" || matches!(first, "all" | "entire")
}
