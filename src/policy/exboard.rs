//! `exboard.toml`: where the records lie, and how strictly they are judged.

use std::collections::{BTreeMap, BTreeSet};

use super::KnownRule;
use super::custom::{self, CustomRule};
use super::reader::{Field, Table};
use super::words::{Layout, Level};

/// Most days that any limit of a policy may span: a hundred years, so that no sum of dates overflows.
pub(super) const MAX_DAYS: u32 = 36_500;

/// `exboard.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exboard {
    /// Version of the format: 1.
    pub version: u32,
    /// `[paths]`
    pub paths: Paths,
    /// `[rules]`: what the repository says about single rules, by their names. None of them is locked.
    pub rules: BTreeMap<String, Level>,
    /// `[suppressions]`
    pub suppressions: Suppressions,
    /// `[extensions]`
    pub extensions: Extensions,
    /// `[[rule]]`: the repository's own rules, by id.
    pub custom: Vec<CustomRule>,
}

/// `[paths]`: folders from the root of the repository, with forward slashes and none at the end. None lies in
/// another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// Board records.
    pub board: String,
    /// Registry records.
    pub registry: String,
    /// The other policy files.
    pub policies: String,
    /// Documents that records cite.
    pub evidence: String,
    /// Where records lie below their folder.
    pub layout: Layout,
}

impl Default for Paths {
    /// The built-in folders.
    fn default() -> Self {
        let own = str::to_owned;
        Paths {
            board: own("exceptions"),
            registry: own("registry"),
            policies: own("policies"),
            evidence: own("evidence"),
            layout: Layout::Lane,
        }
    }
}

/// `[suppressions]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressions {
    /// How many days ahead a suppression may end.
    pub max_days: u32,
}

/// `[extensions]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extensions {
    /// Keys below a record's `extensions` that a vote does not cover.
    pub progress: BTreeSet<String>,
}

/// Reads the file.
pub(super) fn read(root: &Field<'_>, known: &[KnownRule<'_>]) -> Option<Exboard> {
    let root = root.table(&["version", "paths", "rules", "suppressions", "extensions", "rule"])?;
    let version = root.need("version").and_then(|version| version.integer(1..=1));
    let paths = root.need("paths").and_then(|paths| read_paths(&paths));
    let own = root.get("rule");
    let own_ids = own.as_ref().map(custom::ids).unwrap_or_default();
    let own_ids = own_ids.iter().map(|name| KnownRule { name, locked: false });
    let all: Vec<KnownRule<'_>> = known.iter().copied().chain(own_ids).collect();
    let rules = root.need("rules").and_then(|rules| read_rules(&rules, &all));
    let custom = own.map_or(Some(Vec::new()), |own| custom::read(&own, known));
    let suppressions = root.need("suppressions").and_then(|table| {
        let max_days = table.table(&["max_days"])?.need("max_days")?.integer(1..=MAX_DAYS)?;
        Some(Suppressions { max_days })
    });
    let extensions = root.need("extensions").and_then(|table| {
        let progress = table.table(&["progress"])?.need("progress")?.distinct(Field::text)?;
        Some(Extensions { progress })
    });
    Some(Exboard {
        version: version?,
        paths: paths?,
        rules: rules?,
        suppressions: suppressions?,
        extensions: extensions?,
        custom: custom?,
    })
}

fn read_paths(field: &Field<'_>) -> Option<Paths> {
    let table = field.table(&["board", "registry", "policies", "evidence", "layout"])?;
    let path = |key| table.need(key).and_then(|field| read_path(&field));
    let (board, registry, policies, evidence) =
        (path("board"), path("registry"), path("policies"), path("evidence"));
    let layout = table.need("layout").and_then(|field| field.word());
    let apart = check_apart(&table);
    let paths = Paths {
        board: board?,
        registry: registry?,
        policies: policies?,
        evidence: evidence?,
        layout: layout?,
    };
    apart.then_some(paths)
}

fn read_path(field: &Field<'_>) -> Option<String> {
    let path = field.text()?;
    let Some(reason) = path_fault(&path) else { return Some(path) };
    let message =
        format!("`{}` must be a folder of the repository, found {}: {reason}", field.key(), field.shown());
    field.tell(
        field.problem(message).help("write it from the root with forward slashes, as in \"records/board\""),
    );
    None
}

/// What is wrong with a folder's path.
pub(super) fn path_fault(path: &str) -> Option<&'static str> {
    let fault = |segment: &str| match segment {
        "" => Some("a slash has nothing before or after it"),
        "." | ".." => Some("`.` and `..` are not names of folders"),
        // Nothing in it is ever committed, so nothing in it would ever be judged.
        _ if segment.eq_ignore_ascii_case(".git") => Some("git's own folder is no place for records"),
        _ if segment.trim() != segment => Some("a name begins or ends with white space"),
        _ => None,
    };
    match path {
        _ if path.starts_with('/') => Some("it is absolute"),
        _ if path.contains('\\') => Some("it has a backslash"),
        _ if path.contains(':') => Some("it has a colon, which is a drive on some systems"),
        _ if path.chars().any(char::is_control) => Some("it has a control character"),
        _ => path.split('/').find_map(fault),
    }
}

/// Tells where one folder lies in another: a file would then belong to both. Case aside, as on some disks.
fn check_apart(table: &Table<'_>) -> bool {
    let folders: Vec<(Field<'_>, String)> = ["board", "registry", "policies", "evidence"]
        .iter()
        .filter_map(|key| table.get(key))
        .filter_map(|field| field.as_text().map(str::to_lowercase).map(|path| (field, path)))
        .collect();
    let mut apart = true;
    for (index, (field, path)) in folders.iter().enumerate() {
        for (other, outer) in folders.iter().take(index) {
            let inside = |inner: &str, outer: &str| {
                inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
            };
            let relation = match () {
                () if path == outer => "is the same folder as",
                () if inside(path, outer) => "lies in",
                () if inside(outer, path) => "holds",
                () => continue,
            };
            apart = false;
            let (here, there) = (field.or_own(other), if field.is_own() { other } else { field });
            let message = format!("`{}` {relation} `{}`", field.key(), other.key());
            let problem = here
                .problem(message)
                .help("every file belongs to one of them: give each a folder of its own");
            here.tell(there.point_at(problem, "the other folder"));
        }
    }
    apart
}

fn read_rules(field: &Field<'_>, known: &[KnownRule<'_>]) -> Option<BTreeMap<String, Level>> {
    let mut fine = true;
    let mut rules = BTreeMap::new();
    for (name, key, value) in field.map()? {
        let rule = known.iter().find(|rule| rule.name == name);
        let level = rule.and_then(|_| value.word());
        match rule {
            Some(rule) if rule.locked => {
                key.tell(
                    key.problem(format!("the severity of {} is locked", key.shown())).help("delete the line"),
                );
            }
            Some(_) => {}
            None => {
                let names: Vec<&str> = known.iter().map(|rule| rule.name).collect();
                let guess = key.closest(name, &names).map(|name| format!("did you mean \"{name}\"?"));
                let help = guess.unwrap_or_else(|| "`exboard rules` lists all rules".to_owned());
                key.tell(key.problem(format!("there is no rule {}", key.shown())).help(help));
            }
        }
        match (level, rule) {
            (Some(level), Some(KnownRule { locked: false, .. })) => {
                rules.insert(name.to_owned(), level);
            }
            _ => fine = false,
        }
    }
    fine.then_some(rules)
}
