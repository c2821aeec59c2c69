//! The connection: pages, patience, and where the token does not go.

use std::cell::RefCell;
use std::time::Duration;

use exboard::forge::{Http, HttpError, Limits, Token};
use serde_json::{Value, json};

use crate::TOKEN;
use crate::server::{Answer, Server};

/// Little patience, and no waiting.
fn limits() -> Limits {
    Limits { timeout: Duration::from_millis(400), body: 64 * 1024, pages: 5, ..Limits::default() }
}

/// Lets a client ask a server; gives its result, and how long it wanted to wait each time.
fn ask<T>(
    server: &Server,
    ask: impl FnOnce(&Http<'_>) -> Result<T, HttpError>,
) -> (Result<T, HttpError>, Vec<u64>) {
    let waits = RefCell::new(Vec::new());
    let sleep = |wait: Duration| waits.borrow_mut().push(wait.as_secs());
    let http = Http::new(&server.url(), Token::new(TOKEN).unwrap(), None, limits(), &sleep).unwrap();
    let result = ask(&http);
    assert!(!format!("{http:?}").contains(TOKEN));
    if let Err(error) = &result {
        assert!(!format!("{error} {error:?}").contains(TOKEN), "{error}");
    }
    (result, waits.into_inner())
}

fn get(server: &Server) -> (Result<Value, HttpError>, Vec<u64>) {
    ask(server, |http| http.get::<Value>("/repos/acme/governance"))
}

#[test]
fn a_request_says_who_asks_and_in_which_version() {
    let server = Server::new(|_| Answer::new(200, r#"{"id": 7}"#));
    assert_eq!(get(&server).0.unwrap(), json!({ "id": 7 }));
    let asked = &server.asked()[0];
    assert_eq!(asked.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    assert_eq!(asked.header("accept"), Some("application/vnd.github+json, application/json;q=0.9"));
    assert_eq!(asked.header("x-github-api-version"), Some("2022-11-28"));
    assert!(asked.header("user-agent").unwrap().starts_with("exboard/"));
}

#[test]
fn all_pages_of_a_list_are_read() {
    let server = Server::new(|asked| {
        let page: usize = asked.path.rsplit_once("page=").map_or(1, |(_, page)| page.parse().unwrap());
        let answer = Answer::new(200, format!("[{page}]"));
        let host = asked.header("host").unwrap();
        if page == 3 {
            answer
        } else {
            answer.with("link", format!("<http://{host}/x?page={}>; rel=\"next\"", page + 1))
        }
    });
    let (pages, _) = ask(&server, |http| http.pages("/x"));
    assert_eq!(String::from_utf8(pages.unwrap()).unwrap(), "[1]\n[2]\n[3]\n");
    assert_eq!(server.lines(), ["GET /x", "GET /x?page=2", "GET /x?page=3"]);
}

#[test]
fn a_list_without_an_end_is_left() {
    let server = Server::new(|asked| {
        let host = asked.header("host").unwrap();
        Answer::new(200, "[]").with("link", format!("<http://{host}/x>; rel=\"next\""))
    });
    let (pages, _) = ask(&server, |http| http.pages("/x"));
    assert_eq!(pages.unwrap_err().to_string(), "GET /x: the list has more than 5 pages");
}

#[test]
fn neither_a_link_nor_a_redirect_takes_the_token_elsewhere() {
    let elsewhere = Server::new(|_| Answer::new(200, "[]"));
    let there = format!("{}/reviews", elsewhere.url());
    let link = format!("<{there}>; rel=\"next\"");
    let server = Server::new(move |_| Answer::new(200, "[]").with("link", link.clone()));
    let (pages, _) = ask(&server, |http| http.pages("/x"));
    assert!(matches!(pages.unwrap_err(), HttpError::Elsewhere { target, .. } if target == there));
    let target = there.clone();
    let server = Server::new(move |_| Answer::new(302, "").with("location", target.clone()));
    assert!(matches!(get(&server).0.unwrap_err(), HttpError::Elsewhere { .. }));
    assert!(elsewhere.asked().is_empty(), "{:?}", elsewhere.asked());
}

#[test]
fn a_repository_with_a_new_name_is_found_under_it() {
    let server = Server::new(|asked| match asked.path.as_str() {
        "/repositories/7" => Answer::new(200, "{}"),
        _ => Answer::new(301, "")
            .with("location", format!("http://{}/repositories/7", asked.header("host").unwrap())),
    });
    assert_eq!(get(&server).0.unwrap(), json!({}));
}

#[test]
fn what_fails_for_a_moment_is_asked_again() {
    let mut answers = vec![Answer::new(200, "{}"), Answer::new(502, "<html>"), Answer::new(500, "")];
    let server = Server::new(move |_| answers.pop().unwrap());
    let (result, waits) = get(&server);
    assert_eq!((result.unwrap(), waits), (json!({}), vec![1, 2]));
    let server = Server::new(|_| Answer::new(503, r#"{"message": "Unicorn!"}"#));
    let (result, waits) = get(&server);
    let error = "GET /repos/acme/governance: the forge answered 503: `Unicorn!`";
    assert_eq!((result.unwrap_err().to_string().as_str(), waits), (error, vec![1, 2, 4]));
}

#[test]
fn a_rate_limit_is_waited_for_within_reason() {
    let mut answers = vec![
        Answer::new(200, "{}"),
        Answer::new(403, r#"{"message": "You have exceeded a secondary rate limit."}"#),
        Answer::new(429, "").with("retry-after", "7"),
    ];
    let server = Server::new(move |_| answers.pop().unwrap());
    let (result, waits) = get(&server);
    assert_eq!((result.unwrap(), waits), (json!({}), vec![7, 60]));
    let server = Server::new(|_| {
        Answer::new(403, "")
            .with("x-ratelimit-remaining", "0")
            .with("x-ratelimit-reset", "1767606000")
            .with("date", "Mon, 05 Jan 2026 09:00:00 GMT")
    });
    let (result, waits) = get(&server);
    let error = "GET /repos/acme/governance: the forge's rate limit is used up, for 2401 more seconds";
    assert_eq!((result.unwrap_err().to_string().as_str(), waits.len()), (error, 0));
}

#[test]
fn a_refusal_is_told_at_once_and_never_with_the_token() {
    for (status, body, error) in [
        (404, r#"{"message": "Not Found"}"#.to_owned(), "answered 404: `Not Found`"),
        (
            403,
            r#"{"message": "Resource not accessible by integration"}"#.to_owned(),
            "answered 403: `Resource",
        ),
        (401, format!(r#"{{"message": "Bad credentials: {TOKEN}"}}"#), "answered 401: `Bad credentials: …`"),
        (422, "no json".to_owned(), "answered 422"),
    ] {
        let server = Server::new(move |_| Answer::new(status, body.clone()));
        let (result, waits) = get(&server);
        let told = result.unwrap_err().to_string();
        assert!(told.contains(error) && waits.is_empty(), "{told}");
        assert_eq!(server.asked().len(), 1);
    }
}

#[test]
fn an_answer_that_is_huge_broken_or_never_comes_is_no_answer() {
    let server = Server::new(|_| Answer::new(200, vec![b' '; 256 * 1024]));
    assert!(get(&server).0.unwrap_err().to_string().ends_with("the answer is longer than 65536 bytes"));
    let server = Server::new(|_| Answer::new(200, "{\"id\": "));
    assert!(matches!(get(&server).0.unwrap_err(), HttpError::Unreadable { .. }));
    let server = Server::new(|_| Answer { silent: true, ..Answer::new(200, "") });
    let (result, waits) = get(&server);
    assert!(matches!(result.unwrap_err(), HttpError::Unreachable { .. }));
    assert_eq!(waits, [1, 2, 4]);
}

#[test]
fn a_token_is_only_sent_where_nobody_can_read_it_on_its_way() {
    let sleep = |_: Duration| {};
    let open = |url: &str| Http::new(url, Token::new(TOKEN).unwrap(), None, limits(), &sleep).map(|_| ());
    for url in ["https://api.github.com", "https://ghe.example.com/api/v3/", "http://localhost:1"] {
        assert_eq!(open(url), Ok(()), "{url}");
    }
    for url in
        ["http://api.github.com", "ftp://x", "", "api.github.com", "https://a@b.example", "https://x?y"]
    {
        assert!(matches!(open(url), Err(HttpError::Address(_))), "{url}");
    }
    assert!(Token::new("").is_none() && Token::new("a b").is_none() && Token::new("a\r\nx: y").is_none());
    assert_eq!(format!("{:?}", Token::new(TOKEN)), "Some(Token(…))");
    let nonsense =
        Http::new("https://x.example", Token::new(TOKEN).unwrap(), Some(b"no pem"), limits(), &sleep);
    assert!(matches!(nonsense, Err(HttpError::Certificates(_))));
}
