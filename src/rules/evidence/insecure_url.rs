//! `evidence/insecure-url`

use crate::rules::declare::rule;
use crate::rules::{Out, Subject};

rule! {
    /// The address of the evidence is not one that people should open.
    ///
    /// A `url` is `https`, carries no user or password, and, where `hosts` in `policies/evidence.toml` is not empty,
    /// leads to one of them: exactly, or below a domain (`*.example.com`). Nothing is ever fetched.
    ///
    /// ## Why
    /// Reviewers click on it, and what they see there is taken for proof.
    ///
    /// ## Fails
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: architecture
    ///     url: http://wiki.example.com/export-service
    ///     collected_at: 2026-05-04
    /// ```
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: architecture
    ///     url: https://wiki.example.com@evil.example/export-service
    ///     collected_at: 2026-05-04
    /// ```
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: architecture
    ///     url: https://wiki.example.com/export-service
    ///     collected_at: 2026-05-04
    /// ```
    /// ```toml with file=policies/evidence.toml
    /// hosts = ["docs.example.com", "*.wiki.example.com"]
    /// ```
    ///
    /// ## Passes
    /// ```yaml base=proposed
    /// evidence_link:
    ///   - id: E1
    ///     kind: architecture
    ///     url: https://team.wiki.example.com:8443/export-service
    ///     collected_at: 2026-05-04
    /// ```
    /// ```toml with file=policies/evidence.toml
    /// hosts = ["docs.example.com", "*.wiki.example.com"]
    /// ```
    RULE {
        name: "evidence/insecure-url",
        summary: "The address of the evidence is not one that people should open",
        scope: Record,
        severity: Error,
        locked: false,
        judges: Unfinished,
        fix: None,
        since: "0.1.0",
    }
    Check::Record(check)
}

fn check(subject: &Subject<'_>, out: &mut Out<'_>) {
    for (index, entry) in subject.record.evidence().iter().enumerate() {
        let Some(url) = entry.url else { continue };
        let place = || subject.at(&subject.record.evidence_pointer(index, "url"));
        let host = match host_of(url) {
            Ok(host) => host,
            Err((wrong, help)) => {
                out.report(out.finding(place(), wrong).help(help));
                continue;
            }
        };
        if subject.policy.evidence.allows_host(host) {
            continue;
        }
        let message = format!("`{host}` is not a host that evidence may lie on");
        let mut finding = out
            .finding(place(), message)
            .help("put it where `hosts` in `policies/evidence.toml` allows, or have that host added there");
        if let Some(policy) = subject.policy_place("evidence.toml", "hosts") {
            finding = finding.related(policy, "the hosts that are allowed");
        }
        out.report(finding);
    }
}

/// The host of an address; or what is wrong with the address, and what to do.
///
/// Browsers mend addresses as they see fit. So what one of them could read in another way than this is refused.
fn host_of(url: &str) -> Result<&str, (&'static str, &'static str)> {
    let whole = "write the whole address, as in https://docs.example.com/report";
    if url.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err((
            "the address has a blank, a control character or a backslash",
            "write them as %20 or %5C",
        ));
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        return Err(("this is not a web address", whole));
    };
    if !scheme.eq_ignore_ascii_case("https") {
        return Err((
            "the address is not `https`: what it shows can be changed on the way",
            "use the https address",
        ));
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err((
            "the address carries a user or a password; where it leads stands behind the `@`",
            "take out everything from after `https://` to the `@`",
        ));
    }
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    if host.is_empty() { Err(("the address names no host", whole)) } else { Ok(host) }
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn the_host_is_the_one_that_a_browser_would_open() {
        for (url, host) in [
            ("https://docs.example.com", "docs.example.com"),
            ("HTTPS://docs.example.com:8443/a@b", "docs.example.com"),
            ("https://docs.example.com?to=evil.example", "docs.example.com"),
            ("https://docs.example.com#@evil.example", "docs.example.com"),
            ("https://[2001:db8::1]/a", "[2001:db8::1]"),
        ] {
            assert_eq!(host_of(url), Ok(host), "{url}");
        }
        for url in [
            "http://a.example",
            "https:/a.example",
            "//a.example",
            "javascript:alert(1)",
            "https://",
            "https://:443/",
            "https://a.example@evil.example/",
            "https://a.example:pass@evil.example/",
            "https://evil.example\\@a.example/",
            "https://a.example/ b",
            "https://a.exa\u{a0}mple/",
        ] {
            assert!(host_of(url).is_err(), "{url}");
        }
    }
}
