//! `docs/history.md` says what is so: its commands are run, and print what it shows.

use std::fs;
use std::path::Path;

use crate::governed::{Governed, Landing, NOW, Run, approved, key};

/// Runs a command of the page; what a reader's machine knows by itself is added: the clock, keys, who is who.
fn run(board: &Governed, command: &str) -> String {
    let (words, who) = command.split_once('#').unwrap_or((command, ""));
    let words: Vec<&str> = words.split_whitespace().collect();
    let ci = key("ci");
    let told = |run: Run| {
        assert!(run.code <= 1, "{command}: {run:#?}");
        format!("{}{}", run.out, run.error)
    };
    match words.as_slice() {
        ["git", "merge", ..] => {
            board.land(Landing::Merge, "2026-05-04T10:00:00Z");
            String::new()
        }
        ["git", rest @ ..] => board.git.git(rest) + "\n",
        ["exboard", "approve", rest @ ..] => told(board.try_vote(&who.trim().to_lowercase(), rest)),
        ["exboard", "receipt", rest @ ..] => {
            told(board.exboard(&[&["receipt", "--key", ci.to_str().unwrap()], rest].concat()))
        }
        ["exboard", "log", rest @ ..] => told(board.exboard(&[&["log"], rest].concat())),
        ["exboard", rest @ ..] => told(board.exboard(&[rest, &["--now", NOW]].concat())),
        _ => panic!("what is `{command}`?"),
    }
}

/// The text with what is another in each run left out: ids of commits, and signatures.
fn steady(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let hex = |word: &str| word.len() >= 10 && word.chars().all(|c| c.is_ascii_hexdigit());
        let words = line.split_inclusive(|c: char| !c.is_alphanumeric()).map(|word| {
            let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
            if hex(bare) { word.replacen(bare, "ID", 1) } else { word.to_owned() }
        });
        let line: String = words.collect();
        let is_armour = line.len() > 30 && !line.contains([' ', '-', ':']);
        let line = if is_armour { "…".to_owned() } else { line };
        if line != "…" || lines.last().is_none_or(|last| last != "…") {
            lines.push(line);
        }
    }
    // The last line of a signature has any length.
    let end = lines.iter().position(|line| line.starts_with("-----END"));
    if let Some(end) = end.filter(|end| *end > 0 && lines[end - 1] != "…") {
        lines.remove(end - 1);
    }
    lines.join("\n")
}

#[test]
fn the_page_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/history.md");
    let page = fs::read_to_string(&path).unwrap();
    let board = Governed::new();
    board.propose(&approved()).at("2026-05-04T09:20:00Z");
    let mut written = String::new();
    let mut inside = false;
    let (mut shown, mut ran) = (String::new(), 0);
    for line in page.lines() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ => {}
        }
        match line.strip_prefix("$ ").filter(|_| inside) {
            Some(command) => {
                written.push_str(&format!("{line}\n{}", run(&board, command)));
                ran += 1;
            }
            None if inside && line != "```console" => {}
            None => written.push_str(&format!("{line}\n")),
        }
        shown.push_str(&format!("{line}\n"));
    }
    assert!(ran >= 8, "the page has lost its commands");
    if std::env::var_os("UPDATE_EXPECT").is_some() && steady(&written) != steady(&shown) {
        fs::write(&path, &written).unwrap();
        return;
    }
    assert_eq!(
        steady(&written),
        steady(&shown),
        "`UPDATE_EXPECT=1 cargo test --test history page` rewrites it"
    );
}
