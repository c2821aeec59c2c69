//! What the headers of an answer say: where the next page is, and how long to wait.

use chrono::DateTime;
use ureq::http::Uri;

/// The address of the next page, in a `Link` header.
pub(super) fn next(links: &str) -> Option<String> {
    for link in links.split(',') {
        let (address, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = rest.split(';').any(|part| {
            let part = part.trim();
            part.eq_ignore_ascii_case("rel=\"next\"") || part.eq_ignore_ascii_case("rel=next")
        });
        if is_next {
            return Some(address.to_owned());
        }
    }
    None
}

/// True where two addresses have scheme, host and port in common.
pub(super) fn same_origin(home: &str, target: &str) -> bool {
    let origin = |address: &str| {
        let uri: Uri = address.parse().ok()?;
        let scheme = uri.scheme_str()?.to_ascii_lowercase();
        let port = uri.port_u16().unwrap_or(if scheme == "https" { 443 } else { 80 });
        // With a user in it, it is another address, whoever that is.
        let has_user = uri.authority()?.as_str().contains('@');
        Some((scheme, uri.host()?.to_ascii_lowercase(), port)).filter(|_| !has_user)
    };
    let home = origin(home);
    home.is_some() && home == origin(target)
}

/// Whether an answer means *later*, and in how many seconds where it says so. What the rate limit's reset means is
/// reckoned from the answer's own date: no other clock is needed.
pub(super) fn wait_of(status: u16, header: &dyn Fn(&str) -> Option<String>) -> Option<Option<u64>> {
    let number = |name: &str| header(name).and_then(|text| text.trim().parse::<u64>().ok());
    let retry_after = number("retry-after");
    match status {
        429 | 403 | 503 if retry_after.is_some() => Some(retry_after),
        429 | 403 if number("x-ratelimit-remaining") == Some(0) => {
            Some(number("x-ratelimit-reset").and_then(|reset| {
                let date = DateTime::parse_from_rfc2822(&header("date")?).ok()?;
                Some(reset.saturating_sub(u64::try_from(date.timestamp()).ok()?) + 1)
            }))
        }
        429 => Some(None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_others() {
        let links = r#"<https://a.example/x?page=1>; rel="prev", <https://a.example/x?page=3>; rel="next", <https://a.example/x?page=9>; rel="last""#;
        assert_eq!(next(links).as_deref(), Some("https://a.example/x?page=3"));
        assert_eq!(next(r#"<https://a.example/x?page=1>; rel="last""#), None);
        assert_eq!(next("nonsense"), None);
    }

    #[test]
    fn another_scheme_host_port_or_user_is_another_origin() {
        let home = "https://api.github.com";
        assert!(same_origin(home, "https://API.github.com:443/repositories/1?page=2"));
        for other in [
            "http://api.github.com/x",
            "https://api.github.com:8443/x",
            "https://api.github.com.evil.example/x",
            "https://api.github.com@evil.example/x",
            "https://evil.example@api.github.com/x",
            "//api.github.com/x",
            "/x",
            "",
        ] {
            assert!(!same_origin(home, other), "{other}");
        }
    }

    #[test]
    fn the_reset_of_a_rate_limit_is_reckoned_from_the_answers_date() {
        let headers = |name: &str| {
            let value = match name {
                "x-ratelimit-remaining" => "0",
                "x-ratelimit-reset" => "1767603610",
                "date" => "Mon, 05 Jan 2026 09:00:00 GMT",
                _ => return None,
            };
            Some(value.to_owned())
        };
        assert_eq!(wait_of(403, &headers), Some(Some(11)));
        assert_eq!(wait_of(200, &headers), None);
        assert_eq!(wait_of(403, &|_| None), None);
        assert_eq!(wait_of(429, &|_| None), Some(None));
    }
}
