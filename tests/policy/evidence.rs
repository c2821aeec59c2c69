//! What must be backed, how old the proof may be, and where it may lie.

use exboard::policy::{Band, EvidenceKind, RiskLevel};

use super::load;

#[test]
fn the_built_in_evidence_policy_is_the_documented_one() {
    let evidence = load(&[]).evidence;
    assert_eq!((evidence.board_from, evidence.registry_from), (Band::Moderate, RiskLevel::Medium));
    let ages: Vec<_> = evidence.max_age_days.iter().map(|(kind, days)| (*kind, *days)).collect();
    assert_eq!(
        ages,
        [
            (EvidenceKind::SocReport, 365),
            (EvidenceKind::PenetrationTest, 365),
            (EvidenceKind::TestResult, 180),
            (EvidenceKind::Certificate, 365),
            (EvidenceKind::Screenshot, 90),
        ]
    );
    assert!(evidence.hosts.is_empty() && evidence.allows_host("anywhere.example.org"));
}

#[test]
fn a_host_is_allowed_by_its_name_or_below_a_domain() {
    let text =
        "hosts = [\"Docs.example.com\", \"*.wiki.example.com\", \"localhost\"]\nmax_age_days.ticket = 30\n";
    let evidence = load(&[("policies/evidence.toml", text)]).evidence;
    assert_eq!(evidence.max_age_days.len(), 6);
    for host in
        ["docs.example.com", "DOCS.EXAMPLE.COM", "a.wiki.example.com", "a.b.wiki.example.com", "localhost"]
    {
        assert!(evidence.allows_host(host), "{host}");
    }
    for host in [
        "example.com",
        "evil-docs.example.com",
        "docs.example.com.evil.org",
        "wiki.example.com",
        "awiki.example.com",
        ".wiki.example.com",
        "",
    ] {
        assert!(!evidence.allows_host(host), "{host}");
    }
}
